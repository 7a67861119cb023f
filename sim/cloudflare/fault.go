package cloudflare

import (
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"
)

// FaultKind is a way in which a call goes wrong.
type FaultKind string

// The faults. All but LostReply, HalfBody and Slow prevent the call from acting.
const (
	LostReply   FaultKind = "lost-reply"   // acts, then closes the connection without a word
	Reset       FaultKind = "reset"        // resets the connection before acting
	TooMany     FaultKind = "too-many"     // 429 with retry-after
	ServerError FaultKind = "server-error" // 500 with an envelope
	Unavailable FaultKind = "unavailable"  // 503 with an envelope
	BadGateway  FaultKind = "bad-gateway"  // 502 with an HTML body
	HalfBody    FaultKind = "half-body"    // acts, sends half of the body, closes
	Slow        FaultKind = "slow"         // waits, then acts
	Unsuccess   FaultKind = "unsuccessful" // success:false with status 200
	Refuse      FaultKind = "refuse"       // the status, code and message given
)

// Fault makes the next calls that fit go wrong.
type Fault struct {
	Kind   FaultKind `json:"kind"`
	Method string    `json:"method,omitempty"` // "" is any
	Path   string    `json:"path,omitempty"`   // regular expression on the path after /client/v4; "" is any
	Times  int       `json:"times"`            // how many calls; 0 means one, below 0 without end
	// Delay is how long Slow waits, in the machine's time, and what TooMany says in retry-after.
	Delay   time.Duration `json:"delay,omitempty"`
	Status  int           `json:"status,omitempty"`  // for Refuse
	Code    int           `json:"code,omitempty"`    // for Refuse
	Message string        `json:"message,omitempty"` // for Refuse

	path *regexp.Regexp
}

// Faults holds the faults that are yet to happen. It is safe for concurrent use.
type Faults struct {
	mu   sync.Mutex
	list []Fault
}

// Add puts a fault at the end of the list; the first one that fits a call is
// taken. It fails if the path is not a regular expression.
func (f *Faults) Add(fault Fault) error {
	re, err := regexp.Compile(fault.Path)
	if err != nil {
		return fmt.Errorf("fault path: %w", err)
	}
	fault.path = re
	if fault.Times == 0 {
		fault.Times = 1
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, fault)
	return nil
}

// List answers the faults that are left, with how often each.
func (f *Faults) List() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list)
}

// Clear takes every fault away.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
}

// take finds the fault for a call and counts it down.
func (f *Faults) take(method, path string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.list {
		if (fault.Method != "" && fault.Method != method) || !fault.path.MatchString(path) {
			continue
		}
		if fault.Times > 0 {
			f.list[i].Times--
		}
		if f.list[i].Times == 0 {
			f.list = slices.Delete(f.list, i, i+1)
		}
		return fault, true
	}
	return Fault{}, false
}

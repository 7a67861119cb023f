package dns

import (
	"slices"
	"sync"
	"time"

	mdns "github.com/miekg/dns"
)

// Fault is how one server misbehaves. The zero value behaves well.
type Fault struct {
	// Zone limits the fault to names at or below it; empty means all names.
	Zone string
	// Rcode, if not 0, is the only answer (REFUSED, SERVFAIL, …).
	Rcode int
	// Silent never answers, over neither transport.
	Silent bool
	// Lame answers without authority and points up to the root.
	Lame bool
	// Truncate answers every question over UDP empty with the TC bit.
	Truncate bool
	// Delay is how long, on the wall clock, an answer takes.
	Delay time.Duration
	// Limit drops UDP questions beyond so many in a second of the world's
	// clock; 0 means no limit. TCP is never limited, as with real servers.
	Limit int
	// EmptyMissing answers NXDOMAIN for names that exist only because
	// something exists below them, as some old servers do (against RFC 8020).
	EmptyMissing bool
}

// SetFault replaces the fault of a server for f.Zone; a fault that is zero
// apart from the zone removes it. The server is given by any of its names or
// addresses in [World.Addresses].
func (w *World) SetFault(server string, f Fault) error {
	s, err := w.mustServer(server)
	if err != nil {
		return err
	}
	f.Zone = plain(f.Zone)
	w.faults.set(s, f)
	return nil
}

type faults struct {
	mu sync.Mutex
	by map[*server][]Fault
}

func (fs *faults) set(s *server, f Fault) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if fs.by == nil {
		fs.by = map[*server][]Fault{}
	}
	rest := slices.DeleteFunc(slices.Clone(fs.by[s]), func(old Fault) bool { return old.Zone == f.Zone })
	if f != (Fault{Zone: f.Zone}) {
		rest = append(rest, f)
	}
	fs.by[s] = rest
}

// of returns the fault that holds for a name: the one with the longest zone.
func (fs *faults) of(s *server, name string) Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var best Fault
	labels := -1
	for _, f := range fs.by[s] {
		zone := mdns.Fqdn(f.Zone)
		if n := mdns.CountLabel(zone); mdns.IsSubDomain(zone, name) && n > labels {
			best, labels = f, n
		}
	}
	return best
}

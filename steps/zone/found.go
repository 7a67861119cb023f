package zone

import (
	"slices"
	"time"
)

// Found is the outcome of a search.
type Found struct {
	Domain    string         `json:"domain"`
	At        time.Time      `json:"at"`
	Records   []Record       `json:"records"`
	Complete  string         `json:"complete"`          // "transfer", "nsec", "file", or "" for a good guess
	Statement string         `json:"statement"`         // the honest sentence about completeness
	Unknown   []string       `json:"unknown,omitempty"` // names below which something exists that could not be named
	Servers   []ServerReport `json:"servers,omitempty"`
	Asked     int            `json:"asked"` // names asked
	Wildcards []string       `json:"wildcards,omitempty"`
	Providers []string       `json:"providers,omitempty"` // mail and site services recognised

	LeftOut    []LeftOut `json:"left_out,omitempty"`   // seen, and not carried on purpose
	Unanswered []string  `json:"unanswered,omitempty"` // names for which no server gave an answer, so that they may or may not exist
	Stopped    bool      `json:"stopped,omitempty"`    // ended before everything was asked

	Tried   time.Time `json:"tried,omitzero"`   // the latest search in which no server answered; what was found before stays
	Due     bool      `json:"due,omitzero"`     // to be searched once more
	Alias   *Alias    `json:"alias,omitempty"`  // what the addresses of the domain itself seem to be made of
	Nothing bool      `json:"nothing,omitzero"` // the person said that there is nothing to take along
}

// Unconfirmed counts the records for which no old server could be asked.
func (f Found) Unconfirmed() int {
	n := 0
	for _, r := range f.Records {
		if slices.Contains(r.Sources, SourceUnconfirmed) {
			n++
		}
	}
	return n
}

// A LeftOut is a record that was seen and is not carried to the new servers.
// Signatures (RRSIG, NSEC, NSEC3) are not listed: the servers make them anew.
type LeftOut struct {
	Record Record `json:"record"`
	Why    string `json:"why"`
}

// NotAnswered is why a record of a zone file is not carried.
const NotAnswered = "It is in your zone file, but the old servers do not answer it."

// A ServerReport says how one authoritative server behaved.
type ServerReport struct {
	Server   string `json:"server"`
	State    string `json:"state"`    // "ok", "refused", "timeout", "servfail", "lame", "differs"
	Transfer string `json:"transfer"` // "complete", "refused", "failed"
	Detail   string `json:"detail,omitempty"`
}

// The parts of a search, in the order in which they begin. The last one asks
// every server for what was found, to see whether they agree.
const (
	PartTransfer   = "transfer"
	PartNSEC       = "nsec"
	PartScan       = "scan"
	PartProviders  = "providers"
	PartWords      = "words"
	PartUnderscore = "underscore"
	PartCompare    = "compare"
)

// Progress is how far a search is.
type Progress struct {
	Part   string // one of the Part constants, in their order
	State  string // "running", "done", "refused", "impossible"
	Done   int
	Total  int
	Found  int // records so far, from this part
	All    int // records so far, from all parts
	Detail string
	Last   []Record      // the newest records, at most five
	Rate   float64       // questions a second in this part, all servers together; 0 when it has just begun
	Left   time.Duration // about how long this part still takes; 0 when that cannot be told
}

// An Answer is what one server says about one record set.
type Answer struct {
	Server  string
	Records []Record
	Rcode   string // "NOERROR", "NXDOMAIN", "REFUSED", "timeout" …
	Auth    bool   // authoritative

	Authority  []Record // its authority section: SOA, the NS of a referral, NSEC
	Additional []Record // its additional section: addresses of name servers
}

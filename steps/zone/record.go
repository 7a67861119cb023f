// Package zone knows DNS records as data: what they are, which belong to mail,
// how two sets of them compare, and how the records of a domain are found by
// asking its servers. It asks through small interfaces and imports nothing but
// the standard library, the public suffix list and the rules of international
// names, so it knows neither sockets nor Cloudflare.
package zone

import "strings"

// A Record is one resource record. Two records of the same name and type with
// different Content are two Records.
type Record struct {
	Name    string   `json:"name"`              // full name, ASCII, lower case, no final dot; "*.apps.example.com" for a wildcard
	Type    string   `json:"type"`              // "A", "MX", "TXT" …; "TYPE65280" when it has no mnemonic
	TTL     uint32   `json:"ttl"`               // seconds
	Content string   `json:"content"`           // presentation format of the data as in RFC 1035 and successors, normalised by the resolver client
	Sources []string `json:"sources,omitempty"` // where it was found: [SourceTransfer] and so on, or "scan", "file", "person" for what others brought
}

// How a search found a record.
const (
	SourceTransfer   = "axfr"       // the old servers handed over the zone
	SourceNSEC       = "nsec"       // in the chain of a signed zone
	SourceApex       = "apex"       // at the domain itself
	SourceProvider   = "provider"   // implied by a service that is used
	SourceWords      = "words"      // a usual host name
	SourceUnderscore = "underscore" // a usual name with an underscore
	SourceBelow      = "below"      // a usual name below another that exists
	SourceReference  = "reference"  // another record names it
	SourceWildcard   = "wildcard"   // answers for names that nobody wrote down
	SourceServers    = "servers"    // one of the old servers says so, another did not

	SourceAlias       = "alias"       // in place of addresses that are those of another name
	SourceUnconfirmed = "unconfirmed" // beside "file" and the like: no old server could be asked for it
)

// Key identifies what the record says: name, type and the data in the form of
// [Canonical]. Two records with the same key mean the same; their TTL and
// where they were found do not count.
func (r Record) Key() string {
	return CanonicalName(r.Name) + " " + strings.ToUpper(r.Type) + " " + Canonical(r.Type, r.Content)
}

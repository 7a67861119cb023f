package dns

import (
	"fmt"
	"slices"
	"strings"

	mdns "github.com/miekg/dns"
)

// node is what exists at one name, by type. It is empty for an empty
// non-terminal: a name that exists only because of a name below it.
type node map[uint16][]mdns.RR

// zone is an authoritative zone, never changed after it was built.
type zone struct {
	origin string // canonical
	nodes  map[string]node
	records
	// signer and chain are set in a signed zone only; chain holds the owners
	// of the NSEC records in canonical order.
	signer *signer
	chain  []string
}

// records is all records of a zone in the order of its file.
type records []mdns.RR

// parseZone reads a zone file. Includes are not followed.
func parseZone(origin, text string) (*zone, error) {
	origin = canonical(origin)
	parser := mdns.NewZoneParser(strings.NewReader(text), origin, "")
	parser.SetDefaultTTL(3600)
	var rrs []mdns.RR
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		rrs = append(rrs, rr)
	}
	if err := parser.Err(); err != nil {
		return nil, fmt.Errorf("zone %s: %w", plain(origin), err)
	}
	z := newZone(origin, rrs)
	if err := z.check(); err != nil {
		return nil, fmt.Errorf("zone %s: %w", plain(origin), err)
	}
	return z, nil
}

// newZone files records under their names and makes the empty non-terminals.
func newZone(origin string, rrs []mdns.RR) *zone {
	z := &zone{origin: origin, nodes: map[string]node{origin: {}}}
	for _, rr := range rrs {
		z.add(rr)
	}
	return z
}

func (z *zone) add(rr mdns.RR) {
	owner := canonical(rr.Header().Name)
	if z.contains(owner, rr) {
		return
	}
	z.records = append(z.records, rr)
	for name := range ancestors(owner) {
		if z.nodes[name] == nil {
			z.nodes[name] = node{}
		}
		if name == z.origin {
			break
		}
	}
	kind := rr.Header().Rrtype
	z.nodes[owner][kind] = append(z.nodes[owner][kind], rr)
}

// contains finds duplicates, which a set cannot hold (RFC 2181 section 5).
func (z *zone) contains(owner string, rr mdns.RR) bool {
	return slices.ContainsFunc(z.nodes[owner][rr.Header().Rrtype], func(have mdns.RR) bool {
		return mdns.IsDuplicate(have, rr)
	})
}

// check finds what a real server would refuse to load.
func (z *zone) check() error {
	apex := z.nodes[z.origin]
	if len(apex[mdns.TypeSOA]) != 1 || len(apex[mdns.TypeNS]) == 0 {
		return fmt.Errorf("needs one SOA and at least one NS at %s", z.origin)
	}
	for name, n := range z.nodes {
		if !mdns.IsSubDomain(z.origin, name) {
			return fmt.Errorf("%s is out of the zone", name)
		}
		if cname := n[mdns.TypeCNAME]; len(cname) > 1 || len(cname) == 1 && len(n) > 1 {
			return fmt.Errorf("%s has a CNAME and other data", name)
		}
	}
	return nil
}

func (z *zone) soa() *mdns.SOA {
	for _, rr := range z.nodes[z.origin][mdns.TypeSOA] {
		if soa, ok := rr.(*mdns.SOA); ok {
			return soa
		}
	}
	return nil
}

// find returns the node that answers for a canonical name and its owner: the
// name itself or the wildcard that covers it (RFC 4592 section 3.3.1). The
// closest encloser is the name itself if that exists. A nil node means that
// the name does not exist.
func (z *zone) find(name string) (n node, owner, encloser string) {
	for encloser = range ancestors(name) {
		if z.nodes[encloser] != nil {
			break
		}
	}
	if encloser == name {
		return z.nodes[name], name, name
	}
	wildcard := "*." + encloser
	if encloser == "." {
		wildcard = "*."
	}
	return z.nodes[wildcard], wildcard, encloser
}

// cut returns the topmost delegation at or above a name, below the apex. A DS
// belongs to the parent's side of the cut, so it is not below it.
func (z *zone) cut(name string, qtype uint16) string {
	found := ""
	for n := range ancestors(name) {
		if n == z.origin {
			break
		}
		if z.nodes[n][mdns.TypeNS] != nil && (n != name || qtype != mdns.TypeDS) {
			found = n
		}
	}
	return found
}

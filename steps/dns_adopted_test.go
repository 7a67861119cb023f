package steps

import "testing"

// TestADomainThatComesBack: it was moved by somebody else, went away and is coming
// back. What the registry named meanwhile are no servers to search.
func TestADomainThatComesBack(t *testing.T) {
	pair, elsewhere := []string{"ada.ns.cloudflare.com", "bob.ns.cloudflare.com"}, []string{"ns1.elsewhere.example", "ns2.elsewhere.example"}
	s := with(settled(), func(s *Settings) {
		s.OldServers, s.Story = nil, []Moment{{At: noon(), What: "The first server of the registry showed the new pair"}}
	})
	for name, c := range map[string]struct {
		status  string
		servers [][]string
		want    bool
	}{
		"away":                       {"moved", [][]string{elsewhere, elsewhere}, true},
		"one server names the pair":  {"moved", [][]string{pair, elsewhere}, true},
		"Cloudflare has yet to look": {"moved", [][]string{pair, pair}, true},
		"back":                       {"active", [][]string{pair, pair}, true},
		"never active":               {"pending", [][]string{pair, elsewhere}, false},
	} {
		seen := dnsSeen{exists: true, zone: Zone{ID: s.ZoneID, Status: c.status, NameServers: pair}}
		for _, ns := range c.servers {
			seen.delegation.Servers = append(seen.delegation.Servers, ParentAnswer{NS: ns})
			seen.delegation.NS = append(seen.delegation.NS, without(ns, seen.delegation.NS)...)
		}
		if got := seen.adopted(s); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

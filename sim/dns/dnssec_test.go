package dns_test

import (
	"slices"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"example.test/wizard/sim/dns"
)

// walk follows the NSEC chain as a finder does, stepping over delegations.
func walk(t *testing.T, w *dns.World, domain string) map[string][]uint16 {
	t.Helper()
	found := map[string][]uint16{}
	for name := mdns.Fqdn(domain); ; {
		m := ask(t, w, question{server: dns.OldHost1, name: name, kind: mdns.TypeNSEC, dnssec: true})
		var next *mdns.NSEC
		for _, rr := range slices.Concat(m.Answer, m.Ns) {
			if nsec, ok := rr.(*mdns.NSEC); ok && nsec.Hdr.Name == name {
				next = nsec
			}
		}
		if next == nil {
			t.Fatalf("no NSEC at %s: %v", name, m)
		}
		if _, again := found[name]; again {
			t.Fatalf("the chain comes back to %s", name)
		}
		found[name] = next.TypeBitMap
		if name = next.NextDomain; name == mdns.Fqdn(domain) {
			return found
		}
	}
}

func TestWalkFindsEveryName(t *testing.T) {
	w := start(t, dns.Config{})
	found := walk(t, w, dns.SignedDomain)
	want := map[string][]uint16{
		"cellar-cinema.org.": {
			mdns.TypeA, mdns.TypeNS, mdns.TypeSOA, mdns.TypeMX, mdns.TypeTXT,
			mdns.TypeRRSIG, mdns.TypeNSEC, mdns.TypeDNSKEY,
		},
		"www.cellar-cinema.org.":               {mdns.TypeCNAME, mdns.TypeRRSIG, mdns.TypeNSEC},
		"dkim._domainkey.cellar-cinema.org.":   {mdns.TypeCNAME, mdns.TypeRRSIG, mdns.TypeNSEC},
		"_dmarc.cellar-cinema.org.":            {mdns.TypeTXT, mdns.TypeRRSIG, mdns.TypeNSEC},
		"tickets.cellar-cinema.org.":           {mdns.TypeA, mdns.TypeRRSIG, mdns.TypeNSEC},
		"*.seats.cellar-cinema.org.":           {mdns.TypeA, mdns.TypeRRSIG, mdns.TypeNSEC},
		"unguessable-q8v2m.cellar-cinema.org.": {mdns.TypeTXT, mdns.TypeRRSIG, mdns.TypeNSEC},
		"annex.cellar-cinema.org.":             {mdns.TypeNS, mdns.TypeRRSIG, mdns.TypeNSEC},
		"zoetrope.cellar-cinema.org.":          {mdns.TypeA, mdns.TypeSSHFP, mdns.TypeRRSIG, mdns.TypeNSEC},
	}
	for name, types := range want {
		slices.Sort(types)
		if !slices.Equal(found[name], types) {
			t.Errorf("%s: types %v, want %v", name, found[name], types)
		}
	}
	if len(found) != len(want) {
		t.Errorf("%d names in the chain, want %d: %v", len(found), len(want), found)
	}
	// A delegation answers with a referral even to a question for its NSEC.
	m := ask(t, w, question{server: dns.OldHost1, name: "annex." + dns.SignedDomain, kind: mdns.TypeNSEC, dnssec: true})
	if m.Authoritative || len(values(m.Ns, mdns.TypeNS)) != 1 {
		t.Errorf("not a referral: %v", m)
	}
}

func TestSignaturesVerify(t *testing.T) {
	c := newClock()
	w := start(t, dns.Config{Now: c.Now})
	keys := ask(t, w, question{server: dns.OldHost1, name: dns.SignedDomain, kind: mdns.TypeDNSKEY, dnssec: true})
	key, ok := keys.Answer[0].(*mdns.DNSKEY)
	if !ok {
		t.Fatalf("no key: %v", keys)
	}
	tests := []struct {
		name string
		kind uint16
	}{
		{dns.SignedDomain, mdns.TypeDNSKEY},
		{dns.SignedDomain, mdns.TypeMX},
		{"TICKETS." + dns.SignedDomain, mdns.TypeA},
		{"a7.seats." + dns.SignedDomain, mdns.TypeA},            // wildcard
		{"a7.seats." + dns.SignedDomain, mdns.TypeTXT},          // wildcard without the type
		{"seats." + dns.SignedDomain, mdns.TypeA},               // empty non-terminal
		{"nothing." + dns.SignedDomain, mdns.TypeA},             // no such name
		{"tickets." + dns.SignedDomain, mdns.TypeMX},            // no such data
		{"host.annex." + dns.SignedDomain, mdns.TypeA},          // insecure referral
		{"unguessable-q8v2m." + dns.SignedDomain, mdns.TypeANY}, // minimal
	}
	for _, test := range tests {
		m := ask(t, w, question{server: dns.OldHost1, name: test.name, kind: test.kind, dnssec: true, tcp: true})
		if !verify(t, c.Now(), key, m) && test.kind != mdns.TypeANY {
			t.Errorf("%s %s: nothing signed: %v", test.name, mdns.TypeToString[test.kind], m)
		}
		plain := ask(t, w, question{server: dns.OldHost1, name: test.name, kind: test.kind})
		if got := values(slices.Concat(plain.Answer, plain.Ns), mdns.TypeRRSIG); len(got) > 0 {
			t.Errorf("%s: signatures for who did not ask", test.name)
		}
	}
}

// verify checks every signature in an answer and says whether there was one.
func verify(t *testing.T, now time.Time, key *mdns.DNSKEY, m *mdns.Msg) (signed bool) {
	t.Helper()
	for _, section := range [][]mdns.RR{m.Answer, m.Ns} {
		for _, rr := range section {
			sig, ok := rr.(*mdns.RRSIG)
			if !ok {
				continue
			}
			var set []mdns.RR
			for _, rr := range section {
				if rr.Header().Rrtype == sig.TypeCovered && rr.Header().Name == sig.Hdr.Name {
					set = append(set, rr)
				}
			}
			if err := sig.Verify(key, set); err != nil || !sig.ValidityPeriod(now) {
				t.Errorf("signature of %v: %v", set, err)
			}
			signed = true
		}
	}
	return signed
}

func TestDenialNamesTheGap(t *testing.T) {
	w := start(t, dns.Config{})
	tests := []struct {
		name string
		kind uint16
		want []string // owners of NSEC
	}{
		{"nothing", mdns.TypeA, []string{"annex.cellar-cinema.org.", "cellar-cinema.org."}},
		{"tickets", mdns.TypeMX, []string{"tickets.cellar-cinema.org."}},
		{"seats", mdns.TypeA, []string{"annex.cellar-cinema.org."}}, // an empty non-terminal has no NSEC of its own,
		{"x.seats", mdns.TypeA, []string{"*.seats.cellar-cinema.org."}},
		{"x.seats", mdns.TypeMX, []string{"*.seats.cellar-cinema.org."}},
	}
	for _, test := range tests {
		m := ask(t, w, question{server: dns.OldHost1, name: test.name + "." + dns.SignedDomain, kind: test.kind, dnssec: true})
		var owners []string
		for _, rr := range m.Ns {
			if rr.Header().Rrtype == mdns.TypeNSEC {
				owners = append(owners, rr.Header().Name)
			}
		}
		slices.Sort(owners)
		equal(t, test.name, owners, test.want...)
	}
}

func TestSignedTransferCarriesTheChain(t *testing.T) {
	w := start(t, dns.Config{})
	if err := w.Register(dns.Domain{Name: "open-attic.com", Zone: smallZone("open-attic.com", 5), Transfer: true, Signed: true}); err != nil {
		t.Fatal(err)
	}
	count := map[uint16]int{}
	for _, rr := range transfer(t, w, "open-attic.com") {
		count[rr.Header().Rrtype]++
	}
	if count[mdns.TypeNSEC] != 6 || count[mdns.TypeRRSIG] != 3+5+6 || count[mdns.TypeDNSKEY] != 1 {
		t.Errorf("records by type: %v", count)
	}
}

package dns_test

import (
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"example.test/wizard/sim/dns"
)

func TestRegistryRefers(t *testing.T) {
	w := start(t, dns.Config{})
	for _, server := range []string{dns.Registry1, dns.Registry2} {
		for _, name := range []string{"attic-films.com", "WWW.attic-films.com"} {
			m := ask(t, w, question{server: server, name: name, kind: mdns.TypeNS})
			if m.Rcode != mdns.RcodeSuccess || m.Authoritative || len(m.Answer) > 0 {
				t.Fatalf("not a referral: %v", m)
			}
			equal(t, "delegation", values(m.Ns, mdns.TypeNS), dns.OldHost1+".", dns.OldHost2+".")
			equal(t, "glue", values(m.Extra, mdns.TypeA), "156.154.132.200", "156.154.133.200")
			if ttl := m.Ns[0].Header().Ttl; ttl != 172800 {
				t.Errorf("TTL of the delegation %d", ttl)
			}
		}
	}
}

func TestRegistryKnowsWhoIsRegistered(t *testing.T) {
	w := start(t, dns.Config{})
	if err := w.Register(dns.Domain{Name: "Reels.CO.UK."}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name      string
		kind      uint16
		rcode     int
		aa        bool
		delegated bool
	}{
		{name: dns.DemoDomain, kind: mdns.TypeA, delegated: true},
		{name: dns.ExpiredDomain, kind: mdns.TypeA, delegated: true},
		{name: "reels.co.uk", kind: mdns.TypeA, delegated: true},
		{name: dns.UnregisteredDomain, kind: mdns.TypeA, rcode: mdns.RcodeNameError, aa: true},
		{name: "www." + dns.UnregisteredDomain, kind: mdns.TypeDS, rcode: mdns.RcodeNameError, aa: true},
		{name: dns.HeldDomain, kind: mdns.TypeNS, rcode: mdns.RcodeNameError, aa: true},
		{name: dns.DeletedDomain, kind: mdns.TypeNS, rcode: mdns.RcodeNameError, aa: true},
		{name: dns.DemoDomain, kind: mdns.TypeDS, aa: true},
		{name: "com", kind: mdns.TypeNS, aa: true},
		{name: "co.uk", kind: mdns.TypeSOA, aa: true},
		{name: "host.invalid", kind: mdns.TypeA, rcode: mdns.RcodeRefused},
	}
	for _, test := range tests {
		m := ask(t, w, question{server: dns.Registry1, name: test.name, kind: test.kind})
		if m.Rcode != test.rcode || m.Authoritative != test.aa || (len(values(m.Ns, mdns.TypeNS)) == 2) != test.delegated {
			t.Errorf("%s: unexpected %v", test.name, m)
		}
		negative := test.aa && len(m.Answer) == 0
		if got := len(values(m.Ns, mdns.TypeSOA)) == 1; got != negative {
			t.Errorf("%s: SOA in the authority section %v, want %v", test.name, got, negative)
		}
	}
}

func TestRegisterRefuses(t *testing.T) {
	w := start(t, dns.Config{})
	for about, d := range map[string]dns.Domain{
		"a name below a domain":  {Name: "lab.attic-films.com"},
		"a registry's own name":  {Name: "co.uk"},
		"an unknown registry":    {Name: "films.invalid"},
		"a zone without SOA":     {Name: "x.com", Zone: "@ IN A 192.0.2.1\n"},
		"a zone that is garbage": {Name: "x.com", Zone: "@ IN A not-an-address\n"},
		"two data beside CNAME":  {Name: "x.com", Zone: smallZone("x.com", 1) + "a IN CNAME b\na IN A 192.0.2.1\n"},
		"foreign names":          {Name: "x.com", Zone: smallZone("x.com", 1) + "y.org. IN A 192.0.2.1\n"},
		"a DS that is garbage":   {Name: "x.com", DS: []string{"one two three"}},
	} {
		if err := w.Register(d); err == nil {
			t.Errorf("%s was registered", about)
		}
	}
	if m := ask(t, w, question{server: dns.Registry1, name: "x.com", kind: mdns.TypeNS}); m.Rcode != mdns.RcodeNameError {
		t.Error("a refused domain is delegated")
	}
}

func TestDelegationReachesTheServersOneAfterAnother(t *testing.T) {
	c := newClock()
	changes := 0
	w := start(t, dns.Config{Now: c.Now, Speed: 60, Changed: func() { changes++ }})
	at := func(server string) string {
		m := ask(t, w, question{server: server, name: dns.DemoDomain, kind: mdns.TypeNS})
		return values(m.Ns, mdns.TypeNS)[0]
	}
	if err := w.SetDelegation("Attic-Films.com.", []string{"ns1.domaincontrol.com", "NS2.domaincontrol.com."}); err != nil {
		t.Fatal(err)
	}
	if changes != 1 {
		t.Errorf("%d changes reported, want 1", changes)
	}
	const before, after = dns.OldHost1 + ".", "ns1.domaincontrol.com."
	for _, step := range []struct {
		wait          time.Duration
		first, second string
	}{
		{0, before, before}, {time.Second, after, before}, {time.Second, after, before}, {time.Second, after, after},
	} {
		c.advance(step.wait)
		if first, second := at(dns.Registry1), at(dns.Registry2); first != step.first || second != step.second {
			t.Errorf("servers say %s and %s, want %s and %s", first, second, step.first, step.second)
		}
		if got := w.Delegation(dns.DemoDomain)[0] + "."; got != step.first {
			t.Errorf("Delegation says %s, want %s", got, step.first)
		}
	}
	if err := w.SetDelegation(dns.UnregisteredDomain, nil); err == nil {
		t.Error("an unregistered domain was delegated")
	}
	if got := w.Delegation(dns.UnregisteredDomain); got != nil {
		t.Errorf("delegation of an unregistered domain: %v", got)
	}
	if got := w.Delegation(dns.HeldDomain); got != nil {
		t.Errorf("delegation of a domain on hold: %v", got)
	}
}

func TestSeveralOrdersInARow(t *testing.T) {
	c := newClock()
	w := start(t, dns.Config{Now: c.Now})
	for _, ns := range []string{"ns1.one.com", "ns1.two.com", "ns1.three.com"} {
		if err := w.SetDelegation(dns.DemoDomain, []string{ns}); err != nil {
			t.Fatal(err)
		}
		c.advance(50 * time.Second)
	}
	// The orders are 150, 100 and 50 seconds old: two have reached the first
	// server, none the second.
	equal(t, "first server", w.Delegation(dns.DemoDomain), "ns1.two.com")
	m := ask(t, w, question{server: dns.Registry2, name: dns.DemoDomain, kind: mdns.TypeNS})
	equal(t, "second server", values(m.Ns, mdns.TypeNS), dns.OldHost1+".", dns.OldHost2+".")
	c.advance(3 * time.Minute)
	m = ask(t, w, question{server: dns.Registry2, name: dns.DemoDomain, kind: mdns.TypeNS})
	equal(t, "second server later", values(m.Ns, mdns.TypeNS), "ns1.three.com.")
}

func TestDSAtTheRegistry(t *testing.T) {
	c := newClock()
	w := start(t, dns.Config{Now: c.Now})
	ds := func(domain string) []string {
		m := ask(t, w, question{server: dns.Registry2, name: domain, kind: mdns.TypeDS})
		if !m.Authoritative {
			t.Errorf("DS of %s without authority", domain)
		}
		return values(m.Answer, mdns.TypeDS)
	}
	equal(t, "signed domain", ds(dns.SignedDomain), dns.KeyDS(dns.SignedDomain))
	equal(t, "unsigned domain", ds(dns.DemoDomain))
	for _, dnssec := range []bool{false, true} {
		m := ask(t, w, question{server: dns.Registry1, name: dns.SignedDomain, kind: mdns.TypeA, dnssec: dnssec})
		if got := len(values(m.Ns, mdns.TypeDS)) == 1; got != dnssec {
			t.Errorf("DS in the referral: %v, asked for: %v", got, dnssec)
		}
	}
	if err := w.ClearDS(dns.SignedDomain); err != nil {
		t.Fatal(err)
	}
	equal(t, "cleared, not yet published", ds(dns.SignedDomain), dns.KeyDS(dns.SignedDomain))
	c.advance(3 * time.Minute)
	equal(t, "cleared", ds(dns.SignedDomain))
	if err := w.SetDS(dns.DemoDomain); err != nil {
		t.Fatal(err)
	}
	if err := w.SetDS(dns.SignedDomain, "not a ds"); err == nil {
		t.Error("garbage was taken as DS")
	}
	c.advance(3 * time.Minute)
	equal(t, "set", ds(dns.DemoDomain), dns.KeyDS(dns.DemoDomain))
}

func TestOwnNamesOfOtherHosts(t *testing.T) {
	w := start(t, dns.Config{})
	// The signed domain is shown with Porkbun's servers: they are the old host's.
	m := ask(t, w, question{server: "fortaleza.ns.porkbun.com", name: "tickets." + dns.SignedDomain, kind: mdns.TypeA})
	equal(t, "answer", values(m.Answer, mdns.TypeA), "198.51.100.81")
	if a := w.Addresses(); a["curitiba.ns.porkbun.com"] != a[dns.OldHost1] || a["fortaleza.ns.porkbun.com"] != a[dns.OldHost2] {
		t.Error("the host's further names are not its servers")
	}
}

package dns_test

import (
	"net"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"example.test/wizard/sim/dns"
)

func TestResolverAnswers(t *testing.T) {
	w := start(t, dns.Config{EdgeIPv4: []net.IP{net.IPv4(127, 0, 0, 9).To4()}})
	tests := []struct {
		about, name string
		kind        uint16
		rcode       int
		want        []string // data of that type
		chain       int      // aliases before it
	}{
		{about: "address", name: "home.attic-films.com", kind: mdns.TypeA, want: []string{"203.0.113.17"}},
		{about: "alias inside", name: "www.attic-films.com", kind: mdns.TypeA, want: []string{"198.51.100.24"}, chain: 1},
		{about: "alias to other people", name: "shop.attic-films.com", kind: mdns.TypeA, want: []string{"23.227.38.74"}, chain: 1},
		{about: "alias to a wildcard of others", name: "fm2._domainkey.attic-films.com", kind: mdns.TypeTXT, want: []string{`"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCattic"`}, chain: 1},
		{about: "no such name", name: "nothing.attic-films.com", kind: mdns.TypeA, rcode: mdns.RcodeNameError},
		{about: "no such data", name: "home.attic-films.com", kind: mdns.TypeMX},
		{about: "alias to nothing", name: "dangling.awkward-attic.com", kind: mdns.TypeA, rcode: mdns.RcodeNameError, chain: 1},
		{about: "alias loop", name: "loop1.awkward-attic.com", kind: mdns.TypeA, rcode: mdns.RcodeServerFailure},
		{about: "delegated to a dead server", name: "x.gone.awkward-attic.com", kind: mdns.TypeA, rcode: mdns.RcodeServerFailure},
		{about: "domain without zone", name: dns.UnregisteredDomain, kind: mdns.TypeA, rcode: mdns.RcodeNameError},
		{about: "domain on hold", name: dns.HeldDomain, kind: mdns.TypeA, rcode: mdns.RcodeNameError},
		{about: "no such top-level domain", name: "host.invalid", kind: mdns.TypeA, rcode: mdns.RcodeNameError},
		{about: "name servers", name: "attic-films.com", kind: mdns.TypeNS, want: []string{dns.OldHost1 + ".", dns.OldHost2 + "."}},
		{about: "name servers of the registry", name: "com", kind: mdns.TypeNS, want: []string{dns.Registry1 + ".", dns.Registry2 + "."}},
		{about: "name servers of the root", name: ".", kind: mdns.TypeNS, want: []string{"a.root-servers.net."}},
		{about: "address of an old server", name: dns.OldHost1, kind: mdns.TypeA, want: []string{"156.154.132.200"}},
		{about: "address of the registry", name: dns.Registry2, kind: mdns.TypeA, want: []string{"192.33.14.30"}},
		{about: "no such server", name: "dns9.registrar-servers.com", kind: mdns.TypeA, rcode: mdns.RcodeNameError},
		{about: "DS at the parent", name: dns.SignedDomain, kind: mdns.TypeDS, want: []string{dns.KeyDS(dns.SignedDomain)}},
		{about: "no DS", name: dns.DemoDomain, kind: mdns.TypeDS},
		{about: "connector region", name: "region1.v2.argotunnel.com", kind: mdns.TypeA, want: []string{"127.0.0.9"}},
		{about: "connector region without IPv6", name: "region2.v2.argotunnel.com", kind: mdns.TypeAAAA},
		{about: "connector discovery", name: "_v2-origintunneld._tcp.argotunnel.com", kind: mdns.TypeSRV, want: []string{"1 1 7844 region1.v2.argotunnel.com.", "2 1 7844 region2.v2.argotunnel.com."}},
		{about: "API", name: "api.cloudflare.com", kind: mdns.TypeA, want: []string{"127.0.0.9"}},
	}
	for _, server := range w.Resolvers() {
		for _, test := range tests {
			m := ask(t, w, question{server: server, name: test.name, kind: test.kind})
			if m.Rcode != test.rcode || m.Authoritative || !m.RecursionAvailable {
				t.Errorf("%s: %v", test.about, m)
			}
			equal(t, test.about, values(m.Answer, test.kind), test.want...)
			if got := len(values(m.Answer, mdns.TypeCNAME)); got != test.chain {
				t.Errorf("%s: %d aliases, want %d", test.about, got, test.chain)
			}
		}
	}
}

func TestResolverKeepsTheCase(t *testing.T) {
	w := start(t, dns.Config{})
	for range 2 { // fresh and from the cache
		m := ask(t, w, question{server: "9.9.9.9", name: "Home.Attic-Films.COM", kind: mdns.TypeA})
		if len(m.Answer) != 1 || m.Answer[0].Header().Name != "Home.Attic-Films.COM." {
			t.Errorf("case was lost: %v", m)
		}
	}
}

func TestExtraNames(t *testing.T) {
	record := func(text string) mdns.RR {
		rr, err := mdns.NewRR(text)
		if err != nil {
			t.Fatal(err)
		}
		return rr
	}
	w := start(t, dns.Config{Extra: map[string][]mdns.RR{
		"Plex.TV":                    {record("plex.tv. 60 IN A 127.0.0.3")},
		"api.cloudflare.com.":        {record("api.cloudflare.com. 60 IN A 127.0.0.4")},
		"override.attic-films.com":   {record("override.attic-films.com. 60 IN A 127.0.0.5")},
		"region1.v2.argotunnel.com.": {record("ignored.example. 60 IN A 127.0.0.6")},
	}})
	for name, want := range map[string]string{
		"plex.tv": "127.0.0.3", "api.cloudflare.com": "127.0.0.4", "override.attic-films.com": "127.0.0.5",
		"region1.v2.argotunnel.com": "127.0.0.6", "home.attic-films.com": "203.0.113.17",
	} {
		m := ask(t, w, question{server: dns.Local, name: name, kind: mdns.TypeA})
		equal(t, name, values(m.Answer, mdns.TypeA), want)
	}
}

func TestCacheAgesAtTheWorldsSpeed(t *testing.T) {
	c := newClock()
	a := &api{}
	w := start(t, dns.Config{Now: c.Now, Speed: 600, Cloudflare: a.zone})
	address := func(name string) (string, uint32) {
		m := ask(t, w, question{server: "8.8.8.8", name: name, kind: mdns.TypeA})
		if len(m.Answer) == 0 {
			return mdns.RcodeToString[m.Rcode], m.Ns[0].Header().Ttl
		}
		return values(m.Answer, mdns.TypeA)[0], m.Answer[0].Header().Ttl
	}
	register := func(text string) {
		t.Helper()
		zone := "@ 7200 IN SOA ns1 hostmaster 1 7200 3600 604800 1800\n@ 86400 IN NS " + dns.OldHost1 + ".\n" + text
		if err := w.Register(dns.Domain{Name: "cached.com", Zone: zone}); err != nil {
			t.Fatal(err)
		}
	}
	register("www 1800 IN A 192.0.2.1\n")
	step := func(wait time.Duration, name, want string, ttl uint32) {
		t.Helper()
		c.advance(wait)
		if got, left := address(name); got != want || left != ttl {
			t.Errorf("%s: %s with %d s left, want %s with %d s", name, got, left, want, ttl)
		}
	}
	step(0, "www.cached.com", "192.0.2.1", 1800)
	step(0, "new.cached.com", "NXDOMAIN", 1800)
	register("www 1800 IN A 192.0.2.2\nnew 60 IN A 192.0.2.3\n")
	step(time.Second, "www.cached.com", "192.0.2.1", 1200)
	step(1900*time.Millisecond, "www.cached.com", "192.0.2.1", 60)
	step(0, "new.cached.com", "NXDOMAIN", 60)
	step(100*time.Millisecond, "www.cached.com", "192.0.2.2", 1800) // 1800 s have passed in 3
	step(0, "new.cached.com", "192.0.2.3", 60)
}

func TestResolversSeeAChangeOneAfterAnother(t *testing.T) {
	for _, asked := range []bool{false, true} { // a resolver knows the domain even if it was not asked here
		c := newClock()
		a := &api{}
		a.set(dns.DemoDomain, dns.ZoneRecord{Name: dns.DemoDomain, Type: "A", TTL: 1, Content: "198.51.100.24"})
		w := start(t, dns.Config{Now: c.Now, Speed: 600, Cloudflare: a.zone})
		moved := func(resolver string) bool {
			m := ask(t, w, question{server: resolver, name: dns.DemoDomain, kind: mdns.TypeNS})
			return len(m.Answer) > 0 && values(m.Answer, mdns.TypeNS)[0] == "ada.ns.cloudflare.com."
		}
		for _, r := range w.Resolvers() {
			if asked && moved(r) {
				t.Fatal("moved before the change")
			}
		}
		c.advance(1700 * time.Millisecond)
		if err := w.SetDelegation(dns.DemoDomain, []string{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"}); err != nil {
			t.Fatal(err)
		}
		seen := map[string]time.Duration{}
		moments := map[time.Duration]bool{}
		for wait := time.Duration(0); wait < 15*time.Second; wait += 100 * time.Millisecond {
			for _, r := range w.Resolvers() {
				now := moved(r)
				before, known := seen[r]
				switch {
				case now && !known:
					seen[r], moments[wait] = wait, true
				case !now && known:
					t.Errorf("%s went back at %v, had moved at %v", r, wait, before)
				}
			}
			c.advance(100 * time.Millisecond)
		}
		if len(seen) != 5 {
			t.Errorf("asked=%v: only %d resolvers ever saw the change", asked, len(seen))
		}
		if len(moments) < 4 || moments[0] {
			t.Errorf("asked=%v: they saw it at %v", asked, seen)
		}
	}
}

func TestDSLeftBehindMakesTheDomainDark(t *testing.T) {
	c := newClock()
	a := &api{}
	a.set(dns.SignedDomain, dns.ZoneRecord{Name: "tickets." + dns.SignedDomain, Type: "A", TTL: 1, Content: "198.51.100.81"})
	w := start(t, dns.Config{Now: c.Now, Speed: 600, Cloudflare: a.zone})
	tickets := func(dnssec bool) *mdns.Msg {
		return ask(t, w, question{server: "1.1.1.1", name: "tickets." + dns.SignedDomain, kind: mdns.TypeA, dnssec: dnssec})
	}
	if m := tickets(true); !m.AuthenticatedData || len(values(m.Answer, mdns.TypeRRSIG)) != 1 {
		t.Errorf("not validated: %v", m)
	}
	if m := tickets(false); m.AuthenticatedData || len(m.Answer) != 1 {
		t.Errorf("without being asked for DNSSEC: %v", m)
	}
	if err := w.SetDelegation(dns.SignedDomain, []string{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"}); err != nil {
		t.Fatal(err)
	}
	c.advance(time.Minute) // ten hours of life
	if m := tickets(false); m.Rcode != mdns.RcodeServerFailure {
		t.Errorf("DS without key: %v", m)
	}
	if err := w.ClearDS(dns.SignedDomain); err != nil {
		t.Fatal(err)
	}
	if m := tickets(false); m.Rcode != mdns.RcodeServerFailure {
		t.Errorf("the DS is still cached: %v", m)
	}
	c.advance(time.Minute)
	if m := tickets(true); m.Rcode != mdns.RcodeSuccess || len(m.Answer) != 1 || m.AuthenticatedData {
		t.Errorf("without DS: %v", m)
	}
}

func TestResolverStepsOverBadServers(t *testing.T) {
	for about, f := range map[string]dns.Fault{
		"refusing": {Rcode: mdns.RcodeRefused}, "failing": {Rcode: mdns.RcodeServerFailure}, "silent": {Silent: true}, "lame": {Lame: true},
	} {
		w := start(t, dns.Config{})
		if err := w.SetFault(dns.OldHost1, f); err != nil {
			t.Fatal(err)
		}
		for _, r := range w.Resolvers() {
			if m := ask(t, w, question{server: r, name: dns.DemoDomain, kind: mdns.TypeA}); len(m.Answer) != 1 {
				t.Errorf("one server %s: %v", about, m)
			}
		}
		if err := w.SetFault(dns.OldHost2, f); err != nil {
			t.Fatal(err)
		}
		if m := ask(t, w, question{server: "1.1.1.1", name: "vpn.attic-films.com", kind: mdns.TypeA}); m.Rcode != mdns.RcodeServerFailure {
			t.Errorf("both servers %s: %v", about, m)
		}
		if got := w.Questions().Servers[dns.OldHost2]; got != (dns.Count{}) {
			t.Errorf("questions among the servers were counted: %+v", got)
		}
	}
}

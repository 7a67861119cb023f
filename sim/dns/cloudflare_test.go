package dns_test

import (
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	mdns "github.com/miekg/dns"

	"example.test/wizard/sim/dns"
)

// api is the part of a Cloudflare account that the name servers see.
type api struct {
	mu    sync.Mutex
	zones map[string][]dns.ZoneRecord
}

func (a *api) set(zone string, recs ...dns.ZoneRecord) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.zones == nil {
		a.zones = map[string][]dns.ZoneRecord{}
	}
	a.zones[zone] = recs
}

func (a *api) zone(name string) ([]dns.ZoneRecord, []string, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	recs, ok := a.zones[name]
	return slices.Clone(recs), []string{"rob.ns.cloudflare.com", "ada.ns.cloudflare.com"}, ok
}

func cloudflareWorld(t *testing.T, a *api) *dns.World {
	return start(t, dns.Config{
		Cloudflare: a.zone,
		EdgeIPv4:   []net.IP{net.IPv4(127, 0, 0, 9).To4()},
		EdgeIPv6:   []net.IP{net.IPv6loopback},
	})
}

func TestCloudflareAnswers(t *testing.T) {
	a := &api{}
	long := "v=DKIM1; p=" + strings.Repeat("k", 400)
	a.set("attic-films.com",
		dns.ZoneRecord{Name: "attic-films.com", Type: "A", TTL: 1, Content: "198.51.100.24"},
		dns.ZoneRecord{Name: "attic-films.com", Type: "MX", TTL: 3600, Content: "10 in1-smtp.messagingengine.com"},
		dns.ZoneRecord{Name: "attic-films.com", Type: "TXT", TTL: 1, Content: `"v=spf1 -all"`},
		dns.ZoneRecord{Name: "attic-films.com", Type: "NS", TTL: 1, Content: "dns1.registrar-servers.com"},
		dns.ZoneRecord{Name: "bare.attic-films.com", Type: "TXT", TTL: 1, Content: `say "hi"; \o/`},
		dns.ZoneRecord{Name: "long.attic-films.com", Type: "TXT", TTL: 1, Content: long},
		dns.ZoneRecord{Name: "long2.attic-films.com", Type: "TXT", TTL: 1, Content: `"` + long + `"`},
		dns.ZoneRecord{Name: "WWW.attic-films.com", Type: "CNAME", TTL: 1, Content: "attic-films.com"},
		dns.ZoneRecord{Name: "x7.attic-films.com", Type: "CNAME", TTL: 1, Content: "c0ffee.cfargotunnel.com", Proxied: true},
		dns.ZoneRecord{Name: "v4.attic-films.com", Type: "A", TTL: 1, Content: "198.51.100.25", Proxied: true},
		dns.ZoneRecord{Name: "*.apps.attic-films.com", Type: "A", TTL: 120, Content: "203.0.113.20"},
		dns.ZoneRecord{Name: "a.b.attic-films.com", Type: "AAAA", TTL: 1, Content: "2001:db8::1"},
		dns.ZoneRecord{Name: "lab.attic-films.com", Type: "NS", TTL: 1, Content: "ns1.lab.attic-films.com"},
		dns.ZoneRecord{Name: "ns1.lab.attic-films.com", Type: "A", TTL: 1, Content: "203.0.113.53"},
		dns.ZoneRecord{Name: "broken.attic-films.com", Type: "A", TTL: 1, Content: "not an address"},
	)
	w := cloudflareWorld(t, a)
	tests := []struct {
		name  string
		kind  uint16
		rcode int
		want  []string
		ttl   uint32
	}{
		{name: "attic-films.com", kind: mdns.TypeA, want: []string{"198.51.100.24"}, ttl: 300},
		{name: "attic-films.com", kind: mdns.TypeMX, want: []string{"10 in1-smtp.messagingengine.com."}, ttl: 3600},
		{name: "attic-films.com", kind: mdns.TypeTXT, want: []string{`"v=spf1 -all"`}, ttl: 300},
		{name: "attic-films.com", kind: mdns.TypeNS, want: []string{"ada.ns.cloudflare.com.", "rob.ns.cloudflare.com."}, ttl: 86400},
		{name: "bare.attic-films.com", kind: mdns.TypeTXT, want: []string{`"say \"hi\"; \\o/"`}, ttl: 300},
		{name: "long.attic-films.com", kind: mdns.TypeTXT, want: []string{`"` + long[:255] + `" "` + long[255:] + `"`}, ttl: 300},
		{name: "long2.attic-films.com", kind: mdns.TypeTXT, want: []string{`"` + long[:255] + `" "` + long[255:] + `"`}, ttl: 300},
		{name: "www.attic-films.com", kind: mdns.TypeCNAME, want: []string{"attic-films.com."}, ttl: 300},
		{name: "x7.attic-films.com", kind: mdns.TypeA, want: []string{"127.0.0.9"}, ttl: 300},
		{name: "x7.attic-films.com", kind: mdns.TypeAAAA, want: []string{"::1"}, ttl: 300},
		{name: "x7.attic-films.com", kind: mdns.TypeCNAME},
		{name: "x7.attic-films.com", kind: mdns.TypeHTTPS, want: []string{`1 . alpn="h3,h2" ipv4hint="127.0.0.9" ipv6hint="::1"`}, ttl: 300},
		{name: "v4.attic-films.com", kind: mdns.TypeA, want: []string{"127.0.0.9"}, ttl: 300},
		{name: "q.apps.attic-films.com", kind: mdns.TypeA, want: []string{"203.0.113.20"}, ttl: 120},
		{name: "b.attic-films.com", kind: mdns.TypeA},
		{name: "broken.attic-films.com", kind: mdns.TypeA, rcode: mdns.RcodeNameError},
		{name: "nothing.attic-films.com", kind: mdns.TypeA, rcode: mdns.RcodeNameError},
		{name: "every-type.net", kind: mdns.TypeA, rcode: mdns.RcodeRefused},
	}
	for _, server := range []string{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"} {
		for _, test := range tests {
			m := ask(t, w, question{server: server, name: test.name, kind: test.kind, size: 1232})
			if m.Rcode != test.rcode || m.Authoritative != (test.rcode != mdns.RcodeRefused) {
				t.Errorf("%s %s: %v", test.name, mdns.TypeToString[test.kind], m)
			}
			equal(t, test.name+" "+mdns.TypeToString[test.kind], values(m.Answer, test.kind), test.want...)
			if len(m.Answer) > 0 && m.Answer[0].Header().Ttl != test.ttl {
				t.Errorf("%s: TTL %d, want %d", test.name, m.Answer[0].Header().Ttl, test.ttl)
			}
		}
		referral := ask(t, w, question{server: server, name: "x.lab.attic-films.com", kind: mdns.TypeA})
		if referral.Authoritative || len(values(referral.Extra, mdns.TypeA)) != 1 {
			t.Errorf("not a referral with glue: %v", referral)
		}
	}
}

func TestCloudflareServersHaveTheirPlaces(t *testing.T) {
	a := &api{}
	a.set("attic-films.com")
	w := cloudflareWorld(t, a)
	addresses := w.Addresses()
	if addresses["rob.ns.cloudflare.com"] != addresses[dns.Cloudflare1] || addresses["ada.ns.cloudflare.com"] != addresses[dns.Cloudflare2] {
		t.Errorf("the pair is not in its order: %v", addresses)
	}
	if addresses[dns.Cloudflare1] == addresses[dns.Cloudflare2] {
		t.Error("one server for two names")
	}
	for name, want := range map[string]string{
		"rob.ns.cloudflare.com": dns.Cloudflare1, "ada.ns.cloudflare.com": dns.Cloudflare2,
	} {
		m := ask(t, w, question{server: "8.8.8.8", name: name, kind: mdns.TypeA})
		equal(t, name, values(m.Answer, mdns.TypeA), want)
	}
	// A pair of another account has servers too.
	if m := ask(t, w, question{server: "8.8.8.8", name: "gina.ns.cloudflare.com", kind: mdns.TypeA}); len(m.Answer) != 1 {
		t.Errorf("another name: %v", m)
	}
	if err := w.SetFault("ada.ns.cloudflare.com", dns.Fault{Rcode: mdns.RcodeRefused}); err != nil {
		t.Fatal(err)
	}
	if m := ask(t, w, question{server: dns.Cloudflare2, name: "attic-films.com", kind: mdns.TypeSOA}); m.Rcode != mdns.RcodeRefused {
		t.Errorf("the fault is on another server: %v", m)
	}
}

func TestCloudflareSerialGrowsByChanges(t *testing.T) {
	a := &api{}
	first := dns.ZoneRecord{Name: "attic-films.com", Type: "A", TTL: 1, Content: "198.51.100.24"}
	second := dns.ZoneRecord{Name: "www.attic-films.com", Type: "A", TTL: 1, Content: "198.51.100.24"}
	w := cloudflareWorld(t, a)
	soa := func(server string) mdns.SOA {
		m := ask(t, w, question{server: server, name: "attic-films.com", kind: mdns.TypeSOA})
		got, ok := m.Answer[0].(*mdns.SOA)
		if !ok {
			t.Fatalf("no SOA: %v", m)
		}
		return *got
	}
	a.set("attic-films.com", first, second)
	before := soa(dns.Cloudflare1)
	if before.Refresh != 10000 || before.Retry != 2400 || before.Expire != 604800 || before.Minttl != 1800 || before.Mbox != "dns.cloudflare.com." {
		t.Errorf("SOA %v", before)
	}
	a.set("attic-films.com", second, first)
	if got := soa(dns.Cloudflare2); got.Serial != before.Serial {
		t.Errorf("serial %d at one server, %d at the other", before.Serial, got.Serial)
	}
	a.set("attic-films.com", first)
	if got := soa(dns.Cloudflare1); got.Serial != before.Serial+1 {
		t.Errorf("serial %d after a change of %d", got.Serial, before.Serial)
	}
}

func TestApexAliasIsFlattened(t *testing.T) {
	a := &api{}
	a.set("attic-films.com",
		dns.ZoneRecord{Name: "attic-films.com", Type: "CNAME", TTL: 1, Content: "shops.myshopify.com"},
		dns.ZoneRecord{Name: "attic-films.com", Type: "TXT", TTL: 1, Content: "kept"},
		dns.ZoneRecord{Name: "www.attic-films.com", Type: "CNAME", TTL: 1, Content: "attic-films.com"},
	)
	w := cloudflareWorld(t, a)
	m := ask(t, w, question{server: dns.Cloudflare1, name: "www.attic-films.com", kind: mdns.TypeA})
	equal(t, "address by way of the apex", values(m.Answer, mdns.TypeA), "23.227.38.74")
	for kind, want := range map[uint16][]string{
		mdns.TypeA: {"23.227.38.74"}, mdns.TypeAAAA: nil, mdns.TypeCNAME: nil, mdns.TypeTXT: {`"kept"`},
	} {
		m := ask(t, w, question{server: dns.Cloudflare1, name: "attic-films.com", kind: kind})
		if m.Rcode != mdns.RcodeSuccess {
			t.Errorf("%s: %v", mdns.TypeToString[kind], m)
		}
		equal(t, mdns.TypeToString[kind], values(m.Answer, kind), want...)
	}
	// Two apexes that are aliases of each other must not hang.
	a.set("attic-films.com", dns.ZoneRecord{Name: "attic-films.com", Type: "CNAME", TTL: 1, Content: "every-type.net"})
	a.set("every-type.net", dns.ZoneRecord{Name: "every-type.net", Type: "CNAME", TTL: 1, Content: "attic-films.com"})
	for _, d := range []string{"attic-films.com", "every-type.net"} {
		if err := w.Register(dns.Domain{Name: d, NameServers: []string{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"}}); err != nil {
			t.Fatal(err)
		}
	}
	m = ask(t, w, question{server: dns.Cloudflare1, name: "attic-films.com", kind: mdns.TypeA})
	if m.Rcode != mdns.RcodeServerFailure {
		t.Errorf("a loop of flattened aliases: %v", m)
	}
}

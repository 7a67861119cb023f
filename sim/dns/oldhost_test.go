package dns_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	mdns "github.com/miekg/dns"

	"example.test/wizard/sim/dns"
)

func TestOldHostAnswers(t *testing.T) {
	w := start(t, dns.Config{})
	tests := []struct {
		about, name string
		kind        uint16
		rcode       int
		notAA       bool
		answers     int
		soa         bool
	}{
		{about: "address", name: "home.attic-films.com", kind: mdns.TypeA, answers: 1},
		{about: "several types at the apex", name: "attic-films.com", kind: mdns.TypeMX, answers: 2},
		{about: "no data of this type", name: "home.attic-films.com", kind: mdns.TypeMX, soa: true},
		{about: "no such name", name: "nothing.attic-films.com", kind: mdns.TypeA, rcode: mdns.RcodeNameError, soa: true},
		{about: "empty non-terminal", name: "_domainkey.attic-films.com", kind: mdns.TypeA, soa: true},
		{about: "empty non-terminal of SRV names", name: "_tcp.attic-films.com", kind: mdns.TypeTXT, soa: true},
		{about: "nothing below a name", name: "x.home.attic-films.com", kind: mdns.TypeA, rcode: mdns.RcodeNameError, soa: true},
		{about: "alias inside the zone", name: "www.attic-films.com", kind: mdns.TypeA, answers: 2},
		{about: "alias itself", name: "www.attic-films.com", kind: mdns.TypeCNAME, answers: 1},
		{about: "alias to outside", name: "blog.attic-films.com", kind: mdns.TypeA, answers: 1},
		{about: "alias whose target lacks the type", name: "www.attic-films.com", kind: mdns.TypeSRV, answers: 1, soa: true},
		{about: "wildcard", name: "anything.apps.attic-films.com", kind: mdns.TypeA, answers: 1},
		{about: "wildcard over two labels", name: "a.b.apps.attic-films.com", kind: mdns.TypeA, answers: 1},
		{about: "wildcard without the type", name: "anything.apps.attic-films.com", kind: mdns.TypeTXT, soa: true},
		{about: "wildcard literally", name: "*.apps.attic-films.com", kind: mdns.TypeA, answers: 1},
		{about: "a name hides the wildcard", name: "status.apps.attic-films.com", kind: mdns.TypeMX, soa: true},
		{about: "wildcard does not reach below an existing name", name: "x.status.apps.attic-films.com", kind: mdns.TypeA, rcode: mdns.RcodeNameError, soa: true},
		{about: "wildcard stops at a name in between", name: "x.between.awkward-attic.com", kind: mdns.TypeA, rcode: mdns.RcodeNameError, soa: true},
		{about: "the name in between", name: "between.awkward-attic.com", kind: mdns.TypeA, soa: true},
		{about: "same address as the wildcard, other types too", name: "hidden.awkward-attic.com", kind: mdns.TypeMX, answers: 1},
		{about: "wildcard alias", name: "x.alias.every-type.net", kind: mdns.TypeA, answers: 2},
		{about: "alias chain", name: "chain1.every-type.net", kind: mdns.TypeAAAA, answers: 3},
		{about: "alias loop", name: "loop1.awkward-attic.com", kind: mdns.TypeA, answers: 2},
		{about: "alias to itself", name: "self.awkward-attic.com", kind: mdns.TypeA, answers: 1},
		{about: "alias to nothing", name: "dangling.awkward-attic.com", kind: mdns.TypeA, rcode: mdns.RcodeNameError, answers: 1, soa: true},
		{about: "minimal ANY", name: "attic-films.com", kind: mdns.TypeANY, answers: 1},
		{about: "foreign zone", name: "example.org", kind: mdns.TypeA, rcode: mdns.RcodeRefused, notAA: true},
		{about: "zone given up", name: dns.DeletedDomain, kind: mdns.TypeA, rcode: mdns.RcodeRefused, notAA: true},
		{about: "no transfer", name: "attic-films.com", kind: mdns.TypeAXFR, rcode: mdns.RcodeRefused, notAA: true},
	}
	for _, test := range tests {
		for _, tcp := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s tcp=%v", test.about, tcp), func(t *testing.T) {
				m := ask(t, w, question{server: dns.OldHost1, name: test.name, kind: test.kind, tcp: tcp})
				if m.Rcode != test.rcode || m.Authoritative == test.notAA || len(m.Answer) != test.answers {
					t.Errorf("%s aa=%v with %d answers, want %s aa=%v with %d\n%v",
						mdns.RcodeToString[m.Rcode], m.Authoritative, len(m.Answer), mdns.RcodeToString[test.rcode], !test.notAA, test.answers, m)
				}
				if got := len(values(m.Ns, mdns.TypeSOA)) == 1; got != test.soa {
					t.Errorf("SOA in the authority section: %v, want %v", got, test.soa)
				}
				if m.RecursionAvailable {
					t.Error("an authoritative server offers recursion")
				}
			})
		}
	}
}

func TestNegativeTTLIsTheSmaller(t *testing.T) {
	w := start(t, dns.Config{})
	m := ask(t, w, question{server: dns.OldHost1, name: "nothing.between.awkward-attic.com", kind: mdns.TypeA})
	if ttl := m.Ns[0].Header().Ttl; ttl != 300 { // SOA lives 600, minimum 300
		t.Errorf("negative TTL %d, want 300", ttl)
	}
}

func TestReferralToChild(t *testing.T) {
	w := start(t, dns.Config{})
	for _, kind := range []uint16{mdns.TypeA, mdns.TypeNS, mdns.TypeTXT} {
		m := ask(t, w, question{server: dns.OldHost2, name: "printer.lab.attic-films.com", kind: kind})
		if m.Rcode != mdns.RcodeSuccess || m.Authoritative || len(m.Answer) > 0 {
			t.Fatalf("not a referral: %v", m)
		}
		equal(t, "name servers", values(m.Ns, mdns.TypeNS), "ns1.lab.attic-films.com.", "ns2.lab.attic-films.com.")
		equal(t, "glue", values(m.Extra, mdns.TypeA), "203.0.113.53", "203.0.113.54")
	}
	ds := ask(t, w, question{server: dns.OldHost1, name: "child.every-type.net", kind: mdns.TypeDS})
	if !ds.Authoritative || len(values(ds.Answer, mdns.TypeDS)) != 1 {
		t.Errorf("the DS of a child belongs to the parent: %v", ds)
	}
}

func TestCaseOfTheQuestionIsKept(t *testing.T) {
	w := start(t, dns.Config{})
	m := ask(t, w, question{server: dns.OldHost1, name: "HoMe.ATTIC-films.CoM", kind: mdns.TypeA})
	if m.Question[0].Name != "HoMe.ATTIC-films.CoM." || len(m.Answer) != 1 || m.Answer[0].Header().Name != "HoMe.ATTIC-films.CoM." {
		t.Errorf("case was lost: %v", m)
	}
}

func TestSizeOfAnswers(t *testing.T) {
	w := start(t, dns.Config{})
	giant := question{server: dns.OldHost1, name: "giant.awkward-attic.com", kind: mdns.TypeTXT}
	dkim := question{server: dns.OldHost1, name: "reel7x2024._domainkey.attic-films.com", kind: mdns.TypeTXT}
	tests := []struct {
		about     string
		q         question
		size      uint16
		tcp       bool
		truncated bool
	}{
		{"giant without EDNS", giant, 0, false, true},
		{"giant with a large buffer", giant, 4096, false, true},
		{"giant over TCP", giant, 0, true, false},
		{"long key without EDNS", dkim, 0, false, true},
		{"long key with EDNS", dkim, 1232, false, false},
		{"long key with a too small buffer", dkim, 512, false, true},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			q := test.q
			q.size, q.tcp = test.size, test.tcp
			m := ask(t, w, q)
			if m.Truncated != test.truncated {
				t.Errorf("truncated=%v with %d answers, want %v", m.Truncated, len(m.Answer), test.truncated)
			}
			if (m.IsEdns0() != nil) != (test.size > 0) {
				t.Errorf("OPT in the answer: %v", m.IsEdns0())
			}
			if test.tcp && len(m.Answer) != 120 {
				t.Errorf("%d answers over TCP, want 120", len(m.Answer))
			}
		})
	}
}

func TestUnknownEDNSVersion(t *testing.T) {
	w := start(t, dns.Config{})
	m := new(mdns.Msg).SetQuestion("attic-films.com.", mdns.TypeA).SetEdns0(1232, false)
	m.IsEdns0().SetVersion(1)
	got, err := mdns.Exchange(m, w.Addresses()[dns.OldHost1])
	if err != nil {
		t.Fatal(err)
	}
	if got.Rcode != mdns.RcodeBadVers || len(got.Answer) > 0 {
		t.Errorf("answer to EDNS version 1: %v", got)
	}
}

func TestTransfer(t *testing.T) {
	w := start(t, dns.Config{})
	if err := w.Register(dns.Domain{Name: "open-attic.com", Zone: smallZone("open-attic.com", 300), Transfer: true}); err != nil {
		t.Fatal(err)
	}
	rrs := transfer(t, w, "open-attic.com")
	if len(rrs) != 304 { // SOA twice, two NS, the rest
		t.Errorf("%d records, want 304", len(rrs))
	}
	if rrs[0].Header().Rrtype != mdns.TypeSOA || rrs[len(rrs)-1].Header().Rrtype != mdns.TypeSOA {
		t.Error("a transfer begins and ends with the SOA")
	}
	// Not for a part of the zone, and not over UDP.
	for _, q := range []question{{name: "x1.open-attic.com", tcp: true}, {name: "open-attic.com"}} {
		q.server, q.kind = dns.OldHost1, mdns.TypeAXFR
		if m := ask(t, w, q); m.Rcode != mdns.RcodeRefused {
			t.Errorf("transfer of %s tcp=%v: %s", q.name, q.tcp, mdns.RcodeToString[m.Rcode])
		}
	}
}

func transfer(t *testing.T, w *dns.World, domain string) []mdns.RR {
	t.Helper()
	conn, err := net.Dial("tcp", w.Addresses()[dns.OldHost1])
	if err != nil {
		t.Fatal(err)
	}
	tr := &mdns.Transfer{Conn: &mdns.Conn{Conn: conn}}
	defer func() { _ = tr.Close() }()
	envelopes, err := tr.In(new(mdns.Msg).SetAxfr(mdns.Fqdn(domain)), "")
	if err != nil {
		t.Fatal(err)
	}
	var out []mdns.RR
	for e := range envelopes {
		if e.Error != nil {
			t.Fatal(e.Error)
		}
		out = append(out, e.RR...)
	}
	return out
}

// smallZone has n long TXT records besides its SOA and NS.
func smallZone(domain string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "@ 600 IN SOA ns1 hostmaster 1 7200 3600 604800 300\n@ 600 IN NS %s.\n@ 600 IN NS %s.\n", dns.OldHost1, dns.OldHost2)
	for i := range n {
		fmt.Fprintf(&b, "x%d 600 IN TXT %q\n", i, strings.Repeat(domain, 200/len(domain)))
	}
	return b.String()
}

func TestLookupHearsWhoAnswers(t *testing.T) {
	w := start(t, dns.Config{})
	if err := w.SetFault(dns.OldHost1, dns.Fault{Rcode: mdns.RcodeServerFailure}); err != nil {
		t.Fatal(err)
	}
	equal(t, "MX", values(w.Lookup("Attic-Films.com", mdns.TypeMX), mdns.TypeMX),
		"10 in1-smtp.messagingengine.com.", "20 in2-smtp.messagingengine.com.")
	if got := w.Lookup("nothing.attic-films.com", mdns.TypeA); len(got) > 0 {
		t.Errorf("records of a missing name: %v", got)
	}
	for _, server := range []string{dns.OldHost1, dns.OldHost2} {
		if got := w.Lookup("attic-films.com", mdns.TypeMX); len(got) == 0 {
			t.Errorf("nobody answers before %s refuses", server)
		}
		if err := w.SetFault(server, dns.Fault{Zone: "attic-films.com", Rcode: mdns.RcodeRefused}); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.Lookup("attic-films.com", mdns.TypeMX); got != nil {
		t.Errorf("both refuse, and it is answered %v", got)
	}
	if got := w.Lookup("elsewhere.example", mdns.TypeA); got != nil {
		t.Errorf("records of a foreign zone: %v", got)
	}
}

func TestDemoZones(t *testing.T) {
	w := start(t, dns.Config{})
	want := strings.Fields("A AAAA CNAME MX TXT SRV CAA NS SVCB HTTPS TLSA SSHFP NAPTR LOC CERT SMIMEA URI DS PTR")
	kinds := map[string]int{}
	all := map[string]int{}
	for _, d := range dns.DemoDomains() {
		parser := mdns.NewZoneParser(strings.NewReader(d.Zone), mdns.Fqdn(d.Name), "")
		for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
			all[d.Name]++
			if d.Name == dns.EveryTypeDomain {
				kinds[mdns.TypeToString[rr.Header().Rrtype]]++
			}
			// What the file says is what the server answers, glue apart.
			h := rr.Header()
			m := ask(t, w, question{server: dns.OldHost1, name: h.Name, kind: h.Rrtype, tcp: true})
			got := slices.Concat(m.Answer, m.Ns, m.Extra)
			if !slices.ContainsFunc(got, func(have mdns.RR) bool { return mdns.IsDuplicate(rr, have) }) {
				t.Errorf("not served: %v", rr)
			}
		}
		if err := parser.Err(); err != nil {
			t.Error(err)
		}
	}
	if n := all[dns.DemoDomain]; n < 45 || n > 60 {
		t.Errorf("%d records in the demo's zone", n)
	}
	if n := all[dns.EveryTypeDomain]; n < 60 {
		t.Errorf("%d records in the zone of all types, want 60", n)
	}
	for _, kind := range want {
		if kinds[kind] == 0 {
			t.Errorf("no %s in the zone of all types", kind)
		}
	}
}

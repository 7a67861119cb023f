package dns_test

import (
	"errors"
	"net"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"example.test/wizard/sim/dns"
)

func TestFaults(t *testing.T) {
	w := start(t, dns.Config{})
	q := question{server: dns.OldHost1, name: dns.DemoDomain, kind: mdns.TypeMX}
	tests := []struct {
		about string
		fault dns.Fault
		good  func(udp, tcp *mdns.Msg) bool
	}{
		{"refuse", dns.Fault{Rcode: mdns.RcodeRefused}, func(udp, tcp *mdns.Msg) bool {
			return udp.Rcode == mdns.RcodeRefused && tcp.Rcode == mdns.RcodeRefused && len(udp.Answer) == 0
		}},
		{"server failure", dns.Fault{Rcode: mdns.RcodeServerFailure}, func(udp, tcp *mdns.Msg) bool {
			return udp.Rcode == mdns.RcodeServerFailure && tcp.Rcode == mdns.RcodeServerFailure
		}},
		{"lame", dns.Fault{Lame: true}, func(udp, tcp *mdns.Msg) bool {
			return udp.Rcode == mdns.RcodeSuccess && !udp.Authoritative && len(udp.Answer) == 0 && udp.Ns[0].Header().Name == "." && !tcp.Authoritative
		}},
		{"truncate", dns.Fault{Truncate: true}, func(udp, tcp *mdns.Msg) bool {
			return udp.Truncated && len(udp.Answer) == 0 && !tcp.Truncated && len(tcp.Answer) == 2
		}},
		{"none", dns.Fault{}, func(udp, tcp *mdns.Msg) bool {
			return udp.Authoritative && len(udp.Answer) == 2 && len(tcp.Answer) == 2
		}},
	}
	for _, test := range tests {
		if err := w.SetFault(dns.OldHost1, test.fault); err != nil {
			t.Fatal(err)
		}
		overTCP := q
		overTCP.tcp = true
		if udp, tcp := ask(t, w, q), ask(t, w, overTCP); !test.good(udp, tcp) {
			t.Errorf("%s: udp %v\ntcp %v", test.about, udp, tcp)
		}
	}
	if err := w.SetFault("ns1.nowhere.example", dns.Fault{}); err == nil {
		t.Error("a fault was set on a server that does not exist")
	}
}

func TestFaultOfOneZone(t *testing.T) {
	w := start(t, dns.Config{})
	if err := w.SetFault("156.154.132.200", dns.Fault{Zone: "Attic-Films.com.", Rcode: mdns.RcodeServerFailure}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"www.attic-films.com": mdns.RcodeServerFailure, "www.every-type.net": mdns.RcodeSuccess} {
		if m := ask(t, w, question{server: dns.OldHost1, name: name, kind: mdns.TypeA}); m.Rcode != want {
			t.Errorf("%s: %s", name, mdns.RcodeToString[m.Rcode])
		}
		if m := ask(t, w, question{server: dns.OldHost2, name: name, kind: mdns.TypeA}); m.Rcode != mdns.RcodeSuccess {
			t.Errorf("the other server has the fault too: %v", m)
		}
	}
	if err := w.SetFault(dns.OldHost1, dns.Fault{Zone: "attic-films.com"}); err != nil {
		t.Fatal(err)
	}
	if m := ask(t, w, question{server: dns.OldHost1, name: "www.attic-films.com", kind: mdns.TypeA}); m.Rcode != mdns.RcodeSuccess {
		t.Errorf("the fault did not go away: %v", m)
	}
}

func TestSilentServer(t *testing.T) {
	w := start(t, dns.Config{})
	if err := w.SetFault(dns.OldHost2, dns.Fault{Silent: true}); err != nil {
		t.Fatal(err)
	}
	client := mdns.Client{Timeout: 150 * time.Millisecond}
	_, _, err := client.Exchange(new(mdns.Msg).SetQuestion("attic-films.com.", mdns.TypeA), w.Addresses()[dns.OldHost2])
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("error %v, want a timeout", err)
	}
}

func TestSlowServer(t *testing.T) {
	w := start(t, dns.Config{})
	if err := w.SetFault(dns.OldHost1, dns.Fault{Delay: 120 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	m := ask(t, w, question{server: dns.OldHost1, name: dns.DemoDomain, kind: mdns.TypeA})
	if took := time.Since(begin); took < 120*time.Millisecond || len(m.Answer) != 1 {
		t.Errorf("answered after %v: %v", took, m)
	}
}

func TestRateLimit(t *testing.T) {
	c := newClock()
	w := start(t, dns.Config{Now: c.Now})
	if err := w.SetFault(dns.OldHost1, dns.Fault{Limit: 3}); err != nil {
		t.Fatal(err)
	}
	count := func() dns.Count { return w.Questions().Servers[dns.OldHost1] }
	var unanswered []*mdns.Conn
	udp := func() bool {
		t.Helper()
		before := count()
		c, err := mdns.Dial("udp", w.Addresses()[dns.OldHost1])
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if err := c.WriteMsg(new(mdns.Msg).SetQuestion("attic-films.com.", mdns.TypeA)); err != nil {
			t.Fatal(err)
		}
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for late := time.After(30 * time.Second); count().UDP == before.UDP; {
			select {
			case <-tick.C:
			case <-late:
				t.Fatal("the question does not arrive")
			}
		}
		if count().Dropped > before.Dropped {
			unanswered = append(unanswered, c)
			return false
		}
		if err := c.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.ReadMsg(); err != nil {
			t.Errorf("neither dropped nor answered: %v", err)
		}
		return true
	}
	answered := 0
	for range 5 {
		if udp() {
			answered++
		}
	}
	if answered != 3 {
		t.Errorf("%d of 5 answered in one second, want 3", answered)
	}
	ask(t, w, question{server: dns.OldHost1, name: dns.DemoDomain, kind: mdns.TypeA, tcp: true})
	c.advance(time.Second)
	if !udp() {
		t.Error("no answer in the next second")
	}
	for _, c := range unanswered {
		if err := c.SetReadDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if m, err := c.ReadMsg(); err == nil {
			t.Errorf("counted as dropped, and answered: %v", m)
		}
	}
	got := w.Questions()
	if want := (dns.Count{UDP: 6, TCP: 1, Dropped: 2, Peak: 6}); got.Servers[dns.OldHost1] != want || got.Total != 7 {
		t.Errorf("counted %+v", got)
	}
}

func TestServersThatDisagree(t *testing.T) {
	w := start(t, dns.Config{})
	err := w.Register(dns.Domain{Name: "two-minds.com", Zone: smallZone("two-minds.com", 2), StaleZone: smallZone("two-minds.com", 1)})
	if err != nil {
		t.Fatal(err)
	}
	for server, want := range map[string]int{dns.OldHost1: mdns.RcodeSuccess, dns.OldHost2: mdns.RcodeNameError} {
		if m := ask(t, w, question{server: server, name: "x1.two-minds.com", kind: mdns.TypeTXT}); m.Rcode != want {
			t.Errorf("%s: %s", server, mdns.RcodeToString[m.Rcode])
		}
	}
}

func TestEmptyNonTerminalsDenied(t *testing.T) {
	w := start(t, dns.Config{})
	if err := w.SetFault(dns.OldHost1, dns.Fault{EmptyMissing: true}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{
		"_domainkey.attic-films.com":     mdns.RcodeNameError, // wrongly
		"fm1._domainkey.attic-films.com": mdns.RcodeSuccess,
		"home.attic-films.com":           mdns.RcodeSuccess, // has data, not of this type
	} {
		if m := ask(t, w, question{server: dns.OldHost1, name: name, kind: mdns.TypeMX}); m.Rcode != want {
			t.Errorf("%s: %s", name, mdns.RcodeToString[m.Rcode])
		}
	}
}

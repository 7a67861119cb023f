package dns_test

import (
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	mdns "github.com/miekg/dns"
	"go.uber.org/goleak"

	"example.test/wizard/sim/dns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a world clock that moves when it is told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func start(t *testing.T, c dns.Config) *dns.World {
	t.Helper()
	w, err := dns.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("closing the world: %v", err)
		}
	})
	return w
}

// question is what to ask and how.
type question struct {
	server string // name in Addresses, or host:port
	name   string
	kind   uint16
	tcp    bool
	size   uint16 // EDNS size; 0 means no EDNS
	dnssec bool
}

// exchange asks and does not retry; the error is the client's.
func exchange(w *dns.World, q question) (*mdns.Msg, error) {
	addr := q.server
	if to, ok := w.Addresses()[q.server]; ok {
		addr = to
	}
	m := new(mdns.Msg).SetQuestion(mdns.Fqdn(q.name), q.kind)
	if q.size > 0 || q.dnssec {
		m.SetEdns0(max(q.size, 1232), q.dnssec)
		m.IsEdns0().SetUDPSize(max(q.size, 512))
	}
	client := mdns.Client{Timeout: 5 * time.Second}
	if q.tcp {
		client.Net = "tcp"
	}
	answer, _, err := client.Exchange(m, addr)
	return answer, err
}

func ask(t *testing.T, w *dns.World, q question) *mdns.Msg {
	t.Helper()
	m, err := exchange(w, q)
	if err != nil {
		t.Fatalf("%s %s at %s: %v", q.name, mdns.TypeToString[q.kind], q.server, err)
	}
	return m
}

// values is the sorted record data of one type in a section.
func values(rrs []mdns.RR, kind uint16) []string {
	var out []string
	for _, rr := range rrs {
		if rr.Header().Rrtype == kind {
			out = append(out, strings.TrimPrefix(rr.String(), rr.Header().String()))
		}
	}
	slices.Sort(out)
	return out
}

func equal(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestEveryServerAnswersOnItsOwnPort(t *testing.T) {
	w := start(t, dns.Config{})
	ports := map[string]bool{}
	for _, addr := range w.Addresses() {
		host, _, err := net.SplitHostPort(addr)
		if err != nil || host != "127.0.0.1" {
			t.Errorf("address %q is not on loopback", addr)
		}
		ports[addr] = true
	}
	if len(ports) != 11 {
		t.Errorf("%d ports, want 11", len(ports))
	}
	if got := len(w.Resolvers()); got != 5 {
		t.Fatalf("%d resolvers, want 5", got)
	}
	if w.Resolvers()[4] != w.Addresses()[dns.Local] || w.Resolvers()[0] != w.Addresses()["1.1.1.1"] {
		t.Error("the resolvers are not in the promised order")
	}
	for name, same := range map[string]string{dns.OldHost1: "156.154.132.200", dns.Registry2: "192.33.14.30", "nsa.nic.uk": dns.Registry1} {
		if a := w.Addresses()[name]; a == "" || a != w.Addresses()[same] {
			t.Errorf("%s and %s are not the same server", name, same)
		}
	}
}

func TestCloseInterruptsSlowAnswers(t *testing.T) {
	w, err := dns.Start(dns.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SetFault(dns.OldHost1, dns.Fault{Delay: time.Hour}); err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("udp", w.Addresses()[dns.OldHost1])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	packed, err := new(mdns.Msg).SetQuestion("attic-films.com.", mdns.TypeA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(packed); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); w.Questions().Servers[dns.OldHost1].UDP == 0; {
		if time.Now().After(deadline) {
			t.Fatal("the question never arrived")
		}
	}
	done := make(chan error)
	go func() { done <- w.Close() }()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Close waits for an answer that takes an hour")
	}
	if err := w.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

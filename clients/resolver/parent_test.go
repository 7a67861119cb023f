package resolver_test

import (
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"example.test/wizard/clients/resolver"
	"example.test/wizard/steps/zone"
)

// serve answers at a loopback port, over UDP and TCP.
func serve(t *testing.T, answer func(q *dns.Msg, udp bool) *dns.Msg) string {
	t.Helper()
	var tcp net.Listener
	var udp net.PacketConn
	for udp == nil {
		var err error
		if tcp, err = net.Listen("tcp4", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if udp, err = net.ListenPacket("udp4", tcp.Addr().String()); err != nil {
			_ = tcp.Close() // the port is taken over UDP: another one
		}
	}
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		_, isUDP := w.RemoteAddr().(*net.UDPAddr)
		if m := answer(q, isUDP); m != nil {
			_ = w.WriteMsg(m)
		}
	})
	var wg sync.WaitGroup
	t.Cleanup(wg.Wait) // last in, first out: after the shutdowns below
	for _, s := range []*dns.Server{{Listener: tcp, Handler: handler}, {PacketConn: udp, Handler: handler}} {
		ready := make(chan struct{})
		s.NotifyStartedFunc = func() { close(ready) }
		wg.Go(func() { _ = s.ActivateAndServe() })
		<-ready
		t.Cleanup(func() { _ = s.Shutdown() })
	}
	return udp.LocalAddr().String()
}

func rr(t *testing.T, text string) dns.RR {
	t.Helper()
	out, err := dns.NewRR(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// refer is a server that knows only whom to ask.
func refer(t *testing.T, ns, extra string) func(*dns.Msg, bool) *dns.Msg {
	return func(q *dns.Msg, _ bool) *dns.Msg {
		m := new(dns.Msg).SetReply(q)
		m.Ns = []dns.RR{rr(t, ns)}
		if extra != "" {
			m.Extra = []dns.RR{rr(t, extra)}
		}
		return m
	}
}

// The parent is found from the root down, with glue, by way of a zone between.
func TestDelegationFromTheRoot(t *testing.T) {
	registry := serve(t, refer(t, "x.co.test. 3600 NS ns1.old.net.", ""))
	tld := serve(t, refer(t, "co.test. 3600 NS ns.co.test.", "ns.co.test. 3600 A 192.0.2.2"))
	root := serve(t, refer(t, "test. 3600 NS ns.test.", "ns.test. 3600 A 192.0.2.1"))
	r := resolver.New(resolver.Config{
		Servers: map[string]string{"a.root-servers.net": root, "192.0.2.1": tld, "192.0.2.2": registry}, Resolvers: []resolver.NamedResolver{}, Timeout: time.Second,
	})
	d, err := r.Delegation(limited(t), "x.co.test")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(d.NS, []string{"ns1.old.net"}) || d.Source != "ns.co.test, the server of .co.test" || d.Servers[0].Server != "ns.co.test" {
		t.Errorf("%+v", d)
	}
}

// A server that points upwards does not speak for the zone: the next one is asked.
func TestDelegationPassesLameServers(t *testing.T) {
	lame := serve(t, refer(t, "test. 3600 NS ns.test.", ""))
	registry := serve(t, refer(t, "x.co.test. 3600 NS ns1.old.net.", ""))
	tld := serve(t, func(q *dns.Msg, _ bool) *dns.Msg {
		m := refer(t, "co.test. 3600 NS a.co.test.", "a.co.test. 3600 A 192.0.2.3")(q, false)
		m.Ns = append(m.Ns, rr(t, "co.test. 3600 NS b.co.test."))
		m.Extra = append(m.Extra, rr(t, "b.co.test. 3600 A 192.0.2.2"))
		return m
	})
	r := resolver.New(resolver.Config{
		Servers: map[string]string{"a.root-servers.net": tld, "192.0.2.3": lame, "192.0.2.2": registry}, Resolvers: []resolver.NamedResolver{}, Timeout: time.Second,
	})
	d, err := r.Delegation(limited(t), "x.co.test")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Servers) != 2 || d.Servers[0].Err != "does not answer for .co.test" || d.Servers[1].Err != "" || !slices.Equal(d.NS, []string{"ns1.old.net"}) {
		t.Errorf("%+v", d)
	}
}

// Referrals that lead upwards, or round and round, end.
func TestDelegationLoops(t *testing.T) {
	up := serve(t, refer(t, ". 3600 NS a.root-servers.net.", ""))
	r := resolver.New(resolver.Config{Servers: map[string]string{"a.root-servers.net": up}, Resolvers: []resolver.NamedResolver{}, Timeout: time.Second})
	if d, err := r.Delegation(limited(t), "x.test"); err == nil {
		t.Errorf("a root that points to itself says %+v", d)
	}
}

func TestExchange(t *testing.T) {
	record := func(q *dns.Msg) *dns.Msg {
		m := new(dns.Msg).SetReply(q)
		m.Authoritative = true
		m.Answer = []dns.RR{rr(t, q.Question[0].Name+" 60 A 192.0.2.1")}
		return m
	}
	var mu sync.Mutex
	asked := 0
	for name, answer := range map[string]func(*dns.Msg, bool) *dns.Msg{
		"a server that chokes on EDNS0": func(q *dns.Msg, _ bool) *dns.Msg {
			if q.IsEdns0() != nil {
				return new(dns.Msg).SetRcode(q, dns.RcodeFormatError)
			}
			return record(q)
		},
		"truncated over UDP": func(q *dns.Msg, udp bool) *dns.Msg {
			m := record(q)
			if udp {
				m.Answer, m.Truncated = nil, true
			}
			return m
		},
		"nothing over UDP": func(q *dns.Msg, udp bool) *dns.Msg {
			if udp {
				return nil
			}
			return record(q)
		},
		"only the second time": func(q *dns.Msg, _ bool) *dns.Msg {
			mu.Lock()
			defer mu.Unlock()
			if asked++; asked == 1 {
				return nil
			}
			return record(q)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := resolver.New(resolver.Config{Servers: map[string]string{"ns": serve(t, answer)}, Timeout: patient})
			a, err := r.Ask(limited(t), "ns", "x.test", "A")
			if err != nil || a.Rcode != "NOERROR" || !a.Auth || len(a.Records) != 1 || a.Records[0].Content != "192.0.2.1" {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}

// Answers to other questions are not taken (RFC 5452).
func TestExchangeIgnoresForgeries(t *testing.T) {
	t.Parallel()
	forge := map[string]func(*dns.Msg){
		"another id":       func(m *dns.Msg) { m.Id++ },
		"another question": func(m *dns.Msg) { m.Question[0].Name = "evil.test." },
		"no answer at all": func(m *dns.Msg) { m.Response = false },
	}
	for name, change := range forge {
		t.Run(name, func(t *testing.T) {
			addr := serve(t, func(q *dns.Msg, _ bool) *dns.Msg {
				m := new(dns.Msg).SetReply(q)
				m.Answer = []dns.RR{rr(t, "x.test. 60 A 192.0.2.66")}
				change(m)
				return m
			})
			r := resolver.New(resolver.Config{Servers: map[string]string{"ns": addr}, Timeout: patient})
			if a, err := r.Ask(limited(t), "ns", "x.test", "A"); err != nil || a.Rcode != "timeout" {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}

func TestTransferFailures(t *testing.T) {
	soa := "x.test. 60 SOA ns. host. 1 1 1 1 1"
	refused := func(err error) bool { return errors.Is(err, zone.ErrRefused) }
	for name, c := range map[string]struct {
		answer func(*dns.Msg, bool) *dns.Msg
		is     func(error) bool
	}{
		"refused": {func(q *dns.Msg, _ bool) *dns.Msg { return new(dns.Msg).SetRcode(q, dns.RcodeRefused) }, refused},
		"empty":   {func(q *dns.Msg, _ bool) *dns.Msg { return new(dns.Msg).SetReply(q) }, refused},
		"no SOA first": {func(q *dns.Msg, _ bool) *dns.Msg {
			m := new(dns.Msg).SetReply(q)
			m.Answer = []dns.RR{rr(t, "x.test. 60 A 192.0.2.1"), rr(t, soa), rr(t, soa)}
			return m
		}, func(err error) bool {
			return err != nil && strings.HasSuffix(err.Error(), "the answer does not begin with the SOA record")
		}},
		"cut off": {func(q *dns.Msg, _ bool) *dns.Msg {
			m := new(dns.Msg).SetReply(q)
			m.Answer = []dns.RR{rr(t, soa), rr(t, "x.test. 60 A 192.0.2.1")}
			return m
		}, func(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }},
	} {
		t.Run(name, func(t *testing.T) {
			r := resolver.New(resolver.Config{Servers: map[string]string{"ns": serve(t, c.answer)}, Timeout: patient})
			if recs, err := r.Transfer(limited(t), "ns", "x.test"); !c.is(err) {
				t.Errorf("got %+v, %v", recs, err)
			}
		})
	}
}

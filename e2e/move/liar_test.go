package move_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// A liar is a name server that does what no name server should. It answers by
// writing whatever it likes.
type liar func(w dns.ResponseWriter, q *dns.Msg)

// serve runs a liar over UDP and TCP.
func (l liar) serve(t *testing.T) string {
	t.Helper()
	port := freePort(t)
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	tcp, err := net.Listen("tcp4", addr)
	must(t, err)
	udp, err := net.ListenPacket("udp4", addr)
	must(t, err)
	var wg sync.WaitGroup
	t.Cleanup(wg.Wait)
	for _, s := range []*dns.Server{{Listener: tcp, Handler: dns.HandlerFunc(l)}, {PacketConn: udp, Handler: dns.HandlerFunc(l)}} {
		ready := make(chan struct{})
		s.NotifyStartedFunc = func() { close(ready) }
		wg.Go(func() { _ = s.ActivateAndServe() })
		<-ready
		t.Cleanup(func() { _ = s.Shutdown() })
	}
	return addr
}

// reply answers with authority; the SOA record of the domain is always true.
func reply(q *dns.Msg, answer ...string) *dns.Msg {
	m := new(dns.Msg).SetReply(q)
	m.Authoritative = true
	if q.Question[0].Qtype == dns.TypeSOA && strings.EqualFold(q.Question[0].Name, dns.Fqdn(grand)) {
		answer = []string{grand + ". 300 SOA ns. host. 1 7200 1800 604800 300"}
	}
	for _, line := range answer {
		rr, err := dns.NewRR(line)
		if err != nil {
			panic(err) // a fault of the test
		}
		m.Answer = append(m.Answer, rr)
	}
	return m
}

// send cuts to size over UDP, as an honest server would.
func send(w dns.ResponseWriter, q, m *dns.Msg) {
	if _, udp := w.RemoteAddr().(*net.UDPAddr); udp {
		m.Truncate(1232)
	}
	_ = w.WriteMsg(m)
}

func refuseTransfer(w dns.ResponseWriter, q *dns.Msg) bool {
	if q.Question[0].Qtype != dns.TypeAXFR {
		return false
	}
	_ = w.WriteMsg(new(dns.Msg).SetRcode(q, dns.RcodeRefused))
	return true
}

// only gives one code for everything.
func only(rcode int) liar {
	return func(w dns.ResponseWriter, q *dns.Msg) { _ = w.WriteMsg(new(dns.Msg).SetRcode(q, rcode)) }
}

func silent(dns.ResponseWriter, *dns.Msg) {}

// forger answers another question, under another number.
func forger(w dns.ResponseWriter, q *dns.Msg) {
	m := reply(q, grand+". 60 A 192.0.2.66")
	m.Id++
	_ = w.WriteMsg(m)
}

// upward points to the root for everything.
func upward(w dns.ResponseWriter, q *dns.Msg) {
	m := new(dns.Msg).SetReply(q)
	rr, _ := dns.NewRR(". 518400 NS a.root-servers.net.")
	m.Ns = []dns.RR{rr}
	_ = w.WriteMsg(m)
}

// yes has an address for every name, another one each time.
func yes(w dns.ResponseWriter, q *dns.Msg) {
	if refuseTransfer(w, q) {
		return
	}
	if q.Question[0].Qtype == dns.TypeA {
		send(w, q, reply(q, fmt.Sprintf("%s 60 A 198.51.100.%d", q.Question[0].Name, rand.IntN(256))))
		return
	}
	send(w, q, reply(q))
}

// round sends every name in a circle of aliases.
func round(w dns.ResponseWriter, q *dns.Msg) {
	if refuseTransfer(w, q) {
		return
	}
	name := q.Question[0].Name
	if name == dns.Fqdn(grand) {
		send(w, q, reply(q))
		return
	}
	send(w, q, reply(q, name+" 60 CNAME loop."+grand+".", "loop."+grand+". 60 CNAME "+name))
}

// strange answers with records of somebody else's domain.
func strange(w dns.ResponseWriter, q *dns.Msg) {
	if refuseTransfer(w, q) {
		return
	}
	send(w, q, reply(q, "bank.example. 60 A 192.0.2.66", "bank.example. 60 MX 10 evil.example."))
}

// endless hands over a zone that has no end, and is honest otherwise.
func endless(w dns.ResponseWriter, q *dns.Msg) {
	if q.Question[0].Qtype != dns.TypeAXFR {
		m := reply(q)
		if q.Question[0].Name != dns.Fqdn(grand) {
			m.Rcode = dns.RcodeNameError
		}
		send(w, q, m)
		return
	}
	_ = w.WriteMsg(reply(q, grand+". 300 SOA ns. host. 1 7200 1800 604800 300"))
	text := strings.Repeat("x", 200)
	for i := 0; ; i++ {
		var lines []string
		for j := range 200 {
			lines = append(lines, fmt.Sprintf("h%d-%d.%s. 60 TXT %q", i, j, grand, text))
		}
		if w.WriteMsg(reply(q, lines...)) != nil {
			return
		}
	}
}

// giant answers every question for text with sixty thousand bytes.
func giant() liar {
	var rrs []dns.RR
	for i := range 220 {
		rrs = append(rrs, &dns.TXT{Hdr: dns.RR_Header{Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: 60}, Txt: []string{fmt.Sprint(i) + strings.Repeat("y", 240)}})
	}
	return func(w dns.ResponseWriter, q *dns.Msg) {
		if refuseTransfer(w, q) {
			return
		}
		m := reply(q)
		if q.Question[0].Qtype == dns.TypeTXT {
			m.Compress = true
			for _, rr := range rrs {
				rr = dns.Copy(rr)
				rr.Header().Name = q.Question[0].Name
				m.Answer = append(m.Answer, rr)
			}
		}
		if _, udp := w.RemoteAddr().(*net.UDPAddr); udp && len(m.Answer) > 1 {
			m.Answer, m.Truncated = nil, true
		}
		_ = w.WriteMsg(m)
	}
}

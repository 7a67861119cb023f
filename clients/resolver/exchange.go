package resolver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/miekg/dns"
)

// udpSize is the size of answers that we accept over UDP. It avoids fragments
// on every usual path (DNS flag day 2020).
const udpSize = 1232

// A query is one question and how it is asked.
type query struct {
	name    string
	rtype   uint16
	recurse bool
	dnssec  bool
	plain   bool // without EDNS0, for servers that choke on it
}

func (q query) message() *dns.Msg {
	m := new(dns.Msg)
	m.SetQuestion(dns.Fqdn(q.name), q.rtype)
	m.RecursionDesired = q.recurse
	if !q.plain {
		m.SetEdns0(udpSize, q.dnssec)
	}
	return m
}

// exchange asks at most three times: twice over UDP, the second time at the
// next address if there is one, and then over TCP, which servers that drop
// questions over UDP still answer. A truncated answer is asked again over TCP.
// It fails when no answer came.
func (r *Resolver) exchange(ctx context.Context, addrs []string, q query) (*dns.Msg, error) {
	if len(addrs) == 0 {
		return nil, errors.New("no address to ask")
	}
	var errs []error
	for i, network := range []string{"udp", "udp", "tcp"} {
		if err := over(ctx); err != nil {
			return nil, err
		}
		addr := addrs[i%len(addrs)]
		m, err := r.once(ctx, network, addr, q)
		switch {
		case err != nil:
			errs = append(errs, err)
			continue
		case m.Truncated && network == "udp":
			if whole, err := r.once(ctx, "tcp", addr, q); err == nil {
				return whole, nil
			}
			errs = append(errs, fmt.Errorf("ask %s over TCP for the whole answer: no answer", addr))
			continue
		case !q.plain && (m.Rcode == dns.RcodeFormatError || m.Rcode == dns.RcodeNotImplemented):
			// RFC 6891 section 7: such a server wants the question without EDNS0.
			q.plain = true
			if again, err := r.once(ctx, network, addr, q); err == nil {
				return again, nil
			}
		}
		return m, nil
	}
	if err := over(ctx); err != nil {
		return nil, err
	}
	return nil, errors.Join(errs...)
}

// over is ctx.Err(), but on time: a connection may notice the common deadline a
// moment earlier than ctx does.
func over(ctx context.Context) error {
	if at, ok := ctx.Deadline(); ok && !time.Now().Before(at) {
		<-ctx.Done()
	}
	return ctx.Err()
}

// once asks one time over one transport.
func (r *Resolver) once(ctx context.Context, network, addr string, q query) (*dns.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", addr, err)
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return nil, fmt.Errorf("ask %s: %w", addr, err)
	}
	// A caller that gives up does not wait for the deadline.
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	m := q.message()
	c := &dns.Conn{Conn: conn, UDPSize: udpSize}
	if err := c.WriteMsg(m); err != nil {
		return nil, fmt.Errorf("ask %s: %w", addr, err)
	}
	for {
		answer, err := c.ReadMsg()
		if answer != nil && answers(answer, m) {
			if err == nil || answer.Truncated {
				return answer, nil
			}
		}
		if err != nil {
			var broken *dns.Error
			if network == "udp" && errors.As(err, &broken) {
				continue // not for us, or damaged: the true answer may still come
			}
			return nil, fmt.Errorf("ask %s: %w", addr, err)
		}
	}
}

// answers reports whether a message is the reply to a question (RFC 5452).
func answers(a, q *dns.Msg) bool {
	if !a.Response || a.Id != q.Id {
		return false
	}
	if len(a.Question) == 0 {
		// Servers that refuse or cannot read a question may leave it out.
		return a.Rcode != dns.RcodeSuccess && a.Rcode != dns.RcodeNameError
	}
	return a.Question[0].Qtype == q.Question[0].Qtype &&
		dns.CanonicalName(a.Question[0].Name) == dns.CanonicalName(q.Question[0].Name)
}

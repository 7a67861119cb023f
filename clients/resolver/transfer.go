package resolver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/miekg/dns"

	"example.test/wizard/steps/zone"
)

// longestTransfer limits what a server can make us keep.
const longestTransfer = 50000

// Transfer asks a server for the whole zone (AXFR, RFC 5936).
func (r *Resolver) Transfer(ctx context.Context, server, name string) ([]zone.Record, error) {
	addrs, err := r.addresses(ctx, server)
	if err != nil {
		return nil, fmt.Errorf("transfer %s from %s: %w", name, server, err)
	}
	// The whole transfer gets ten times as long as one question.
	ctx, cancel := context.WithTimeout(ctx, 10*r.timeout)
	defer cancel()
	dialer := net.Dialer{Timeout: r.timeout}
	conn, err := dialer.DialContext(ctx, "tcp", addrs[0])
	if err != nil {
		return nil, fmt.Errorf("transfer %s from %s: %w", name, server, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	recs, err := readTransfer(&dns.Conn{Conn: conn}, name, r.timeout)
	if err != nil {
		return nil, fmt.Errorf("transfer %s from %s: %w", name, server, err)
	}
	return recs, nil
}

// readTransfer reads messages until the SOA record comes the second time.
func readTransfer(c *dns.Conn, name string, pause time.Duration) ([]zone.Record, error) {
	ask := new(dns.Msg)
	ask.SetAxfr(dns.Fqdn(name))
	if err := c.SetDeadline(time.Now().Add(pause)); err != nil {
		return nil, err
	}
	if err := c.WriteMsg(ask); err != nil {
		return nil, err
	}
	var out []zone.Record
	for soas := 0; soas < 2; {
		if err := c.SetReadDeadline(time.Now().Add(pause)); err != nil {
			return nil, err
		}
		m, err := c.ReadMsg()
		switch {
		case err != nil:
			return nil, err
		case m.Id != ask.Id:
			return nil, errors.New("the answer belongs to another question")
		case m.Rcode == dns.RcodeRefused, m.Rcode == dns.RcodeNotAuth, m.Rcode == dns.RcodeNotImplemented:
			return nil, zone.ErrRefused
		case m.Rcode != dns.RcodeSuccess:
			return nil, errors.New(dns.RcodeToString[m.Rcode])
		case len(m.Answer) == 0:
			// Some servers refuse with an empty answer.
			return nil, zone.ErrRefused
		}
		for _, rr := range m.Answer {
			if _, ok := rr.(*dns.SOA); ok {
				if soas++; soas == 2 {
					break
				}
			} else if soas == 0 {
				return nil, errors.New("the answer does not begin with the SOA record")
			}
			if rec, ok := record(rr); ok {
				out = append(out, rec)
			}
		}
		if len(out) > longestTransfer {
			return nil, errors.New("the zone is too long")
		}
	}
	return out, nil
}

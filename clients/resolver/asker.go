package resolver

import (
	"context"
	"fmt"

	"github.com/miekg/dns"

	"example.test/wizard/steps/beside"
	"example.test/wizard/steps/zone"
)

var _ zone.Asker = (*Resolver)(nil)

// Ask asks one server directly, without recursion. A server that does not
// answer, or has no address, gives an answer with Rcode "timeout".
func (r *Resolver) Ask(ctx context.Context, server, name, rtype string) (zone.Answer, error) {
	n, ok := typeNumber(rtype)
	if !ok {
		return zone.Answer{}, fmt.Errorf("ask for %s: %q is not a type of record", name, rtype)
	}
	out := zone.Answer{Server: server, Rcode: "timeout"}
	addrs, err := r.addresses(ctx, server)
	if err != nil {
		return out, ctx.Err()
	}
	m, err := r.exchange(ctx, addrs, query{name: name, rtype: n, dnssec: n == dns.TypeNSEC})
	if err != nil {
		return out, ctx.Err()
	}
	out.Rcode, out.Auth = dns.RcodeToString[m.Rcode], m.Authoritative
	out.Records, out.Authority, out.Additional = records(m.Answer), records(m.Ns), records(m.Extra)
	return out, nil
}

// Answers asks one record set at several servers at once.
func (r *Resolver) Answers(ctx context.Context, servers []string, name, rtype string) ([]zone.Answer, error) {
	if _, ok := typeNumber(rtype); !ok {
		return nil, fmt.Errorf("ask for %s: %q is not a type of record", name, rtype)
	}
	out := make([]zone.Answer, len(servers))
	var wg beside.Group
	for i, s := range servers {
		wg.Go(func() { out[i], _ = r.Ask(ctx, s, zone.CanonicalName(name), rtype) })
	}
	wg.Wait()
	return out, ctx.Err()
}

package resolver

import (
	"context"
	"net"
	"time"

	"github.com/miekg/dns"

	"example.test/wizard/steps"
	"example.test/wizard/steps/beside"
)

// NameServersSeen asks every resolver for the NS records of a domain. The TTL
// of a sighting is how long that resolver will go on believing it.
func (r *Resolver) NameServersSeen(ctx context.Context, domain string) ([]steps.Sighting, error) {
	return r.seen(ctx, domain, []uint16{dns.TypeNS}, func(rr dns.RR) string {
		if ns, ok := rr.(*dns.NS); ok {
			return ns.Ns
		}
		return ""
	})
}

// AddressesSeen asks every resolver for the addresses of a host.
func (r *Resolver) AddressesSeen(ctx context.Context, name string) ([]steps.Sighting, error) {
	return r.seen(ctx, name, []uint16{dns.TypeA, dns.TypeAAAA}, func(rr dns.RR) string {
		if a := addressesIn([]dns.RR{rr}); len(a) > 0 {
			return a[0].String()
		}
		return ""
	})
}

func (r *Resolver) seen(ctx context.Context, name string, types []uint16, value func(dns.RR) string) ([]steps.Sighting, error) {
	out := make([]steps.Sighting, len(r.resolvers))
	var wg beside.Group
	for i, via := range r.resolvers {
		wg.Go(func() { out[i] = r.sighting(ctx, via, name, types, value) })
	}
	wg.Wait()
	return out, ctx.Err()
}

func (r *Resolver) sighting(ctx context.Context, via NamedResolver, name string, types []uint16, value func(dns.RR) string) steps.Sighting {
	s := steps.Sighting{Resolver: via.Name, ID: via.ID, Local: via.Local}
	addr := via.Addr
	if addr == "" {
		if addr = systemResolver(); addr == "" {
			return r.systemSighting(ctx, s, name, types)
		}
		host, _, _ := net.SplitHostPort(addr)
		s.Resolver += ", " + host
	}
	var values []string
	life := time.Duration(-1)
	for _, t := range types {
		m, err := r.exchange(ctx, []string{addr}, query{name: name, rtype: t, recurse: true})
		if err != nil {
			s.Err = "does not answer"
			return s
		}
		switch m.Rcode {
		case dns.RcodeSuccess, dns.RcodeNameError:
		case dns.RcodeRefused:
			s.Err = "refuses to answer"
			return s
		default:
			s.GaveUp = m.Rcode == dns.RcodeServerFailure
			s.Err = "could not find out (" + dns.RcodeToString[m.Rcode] + ")"
			return s
		}
		found := false
		for _, rr := range m.Answer {
			if v := value(rr); v != "" && rr.Header().Rrtype == t {
				values, found = append(values, v), true
			}
			life = shorter(life, rr.Header().Ttl)
		}
		if !found {
			life = shorterNegative(life, m)
		}
	}
	if values = cleanNames(values); len(values) > 0 {
		s.Values = values
	}
	s.TTL = max(0, life)
	return s
}

// shorterNegative: that there is nothing is believed for as long as the SOA
// record in the answer says (RFC 2308 section 5).
func shorterNegative(life time.Duration, m *dns.Msg) time.Duration {
	for _, rr := range m.Ns {
		if soa, ok := rr.(*dns.SOA); ok {
			life = shorter(life, min(soa.Hdr.Ttl, soa.Minttl))
		}
	}
	return life
}

func shorter(life time.Duration, ttl uint32) time.Duration {
	if d := time.Duration(ttl) * time.Second; life < 0 || d < life {
		return d
	}
	return life
}

// systemSighting asks through the system's own functions, where no file says
// whom it asks. They do not tell for how long an answer holds.
func (r *Resolver) systemSighting(ctx context.Context, s steps.Sighting, name string, types []uint16) steps.Sighting {
	ctx, cancel := context.WithTimeout(ctx, 3*r.timeout)
	defer cancel()
	var values []string
	var err error
	if types[0] == dns.TypeNS {
		var list []*net.NS
		list, err = net.DefaultResolver.LookupNS(ctx, name)
		for _, ns := range list {
			values = append(values, ns.Host)
		}
	} else {
		values, err = net.DefaultResolver.LookupHost(ctx, name)
	}
	if e, ok := err.(*net.DNSError); ok && e.IsNotFound {
		err = nil
	}
	if err != nil {
		s.Err = "does not answer"
		return s
	}
	if values = cleanNames(values); len(values) > 0 {
		s.Values = values
	}
	return s
}

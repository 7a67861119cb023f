package resolver

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/miekg/dns"

	"example.test/wizard/steps/zone"
)

//go:embed roots.txt
var rootsText string

// A nameServer is a server and where it is asked. No addresses: not known yet.
type nameServer struct {
	name  string
	addrs []string
}

// parentServers finds the servers of the zone that delegates domain. It asks
// up the tree from the root; where the root is out of reach (or we are told to
// stay with other servers) it asks the resolvers who serves the ending.
func (r *Resolver) parentServers(ctx context.Context, domain string) (string, []nameServer, error) {
	ways := []func() (string, []nameServer, error){
		func() (string, []nameServer, error) { return r.descend(ctx, "", r.roots(), domain) },
		func() (string, []nameServer, error) {
			above, servers, err := r.servedBy(ctx, domain)
			if err != nil {
				return "", nil, err
			}
			return r.descend(ctx, above, servers, domain)
		},
	}
	if r.elsewhere() {
		ways[0], ways[1] = ways[1], ways[0]
	}
	var errs []error
	for _, way := range ways {
		above, servers, err := way()
		if err == nil {
			return above, servers, nil
		}
		if ctx.Err() != nil {
			return "", nil, ctx.Err()
		}
		errs = append(errs, err)
	}
	return "", nil, fmt.Errorf("find the registry's servers for %s: %w", domain, errors.Join(errs...))
}

// elsewhere reports whether other servers stand in for the real ones, but none
// for the root.
func (r *Resolver) elsewhere() bool {
	if len(r.servers) == 0 {
		return false
	}
	for _, s := range r.roots() {
		if _, ok := r.servers[s.name]; ok {
			return false
		}
	}
	return true
}

// roots are the root servers (the root hints of RFC 8109).
func (r *Resolver) roots() []nameServer {
	var out []nameServer
	for line := range strings.Lines(rootsText) {
		fields := strings.Fields(line)
		if len(fields) != 2 || strings.HasPrefix(line, "#") {
			continue
		}
		s := nameServer{name: fields[0]}
		if addr, ok := r.servers[s.name]; ok {
			s.addrs = []string{addr}
		} else if a, err := netip.ParseAddr(fields[1]); err == nil {
			s.addrs = []string{r.at(a)}
		}
		out = append(out, s)
	}
	return out
}

// servedBy asks the resolvers for the nearest zone above domain.
func (r *Resolver) servedBy(ctx context.Context, domain string) (string, []nameServer, error) {
	for up := above(domain); up != ""; up = above(up) {
		m, err := r.recurse(ctx, up, dns.TypeNS)
		if err != nil {
			return "", nil, err
		}
		var servers []nameServer
		for _, name := range nsOf(m.Answer, up) {
			servers = append(servers, nameServer{name: name})
		}
		if len(servers) > 0 {
			return up, servers, nil
		}
	}
	return "", nil, fmt.Errorf("no resolver knows who serves the ending of %s", domain)
}

// descend follows referrals from the servers of a zone to those of the zone
// that delegates domain, or would.
func (r *Resolver) descend(ctx context.Context, at string, servers []nameServer, domain string) (string, []nameServer, error) {
	for range 8 {
		m, err := r.anyOf(ctx, servers, at, domain)
		if err != nil {
			return "", nil, fmt.Errorf("servers of %s: %w", ending(at), err)
		}
		next := referral(m, at, domain)
		if next == "" || next == domain {
			return at, servers, nil
		}
		glue := map[string][]string{}
		for _, rr := range m.Extra {
			for _, a := range addressesIn([]dns.RR{rr}) {
				// IPv4 only: a server without it is looked up when it is asked.
				if name := zone.CanonicalName(rr.Header().Name); a.Is4() {
					glue[name] = append(glue[name], r.at(a))
				}
			}
		}
		at, servers = next, nil
		for _, name := range nsOf(m.Ns, next) {
			s := nameServer{name: name, addrs: glue[name]}
			if addr, ok := r.servers[name]; ok {
				s.addrs = []string{addr}
			}
			servers = append(servers, s)
		}
	}
	return "", nil, fmt.Errorf("too many referrals on the way to %s", domain)
}

// anyOf asks servers one after another for the NS records of domain until one
// gives an answer that can be used.
func (r *Resolver) anyOf(ctx context.Context, servers []nameServer, at, domain string) (*dns.Msg, error) {
	err := errors.New("there are none")
	for i, s := range servers {
		if i == 4 || ctx.Err() != nil {
			break
		}
		var m *dns.Msg
		if m, err = r.askServer(ctx, s, query{name: domain, rtype: dns.TypeNS}); err == nil {
			fault := parentFault(m, at, domain)
			if fault == "" || referral(m, at, domain) != "" {
				return m, nil
			}
			err = fmt.Errorf("%s %s", s.name, fault)
		}
	}
	return nil, err
}

func (r *Resolver) askServer(ctx context.Context, s nameServer, q query) (*dns.Msg, error) {
	addrs := s.addrs
	if len(addrs) == 0 {
		var err error
		if addrs, err = r.addresses(ctx, s.name); err != nil {
			return nil, err
		}
	}
	return r.exchange(ctx, addrs, q)
}

// referral is the zone that an answer points down to, on the way to domain.
func referral(m *dns.Msg, at, domain string) string {
	if m.Rcode != dns.RcodeSuccess || len(m.Answer) > 0 {
		return ""
	}
	for _, rr := range m.Ns {
		if ns, ok := rr.(*dns.NS); ok {
			owner := zone.CanonicalName(ns.Hdr.Name)
			if owner != at && isWithin(owner, at) && isWithin(domain, owner) {
				return owner
			}
		}
	}
	return ""
}

// nsOf lists the targets of the NS records of one owner.
func nsOf(rrs []dns.RR, owner string) []string {
	var out []string
	for _, rr := range rrs {
		if ns, ok := rr.(*dns.NS); ok && zone.CanonicalName(ns.Hdr.Name) == owner {
			out = append(out, ns.Ns)
		}
	}
	return cleanNames(out)
}

// above is the name without its first label.
func above(name string) string {
	_, rest, _ := strings.Cut(name, ".")
	return rest
}

func isWithin(name, apex string) bool {
	return apex == "" || name == apex || strings.HasSuffix(name, "."+apex)
}

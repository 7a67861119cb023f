package resolver

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

// host is where a name server was found.
type host struct {
	addrs []string
	until time.Time
}

// hostLife is how long the addresses of a name server are used again.
const hostLife = 5 * time.Minute

// addresses tells where a server is asked, as host:port. IPv4 comes first,
// because this computer may have no IPv6.
func (r *Resolver) addresses(ctx context.Context, server string) ([]string, error) {
	key := serverKey(server)
	if addr, ok := r.servers[key]; ok {
		return []string{addr}, nil
	}
	if a, err := netip.ParseAddr(key); err == nil {
		return []string{r.at(a)}, nil
	}
	r.mu.Lock()
	known, ok := r.hosts[key]
	r.mu.Unlock()
	if ok && r.now().Before(known.until) {
		return known.addrs, nil
	}
	var addrs []string
	for _, t := range []uint16{dns.TypeA, dns.TypeAAAA} {
		m, err := r.recurse(ctx, key, t)
		if err != nil {
			return nil, fmt.Errorf("find the address of %s: %w", key, err)
		}
		for _, a := range addressesIn(m.Answer) {
			addrs = append(addrs, r.at(a))
		}
		if len(addrs) > 0 {
			break
		}
	}
	if len(addrs) == 0 {
		return nil, fmt.Errorf("find the address of %s: it has none", key)
	}
	r.remember(key, addrs)
	return addrs, nil
}

func (r *Resolver) remember(server string, addrs []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hosts[server] = host{addrs, r.now().Add(hostLife)}
}

// at is host:port of an address, or what stands in for it.
func (r *Resolver) at(a netip.Addr) string {
	if addr, ok := r.servers[a.Unmap().String()]; ok {
		return addr
	}
	return net.JoinHostPort(a.String(), "53")
}

func addressesIn(rrs []dns.RR) []netip.Addr {
	var out []netip.Addr
	for _, rr := range rrs {
		var ip net.IP
		switch rr := rr.(type) {
		case *dns.A:
			ip = rr.A
		case *dns.AAAA:
			ip = rr.AAAA
		}
		if a, ok := netip.AddrFromSlice(ip); ok {
			out = append(out, a.Unmap())
		}
	}
	return out
}

// recurse asks the resolvers one after another until one answers.
func (r *Resolver) recurse(ctx context.Context, name string, rtype uint16) (*dns.Msg, error) {
	err := fmt.Errorf("no resolver to ask")
	for _, via := range r.resolvers {
		addr := via.Addr
		if addr == "" {
			if addr = systemResolver(); addr == "" {
				continue
			}
		}
		var m *dns.Msg
		m, err = r.exchange(ctx, []string{addr}, query{name: name, rtype: rtype, recurse: true})
		if err == nil && (m.Rcode == dns.RcodeSuccess || m.Rcode == dns.RcodeNameError) {
			return m, nil
		}
		if err == nil {
			err = fmt.Errorf("%s: %s", via.ID, dns.RcodeToString[m.Rcode])
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return nil, err
}

// systemResolver is the first one that the system is set up to ask, where that
// is written in a file.
func systemResolver() string {
	c, err := dns.ClientConfigFromFile("/etc/resolv.conf")
	if err != nil || len(c.Servers) == 0 {
		return ""
	}
	return net.JoinHostPort(c.Servers[0], c.Port)
}

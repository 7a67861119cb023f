package dns

import (
	mdns "github.com/miekg/dns"
)

// registryAnswer is what one of the registry's servers says: a referral for a
// registered domain, its DS, or that there is no such domain.
func (w *World) registryAnswer(s *server, q query) reply {
	name := canonical(q.name)
	apex := w.registry.suffixOf(name)
	if apex == "" {
		return refused()
	}
	top := w.registry.apexZone(apex)
	domain := w.registry.registrable(name)
	o, ok := w.registry.published(domain, s.index)
	if !ok {
		return top.answer(q.name, q.kind, false)
	}
	// The domain's own branch of the registry's zone, built for this question.
	z := newZone(apex, top.records)
	life := w.registry.suffixes[apex]
	for _, ns := range o.nameServers {
		z.add(&mdns.NS{Hdr: header(domain, mdns.TypeNS, life.ns), Ns: ns})
		// Host objects: a registry publishes addresses of servers in its own zone.
		if host := w.serverNamed(ns); host != nil && mdns.IsSubDomain(apex, ns) {
			z.add(&mdns.A{Hdr: header(ns, mdns.TypeA, life.ns), A: host.address()})
		}
	}
	for _, ds := range o.ds {
		z.add(ds)
	}
	r := z.answer(q.name, q.kind, false)
	if q.dnssec && !r.authoritative {
		r.authority = append(r.authority, o.ds...)
	}
	return r
}

// apexZone is a registry's zone without any domain.
func (g *registry) apexZone(apex string) *zone {
	life := g.suffixes[apex]
	z := newZone(apex, []mdns.RR{&mdns.SOA{
		Hdr: header(apex, mdns.TypeSOA, life.minimum), Ns: mdns.Fqdn(life.servers[0]), Mbox: "hostmaster." + mdns.Fqdn(life.servers[0]),
		Serial: uint32(g.now().Unix()), Refresh: 1800, Retry: 900, Expire: 604800, Minttl: life.minimum,
	}})
	for _, ns := range life.servers {
		z.add(&mdns.NS{Hdr: header(apex, mdns.TypeNS, life.ns), Ns: mdns.Fqdn(ns)})
	}
	return z
}

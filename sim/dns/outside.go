package dns

import (
	_ "embed"
	"fmt"

	mdns "github.com/miekg/dns"
)

//go:embed zones/outside.zone
var outsideText string

// outsideZone holds the names of other people that the wizard, the connector
// and the demo's records lead to, as one zone at the root.
func (w *World) outsideZone() (*zone, error) {
	file, err := parseZone(".", outsideText)
	if err != nil {
		return nil, err
	}
	var rrs []mdns.RR
	for _, rr := range append(file.records, w.cloudflareNames()...) {
		if w.config.Extra[plain(rr.Header().Name)] == nil && w.config.Extra[mdns.Fqdn(plain(rr.Header().Name))] == nil {
			rrs = append(rrs, rr)
		}
	}
	for name, extra := range w.config.Extra {
		for _, rr := range extra {
			if rr == nil {
				return nil, fmt.Errorf("extra name %s: nil record", name)
			}
			rrs = append(rrs, rename(rr, canonical(name)))
		}
	}
	return newZone(".", rrs), nil
}

// cloudflareNames are those that the connector asks for: its regions, how it
// finds them, and the API.
func (w *World) cloudflareNames() []mdns.RR {
	var out []mdns.RR
	for i, region := range []string{"region1.v2.argotunnel.com.", "region2.v2.argotunnel.com."} {
		out = append(out, w.edgeAddresses(region)...)
		out = append(out, &mdns.SRV{
			Hdr:      header("_v2-origintunneld._tcp.argotunnel.com.", mdns.TypeSRV, automaticTTL),
			Priority: uint16(i + 1), Weight: 1, Port: 7844, Target: region,
		})
	}
	return append(out, w.edgeAddresses("api.cloudflare.com.")...)
}

// elsewhere answers for names outside the registry's order book: those of
// [Config.Extra], of other people, and of name servers. ok is false for names
// that the delegation must be followed for.
func (w *World) elsewhere(q query, domain string) (reply, bool) {
	_, registered := w.registry.domain(domain)
	if len(w.outside.nodes[q.name]) > 0 && q.name != "." {
		return w.outside.answer(q.name, q.kind, false), true
	}
	if registered || domain == "" {
		return reply{}, false
	}
	if s := w.serverNamed(q.name); s != nil {
		return w.hostAnswer(s, q), true
	}
	// Somebody else's domain, known by a name at or below it.
	_, _, encloser := w.outside.find(q.name)
	if mdns.CountLabel(encloser) < 2 {
		return reply{}, false
	}
	return w.outside.answer(q.name, q.kind, false), true
}

// hostAnswer gives the address of a name server of this world.
func (w *World) hostAnswer(s *server, q query) reply {
	z := newZone(".", w.outside.nodes["."][mdns.TypeSOA])
	z.add(&mdns.A{Hdr: header(q.name, mdns.TypeA, 3600), A: s.address()})
	return z.answer(q.name, q.kind, false)
}

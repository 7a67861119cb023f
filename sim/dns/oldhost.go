package dns

import (
	mdns "github.com/miekg/dns"
)

// oldHostAnswer is what a server of the old host says of a zone it holds.
func (w *World) oldHostAnswer(s *server, q query) reply {
	z, _ := w.registry.hosted(q.name, s.index)
	if z == nil {
		return refused()
	}
	return z.answer(q.name, q.kind, q.dnssec)
}

// Lookup returns the answer section of the old host's first server that does not
// refuse, fail or keep silent for the name, as anybody with patience would hear
// it; nil if it has no such data.
func (w *World) Lookup(name string, qtype uint16) []mdns.RR {
	for i := range 2 {
		if f := w.faults.of(w.serverOf(oldHostRole, i), canonical(name)); f.Rcode != 0 || f.Silent || f.Lame {
			continue
		}
		if z, _ := w.registry.hosted(name, i); z != nil {
			return z.answer(mdns.Fqdn(name), qtype, false).answer
		}
		return nil
	}
	return nil
}

// transferSize is about how many bytes one message of a transfer carries.
const transferSize = 16 << 10

// transfer answers AXFR and IXFR (with a full transfer: RFC 1995 section 4)
// with the messages to send, or refuses. It needs TCP (RFC 5936 section 4.2).
func (w *World) transfer(s *server, req *mdns.Msg, tcp bool) []*mdns.Msg {
	z, allowed := w.registry.hosted(req.Question[0].Name, s.index)
	if s.role != oldHostRole || z == nil || !allowed || !tcp || z.origin != canonical(req.Question[0].Name) {
		return []*mdns.Msg{new(mdns.Msg).SetRcode(req, mdns.RcodeRefused)}
	}
	var out []*mdns.Msg
	size := transferSize
	for _, rr := range z.everything() {
		if size += mdns.Len(rr); size > transferSize {
			m := new(mdns.Msg).SetReply(req)
			m.Authoritative = true
			out, size = append(out, m), 0
		}
		last := out[len(out)-1]
		last.Answer = append(last.Answer, rr)
	}
	return out
}

// everything is the zone in the order of a transfer, SOA first and last.
func (z *zone) everything() []mdns.RR {
	out := []mdns.RR{z.soa()}
	for _, rr := range z.records {
		if rr.Header().Rrtype != mdns.TypeSOA {
			out = append(out, rr)
		}
	}
	for _, name := range z.chain {
		n := z.nodes[name]
		for kind, set := range n {
			if kind == mdns.TypeNSEC {
				out = append(out, set...)
			}
			// At a delegation only the parent's own sets are signed.
			if name == z.origin || n[mdns.TypeNS] == nil || kind == mdns.TypeDS || kind == mdns.TypeNSEC {
				out = append(out, z.signer.sign(set))
			}
		}
	}
	return append(out, z.soa())
}

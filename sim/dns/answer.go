package dns

import (
	"slices"

	mdns "github.com/miekg/dns"
)

// reply is the contents of an answer, apart from its message.
type reply struct {
	rcode                    int
	authoritative            bool
	answer, authority, extra []mdns.RR
	// secure marks an answer that a resolver has validated.
	secure bool
	// empty marks a negative answer at an empty non-terminal.
	empty bool
}

func refused() reply { return reply{rcode: mdns.RcodeRefused} }

// answer is the algorithm of RFC 1034 section 4.3.2 with wildcards as in RFC
// 4592. qname is kept in the case of the question; dnssec adds the records of
// RFC 4035 section 3.1 in a signed zone.
func (z *zone) answer(qname string, qtype uint16, dnssec bool) reply {
	r := reply{authoritative: true}
	seen := map[string]bool{}
	for name := qname; ; {
		key := canonical(name)
		// A chain that leaves the zone or bites its tail ends here, with
		// NOERROR and what was found.
		if !mdns.IsSubDomain(z.origin, key) || seen[key] {
			return r
		}
		seen[key] = true
		if cut := z.cut(key, qtype); cut != "" {
			r.authoritative = len(r.answer) > 0
			z.refer(&r, cut, dnssec)
			return r
		}
		n, owner, encloser := z.find(key)
		if n == nil {
			r.rcode = mdns.RcodeNameError // of the last name: RFC 6604 section 3
			z.negative(&r, dnssec, key, "*."+encloser)
			return r
		}
		if owner != key {
			z.prove(&r, dnssec, key)
		}
		set, next := pick(n, owner, qtype)
		if len(set) == 0 {
			r.empty = len(n) == 0
			z.negative(&r, dnssec, owner)
			return r
		}
		r.answer = append(r.answer, z.present(set, name, dnssec)...)
		if next == "" {
			z.addresses(&r, set)
			return r
		}
		name = next
	}
}

// pick chooses the set that answers and, for an alias, the next name.
func pick(n node, owner string, qtype uint16) (set []mdns.RR, next string) {
	cname := n[mdns.TypeCNAME]
	switch {
	case len(cname) > 0 && qtype == mdns.TypeANY:
		return cname, ""
	case len(cname) > 0 && qtype != mdns.TypeCNAME && n[qtype] == nil:
		return cname, cname[0].(*mdns.CNAME).Target
	case qtype == mdns.TypeANY && len(n) > 0:
		// RFC 8482 section 4.2: one made-up record instead of everything.
		return []mdns.RR{&mdns.HINFO{Hdr: header(owner, mdns.TypeHINFO, 3789), Cpu: "RFC8482"}}, ""
	}
	return n[qtype], ""
}

// present copies a set to the owner as it was asked for, signed if wished.
func (z *zone) present(set []mdns.RR, name string, dnssec bool) []mdns.RR {
	out := make([]mdns.RR, 0, len(set)+1)
	for _, rr := range set {
		out = append(out, rename(rr, name))
	}
	if dnssec && z.signer != nil && set[0].Header().Rrtype != mdns.TypeHINFO {
		out = append(out, rename(z.signer.sign(set), name))
	}
	return out
}

// negative puts the SOA, with the lifetime of RFC 2308 section 5, into the
// authority section, and the proofs that the given names have no such data.
func (z *zone) negative(r *reply, dnssec bool, names ...string) {
	soa := z.soa()
	if soa == nil {
		return
	}
	short := mdns.Copy(soa)
	short.Header().Ttl = min(soa.Hdr.Ttl, soa.Minttl)
	r.authority = append(r.authority, z.present([]mdns.RR{short}, soa.Hdr.Name, dnssec)...)
	for _, name := range names {
		z.prove(r, dnssec, name)
	}
}

// refer points at the servers of a child zone (RFC 1034 section 4.2.1).
func (z *zone) refer(r *reply, cut string, dnssec bool) {
	n := z.nodes[cut]
	r.authority = append(r.authority, n[mdns.TypeNS]...) // not signed: RFC 4035 section 2.2
	if ds := n[mdns.TypeDS]; dnssec && z.signer != nil && len(ds) > 0 {
		r.authority = append(r.authority, z.present(ds, cut, true)...)
	} else {
		z.prove(r, dnssec, cut)
	}
	z.addresses(r, n[mdns.TypeNS])
}

// addresses adds the addresses of name servers that the zone knows: its own
// and, below a delegation, glue.
func (z *zone) addresses(r *reply, set []mdns.RR) {
	for _, rr := range set {
		ns, ok := rr.(*mdns.NS)
		if !ok {
			continue
		}
		n := z.nodes[canonical(ns.Ns)]
		r.extra = append(r.extra, slices.Concat(n[mdns.TypeA], n[mdns.TypeAAAA])...)
	}
}

// rename copies a record to another owner.
func rename(rr mdns.RR, owner string) mdns.RR {
	out := mdns.Copy(rr)
	out.Header().Name = owner
	return out
}

func header(name string, kind uint16, ttl uint32) mdns.RR_Header {
	return mdns.RR_Header{Name: name, Rrtype: kind, Class: mdns.ClassINET, Ttl: ttl}
}

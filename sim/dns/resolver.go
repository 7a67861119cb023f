package dns

import (
	"slices"
	"strings"
	"time"

	mdns "github.com/miekg/dns"
)

const (
	// chainLimit is how many aliases a resolver follows.
	chainLimit = 12
	// depthLimit is how many questions may follow from one another.
	depthLimit = 6
)

// resolver is a validating, caching, recursive resolver. It follows the pretend
// delegation and reaches the servers directly, not through their sockets.
//
// Real resolvers answer other people too, so a delegation is refreshed whenever
// it runs out, asked for here or not. Each resolver does so on a grid of its
// own, and therefore they see a change of delegation one after another.
type resolver struct {
	world *World
	cache *cache
	phase float64 // where on its grid the world started, from 0 to 1
	turn  int     // which of several servers it asks first
}

func newResolver(w *World, phase float64, turn int) *resolver {
	return &resolver{world: w, cache: newCache(w.now, w.config.Speed), phase: phase, turn: turn}
}

// resolve answers a question, following aliases through any number of zones.
func (r *resolver) resolve(q query) reply {
	out := reply{secure: true}
	name := q.name
	for hops := 0; ; hops++ {
		if hops > chainLimit {
			return reply{rcode: mdns.RcodeServerFailure}
		}
		step := r.lookup(canonical(name), q)
		if len(step.answer) > 0 && canonical(name) == canonical(step.answer[0].Header().Name) {
			step.answer[0].Header().Name = name // as asked
		}
		out.answer = append(out.answer, step.answer...)
		out.authority, out.rcode = step.authority, step.rcode
		out.secure = out.secure && step.secure
		target, ok := alias(step.answer, q.kind)
		if !ok {
			break
		}
		name, out.authority = target, nil
	}
	if out.rcode == mdns.RcodeServerFailure {
		return reply{rcode: mdns.RcodeServerFailure}
	}
	if !q.dnssec {
		out.answer, out.authority = withoutDNSSEC(out.answer, q.kind), withoutDNSSEC(out.authority, q.kind)
	}
	return out
}

// alias returns the target if a step of the answer is a CNAME and not the goal.
func alias(rrs []mdns.RR, kind uint16) (string, bool) {
	for _, rr := range rrs {
		if cname, ok := rr.(*mdns.CNAME); ok && kind != mdns.TypeCNAME && kind != mdns.TypeANY {
			return cname.Target, true
		}
	}
	return "", false
}

// lookup answers for one canonical name, without following its alias.
func (r *resolver) lookup(name string, q query) reply {
	key := cacheKey{name, q.kind}
	if have, ok := r.cache.answer(key); ok {
		return have
	}
	got := r.fetch(query{name: name, kind: q.kind, dnssec: true, depth: q.depth})
	if got.rcode == mdns.RcodeServerFailure {
		return got
	}
	got = firstStep(got, name)
	if q.kind == mdns.TypeNS {
		r.capLife(&got, name)
	}
	if ttl := lifetime(got); ttl > 0 {
		r.cache.remember(key, got, ttl)
	}
	return reply{rcode: got.rcode, secure: got.secure, answer: aged(got.answer, 0), authority: aged(got.authority, 0)}
}

// capLife ends the life of a domain's NS set with its delegation: to a resolver
// the two are one.
func (r *resolver) capLife(got *reply, name string) {
	d, ok := r.cache.delegation(name)
	if !ok {
		return
	}
	left := uint32(d.expires.Sub(r.world.now()).Seconds()*r.world.config.Speed) + 1
	for _, rr := range got.answer {
		rr.Header().Ttl = min(rr.Header().Ttl, left)
	}
}

// firstStep keeps what an answer says of its first name: the rest of a chain
// is asked for by itself, so that each part lives as long as its own TTL.
func firstStep(r reply, name string) reply {
	first := slices.DeleteFunc(slices.Clone(r.answer), func(rr mdns.RR) bool {
		return canonical(rr.Header().Name) != name
	})
	if len(first) < len(r.answer) || len(first) > 0 {
		return reply{secure: r.secure, answer: first}
	}
	return reply{rcode: r.rcode, secure: r.secure, authority: r.authority}
}

// lifetime is how long an answer may be kept, in seconds of life: its smallest
// TTL or, of a negative one, that of the SOA.
func lifetime(r reply) uint32 {
	set := r.answer
	if len(set) == 0 {
		set = r.authority
	}
	var ttl uint32
	for i, rr := range set {
		if i == 0 || rr.Header().Ttl < ttl {
			ttl = rr.Header().Ttl
		}
	}
	return ttl
}

// fetch asks whoever is responsible for a name.
func (r *resolver) fetch(q query) reply {
	if q.depth > depthLimit {
		return reply{rcode: mdns.RcodeServerFailure}
	}
	domain := r.world.registry.registrable(q.name)
	if out, ok := r.world.elsewhere(q, domain); ok {
		return out
	}
	if domain == "" || domain == q.name && q.kind == mdns.TypeDS {
		return r.askRegistry(q)
	}
	d := r.delegation(domain)
	if d.missing {
		return r.askRegistry(q)
	}
	secure := len(d.ds) > 0
	if secure && !r.trusted(d, domain, q) {
		return reply{rcode: mdns.RcodeServerFailure}
	}
	out := r.askServers(d.nameServers, q)
	out.secure = secure
	return out
}

// trusted checks that the zone's servers hold a key that the DS at the
// registry names; without one the whole domain is dark (RFC 4035 section 5).
func (r *resolver) trusted(d delegation, domain string, q query) bool {
	keys := r.askServers(d.nameServers, query{name: domain, kind: mdns.TypeDNSKEY, depth: q.depth + 1})
	for _, rr := range keys.answer {
		key, ok := rr.(*mdns.DNSKEY)
		if ok && slices.ContainsFunc(d.ds, func(rr mdns.RR) bool { return fits(rr, key) }) {
			return true
		}
	}
	return false
}

func fits(rr mdns.RR, key *mdns.DNSKEY) bool {
	ds, ok := rr.(*mdns.DS)
	if !ok {
		return false
	}
	made := key.ToDS(ds.DigestType)
	return made != nil && made.KeyTag == ds.KeyTag && strings.EqualFold(made.Digest, ds.Digest)
}

// askServers asks name servers until one gives an answer that can be used,
// down through referrals.
func (r *resolver) askServers(names []string, q query) reply {
	for range chainLimit {
		out, ok := r.askAny(names, q)
		if !ok {
			return reply{rcode: mdns.RcodeServerFailure}
		}
		if out.authoritative {
			return out
		}
		names = nsTargets(out.authority)
	}
	return reply{rcode: mdns.RcodeServerFailure}
}

// askAny returns the first usable answer: authoritative, or a referral to a
// zone below, which a lame server's upward referral is not.
func (r *resolver) askAny(names []string, q query) (reply, bool) {
	for i := range names {
		s := r.world.serverNamed(names[(i+r.turn)%len(names)])
		if s == nil || s.role == resolverRole {
			continue
		}
		out, ok := s.ask(q)
		referral := len(out.authority) > 0 && out.authority[0].Header().Name != "."
		if ok && (out.rcode == mdns.RcodeSuccess || out.rcode == mdns.RcodeNameError) && (out.authoritative || referral) {
			return out, true
		}
	}
	return reply{}, false
}

// askRegistry asks the servers of the registry's zone that a name is in.
func (r *resolver) askRegistry(q query) reply {
	life, ok := r.world.registry.suffixes[r.world.registry.suffixOf(q.name)]
	if !ok { // no such top-level domain, says the root
		return r.world.outside.answer(q.name, q.kind, false)
	}
	out, ok := r.askAny(life.servers[:], q)
	if !ok {
		return reply{rcode: mdns.RcodeServerFailure}
	}
	return out
}

// delegation returns who serves a domain, from the cache or the registry.
func (r *resolver) delegation(domain string) delegation {
	if d, ok := r.cache.delegation(domain); ok {
		return d
	}
	referral := r.askRegistry(query{name: domain, kind: mdns.TypeNS, dnssec: true})
	if referral.authoritative || referral.rcode != mdns.RcodeSuccess {
		return delegation{missing: true} // remembered as a negative answer
	}
	d := delegation{nameServers: nsTargets(referral.authority)}
	ttl := lifetime(referral)
	for _, rr := range referral.authority {
		if rr.Header().Rrtype == mdns.TypeDS {
			d.ds = append(d.ds, rr)
		}
	}
	// The child's own NS set counts too, whichever ends sooner
	// (draft-ietf-dnsop-ns-revalidation).
	child := r.askServers(d.nameServers, query{name: domain, kind: mdns.TypeNS, depth: depthLimit})
	if len(child.answer) > 0 {
		ttl = min(ttl, lifetime(child))
	}
	d.expires = r.nextRefresh(ttl)
	r.cache.delegate(domain, d)
	return d
}

// nextRefresh is the next point of this resolver's grid for a lifetime.
func (r *resolver) nextRefresh(ttl uint32) time.Time {
	every := max(r.cache.life(ttl), 1)
	since := r.world.now().Sub(r.world.started) + time.Duration(r.phase*float64(every))
	return r.world.now().Add(every - since%every)
}

func nsTargets(rrs []mdns.RR) []string {
	var out []string
	for _, rr := range rrs {
		if ns, ok := rr.(*mdns.NS); ok {
			out = append(out, canonical(ns.Ns))
		}
	}
	return out
}

// withoutDNSSEC drops what a client that did not ask for it must not get
// (RFC 4035 section 3.2.1).
func withoutDNSSEC(rrs []mdns.RR, kind uint16) []mdns.RR {
	return slices.DeleteFunc(rrs, func(rr mdns.RR) bool {
		t := rr.Header().Rrtype
		return t != kind && (t == mdns.TypeRRSIG || t == mdns.TypeNSEC)
	})
}

package zone

import (
	"context"
	"slices"
	"strings"
)

// The types that are asked at names that exist. A shows a CNAME as well, and a
// delegation, so it is asked first everywhere.
const (
	apexTypes       = "A AAAA MX TXT NS SOA CAA HTTPS SVCB SRV TLSA SSHFP NAPTR LOC CERT SMIMEA URI PTR OPENPGPKEY HINFO RP AFSDB SPF DNAME DNSKEY"
	hostTypes       = "A AAAA MX TXT NS CAA HTTPS SVCB SRV TLSA SSHFP NAPTR LOC CERT SMIMEA URI PTR OPENPGPKEY HINFO RP"
	underscoreTypes = "A AAAA MX TXT NS CAA HTTPS SVCB SRV TLSA NAPTR CERT SMIMEA URI PTR OPENPGPKEY"
	// Types in which a name may differ from a wildcard that answers beside it.
	besideTypes = "A AAAA MX TXT CAA HTTPS SRV SSHFP"
)

// typesAt lists the types to ask at a name.
func (r *search) typesAt(name string) []string {
	switch {
	case name == r.domain:
		return strings.Fields(apexTypes)
	case strings.HasPrefix(first(name), "_"):
		return strings.Fields(underscoreTypes)
	}
	return strings.Fields(hostTypes)
}

// look asks whether a name exists, and for its records if it does. types are
// those expected there; they decide when a wildcard hides the name.
func (r *search) look(ctx context.Context, name, source string, types ...string) {
	name = CanonicalName(name)
	if !below(name, r.domain) || len(name) > 253 || ctx.Err() != nil {
		return
	}
	if first(name) == "*" {
		r.lookWild(ctx, parent(name), source)
		return
	}
	// Whoever comes second waits for the first, because it relies on the result.
	f := r.worthAsking(name, types)
	if f == nil || !f.do(func() { r.lookOnce(ctx, name, source, types) }) {
		r.alsoBy(name, source)
	}
}

// alsoBy adds a way by which a name was found once more.
func (r *search) alsoBy(name, source string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k := r.names[name]; k == nil || k.records == 0 || source == SourceReference {
		return
	}
	for _, rec := range r.found {
		if rec.Name == name && !slices.Contains(rec.Sources, source) {
			rec.Sources = append(rec.Sources, source)
		}
	}
}

func (r *search) lookOnce(ctx context.Context, name, source string, types []string) {
	a := r.ask(ctx, name, "A")
	if !answered(a) {
		return
	}
	if cut := r.cutIn(a, name); cut != "" {
		r.delegate(ctx, cut, source, a)
		return
	}
	if a.Rcode == "NXDOMAIN" && !has(a, name, "CNAME") {
		r.mu.Lock()
		k := r.name(name)
		k.looked, k.absent = true, true
		if k.exists {
			r.emptyBad = true
		}
		r.mu.Unlock()
		return
	}
	if r.hidden(ctx, name, types) {
		r.mu.Lock()
		k := r.name(name)
		k.looked, k.covered = true, !k.exists
		r.mu.Unlock()
		return
	}
	r.readAll(ctx, name, source, a)
}

// worthAsking is nil for what is answered already: names below a delegation,
// names below one that does not exist (RFC 8020), and names looked at before.
func (r *search) worthAsking(name string, types []string) *flight {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cutAbove(name) {
		return nil
	}
	for up := parent(name); below(up, r.domain); up = parent(up) {
		if k := r.names[up]; k != nil && k.absent && !k.exists && r.emptyGood && !r.emptyBad {
			return nil
		}
	}
	k := r.name(name)
	if k.looked && !k.covered {
		return nil
	}
	key := strings.Join(types, "/")
	if k.begun[key] == nil {
		k.begun[key] = newFlight()
	}
	return k.begun[key]
}

// readAll reads every type at a name that exists by itself.
func (r *search) readAll(ctx context.Context, name, source string, a Answer) {
	r.mu.Lock()
	k := r.name(name)
	again := k.looked && !k.covered
	k.looked, k.covered = true, false
	r.existing(name)
	r.mu.Unlock()
	if again {
		return
	}
	if has(a, name, "CNAME") {
		r.keep(a, name, "CNAME", source)
		return
	}
	each(ctx, r, r.typesAt(name), func(t string) {
		answer := r.ask(ctx, name, t)
		if t == "NS" && has(answer, name, "NS") && name != r.domain {
			// The same server holds the part below as a zone of its own.
			r.delegate(ctx, name, source, answer)
			return
		}
		r.keep(answer, name, t, source)
	})
	r.mu.Lock()
	if k.records == 0 && ctx.Err() == nil && !r.silent[name] {
		r.emptyGood = true
	}
	r.mu.Unlock()
}

// keep adds the records of one name and type, and whatever the answer says by
// the way about that name.
func (r *search) keep(a Answer, name, rtype, source string) {
	for _, rec := range a.Records {
		if CanonicalName(rec.Name) == name && rec.Type == rtype {
			r.add(rec, source)
		}
	}
}

// has reports whether the answer holds a record of this name and type.
func has(a Answer, name, rtype string) bool {
	return slices.ContainsFunc(a.Records, func(rec Record) bool { return rec.Type == rtype && CanonicalName(rec.Name) == name })
}

// content is the set of data of one name and type in an answer, to compare.
// A CNAME stands for every type.
func content(a Answer, name, rtype string) string {
	var out []string
	for _, rec := range a.Records {
		if CanonicalName(rec.Name) == name && (rec.Type == rtype || rec.Type == "CNAME") {
			out = append(out, rec.Type+" "+Canonical(rec.Type, rec.Content))
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), "\n")
}

package zone

import (
	"context"
	"slices"
	"strings"
)

// longestChain limits a walk: a chain that is longer, or that never closes, is
// not one.
const longestChain = 20000

// walk follows the NSEC records of a signed zone (RFC 4034 section 4), which
// name every name and its types. It returns false when the zone has none, or
// has them only for the name that was asked ("black lies", RFC 9824).
func (r *search) walk(ctx context.Context) bool {
	r.begin(PartNSEC, 0)
	type link struct {
		name  string
		types []string
	}
	var chain []link
	seen := map[string]bool{}
	for name := r.domain; !seen[name]; {
		next, types, ok := r.nsecAt(ctx, name)
		if !ok || len(chain) >= longestChain || !within(next, r.domain) || strings.HasPrefix(next, `\000.`) {
			state := "impossible"
			if len(chain) > 0 {
				state = "refused"
			}
			r.end(state, "")
			return false
		}
		seen[name] = true
		chain = append(chain, link{name, types})
		name = next
	}
	r.more(len(chain))
	each(ctx, r, chain, func(l link) {
		defer r.step(1)
		if r.belowCut(l.name) {
			return
		}
		if slices.Contains(l.types, "NS") && l.name != r.domain {
			r.delegate(ctx, l.name, SourceNSEC, r.ask(ctx, l.name, "A"))
			return
		}
		for _, t := range l.types {
			if !signature(t) {
				r.keep(r.ask(ctx, l.name, t), l.name, t, SourceNSEC)
			}
		}
	})
	complete := ctx.Err() == nil && len(r.silent) == 0
	state := "done"
	if !complete {
		state = "refused"
	}
	r.end(state, "")
	return complete
}

// nsecAt finds the NSEC record of a name. At a delegation some servers answer
// with a referral: there a name just behind it is asked for, whose proof of
// not existing is the same record.
func (r *search) nsecAt(ctx context.Context, name string) (next string, types []string, ok bool) {
	ask := []string{name}
	if name != r.domain {
		ask = append(ask, first(name)+`\000.`+parent(name))
	}
	for _, q := range ask {
		a := r.ask(ctx, q, "NSEC")
		if q != name {
			r.forget(q)
		}
		for _, rec := range append(slices.Clone(a.Records), a.Authority...) {
			if rec.Type != "NSEC" || CanonicalName(rec.Name) != name {
				continue
			}
			if fields := strings.Fields(rec.Content); len(fields) > 1 {
				return CanonicalName(fields[0]), fields[1:], true
			}
		}
	}
	return "", nil, false
}

package zone

import (
	"context"
	"crypto/rand"
	"strings"
)

// A wildcard is what the servers answer for names that nobody wrote down
// (RFC 4592), below one level of the zone.
type wildcard struct {
	*flight
	there bool
	sets  map[string]string // content by type; missing: no such record
	moody map[string]bool   // types whose answer changes from name to name, which tells nothing
	probe string            // a random name that it answers for
}

// wildAt tests a level once, with two labels that nobody has.
func (r *search) wildAt(ctx context.Context, level, source string) *wildcard {
	r.mu.Lock()
	w := r.wilds[level]
	if w == nil {
		w = &wildcard{flight: newFlight()}
		r.wilds[level] = w
	}
	r.mu.Unlock()
	w.do(func() { r.testWild(ctx, w, level, source) })
	if !w.there {
		return nil
	}
	return w
}

func (r *search) testWild(ctx context.Context, w *wildcard, level, source string) {
	one, two := under(randomLabel(), level), under(randomLabel(), level)
	if len(one) > 253 {
		return
	}
	for _, name := range []string{one, two} {
		a := r.ask(ctx, name, "A")
		if !answered(a) || r.cutIn(a, name) != "" || a.Rcode == "NXDOMAIN" && !has(a, name, "CNAME") {
			r.forget(one, two)
			return
		}
	}
	w.there, w.probe, w.sets, w.moody = true, one, map[string]string{}, map[string]bool{}
	star := under("*", level)
	types := r.typesAt(star)
	literal := false
	each(ctx, r, types, func(t string) {
		a := r.ask(ctx, star, t)
		r.mu.Lock()
		w.sets[t] = content(a, star, t)
		literal = literal || w.sets[t] != ""
		r.mu.Unlock()
		r.keep(a, star, t, source)
		r.keep(a, star, "CNAME", source)
	})
	if !literal {
		r.likeBoth(ctx, w, star, one, two, source)
	}
	for _, t := range []string{"A", "AAAA"} {
		a, b := content(r.ask(ctx, one, t), one, t), content(r.ask(ctx, two, t), two, t)
		if a != b || literal && a != w.sets[t] {
			w.moody[t] = true
		}
	}
	r.forget(one, two)
}

// likeBoth is for servers that do not know the name "*": what both random names
// are answered is what the wildcard says. When that is nothing at all, the
// server simply never says that a name does not exist.
func (r *search) likeBoth(ctx context.Context, w *wildcard, star, one, two, source string) {
	each(ctx, r, strings.Fields(besideTypes), func(t string) {
		a, b := r.ask(ctx, one, t), r.ask(ctx, two, t)
		set := content(a, one, t)
		if set == "" || set != content(b, two, t) {
			return
		}
		r.mu.Lock()
		w.sets[t] = set
		r.mu.Unlock()
		for _, rec := range a.Records {
			if CanonicalName(rec.Name) == one && (rec.Type == t || rec.Type == "CNAME") {
				rec.Name = star
				r.add(rec, source)
			}
		}
	})
}

// forget takes the random names out of the books: they are not names of the domain.
func (r *search) forget(names ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range names {
		delete(r.asked, n)
		delete(r.silent, n)
	}
}

// hidden reports whether a wildcard answers for name, so that nothing shows the
// name to exist. A name with the wildcard's address may still have an MX or a
// TXT of its own: every likely type is compared before it is taken as hidden.
func (r *search) hidden(ctx context.Context, name string, types []string) bool {
	level := r.encloser(ctx, name)
	w := r.wildAt(ctx, level, SourceWildcard)
	if w == nil {
		return false
	}
	beside := besideTypes
	if strings.Contains(name, "_") {
		// Nobody gives such a name the address of the wildcard.
		beside = "A TXT"
	}
	all := append(strings.Fields(beside), types...)
	differs := false
	for _, t := range all {
		if t == "CNAME" || w.moody[t] {
			continue
		}
		a := r.ask(ctx, name, t)
		if !answered(a) {
			continue
		}
		r.mu.Lock()
		set, tested := w.sets[t]
		r.mu.Unlock()
		if !tested {
			set = content(r.ask(ctx, w.probe, t), w.probe, t)
			r.forget(w.probe)
		}
		if content(a, name, t) != set {
			differs = true
			break
		}
	}
	return !differs
}

// encloser is the nearest name above that exists: its wildcard is the one that
// counts (RFC 4592 section 3.3.1).
func (r *search) encloser(ctx context.Context, name string) string {
	for up := parent(name); below(up, r.domain); up = parent(up) {
		r.look(ctx, up, SourceReference)
		r.mu.Lock()
		exists := r.name(up).exists
		r.mu.Unlock()
		if exists {
			return up
		}
	}
	return r.domain
}

// lookWild looks for a wildcard below a level, if the level exists.
func (r *search) lookWild(ctx context.Context, level, source string) {
	if level != r.domain {
		r.look(ctx, level, source)
	}
	r.mu.Lock()
	exists := r.name(level).exists && !r.cuts[level]
	r.mu.Unlock()
	if exists {
		r.wildAt(ctx, level, source)
	}
}

func randomLabel() string { return "w" + strings.ToLower(rand.Text())[:16] }

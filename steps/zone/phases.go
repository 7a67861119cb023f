package zone

import (
	"context"
	"slices"
	"strings"
)

// apex reads every type at the domain itself and tests for a wildcard.
func (r *search) apex(ctx context.Context) {
	r.begin(PartProviders, len(strings.Fields(apexTypes)))
	each(ctx, r, r.typesAt(r.domain), func(t string) {
		a := r.ask(ctx, r.domain, t)
		r.keep(a, r.domain, t, SourceApex)
		if t == "A" { // an alias beside other records, which only some hosts allow
			r.keep(a, r.domain, "CNAME", SourceApex)
		}
		r.step(1)
	})
	r.wildAt(ctx, r.domain, SourceWildcard)
	r.references(ctx)
}

// extras asks for what other sources know: Cloudflare's scan, a zone file.
func (r *search) extras(ctx context.Context) {
	r.begin(PartScan, len(r.Extra))
	each(ctx, r, r.Extra, func(e Record) {
		name := CanonicalName(e.Name)
		// The name is looked at as a whole, so what else is there gets the same label.
		source := SourceReference
		if len(e.Sources) > 0 {
			source = e.Sources[0]
		}
		r.look(ctx, name, source, e.Type)
		r.step(1)
	})
	r.label()
	r.references(ctx)
	r.end("done", "")
}

// services asks for the names that the recognised services imply, until nothing
// new is recognised.
func (r *search) services(ctx context.Context) {
	r.begin(PartProviders, 0)
	r.implied(ctx)
	r.end("done", "")
}

func (r *search) implied(ctx context.Context) {
	done := map[string]bool{}
	for {
		var todo []question
		for _, q := range r.impliedNow() {
			if key := q.name + " " + strings.Join(q.types, "/"); !done[key] {
				done[key] = true
				todo = append(todo, q)
			}
		}
		if len(todo) == 0 || ctx.Err() != nil {
			return
		}
		r.lookAll(ctx, todo, SourceProvider)
		r.references(ctx)
	}
}

// impliedNow lists the names that the records found so far make likely.
func (r *search) impliedNow() []question {
	var out []question
	for _, rec := range r.records() {
		for _, p := range providers() {
			x, ok := p.recognise(rec, r.domain)
			if !ok {
				continue
			}
			bases := []string{r.domain}
			if (rec.Type == "MX" || rec.Type == "TXT") && rec.Name != r.domain && !strings.ContainsAny(first(rec.Name), "_*") {
				bases = append(bases, rec.Name)
			}
			for _, q := range p.ask {
				for _, base := range bases {
					if name := strings.ReplaceAll(q.name, "{x}", x); x != "" || name == q.name {
						out = append(out, question{under(name, base), q.types})
					}
				}
			}
		}
	}
	return out
}

// records is a copy of what was found so far.
func (r *search) records() []Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Record, 0, len(r.found))
	for _, rec := range r.found {
		out = append(out, *rec)
	}
	slices.SortFunc(out, byRecord)
	return out
}

// lookAll looks at many names and reports each.
func (r *search) lookAll(ctx context.Context, todo []question, source string) {
	r.more(len(todo))
	each(ctx, r, todo, func(q question) {
		r.look(ctx, q.name, source, q.types...)
		r.step(1)
	})
}

// references looks at the domain's own names in the data of what was found.
func (r *search) references(ctx context.Context) {
	done := map[string]bool{}
	for ctx.Err() == nil {
		var todo []string
		for _, rec := range r.records() {
			for _, host := range targets(rec) {
				if below(host, r.domain) && !done[host] {
					done[host] = true
					todo = append(todo, host)
				}
			}
		}
		if len(todo) == 0 {
			return
		}
		each(ctx, r, todo, func(host string) { r.look(ctx, host, SourceReference) })
	}
}

// targets lists the names in a record's data.
func targets(rec Record) []string {
	switch rec.Type {
	case "CNAME", "PTR", "DNAME":
		return []string{CanonicalName(rec.Content)}
	case "MX", "SRV", "AFSDB", "NAPTR":
		return []string{lastField(rec)}
	case "TXT":
		return spfHosts(Text(rec.Content))
	case "NS":
		return []string{CanonicalName(rec.Content)}
	case "HTTPS", "SVCB":
		if fields := strings.Fields(rec.Content); len(fields) > 1 {
			return []string{CanonicalName(fields[1])}
		}
	}
	return nil
}

// wordList asks for the usual host names.
func (r *search) wordList(ctx context.Context) {
	list := words(r.Deep)
	r.begin(PartWords, 0)
	todo := make([]question, 0, len(list))
	for _, w := range list {
		todo = append(todo, question{name: under(w, r.domain)})
	}
	r.lookAll(ctx, todo, SourceWords)
	r.references(ctx)
	r.end("done", "")
}

// underscored asks for services, signatures and proofs of ownership, then for
// the usual names below everything that was found.
func (r *search) underscored(ctx context.Context) {
	r.begin(PartUnderscore, 0)
	r.mailNames(ctx, r.domain)
	r.lookAll(ctx, at(r.domain, underscores("names")), SourceUnderscore)
	done := map[string]bool{r.domain: true}
	for ctx.Err() == nil {
		levels := r.levels(done)
		if len(levels) == 0 {
			break
		}
		for _, level := range levels {
			done[level] = true
			r.subdomain(ctx, level)
		}
		r.implied(ctx)
	}
	r.end("done", "")
}

// mailNames asks for what mail needs below one name, keys included.
func (r *search) mailNames(ctx context.Context, base string) {
	r.lookAll(ctx, at(base, underscores("probes")), SourceUnderscore)
	r.lookAll(ctx, at(base, underscores("mail")), SourceUnderscore)
	r.lookAll(ctx, at(base, underscores("selectors")), SourceUnderscore)
}

// at puts the names of questions below base.
func at(base string, list []question) []question {
	out := make([]question, 0, len(list))
	for _, q := range list {
		out = append(out, question{under(q.name, base), q.types})
	}
	return out
}

// levels lists the existing host names that may have names below them and were
// not done, at most three labels below the domain.
func (r *search) levels(done map[string]bool) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for name, k := range r.names {
		if k.exists && !done[name] && !r.cutAbove(name) && below(name, r.domain) && !strings.ContainsAny(name, "_*") &&
			len(labels(name))-len(labels(r.domain)) <= 3 {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, byName)
	return out
}

// subdomain asks for the usual names below one that exists.
func (r *search) subdomain(ctx context.Context, level string) {
	r.wildAt(ctx, level, SourceWildcard)
	r.mu.Lock()
	empty := r.name(level).records == 0
	r.mu.Unlock()
	mail := false
	for _, rec := range r.records() {
		mail = mail || rec.Name == level && (rec.Type == "MX" || isSPF(rec))
	}
	todo := []string{"www", "mail", "autodiscover", "_acme-challenge", "_dmarc"}
	if empty {
		todo = append(firstWords(), todo...)
	}
	list := make([]question, 0, len(todo))
	for _, w := range todo {
		q := question{name: under(w, level)}
		if strings.HasPrefix(w, "_") {
			q.types = []string{"TXT", "CNAME"}
		}
		list = append(list, q)
	}
	r.lookAll(ctx, list, SourceBelow)
	if mail {
		r.mailNames(ctx, level)
	}
	r.references(ctx)
}

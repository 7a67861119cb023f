package zone

import "context"

// cutIn finds the delegation in an answer about name: the owner of the NS
// records of a referral, or of a SOA record of a zone below the domain, which
// the same server holds too. Empty when there is none.
func (r *search) cutIn(a Answer, name string) string {
	for _, rec := range a.Authority {
		owner := CanonicalName(rec.Name)
		if !below(owner, r.domain) || !within(name, owner) {
			continue
		}
		if rec.Type == "NS" && len(a.Records) == 0 || rec.Type == "SOA" {
			return owner
		}
	}
	return ""
}

// delegate keeps the parent's side of a delegation: NS, DS, and the addresses
// of name servers inside it. Nothing else below it is ours.
func (r *search) delegate(ctx context.Context, cut, source string, a Answer) {
	r.mu.Lock()
	known := r.cuts[cut]
	r.cuts[cut] = true
	k := r.name(cut)
	k.looked, k.covered = true, false
	r.existing(cut)
	r.mu.Unlock()
	if known {
		return
	}
	// Asked for NS, the parent's server gives the same referral, and a server
	// that holds both zones gives the record set itself.
	answers := []Answer{a, r.ask(ctx, cut, "NS")}
	targets := map[string]bool{}
	for _, a := range answers {
		for _, rec := range append(a.Records[:len(a.Records):len(a.Records)], a.Authority...) {
			if rec.Type == "NS" && CanonicalName(rec.Name) == cut {
				r.add(rec, source)
				targets[CanonicalName(rec.Content)] = true
			}
		}
	}
	for host := range targets {
		if !within(host, cut) {
			continue
		}
		for _, t := range []string{"A", "AAAA"} {
			glue := r.ask(ctx, host, t)
			for _, a := range append(answers, glue) {
				for _, rec := range append(a.Records[:len(a.Records):len(a.Records)], a.Additional...) {
					if rec.Type == t && CanonicalName(rec.Name) == host {
						r.add(rec, source)
					}
				}
			}
		}
	}
	r.keep(r.ask(ctx, cut, "DS"), cut, "DS", source)
}

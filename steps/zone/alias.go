package zone

import "slices"

// An Alias is what the addresses of the domain itself seem to be made of. Some DNS
// hosts let a domain follow another name there ("ALIAS", "ANAME") and answer with
// that name's addresses. Copied, these go stale when the other name moves.
type Alias struct {
	Target  string `json:"target,omitempty"`  // the name outside the domain that www is an alias of; empty when there is none
	Same    bool   `json:"same,omitempty"`    // the domain itself has the addresses of Target now
	Changes bool   `json:"changes,omitempty"` // its addresses changed from one question to the next
	Service string `json:"service,omitempty"` // the service that Target belongs to, where it is known
}

// brief is the most seconds that addresses which change may be remembered.
const brief = 60

// Apex lists the addresses of the domain itself; none where it is an alias by itself.
func (f Found) Apex() (out []Record) {
	for _, r := range f.Records {
		switch {
		case CanonicalName(r.Name) != f.Domain:
		case r.Type == "CNAME":
			return nil
		case r.Type == "A" || r.Type == "AAAA":
			out = append(out, r)
		}
	}
	return out
}

// Brief reports whether the addresses of the domain itself are to be remembered
// for so short a time that they may be made anew for each question.
func (f Found) Brief() bool {
	return slices.ContainsFunc(f.Apex(), func(r Record) bool { return r.TTL <= brief })
}

// WebTarget is the name outside the domain that www is an alias of.
func (f Found) WebTarget() string {
	for _, r := range f.Records {
		if target := CanonicalName(r.Content); r.Type == "CNAME" && CanonicalName(r.Name) == "www."+f.Domain && !within(target, f.Domain) {
			return target
		}
	}
	return ""
}

// AliasOf judges the addresses of the domain itself beside those that the target of
// www has. changes says that they were others when they were asked for once more.
// It is nil when nothing speaks for an alias.
func (f Found) AliasOf(addresses []string, changes bool) *Alias {
	a := &Alias{Target: f.WebTarget(), Changes: changes}
	apex := f.Apex()
	a.Same = a.Target != "" && len(apex) > 0 && !slices.ContainsFunc(apex, func(r Record) bool {
		return !slices.ContainsFunc(addresses, func(s string) bool { return Canonical(r.Type, s) == Canonical(r.Type, r.Content) })
	})
	if len(apex) == 0 || !a.Same && !a.Changes {
		return nil
	}
	for _, p := range providers() {
		if _, ok := p.recognise(Record{Type: "CNAME", Content: a.Target}, f.Domain); ok && a.Target != "" {
			a.Service = p.name
			break
		}
	}
	return a
}

// Following are the records with an alias at the domain itself in place of the
// addresses that it makes.
func (f Found) Following() []Record {
	out := []Record{{Name: f.Domain, Type: "CNAME", TTL: 300, Content: f.Alias.Target + ".", Sources: []string{SourceAlias}}}
	apex := f.Apex()
	for _, r := range f.Records {
		if !slices.ContainsFunc(apex, func(a Record) bool { return a.Key() == r.Key() }) {
			out = append(out, r)
		}
	}
	return out
}

// Differs reports whether two answers hold other addresses of a name.
func (a Answer) Differs(b Answer, name, rtype string) bool {
	return answered(a) && answered(b) && content(a, name, rtype) != content(b, name, rtype)
}

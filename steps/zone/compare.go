package zone

import (
	"cmp"
	"slices"
	"strings"
)

// What a [Row] says about a record.
const (
	Same    = "same"    // at both places
	Missing = "missing" // at the old servers only
	Differs = "differs" // at both places, with other data
	Only    = "only"    // at Cloudflare only
)

// A Row is one line of a comparison. Old is nil for [Only], Cloud for [Missing].
type Row struct {
	State string
	Old   *Record
	Cloud *Record
}

// record is the record that the row is about: the old one, if there is one.
func (r Row) record() Record {
	if r.Old != nil {
		return *r.Old
	}
	return *r.Cloud
}

// Compare sets the records at the old servers beside those at Cloudflare. Data
// is compared by meaning (see [Canonical]), TTLs are not compared. For a
// proxied record Cloudflare's API gives the true content, so its records must
// come from there and not from a DNS answer.
//
// What is left over at both places is paired as [Differs] where one is clearly
// meant to be the other: the only SPF record with the only SPF record, an
// address with an address, a CNAME with whatever else has its name. Proofs of
// ownership stand beside each other and are never paired.
// Rows are in the order of their names.
func Compare(old, cloud []Record) []Row {
	left, right := byKey(old), byKey(cloud)
	var rows []Row
	for key, o := range left {
		if c, ok := right[key]; ok {
			rows = append(rows, Row{Same, o, c})
			delete(left, key)
			delete(right, key)
		}
	}
	rows = append(rows, pairUp(left, right)...)
	sortRows(rows)
	return rows
}

// sortRows orders rows by name, type and data. The names are taken apart once
// for each row, not once for each comparison.
func sortRows(rows []Row) {
	type keyed struct {
		Row
		name []string
		rec  Record
	}
	list := make([]keyed, len(rows))
	for i, row := range rows {
		rec := row.record()
		list[i] = keyed{row, reversed(CanonicalName(rec.Name)), rec}
	}
	slices.SortFunc(list, func(a, b keyed) int {
		return cmp.Or(slices.Compare(a.name, b.name), cmp.Compare(a.rec.Type, b.rec.Type), cmp.Compare(a.rec.Content, b.rec.Content), cmp.Compare(a.State, b.State))
	})
	for i := range list {
		rows[i] = list[i].Row
	}
}

func byKey(recs []Record) map[string]*Record {
	out := make(map[string]*Record, len(recs))
	for _, r := range recs {
		if key := r.Key(); out[key] == nil {
			out[key] = &r
		}
	}
	return out
}

// pairUp makes rows of what has no equal at the other side.
func pairUp(left, right map[string]*Record) []Row {
	names := map[string]bool{}
	olds, clouds := byOwner(left, names), byOwner(right, names)
	var rows []Row
	for name := range names {
		o, c := olds[name], clouds[name]
		// First the surest pairs, then a CNAME with what it excludes.
		for _, alike := range []func(a, b *Record) bool{sameTarget, sameRole, excludes} {
			for i, a := range o {
				j := slices.IndexFunc(c, func(b *Record) bool { return a != nil && b != nil && alike(a, b) })
				if j >= 0 {
					rows = append(rows, Row{Differs, a, c[j]})
					o[i], c[j] = nil, nil
				}
			}
		}
		for _, a := range o {
			if a != nil {
				rows = append(rows, Row{State: Missing, Old: a})
			}
		}
		for _, b := range c {
			if b != nil {
				rows = append(rows, Row{State: Only, Cloud: b})
			}
		}
	}
	return rows
}

func byOwner(recs map[string]*Record, names map[string]bool) map[string][]*Record {
	out := map[string][]*Record{}
	for _, r := range recs {
		name := CanonicalName(r.Name)
		names[name] = true
		out[name] = append(out[name], r)
	}
	for _, rs := range out {
		slices.SortFunc(rs, func(a, b *Record) int { return byRecord(*a, *b) })
	}
	return out
}

// sameTarget: the same host with another preference, weight or port.
func sameTarget(a, b *Record) bool {
	if a.Type != b.Type || (a.Type != "MX" && a.Type != "SRV") {
		return false
	}
	fa, fb := strings.Fields(Canonical(a.Type, a.Content)), strings.Fields(Canonical(b.Type, b.Content))
	return len(fa) > 0 && len(fb) > 0 && fa[len(fa)-1] == fb[len(fb)-1]
}

// sameRole: of one type, and only one of the kind is meant to exist.
func sameRole(a, b *Record) bool {
	if a.Type != b.Type {
		return false
	}
	switch a.Type {
	case "TXT":
		role := textRole(*a)
		return role != "" && role == textRole(*b)
	case "CAA":
		fa, fb := strings.Fields(Canonical("CAA", a.Content)), strings.Fields(Canonical("CAA", b.Content))
		return len(fa) > 1 && len(fb) > 1 && fa[1] == fb[1]
	default:
		return true
	}
}

// excludes: one is an alias and the other what it stands for: an address, or at
// a name with an underscore the text that it leads to. Other records beside an
// alias are of another meaning: Cloudflare holds them at the domain itself, and
// nobody wants a TXT or MX record changed into an alias.
func excludes(a, b *Record) bool {
	if a.Type == "CNAME" {
		a, b = b, a
	}
	if a.Type == "CNAME" || b.Type != "CNAME" {
		return false
	}
	return a.Type == "A" || a.Type == "AAAA" || a.Type == "TXT" && strings.HasPrefix(first(CanonicalName(a.Name)), "_") || hasLabel(a.Name, "_domainkey")
}

// textRole names the kinds of TXT of which a name has only one.
func textRole(r Record) string {
	text := strings.ToLower(Text(r.Content))
	for prefix, role := range map[string]string{
		"v=spf1": "spf", "spf2.0/": "sender-id", "v=dmarc1": "dmarc", "v=stsv1": "mta-sts", "v=tlsrptv1": "tls-rpt", "v=bimi1": "bimi",
	} {
		if strings.HasPrefix(text, prefix) {
			return role
		}
	}
	if hasLabel(r.Name, "_domainkey") {
		return "dkim"
	}
	return ""
}

func hasLabel(name, label string) bool { return slices.Contains(labels(CanonicalName(name)), label) }

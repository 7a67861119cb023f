package zone

import (
	"cmp"
	"slices"
)

// A Set is the records of one name and type, as a name server is asked for them.
type Set struct {
	Name, Type string
	Records    []Record
}

// Sets groups records. What mail and certificates need comes first, so that it
// is asked for first; the rest is in the order of the names.
func Sets(recs []Record) []Set {
	type key struct{ name, rtype string }
	at := map[key]int{}
	var out []Set
	for _, r := range recs {
		k := key{CanonicalName(r.Name), r.Type}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, Set{Name: k.name, Type: k.rtype})
		}
		out[i].Records = append(out[i].Records, r)
	}
	urgent := func(s Set) int {
		if s.Type == "CAA" || slices.ContainsFunc(s.Records, IsMail) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b Set) int {
		return cmp.Or(cmp.Compare(urgent(a), urgent(b)), byName(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
	})
	return out
}

// In reports whether an answer has every record of the set. It may have more:
// somebody may have added records of their own. What belongs to a delegation
// comes beside a referral, not as the answer (RFC 1034 section 4.3.2).
func (s Set) In(a Answer) bool {
	have := map[string]bool{}
	for _, r := range slices.Concat(a.Records, a.Authority, a.Additional) {
		have[r.Key()] = true
	}
	for _, r := range s.Records {
		if !have[r.Key()] {
			return false
		}
	}
	return true
}

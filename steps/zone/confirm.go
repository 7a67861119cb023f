package zone

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// confirm asks every server for every record set that was found, and marks the
// servers whose answers differ from those of the newest version.
func (r *search) confirm(ctx context.Context) {
	lanes := r.usable()
	if len(lanes) < 2 {
		return
	}
	type set struct{ name, rtype string }
	seen := map[set]bool{}
	var sets []set
	for _, rec := range r.records() {
		s := set{rec.Name, rec.Type}
		// Glue is not a record set of the zone: servers answer with a referral.
		if rec.Type == "SOA" || seen[s] || r.belowCut(rec.Name) || rec.Type == "NS" && rec.Name != r.domain {
			continue
		}
		seen[s] = true
		sets = append(sets, s)
	}
	r.begin(PartCompare, len(sets))
	odd := map[*lane][]string{}
	each(ctx, r, sets, func(s set) {
		defer r.step(1)
		said := make([]string, len(lanes))
		for i, l := range lanes {
			a := l.ask(ctx, r.Asker, s.name, s.rtype)
			if !answered(a) {
				return
			}
			said[i] = content(a, s.name, s.rtype)
			r.keep(a, s.name, s.rtype, SourceServers)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		for i, l := range lanes {
			if said[i] != said[r.newestLane(lanes)] {
				odd[l] = append(odd[l], s.rtype+" "+ToUnicode(s.name))
			}
		}
	})
	for l, which := range odd {
		slices.Sort(which)
		l.report.State = "differs"
		l.report.Detail = fmt.Sprintf("Answers differently from %s: %s.", lanes[r.newestLane(lanes)].server, someOf(which, 3))
	}
	r.tidySources()
	r.end("done", "")
}

// newestLane is the server with the highest serial; the first one among equals.
func (r *search) newestLane(lanes []*lane) int {
	best := 0
	for i, l := range lanes {
		if serialLess(lanes[best].serial, l.serial) {
			best = i
		}
	}
	return best
}

// serialLess compares serial numbers by their digits. They wrap around (RFC
// 1982) too rarely in practice to matter here.
func serialLess(a, b string) bool {
	return len(a) < len(b) || len(a) == len(b) && a < b
}

// belowCut reports whether name lies below a delegation.
func (r *search) belowCut(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cutAbove(parent(name))
}

// cutAbove reports whether name is delegated, or lies below a delegation. The
// caller holds r.mu.
func (r *search) cutAbove(name string) bool {
	for up := name; below(up, r.domain); up = parent(up) {
		if r.cuts[up] {
			return true
		}
	}
	return false
}

// tidySources drops the label of the comparison where a better one exists.
func (r *search) tidySources() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rec := range r.found {
		if len(rec.Sources) > 1 {
			rec.Sources = slices.DeleteFunc(rec.Sources, func(s string) bool { return s == SourceServers })
		}
	}
}

// unknown lists the names below which something exists that was not found.
func (r *search) unknown(recs []Record) []string {
	var out []string
	for name, k := range r.names {
		if !k.exists || r.cuts[name] || !below(name, r.domain) {
			continue
		}
		if !slices.ContainsFunc(recs, func(rec Record) bool { return within(CanonicalName(rec.Name), name) }) {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, byName)
	return out
}

// someOf joins the first n of a list.
func someOf(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:n], ", "), len(list)-n)
}

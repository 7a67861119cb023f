package zone_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps/zone"
)

// signed answers NSEC questions as servers of signed zones do. At a delegation
// it answers with a referral that proves nothing, as nsd and knot do.
type signed struct {
	world
	lies bool   // makes up records for the name that was asked only (RFC 9824)
	cut  string // the chain ends before this name
}

func (s signed) Ask(ctx context.Context, to, name, rtype string) (zone.Answer, error) {
	if rtype != "NSEC" {
		return s.world.Ask(ctx, to, name, rtype)
	}
	if s.lies {
		return zone.Answer{Rcode: "NOERROR", Auth: true, Records: []zone.Record{{Name: name, Type: "NSEC", Content: `\000.` + name + ". A RRSIG NSEC"}}}, nil
	}
	types := map[string][]string{"x.com": {"SOA"}}
	var chain []string
	for _, r := range s.world[to].records {
		if r.Name != "ns.lab.x.com" {
			types[r.Name] = append(types[r.Name], r.Type)
		}
	}
	for n := range types {
		chain = append(chain, n)
	}
	slices.SortFunc(chain, func(a, b string) int { return strings.Compare(flip(a), flip(b)) })
	owner := strings.Replace(name, `\000`, "", 1)
	i := slices.Index(chain, owner)
	if i < 0 || owner == s.cut {
		return zone.Answer{Rcode: "NXDOMAIN", Auth: true}, nil
	}
	nsec := zone.Record{Name: owner, Type: "NSEC", Content: chain[(i+1)%len(chain)] + ". " + strings.Join(append(types[owner], "RRSIG", "NSEC"), " ")}
	switch {
	case owner != name:
		return zone.Answer{Rcode: "NXDOMAIN", Auth: true, Authority: []zone.Record{nsec}}, nil
	case slices.Contains(types[name], "NS"):
		return s.world[to].referral(name), nil
	}
	return zone.Answer{Rcode: "NOERROR", Auth: true, Records: []zone.Record{nsec}}, nil
}

// flip writes a name from its last label to its first.
func flip(name string) string {
	l := strings.Split(name, ".")
	slices.Reverse(l)
	return strings.Join(l, ".")
}

func TestWalk(t *testing.T) {
	records := []string{
		`x.com A 192.0.2.1`, `*.apps.x.com A 192.0.2.2`, `lab.x.com NS ns.lab.x.com.`, `lab.x.com DS 1 13 2 aa`, `ns.lab.x.com A 192.0.2.3`, `unguessable.x.com TXT "found"`, `zz.x.com CNAME x.com.`,
	}
	w := one(records...)
	found := find(t, w, func(f *zone.Finder) { f.Asker = signed{world: w} })
	if d := cmp.Diff(sorted(records), lines(found.Records)); d != "" || found.Complete != "nsec" {
		t.Errorf("%q: %s", found.Complete, d)
	}
	for name, asker := range map[string]signed{
		"a chain that is made up":  {world: w, lies: true},
		"a chain that breaks":      {world: w, cut: "unguessable.x.com"},
		"a chain without an entry": {world: w, cut: "x.com"},
	} {
		found := find(t, w, func(f *zone.Finder) { f.Asker = asker })
		if found.Complete != "" || slices.Contains(lines(found.Records), `unguessable.x.com TXT "found"`) {
			t.Errorf("%s: complete %q, %q", name, found.Complete, lines(found.Records))
		}
		if !slices.Contains(lines(found.Records), `x.com A 192.0.2.1`) {
			t.Errorf("%s: the list of words was not tried", name)
		}
	}
}

package zone_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps/zone"
)

// recs reads "name TYPE content" lines.
func recs(lines ...string) []zone.Record {
	var out []zone.Record
	for _, l := range lines {
		f := strings.SplitN(l, " ", 3)
		out = append(out, zone.Record{Name: f[0], Type: f[1], Content: f[2], TTL: 300})
	}
	return out
}

func show(rows []zone.Row) []string {
	var out []string
	for _, r := range rows {
		s := r.State + ":"
		for _, rec := range []*zone.Record{r.Old, r.Cloud} {
			if rec == nil {
				s += " -"
			} else {
				s += " " + rec.Name + " " + rec.Type + " " + rec.Content
			}
		}
		out = append(out, s)
	}
	return out
}

func TestCompare(t *testing.T) {
	tests := []struct {
		name       string
		old, cloud []zone.Record
		want       []string
	}{
		{
			"the same, however it is written",
			recs(`Example.com MX 10 mail.example.com.`, `example.com TXT "a" "b"`), recs(`example.com MX 10 MAIL.example.com`, `example.com. TXT ab`),
			[]string{`same: Example.com MX 10 mail.example.com. example.com MX 10 MAIL.example.com`, `same: example.com TXT "a" "b" example.com. TXT ab`},
		},
		{
			"missing and only",
			recs(`a.x.com A 192.0.2.1`), recs(`b.x.com A 192.0.2.2`),
			[]string{`missing: a.x.com A 192.0.2.1 -`, `only: - b.x.com A 192.0.2.2`},
		},
		{
			"addresses pair up, one is left",
			recs(`x.com A 192.0.2.1`, `x.com A 192.0.2.2`, `x.com A 192.0.2.3`), recs(`x.com A 192.0.2.2`, `x.com A 192.0.2.9`),
			[]string{`differs: x.com A 192.0.2.1 x.com A 192.0.2.9`, `same: x.com A 192.0.2.2 x.com A 192.0.2.2`, `missing: x.com A 192.0.2.3 -`},
		},
		{
			"SPF pairs with SPF, proofs never pair",
			recs(`x.com TXT "v=spf1 -all"`, `x.com TXT "google-site-verification=old"`),
			recs(`x.com TXT "google-site-verification=new"`, `x.com TXT "v=spf1 ~all"`),
			[]string{
				`only: - x.com TXT "google-site-verification=new"`, `missing: x.com TXT "google-site-verification=old" -`,
				`differs: x.com TXT "v=spf1 -all" x.com TXT "v=spf1 ~all"`,
			},
		},
		{
			"MX of the same host first",
			recs(`x.com MX 10 a.x.com.`, `x.com MX 20 b.x.com.`), recs(`x.com MX 5 b.x.com.`, `x.com MX 6 c.x.com.`),
			[]string{`differs: x.com MX 10 a.x.com. x.com MX 6 c.x.com.`, `differs: x.com MX 20 b.x.com. x.com MX 5 b.x.com.`},
		},
		{
			"CAA of the same tag",
			recs(`x.com CAA 0 issue "a.org"`, `x.com CAA 0 iodef "mailto:a"`), recs(`x.com CAA 0 issue "b.org"`),
			[]string{`missing: x.com CAA 0 iodef "mailto:a" -`, `differs: x.com CAA 0 issue "a.org" x.com CAA 0 issue "b.org"`},
		},
		{
			"a CNAME pairs with what it excludes",
			recs(`w.x.com CNAME y.com.`), recs(`w.x.com A 192.0.2.1`, `w.x.com A 192.0.2.2`),
			[]string{`only: - w.x.com A 192.0.2.2`, `differs: w.x.com CNAME y.com. w.x.com A 192.0.2.1`},
		},
		{
			"an alias does not take the place of texts and mail",
			recs(`x.com CNAME y.com.`), recs(`x.com TXT "google-site-verification=a"`, `x.com MX 10 m.y.`),
			[]string{`missing: x.com CNAME y.com. -`, `only: - x.com MX 10 m.y.`, `only: - x.com TXT "google-site-verification=a"`},
		},
		{
			"DKIM: TXT became CNAME",
			recs(`s1._domainkey.x.com TXT "v=DKIM1; p=a"`), recs(`s1._domainkey.x.com CNAME s1.vendor.com`),
			[]string{`differs: s1._domainkey.x.com TXT "v=DKIM1; p=a" s1._domainkey.x.com CNAME s1.vendor.com`},
		},
		{"nothing at all", nil, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, show(zone.Compare(tt.old, tt.cloud))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCompareIsOrdered(t *testing.T) {
	old := recs(`b.x.com A 192.0.2.1`, `x.com A 192.0.2.1`, `a.b.x.com A 192.0.2.1`, `a.x.com A 192.0.2.1`)
	want := show(zone.Compare(old, nil))
	if !slices.Equal(want, []string{"missing: x.com A 192.0.2.1 -", "missing: a.x.com A 192.0.2.1 -", "missing: b.x.com A 192.0.2.1 -", "missing: a.b.x.com A 192.0.2.1 -"}) {
		t.Errorf("order: %q", want)
	}
	slices.Reverse(old)
	if d := cmp.Diff(want, show(zone.Compare(old, nil))); d != "" {
		t.Error(d)
	}
}

func manyRecords(n int) (old, cloud []zone.Record) {
	for i := range n {
		old = append(old, zone.Record{Name: fmt.Sprintf("h%d.example.com", i), Type: "A", Content: fmt.Sprintf("192.0.2.%d", i%250)})
		cloud = append(cloud, zone.Record{Name: fmt.Sprintf("h%d.example.com", i), Type: "A", Content: fmt.Sprintf("192.0.2.%d", (i+i%7)%250)})
	}
	return old, cloud
}

func BenchmarkCompare5000(b *testing.B) {
	old, cloud := manyRecords(5000)
	for b.Loop() {
		zone.Compare(old, cloud)
	}
	if per := b.Elapsed() / time.Duration(b.N); per > 50*time.Millisecond {
		b.Errorf("comparing 5000 records takes %v, want at most 50 ms", per)
	}
}

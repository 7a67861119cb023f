package steps

import (
	"fmt"
	"slices"
	"testing"

	"example.test/wizard/steps/zone"
)

// differing is a zone that was there before, of which some records differ.
func differing(differ, of int) dnsSeen {
	seen := moving()
	seen.found.Records, seen.cloud = nil, nil
	for i := range of {
		r := zone.Record{Name: fmt.Sprintf("h%d.example.com", i), Type: "A", Content: "192.0.2.1"}
		seen.found.Records = append(seen.found.Records, r)
		if i < differ {
			r.Content = "192.0.2.99"
		}
		seen.cloud = append(seen.cloud, CloudRecord{ID: fmt.Sprint(i), Record: r, Comment: "theirs"})
	}
	return seen
}

// More than 30 % of what was there is changed only after a second yes.
func TestManyChangesAskAgain(t *testing.T) {
	for _, tt := range []struct {
		differ, of int
		asks       bool
	}{{0, 10, false}, {3, 10, false}, {4, 10, true}, {1, 1, true}, {30, 100, false}, {31, 100, true}} {
		seen := differing(tt.differ, tt.of)
		f := seen.finding(settled(), noon(), 1)
		d := f.Detail.(*DNSDetail)
		if asks := d.Many != nil && f.Ask == "many" && len(f.Plan()) == 0; asks != tt.asks || tt.differ > 0 && d.Part != DNSCompare {
			t.Errorf("%d of %d: asks %v, part %s, %+v", tt.differ, tt.of, asks, d.Part, f.Plan())
		}
	}
	seen := differing(5, 10)
	d := seen.finding(settled(), noon(), 1).Detail.(*DNSDetail)
	if d.Many.Changed != 5 || d.Many.Had != 10 || len(d.Many.List) != 5 || d.Many.List[0] != "A h0.example.com: 192.0.2.99 becomes 192.0.2.1" {
		t.Errorf("%+v", d.Many)
	}
	yes := with(settled(), func(s *Settings) { s.Records.Many = d.Many.Mark })
	f := seen.finding(yes, noon(), 1)
	if plan := f.Plan(); len(plan) != 1 || plan[0].ID != "change-records" || plan[0].Rows[0].Values[0].Before != "192.0.2.99" {
		t.Errorf("after the yes: %+v", plan)
	}
	// The yes was to these changes, not to others.
	seen.cloud[0].Content = "192.0.2.77"
	if d := seen.finding(yes, noon(), 1).Detail.(*DNSDetail); d.Many == nil {
		t.Error("other changes pass with the old yes")
	}
	// Unticked records do not count.
	few := with(settled(), func(s *Settings) {
		for _, r := range seen.found.Records[:3] {
			s.Records.Skip = append(s.Records.Skip, r.Key())
		}
	})
	if d := seen.finding(few, noon(), 1).Detail.(*DNSDetail); d.Many != nil {
		t.Errorf("two of ten: %+v", d.Many)
	}
	// What the wizard made itself is not somebody else's.
	for i := range seen.cloud {
		seen.cloud[i].Comment = settled().Marker()
	}
	if f := seen.finding(settled(), noon(), 1); !slices.ContainsFunc(f.Plan(), func(a Action) bool { return a.ID == "change-records" }) {
		t.Errorf("our own: %+v", f.Plan())
	}
}

package zone_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"example.test/wizard/steps/zone"
)

// TestSixHundredNamesInHalfAMinute: one server that takes 20 ms, asked 20 times a
// second. What a real server needs for it, BenchmarkFind of clients/resolver tells.
func TestSixHundredNamesInHalfAMinute(t *testing.T) {
	for _, tt := range []struct {
		deep        bool
		names       int
		least, most time.Duration
	}{{false, 600, 27 * time.Second, 36 * time.Second}, {true, 5000, 230 * time.Second, 270 * time.Second}} {
		w := one(`x.com A 192.0.2.1`, `www.x.com A 192.0.2.1`)
		w["ns1"].delay = 20 * time.Millisecond
		var began, ended time.Time
		var last zone.Progress
		synctest.Test(t, func(t *testing.T) {
			f := zone.Finder{Asker: w, Domain: "x.com", Servers: []string{"ns1"}, Deep: tt.deep, Report: func(p zone.Progress) {
				if p.Part != zone.PartWords {
					return
				}
				if began.IsZero() {
					began = time.Now()
				}
				last, ended = p, time.Now()
				if p.Rate > 20.5 {
					t.Errorf("the page would say %.1f questions a second", p.Rate)
				}
			}}
			if _, err := f.Find(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
		took := ended.Sub(began)
		if last.Total < tt.names || took < tt.least || took > tt.most {
			t.Errorf("%d names took %v, want %v to %v", last.Total, took, tt.least, tt.most)
		}
		slices.SortFunc(w["ns1"].times, time.Time.Compare)
		for i := 20; i < len(w["ns1"].times); i++ {
			if within := w["ns1"].times[i].Sub(w["ns1"].times[i-20]); within < time.Second-time.Millisecond {
				t.Fatalf("21 questions in %v", within)
			}
		}
		t.Logf("%d names in %v", last.Total, took)
	}
}

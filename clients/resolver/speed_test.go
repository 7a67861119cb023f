package resolver_test

import (
	"testing"
	"time"

	"example.test/wizard/clients/resolver"
	simdns "example.test/wizard/sim/dns"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// BenchmarkFind asks a server over real sockets that takes 20 ms, 20 times a
// second. The word list must be done in about half a minute.
func BenchmarkFind(b *testing.B) {
	w, _ := world(b, simdns.Config{})
	for _, s := range []string{simdns.OldHost1, simdns.OldHost2} {
		fault(b, w, s, simdns.Fault{Delay: 20 * time.Millisecond})
	}
	r := resolver.New(resolver.Config{Servers: w.Addresses(), Resolvers: resolver.StandIns(w.Resolvers()), Rate: 20})
	for b.Loop() {
		before := w.Questions().Servers[simdns.OldHost1]
		began := time.Now()
		var from, to time.Time
		names := 0
		_, err := r.Find(b.Context(), simdns.DemoDomain, steps.FindOptions{Servers: []string{simdns.OldHost1}}, func(p zone.Progress) {
			if p.Part == zone.PartWords {
				if from.IsZero() {
					from = time.Now()
				}
				names, to = p.Total, time.Now()
			}
		})
		if err != nil {
			b.Fatal(err)
		}
		after := w.Questions().Servers[simdns.OldHost1]
		asked := after.UDP + after.TCP - before.UDP - before.TCP
		rate := float64(asked) / time.Since(began).Seconds()
		b.ReportMetric(to.Sub(from).Seconds(), "s/words")
		b.ReportMetric(float64(names), "names")
		b.ReportMetric(rate, "questions/s")
		if rate > 20.5 {
			b.Errorf("%.1f questions a second, want at most 20", rate)
		}
	}
}

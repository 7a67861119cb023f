package templates_test

import (
	"io"
	"testing"

	"example.test/wizard/web/templates"
)

// BenchmarkRender draws every state of every page once.
func BenchmarkRender(b *testing.B) {
	states := templates.States(assets())
	for b.Loop() {
		for _, s := range states {
			if err := s.Component.Render(b.Context(), io.Discard); err != nil {
				b.Fatalf("%s: %v", s.Name, err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(states)), "µs/page")
}

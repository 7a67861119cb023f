package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"example.test/wizard/steps"
)

// look is a step for a page: seen now for whoever opens it, and for a page that asks
// again by itself as often as the step says.
func (s *Server) look(r *http.Request, id steps.ID) (steps.Seen, error) {
	if isFragment(r) {
		return s.Engine.Glance(r.Context(), id)
	}
	return s.Engine.Look(r.Context(), id)
}

// lookAll is the same for all steps. enough tells which of those that are done were
// looked at well enough by the pages before this one.
func (s *Server) lookAll(ctx context.Context, r *http.Request, enough func(last steps.Seen, age time.Duration) bool) []listed {
	if isFragment(r) {
		return s.listOf(s.Engine.GlanceAll(ctx))
	}
	return s.listOf(s.Engine.LookOn(ctx, enough))
}

// nothing is enough for a page that shows everything as it is now.
func nothing(steps.Seen, time.Duration) bool { return false }

// reload is how often a browser without scripts reads a whole page again, each time
// with a new look at the world: as often as the finding says, and no more.
func reload(d time.Duration, pace float64) string {
	if d <= 0 {
		return ""
	}
	return fmt.Sprintf("%ds", max(1, int(float64(d)/pace/float64(time.Second)+0.5)))
}

// soonest is when the first of the steps wants to be looked at again; zero for none.
func soonest(all []listed) (again time.Duration) {
	for _, l := range all {
		if a := l.seen.Finding.Again; a > 0 && (again == 0 || a < again) {
			again = a
		}
	}
	return again
}

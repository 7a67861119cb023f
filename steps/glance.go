package steps

import (
	"context"
	"time"

	"example.test/wizard/steps/beside"
)

// A page that asks again by itself must not bother anybody more often than the
// finding says: an open tab may ask for hours. So it is shown the last look until
// that is due. Whoever opens a page is always shown a new one.

// unmoved is how long the last look at a step that waits for nothing is shown
// again while nothing changed in any other step.
const unmoved = 5 * time.Minute

// Glance is [Engine.Look] for a page that asks again by itself.
func (e *Engine) Glance(ctx context.Context, id ID) (Seen, error) {
	if last, stands := e.stands(id); stands {
		return last, nil
	}
	return e.Look(ctx, id)
}

// GlanceAll is [Engine.LookAll] for a page that asks again by itself. What changed
// in one step may open or close another, so then those are looked at too.
func (e *Engine) GlanceAll(ctx context.Context) []Seen {
	out := make([]Seen, len(e.steps))
	for range 2 { // the second time for what the first one turned
		var wg beside.Group
		asked := false
		for i, st := range e.steps {
			last, stands := e.stands(st.Info().ID)
			if stands {
				out[i] = last
				continue
			}
			asked = true
			wg.Go(func() { out[i], _ = e.Look(ctx, st.Info().ID) })
		}
		wg.Wait()
		if !asked || ctx.Err() != nil {
			break
		}
	}
	return out
}

// stands returns the last look at a step, and whether it still holds.
func (e *Engine) stands(id ID) (last Seen, holds bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	last = e.seen[id]
	if last.Old || last.At.IsZero() {
		return last, false
	}
	age := e.now().Round(0).Sub(last.At)
	again := last.again()
	if again == 0 {
		return last, age >= 0 && age < e.shorten(unmoved) && !last.At.Before(e.turned)
	}
	// A page asks as often as the finding says, so one that comes a little early
	// is on time: it would else wait for twice as long.
	return last, age >= 0 && age < e.shorten(again-again/5)
}

// turn notes that a step is no longer what it was when it was looked at before. The
// caller holds the lock.
func (e *Engine) turn(before, now Seen) {
	if before.At.IsZero() || before.State() != now.State() || before.Finding.Blocked != now.Finding.Blocked || before.Plan != now.Plan {
		e.turned = now.At
	}
}

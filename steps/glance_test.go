package steps_test

import (
	"testing"
	"time"

	"example.test/wizard/steps"
)

// TestAGlanceStandsUntilItIsDue: a page that asks again by itself is shown the last
// look, until the finding wants another, the person chose something, or another
// step is no longer what it was.
func TestAGlanceStandsUntilItIsDue(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.told(t) // the wait of step 2: every 15 seconds
		at := func(id steps.ID) time.Time {
			t.Helper()
			seen, err := r.Glance(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			return seen.At
		}
		all := func() (out []time.Time) {
			for _, s := range r.GlanceAll(t.Context()) {
				out = append(out, s.At)
			}
			return out
		}
		first := at(steps.IDDNS)
		time.Sleep(5 * time.Second)
		if got := at(steps.IDDNS); !got.Equal(first) {
			t.Error("after five seconds it looked again")
		}
		time.Sleep(8 * time.Second)
		second := at(steps.IDDNS)
		if second.Equal(first) {
			t.Error("after 13 seconds it still shows the first look: a page that asks every 15 would be late by one turn")
		}
		before := all()
		time.Sleep(3 * time.Second)
		if now := all(); !now[7].Equal(before[7]) {
			t.Error("a step that waits for nothing was looked at again")
		}
		r.registered()
		r.watched(t, func() { r.until(t, steps.IDDNS, steps.StateDone) })
		if now := all(); !now[1].After(before[1]) || now[7].Equal(before[7]) {
			t.Error("step 2 has become otherwise, and the steps after it were not looked at")
		}
		before = all()
		time.Sleep(time.Second)
		r.Forget() // as a choice does
		if now := all(); now[7].Equal(before[7]) {
			t.Error("after a choice the old look is still shown")
		}
		if seen, err := r.Look(t.Context(), steps.IDDNS); err != nil || seen.At.Before(before[1]) {
			t.Error("whoever opens the page is shown an older look")
		}
	})
}

package steps_test

import (
	"context"
	"strings"
	"testing"

	"example.test/wizard/steps"
)

// TestAPanicEndsNothing: a step that panics has a problem; the others work on,
// and a change in which it happened counts as one whose outcome is not known.
func TestAPanicEndsNothing(t *testing.T) {
	looks := &stub{id: "looks", inspect: func(context.Context, steps.Settings) (steps.Finding, error) { panic("very private") }}
	works := &stub{
		id: "works", inspect: finds(steps.Finding{Actions: []steps.Action{action("it")}}),
		apply: func(context.Context, steps.Settings, steps.Action) (steps.Settings, error) { panic("very private") },
	}
	stubbed(t, []*stub{looks, works}, func(t *testing.T, r *rig) {
		seen, err := r.Look(t.Context(), "looks")
		if err != nil || seen.Problem == nil || strings.Contains(seen.Problem.Title+seen.Problem.Text, "private") {
			t.Errorf("%v, %+v", err, seen.Problem)
		}
		if seen, err = r.Look(t.Context(), "works"); err != nil {
			t.Fatal(err)
		}
		if err := r.Start(t.Context(), "works", seen.Plan); err != nil {
			t.Fatal(err)
		}
		if j := r.wait(t, "works"); j.Problem == nil || strings.Contains(j.Problem.Title+j.Problem.Text, "private") {
			t.Errorf("%+v", j.Problem)
		}
		events, err := r.Events()
		if err != nil || len(events) != 1 || events[0].Result != steps.Unknown {
			t.Errorf("%v, %+v", err, events)
		}
		if s := r.settings(t); len(s.Pending) != 1 {
			t.Errorf("open: %v", s.Pending)
		}
	})
}

package steps_test

import (
	"slices"
	"testing"

	"example.test/wizard/steps"
)

// undoable is what the undo lists now; nil where no test wants to know.
func (r *rig) undoable() []string {
	if r.lists == nil {
		return nil
	}
	return r.lists()
}

// undoTold compares what a plan said of the undo with what the undo lists once it was
// carried out.
func (r *rig) undoTold(t *testing.T, id steps.ID, plan []steps.Action, before []string) {
	t.Helper()
	if r.lists == nil {
		return
	}
	said := 0
	for _, a := range plan {
		if a.Undo {
			said++
		}
	}
	more := slices.DeleteFunc(r.lists(), func(id string) bool { return slices.Contains(before, id) })
	if len(more) != said {
		t.Errorf("%s: of %d actions %d are said to be undoable, and the undo lists %q", id, len(plan), said, more)
	}
}

// A plan says of each change whether it can be undone, and says the truth.
func TestPlansTellWhatCanBeUndone(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		u := r.undoing(new([]string))
		defer u.close(t)
		r.lists = func() []string { return ids(u.made(t)) }
		r.finish(t)
		r.update(t, func(s *steps.Settings) { s.Plex.RelayOff, s.Plex.RemoteAccessOff = true, true })
		r.confirm(t, steps.IDPlex, "remote-off", "relay-off")
		// Removals, and what sets back, are not listed.
		r.update(t, func(s *steps.Settings) {
			s.Security, s.Alerts.Types = steps.SecurityChoices{Chosen: true}, []string{steps.AlertTunnel}
		})
		for _, id := range []steps.ID{steps.IDSecurity, steps.IDNotifications} {
			for _, a := range r.look(t, id).Finding.Plan() {
				if a.Undo {
					t.Errorf("%s: %s", id, a.ID)
				}
			}
		}
		for _, a := range u.look(t, steps.IDUndo).Finding.Plan() {
			t.Errorf("the undo itself: %s", a.ID)
		}
	})
}

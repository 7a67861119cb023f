package steps_test

import (
	"testing"

	"example.test/wizard/steps"
)

// What the wizard turned off can be turned on again by the same switch, also while
// the tunnel is down, and is not offered by Undo any more.
func TestRelayAndRemoteAccessOffAndOnAgain(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		r.update(t, func(s *steps.Settings) { s.Plex.RelayOff, s.Plex.RemoteAccessOff = true, true })
		r.w.with(func(w *world) { w.local.Running = false }) // the tunnel is down
		if f := r.look(t, steps.IDPlex).Finding; len(f.Plan()) != 0 {
			t.Fatalf("the last ways are to be closed: %s", planOf(f))
		}
		r.w.with(func(w *world) { w.local.Running = true })
		r.confirm(t, steps.IDPlex, "remote-off", "relay-off")
		r.update(t, func(s *steps.Settings) { s.Plex.RelayOff, s.Plex.RemoteAccessOff = false, false })
		r.w.with(func(w *world) { w.local.Running = false })
		r.w.fail("SetPrefs", fault{kind: "lost", left: 1})
		if f := r.look(t, steps.IDPlex).Finding; planOf(f) != "remote-on, relay-on" {
			t.Fatal(planOf(f))
		}
		if j := r.run(t, steps.IDPlex); j.Problem != nil {
			t.Fatal(j.Problem)
		}
		r.w.with(func(w *world) {
			if w.prefs["RelayEnabled"] != "1" || w.prefs["PublishServerOnPlexOnlineKey"] != "1" {
				t.Errorf("%v", w.prefs)
			}
		})
		u := r.undoing(new([]string))
		defer u.close(t)
		for _, b := range u.made(t) {
			if b.ID == "plex-RelayEnabled" || b.ID == "plex-PublishServerOnPlexOnlineKey" {
				t.Errorf("offered: %+v", b)
			}
		}
	})
}

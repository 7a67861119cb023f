package steps_test

import (
	"testing"
	"time"

	"example.test/wizard/steps"
)

// Remote Access that is turned over ends as the person had it, also when the way
// back fails at first; and the wizard then knows nothing more of it.
func TestRemoteAccessIsTurnedOver(t *testing.T) {
	const remote = "PublishServerOnPlexOnlineKey"
	for name, tt := range map[string]struct {
		was, way string
		fails    bool
	}{
		"on":                      {was: "1"},
		"off":                     {was: "0"},
		"on, and the way fails":   {was: "1", way: "remote-on", fails: true},
		"off, and the way fails":  {was: "0", way: "remote-back", fails: true},
		"on, in another spelling": {was: "true"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.finish(t)
				r.w.with(func(w *world) { w.prefs["customConnections"], w.listed, w.deaf, w.prefs[remote] = "", nil, 100, tt.was })
				r.confirm(t, steps.IDPlex, "set-url")
				r.watched(t, func() { time.Sleep(10 * time.Minute) }) // asked again, in vain
				if got := planOf(r.look(t, steps.IDPlex).Finding); got != "toggle" {
					t.Fatalf("planned: %s", got)
				}
				if tt.fails {
					r.w.fail("SetPrefs", fault{kind: "refused", nth: r.w.asked("SetPrefs") + 2, left: 1})
				}
				if j := r.run(t, steps.IDPlex); (j.Problem != nil) != tt.fails {
					t.Fatal(j.Problem)
				}
				if tt.fails {
					if got := planOf(r.look(t, steps.IDPlex).Finding); got != tt.way {
						t.Fatalf("the way back: %q", got)
					}
					if j := r.run(t, steps.IDPlex); j.Problem != nil {
						t.Fatal(j.Problem)
					}
				}
				r.w.with(func(w *world) {
					if on := w.prefs[remote] == "1" || w.prefs[remote] == "true"; on != (tt.was != "0") {
						t.Errorf("it was %s and is %s", tt.was, w.prefs[remote])
					}
				})
				if kept, ok := r.settings(t).Plex.Before[remote]; ok {
					t.Errorf("%q is still kept", kept)
				}
				if got := planOf(r.look(t, steps.IDPlex).Finding); got != "" && got != "toggle" {
					t.Errorf("planned at the end: %s", got)
				}
			})
		})
	}
}

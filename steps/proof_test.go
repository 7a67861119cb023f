package steps_test

import (
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// own lets the person write a rule that blocks every path with a prefix, and
// carries it out.
func (r *rig) own(t *testing.T, prefix string) {
	t.Helper()
	r.update(t, func(s *steps.Settings) {
		s.Security.Chosen, s.Security.Expression = true, `starts_with(http.request.uri.path, "`+prefix+`")`
	})
	if j := r.run(t, steps.IDSecurity); j.Problem != nil {
		t.Fatal(j.Problem)
	}
}

// A rule that leaves /identity alone can still break the apps. What worked before
// the change is asked again after it, until it works.
func TestChangeThatBreaksSomePaths(t *testing.T) {
	for prefix, named := range map[string]string{"/:/": "Live updates", "/media": "Apps that are signed in", "/web/": "The web app loads"} {
		t.Run(prefix, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.finish(t)
				r.own(t, prefix)
				broken := func() steps.Check { return r.look(t, steps.IDSecurity).Finding.Check("still-works") }
				if c := broken(); c.Status != steps.Fail || !strings.Contains(c.Detail, named) || c.Fix.Title == "" {
					t.Fatalf("%+v", c)
				}
				time.Sleep(time.Hour)
				if c := broken(); c.Status != steps.Fail {
					t.Errorf("an hour later: %+v", c)
				}
				// Taken back, it works, and is no longer asked about.
				ticked := []string{"ptw_k3xq81ab_own"}
				u := r.undoing(&ticked)
				defer u.close(t)
				if j := u.run(t, steps.IDUndo); j.Problem != nil {
					t.Fatal(j.Problem)
				}
				if c := broken(); c.Status != steps.Pass {
					t.Errorf("taken back: %+v", c)
				}
				if s := r.settings(t); s.Proof.Host != "" {
					t.Errorf("still to be proved: %+v", s.Proof)
				}
			})
		})
	}
}

// What did not work before the change is not blamed on it, and what fails for
// another reason neither.
func TestChangeThatIsNotToBlame(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		r.w.with(func(w *world) { w.noToken = true }) // no key: an app cannot be played
		r.own(t, "/media")
		if c := r.look(t, steps.IDSecurity).Finding.Check("still-works"); c.Status != steps.Pass {
			t.Errorf("%+v", c)
		}
		r.w.with(func(w *world) { w.plex.State = "stopped" })
		if c := r.look(t, steps.IDSecurity).Finding.Check("still-works"); c.Status != steps.Skip {
			t.Errorf("Plex is off: %+v", c)
		}
		if s := r.settings(t); s.Proof.Host == "" {
			t.Error("it is taken for proved while Plex was off")
		}
		r.w.with(func(w *world) { w.plex.State = "ok" })
		time.Sleep(time.Minute)
		r.look(t, steps.IDSecurity)
		if s := r.settings(t); s.Proof.Host != "" {
			t.Errorf("still to be proved: %+v", s.Proof)
		}
	})
}

package steps_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.test/wizard/steps"
)

// A tunnel is made and the answer is lost. The wizard looks, takes it up, and
// goes on with the connector in the same job.
func TestALostAnswerIsSettledByLooking(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.w.fail("CreateTunnel", fault{kind: "lost", left: 1})
		j := r.run(t, steps.IDTunnel)
		if j.Problem != nil || j.Items[0].State != "done" || j.Items[1].State != "done" {
			t.Fatalf("%v %+v", j.Problem, j.Items)
		}
		if !slices.ContainsFunc(j.Items[0].Parts, func(p steps.Part) bool { return p.ID == "settle" && p.Ended }) {
			t.Errorf("the page does not say that it looked: %+v", j.Items[0].Parts)
		}
		if n := r.w.asked("CreateTunnel"); n != 1 {
			t.Errorf("asked %d times", n)
		}
		if s := r.settings(t); s.TunnelID == "" || !s.TunnelCreated || len(s.Pending) != 0 {
			t.Errorf("%q, created %v, open %v", s.TunnelID, s.TunnelCreated, s.Pending)
		}
		r.state(t, steps.IDTunnel, steps.StateDone)
	})
}

// The answer is lost and nothing was made. The wizard looks for a while, says
// that it does not know, and does not try again by itself.
func TestADroppedRequestIsNotRepeated(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.w.fail("CreateTunnel", fault{kind: "dropped", left: 1})
		begun := time.Now()
		j := r.run(t, steps.IDTunnel)
		if took := time.Since(begun); took < time.Minute || took > 75*time.Second {
			t.Errorf("it looked for %v", took)
		}
		if said := j.Items[0].Parts[0]; said.ID != "settle" || !regexp.MustCompile(`It looked 5 times since .+, and looks again at `).MatchString(said.Detail) || said.Began.IsZero() {
			t.Errorf("the page does not say how often it looked, and when it looks next: %+v", said)
		}
		if j.Problem == nil || j.Problem.Title != "Cloudflare did not answer in time" || j.Items[0].State != "failed" || j.Items[1].State != "todo" {
			t.Fatalf("%v %+v", j.Problem, j.Items)
		}
		events, _ := r.Events()
		if last := events[len(events)-1]; last.Result != steps.Unknown {
			t.Errorf("%+v", last)
		}
		if s := r.settings(t); len(s.Pending) != 1 || s.Pending[0].Action != "create-tunnel" {
			t.Errorf("open: %v", s.Pending)
		}
		r.watched(t, func() { time.Sleep(10 * time.Minute) })
		if n := r.w.asked("CreateTunnel"); n != 1 {
			t.Errorf("asked %d times without a yes", n)
		}
		r.confirm(t, steps.IDTunnel, "create-tunnel", "install-connector")
		if open, _ := r.store.Intents(); len(open) != 0 {
			t.Errorf("still open: %v", open)
		}
	})
}

// The tunnel was made, and the list shows it three quarters of a minute later.
func TestAChangeThatShowsLate(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.w.fail("CreateTunnel", fault{kind: "dropped", left: 1})
		made := time.Now().Round(0)
		late := time.AfterFunc(45*time.Second, func() {
			r.w.with(func(w *world) {
				w.tunnels = append(w.tunnels, steps.CloudTunnel{ID: "late", Name: "attic", Remote: true, Created: made})
			})
		})
		defer late.Stop()
		j := r.run(t, steps.IDTunnel)
		if s := r.settings(t); j.Problem != nil || s.TunnelID != "late" || !s.TunnelCreated || len(s.Pending) != 0 {
			t.Errorf("%v, tunnel %q, open %v", j.Problem, s.TunnelID, s.Pending)
		}
		if n := r.w.asked("CreateTunnel"); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

// The tunnel shows up only after the wizard gave up looking.
func TestALateTunnelIsTakenUp(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.w.fail("CreateTunnel", fault{kind: "dropped", left: 1})
		r.run(t, steps.IDTunnel)
		r.w.with(func(w *world) {
			w.tunnels = append(w.tunnels, steps.CloudTunnel{ID: "late", Name: "attic", Remote: true, Created: time.Now().Add(-30 * time.Second).Round(0)})
		})
		f := r.state(t, steps.IDTunnel, steps.StateWaiting)
		if auto := f.Auto(); len(auto) != 1 || auto[0].ID != "adopt-tunnel" || auto[0].Settles != "create-tunnel" {
			t.Fatalf("%+v", auto)
		}
		r.watched(t, func() { time.Sleep(2 * time.Minute) })
		if s := r.settings(t); s.TunnelID != "late" || !s.TunnelCreated || len(s.Pending) != 0 {
			t.Errorf("%+v, open %v", s.TunnelID, s.Pending)
		}
	})
}

// A namesake that somebody else made later is not ours, although an attempt of
// ours is still open.
func TestANamesakeIsNotTakenUp(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.w.fail("CreateTunnel", fault{kind: "dropped", left: 1})
		r.run(t, steps.IDTunnel)
		time.Sleep(time.Hour)
		r.w.with(func(w *world) {
			w.tunnels = append(w.tunnels, steps.CloudTunnel{ID: "theirs", Name: "attic", Remote: true, Created: time.Now().Round(0)})
		})
		if f := r.state(t, steps.IDTunnel, steps.StateProblem); f.Ask != "tunnel_name" || len(f.Actions) != 0 {
			t.Errorf("ask %q, %s", f.Ask, planOf(f))
		}
		r.update(t, func(s *steps.Settings) { s.TunnelAdopt = true })
		r.confirm(t, steps.IDTunnel, "use-tunnel", "install-connector")
		if s := r.settings(t); s.TunnelID != "theirs" || s.TunnelCreated {
			t.Errorf("%q, created %v", s.TunnelID, s.TunnelCreated)
		}
	})
}

// A tunnel that is configured by a file stays as it is, whatever was agreed to,
// and a new one is made beside it.
func TestATunnelWithAFileIsLeftAlone(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.w.with(func(w *world) {
			w.tunnels = append(w.tunnels, steps.CloudTunnel{ID: "theirs", Name: "attic", Created: time.Now().Add(-time.Hour)})
		})
		r.update(t, func(s *steps.Settings) { s.TunnelAdopt = true })
		if f := r.state(t, steps.IDTunnel, steps.StateProblem); f.Ask != "tunnel_name" || len(f.Actions) != 0 {
			t.Errorf("ask %q, %s", f.Ask, planOf(f))
		}
		r.update(t, func(s *steps.Settings) { s.TunnelName, s.TunnelAdopt = "attic-plex", false })
		r.confirm(t, steps.IDTunnel, "create-tunnel", "install-connector")
		r.confirm(t, steps.IDHostname, "set-route", "set-record")
		r.w.with(func(w *world) {
			if s := r.settings(t); s.TunnelID == "theirs" || w.tunnels[0].Remote || w.ingress["theirs"].Version != 0 {
				t.Errorf("%q is used; %+v", s.TunnelID, w.tunnels[0])
			}
		})
	})
}

// Who serves a tunnel that is there already is named before it is taken up, in
// the plan, and afterwards.
func TestATunnelOfTwoComputers(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.w.with(func(w *world) {
			w.tunnels = append(w.tunnels, steps.CloudTunnel{ID: "theirs", Name: "attic", Remote: true, Created: time.Now().Add(-time.Hour)})
			w.others = map[string][]steps.CloudConnector{"theirs": {{ID: "conn-nas", Arch: "linux_arm64", IP: "203.0.113.7", Since: time.Now().Add(-time.Hour)}}}
		})
		const who = "conn-nas, linux_arm64, at 203.0.113.7"
		f := r.state(t, steps.IDTunnel, steps.StateProblem)
		if said := f.Check("tunnel-name").Detail; !strings.Contains(said, who) {
			t.Errorf("it is not named: %s", said)
		}
		r.update(t, func(s *steps.Settings) { s.TunnelAdopt = true })
		f = r.state(t, steps.IDTunnel, steps.StateTodo)
		if said := fmt.Sprint(f.Plan()[0].Rows); !strings.Contains(said, who) {
			t.Errorf("the plan does not name it: %s", said)
		}
		r.confirm(t, steps.IDTunnel, "use-tunnel", "install-connector")
		f = r.state(t, steps.IDTunnel, steps.StateAttention)
		if c := f.Check("alone"); c.Status != steps.Warn || !strings.Contains(c.Detail, who) {
			t.Errorf("%s: %s", c.Status, c.Detail)
		}
		r.w.with(func(w *world) { w.others = nil })
		r.state(t, steps.IDTunnel, steps.StateDone)
	})
}

// What must be remembered is remembered, also when the answer was lost.
func TestALostAnswerKeepsWhatUndoNeeds(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		r.update(t, func(s *steps.Settings) { s.Plex.RelayOff = true })
		r.w.fail("SetPrefs", fault{kind: "lost", left: 1})
		r.confirm(t, steps.IDPlex, "relay-off")
		if before, ok := r.settings(t).Plex.Before["RelayEnabled"]; !ok || before != "1" {
			t.Errorf("before: %v", r.settings(t).Plex.Before)
		}
		if n := r.w.asked("SetPrefs"); n != 2 { // the address, and this
			t.Errorf("asked %d times", n)
		}
	})
}

// Cloudflare may be asked to look at a delegation once an hour. A lost answer
// is no reason to ask again.
func TestActivationIsAskedForOnceAnHour(t *testing.T) {
	for _, kind := range []string{"", "lost", "dropped", "refused"} {
		t.Run("answer "+kind, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.look(t, steps.IDAccount)
				r.update(t, func(s *steps.Settings) { s.Domain, s.Subdomain = domain, "copper-otter" })
				r.confirm(t, steps.IDDNS, "create-zone", "find-records")
				r.confirm(t, steps.IDDNS, "create-records")
				r.update(t, func(s *steps.Settings) { s.Told = time.Now().Round(0) })
				r.w.fail("CheckActivation", fault{kind: kind})
				r.w.with(func(w *world) {
					w.parent = slices.Clone(w.zones[0].NameServers)
					w.zones[0].NameServers = []string{"bob.ns.cloudflare.com", "ada.ns.cloudflare.com"} // in another order: never active in this world
				})
				r.look(t, steps.IDDNS)
				r.watched(t, func() {
					time.Sleep(50 * time.Minute)
					if n := r.w.asked("CheckActivation"); n != 1 {
						t.Errorf("asked %d times within the first hour", n)
					}
					time.Sleep(3 * time.Hour)
				})
				if n := r.w.asked("CheckActivation"); n != 4 {
					t.Errorf("asked %d times in less than four hours", n)
				}
				r.state(t, steps.IDDNS, steps.StateWaiting)
			})
		})
	}
}

// Plex goes away with the answer, as it does when it restarts. That a step has
// nothing to propose while Plex is away proves nothing about the change.
func TestAStepThatCannotLookProvesNothing(t *testing.T) {
	for kind, want := range map[string]steps.Result{"dropped": steps.Unknown, "lost": steps.Done} {
		t.Run(kind, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.finish(t)
				r.update(t, func(s *steps.Settings) { s.Plex.RelayOff = true })
				hold := make(chan struct{})
				r.w.fail("SetPrefs", fault{kind: kind, hold: hold, left: 1})
				r.start(t, steps.IDPlex)
				synctest.Wait()
				there := r.w.plex
				r.w.with(func(w *world) { w.plex = steps.PlexFound{State: "none"} })
				close(hold)
				time.Sleep(20 * time.Second)
				synctest.Wait()
				r.w.with(func(w *world) { w.plex = there })
				r.wait(t, steps.IDPlex)
				events, err := r.Events()
				if err != nil {
					t.Fatal(err)
				}
				if last := events[len(events)-1]; last.Action != "relay-off" || last.Result != want {
					t.Errorf("%s is %s, want %s", last.Action, last.Result, want)
				}
			})
		})
	}
}

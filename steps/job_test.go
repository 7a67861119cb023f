package steps_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
)

// ready is a world in which the domain is at Cloudflare, and step 4 can begin.
func (r *rig) ready(t *testing.T) {
	t.Helper()
	r.look(t, steps.IDAccount)
	r.update(t, func(s *steps.Settings) { s.Domain, s.Subdomain = domain, "copper-otter" })
	r.confirm(t, steps.IDDNS, "create-zone", "find-records")
	r.w.with(func(w *world) { w.parent, w.zones[0].Status = w.zones[0].NameServers, "active" })
}

func TestOnlyThePlanThatWasSeenIsCarriedOut(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		before := len(r.w.changes())
		seen := r.look(t, steps.IDCache)
		for _, plan := range []string{"", "0123456789abcdef"} {
			if err := r.Start(t.Context(), steps.IDCache, plan); !errors.Is(err, steps.ErrPlanChanged) {
				t.Errorf("plan %q: %v", plan, err)
			}
		}
		r.update(t, func(s *steps.Settings) { s.Subdomain = "iron-heron" })
		if err := r.Start(t.Context(), steps.IDCache, seen.Plan); !errors.Is(err, steps.ErrPlanChanged) {
			t.Errorf("another name was chosen: %v", err)
		}
		if n := len(r.w.changes()); n != before {
			t.Errorf("something was done: %v", r.w.changes())
		}
		if _, ok := r.Job(steps.IDCache); ok {
			t.Error("a job is there")
		}
		if err := r.Start(t.Context(), "nonsense", "x"); !errors.Is(err, steps.ErrNoStep) {
			t.Errorf("got %v", err)
		}
		r.confirm(t, steps.IDCache, "create-cache-rule")
	})
}

// The intent is on the disk before the change is asked for.
func TestTheJournalAroundAChange(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		hold := make(chan struct{})
		r.w.fail("AddRule", fault{hold: hold, left: 1})
		had := len(r.store.journal())
		begun := time.Now().Round(0)
		r.start(t, steps.IDCache)
		synctest.Wait()
		open, err := r.store.Intents()
		if err != nil || len(open) != 1 {
			t.Fatalf("while it is asked for: %v %v", open, err)
		}
		in := open[0]
		if in.Step != steps.IDCache || in.Action != "create-cache-rule" || in.What == "" || in.Attempt == "" || !in.At.Equal(begun) {
			t.Errorf("intent %+v", in)
		}
		time.Sleep(3 * time.Second)
		close(hold)
		if j := r.wait(t, steps.IDCache); j.Problem != nil {
			t.Fatal(j.Problem)
		}
		events, err := r.Events()
		if err != nil || len(events) != had+1 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		ev := events[had]
		want := steps.Event{
			At: begun, Took: 3 * time.Second, Attempt: in.Attempt, Step: steps.IDCache, Action: "create-cache-rule", Verb: steps.Create, What: in.What,
			To: "bypass for copper-otter.example.com and example.com", Result: steps.Done,
		}
		if d := cmp.Diff(want, ev); d != "" {
			t.Error(d)
		}
		if open, _ := r.store.Intents(); len(open) != 0 {
			t.Errorf("open: %v", open)
		}
	})
}

func TestARefusalEndsTheJob(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.w.fail("CreateTunnel", fault{kind: "refused"})
		j := r.run(t, steps.IDTunnel)
		if j.Problem == nil || j.Problem.Title != "Cloudflare refused" || j.Running() || j.Items[0].State != "failed" || j.Items[1].State != "todo" {
			t.Errorf("%+v", j)
		}
		if r.w.asked("CreateTunnel") != 1 || r.w.asked("Install") != 0 {
			t.Errorf("asked %v", r.w.posts)
		}
		events, _ := r.Events()
		last := events[len(events)-1]
		if last.Result != steps.Failed || last.Problem != "Cloudflare refused" || last.Detail == "" {
			t.Errorf("%+v", last)
		}
		if open, _ := r.store.Intents(); len(open) != 0 {
			t.Errorf("open: %v", open)
		}
		r.Dismiss(steps.IDTunnel)
		if _, ok := r.Job(steps.IDTunnel); ok {
			t.Error("it was dismissed")
		}
		r.w.heal("CreateTunnel")
		r.confirm(t, steps.IDTunnel, "create-tunnel", "install-connector")
	})
}

func TestOneJobForEachStep(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		hold := make(chan struct{})
		r.w.fail("AddRule", fault{hold: hold, left: 1})
		plan := r.look(t, steps.IDCache).Plan
		r.start(t, steps.IDCache)
		synctest.Wait()
		if err := r.Start(t.Context(), steps.IDCache, plan); !errors.Is(err, steps.ErrBusy) {
			t.Errorf("got %v", err)
		}
		if j, ok := r.Job(steps.IDCache); !ok || !j.Running() || j.Items[0].State != "running" {
			t.Errorf("%+v", j)
		}
		r.Dismiss(steps.IDCache)
		if _, ok := r.Job(steps.IDCache); !ok {
			t.Error("a running job was dismissed")
		}
		if j := r.run(t, steps.IDTunnel); j.Problem != nil {
			t.Errorf("another step meanwhile: %v", j.Problem)
		}
		close(hold)
		r.wait(t, steps.IDCache)
		if n := r.w.asked("AddRule"); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestAClosedTabCancelsNothing(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		hold := make(chan struct{})
		r.w.fail("AddRule", fault{hold: hold, left: 1})
		ctx, cancel := context.WithCancel(t.Context())
		if err := r.Start(ctx, steps.IDCache, r.look(t, steps.IDCache).Plan); err != nil {
			t.Fatal(err)
		}
		cancel()
		synctest.Wait()
		close(hold)
		if j := r.wait(t, steps.IDCache); j.Problem != nil || j.Items[0].State != "done" {
			t.Errorf("%+v", j)
		}
	})
}

func TestStopTakesEffectAfterThePresentChange(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		hold := make(chan struct{})
		r.w.fail("CreateTunnel", fault{hold: hold, left: 1})
		r.start(t, steps.IDTunnel)
		synctest.Wait()
		r.Stop(steps.IDTunnel)
		synctest.Wait()
		if j, _ := r.Job(steps.IDTunnel); !j.Running() || !j.Stopping {
			t.Errorf("it was torn in the middle: %+v", j)
		}
		close(hold)
		j := r.wait(t, steps.IDTunnel)
		if j.Problem != nil || j.Items[0].State != "done" || j.Items[1].State != "todo" || r.w.asked("Install") != 0 {
			t.Errorf("%+v", j)
		}
		if s := r.settings(t); s.TunnelID == "" {
			t.Error("the tunnel was forgotten")
		}
		r.confirm(t, steps.IDTunnel, "install-connector")
		r.Stop("nonsense") // there is nothing to stop
	})
}

// find begins the search of step 2, which then waits inside.
func (r *rig) find(t *testing.T) {
	t.Helper()
	r.look(t, steps.IDAccount)
	r.update(t, func(s *steps.Settings) { s.Domain, s.Subdomain = domain, "copper-otter" })
	r.w.with(func(w *world) { w.searching = make(chan struct{}) })
	r.start(t, steps.IDDNS)
	time.Sleep(30 * time.Second) // Cloudflare's own scan comes first
	synctest.Wait()
	if j, _ := r.Job(steps.IDDNS); !j.Running() || len(j.Items) != 2 || j.Items[1].State != "running" {
		t.Fatalf("not searching: %+v", j)
	}
}

func TestStopEndsASearchAtOnceAndKeepsWhatItHas(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.find(t)
		r.Stop(steps.IDDNS)
		begun := time.Now()
		j := r.wait(t, steps.IDDNS)
		if j.Problem != nil || time.Since(begun) > time.Second {
			t.Errorf("%+v after %v", j, time.Since(begun))
		}
		found, err := r.store.Found(domain)
		if err != nil || !found.Stopped || len(found.Records) != 2 || found.At.IsZero() {
			t.Errorf("%+v %v", found, err)
		}
		r.confirm(t, steps.IDDNS, "create-records")
	})
}

// An empty list would pass for a domain without records, and mail would stop.
func TestASearchThatFoundNothingIsNotKept(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.w.with(func(w *world) { w.oldSilent = true })
		r.find(t)
		r.Stop(steps.IDDNS)
		if j := r.wait(t, steps.IDDNS); j.Problem != nil {
			t.Errorf("who stops a search needs no explanation: %v", j.Problem)
		}
		r.w.with(func(w *world) { w.searching = nil })
		if j := r.run(t, steps.IDDNS); j.Problem == nil || j.Problem.Title != "None of the old name servers answers" || j.Problem.Fix == "" {
			t.Errorf("%+v", j.Problem)
		}
		if found, _ := r.store.Found(domain); !found.At.IsZero() {
			t.Errorf("kept: %+v", found)
		}
		f := r.look(t, steps.IDDNS).Finding
		if !slices.ContainsFunc(f.Plan(), func(a steps.Action) bool { return a.ID == "find-records" }) {
			t.Errorf("plan: %s", planOf(f))
		}
		if d := f.Detail.(*steps.DNSDetail); !d.Unheard || f.Check("records").Status != steps.Warn || len(d.Found.Servers) == 0 {
			t.Errorf("it is not told that none answered: %+v", f.Check("records"))
		}
		r.w.with(func(w *world) { w.oldSilent = false })
		r.confirm(t, steps.IDDNS, "find-records")
	})
}

func TestASearchIsNotAChange(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		for _, row := range r.store.journal() {
			if row == "dns find-records done" {
				t.Error("the history has a search in it")
			}
		}
		j, _ := r.Job(steps.IDDNS)
		parts := j.Items[1].Parts
		if len(parts) < 2 || parts[0].ID != "scan" || !parts[0].Ended {
			t.Errorf("parts: %+v", parts)
		}
	})
}

// The person chooses something on another page while a job runs. Neither undoes
// the other, not even within one group of choices.
func TestChoicesMadeWhileAJobRuns(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		r.w.with(func(w *world) { w.prefs["customConnections"] = "" })
		r.update(t, func(s *steps.Settings) { s.Plex.Before = nil })
		hold := make(chan struct{})
		r.w.fail("SetPrefs", fault{hold: hold, left: 1})
		r.start(t, steps.IDPlex)
		synctest.Wait()
		published := r.settings(t).Plex.Published
		time.Sleep(time.Second)
		r.update(t, func(s *steps.Settings) { s.Plex.RelayOff, s.Security.Bots, s.TunnelName = true, false, "other" })
		close(hold)
		if j := r.wait(t, steps.IDPlex); j.Problem != nil {
			t.Fatal(j.Problem)
		}
		s := r.settings(t)
		if !s.Plex.RelayOff || s.Security.Bots || s.TunnelName != "other" {
			t.Errorf("the person's choice is gone: %+v", s.Plex)
		}
		if before, ok := s.Plex.Before["customConnections"]; !ok || before != "" || !s.Plex.Published.After(published) {
			t.Errorf("the job's result is gone: %+v", s.Plex)
		}
	})
}

func TestUpdateThatFailsChangesNothing(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		err := r.Update(func(s *steps.Settings) error { s.Domain = domain; return errNo })
		if s := r.settings(t); !errors.Is(err, errNo) || s.Domain != "" {
			t.Errorf("%v %q", err, s.Domain)
		}
	})
}

func TestCloseWaitsForAChangeInProgress(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		hold := make(chan struct{})
		r.w.fail("CreateTunnel", fault{hold: hold, left: 1})
		r.start(t, steps.IDTunnel)
		synctest.Wait()
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := r.Close(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		close(hold)
		r.close(t)
		j, _ := r.Job(steps.IDTunnel)
		if j.Running() || j.Items[0].State != "done" || j.Items[1].State != "todo" || r.settings(t).TunnelID == "" {
			t.Errorf("%+v", j)
		}
	})
}

// A call that hangs is cut off in the end, and what it did is then not known.
func TestCloseDoesNotWaitForEver(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.w.fail("CreateTunnel", fault{hold: make(chan struct{})})
		r.start(t, steps.IDTunnel)
		synctest.Wait()
		begun := time.Now()
		r.close(t)
		if took := time.Since(begun); took < 15*time.Second || took > 22*time.Second {
			t.Errorf("it took %v", took)
		}
		if j, _ := r.Job(steps.IDTunnel); j.Problem == nil {
			t.Errorf("%+v", j)
		}
		events, _ := r.Events()
		if open, _ := r.store.Intents(); len(open) != 1 || events[len(events)-1].Result != steps.Unknown {
			t.Errorf("nobody knows how it ended: %v, %+v", open, events[len(events)-1])
		}
	})
}

func TestCloseEndsASearch(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.find(t)
		begun := time.Now()
		r.close(t)
		if took := time.Since(begun); took > time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// What a step has to do by itself after the plan is done in the same job.
func TestAJobFinishesWhatFollowsFromIt(t *testing.T) {
	for _, kind := range []string{"", "killed before"} {
		bubble(t, begun(), func(t *testing.T, r *rig) {
			r.ready(t)
			r.w.with(func(w *world) { w.zones[0].Status = "pending" }) // the registry knows the new pair already
			if kind != "" {
				r.w.fail("CheckActivation", fault{kind: kind, kill: r.store.kill})
			}
			j := r.run(t, steps.IDDNS)
			if len(j.Items) != 2 || j.Items[1].Action.ID != "check-activation" || !j.Items[1].Action.Auto {
				t.Fatalf("%+v", j.Items)
			}
			if kind == "" && (j.Problem != nil || j.Items[1].State != "done") || kind != "" && (j.Problem == nil || j.Items[1].State != "failed") {
				t.Errorf("%v %s", j.Problem, j.Items[1].State)
			}
		})
	}
}

// After a stop nothing more begins, not even what would follow by itself.
func TestStopAlsoEndsWhatWouldFollow(t *testing.T) {
	hold := make(chan struct{})
	f := steps.Finding{Summary: "to do", Actions: []steps.Action{action("a"), auto("b")}}
	st := &stub{id: "x", inspect: finds(f), apply: func(_ context.Context, s steps.Settings, _ steps.Action) (steps.Settings, error) {
		<-hold
		return s, nil
	}}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		hold = make(chan struct{})
		if err := r.Start(t.Context(), "x", r.stubLook(t).Plan); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		r.Stop("x")
		close(hold)
		if j := r.wait(t, "x"); len(j.Items) != 1 || j.Problem != nil || st.applies() != 1 {
			t.Errorf("%+v, %d changes", j, st.applies())
		}
	})
}

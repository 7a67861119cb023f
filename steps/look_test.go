package steps_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.test/wizard/steps"
)

func TestTwoTabsShareOneLook(t *testing.T) {
	release := make(chan struct{})
	st := &stub{id: "x", inspect: func(context.Context, steps.Settings) (steps.Finding, error) {
		<-release
		return steps.Finding{Summary: "seen"}, nil
	}}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		release = make(chan struct{})
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if seen, err := r.Look(t.Context(), "x"); err != nil || seen.Finding.Summary != "seen" {
					t.Errorf("%+v %v", seen, err)
				}
			})
		}
		synctest.Wait()
		close(release)
		wg.Wait()
		if n := st.looked(); n != 1 {
			t.Errorf("%d looks", n)
		}
	})
}

func TestALookIsFreshForAMomentOnly(t *testing.T) {
	st := &stub{id: "x", inspect: finds(steps.Finding{})}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		look := func(want int, why string) {
			t.Helper()
			if _, err := r.Look(t.Context(), "x"); err != nil || st.looked() != want {
				t.Errorf("%s: %d looks, %v", why, st.looked(), err)
			}
		}
		look(1, "first")
		time.Sleep(500 * time.Millisecond)
		look(1, "a second tab")
		r.Forget()
		look(2, "forgotten")
		time.Sleep(time.Second)
		look(3, "later")
		r.skew.Store(int64(-time.Hour))
		look(4, "the clock was set back")
	})
}

// What was read before a choice says nothing about the world after it.
func TestALookInProgressIsForgottenToo(t *testing.T) {
	release := make(chan struct{})
	st := &stub{id: "x", inspect: func(_ context.Context, s steps.Settings) (steps.Finding, error) {
		if s.Domain == "" {
			<-release
		}
		return steps.Finding{Summary: "for " + s.Domain}, nil
	}}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		release = make(chan struct{})
		early := make(chan steps.Seen)
		go func() { seen, _ := r.Look(t.Context(), "x"); early <- seen }()
		synctest.Wait()
		r.update(t, func(s *steps.Settings) { s.Domain = domain })
		seen, err := r.Look(t.Context(), "x")
		if err != nil || seen.Finding.Summary != "for example.com" {
			t.Errorf("%+v %v", seen, err)
		}
		close(release)
		if seen := <-early; seen.Finding.Summary != "for " {
			t.Errorf("who asked before gets what was asked for: %q", seen.Finding.Summary)
		}
		if last, ok := r.Last("x"); !ok || last.Old || last.Finding.Summary != "for example.com" {
			t.Errorf("the stale look was kept: %+v", last)
		}
	})
}

func TestALookThatTakesTooLong(t *testing.T) {
	st := &stub{id: "x", inspect: func(ctx context.Context, _ steps.Settings) (steps.Finding, error) {
		<-ctx.Done()
		return steps.Finding{}, ctx.Err()
	}}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		seen, err := r.Look(ctx, "x")
		if err != nil || !seen.Old || seen.State() != steps.StateWaiting || seen.Problem == nil || seen.Info.ID != "x" {
			t.Errorf("a first look that has not ended: %s, %+v, %v", seen.State(), seen, err)
		}
		begun := time.Now()
		seen, err = r.Look(t.Context(), "x")
		if err != nil || seen.State() != steps.StateProblem || seen.Problem.Title != "No answer in time" || time.Since(begun) > 30*time.Second {
			t.Errorf("%+v after %v, %v", seen, time.Since(begun), err)
		}
	})
}

// A page that cannot wait shows what was seen before, and says so.
func TestWhatWasSeenBeforeIsShownAsOld(t *testing.T) {
	slow := false
	st := &stub{id: "x", inspect: func(ctx context.Context, _ steps.Settings) (steps.Finding, error) {
		if slow {
			<-ctx.Done()
		}
		return steps.Finding{Summary: "before"}, ctx.Err()
	}}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		first, err := r.Look(t.Context(), "x")
		if err != nil || first.Old {
			t.Fatalf("%+v %v", first, err)
		}
		slow = true
		r.Forget()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		seen, err := r.Look(ctx, "x")
		if err != nil || !seen.Old || seen.Finding.Summary != "before" || seen.At != first.At || seen.State() != steps.StateDone {
			t.Errorf("%+v %v", seen, err)
		}
	})
}

func TestALookThatFails(t *testing.T) {
	for _, tt := range []struct {
		name  string
		err   error
		state steps.State
	}{
		{"a service refuses", &steps.ServiceError{Service: "Cloudflare", Call: "GET /zones", Status: 500}, steps.StateProblem},
		{"no token in memory", steps.ErrNoToken, steps.StateTodo},
	} {
		t.Run(tt.name, func(t *testing.T) {
			st := &stub{id: "x", inspect: func(context.Context, steps.Settings) (steps.Finding, error) {
				return steps.Finding{Summary: "half", Actions: []steps.Action{action("a")}}, tt.err
			}}
			stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
				seen, err := r.Look(t.Context(), "x")
				if err != nil || seen.State() != tt.state || seen.Problem == nil || !errors.Is(seen.Problem, tt.err) || seen.Finding.Summary != "" || seen.Plan != "" {
					t.Errorf("%s %+v %v", seen.State(), seen, err)
				}
				if err := r.Start(t.Context(), "x", "any"); !errors.Is(err, tt.err) {
					t.Errorf("started: %v", err)
				}
			})
		})
	}
}

func TestRememberIsSavedOnce(t *testing.T) {
	st := &stub{id: "x", inspect: finds(steps.Finding{Summary: "acc-1"}), remember: func(s steps.Settings, f steps.Finding) (steps.Settings, bool) {
		was := s.AccountID
		s.AccountID = f.Summary
		return s, was != s.AccountID
	}}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		for range 3 {
			r.look(t, "x")
		}
		if s := r.settings(t); s.AccountID != "acc-1" {
			t.Errorf("%+v", s)
		}
	})
}

// A look that began under another choice must not be remembered under this one.
func TestNothingIsRememberedAboutAChoiceThatWasDropped(t *testing.T) {
	release := make(chan struct{})
	st := &stub{
		id: "x", inspect: func(context.Context, steps.Settings) (steps.Finding, error) {
			<-release
			return steps.Finding{}, nil
		},
		remember: func(s steps.Settings, _ steps.Finding) (steps.Settings, bool) {
			s.OldServers = []string{"ns1.old.example"}
			return s, true
		},
	}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		release = make(chan struct{})
		ended := make(chan struct{})
		go func() { defer close(ended); _, _ = r.Look(t.Context(), "x") }()
		synctest.Wait()
		r.update(t, func(s *steps.Settings) { s.Domain = "example.org" })
		close(release)
		<-ended
		if s := r.settings(t); s.OldServers != nil {
			t.Errorf("the old servers of another domain: %v", s.OldServers)
		}
	})
}

func TestLookAllKeepsTheOrder(t *testing.T) {
	a, b := &stub{id: "a", inspect: finds(steps.Finding{})}, &stub{id: "b", inspect: func(context.Context, steps.Settings) (steps.Finding, error) { return steps.Finding{}, errNo }}
	stubbed(t, []*stub{a, b}, func(t *testing.T, r *rig) {
		all := r.LookAll(t.Context())
		if len(all) != 2 || all[0].Info.ID != "a" || all[1].Info.ID != "b" || all[1].Problem == nil {
			t.Errorf("%+v", all)
		}
		if infos := r.Infos(); len(infos) != 2 || infos[1].ID != "b" {
			t.Errorf("%+v", infos)
		}
		if _, err := r.Look(t.Context(), "c"); !errors.Is(err, steps.ErrNoStep) {
			t.Errorf("got %v", err)
		}
		if _, ok := r.Last("c"); ok {
			t.Error("a step that is not there was seen")
		}
	})
}

func TestNothingBeginsAfterClose(t *testing.T) {
	st := &stub{id: "x", inspect: finds(steps.Finding{Actions: []steps.Action{action("a")}}), apply: does(nil)}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		seen := r.stubLook(t)
		r.close(t)
		r.Forget()
		if again, err := r.Look(t.Context(), "x"); err != nil || !again.Old || again.At != seen.At {
			t.Errorf("%+v %v", again, err)
		}
		if err := r.Start(t.Context(), "x", seen.Plan); err == nil {
			t.Error("a job began")
		}
		if st.looked() != 1 || st.applies() != 0 {
			t.Errorf("%d looks, %d changes", st.looked(), st.applies())
		}
	})
}

// stubLook looks at the stub x, which need not be sound.
func (r *rig) stubLook(t *testing.T) steps.Seen {
	t.Helper()
	r.Forget()
	seen, err := r.Look(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// thinker is a stub that can think its finding over.
type thinker struct{ *stub }

func (thinker) Rethink(f steps.Finding, s steps.Settings) (steps.Finding, bool) {
	return steps.Finding{Summary: f.Summary + " for " + s.Domain, Actions: []steps.Action{{ID: s.Domain}}}, true
}

// A choice is thought over from what was just seen; a yes asks the world again.
func TestAChoiceNeedsNoLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := &stub{id: "x", inspect: finds(steps.Finding{Summary: "seen"})}
		e := steps.New(steps.Config{Steps: []steps.Step{thinker{st}}, Store: newMemory(steps.Settings{}), Log: quiet(), Now: time.Now})
		defer func() { _ = e.Close(t.Context()) }()
		choose := func(name string) steps.Seen {
			t.Helper()
			if err := e.Choose("x", func(s *steps.Settings) error { s.Domain = name; return nil }); err != nil {
				t.Fatal(err)
			}
			seen, err := e.Look(t.Context(), "x")
			if err != nil {
				t.Fatal(err)
			}
			return seen
		}
		if seen := choose("a.example"); seen.Finding.Summary != "seen" || st.looked() != 1 {
			t.Errorf("never looked at before: %q, %d looks", seen.Finding.Summary, st.looked())
		}
		seen := choose("b.example")
		if seen.Finding.Summary != "seen for b.example" || st.looked() != 1 || seen.Plan == "" {
			t.Errorf("a moment later: %q, plan %q, %d looks", seen.Finding.Summary, seen.Plan, st.looked())
		}
		if err := e.Start(t.Context(), "x", seen.Plan); !errors.Is(err, steps.ErrPlanChanged) || st.looked() != 2 {
			t.Errorf("a yes: %v, %d looks", err, st.looked())
		}
		time.Sleep(2 * time.Minute)
		if seen := choose("c.example"); seen.Finding.Summary != "seen" || st.looked() != 3 {
			t.Errorf("much later: %q, %d looks", seen.Finding.Summary, st.looked())
		}
	})
}

package steps_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"example.test/wizard/steps"
)

func waits(again time.Duration) steps.Finding {
	return steps.Finding{Summary: "waits", Checks: []steps.Check{{Name: "c", Title: "C", Status: steps.Wait}}, Again: again}
}

func TestTheWatcherLooksWhenItIsDue(t *testing.T) {
	tests := []struct {
		name string
		f    steps.Finding
		err  error
		min  int
		max  int
	}{
		{"every 30 seconds", waits(30 * time.Second), nil, 17, 21},
		{"every 5 minutes", waits(5 * time.Minute), nil, 3, 3},
		{"never", steps.Finding{Summary: "done"}, nil, 1, 1},
		{"a look that failed", steps.Finding{}, errNo, 31, 41},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st := &stub{id: "x", inspect: func(context.Context, steps.Settings) (steps.Finding, error) { return tt.f, tt.err }}
			never := &stub{id: "y", inspect: finds(waits(time.Second))}
			stubbed(t, []*stub{st, never}, func(t *testing.T, r *rig) {
				r.stubLook(t)
				r.watched(t, func() { time.Sleep(10*time.Minute + time.Second) })
				if n := st.looked(); n < tt.min || n > tt.max {
					t.Errorf("%d looks in ten minutes", n)
				}
				if n := never.looked(); n != 0 {
					t.Errorf("%d looks at a step that nobody has opened", n)
				}
			})
		})
	}
}

// Timers stop while a computer sleeps. When the clock has jumped, everything is due.
func TestAJumpOfTheClockMakesEverythingDue(t *testing.T) {
	for _, jump := range []time.Duration{time.Hour, -time.Hour} {
		st := &stub{id: "x", inspect: finds(waits(20 * time.Minute))}
		stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
			r.stubLook(t)
			r.watched(t, func() {
				time.Sleep(time.Minute)
				synctest.Wait() // the watcher, whose turn is in this very moment, has gone back to sleep
				if n := st.looked(); n != 1 {
					t.Errorf("%d looks before the jump", n)
				}
				if n := r.woke.Load(); n != 0 {
					t.Errorf("%d sleeps without a jump", n)
				}
				r.skew.Store(int64(jump))
				time.Sleep(6 * time.Second)
				synctest.Wait()
				if n := r.woke.Load(); n != 1 {
					t.Errorf("%d sleeps after a jump of %v", n, jump)
				}
				if n := st.looked(); n != 2 {
					t.Errorf("%d looks after a jump of %v", n, jump)
				}
			})
		})
	}
}

func TestTheWatcherActsOnWhatWasAgreedTo(t *testing.T) {
	st := &stub{id: "x", apply: func(_ context.Context, s steps.Settings, _ steps.Action) (steps.Settings, error) {
		s.Asked = time.Now().Round(0)
		return s, nil
	}}
	st.inspect = func(_ context.Context, s steps.Settings) (steps.Finding, error) {
		f := waits(15 * time.Second)
		if s.Asked.IsZero() {
			f.Actions = []steps.Action{auto("ask")}
		}
		return f, nil
	}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		r.stubLook(t)
		r.watched(t, func() { time.Sleep(10 * time.Minute) })
		if n := st.applies(); n != 1 || r.settings(t).Asked.IsZero() {
			t.Errorf("%d times", n)
		}
	})
}

// What needs a yes is never done by the watcher.
func TestTheWatcherNeverConfirmsAPlan(t *testing.T) {
	f := waits(5 * time.Second)
	f.Actions = []steps.Action{action("a")}
	st := &stub{id: "x", inspect: finds(f), apply: does(nil)}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		r.stubLook(t)
		r.watched(t, func() { time.Sleep(time.Hour) })
		if n := st.applies(); n != 0 {
			t.Errorf("%d changes", n)
		}
	})
}

// An action that fails, or that has no effect, is tried again at leisure.
func TestAnActionOfItsOwnIsNotRepeatedInALoop(t *testing.T) {
	for name, outcome := range map[string]error{"it fails": errNo, "it has no effect": nil} {
		for again, most := range map[time.Duration]int{time.Second: 11, 0: 11} {
			t.Run(name, func(t *testing.T) {
				f := waits(again)
				f.Actions = []steps.Action{auto("ask")}
				st := &stub{id: "x", inspect: finds(f), apply: does(outcome)}
				stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
					r.stubLook(t)
					r.watched(t, func() { time.Sleep(10 * time.Minute) })
					if n := st.applies(); n < 2 || n > most {
						t.Errorf("Again %v: %d times in ten minutes", again, n)
					}
					if n := st.looked(); n > 700 {
						t.Errorf("Again %v: %d looks in ten minutes", again, n)
					}
				})
			})
		}
	}
}

// A choice on another page makes every look old. What was about to be done by
// itself must not be forgotten over it: here, a hole is to be closed.
func TestAnActionOfItsOwnIsNotForgotten(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		r.w.with(func(w *world) { w.strangers = true })
		if f := r.state(t, steps.IDURL, steps.StateProblem); len(f.Auto()) != 1 || f.Check("signin").Status != steps.Fail {
			t.Fatalf("%s", planOf(f))
		}
		r.update(t, func(s *steps.Settings) { s.Plex.RelayOff = true })
		r.watched(t, func() { time.Sleep(30 * time.Second) })
		s := r.settings(t)
		if s.RouteDownFor == "" || r.w.asked("SaveIngress") != 2 {
			t.Errorf("the route is still up: %q", s.RouteDownFor)
		}
		f := r.look(t, steps.IDURL).Finding
		if f.Blocked != s.RouteDownFor {
			t.Errorf("blocked %q", f.Blocked)
		}
		// When the hole is closed, the person makes the route again.
		r.w.with(func(w *world) { w.strangers = false })
		r.confirm(t, steps.IDHostname, "set-route")
		r.state(t, steps.IDURL, steps.StateDone)
		if s := r.settings(t); s.RouteDownFor != "" {
			t.Errorf("still %q", s.RouteDownFor)
		}
	})
}

// The ladder of step 7: plex.tv lists the address only after it was asked again.
func TestPlexIsAskedToPublishAgain(t *testing.T) {
	for _, deaf := range []int{1, 100} {
		bubble(t, begun(), func(t *testing.T, r *rig) {
			r.finish(t)
			r.w.with(func(w *world) { w.prefs["customConnections"], w.listed, w.deaf = "", nil, deaf })
			r.confirm(t, steps.IDPlex, "set-url")
			r.state(t, steps.IDPlex, steps.StateWaiting)
			r.watched(t, func() { time.Sleep(5 * time.Minute) })
			if n := r.w.asked("RefreshReachability"); n != 1 {
				t.Errorf("asked %d times", n)
			}
			if deaf == 1 {
				r.state(t, steps.IDPlex, steps.StateDone)
				return
			}
			if f := r.state(t, steps.IDPlex, steps.StateProblem); f.Check("published").Fix.Title != "Restart Plex Media Server" {
				t.Errorf("%+v", f.Check("published"))
			}
		})
	}
}

func TestTheWatcherEndsWithTheEngine(t *testing.T) {
	st := &stub{id: "x", inspect: finds(waits(time.Second))}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		ended := make(chan struct{})
		go func() { defer close(ended); r.Watch(context.Background()) }()
		time.Sleep(time.Minute)
		r.close(t)
		<-ended
	})
}

// In the pretend world waits are short; the code that waits is the same.
func TestPaceShortensTheWaits(t *testing.T) {
	st := &stub{id: "x", inspect: finds(waits(100 * time.Second))}
	stubbed(t, []*stub{st}, func(t *testing.T, r *rig) {
		fast := &rig{store: r.store, skew: r.skew}
		fast.Engine = steps.New(steps.Config{Steps: r.steps, Store: r.store, Log: quiet(), Now: r.now, Pace: 10})
		defer fast.close(t)
		if fast.Pace() != 10 || r.Pace() != 1 {
			t.Errorf("pace %v and %v", fast.Pace(), r.Pace())
		}
		fast.stubLook(t)
		fast.watched(t, func() { time.Sleep(101 * time.Second) })
		if n := st.looked(); n < 9 || n > 12 {
			t.Errorf("%d looks", n)
		}
	})
}

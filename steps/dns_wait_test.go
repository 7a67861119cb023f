package steps_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"example.test/wizard/steps"
)

// told walks to the wait: every record is copied, and the person has said that
// the registrar knows the new pair.
func (r *rig) told(t *testing.T) {
	t.Helper()
	r.look(t, steps.IDAccount)
	r.update(t, func(s *steps.Settings) { s.Domain, s.Subdomain = domain, "copper-otter" })
	r.confirm(t, steps.IDDNS, "create-zone", "find-records")
	r.confirm(t, steps.IDDNS, "create-records")
	r.update(t, func(s *steps.Settings) { s.Told = r.now().Round(0) })
	r.look(t, steps.IDDNS)
}

// registered lets the registry publish the new pair.
func (r *rig) registered() {
	r.w.with(func(w *world) { w.parent = slices.Clone(w.zones[0].NameServers) })
}

// sawAt is when the wait noticed that the registry's servers show the pair.
func (r *rig) sawAt(t *testing.T) time.Time {
	t.Helper()
	for _, m := range r.settings(t).Story {
		if m.What == "All servers of the registry show it" {
			return m.At
		}
	}
	return time.Time{}
}

// TestTheChangeIsSeenWithinOnePoll: however long the wait has been, with no page
// open, and Cloudflare is asked to look once and at once.
func TestTheChangeIsSeenWithinOnePoll(t *testing.T) {
	for waited, poll := range map[time.Duration]time.Duration{
		3 * time.Second: 15 * time.Second, 7*time.Minute + time.Second: 15 * time.Second, 20 * time.Minute: time.Minute, 3*time.Hour + 13*time.Second: 2 * time.Minute, 30 * time.Hour: 5 * time.Minute,
	} {
		t.Run(waited.String(), func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.told(t)
				r.watched(t, func() {
					time.Sleep(waited)
					r.registered()
					changed := r.now()
					time.Sleep(poll + time.Second)
					synctest.Wait()
					seen := r.sawAt(t)
					if late := seen.Sub(changed); seen.IsZero() || late > poll {
						t.Errorf("seen %v after the change, want at most %v", late, poll)
					}
					if n := r.w.asked("CheckActivation"); n != 1 {
						t.Errorf("Cloudflare was asked to look %d times", n)
					}
					time.Sleep(50 * time.Minute)
					if n := r.w.asked("CheckActivation"); n != 1 {
						t.Errorf("asked again within the hour: %d times", n)
					}
				})
			})
		})
	}
}

// The wait survives a restart: a new engine on the same store looks at once and
// goes on with the schedule and with what it knew.
func TestTheWaitSurvivesARestart(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.told(t)
		since := r.settings(t).Told
		if err := r.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.registered()
		time.Sleep(5 * time.Hour)
		again := newRig(r.w, r.store)
		defer again.close(t)
		f := again.look(t, steps.IDDNS).Finding
		d := f.Detail.(*steps.DNSDetail)
		if d.Part != steps.DNSWait || d.Sees == 0 || !again.settings(t).Told.Equal(since) || again.sawAt(t).IsZero() {
			t.Errorf("part %s, %d see it, story %+v", d.Part, d.Sees, again.settings(t).Story)
		}
		if len(f.Auto()) != 1 || f.Auto()[0].ID != "check-activation" {
			t.Errorf("%+v", f.Actions)
		}
	})
}

// Asleep, timers stand still. On waking, the first tick looks.
func TestTheWaitSurvivesSleep(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.told(t)
		r.watched(t, func() {
			time.Sleep(time.Minute)
			synctest.Wait() // the look that is due in this very moment is over when the lid closes
			r.skew.Store(int64(9 * time.Hour))
			r.registered()
			time.Sleep(6 * time.Second)
			synctest.Wait()
			if r.sawAt(t).IsZero() {
				t.Error("not seen after waking")
			}
		})
	})
}

// Offline, a look fails, is said, and is taken again; nothing is forgotten.
func TestTheWaitSurvivesBeingOffline(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.told(t)
		r.watched(t, func() {
			r.w.with(func(w *world) { w.offline = errors.New("network is unreachable") })
			r.Forget()
			seen, err := r.Look(t.Context(), steps.IDDNS)
			if err != nil || seen.Problem == nil || seen.Problem.Fix == "" {
				t.Fatalf("%v, %+v", err, seen.Problem)
			}
			time.Sleep(3 * time.Hour)
			r.registered()
			r.w.with(func(w *world) { w.offline = nil })
			time.Sleep(16 * time.Second)
			synctest.Wait()
			if r.sawAt(t).IsZero() || r.settings(t).Told.IsZero() {
				t.Error("not seen when the network was back")
			}
		})
	})
}

// TestCloudflareLookedByItself: the plan may be older than the moment in which
// Cloudflare saw the new name servers. A zone that is active is not asked about.
func TestCloudflareLookedByItself(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.told(t)
		r.registered()
		if auto := r.look(t, steps.IDDNS).Finding.Auto(); len(auto) != 1 || auto[0].ID != "check-activation" {
			t.Fatalf("the engine would do %v", auto)
		}
		r.w.with(func(w *world) { w.zones[0].Status = "active" })
		s, err := r.dns().Apply(t.Context(), r.settings(t), steps.Action{ID: "check-activation"})
		if err != nil || s.Asked.IsZero() {
			t.Errorf("asked at %v, %v", s.Asked, err)
		}
		if n := r.w.asked("CheckActivation"); n != 0 {
			t.Errorf("Cloudflare was asked %d times to look at an active zone", n)
		}
	})
}

// TestTheKeyIsAskedForOnlyWhenThereIsASignature: the call is spared in every other look.
func TestTheKeyIsAskedForOnlyWhenThereIsASignature(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.told(t)
		r.registered()
		r.look(t, steps.IDDNS)
		if n := r.w.asked("SignedWith"); n != 0 {
			t.Errorf("asked %d times for the key of a domain without a signature", n)
		}
		r.w.with(func(w *world) { w.ds = []string{"12345 13 2 abcd"} })
		d := r.look(t, steps.IDDNS).Finding.Detail.(*steps.DNSDetail)
		if n := r.w.asked("SignedWith"); n != 1 || !d.Dark {
			t.Errorf("asked %d times, dark %v", n, d.Dark)
		}
		r.w.with(func(w *world) { w.signed = "12345 13 2 abcd" })
		if d := r.look(t, steps.IDDNS).Finding.Detail.(*steps.DNSDetail); d.Dark || d.Signed {
			t.Errorf("Cloudflare's own key: dark %v, signed %v", d.Dark, d.Signed)
		}
	})
}

// TestCloudflareAsksToSlowDown: a 429 for the question counts as asked. It is not
// repeated every minute, and nothing is shown as failed.
func TestCloudflareAsksToSlowDown(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.told(t)
		r.registered()
		r.w.fail("CheckActivation", fault{kind: "too many"})
		r.watched(t, func() {
			time.Sleep(55 * time.Minute)
			synctest.Wait()
			if n := r.w.asked("CheckActivation"); n != 1 {
				t.Errorf("asked %d times within the hour", n)
			}
			if j, ok := r.Job(steps.IDDNS); !ok || j.Problem != nil {
				t.Errorf("the job: %v, %+v", ok, j.Problem)
			}
			if r.settings(t).Asked.IsZero() {
				t.Error("it is not remembered that it was asked")
			}
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			if n := r.w.asked("CheckActivation"); n != 2 {
				t.Errorf("asked %d times after the hour", n)
			}
		})
	})
}

package steps_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
)

// summary counts what the world holds of what the wizard makes.
func (w *world) summary() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string]int{"zones": len(w.zones), "tunnels": len(w.tunnels), "policies": len(w.policies)}
	for _, recs := range w.records {
		out["records"] += len(recs)
	}
	for phase, set := range w.phases {
		out[phase] = len(set.Rules)
	}
	for _, in := range w.ingress {
		out["routes"] += len(in.Rules)
	}
	if w.local.Running {
		out["connectors"] = 1
	}
	return out
}

// walk does what a patient person does: it answers what is asked, says yes to
// every plan, and tries again after a failure. next gives a new engine after
// the process died. It returns whether everything was done in the end.
func walk(t *testing.T, r *rig, next func(*rig) *rig) (*rig, bool) {
	t.Helper()
	for range 60 { // two hours: Cloudflare may be asked once an hour
		if r.store.killed() {
			r = next(r)
		}
		done := 0
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func(r *rig) { defer close(ended); r.Watch(ctx) }(r)
		for _, info := range r.Infos() {
			r.Forget()
			seen, err := r.Look(t.Context(), info.ID)
			if err != nil {
				t.Fatal(err)
			}
			if seen.Finding.Done() && seen.Problem == nil {
				done++
				continue
			}
			answer(t, r, seen)
			if seen.Plan != "" {
				if err := r.Start(t.Context(), info.ID, seen.Plan); err == nil {
					r.wait(t, info.ID)
				}
				r.Dismiss(info.ID)
			}
			if r.store.killed() {
				break
			}
		}
		time.Sleep(2 * time.Minute) // what the watcher does by itself gets its time
		cancel()
		<-ended
		if done == len(r.Infos()) {
			return r, true
		}
	}
	return r, false
}

// answer gives what a step asks for.
func answer(t *testing.T, r *rig, seen steps.Seen) {
	t.Helper()
	if r.store.killed() {
		return
	}
	switch seen.Finding.Ask {
	case "":
	case "domain":
		r.update(t, func(s *steps.Settings) { s.Domain, s.Subdomain = domain, "copper-otter" })
	case "registrar":
		r.update(t, func(s *steps.Settings) { s.Told = time.Now().Round(0) })
		r.w.with(func(w *world) { w.parent = w.zones[0].NameServers })
	case "security":
		r.update(t, func(s *steps.Settings) {
			s.Security = steps.SecurityChoices{Chosen: true, Bots: true, HTTPS: true, NoRewrite: true}
		})
	case "email":
		r.update(t, func(s *steps.Settings) {
			s.Alerts = steps.AlertChoices{Chosen: true, Email: "me@example.com", Types: []string{steps.AlertTunnel}}
		})
	default:
		t.Errorf("%s asks for %s: %s", seen.Info.ID, seen.Finding.Ask, seen.Finding.Summary)
	}
}

// Every change of the journey meets every fault. In the end everything is there
// once, and no change was asked for again whose effect could be seen.
func TestEveryFaultAtEveryChange(t *testing.T) {
	var want map[string]int
	var before steps.Settings
	posts := map[string]int{}
	bubble(t, begun(), func(t *testing.T, r *rig) {
		_, ok := walk(t, r, nil)
		if !ok {
			t.Fatal("even without faults it is not done")
		}
		want, before = r.w.summary(), r.settings(t)
		if len(before.Plex.Before) == 0 || len(before.ZoneBefore) == 0 {
			t.Fatal("nothing is kept for undo")
		}
		for call, n := range r.w.posts {
			posts[call] = n
		}
	})
	calls := []string{"CreateZone", "CreateRecords", "CheckActivation", "AddRule", "CreateTunnel", "Install", "SaveIngress", "SetPrefs", "ChangeSetting", "CreateAlertPolicy"}
	for _, call := range calls {
		if posts[call] == 0 {
			t.Fatalf("the journey does without %s", call)
		}
		for nth := 1; nth <= posts[call]; nth++ {
			for _, kind := range []string{"lost", "dropped", "refused", "killed before", "killed after"} {
				t.Run(fmt.Sprintf("%s %s %d", kind, call, nth), func(t *testing.T) {
					oneFault(t, call, kind, nth, want, posts, before)
				})
			}
		}
	}
}

func oneFault(t *testing.T, call, kind string, nth int, want, posts map[string]int, before steps.Settings) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(newWorld(), newMemory(begun()))
		r.w.fail(call, fault{kind: kind, nth: nth, left: 1, kill: r.store.kill})
		r, ok := walk(t, r, func(old *rig) *rig {
			old.close(t)
			return newRig(old.w, old.store.survivor())
		})
		defer r.close(t)
		if !ok {
			for _, seen := range r.LookAll(t.Context()) {
				t.Logf("%s: %s %s %v", seen.Info.ID, seen.State(), seen.Finding.Summary, seen.Problem)
			}
			t.Fatal("not done in the end")
		}
		if d := cmp.Diff(want, r.w.summary()); d != "" {
			t.Errorf("the world: %s", d)
		}
		extra, most := r.w.asked(call)-posts[call], 1
		if kind == "refused" && call == "CreateRecords" {
			most = 2 // sent again in halves, to find the one that is refused
		}
		if kind == "lost" && extra > 0 || kind == "killed after" && extra > 0 && call != "CheckActivation" || extra > most {
			t.Errorf("%s was asked for %d times more", call, extra)
		}
		if s := r.settings(t); !s.TunnelCreated || !s.ZoneCreated || len(s.Pending) != 0 {
			t.Errorf("tunnel ours %v, zone ours %v, open %v", s.TunnelCreated, s.ZoneCreated, s.Pending)
		}
		// What was replaced is known, whenever the process died: undo puts it back.
		if s := r.settings(t); fmt.Sprint(s.Plex.Before) != fmt.Sprint(before.Plex.Before) || fmt.Sprint(s.ZoneBefore) != fmt.Sprint(before.ZoneBefore) {
			t.Errorf("it would be put back to %v and %v, not to %v and %v", s.Plex.Before, s.ZoneBefore, before.Plex.Before, before.ZoneBefore)
		}
	})
}

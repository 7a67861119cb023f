package steps_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// TestRandomSchedules mixes everything that may happen at once: faults of calls,
// death of the process at any moment, a second tab that presses the same
// buttons, and people who change things elsewhere. In the end all nine steps are
// done, everything is there once, and what belongs to others is as it was.
//
// 100 seeds, and 1,000 with WIZARD_NIGHTLY=1. A seed that failed is run alone by
// its name.
func TestRandomSchedules(t *testing.T) {
	seeds := 100
	if os.Getenv("WIZARD_NIGHTLY") != "" {
		seeds = 1000
	}
	var sum chaos
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { oneSchedule(t, uint64(seed), &sum) })
		})
	}
	t.Logf("%d schedules: %d faults, %d deaths, %d changes by others, %d presses of a second tab", seeds, sum.faults, sum.deaths, sum.others, sum.presses)
}

// chaos counts what happened.
type chaos struct{ faults, deaths, others, presses int }

func oneSchedule(t *testing.T, seed uint64, sum *chaos) {
	dice := rand.New(rand.NewPCG(seed, 7))
	r := newRig(newWorld(), newMemory(begun()))
	w := r.w
	foreign := map[string]func(*world) bool{} // what others own, and whether it is as they left it
	for round := range 150 {                  // five hours: Cloudflare may be asked once an hour
		if r.store.killed() {
			sum.deaths++
			r.close(t)
			r = newRig(w, r.store.survivor())
		}
		calm := round > 40 // whatever happens stops some time
		if !calm && dice.IntN(2) == 0 {
			sum.faults++
			kinds := []string{"lost", "dropped", "refused", "killed before", "killed after"}
			calls := []string{"CreateZone", "CreateRecords", "CheckActivation", "AddRule", "CreateTunnel", "Install", "SaveIngress", "SetPrefs", "ChangeSetting", "CreateAlertPolicy"}
			w.fail(calls[dice.IntN(len(calls))], fault{kind: kinds[dice.IntN(len(kinds))], left: 1 + dice.IntN(2), kill: r.store.kill})
		}
		if !calm && dice.IntN(4) == 0 {
			sum.others++
			w.with(func(w *world) { meddle(w, dice, foreign) })
		}
		if done := oneRound(t, r, dice, calm, sum); done && calm && !r.store.killed() {
			break
		}
	}
	defer r.close(t)
	for _, seen := range r.LookAll(t.Context()) {
		if !seen.Finding.Done() || seen.Problem != nil {
			t.Errorf("%s is %s: %s %v", seen.Info.ID, seen.State(), seen.Finding.Summary, seen.Problem)
		}
	}
	if s := r.settings(t); len(s.Pending) != 0 || s.Domain != domain {
		t.Errorf("open %v, domain %q", s.Pending, s.Domain)
	}
	w.with(func(w *world) {
		for _, twice := range doubles(w) {
			t.Errorf("twice: %s", twice)
		}
		for what, same := range foreign {
			if !same(w) {
				t.Errorf("changed or gone: %s, which is somebody else's", what)
			}
		}
	})
}

// oneRound is one turn of the person through the nine steps, with a second tab
// open and perhaps a death in the middle.
func oneRound(t *testing.T, r *rig, dice *rand.Rand, calm bool, sum *chaos) (done bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var others sync.WaitGroup
	others.Go(func() { r.Watch(ctx) })
	if !calm && dice.IntN(5) == 0 {
		after := time.Duration(dice.IntN(4000)) * time.Millisecond
		others.Go(func() {
			time.Sleep(after)
			r.store.kill()
		})
	}
	done = true
	for _, info := range r.Infos() {
		r.Forget()
		seen, err := r.Look(t.Context(), info.ID)
		if err != nil {
			t.Fatal(err)
		}
		if seen.Finding.Done() && seen.Problem == nil {
			continue
		}
		done = false
		if r.store.killed() {
			break
		}
		tryAnswer(t, r, seen)
		if seen.Plan == "" {
			continue
		}
		if dice.IntN(3) == 0 {
			sum.presses++
			others.Go(func() { _ = r.Start(t.Context(), info.ID, seen.Plan) }) // refused, or it is the one
		}
		if err := r.Start(t.Context(), info.ID, seen.Plan); err == nil || dice.IntN(2) == 0 {
			r.wait(t, info.ID)
		}
		r.Dismiss(info.ID)
	}
	time.Sleep(2 * time.Minute)
	cancel()
	others.Wait()
	return done
}

// tryAnswer is [answer] by a person whose wizard may die meanwhile.
func tryAnswer(t *testing.T, r *rig, seen steps.Seen) {
	t.Helper()
	now := time.Now().Round(0)
	_ = r.Update(func(s *steps.Settings) error { // a dead one keeps nothing, and is asked again
		switch seen.Finding.Ask {
		case "domain":
			s.Domain, s.Subdomain = domain, "copper-otter"
		case "registrar":
			s.Told = now
		case "security":
			s.Security = steps.SecurityChoices{Chosen: true, Bots: true, HTTPS: true, NoRewrite: true}
		case "email":
			s.Alerts = steps.AlertChoices{Chosen: true, Email: "me@example.com", Types: []string{steps.AlertTunnel}}
		}
		return nil
	})
	if seen.Finding.Ask == "registrar" {
		r.w.with(func(w *world) { w.parent = w.zones[0].NameServers })
	}
}

// meddle is something that somebody else does at Cloudflare.
func meddle(w *world, dice *rand.Rand, foreign map[string]func(*world) bool) {
	name := w.id("other")
	switch dice.IntN(5) {
	case 0:
		theirs := steps.CloudTunnel{ID: name, Name: "theirs-" + name, Remote: true}
		w.tunnels = append(w.tunnels, theirs)
		foreign["tunnel "+name] = func(w *world) bool {
			return slices.ContainsFunc(w.tunnels, func(o steps.CloudTunnel) bool { return o.ID == name && o.Name == theirs.Name })
		}
	case 1:
		w.policies = append(w.policies, steps.AlertPolicy{ID: name, Name: "theirs", Type: "billing_usage_alert", Enabled: true, Emails: []string{"a@example.com"}})
		foreign["notification "+name] = func(w *world) bool {
			return slices.ContainsFunc(w.policies, func(o steps.AlertPolicy) bool {
				return o.ID == name && o.Enabled && slices.Equal(o.Emails, []string{"a@example.com"})
			})
		}
	case 2:
		if len(w.zones) == 0 {
			return
		}
		id := w.zones[0].ID
		w.records[id] = append(w.records[id], steps.CloudRecord{ID: name, Record: zone.Record{Name: name + "." + domain, Type: "TXT", TTL: 300, Content: `"theirs"`}})
		foreign["record "+name] = func(w *world) bool {
			return slices.ContainsFunc(w.records[id], func(o steps.CloudRecord) bool { return o.ID == name && o.Content == `"theirs"` })
		}
	case 3:
		set, ok := w.phases[steps.PhaseCustom]
		if !ok {
			return
		}
		set.Rules = append(slices.Clone(set.Rules), steps.Rule{ID: name, Ref: name, Description: "theirs", Expression: `http.host eq "x.example"`, Action: "block", Enabled: true})
		w.phases[steps.PhaseCustom] = set
		foreign["rule "+name] = func(w *world) bool {
			return slices.ContainsFunc(w.phases[steps.PhaseCustom].Rules, func(o steps.Rule) bool { return o.ID == name && o.Enabled && o.Description == "theirs" })
		}
	case 4: // somebody removes what the wizard made; it is made again
		w.policies = slices.DeleteFunc(w.policies, func(o steps.AlertPolicy) bool { return o.Type == steps.AlertTunnel })
	}
}

// doubles are things that are there more than once.
func doubles(w *world) (out []string) {
	count := map[string]int{}
	for _, z := range w.zones {
		count["zone "+z.Name]++
	}
	for _, tunnel := range w.tunnels {
		count["tunnel "+tunnel.Name]++
	}
	for _, recs := range w.records {
		for _, rec := range recs {
			count["record "+rec.Key()]++
		}
	}
	for phase, set := range w.phases {
		for _, rule := range set.Rules {
			count["rule "+phase+" "+rule.Ref+rule.Description]++
		}
	}
	for _, p := range w.policies {
		if p.Name != "theirs" {
			count["notification "+p.Type]++
		}
	}
	for tunnel, in := range w.ingress {
		for _, rule := range in.Rules {
			count["route "+tunnel+" "+rule.Host]++
		}
	}
	for _, what := range slices.Sorted(maps.Keys(count)) {
		if count[what] > 1 {
			out = append(out, fmt.Sprintf("%d times %s", count[what], what))
		}
	}
	return out
}

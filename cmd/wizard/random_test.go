package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	sim "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

// fate is one random story over all measures, with what the person's own objects
// must look like at any time.
type fate struct {
	*measures
	r      *rand.Rand
	own    map[string]string // the person's own rules and notifications, by ref or name
	serial int
	story  []string
}

// TestRandomLives: whatever happens, in whatever order, nothing of the person's own
// is touched, the plan's limits hold, and in the end what was asked for is there.
// 12 lives, and 300 with WIZARD_NIGHTLY=1.
func TestRandomLives(t *testing.T) {
	lives := 12
	switch {
	case testing.Short():
		lives = 3
	case os.Getenv("WIZARD_NIGHTLY") != "":
		lives = 300
	}
	for seed := range lives {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			l := &fate{measures: newMeasures(t), r: rand.New(rand.NewPCG(uint64(seed), 6)), own: map[string]string{}}
			defer func() {
				if t.Failed() {
					t.Logf("the story: %s", strings.Join(l.story, ", "))
				}
			}()
			for range 14 {
				l.step()
				l.holds()
			}
			l.converge()
		})
	}
}

func (l *fate) step() {
	ops := []struct {
		name string
		do   func()
	}{
		{"choose", l.chooseAnything},
		{"apply", func() { l.applyOne(l.pick(steps.IDCache, steps.IDSecurity, steps.IDNotifications)) }},
		{"apply", func() { l.applyOne(l.pick(steps.IDSecurity, steps.IDNotifications)) }},
		{"undo", l.undoAnything},
		{"outside", l.outside},
		{"fault", l.fault},
		{"crash", l.crash},
		{"restart", func() { l.end(); l.begin() }},
	}
	op := ops[l.r.IntN(len(ops))]
	l.story = append(l.story, op.name)
	op.do()
}

// crash kills the process at one of the next calls that change something, before
// or after it took effect, and starts another one. When there is none to die at,
// it dies while nothing is under way.
func (l *fate) crash() {
	l.reaper.arm(1+l.r.IntN(3), l.coin(), func() { l.life.dead.Store(true) })
	if l.r.IntN(4) == 0 {
		l.undoAnything()
	} else {
		l.applyOne(l.pick(steps.IDCache, steps.IDSecurity, steps.IDNotifications))
	}
	l.reaper.arm(0, false, nil)
	if l.life.dead.Load() {
		l.story = append(l.story, "(killed)")
	}
	l.life.dead.Store(true)
	l.end()
	l.begin()
}

func (l *fate) pick(ids ...steps.ID) steps.ID { return ids[l.r.IntN(len(ids))] }

func (l *fate) coin() bool { return l.r.IntN(2) == 0 }

func (l *fate) chooseAnything() {
	c := steps.SecurityChoices{Bots: l.coin(), Tor: l.coin(), MinTLS: l.coin(), HTTPS: l.coin(), Integrity: l.coin(), HSTS: l.coin(), Fight: l.coin(), NoRewrite: l.coin(), Access: l.coin(), AccessName: "web", AccessFor: []string{"robin@example.com"}}
	if l.coin() {
		c.Countries = []string{"GB", "IE", "DE"}[:1+l.r.IntN(3)]
	}
	if l.coin() {
		c.Expression = fmt.Sprintf("ip.src.asnum eq %d", 64496+l.r.IntN(3))
	}
	l.choose(c)
	kinds := []string{steps.AlertTunnel, "universal_ssl_event_type", "maintenance_event_notification"}
	err := l.engine.Update(func(s *steps.Settings) error {
		s.Alerts = steps.AlertChoices{Chosen: true, Email: fmt.Sprintf("robin%d@example.com", l.r.IntN(2)), Types: kinds[:l.r.IntN(4)]}
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
}

// applyOne says yes; it may fail, as life does.
func (l *fate) applyOne(id steps.ID) {
	if p := l.apply(l.engine, id); p != nil {
		l.story = append(l.story, fmt.Sprintf("(%s: %s)", id, p.Title))
	}
}

func (l *fate) undoAnything() {
	l.undo.Forget()
	seen, err := l.undo.Look(l.t.Context(), steps.IDUndo)
	if err != nil || seen.Problem != nil {
		return
	}
	var ids []string
	for _, b := range seen.Finding.Detail.(*steps.UndoDetail).Made {
		if b.ID != "route" && l.coin() { // the way to Plex was there before, and is no measure
			ids = append(ids, b.ID)
		}
	}
	l.ticked.Set(ids)
	if p := l.apply(l.undo, steps.IDUndo); p != nil {
		l.story = append(l.story, "(undo: "+p.Title+")")
	}
	l.ticked.Set(nil)
}

// outside is what the person does in the dashboard meanwhile: to things of their
// own, and to ours.
func (l *fate) outside() {
	phase, limit, action := phaseOwn, 5, "block"
	if l.coin() {
		phase, limit, action = phaseCache, 10, "set_cache_settings"
	}
	rules := l.api.Rules(ownDomain, phase)
	var ours []sim.Rule
	for _, r := range rules {
		if strings.HasPrefix(r.Ref, "ptw_") {
			ours = append(ours, r)
		}
	}
	switch l.r.IntN(4) {
	case 0: // another rule of their own, before all
		if len(rules) >= limit-1 {
			return
		}
		l.serial++
		ref := fmt.Sprint("mine_", l.serial)
		r := object{"ref": ref, "action": action, "expression": fmt.Sprintf(`http.request.uri.path eq "/%d"`, l.serial)}
		if action != "block" {
			r["action_parameters"] = object{"cache": true}
		}
		if len(rules) == 0 && !l.exists(phase) {
			l.must("POST", "/zones/"+l.zone+"/rulesets", object{"name": "default", "kind": "zone", "phase": phase, "rules": []object{r}}, nil)
		} else {
			r["position"] = object{"index": 1}
			l.must("POST", "/zones/"+l.zone+"/rulesets/"+l.ruleset(phase)+"/rules", r, nil)
		}
		l.own[ref] = fmt.Sprint(r["expression"])
	case 1: // one of ours is deleted
		if len(ours) > 0 {
			l.must("DELETE", "/zones/"+l.zone+"/rulesets/"+l.ruleset(phase)+"/rules/"+ours[0].ID, nil, nil)
		}
	case 2: // one of ours is changed
		if len(ours) > 0 {
			r := ours[len(ours)-1]
			patch := object{"enabled": false, "action": r.Action, "expression": r.Expression}
			if r.ActionParameters != nil {
				patch["action_parameters"] = r.ActionParameters
			}
			l.must("PATCH", "/zones/"+l.zone+"/rulesets/"+l.ruleset(phase)+"/rules/"+r.ID, patch, nil)
		}
	case 3: // another notification, and a setting
		l.serial++
		name := fmt.Sprint("Mine ", l.serial)
		l.must("POST", "/accounts/"+l.account+"/alerting/v3/policies", object{"name": name, "alert_type": steps.AlertTunnel, "enabled": true, "mechanisms": object{"email": []object{{"id": "robin@example.com"}}}}, nil)
		l.own[name] = steps.AlertTunnel
		l.must("PATCH", "/zones/"+l.zone+"/settings/min_tls_version", object{"value": []string{"1.0", "1.3"}[l.r.IntN(2)]}, nil)
		l.must("PUT", "/zones/"+l.zone+"/bot_management", object{"fight_mode": l.coin()}, nil)
	}
}

func (m *measures) exists(phase string) bool {
	_, err := m.api.Dashboard("GET", "/zones/"+m.zone+"/rulesets/phases/"+phase+"/entrypoint", nil)
	return err == nil
}

func (l *fate) fault() {
	kinds := []sim.FaultKind{sim.LostReply, sim.Reset, sim.HalfBody, sim.ServerError, sim.BadGateway, sim.Unsuccess}
	f := sim.Fault{Kind: kinds[l.r.IntN(len(kinds))], Method: []string{"POST", "PATCH", "DELETE", "PUT", "GET"}[l.r.IntN(5)], Path: "rulesets|settings|policies|bot_management|access|dns_records|configurations"}
	l.story = append(l.story, fmt.Sprint("(", f.Kind, " ", f.Method, ")"))
	if err := l.api.Faults().Add(f); err != nil {
		l.t.Fatal(err)
	}
}

// holds is what must be true at any moment.
func (l *fate) holds() {
	l.t.Helper()
	found := map[string]string{}
	for phase, limit := range map[string]int{phaseOwn: 5, phaseCache: 10, "http_config_settings": 10} {
		rules := l.api.Rules(ownDomain, phase)
		if len(rules) > limit {
			l.t.Errorf("%d rules in %s", len(rules), phase)
		}
		seen := map[string]bool{}
		for _, r := range rules {
			if seen[r.Ref] {
				l.t.Errorf("%s is there twice", r.Ref)
			}
			seen[r.Ref] = true
			if !strings.HasPrefix(r.Ref, "ptw_") {
				found[r.Ref] = r.Expression
				if !r.Enabled {
					l.t.Errorf("%s of the person was switched off", r.Ref)
				}
			}
		}
	}
	var policies []struct {
		Name string
		Type string `json:"alert_type"`
	}
	raw, err := l.api.Dashboard("GET", "/accounts/"+l.account+"/alerting/v3/policies", nil)
	if err != nil || json.Unmarshal(raw, &policies) != nil {
		l.t.Fatal(err)
	}
	names := map[string]bool{}
	for _, p := range policies {
		if names[p.Name] {
			l.t.Errorf("the notification %q is there twice", p.Name)
		}
		names[p.Name] = true
		if strings.HasPrefix(p.Name, "Mine") {
			found[p.Name] = p.Type
		}
	}
	if n := len(l.api.AccessApps("web." + ownDomain)); n > 1 {
		l.t.Errorf("%d sign-in pages", n)
	}
	if n := len(l.api.AccessApps("movies." + ownDomain)); n > 0 {
		l.t.Errorf("%d sign-in pages before Plex", n)
	}
	for key, want := range l.own {
		if found[key] != want {
			l.t.Errorf("%s of the person is %q, was %q", key, found[key], want)
		}
	}
	if len(found) != len(l.own) {
		l.t.Errorf("the person has %d things of their own, there are %d", len(l.own), len(found))
	}
}

// converge says yes in calm weather until nothing is planned any more, and holds
// what is there against what was asked for.
func (l *fate) converge() {
	l.t.Helper()
	l.api.Faults().Clear()
	for range 3 {
		for _, id := range []steps.ID{steps.IDCache, steps.IDSecurity, steps.IDNotifications} {
			if f := l.look(id); f.Ask == "" && len(f.Plan()) > 0 {
				if p := l.apply(l.engine, id); p != nil {
					l.t.Errorf("in calm weather, %s ended with %v", id, p)
				}
			}
		}
		l.holds()
	}
	s, err := l.engine.Settings()
	if err != nil {
		l.t.Fatal(err)
	}
	if f := l.look(steps.IDCache); !f.Done() {
		l.t.Errorf("caching: %s", f.Summary)
	}
	if got := l.names(phaseCache); len(got) == 0 || got[len(got)-1] != "cache" {
		l.t.Errorf("cache rules %q", got)
	}
	if f := l.look(steps.IDSecurity); s.Security.Chosen && f.Check("slots").Status != steps.Fail {
		var want []string
		for name, on := range map[string]bool{"country": len(s.Security.Countries) > 0, "bots": s.Security.Bots, "tor": s.Security.Tor, "own": s.Security.Expression != ""} {
			if on {
				want = append(want, name)
			}
		}
		got := slices.DeleteFunc(l.names(phaseOwn), func(n string) bool { return strings.HasPrefix(n, "mine_") })
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) || !f.Done() {
			l.t.Errorf("rules %q, asked for %q; %s", got, want, f.Summary)
		}
		if n := len(l.api.AccessApps("web." + ownDomain)); (n == 1) != s.Security.Access || f.Check("access").Status == steps.Skip && s.Security.Access {
			l.t.Errorf("%d sign-in pages, wanted %v: %s", n, s.Security.Access, f.Check("access").Detail)
		}
	}
	if f := l.look(steps.IDNotifications); s.Alerts.Chosen && !f.Done() {
		l.t.Errorf("notifications: %s", f.Summary)
	}
	// An undo that failed stays open until the thing is gone.
	open, err := l.store.Intents()
	if err != nil {
		l.t.Fatal(err)
	}
	for _, in := range open {
		if in.Step != steps.IDUndo {
			l.t.Errorf("open in the journal: %+v", in)
		}
	}
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.test/wizard/clients/cloudflare"
	sim "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
	"example.test/wizard/store"
	"example.test/wizard/web"
)

const (
	ownDomain  = "example.com"
	ownToken   = "cfut_pretend0token0of0the0measures00000000000"
	leanToken  = "cfut_pretend0token0without0the0option0000000"
	phaseOwn   = "http_request_firewall_custom"
	phaseCache = "http_request_cache_settings"
	phaseConf  = "http_config_settings"
)

// measures are the steps that only change Cloudflare, with the undo, over the real
// client, a pretend Cloudflare behind a socket, and a store on disk.
type measures struct {
	t       *testing.T
	api     *sim.API
	url     string
	token   string
	reaper  *reaper
	life    *mortal // the store as the present process sees it
	account string
	zone    string
	cloud   *cloudflare.Client
	store   *store.DB
	ticked  *web.Ticked
	engine  *steps.Engine
	undo    *steps.Engine
}

// stranger visits the public address, which works whatever happens here.
type stranger struct{ steps.Visitor }

func (stranger) Get(context.Context, string, string, map[string]string) (steps.VisitAnswer, error) {
	return steps.VisitAnswer{Status: 200}, nil
}

func (stranger) Visit(context.Context, string, steps.VisitWant) (steps.Visit, error) {
	return steps.Visit{Identity: steps.VisitAnswer{Status: 200}}, nil
}

func (stranger) SignedIn(context.Context, string, string) (steps.VisitAnswer, steps.SignedIn, error) {
	return steps.VisitAnswer{Status: 200}, steps.SignedIn{}, nil
}

func (stranger) Trace(context.Context, string) (country, colo string, err error) {
	return "GB", "LHR", nil
}

// nothingHere is a computer without Plex and without a connector.
type nothingHere struct {
	steps.PlexServer
	steps.ConnectorHost
}

func (nothingHere) Find(context.Context, string) ([]steps.PlexFound, error) { return nil, nil }

func (nothingHere) Status(context.Context) (steps.LocalConnector, error) {
	return steps.LocalConnector{}, nil
}

func newMeasures(t *testing.T, change ...func(*sim.Zone)) *measures {
	t.Helper()
	m := &measures{t: t, token: ownToken, ticked: &web.Ticked{}}
	m.api = sim.New(sim.Config{RateLimit: 1 << 30})
	m.account = m.api.SeedAccount(sim.Account{Name: "Home", TeamDomain: "home.cloudflareaccess.com"})
	m.api.SeedUser(sim.User{Email: "robin@example.com"})
	m.api.SeedToken(sim.Token{Value: ownToken, Permissions: sim.AllPermissions()})
	m.api.SeedToken(sim.Token{Value: leanToken, Permissions: slices.DeleteFunc(sim.AllPermissions(), func(p sim.Permission) bool { return p == sim.ConfigSettingsEdit })})
	z := sim.Zone{Name: ownDomain, Account: m.account, Status: "active"}
	for _, f := range change {
		f(&z)
	}
	m.zone = m.api.SeedZone(z)
	var tunnel struct{ ID string }
	m.must("POST", "/accounts/"+m.account+"/cfd_tunnel", object{"name": "attic", "config_src": "cloudflare"}, &tunnel)
	m.must("PUT", "/accounts/"+m.account+"/cfd_tunnel/"+tunnel.ID+"/configurations", object{"config": object{"ingress": []object{
		{"hostname": "movies." + ownDomain, "service": "https://127.0.0.1:32400", "originRequest": object{"noTLSVerify": true}}, {"service": "http_status:404"},
	}}}, nil)
	m.reaper = &reaper{service: m.api}
	srv := httptest.NewServer(m.reaper)
	t.Cleanup(srv.Close)
	m.url = srv.URL
	var err error
	if m.store, err = store.Open(filepath.Join(t.TempDir(), "progress.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.store.Close(); err != nil {
			t.Error(err)
		}
	})
	err = m.store.SaveSettings(steps.Settings{
		Installation: "k3xq81ab", Agreed: time.Now(), AccountID: m.account, Domain: ownDomain, ZoneID: m.zone, Subdomain: "movies", TunnelName: "attic", TunnelID: tunnel.ID, PlexID: "p1",
	})
	if err != nil {
		t.Fatal(err)
	}
	m.begin()
	t.Cleanup(m.end)
	return m
}

// begin starts the program's part; end stops it as a shutdown does.
func (m *measures) begin() {
	cf := cloudflare.New(cloudflare.Config{BaseURL: m.url + "/client/v4", Token: func() steps.Secret { return steps.NewSecret(m.token) }, Pace: 1e6})
	m.cloud = cf
	quiet := slog.New(slog.DiscardHandler)
	m.life = &mortal{Store: m.store}
	m.engine = steps.New(steps.Config{Steps: []steps.Step{
		&steps.CacheStep{Rules: cf, Analytics: cf, Plans: cf, Now: time.Now},
		&steps.SecurityStep{Rules: cf, Settings: cf, Analytics: cf, Visitor: stranger{}, Plex: nothingHere{}, Access: cf, Tunnels: cf, Plans: cf, Records: cf, Now: time.Now},
		&steps.NotificationsStep{Alerts: cf, Tokens: cf},
	}, Store: m.life, Log: quiet, Now: time.Now, Pace: 1e6})
	m.undo = steps.New(steps.Config{Steps: []steps.Step{
		&steps.Undo{Alerts: cf, Rules: cf, Access: cf, Zone: cf, Plex: nothingHere{}, Records: cf, Tunnels: cf, Host: nothingHere{}, Wanted: m.ticked.IDs, Now: time.Now},
	}, Store: m.life, Log: quiet, Now: time.Now, Pace: 1e6})
}

func (m *measures) end() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for _, e := range []*steps.Engine{m.engine, m.undo} {
		if err := e.Close(ctx); err != nil {
			m.t.Error(err)
		}
	}
}

// must makes a call as the person in the dashboard.
func (m *measures) must(method, path string, body, into any) {
	m.t.Helper()
	raw, err := m.api.Dashboard(method, path, body)
	if err != nil {
		m.t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			m.t.Fatal(err)
		}
	}
}

// theirs replaces the rules of a phase by rules of the person.
func (m *measures) theirs(phase string, n int, action string) {
	m.t.Helper()
	var list []object
	for i := range n {
		r := object{"ref": fmt.Sprint("mine_", i), "description": fmt.Sprint("Mine ", i), "expression": fmt.Sprintf(`http.request.uri.path eq "/%d"`, i), "action": action, "enabled": i%2 == 0}
		if action == "set_cache_settings" {
			r["action_parameters"] = object{"cache": true}
		}
		list = append(list, r)
	}
	m.must("PUT", "/zones/"+m.zone+"/rulesets/phases/"+phase+"/entrypoint", object{"rules": list}, nil)
}

func (m *measures) look(id steps.ID) steps.Finding {
	m.t.Helper()
	m.engine.Forget()
	seen, err := m.engine.Look(m.t.Context(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	if seen.Problem != nil {
		m.t.Fatal(seen.Problem)
	}
	return seen.Finding
}

// apply says yes to the plan of a step, and waits until its job has ended.
func (m *measures) apply(e *steps.Engine, id steps.ID) *steps.Problem {
	m.t.Helper()
	e.Forget()
	seen, err := e.Look(m.t.Context(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	if seen.Plan == "" {
		return seen.Problem
	}
	if err := e.Start(m.t.Context(), id, seen.Plan); err != nil {
		return steps.Explain(err)
	}
	until(m.t, "the job ends", func() bool { j, ok := e.Job(id); return ok && !j.Running() })
	j, _ := e.Job(id)
	return j.Problem
}

func (m *measures) choose(c steps.SecurityChoices) {
	m.t.Helper()
	c.Chosen = true
	if err := m.engine.Update(func(s *steps.Settings) error { s.Security = c; return nil }); err != nil {
		m.t.Fatal(err)
	}
}

// names are the rules of a phase: theirs by their name, ours by what they are for.
func (m *measures) names(phase string) (out []string) {
	for _, r := range m.api.Rules(ownDomain, phase) {
		name := strings.TrimPrefix(r.Ref, "ptw_k3xq81ab_")
		if !r.Enabled {
			name += " (off)"
		}
		out = append(out, name)
	}
	return out
}

// TestFullZone: what a zone has already is left alone, counted, and told in words.
func TestFullZone(t *testing.T) {
	two := steps.SecurityChoices{Bots: true, Tor: true}
	for name, c := range map[string]struct {
		before func(*measures)
		step   steps.ID
		check  string // that fails; empty when the plan goes through
		phase  string
		after  []string
	}{
		"five custom rules":    {func(m *measures) { m.theirs(phaseOwn, 5, "block") }, steps.IDSecurity, "slots", phaseOwn, []string{"mine_0", "mine_1 (off)", "mine_2", "mine_3 (off)", "mine_4"}},
		"four custom rules":    {func(m *measures) { m.theirs(phaseOwn, 4, "block") }, steps.IDSecurity, "slots", phaseOwn, []string{"mine_0", "mine_1 (off)", "mine_2", "mine_3 (off)", "bots"}},
		"three custom rules":   {func(m *measures) { m.theirs(phaseOwn, 3, "block") }, steps.IDSecurity, "", phaseOwn, []string{"mine_0", "mine_1 (off)", "mine_2", "bots", "tor"}},
		"no entry point":       {func(*measures) {}, steps.IDSecurity, "", phaseOwn, []string{"bots", "tor"}},
		"an empty entry point": {func(m *measures) { m.theirs(phaseOwn, 0, "block") }, steps.IDSecurity, "", phaseOwn, []string{"bots", "tor"}},
		"ten cache rules":      {func(m *measures) { m.theirs(phaseCache, 10, "set_cache_settings") }, steps.IDCache, "cache-room", phaseCache, []string{"mine_0", "mine_1 (off)", "mine_2", "mine_3 (off)", "mine_4", "mine_5 (off)", "mine_6", "mine_7 (off)", "mine_8", "mine_9 (off)"}},
		"two cache rules":      {func(m *measures) { m.theirs(phaseCache, 2, "set_cache_settings") }, steps.IDCache, "", phaseCache, []string{"mine_0", "mine_1 (off)", "cache"}},
		"rules behind ours": {func(m *measures) {
			m.apply(m.engine, steps.IDCache)
			id := m.ruleset(phaseCache)
			m.must("POST", "/zones/"+m.zone+"/rulesets/"+id+"/rules", object{"ref": "mine_9", "action": "set_cache_settings", "action_parameters": object{"cache": true}, "expression": "ssl"}, nil)
		}, steps.IDCache, "", phaseCache, []string{"mine_9", "cache"}},
		"ours switched off": {func(m *measures) {
			m.apply(m.engine, steps.IDCache)
			r := m.api.Rules(ownDomain, phaseCache)[0]
			m.must("PATCH", "/zones/"+m.zone+"/rulesets/"+m.ruleset(phaseCache)+"/rules/"+r.ID, object{"enabled": false, "action": r.Action, "expression": r.Expression, "action_parameters": r.ActionParameters}, nil)
		}, steps.IDCache, "", phaseCache, []string{"cache"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMeasures(t)
			c.before(m)
			m.choose(two)
			f := m.look(c.step)
			if c.check != "" {
				k := f.Check(c.check)
				if k.Status != steps.Fail || k.Detail == "" || k.Fix.Title == "" || k.Fix.Text == "" || len(f.Plan()) != len(c.after)-len(m.names(c.phase)) {
					t.Errorf("%+v, %d actions", k, len(f.Plan()))
				}
			}
			if p := m.apply(m.engine, c.step); p != nil {
				t.Errorf("%v", p)
			}
			if got := m.names(c.phase); !slices.Equal(got, c.after) {
				t.Errorf("rules %q, want %q", got, c.after)
			}
			if f := m.look(c.step); c.check == "" && !f.Done() {
				t.Errorf("not done: %s", f.Summary)
			}
		})
	}
}

// TestPaidPlan: the limits are those of the zone's own plan.
func TestPaidPlan(t *testing.T) {
	pro := func(z *sim.Zone) { z.Plan = "pro" }
	m := newMeasures(t, pro)
	m.theirs(phaseOwn, 4, "block")
	m.theirs(phaseCache, 12, "set_cache_settings")
	m.choose(steps.SecurityChoices{Bots: true, Tor: true, MinTLS: true})
	for _, id := range []steps.ID{steps.IDSecurity, steps.IDCache} {
		if p := m.apply(m.engine, id); p != nil {
			t.Errorf("%s: %v", id, p)
		}
		if f := m.look(id); !f.Done() {
			t.Errorf("%s: %s", id, f.Summary)
		}
	}
	if own, cache := m.names(phaseOwn), m.names(phaseCache); len(own) != 6 || len(cache) != 13 {
		t.Errorf("rules %q and %q", own, cache)
	}
	if d := m.look(steps.IDSecurity).Detail.(*steps.SecurityDetail); d.Limit != 20 {
		t.Errorf("%d rules on %s", d.Limit, d.Plan)
	}
}

func (m *measures) ruleset(phase string) string {
	m.t.Helper()
	var rs struct{ ID string }
	m.must("GET", "/zones/"+m.zone+"/rulesets/phases/"+phase+"/entrypoint", nil, &rs)
	return rs.ID
}

// TestUndoThatFailed is not taken for done because nothing is ticked any more.
func TestUndoThatFailed(t *testing.T) {
	m := newMeasures(t)
	m.apply(m.engine, steps.IDCache)
	if err := m.api.Faults().Add(sim.Fault{Kind: sim.ServerError, Method: "DELETE"}); err != nil {
		t.Fatal(err)
	}
	m.ticked.Set([]string{"ptw_k3xq81ab_cache"})
	if p := m.apply(m.undo, steps.IDUndo); p == nil {
		t.Fatal("it did not fail")
	}
	m.ticked.Set(nil)
	done := func() (n int) {
		t.Helper()
		m.undo.Forget()
		if _, err := m.undo.Look(t.Context(), steps.IDUndo); err != nil {
			t.Fatal(err)
		}
		events, err := m.store.Events()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Step == steps.IDUndo && e.Result == steps.Done {
				n++
			}
		}
		return n
	}
	if n := done(); n != 0 || len(m.names(phaseCache)) != 1 {
		t.Errorf("the history says that it was done, and the rules are %q", m.names(phaseCache))
	}
	m.ticked.Set([]string{"ptw_k3xq81ab_cache"})
	if p := m.apply(m.undo, steps.IDUndo); p != nil || len(m.names(phaseCache)) != 0 || m.exists(phaseCache) {
		t.Errorf("once more: %v, rules %q", p, m.names(phaseCache))
	}
	m.ticked.Set(nil)
	if n := done(); n == 0 {
		t.Error("the history does not say that it was done")
	}
}

package steps_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
)

func begun() steps.Settings {
	return steps.Settings{Installation: "k3xq81ab", Agreed: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
}

// confirm says yes to the plan of a step and holds it to two promises: what was
// applied is not proposed again, and applying it once more changes nothing.
func (r *rig) confirm(t *testing.T, id steps.ID, want ...string) {
	t.Helper()
	before := r.look(t, id).Finding
	var ids []string
	for _, a := range before.Plan() {
		ids = append(ids, a.ID)
	}
	if d := cmp.Diff(want, ids); d != "" {
		t.Fatalf("plan of %s: %s", id, d)
	}
	listed := r.undoable()
	if j := r.run(t, id); j.Problem != nil {
		t.Fatalf("%s: %v", id, j.Problem)
	}
	r.undoTold(t, id, before.Plan(), listed)
	after := r.look(t, id).Finding
	for _, a := range after.Actions {
		if slices.Contains(ids, a.ID) {
			t.Errorf("%s: %s was applied and is proposed again", id, a.ID)
		}
	}
	changes := r.w.changes()
	for _, a := range before.Plan() {
		if a.Verb == steps.Look {
			continue
		}
		if _, err := r.step(id).Apply(t.Context(), r.settings(t), a); err != nil && !errors.Is(err, steps.ErrPlanChanged) {
			t.Errorf("%s: %s a second time: %v", id, a.ID, err)
		}
	}
	if d := cmp.Diff(changes, r.w.changes()); d != "" {
		t.Errorf("%s: applying the plan a second time changed something: %s", id, d)
	}
}

func (r *rig) state(t *testing.T, id steps.ID, want steps.State) steps.Finding {
	t.Helper()
	f := r.look(t, id).Finding
	if f.State() != want {
		t.Errorf("%s is %s, not %s: %s", id, f.State(), want, f.Summary)
		for _, c := range f.Checks {
			t.Logf("  %s %s: %s", c.Status, c.Name, c.Detail)
		}
	}
	return f
}

// watched runs the watcher while do runs.
func (r *rig) watched(t *testing.T, do func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); r.Watch(ctx) }()
	do()
	cancel()
	<-ended
}

// until waits, on the bubble's clock, until a step is in a state.
func (r *rig) until(t *testing.T, id steps.ID, want steps.State) {
	t.Helper()
	for range 3600 {
		if seen, ok := r.Last(id); ok && seen.State() == want && !seen.Old {
			return
		}
		time.Sleep(time.Second)
	}
	seen, _ := r.Last(id)
	t.Fatalf("%s stays %s: %s", id, seen.State(), seen.Finding.Summary)
}

// finish walks all nine steps.
func (r *rig) finish(t *testing.T) {
	t.Helper()
	for _, id := range []steps.ID{steps.IDDNS, steps.IDTunnel} {
		r.state(t, id, steps.StateTodo)
	}
	r.state(t, steps.IDAccount, steps.StateAttention) // the token never ends
	r.state(t, steps.IDDNS, steps.StateTodo)
	r.update(t, func(s *steps.Settings) { s.Domain, s.Subdomain = domain, "copper-otter" })
	r.confirm(t, steps.IDDNS, "create-zone", "find-records")
	r.confirm(t, steps.IDDNS, "create-records")
	r.state(t, steps.IDDNS, steps.StateTodo)
	r.update(t, func(s *steps.Settings) { s.Told = time.Now().Round(0) })
	r.state(t, steps.IDDNS, steps.StateWaiting)
	r.w.with(func(w *world) { w.parent = w.zones[0].NameServers })
	r.watched(t, func() { r.until(t, steps.IDDNS, steps.StateDone) })
	r.confirm(t, steps.IDCache, "create-cache-rule")
	r.confirm(t, steps.IDTunnel, "create-tunnel", "install-connector")
	r.state(t, steps.IDTunnel, steps.StateDone)
	r.confirm(t, steps.IDHostname, "set-route", "set-record")
	r.state(t, steps.IDHostname, steps.StateDone)
	r.state(t, steps.IDURL, steps.StateDone)
	r.confirm(t, steps.IDPlex, "set-url")
	r.state(t, steps.IDPlex, steps.StateDone)
	r.state(t, steps.IDSecurity, steps.StateTodo)
	r.update(t, func(s *steps.Settings) {
		s.Security = steps.SecurityChoices{Chosen: true, Countries: []string{"IE", "GB"}, Bots: true, Tor: true, Expression: "ip.src.asnum eq 64496", MinTLS: true, HTTPS: true, Integrity: true, NoRewrite: true}
	})
	r.confirm(t, steps.IDSecurity, "add ptw_k3xq81ab_country", "add ptw_k3xq81ab_bots", "add ptw_k3xq81ab_tor", "add ptw_k3xq81ab_own", "add ptw_k3xq81ab_config", "set min_tls_version", "set always_use_https")
	r.state(t, steps.IDSecurity, steps.StateDone)
	r.state(t, steps.IDNotifications, steps.StateTodo)
	r.update(t, func(s *steps.Settings) {
		s.Alerts = steps.AlertChoices{Chosen: true, Email: "me@example.com", Types: []string{steps.AlertTunnel, "universal_ssl_event_type"}}
	})
	r.confirm(t, steps.IDNotifications, "add tunnel_health_event", "add universal_ssl_event_type")
	r.state(t, steps.IDNotifications, steps.StateDone)
}

func TestTheWholeJourney(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		for _, seen := range r.LookAll(t.Context()) {
			if st := seen.State(); st != steps.StateDone && seen.Info.ID != steps.IDAccount {
				t.Errorf("%s is %s at the end", seen.Info.ID, st)
			}
		}
		if n := r.w.asked("CheckActivation"); n != 1 {
			t.Errorf("Cloudflare was asked %d times to look at the delegation", n)
		}
		open, err := r.store.Intents()
		if err != nil || len(open) != 0 {
			t.Errorf("open intents: %v %v", open, err)
		}
		for _, ev := range r.store.journal() {
			t.Log(ev)
		}
		// Every change of the world has its row in the history.
		if changes, rows := len(r.w.changes()), len(r.store.journal()); changes != rows {
			t.Errorf("%d changes and %d rows of history", changes, rows)
		}
	})
}

// A step that nobody has begun says after which other it comes.
func TestStepsThatCannotBeginYet(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.w.with(func(w *world) { w.tokenErr = steps.ErrNoToken })
		for _, seen := range r.LookAll(t.Context()) {
			f := seen.Finding
			if seen.Info.ID != steps.IDAccount && (f.Blocked == "" || seen.State() != steps.StateTodo) {
				t.Errorf("%s: blocked %q, %s", seen.Info.ID, f.Blocked, seen.State())
			}
			for _, complaint := range steps.Sound(f) {
				t.Errorf("%s: %s", seen.Info.ID, complaint)
			}
		}
	})
}

// Each row spoils a finished world in one way. The step must notice, propose
// its repair, and be content afterwards.
func TestDriftIsRepaired(t *testing.T) {
	rules := func(w *world, phase string, change func(rs []steps.Rule) []steps.Rule) {
		set := w.phases[phase]
		set.Rules = change(slices.Clone(set.Rules))
		w.phases[phase] = set
	}
	theirs := steps.Rule{ID: "theirs", Description: "mine", Expression: "true", Action: "set_cache_settings", Enabled: true}
	ingress := func(w *world, change func(rs []steps.IngressRule) []steps.IngressRule) {
		in := w.ingress["tunnel-7"]
		for id := range w.ingress {
			in = w.ingress[id]
			in.Rules = change(slices.Clone(in.Rules))
			in.Version++
			w.ingress[id] = in
		}
	}
	record := func(w *world, change func(r *steps.CloudRecord)) {
		for zone := range w.records {
			for i := range w.records[zone] {
				if w.records[zone][i].Name == host {
					change(&w.records[zone][i])
				}
			}
		}
	}
	tests := []struct {
		name  string
		spoil func(r *rig, w *world)
		step  steps.ID
		state steps.State // before the repair
		plan  []string
		after steps.State
	}{
		{"cache rule removed", func(_ *rig, w *world) {
			rules(w, steps.PhaseCache, func([]steps.Rule) []steps.Rule { return nil })
		}, steps.IDCache, steps.StateTodo, []string{"create-cache-rule"}, steps.StateDone},
		{"cache rule switched off", func(_ *rig, w *world) {
			rules(w, steps.PhaseCache, func(rs []steps.Rule) []steps.Rule { rs[0].Enabled = false; return rs })
		}, steps.IDCache, steps.StateTodo, []string{"change-cache-rule"}, steps.StateDone},
		{"a later rule has the last word", func(_ *rig, w *world) {
			rules(w, steps.PhaseCache, func(rs []steps.Rule) []steps.Rule { return append(rs, theirs) })
		}, steps.IDCache, steps.StateTodo, []string{"change-cache-rule"}, steps.StateDone},
		{"another name was chosen", func(r *rig, _ *world) {}, steps.IDCache, steps.StateTodo, []string{"change-cache-rule"}, steps.StateDone},
		{"connector uninstalled", func(_ *rig, w *world) { w.local = steps.LocalConnector{} }, steps.IDTunnel, steps.StateTodo, []string{"install-connector"}, steps.StateDone},
		{"tunnel and connector gone", func(_ *rig, w *world) {
			w.local, w.tunnels = steps.LocalConnector{}, nil
		}, steps.IDTunnel, steps.StateTodo, []string{"create-tunnel", "install-connector"}, steps.StateDone},
		{"route removed", func(_ *rig, w *world) {
			ingress(w, func([]steps.IngressRule) []steps.IngressRule {
				return []steps.IngressRule{{Service: "http_status:404"}}
			})
		}, steps.IDHostname, steps.StateTodo, []string{"set-route"}, steps.StateDone},
		{"route leads elsewhere", func(_ *rig, w *world) {
			ingress(w, func(rs []steps.IngressRule) []steps.IngressRule { rs[0].Service = "http://192.168.1.9:80"; return rs })
		}, steps.IDHostname, steps.StateTodo, []string{"set-route"}, steps.StateDone},
		{"a wildcard stands before the route", func(_ *rig, w *world) {
			ingress(w, func(rs []steps.IngressRule) []steps.IngressRule {
				return slices.Insert(rs, 0, steps.IngressRule{Host: "*.example.com", Service: "http://192.168.1.9:80"})
			})
		}, steps.IDHostname, steps.StateTodo, []string{"set-route"}, steps.StateDone},
		{"record removed", func(_ *rig, w *world) {
			for zone := range w.records {
				w.records[zone] = slices.DeleteFunc(w.records[zone], func(r steps.CloudRecord) bool { return r.Name == host })
			}
		}, steps.IDHostname, steps.StateTodo, []string{"set-record"}, steps.StateDone},
		{"record not proxied any more", func(_ *rig, w *world) {
			record(w, func(r *steps.CloudRecord) { r.Proxied = false })
		}, steps.IDHostname, steps.StateTodo, []string{"set-record"}, steps.StateDone},
		{"our record leads elsewhere", func(_ *rig, w *world) {
			record(w, func(r *steps.CloudRecord) { r.Type, r.Content = "A", "192.0.2.1" })
		}, steps.IDHostname, steps.StateTodo, []string{"set-record"}, steps.StateDone},
		{"Plex lets the tunnel in without a sign-in", func(_ *rig, w *world) { w.prefs["allowedNetworks"] = "10.0.0.0/8,127.0.0.1/32" }, steps.IDHostname, steps.StateProblem, []string{"clear-allowed"}, steps.StateDone},
		{"Plex has the address without the port", func(_ *rig, w *world) { w.prefs["customConnections"] = "https://" + host }, steps.IDPlex, steps.StateTodo, []string{"set-url"}, steps.StateDone},
		{"Plex has lost the address", func(_ *rig, w *world) { w.prefs["customConnections"] = "" }, steps.IDPlex, steps.StateTodo, []string{"set-url"}, steps.StateDone},
		{"Relay and Remote Access are to be off", func(r *rig, _ *world) {}, steps.IDPlex, steps.StateTodo, []string{"remote-off", "relay-off"}, steps.StateDone},
		{"a security rule was changed and one removed", func(_ *rig, w *world) {
			rules(w, steps.PhaseCustom, func(rs []steps.Rule) []steps.Rule { rs[0].Expression = "true"; return rs[:3] })
		}, steps.IDSecurity, steps.StateTodo, []string{"change ptw_k3xq81ab_country", "add ptw_k3xq81ab_own"}, steps.StateDone},
		{"HTTPS is off again", func(_ *rig, w *world) { w.settings["always_use_https"] = "off" }, steps.IDSecurity, steps.StateTodo, []string{"set always_use_https"}, steps.StateDone},
		{"fewer rules are wanted", func(r *rig, _ *world) {}, steps.IDSecurity, steps.StateTodo, []string{"remove ptw_k3xq81ab_country", "remove ptw_k3xq81ab_bots", "remove ptw_k3xq81ab_tor", "remove ptw_k3xq81ab_own", "remove ptw_k3xq81ab_config", "unset min_tls_version", "unset always_use_https"}, steps.StateDone},
		{"the alert was removed", func(_ *rig, w *world) { w.policies = w.policies[1:] }, steps.IDNotifications, steps.StateTodo, []string{"add tunnel_health_event"}, steps.StateDone},
		{"the alert was switched off", func(_ *rig, w *world) { w.policies[0].Enabled = false }, steps.IDNotifications, steps.StateTodo, []string{"change tunnel_health_event"}, steps.StateDone},
		{"another address, and one alert less", func(r *rig, _ *world) {}, steps.IDNotifications, steps.StateTodo, []string{"change tunnel_health_event", "remove universal_ssl_event_type"}, steps.StateDone},
		{"a mail record was changed at Cloudflare", func(_ *rig, w *world) {
			for zone := range w.records {
				for i := range w.records[zone] {
					if w.records[zone][i].Type == "MX" {
						w.records[zone][i].Content = "20 mail.example.com."
					}
				}
			}
		}, steps.IDDNS, steps.StateTodo, []string{"change-records"}, steps.StateDone},
	}
	chosen := map[string]func(s *steps.Settings){
		"another name was chosen":               func(s *steps.Settings) { s.Subdomain = "iron-heron" },
		"Relay and Remote Access are to be off": func(s *steps.Settings) { s.Plex.RelayOff, s.Plex.RemoteAccessOff = true, true },
		"fewer rules are wanted":                func(s *steps.Settings) { s.Security = steps.SecurityChoices{Chosen: true} },
		"another address, and one alert less": func(s *steps.Settings) {
			s.Alerts.Email, s.Alerts.Types = "you@example.com", []string{steps.AlertTunnel}
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.finish(t)
				r.w.with(func(w *world) { tt.spoil(r, w) })
				if change, ok := chosen[tt.name]; ok {
					r.update(t, change)
				}
				r.state(t, tt.step, tt.state)
				r.confirm(t, tt.step, tt.plan...)
				r.state(t, tt.step, tt.after)
			})
		})
	}
}

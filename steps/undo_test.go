package steps_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// undoing gives a second engine in the same world, as the program has one.
func (r *rig) undoing(ticked *[]string) *rig {
	c := cloud{r.w}
	u := &rig{w: r.w, store: r.store, skew: r.skew, steps: []steps.Step{&steps.Undo{
		Alerts: c, Rules: c, Access: c, Zone: c, Plex: plexServer{r.w}, Records: c, Tunnels: c, Host: box{r.w}, Wanted: func() []string { return *ticked }, Now: r.now,
	}}}
	u.Engine = steps.New(steps.Config{Steps: u.steps, Store: r.store, Log: quiet(), Now: r.now})
	return u
}

func (r *rig) made(t *testing.T) []steps.Belonging {
	t.Helper()
	r.Forget()
	seen, err := r.Look(t.Context(), steps.IDUndo)
	if err != nil || seen.Problem != nil {
		t.Fatal(err, seen.Problem)
	}
	return seen.Finding.Detail.(*steps.UndoDetail).Made
}

func ids(all []steps.Belonging) (out []string) {
	for _, b := range all {
		out = append(out, b.ID)
	}
	return out
}

func TestUndoTakesAwayWhatTheWizardMadeAndNothingElse(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		r.update(t, func(s *steps.Settings) { s.Plex.RelayOff, s.Plex.RemoteAccessOff = true, true })
		r.confirm(t, steps.IDPlex, "remote-off", "relay-off")
		theirs := steps.Rule{ID: "r-theirs", Ref: "abc", Description: "mine", Expression: "true", Action: "block", Enabled: true}
		other := steps.CloudRecord{ID: "d-theirs", Record: zone.Record{Name: host + ".x", Type: "A", Content: "192.0.2.1"}, Comment: "mine"}
		r.w.with(func(w *world) {
			for phase, set := range w.phases {
				set.Rules = append([]steps.Rule{theirs}, set.Rules...)
				w.phases[phase] = set
			}
			w.records[w.zones[0].ID] = append(w.records[w.zones[0].ID], other)
			w.policies = append(w.policies, steps.AlertPolicy{ID: "p-theirs", Name: "mine", Type: steps.AlertTunnel})
			w.prefs["customConnections"] += ",https://vpn.example.net:443"
		})
		var ticked []string
		u := r.undoing(&ticked)
		defer u.close(t)
		made := u.made(t)
		history, err := r.Events()
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range made {
			if at := b.MadeAt(history); at.IsZero() || at.After(r.now()) {
				t.Errorf("%s was made at %s", b.ID, at)
			}
			if at := b.MadeAt(nil); !at.IsZero() {
				t.Errorf("%s was made at %s, which nothing tells", b.ID, at)
			}
		}
		want := []string{
			"alert-tunnel_health_event", "alert-universal_ssl_event_type",
			"ptw_k3xq81ab_country", "ptw_k3xq81ab_bots", "ptw_k3xq81ab_tor", "ptw_k3xq81ab_own", "ptw_k3xq81ab_config", "setting-min_tls_version", "setting-always_use_https",
			"plex-url", "plex-PublishServerOnPlexOnlineKey", "plex-RelayEnabled", "record", "route", "connector", "tunnel", "ptw_k3xq81ab_cache",
		}
		if d := cmp.Diff(want, ids(made)); d != "" {
			t.Fatal(d)
		}
		for _, b := range made {
			if !b.Suggest || b.State != steps.Pass || b.What == "" || b.Detail == "" {
				t.Errorf("%+v", b)
			}
		}
		ticked = ids(made)
		if j := u.run(t, steps.IDUndo); j.Problem != nil {
			t.Fatalf("%v %+v", j.Problem, j.Items)
		}
		if left := u.made(t); len(left) != 0 {
			t.Errorf("left: %v", ids(left))
		}
		r.w.with(func(w *world) {
			for phase, set := range w.phases {
				if len(set.Rules) != 1 || set.Rules[0].ID != "r-theirs" {
					t.Errorf("%s: %v", phase, set.Rules)
				}
			}
			recs := w.records[w.zones[0].ID]
			if len(recs) != 5 || recs[4].ID != "d-theirs" {
				t.Errorf("records: %v", recs)
			}
			if len(w.policies) != 1 || w.policies[0].ID != "p-theirs" {
				t.Errorf("policies: %v", w.policies)
			}
			if len(w.tunnels) != 0 || w.local.Installed || len(w.zones) != 1 {
				t.Errorf("tunnels %v, connector %v, zones %d", w.tunnels, w.local, len(w.zones))
			}
			if got := w.prefs["customConnections"]; got != "http://192.168.1.2:32400,https://vpn.example.net:443" {
				t.Errorf("Plex's addresses: %s", got)
			}
			if w.settings["min_tls_version"] == "1.2" || w.settings["always_use_https"] == "on" {
				t.Errorf("settings of the domain: %v", w.settings)
			}
			if w.prefs["RelayEnabled"] != "1" || w.prefs["PublishServerOnPlexOnlineKey"] != "1" {
				t.Errorf("Plex's settings: %v", w.prefs)
			}
		})
		s := r.settings(t)
		if s.TunnelID != "" || s.PlexID != "" || s.Security.Bots || s.Alerts.Chosen || len(s.Plex.Before) != 0 || s.Plex.RelayOff || s.Plex.RemoteAccessOff {
			t.Errorf("settings: %+v", s)
		}
		// The journey can be walked again.
		for _, id := range []steps.ID{steps.IDCache, steps.IDTunnel} {
			r.state(t, id, steps.StateTodo)
		}
		if f := r.look(t, steps.IDHostname).Finding; f.Blocked != "After step 4" {
			t.Errorf("step 5: %q", f.Blocked)
		}
	})
}

// A rule that was switched off in step 8, and not yet removed, was changed by nobody.
func TestUndoOfARuleThatIsSwitchedOff(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		r.update(t, func(s *steps.Settings) { s.Security.Tor = false })
		u := r.undoing(new([]string))
		defer u.close(t)
		made := u.made(t)
		i := slices.IndexFunc(made, func(b steps.Belonging) bool { return b.ID == "ptw_k3xq81ab_tor" })
		if i < 0 || made[i].State != steps.Pass || !made[i].Suggest {
			t.Errorf("%+v", made)
		}
	})
}

func TestUndoLeavesWhatWasNotTicked(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		ticked := []string{"ptw_k3xq81ab_bots", "nonsense"}
		u := r.undoing(&ticked)
		defer u.close(t)
		before := r.w.summary()
		if j := u.run(t, steps.IDUndo); j.Problem != nil || len(j.Items) != 1 {
			t.Fatalf("%+v", j)
		}
		before[steps.PhaseCustom]--
		if d := cmp.Diff(before, r.w.summary()); d != "" {
			t.Error(d)
		}
		r.state(t, steps.IDSecurity, steps.StateDone) // it is not offered again as missing
	})
}

// Each caveat keeps something from being ticked at first.
func TestUndoCaveats(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(w *world)
		id    string
		word  string
	}{
		{"somebody changed our rule", func(w *world) {
			set := w.phases[steps.PhaseCache]
			set.Rules = slices.Clone(set.Rules)
			set.Rules[0].Expression = "true"
			w.phases[steps.PhaseCache] = set
		}, "ptw_k3xq81ab_cache", "Differs from what you chose"},
		{"the tunnel serves another host too", func(w *world) {
			for id, in := range w.ingress {
				in.Rules = append([]steps.IngressRule{{Host: "nas.example.com", Service: "http://nas"}}, in.Rules...)
				w.ingress[id] = in
			}
		}, "tunnel", "Also serves 1 route of yours"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.finish(t)
				r.w.with(tt.spoil)
				u := r.undoing(new([]string))
				defer u.close(t)
				made := u.made(t)
				i := slices.IndexFunc(made, func(b steps.Belonging) bool { return b.ID == tt.id })
				if i < 0 || made[i].Suggest || made[i].State != steps.Warn || made[i].Word != tt.word {
					t.Errorf("%+v", made)
				}
			})
		})
	}
}

// An adopted tunnel is not ours to delete, and the list of networks without
// sign-in is not restored by default.
func TestUndoOfWhatWasAdoptedAndOfAHole(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.w.with(func(w *world) {
			w.tunnels = append(w.tunnels, steps.CloudTunnel{ID: "theirs", Name: "attic", Remote: true, Created: time.Now().Add(-time.Hour)})
			w.prefs["allowedNetworks"] = "127.0.0.1/32"
		})
		r.update(t, func(s *steps.Settings) { s.TunnelAdopt = true })
		r.confirm(t, steps.IDTunnel, "use-tunnel", "install-connector")
		r.confirm(t, steps.IDHostname, "clear-allowed")
		u := r.undoing(new([]string))
		defer u.close(t)
		made := u.made(t)
		if d := cmp.Diff([]string{"plex-allowedNetworks", "connector"}, ids(made)); d != "" {
			t.Error(d)
		}
		if made[0].Suggest || made[0].Word != "Lets strangers in" {
			t.Errorf("%+v", made[0])
		}
	})
}

// The connector can be taken away although its tunnel is gone.
func TestUndoOfAConnectorWhoseTunnelIsGone(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		r.w.with(func(w *world) { w.tunnels = nil })
		if f := r.state(t, steps.IDTunnel, steps.StateProblem); f.Check("service").Fix.Link.URL != "/undo" {
			t.Errorf("%+v", f.Check("service"))
		}
		ticked := []string{"connector"}
		u := r.undoing(&ticked)
		defer u.close(t)
		if j := u.run(t, steps.IDUndo); j.Problem != nil || len(j.Items) != 1 {
			t.Fatalf("%+v", j)
		}
		r.confirm(t, steps.IDTunnel, "create-tunnel", "install-connector")
	})
}

func TestAnUndoWhoseAnswerIsLost(t *testing.T) {
	for _, tt := range []struct{ call, id string }{
		{"DeleteAlertPolicy", "alert-tunnel_health_event"}, {"DeleteRule", "ptw_k3xq81ab_bots"}, {"DeleteRecord", "record"}, {"SaveIngress", "route"}, {"Uninstall", "connector"}, {"DeleteTunnel", "tunnel"}, {"SetPrefs", "plex-url"},
	} {
		t.Run(tt.call, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.finish(t)
				ticked := []string{tt.id}
				if tt.id == "tunnel" {
					ticked = append(ticked, "connector")
				}
				u := r.undoing(&ticked)
				defer u.close(t)
				had := r.w.asked(tt.call)
				r.w.fail(tt.call, fault{kind: "lost"})
				if j := u.run(t, steps.IDUndo); j.Problem != nil {
					t.Fatalf("%v", j.Problem)
				}
				if n := r.w.asked(tt.call) - had; n != 1 {
					t.Errorf("asked %d times", n)
				}
				s := r.settings(t)
				if tt.id == "tunnel" && s.TunnelID != "" || tt.id == "route" && s.PlexID != "" || tt.id == "ptw_k3xq81ab_bots" && s.Security.Bots {
					t.Errorf("not remembered: %+v", s)
				}
			})
		})
	}
}

// Without a key, or while Plex is stopped, what the wizard changed in Plex is listed
// as it is remembered, also after the route is gone, and can be had once Plex opens.
func TestUndoOfPlexThatCannotBeHadYet(t *testing.T) {
	for word, shut := range map[string]struct{ shut, open func(*world) }{
		"Sign in first":    {func(w *world) { w.noToken = true }, func(w *world) { w.noToken = false }},
		"Start Plex first": {func(w *world) { w.plex.State = "stopped" }, func(w *world) { w.plex.State = "ok" }},
	} {
		t.Run(word, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.finish(t)
				r.update(t, func(s *steps.Settings) { s.Plex.RelayOff, s.Plex.RemoteAccessOff = true, true })
				r.confirm(t, steps.IDPlex, "remote-off", "relay-off")
				ticked := []string{"route"}
				u := r.undoing(&ticked)
				defer u.close(t)
				r.w.with(shut.shut)
				ours := []string{"plex-url", "plex-PublishServerOnPlexOnlineKey", "plex-RelayEnabled"}
				for range 2 { // before the route is gone, and after
					made := u.made(t)
					var later []string
					for _, b := range made {
						if b.Later {
							later = append(later, b.ID)
							if b.Suggest || b.Word != word || b.State != steps.Warn || b.Detail == "" {
								t.Errorf("%+v", b)
							}
						}
					}
					if d := cmp.Diff(ours, later); d != "" {
						t.Fatal(d)
					}
					way := u.look(t, steps.IDUndo).Finding.Detail.(*steps.UndoDetail).Plex
					if !way.Shut() || way.SignIn != (word == "Sign in first") {
						t.Errorf("%+v", way)
					}
					if ticked[0] == "route" {
						if j := u.run(t, steps.IDUndo); j.Problem != nil || len(j.Items) != 1 {
							t.Fatalf("%+v", j)
						}
						if s := r.settings(t); s.PlexID != "" {
							t.Fatal("the route is still there")
						}
						ticked = ours // nothing of it comes into the plan yet
						if plan := u.look(t, steps.IDUndo).Finding.Plan(); len(plan) != 0 {
							t.Fatalf("%+v", plan)
						}
					}
				}
				r.w.with(shut.open)
				if j := u.run(t, steps.IDUndo); j.Problem != nil || len(j.Items) != len(ours) {
					t.Fatalf("%+v", j)
				}
				r.w.with(func(w *world) {
					if w.prefs["customConnections"] != "http://192.168.1.2:32400" || w.prefs["RelayEnabled"] != "1" || w.prefs["PublishServerOnPlexOnlineKey"] != "1" {
						t.Errorf("%v", w.prefs)
					}
				})
				r.w.with(shut.shut) // and nothing is said of Plex any more
				if way := u.look(t, steps.IDUndo).Finding.Detail.(*steps.UndoDetail).Plex; way.Shut() {
					t.Errorf("%+v", way)
				}
			})
		})
	}
}

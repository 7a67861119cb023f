package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim"
	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

// drift is something that changes behind the wizard's back, long after the first run.
type drift struct {
	name   string
	change func()
	step   steps.ID
	states []string // that the home page may give the step
	says   string   // the page of the step
	plan   bool     // the repair is a plan; else it is told in words
	repair func()   // what the person does elsewhere; nil when the plan is the repair
}

// outdate makes the connector that runs one of an older release.
func (o *pretend) outdate(t *testing.T, in *wired) {
	t.Helper()
	if err := in.connector.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	l, err := in.connector.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	older := l.Path + "-older"
	script := "#!/bin/sh\nSTANDIN_VERSION=2026.7.1 exec '" + older + "' \"$@\"\n"
	if err := errors.Join(os.Rename(l.Path, older), os.WriteFile(l.Path, []byte(script), 0o755), in.connector.Start(t.Context())); err != nil {
		t.Fatal(err)
	}
	until(t, "the older one has joined", func() bool {
		at := o.Edge.Connectors(l.TunnelID)
		now, err := in.connector.Status(t.Context())
		return err == nil && len(at) == 1 && at[0].Version == "2026.7.1" && now.ID == at[0].ID && now.Ready > 1
	})
}

// missing is what the home page and the page of the step do not say of a drift.
func (g *guest) missing(d drift) string {
	g.t.Helper()
	g.in.engine.Forget()
	g.get("/")
	now := g.Page().States()[string(d.step)]
	if !slices.Contains(d.states, now) {
		return "at home it is " + now
	}
	// First comes what is worst: a later step may fail because of this one.
	if first := g.text(".panel--next"); !strings.Contains(first, "Problem: step ") && !strings.Contains(first, "Next: step ") && now != "waiting" {
		return "home begins with " + first
	}
	g.get("/steps/" + string(d.step))
	text := g.text("main")
	if !strings.Contains(text, d.says) {
		return "the page does not say " + d.says + ":\n" + text
	}
	if has := g.Page().Has(`form[action="/steps/` + string(d.step) + `/apply"]`); has != d.plan {
		return fmt.Sprintf("a plan: %v, want %v:\n%s", has, d.plan, text)
	}
	return ""
}

// TestDrift: each is seen on the home page, told on the step's own, and repaired by a
// plan where the wizard can. Looking repairs nothing.
func TestDrift(t *testing.T) {
	long(t)
	o := lived(t)
	in := o.start(t, t.TempDir())
	w := o.sit(t, in)
	w.walk("/summary")
	w.allDone()
	set, err := in.engine.Settings()
	if err != nil {
		t.Fatal(err)
	}
	zone := "/zones/" + set.ZoneID
	record := func() string {
		all, _, _, _ := o.Cloudflare.ZoneRecords(sim.DemoDomain)
		i := slices.IndexFunc(all, func(r cloudflare.Record) bool { return r.Name == set.Host() })
		return zone + "/dns_records/" + all[i].ID
	}
	rules := func(phase, ref string) (path string, r cloudflare.Rule) {
		all := o.Cloudflare.Rules(sim.DemoDomain, phase)
		i := slices.IndexFunc(all, func(r cloudflare.Rule) bool { return r.Ref == set.Ref(ref) })
		var rs struct{ ID string }
		if err := json.Unmarshal(o.dashboard("GET", zone+"/rulesets/phases/"+phase+"/entrypoint", nil), &rs); err != nil {
			t.Fatal(err)
		}
		return zone + "/rulesets/" + rs.ID + "/rules/" + all[i].ID, all[i]
	}
	token := func(ends time.Time) {
		o.Cloudflare.SeedToken(cloudflare.Token{Value: sim.DemoToken, Name: "Plex Tunnel Wizard", Permissions: cloudflare.AllPermissions(), ExpiresOn: ends})
	}
	_, pair, _, _ := o.Cloudflare.ZoneRecords(sim.DemoDomain)
	planned := []string{"next", "todo", "problem"}
	for _, d := range []drift{
		{"the record leads elsewhere", func() { o.dashboard("PATCH", record(), object{"content": "elsewhere.example.net"}) }, steps.IDHostname, planned, "elsewhere.example.net", true, nil},
		{"the record is deleted", func() { o.dashboard("DELETE", record(), nil) }, steps.IDHostname, planned, "DNS record", true, nil},
		{"a security rule is switched off", func() {
			path, r := rules("http_request_firewall_custom", "country")
			o.dashboard("PATCH", path, object{"enabled": false, "action": r.Action, "expression": r.Expression})
		}, steps.IDSecurity, planned, "Change the rule", true, nil},
		{"the minimum of TLS is lowered", func() { o.dashboard("PATCH", zone+"/settings/min_tls_version", object{"value": "1.0"}) }, steps.IDSecurity, planned, "Minimum TLS 1.2", true, nil},
		{"Bot Fight Mode is on", func() { o.dashboard("PUT", zone+"/bot_management", object{"fight_mode": true}) }, steps.IDSecurity, planned, "Turn “Bot Fight Mode” off", true, nil},
		{"Under Attack mode is on", func() { o.dashboard("PATCH", zone+"/settings/security_level", object{"value": "under_attack"}) }, steps.IDSecurity, planned, "Turn it off", false, func() { o.dashboard("PATCH", zone+"/settings/security_level", object{"value": "medium"}) }},
		{"the notification is deleted", func() {
			var all []struct{ ID, Name string }
			if err := json.Unmarshal(o.dashboard("GET", "/accounts/"+set.AccountID+"/alerting/v3/policies", nil), &all); err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(all, func(p struct{ ID, Name string }) bool { return strings.HasPrefix(p.Name, set.Marker()) })
			o.dashboard("DELETE", "/accounts/"+set.AccountID+"/alerting/v3/policies/"+all[i].ID, nil)
		}, steps.IDNotifications, planned, "Create a notification", true, nil},
		{"the route is gone", func() {
			o.dashboard("PUT", "/accounts/"+set.AccountID+"/cfd_tunnel/"+set.TunnelID+"/configurations", object{"config": object{"ingress": []object{{"service": "http_status:404"}}}})
		}, steps.IDHostname, planned, set.Host(), true, nil},
		{"Plex has lost its address", func() {
			if err := o.Plex.SetPreferences(map[string]string{"customConnections": ""}); err != nil {
				t.Fatal(err)
			}
		}, steps.IDPlex, planned, "https://" + set.Host() + ":443", true, nil},
		{"the token has ended", func() { token(time.Now().Add(-time.Minute)) }, steps.IDAccount, planned, "Make a new token", false, func() { token(demoEnd()) }},
		{"the domain has moved away", func() {
			if err := o.DNS.SetDelegation(sim.DemoDomain, []string{"ns1.elsewhere.example", "ns2.elsewhere.example"}); err != nil {
				t.Fatal(err)
			}
		}, steps.IDDNS, []string{"problem", "waiting", "next"}, pair[0], false, func() {
			if err := o.DNS.SetDelegation(sim.DemoDomain, pair); err != nil {
				t.Fatal(err)
			}
		}},
		{"the connector is outdated", func() { o.outdate(t, in) }, steps.IDTunnel, planned, "Update the connector", true, nil},
		{"the tunnel is down", func() { o.Edge.RefuseConnections(true); o.Edge.DropConnections(set.TunnelID) }, steps.IDTunnel, []string{"problem", "waiting"}, "", false, func() { o.Edge.RefuseConnections(false) }},
		// The last, because Cloudflare’s figures tell for a day what met the cache meanwhile.
		{"the cache rule is deleted", func() { path, _ := rules("http_request_cache_settings", "cache"); o.dashboard("DELETE", path, nil) }, steps.IDCache, planned, "Create a cache rule", true, nil},
	} {
		t.Run(d.name, func(t *testing.T) {
			w.t = t
			in.watch(false)
			d.change()
			writes := o.Writes()
			// A look may come in the middle of the change, and see something else wrong.
			var wrong string
			defer func() {
				if t.Failed() {
					t.Log(wrong)
				}
			}()
			until(t, "home shows it, and its page says it", func() bool {
				wrong = w.missing(d)
				return wrong == ""
			})
			if after := o.Writes(); after != writes {
				t.Errorf("looking changed %d things", after-writes)
			}
			if d.plan {
				w.confirm(d.step)
			}
			if d.repair != nil {
				d.repair()
			}
			in.watch(true)
			var but []remark
			if d.step == steps.IDCache {
				but = []remark{{steps.IDCache, "went through Cloudflare’s cache"}}
			}
			w.allDone(but...)
		})
	}
}

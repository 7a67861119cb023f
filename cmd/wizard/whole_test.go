package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/sim"
	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

// lived makes a world in which the person has been at Cloudflare for long: the
// domain is active there, with rules, a tunnel and a notification of their own.
func lived(t *testing.T) *pretend {
	t.Helper()
	o := newPretend(t)
	account := o.account()
	zone := o.Cloudflare.SeedZone(cloudflare.Zone{Name: sim.DemoDomain, Account: account, Status: "active"})
	_, pair, _, _ := o.Cloudflare.ZoneRecords(sim.DemoDomain)
	if err := o.DNS.SetDelegation(sim.DemoDomain, pair); err != nil {
		t.Fatal(err)
	}
	o.Cloudflare.SeedToken(cloudflare.Token{Value: sim.DemoToken, Name: "Plex Tunnel Wizard", Permissions: cloudflare.AllPermissions(), ExpiresOn: demoEnd()})
	o.rules(zone, "http_request_firewall_custom", rule{"Mine, in front", `http.request.uri.path eq "/old"`, "block", true}, rule{"Mine, off", `ip.src.country eq "T1"`, "block", false})
	o.dashboard("POST", "/accounts/"+account+"/cfd_tunnel", object{"name": "git", "config_src": "cloudflare"})
	o.dashboard("POST", "/accounts/"+account+"/alerting/v3/policies", object{
		"name": "Mine", "alert_type": "dos_attack_l7", "enabled": true, "mechanisms": object{"email": []object{{"id": sim.DemoEmail}}},
	})
	o.dashboard("POST", "/zones/"+zone+"/dns_records", object{"type": "A", "name": "intranet", "content": "192.0.2.9", "ttl": 1, "proxied": true})
	return o
}

type object = map[string]any

// rule is a rule of the person's own.
type rule struct {
	name, expression, action string
	on                       bool
}

func (o *pretend) dashboard(method, path string, body any) json.RawMessage {
	o.t.Helper()
	raw, err := o.Cloudflare.Dashboard(method, path, body)
	if err != nil {
		o.t.Fatal(err)
	}
	return raw
}

// account is the id of the only account.
func (o *pretend) account() string {
	o.t.Helper()
	var all []struct{ ID string }
	if err := json.Unmarshal(o.dashboard("GET", "/accounts", nil), &all); err != nil || len(all) != 1 {
		o.t.Fatal(all, err)
	}
	return all[0].ID
}

// rules replaces the rules of a phase.
func (o *pretend) rules(zone, phase string, all ...rule) {
	o.t.Helper()
	var list []object
	for i, r := range all {
		one := object{"ref": fmt.Sprintf("mine_%d", i), "description": r.name, "expression": r.expression, "action": r.action, "enabled": r.on}
		if r.action == "set_cache_settings" {
			one["action_parameters"] = object{"cache": true}
		}
		list = append(list, one)
	}
	o.dashboard("PUT", "/zones/"+zone+"/rulesets/phases/"+phase+"/entrypoint", object{"rules": list})
}

// whole is everything that the world holds, by place, without the marks of time:
// versions, dates, and what was deleted long ago.
func (o *pretend) whole() map[string]any {
	o.t.Helper()
	out := map[string]any{}
	for name, snapshot := range map[string]func() ([]byte, error){"Cloudflare": o.Cloudflare.Snapshot, "Plex": o.Plex.Snapshot} {
		b, err := snapshot()
		if err != nil {
			o.t.Fatal(err)
		}
		var tree any
		if err := json.Unmarshal(b, &tree); err != nil {
			o.t.Fatal(err)
		}
		flatten(out, name, prune(tree))
	}
	// Settings are compared as they work: one that was set back is as it was.
	for _, z := range o.zones() {
		var all []struct {
			ID    string
			Value any
		}
		if err := json.Unmarshal(o.dashboard("GET", "/zones/"+z+"/settings", nil), &all); err != nil {
			o.t.Fatal(err)
		}
		for _, s := range all {
			out["setting "+s.ID] = fmt.Sprint(s.Value)
		}
	}
	records, _, _, _ := o.Cloudflare.ZoneRecords(sim.DemoDomain)
	for _, r := range records {
		out["record "+r.Name+" "+r.Type+" "+r.Content] = fmt.Sprint(r.TTL, r.Proxied, r.Comment)
	}
	out["connectors"] = 0
	for _, id := range o.Cloudflare.TunnelIDs() {
		out["connectors"] = out["connectors"].(int) + len(o.Edge.Connectors(id))
	}
	var lines []string
	for _, c := range o.PlexTV.Connections(o.Plex.MachineIdentifier()) {
		lines = append(lines, fmt.Sprintf("%+v", c))
	}
	slices.Sort(lines)
	out["plex.tv"] = lines
	return out
}

func (o *pretend) zones() (ids []string) {
	o.t.Helper()
	var all []struct{ ID string }
	if err := json.Unmarshal(o.dashboard("GET", "/zones", nil), &all); err != nil {
		o.t.Fatal(err)
	}
	for _, z := range all {
		ids = append(ids, z.ID)
	}
	return ids
}

// prune takes out what tells only when or how often something was done.
func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if d, ok := v["deleted"].(string); ok && d != "" && !strings.HasPrefix(d, "0001") {
			return nil
		}
		out := map[string]any{}
		for key, inner := range v {
			switch key {
			case "modified", "last_updated", "version", "updated", "settings", "checked", "activation", "records", "scan":
				continue
			}
			if p := prune(inner); p != nil {
				out[key] = p
			}
		}
		return out
	case []any:
		var out []any
		for _, inner := range v {
			if p := prune(inner); p != nil {
				out = append(out, p)
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	}
	return v
}

func flatten(out map[string]any, at string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			flatten(out, at+"."+key, inner)
		}
	case []any:
		for i, inner := range v {
			flatten(out, fmt.Sprintf("%s[%d]", at, i), inner)
		}
	default:
		out[at] = v
	}
}

// TestUndoEverything walks through all nine steps with everything switched on,
// takes everything away again, and compares the whole world with how it was.
func TestUndoEverything(t *testing.T) {
	long(t)
	o := lived(t)
	account := o.account()
	o.dashboard("POST", "/accounts/"+account+"/access/organizations", object{"name": "Robin", "auth_domain": "robin"})
	before := o.whole()
	in := o.start(t, t.TempDir())
	w := o.sit(t, in)
	w.walk("/summary")
	w.allDone()
	w.everything()
	set, err := in.engine.Settings()
	if err != nil {
		t.Fatal(err)
	}
	if apps := o.Cloudflare.AccessApps(set.BrowserHost()); len(apps) != 1 || len(o.Cloudflare.AccessApps(set.Host())) != 0 {
		t.Errorf("sign-in pages: %+v", apps)
	}
	t.Run("terraform", func(t *testing.T) {
		w.t = t
		w.get("/summary.tf")
		text := w.Page().Text()
		for _, want := range []string{set.TunnelID, set.ZoneID, "cloudflare_zero_trust_access_application", "cloudflare_ruleset", "Mine, in front"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in\n%s", want, text)
			}
		}
		for _, never := range []string{sim.DemoToken, "secret"} {
			if strings.Contains(text, never) {
				t.Errorf("%s is in the text", never)
			}
		}
	})
	w.t = t
	if cmp.Equal(before, o.whole()) {
		t.Fatal("nothing was made, or the comparison sees nothing")
	}
	w.get("/undo")
	offered := w.Page().Find(`input[name="remove"]`).Length()
	w.submit(`form[action="/undo"] [type="submit"]`, func(v url.Values) {
		v.Del("remove")
		w.Page().Find(`input[name="remove"]`).Each(func(_ int, s *selection) { v.Add("remove", s.AttrOr("value", "")) })
	})
	if n := w.Page().Find("[data-action]").Length(); n != offered || n < 12 {
		t.Errorf("%d things are planned to be removed, %d were offered", n, offered)
	}
	w.next()
	until(t, "the undo ends", func() bool {
		j, ok := in.undo.Job(steps.IDUndo)
		return ok && !j.Running()
	})
	if j, _ := in.undo.Job(steps.IDUndo); j.Problem != nil {
		t.Errorf("it ended with %v", j.Problem)
	}
	w.get("/undo")
	if n := w.Page().Find(`input[name="remove"]`).Length(); n != 0 {
		t.Errorf("%d things are left:\n%s", n, w.text("main"))
	}
	until(t, "plex.tv forgets the address", func() bool { return cmp.Equal(before["plex.tv"], o.whole()["plex.tv"]) })
	after := o.whole()
	for key := range after { // records that were copied from the old servers stay: the domain lives by them
		if _, had := before[key]; !had && strings.HasPrefix(key, "record ") && !strings.Contains(key, set.Host()) && !strings.Contains(key, set.BrowserHost()) {
			delete(after, key)
		}
	}
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("the world is not as it was:\n%s", d)
	}
}

// everything switches on all that step 8 and step 9 offer.
func (w *guest) everything() {
	w.t.Helper()
	w.get("/steps/security")
	w.submit(`form[action="/steps/security/choose"] button:not([name]):not([tabindex])`, func(v url.Values) {
		v["measure"] = []string{"country", "bots", "own", "tls", "https", "hsts", "rewrite", "access"} // with two of their own, five
		v.Set("expression", "ip.src.asnum eq 64496")
		v.Set("access_for", "robin@example.com")
	})
	w.confirm(steps.IDSecurity)
	w.get("/steps/notifications")
	w.submit(`form[action="/steps/notifications/choose"] button:not([name]):not([tabindex])`, func(v url.Values) {
		v["alert"] = []string{steps.AlertTunnel, "universal_ssl_event_type", "maintenance_event_notification"}
	})
	w.confirm(steps.IDNotifications)
}

// confirm says yes to the plan of a step and waits until its job has ended.
func (w *guest) confirm(id steps.ID) {
	w.t.Helper()
	w.submit(fmt.Sprintf(`form[action="/steps/%s/apply"] [data-next]`, id), nil)
	until(w.t, "the job ends", func() bool { j, ok := w.in.engine.Job(id); return ok && !j.Running() })
	if j, _ := w.in.engine.Job(id); j.Problem != nil {
		w.t.Fatalf("%s ended with %v", id, j.Problem)
	}
}

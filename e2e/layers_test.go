package e2e_test

import (
	"strings"
	"testing"

	"example.test/wizard/sim"
	"example.test/wizard/sim/edge"
)

// layer is one thing that breaks between the internet and Plex, and what the
// page of step 6 must say of it.
type layer struct {
	name     string
	mood     edge.Mood // of the edge; the functions below for everything else
	do, undo func(o *outside)
	check    string // the first row that is not fine
	status   string
	says     string
	leads    string // where the row sends the person; empty where there is nothing to do but wait
}

// layers is in the order of the rows.
func layers(host string) []layer {
	drop := func(o *outside) {
		o.Edge.RefuseConnections(true)
		for _, id := range o.Cloudflare.TunnelIDs() {
			o.Edge.DropConnections(id)
		}
	}
	var gone, ours map[string]any
	var rules struct {
		Rules []map[string]any `json:"rules"`
	}
	return []layer{
		{name: "no certificate", mood: edge.MoodNoCertificate, check: "tls", status: "fail", says: "Cloudflare makes the certificate", leads: "https://dash.cloudflare.com/"},
		{name: "a certificate for another name", mood: edge.MoodWrongCertificate, check: "tls", status: "fail", says: "certificate", leads: "https://dash.cloudflare.com/"},
		{name: "challenge", mood: edge.MoodChallenge, check: "cloudflare", status: "fail", says: "puzzle", leads: "/steps/security"},
		{name: "Access", mood: edge.MoodAccess, check: "cloudflare", status: "fail", says: "sign-in page of Cloudflare Access", leads: "access-controls"},
		{name: "1016", mood: edge.Mood1016, check: "cloudflare", status: "fail", says: "1016", leads: "/steps/hostname"},
		{name: "522", mood: edge.Mood522, check: "cloudflare", status: "fail", says: "522", leads: "/steps/hostname"},
		{name: "526", mood: edge.Mood526, check: "cloudflare", status: "fail", says: "526", leads: "/steps/hostname"},
		{name: "1033", mood: edge.Mood1033, check: "tunnel", status: "fail", says: "1033", leads: "/steps/tunnel"},
		{name: "the connector is cut off", do: drop, undo: func(o *outside) { o.Edge.RefuseConnections(false) }, check: "tunnel", status: "fail", says: "1033", leads: "/steps/tunnel"},
		{name: "502", mood: edge.Mood502, check: "origin", status: "fail", says: "502", leads: "/steps/hostname"},
		{
			name: "Plex stops", do: func(o *outside) { _ = o.Plex.Stop() }, undo: func(o *outside) { _ = o.Plex.Start() },
			check: "origin", status: "fail", says: "got no answer from Plex",
		},
		{name: "524", mood: edge.Mood524, check: "origin", status: "fail", says: "524", leads: "/steps/hostname"},
		{name: "another server answers", mood: edge.MoodOtherOrigin, check: "same", status: "fail", says: "Another server or website", leads: "/steps/hostname"},
		{
			name: "cached", check: "cache", status: "fail", says: "keeps copies", leads: "/steps/cache",
			do: func(o *outside) {
				o.read("/zones/"+o.zone()+"/rulesets/phases/"+cachePhase+"/entrypoint", &rules)
				o.dashboard("PUT", "/zones/"+o.zone()+"/rulesets/phases/"+cachePhase+"/entrypoint", map[string]any{"rules": []any{}})
				o.Edge.SetMood(host, edge.MoodCached)
			},
			undo: func(o *outside) {
				o.Edge.SetMood(host, edge.MoodNormal)
				for _, rule := range rules.Rules {
					for _, ours := range []string{"id", "version", "last_updated"} {
						delete(rule, ours)
					}
				}
				o.dashboard("PUT", "/zones/"+o.zone()+"/rulesets/phases/"+cachePhase+"/entrypoint", rules)
			},
		},
		{name: "no WebSocket", mood: edge.MoodNoUpgrade, check: "websocket", status: "warn", says: "turn WebSockets on"},
		{name: "Rocket Loader", mood: edge.MoodRocketLoader, check: "web", status: "fail", says: "Rocket Loader", leads: "/steps/security"},
		{
			name: "a record that leads to Cloudflare itself", check: "cloudflare", status: "fail", says: "(1000)", leads: "/steps/hostname",
			do: func(o *outside) {
				ours = o.take(host)
				o.dashboard("POST", "/zones/"+o.zone()+"/dns_records", map[string]any{"type": "A", "name": host, "content": "104.21.7.7", "proxied": true})
			},
			undo: func(o *outside) {
				o.take(host)
				o.dashboard("POST", "/zones/"+o.zone()+"/dns_records", ours)
			},
		},
		{
			name: "the record is gone", check: "dns", status: "wait", says: "0 of",
			do: func(o *outside) {
				gone = o.take(host)
			},
			undo: func(o *outside) { o.dashboard("POST", "/zones/"+o.zone()+"/dns_records", gone) },
		},
	}
}

// take removes the record of a name, as somebody might in the dashboard.
func (o *outside) take(host string) map[string]any {
	o.t.Helper()
	var all []map[string]any
	o.read("/zones/"+o.zone()+"/dns_records?name="+host, &all)
	if len(all) != 1 {
		o.t.Fatalf("%d records at %s", len(all), host)
	}
	o.dashboard("DELETE", "/zones/"+o.zone()+"/dns_records/"+all[0]["id"].(string), nil)
	return map[string]any{"type": all[0]["type"], "name": all[0]["name"], "content": all[0]["content"], "proxied": true, "ttl": 1, "comment": all[0]["comment"]}
}

// host is where the tunnel's record stands.
func (o *outside) host() string {
	o.t.Helper()
	var all []struct{ Name, Content string }
	o.read("/zones/"+o.zone()+"/dns_records?type=CNAME", &all)
	for _, r := range all {
		if strings.HasSuffix(r.Content, ".cfargotunnel.com") {
			return r.Name
		}
	}
	o.t.Fatal("no record leads to a tunnel below " + sim.DemoDomain)
	return ""
}

// namesEachLayer breaks one layer after another. Each time the page must name
// that layer, pass those above, and say where to mend it; then it must see by
// itself that all is well again.
func namesEachLayer(t *testing.T, r *reader, o *outside) {
	host := o.host()
	rows := []string{"dns", "tls", "cloudflare", "tunnel", "origin", "same", "signin", "cache", "websocket", "web"}
	for _, l := range layers(host) {
		t.Run(l.name, func(t *testing.T) {
			r := *r
			r.t = t
			if l.do == nil {
				o.Edge.SetMood(host, l.mood)
				l.undo = func(o *outside) { o.Edge.SetMood(host, edge.MoodNormal) }
			} else {
				l.do(o)
			}
			r.until("/steps/url", l.check+" is "+l.status, func() bool { return r.status(l.check) == l.status })
			row := `[data-check="` + l.check + `"]`
			if text := r.text(row); !strings.Contains(text, l.says) {
				t.Errorf("the row says: %s", text)
			}
			if l.leads != "" && !r.Has(row+` a[href*="`+l.leads+`"]`) {
				t.Errorf("the row does not lead to %s", l.leads)
			}
			if l.status == "fail" && !r.Has("[data-next]") {
				t.Error("the page has no next action")
			}
			below := false
			for _, id := range rows {
				want := map[bool]string{false: "pass", true: "skip"}[below]
				if l.status == "warn" {
					want = "pass"
				}
				if got := r.status(id); id != l.check && got != want {
					t.Errorf("%s is %q, want %q", id, got, want)
				}
				below = below || id == l.check
			}
			l.undo(o)
			r.until("/steps/url", l.check+" is well again", func() bool { return r.status(l.check) == "pass" && r.status("web") == "pass" })
		})
	}
}

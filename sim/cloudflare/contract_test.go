package cloudflare_test

import (
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/sim/contract"
	"github.com/miekg/dns"
)

// Every endpoint that the published description has is walked once, and every
// answer, refusals included, is checked against it.
func TestAnswersFitThePublishedDescription(t *testing.T) {
	w := newWorld(t)
	w.SeedToken(cloudflare.Token{Value: accountToken, Permissions: cloudflare.AllPermissions()})
	w.answers = []dns.RR{rr(t, "www."+domain+". 300 IN A 192.0.2.1"), rr(t, domain+". 300 IN MX 10 mx.example.net.")}
	w.url = serve(t, contract.Cloudflare(t, w.API,
		`^GET /client/v4/user/tokens/[0-9a-f]{32}$`,               // not in the description
		`^GET /client/v4/zones/[0-9a-f]{32}/settings$`,            // not in the description
		`^[A-Z]+ /client/v4/zones/[0-9a-f]{32}/settings/securi.*`, // described as a string; it is an object
	))
	w.walkUser()
	z := w.zone()
	w.walkZone(z)
	w.walkRecords(z)
	w.walkRules(z)
	w.walkSettings(z)
	a := "/accounts/" + w.account
	w.walkTunnel(a)
	w.walkAccess(a)
	w.walkAlerts(a)
	w.ask(cacheQuery, obj{"zone": strings.TrimPrefix(z, "/zones/"), "since": w.now.Add(-time.Hour).Format(time.RFC3339), "until": w.now.Format(time.RFC3339), "host": domain})
	w.ask(`{nonsense}`, obj{})
	w.must("DELETE", z, nil)
	w.refused(404, 1001, "GET", z, nil)
}

func (w *world) walkUser() {
	id := w.must("GET", "/user/tokens/verify", nil).str("id")
	w.must("GET", "/user/tokens/"+id, nil)
	w.must("GET", "/user/tokens/permission_groups", nil)
	w.must("GET", "/user", nil)
	w.must("GET", "/memberships", nil)
	w.must("GET", "/accounts", nil)
	w.must("GET", "/accounts/"+w.account, nil)
	w.as(accountToken, "GET", "/accounts/"+w.account+"/tokens/verify", nil)
	w.as("", "GET", "/zones", nil)
	w.as("?", "GET", "/zones", nil)
	w.as(strings.Repeat("x", 40), "GET", "/user/tokens/verify", nil)
	w.refused(400, 1049, "POST", "/zones", obj{"name": "nobody-has-this.com", "account": obj{"id": w.account}})
}

func (w *world) walkZone(z string) {
	w.must("GET", "/zones", nil)
	w.must("GET", z, nil)
	w.must("PATCH", z, obj{"paused": false})
	w.must("PUT", z+"/activation_check", nil)
	w.refused(400, 1224, "PUT", z+"/activation_check", nil)
	w.must("GET", z+"/dnssec", nil)
	w.must("PATCH", z+"/dnssec", obj{"status": "active"})
	w.must("PATCH", z+"/dnssec", obj{"status": "disabled"})
}

func (w *world) walkRecords(z string) {
	recs := z + "/dns_records"
	id := ""
	for _, tt := range everyType() {
		id = w.must("POST", recs, tt.in).str("id")
	}
	w.must("GET", recs+"?per_page=500", nil)
	w.must("GET", recs+"/"+id, nil)
	w.must("PATCH", recs+"/"+id, obj{"comment": "hello"})
	w.must("PUT", recs+"/"+id, obj{"type": "A", "name": "put", "content": "192.0.2.77", "ttl": 60})
	w.refused(400, 81058, "POST", recs, obj{"type": "A", "name": "put", "content": "192.0.2.77"})
	batch := w.must("POST", recs+"/batch", obj{
		"deletes": []obj{{"id": id}}, "patches": []obj{}, "puts": []obj{}, "posts": []obj{{"type": "A", "name": "batch", "content": "192.0.2.1"}},
	})
	w.must("POST", recs+"/batch", obj{
		"patches": []obj{{"id": batch.str("posts.0.id"), "ttl": 300}},
		"puts":    []obj{},
	})
	w.must("DELETE", recs+"/"+batch.str("posts.0.id"), nil)
	file := w.call("GET", recs+"/export", nil)
	w.must("POST", recs+"/import", upload(w.t, string(file.Raw), "false"))
	w.must("POST", recs+"/scan/trigger", nil)
	w.pass(time.Minute)
	found := w.must("GET", recs+"/scan/review", nil)
	w.must("POST", recs+"/scan/review", obj{"accepts": []any{found.get("0")}, "rejects": []obj{{"id": found.str("1.id")}}})
	w.must("POST", recs+"/scan", nil)
}

func (w *world) walkRules(z string) {
	sets := z + "/rulesets"
	entry := sets + "/phases/http_request_firewall_custom/entrypoint"
	w.refused(404, 10003, "GET", entry, nil)
	id := w.must("POST", sets, obj{"name": "c", "kind": "zone", "phase": "http_request_cache_settings", "rules": []obj{cacheRule("a." + domain)}}).str("id")
	w.must("PUT", sets+"/"+id, obj{"rules": []obj{cacheRule("b." + domain)}})
	w.must("PUT", entry, obj{"rules": []obj{block("ssl")}})
	w.must("GET", entry, nil)
	w.must("GET", sets, nil)
	w.must("GET", sets+"/"+id, nil)
	added := w.must("POST", sets+"/"+id+"/rules", cacheRule("c."+domain))
	rule := sets + "/" + id + "/rules/" + added.str("rules.1.id")
	w.must("PATCH", rule, obj{"enabled": false})
	w.must("DELETE", rule, nil)
	w.refused(400, 20127, "POST", sets+"/"+id+"/rules", obj{"action": "set_cache_settings", "expression": "nonsense"})
	if r := w.call("DELETE", sets+"/"+id, nil); r.Status != 204 {
		w.t.Errorf("delete a ruleset: %d", r.Status)
	}
}

func (w *world) walkSettings(z string) {
	for _, id := range []string{"browser_check", "security_level", "min_tls_version", "always_use_https", "rocket_loader", "ssl", "websockets"} {
		v := w.must("GET", z+"/settings/"+id, nil).get("value")
		w.must("PATCH", z+"/settings/"+id, obj{"value": v})
	}
	w.must("GET", z+"/settings", nil)
	w.must("GET", z+"/settings/security_header", nil)
	w.must("GET", z+"/bot_management", nil)
	w.must("PUT", z+"/bot_management", obj{"fight_mode": true})
}

func (w *world) walkTunnel(a string) {
	all := a + "/cfd_tunnel"
	one := all + "/" + w.must("POST", all, obj{"name": "walk", "config_src": "cloudflare"}).str("id")
	w.refused(409, 1013, "POST", all, obj{"name": "walk"})
	w.must("GET", one+"/configurations", nil)
	w.must("PUT", one+"/configurations", obj{"config": obj{"ingress": []obj{
		{"hostname": "x." + domain, "service": "https://localhost:32400", "originRequest": obj{"noTLSVerify": true}}, {"service": "http_status:404"},
	}}})
	w.connect(strings.TrimPrefix(one, all+"/"), connector(4, false))
	for _, path := range []string{all, one, one + "/token", one + "/connections", one + "/configurations"} {
		w.must("GET", path, nil)
	}
	w.must("PATCH", one, obj{"name": "walked"})
	w.refused(400, 1022, "DELETE", one, nil)
	w.must("DELETE", one+"/connections", nil)
	w.must("DELETE", one+"?cascade=true", nil)
	w.must("GET", all+"?is_deleted=true", nil)
}

func (w *world) walkAccess(a string) {
	org, apps := a+"/access/organizations", a+"/access/apps"
	w.refused(403, 9999, "GET", org, nil)
	w.must("POST", org, obj{"name": "Sam", "auth_domain": "sam.cloudflareaccess.com"})
	w.must("GET", org, nil)
	w.must("PUT", org, obj{"name": "Samantha"})
	policy := obj{"name": "me", "decision": "allow", "include": []obj{{"email": obj{"email": "sam@attic-films.com"}}}}
	app := obj{"type": "self_hosted", "name": "Web", "domain": "web." + domain, "session_duration": "24h"}
	one := apps + "/" + w.must("POST", apps, app).str("id")
	w.must("GET", apps, nil)
	w.must("GET", one, nil)
	w.must("PUT", one, app)
	p := one + "/policies/" + w.must("POST", one+"/policies", policy).str("id")
	w.must("GET", one+"/policies", nil)
	w.must("GET", p, nil)
	w.must("PUT", p, policy)
	w.must("DELETE", p, nil)
	w.must("DELETE", one, nil)
}

func (w *world) walkAlerts(a string) {
	base := a + "/alerting/v3"
	w.must("GET", base+"/available_alerts", nil)
	w.must("GET", base+"/destinations/eligible", nil)
	p := obj{"name": "n", "alert_type": "tunnel_health_event", "enabled": true, "mechanisms": obj{"email": []obj{{"id": "sam@attic-films.com"}}}}
	one := base + "/policies/" + w.must("POST", base+"/policies", p).str("id")
	w.must("GET", base+"/policies", nil)
	w.must("GET", one, nil)
	w.must("PUT", one, p)
	w.must("DELETE", one, nil)
	w.refused(404, 17107, "GET", one, nil)
}

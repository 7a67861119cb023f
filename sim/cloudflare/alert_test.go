package cloudflare_test

import (
	"testing"
)

func TestAlerts(t *testing.T) {
	w := newWorld(t)
	base := "/accounts/" + w.account + "/alerting/v3"
	tunnel := w.must("POST", "/accounts/"+w.account+"/cfd_tunnel", obj{"name": "a", "config_src": "cloudflare"}).str("id")
	if r := w.must("GET", base+"/available_alerts", nil); r.str("Tunnel.0.type") != "tunnel_health_event" || r.str("SSL/TLS.0.type") == "" {
		t.Errorf("available: %s", r.Raw)
	}
	if r := w.must("GET", base+"/destinations/eligible", nil); r.get("email.0.ready") != true || r.get("webhooks.0.eligible") != false {
		t.Errorf("eligible: %s", r.Raw)
	}
	good := func(change func(obj)) obj {
		p := obj{
			"name": "Plex tunnel", "alert_type": "tunnel_health_event", "enabled": true,
			"mechanisms": obj{"email": []obj{{"id": "sam@attic-films.com"}}},
			"filters":    obj{"new_status": []string{"TUNNEL_STATUS_TYPE_DOWN", "TUNNEL_STATUS_TYPE_HEALTHY"}, "tunnel_id": []string{tunnel}},
		}
		change(p)
		return p
	}
	for name, tt := range map[string]struct {
		code   int
		change func(obj)
	}{
		"no name":         {17100, func(p obj) { delete(p, "name") }},
		"unknown type":    {17101, func(p obj) { p["alert_type"] = "load_balancing_health_alert" }},
		"webhook":         {17102, func(p obj) { p["mechanisms"] = obj{"webhooks": []obj{{"id": "x"}}} }},
		"nobody to tell":  {17103, func(p obj) { p["mechanisms"] = obj{} }},
		"not an address":  {17104, func(p obj) { p["mechanisms"] = obj{"email": []obj{{"id": "Sam"}}} }},
		"plain down":      {17105, func(p obj) { p["filters"] = obj{"new_status": []string{"down"}} }},
		"no such tunnel":  {17106, func(p obj) { p["filters"] = obj{"tunnel_id": []string{"x"}} }},
		"address + name":  {17104, func(p obj) { p["mechanisms"] = obj{"email": []obj{{"id": "Sam <sam@attic-films.com>"}}} }},
		"alert of a plan": {17101, func(p obj) { p["alert_type"] = "advanced_ddos_attack_l7_alert" }},
	} {
		t.Run(name, func(t *testing.T) {
			if r := w.call("POST", base+"/policies", good(tt.change)); r.Status != 400 || r.code() != tt.code {
				t.Errorf("got %d %s, want %d", r.Status, r.Raw, tt.code)
			}
		})
	}
	id := w.must("POST", base+"/policies", good(func(obj) {})).str("id")
	one := base + "/policies/" + id
	r := w.must("GET", one, nil)
	for path, want := range map[string]any{
		"name": "Plex tunnel", "enabled": true, "filters.tunnel_id.0": tunnel, "mechanisms.email.0.id": "sam@attic-films.com",
		"created": "2026-11-22T10:00:00Z",
	} {
		if got := r.get(path); got != want {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
	w.must("PUT", one, obj{"enabled": false})
	if l := w.must("GET", base+"/policies", nil); l.Info.TotalCount != 1 || l.get("0.enabled") != false || l.str("0.name") != "Plex tunnel" {
		t.Errorf("list: %s", l.Raw)
	}
	w.refused(400, 17105, "PUT", one, obj{"filters": obj{"new_status": []string{"healthy"}}})
	w.must("DELETE", one, nil)
	w.refused(404, 17107, "GET", one, nil)
	w.refused(404, 17107, "DELETE", one, nil)
}

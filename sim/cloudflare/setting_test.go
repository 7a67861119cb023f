package cloudflare_test

import (
	"testing"
)

func TestSettings(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	for id, want := range map[string]any{
		"browser_check": "on", "security_level": "medium", "min_tls_version": "1.0", "always_use_https": "off", "rocket_loader": "off",
		"ssl": "full", "websockets": "on",
	} {
		r := w.must("GET", z+"/settings/"+id, nil)
		if r.get("value") != want || r.get("editable") != true || r.get("modified_on") != nil || w.Setting(domain, id) != want {
			t.Errorf("%s: %s", id, r.Raw)
		}
	}
	r := w.must("PATCH", z+"/settings/browser_check", obj{"value": "off"})
	if r.get("value") != "off" || r.get("modified_on") == nil || w.Setting(domain, "browser_check") != "off" {
		t.Errorf("changed: %s", r.Raw)
	}
	w.refused(400, 1007, "PATCH", z+"/settings/browser_check", obj{"value": true})
	w.refused(400, 1007, "PATCH", z+"/settings/min_tls_version", obj{"value": "1.4"})
	w.refused(400, 1003, "GET", z+"/settings/made_up", nil)
	w.refused(400, 1003, "PATCH", z+"/settings/made_up", obj{"value": "on"})
	w.refused(400, 1016, "PATCH", z+"/settings/waf", obj{"value": "on"})
	hsts := w.must("PATCH", z+"/settings/security_header", obj{"value": obj{"strict_transport_security": obj{"enabled": true, "max_age": 300}}})
	if hsts.get("value.strict_transport_security.enabled") != true || hsts.get("value.strict_transport_security.preload") != false {
		t.Errorf("HSTS: %s", hsts.Raw)
	}
	w.refused(400, 1007, "PATCH", z+"/settings/security_header", obj{"value": obj{"strict_transport_security": obj{"enable": true}}})
	if w.Setting(domain, "made_up") != nil || w.Setting("nobody.com", "ssl") != nil {
		t.Error("settings out of nothing")
	}
	if l := w.must("GET", z+"/settings", nil); l.str("0.id") != "0rtt" {
		t.Errorf("list: %s", l.Raw)
	}
}

func TestBotManagement(t *testing.T) {
	w := newWorld(t)
	path := w.zone() + "/bot_management"
	if r := w.must("GET", path, nil); r.get("fight_mode") != false || w.BotFightMode(domain) {
		t.Errorf("at first: %s", r.Raw)
	}
	w.must("PUT", path, obj{"ai_bots_protection": "block"})
	r := w.must("PUT", path, obj{"fight_mode": true})
	if r.get("ai_bots_protection") != "block" || !w.BotFightMode(domain) {
		t.Errorf("what is not named stays: %s", r.Raw)
	}
	w.refused(400, 10400, "PUT", path, obj{"sbfm_definitely_automated": "block"})
	w.refused(400, 10400, "PUT", path, obj{"ai_bots_protection": "perhaps"})
}

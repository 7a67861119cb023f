package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"example.test/wizard/steps"
)

// domainSettings are the settings of the whole domain as they work, by name.
func (m *measures) domainSettings() map[string]string {
	m.t.Helper()
	out := map[string]string{}
	for _, id := range []string{"min_tls_version", "always_use_https", "browser_check", "security_header"} {
		var s struct{ Value any }
		m.must("GET", "/zones/"+m.zone+"/settings/"+id, nil, &s)
		b, _ := json.Marshal(s.Value)
		out[id] = string(b)
	}
	out["bot_fight_mode"] = fmt.Sprint(m.api.BotFightMode(ownDomain))
	return out
}

// TestSwitches: every setting of the whole domain goes on by its switch, and back to
// exactly what it was, by the switch or by Undo.
func TestSwitches(t *testing.T) {
	for name, c := range map[string]struct {
		on       steps.SecurityChoices
		id, want string
	}{
		"minimum TLS":      {steps.SecurityChoices{MinTLS: true}, "min_tls_version", `"1.2"`},
		"always use HTTPS": {steps.SecurityChoices{HTTPS: true}, "always_use_https", `"on"`},
		"integrity check":  {steps.SecurityChoices{Integrity: true}, "browser_check", `"on"`},
		"HSTS":             {steps.SecurityChoices{HSTS: true}, "security_header", `{"strict_transport_security":{"enabled":true,"include_subdomains":false,"max_age":2592000,"nosniff":true,"preload":false}}`},
		"Bot Fight Mode":   {steps.SecurityChoices{Fight: true}, "bot_fight_mode", "true"},
	} {
		for _, way := range []string{"the switch", "undo"} {
			t.Run(name+" by "+way, func(t *testing.T) {
				m := newMeasures(t)
				m.must("PATCH", "/zones/"+m.zone+"/settings/browser_check", object{"value": "off"}, nil)
				m.must("PATCH", "/zones/"+m.zone+"/settings/security_header", object{"value": object{"strict_transport_security": object{"nosniff": true}}}, nil)
				before := m.domainSettings()
				m.choose(c.on)
				if p := m.apply(m.engine, steps.IDSecurity); p != nil {
					t.Fatal(p)
				}
				during := m.domainSettings()
				for id, v := range during {
					if want := map[bool]string{true: c.want, false: before[id]}[id == c.id]; v != want {
						t.Errorf("%s is %s, want %s", id, v, want)
					}
				}
				if way == "undo" {
					m.ticked.Set([]string{"setting-" + c.id})
					if p := m.apply(m.undo, steps.IDUndo); p != nil {
						t.Fatal(p)
					}
				} else {
					m.choose(steps.SecurityChoices{})
					if p := m.apply(m.engine, steps.IDSecurity); p != nil {
						t.Fatal(p)
					}
				}
				for id, v := range m.domainSettings() {
					if v != before[id] {
						t.Errorf("afterwards %s is %s, was %s", id, v, before[id])
					}
				}
				if f := m.look(steps.IDSecurity); !f.Done() {
					t.Errorf("%s, %+v", f.Summary, f.Plan())
				}
			})
		}
	}
}

// TestFightModeOfOthers: Bot Fight Mode that somebody switched on is turned off by a
// plan, and Undo puts it back to on, as it was.
func TestFightModeOfOthers(t *testing.T) {
	m := newMeasures(t)
	m.must("PUT", "/zones/"+m.zone+"/bot_management", object{"fight_mode": true}, nil)
	m.choose(steps.SecurityChoices{})
	if p := m.apply(m.engine, steps.IDSecurity); p != nil || m.api.BotFightMode(ownDomain) {
		t.Fatal(p, m.api.BotFightMode(ownDomain))
	}
	m.ticked.Set([]string{"setting-bot_fight_mode"})
	if p := m.apply(m.undo, steps.IDUndo); p != nil || !m.api.BotFightMode(ownDomain) {
		t.Fatal(p, m.api.BotFightMode(ownDomain))
	}
	if f := m.look(steps.IDSecurity); len(f.Plan()) > 0 || f.Check("bot-fight-mode").Status != steps.Warn {
		t.Errorf("it is on again as the person wanted, and the plan is %+v", f.Plan())
	}
}

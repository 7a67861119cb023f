package e2e_test

import (
	"strings"
	"time"

	"example.test/wizard/sim"
	"example.test/wizard/sim/cloudflare"
)

const cachePhase = "http_request_cache_settings"

func cacheTroubles() []trouble {
	return []trouble{
		{step: "cache", name: "somebody has a rule already", run: func(p *person, o *outside) {
			o.rule(cachePhase, map[string]any{"description": "Mine", "expression": `http.host eq "www.attic-films.com"`, "action": "set_cache_settings", "action_parameters": map[string]any{"cache": true}})
			p.open("/steps/cache")
			p.walk(o, p.at("/steps/tunnel"))
			rules := o.Cloudflare.Rules(sim.DemoDomain, cachePhase)
			if len(rules) != 2 || rules[0].Description != "Mine" || !strings.HasPrefix(rules[1].Description, "Plex Tunnel Wizard") {
				p.t.Errorf("the rules are %+v", rules)
			}
			p.open("/steps/cache")
		}},
		{step: "cache", name: "reply is lost", run: func(p *person, o *outside) {
			o.fault(cloudflare.Fault{Kind: cloudflare.LostReply, Path: "rulesets", Method: "POST"})
			p.walk(o, p.at("/steps/tunnel"))
			if rules := o.Cloudflare.Rules(sim.DemoDomain, cachePhase); len(rules) != 1 {
				p.t.Errorf("the rules are %+v", rules)
			}
			p.open("/steps/cache")
		}},
		{step: "cache", name: "cloudflare asks to slow down", run: func(p *person, o *outside) {
			o.fault(cloudflare.Fault{Kind: cloudflare.TooMany, Path: "rulesets", Times: 2, Delay: time.Second})
		}},
	}
}

// rule adds one of the person's own, by the dashboard.
func (o *outside) rule(phase string, rule map[string]any) {
	o.t.Helper()
	o.dashboard("PUT", "/zones/"+o.zone()+"/rulesets/phases/"+phase+"/entrypoint", map[string]any{"rules": []any{rule}})
}

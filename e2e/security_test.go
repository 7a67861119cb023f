package e2e_test

import (
	"fmt"
	"strings"

	"example.test/wizard/sim"
)

const customPhase = "http_request_firewall_custom"

func securityTroubles() []trouble {
	return []trouble{
		{step: "security", name: "expression with a fault", run: func(p *person, _ *outside) {
			p.must(p.find(`[name="measure"][value="own"]`).Check())
			p.refused("expression", "ip.src.asnum equals banana", "does not understand this expression")
			if !p.has(`[name="measure"][value="own"]:checked`) {
				p.t.Error("the switch was forgotten")
			}
			p.fill("expression", "ip.src.asnum eq 64496")
		}},
		{step: "security", name: "no room for the rules", run: func(p *person, o *outside) {
			var rules []any
			for i := range 5 {
				rules = append(rules, map[string]any{"description": fmt.Sprint("Mine ", i), "expression": fmt.Sprintf(`http.request.uri.path eq "/%d"`, i), "action": "block"})
			}
			o.dashboard("PUT", "/zones/"+o.zone()+"/rulesets/phases/"+customPhase+"/entrypoint", map[string]any{"rules": rules})
			p.open("/steps/security")
			p.next()
			// The plan may come from the look before; no yes to it is taken then.
			p.see(`form[action="/steps/security/apply"], [data-check="slots"][data-status="fail"]`)
			p.expect("/steps/security", `[data-check="slots"][data-status="fail"]`)
			if n := len(o.Cloudflare.Rules(sim.DemoDomain, customPhase)); n != 5 {
				p.t.Errorf("there are %d rules of the person, want all 5", n)
			}
			p.open("/steps/security?part=choose") // what fits is planned all the same
			for _, m := range []string{"country", "bots"} {
				p.must(p.find(`[name="measure"][value="` + m + `"]`).Uncheck())
			}
			p.press(`form[action="/steps/security/choose"] [type="submit"]:visible:not([tabindex]):has-text("Review")`)
		}},
		{step: "security", name: "the rule shuts this computer out", run: func(p *person, o *outside) {
			// The country of this computer is ticked; another is typed. All by keyboard.
			p.see(`[name="countries"][value="GB"]:checked`)
			p.keys = true
			p.activate(`[name="countries"][value="GB"]`, "Space")
			p.reach(`[name="add_country"]`)
			p.must(p.page.Keyboard().Type("france"))
			p.activate(`button[value="add_country"]`, "Enter")
			p.keys = false
			p.see(`[name="countries"][value="FR"]:checked`)
			p.next()
			p.see(`form[action="/steps/security/apply"]`)
			p.next()
			p.see(`[data-check="still-works"][data-status="fail"]`)
			if text := p.text("main"); !strings.Contains(text, "Take the last change back") {
				p.t.Errorf("the change is not offered back:\n%s", text)
			}
			p.open("/steps/security?part=choose")
			p.must(p.find(`[name="measure"][value="country"]`).Uncheck())
			p.press(`form[action="/steps/security/choose"] [type="submit"]:visible:not([tabindex]):has-text("Review")`)
		}},
	}
}

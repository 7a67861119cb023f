package cloudflare_test

import (
	"fmt"
	"strings"
	"testing"

	"example.test/wizard/sim/cloudflare"
)

func cacheRule(host string) obj {
	return obj{
		"action": "set_cache_settings", "action_parameters": obj{"cache": false}, "description": "bypass for " + host,
		"expression": fmt.Sprintf(`(http.host eq "%s")`, host),
	}
}

func block(expr string) obj { return obj{"action": "block", "expression": expr} }

func TestEntrypointLife(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	entry := z + "/rulesets/phases/http_request_cache_settings/entrypoint"
	r := w.refused(404, 10003, "GET", entry, nil)
	if !strings.Contains(string(r.Raw), "could not find entrypoint ruleset in the http_request_cache_settings phase") {
		t.Errorf("message: %s", r.Raw)
	}
	made := w.must("POST", z+"/rulesets", obj{"name": "cache", "kind": "zone", "phase": "http_request_cache_settings", "rules": []obj{cacheRule("a." + domain)}})
	if made.str("version") != "1" || made.str("rules.0.version") != "1" || made.str("rules.0.ref") != made.str("rules.0.id") || made.get("rules.0.enabled") != true {
		t.Errorf("made: %s", made.Raw)
	}
	again := w.refused(400, 20217, "POST", z+"/rulesets", obj{"name": "x", "kind": "zone", "phase": "http_request_cache_settings", "rules": []obj{}})
	if again.Errors[0].Source.Pointer != "/kind" {
		t.Errorf("pointer: %s", again.Raw)
	}
	rules := z + "/rulesets/" + made.str("id") + "/rules"
	second := cacheRule("b." + domain)
	second["ref"] = "ours"
	added := w.must("POST", rules, second)
	if added.str("version") != "2" || added.str("rules.1.ref") != "ours" {
		t.Errorf("added at the end: %s", added.Raw)
	}
	w.refused(400, 20019, "POST", rules, second)
	id := added.str("rules.1.id")
	patched := w.must("PATCH", rules+"/"+id, obj{"enabled": false, "position": obj{"index": 1}})
	if patched.str("rules.0.id") != id || patched.str("rules.0.version") != "2" || patched.get("rules.0.enabled") != false || patched.str("version") != "3" {
		t.Errorf("patched and moved: %s", patched.Raw)
	}
	if got := w.Rules(domain, cloudflare.PhaseCache); len(got) != 2 || got[0].ID != id || got[0].Enabled || string(got[0].ActionParameters) != `{"cache":false}` {
		t.Errorf("read side: %+v", got)
	}
	before := cacheRule("c." + domain)
	before["position"] = obj{"before": id}
	if r := w.must("POST", rules, before); r.str("rules.0.description") != "bypass for c."+domain {
		t.Errorf("before: %s", r.Raw)
	}
	after := cacheRule("d." + domain)
	after["position"] = obj{"after": id}
	if r := w.must("POST", rules, after); r.str("rules.2.description") != "bypass for d."+domain {
		t.Errorf("after: %s", r.Raw)
	}
	put := w.must("PUT", entry, obj{"rules": []obj{cacheRule("only." + domain)}})
	if put.get("rules.1") != nil || put.str("version") != "6" {
		t.Errorf("PUT replaces all: %s", put.Raw)
	}
	w.refused(400, 20003, "PUT", entry, obj{"kind": "zone", "rules": []obj{}})
	w.refused(404, 10002, "DELETE", rules+"/"+id, nil)
	if r := w.must("DELETE", rules+"/"+put.str("rules.0.id"), nil); r.str("version") != "7" || r.get("rules.0") != nil {
		t.Errorf("deleted: %s", r.Raw)
	}
	if r := w.call("DELETE", z+"/rulesets/"+made.str("id"), nil); r.Status != 204 || len(r.Raw) != 0 {
		t.Errorf("delete the ruleset: %d %s", r.Status, r.Raw)
	}
	w.refused(404, 10003, "GET", entry, nil)
	w.refused(404, 10001, "GET", z+"/rulesets/"+made.str("id"), nil)
}

func TestRuleLimitsOfTheFreePlan(t *testing.T) {
	for phase, limit := range map[string]int{cloudflare.PhaseFirewall: 5, cloudflare.PhaseCache: 10, cloudflare.PhaseConfig: 10} {
		t.Run(phase, func(t *testing.T) {
			w := newWorld(t)
			z := w.zone()
			rule := func(i int) obj {
				e := fmt.Sprintf(`http.host eq "h%d.%s"`, i, domain)
				switch phase {
				case cloudflare.PhaseCache:
					return cacheRule(fmt.Sprintf("h%d.%s", i, domain))
				case cloudflare.PhaseConfig:
					return obj{"action": "set_config", "action_parameters": obj{"bic": false}, "expression": e}
				default:
					return block(e)
				}
			}
			var rules []obj
			for i := range limit {
				rules = append(rules, rule(i))
			}
			made := w.must("PUT", z+"/rulesets/phases/"+phase+"/entrypoint", obj{"rules": rules})
			r := w.refused(400, 20014, "POST", z+"/rulesets/"+made.str("id")+"/rules", rule(limit))
			if !strings.Contains(string(r.Raw), fmt.Sprintf("%d out of %d", limit+1, limit)) {
				t.Errorf("message: %s", r.Raw)
			}
			w.refused(400, 20014, "PUT", z+"/rulesets/phases/"+phase+"/entrypoint", obj{"rules": append(rules, rule(limit))})
			if n := len(w.Rules(domain, phase)); n != limit {
				t.Errorf("%d rules are there", n)
			}
		})
	}
}

func TestRuleRefusals(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	entry := z + "/rulesets/phases/http_request_firewall_custom/entrypoint"
	id := w.must("PUT", entry, obj{"rules": []obj{block("ssl")}}).str("id")
	for _, tt := range []struct {
		name, pointer string
		code          int
		rule          obj
	}{
		{"expression", "/expression", 20127, block(`http.hots eq "a"`)},
		{"regular expression", "/expression", 20127, block(`http.host matches "a"`)},
		{"no expression", "/expression", 20127, obj{"action": "block"}},
		{"log is not on the free plan", "/action", 20121, obj{"action": "log", "expression": "ssl"}},
		{"an action of another phase", "/action", 20121, cacheRule("a.b")},
		{"skip without parameters", "/action_parameters", 20128, obj{"action": "skip", "expression": "ssl"}},
		{"position", "/position/index", 20130, obj{"action": "block", "expression": "ssl", "position": obj{"index": 9}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := w.refused(400, tt.code, "POST", z+"/rulesets/"+id+"/rules", tt.rule)
			if got := r.Errors[0].Source.Pointer; got != tt.pointer {
				t.Errorf("pointer %q, want %q", got, tt.pointer)
			}
		})
	}
	r := w.refused(400, 20127, "PUT", entry, obj{"rules": []obj{block("ssl"), block("sll")}})
	if r.Errors[0].Source.Pointer != "/rules/1/expression" || !strings.Contains(r.Errors[0].Message, "Filter parsing error (1:1)") {
		t.Errorf("PUT: %s", r.Raw)
	}
	w.refused(400, 20114, "GET", z+"/rulesets/phases/http_request_made_up/entrypoint", nil)
	w.refused(400, 20116, "POST", z+"/rulesets", obj{"name": "x", "kind": "root", "phase": "http_config_settings", "rules": []obj{}})
	if rules := w.Rules(domain, cloudflare.PhaseFirewall); len(rules) != 1 {
		t.Errorf("refusals changed the rules: %+v", rules)
	}
}

func TestDryRun(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	entry := z + "/rulesets/phases/http_request_firewall_custom/entrypoint"
	writes := w.Writes()
	if r := w.must("PUT", entry+"?dry_run=true", obj{"rules": []obj{block("ssl")}}); r.str("rules.0.expression") != "ssl" {
		t.Errorf("dry run answers what would be: %s", r.Raw)
	}
	w.refused(404, 10003, "GET", entry, nil)
	w.refused(400, 20127, "PUT", entry+"?dry_run=true", obj{"rules": []obj{block("sll")}})
	if w.Writes() != writes {
		t.Error("a dry run was counted as a write")
	}
	reader := strings.Repeat("r", 40)
	w.SeedToken(cloudflare.Token{Value: reader, Permissions: []cloudflare.Permission{cloudflare.ZoneWAFRead}})
	if r := w.as(reader, "PUT", entry+"?dry_run=true", obj{"rules": []obj{}}); r.Status != 403 || r.code() != 10000 {
		t.Errorf("dry run with a reader's token: %d %s", r.Status, r.Raw)
	}
}

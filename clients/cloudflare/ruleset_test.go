package cloudflare_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/clients/cloudflare"
	sim "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

func block(ref, expression string) steps.Rule {
	return steps.Rule{Ref: ref, Description: ref + " of ours", Expression: expression, Action: "block", Enabled: true}
}

func refs(rs steps.Ruleset) string {
	var list []string
	for _, r := range rs.Rules {
		list = append(list, r.Ref)
	}
	return strings.Join(list, " ")
}

func TestRules(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	rs, err := w.Ruleset(ctx, w.zone, steps.PhaseCustom)
	if err != nil || rs.ID != "" || rs.Rules != nil || rs.Ray == "" || !rs.At.Equal(at) {
		t.Fatalf("a phase that was never used: %+v, %v", rs, err)
	}
	add := func(r steps.Rule, index int) {
		t.Helper()
		if err := w.AddRule(ctx, w.zone, read(t, w.Client, w.zone, steps.PhaseCustom), r, index, false); err != nil {
			t.Fatal(err)
		}
		if rs, err = w.Ruleset(ctx, w.zone, steps.PhaseCustom); err != nil {
			t.Fatal(err)
		}
	}
	add(block("b", `http.host eq "b.example.com"`), -1)
	add(block("d", `http.host eq "d.example.com"`), -1)
	add(block("a", `http.host eq "a.example.com"`), 0)
	add(block("c", `http.host eq "c.example.com"`), 2)
	add(block("e", `http.host eq "e.example.com"`), 99)
	if got := refs(rs); got != "a b c d e" {
		t.Errorf("order %s", got)
	}
	if rs.Version == "" || rs.ID == "" {
		t.Errorf("%+v", rs)
	}
	// The sixth is refused by the free plan, in a dry run as well.
	sixth := block("f", `http.host eq "f.example.com"`)
	for _, dry := range []bool{true, false} {
		if err := w.AddRule(ctx, w.zone, read(t, w.Client, w.zone, steps.PhaseCustom), sixth, -1, dry); failure(t, err).Status != 400 || steps.Unclear(err) {
			t.Errorf("dry %t: %v", dry, err)
		}
	}
	second := rs.Rules[1]
	second.Expression, second.Enabled = `http.host eq "z.example.com"`, false
	if err := w.ChangeRule(ctx, w.zone, rs.ID, second, -1, false); err != nil {
		t.Fatal(err)
	}
	if err := w.ChangeRule(ctx, w.zone, rs.ID, rs.Rules[4], 0, false); err != nil {
		t.Fatal(err)
	}
	if err := w.DeleteRule(ctx, w.zone, rs.ID, rs.Rules[0].ID); err != nil {
		t.Fatal(err)
	}
	after, err := w.Ruleset(ctx, w.zone, steps.PhaseCustom)
	if err != nil || refs(after) != "e b c d" {
		t.Fatalf("%s, %v", refs(after), err)
	}
	if d := cmp.Diff(second, after.Rules[1]); d != "" {
		t.Error(d)
	}
	for _, call := range w.spy.sent() {
		if strings.HasPrefix(call, "PUT") {
			t.Errorf("%s would replace the rules of others", call)
		}
	}
	if err := w.DeleteRule(ctx, w.zone, rs.ID, rs.Rules[0].ID); failure(t, err).Status != 404 {
		t.Errorf("deleted twice: %v", err)
	}
}

func TestRuleParameters(t *testing.T) {
	w := newWorld(t)
	r := steps.Rule{
		Ref: "ptw_1_cache", Description: "no cache", Expression: `http.host eq "a.example.com"`,
		Action: "set_cache_settings", Parameters: json.RawMessage(`{"cache":false}`), Enabled: true,
	}
	if err := w.AddRule(t.Context(), w.zone, read(t, w.Client, w.zone, steps.PhaseCache), r, -1, false); err != nil {
		t.Fatal(err)
	}
	rs, err := w.Ruleset(t.Context(), w.zone, steps.PhaseCache)
	if err != nil || len(rs.Rules) != 1 || string(rs.Rules[0].Parameters) != `{"cache":false}` {
		t.Errorf("%+v, %v", rs, err)
	}
}

// A dry run checks, and leaves nothing behind, whether there is a ruleset or not.
func TestDryRun(t *testing.T) {
	w := newWorld(t)
	bad := block("x", `http.host eq (`)
	for _, ref := range []string{"first", "second"} {
		writes := w.api.Writes()
		if err := w.AddRule(t.Context(), w.zone, read(t, w.Client, w.zone, steps.PhaseCustom), block("x", `ssl`), -1, true); err != nil {
			t.Fatal(err)
		}
		err := w.AddRule(t.Context(), w.zone, read(t, w.Client, w.zone, steps.PhaseCustom), bad, -1, true)
		if e := failure(t, err); e.Pointer == "" || e.Message == "" || e.Unclear {
			t.Errorf("%+v", e)
		}
		if w.api.Writes() != writes {
			t.Error("a dry run wrote")
		}
		if err := w.AddRule(t.Context(), w.zone, read(t, w.Client, w.zone, steps.PhaseCustom), block(ref, "ssl"), -1, false); err != nil {
			t.Fatal(err)
		}
	}
	// Nothing can have been made, so nothing is unclear.
	w.fault(t, sim.Fault{Kind: sim.ServerError, Method: "POST", Times: 9})
	if err := w.AddRule(t.Context(), w.zone, read(t, w.Client, w.zone, steps.PhaseCustom), block("x", "ssl"), -1, true); err == nil || steps.Unclear(err) {
		t.Errorf("got %v", err)
	}
}

// Somebody makes the phase's ruleset between our look and our write.
func TestRulesetMadeMeanwhile(t *testing.T) {
	w := newWorld(t)
	c, s := connect(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/rulesets") {
			_, err := w.api.Dashboard("POST", "/zones/"+w.zone+"/rulesets", map[string]any{
				"name": "default", "kind": "zone", "phase": steps.PhaseCustom,
				"rules": []any{map[string]any{"action": "block", "expression": "ssl", "ref": "theirs"}},
			})
			if err != nil {
				t.Error(err)
			}
		}
		w.api.ServeHTTP(rw, r)
	}))
	if err := c.AddRule(t.Context(), w.zone, read(t, c, w.zone, steps.PhaseCustom), block("ours", "ssl"), -1, false); err != nil {
		t.Fatal(err)
	}
	rs, err := c.Ruleset(t.Context(), w.zone, steps.PhaseCustom)
	if err != nil || refs(rs) != "theirs ours" {
		t.Errorf("%s, %v", refs(rs), err)
	}
	if sent := s.sent(); len(sent) != 5 || !slices.ContainsFunc(sent, func(c string) bool { return strings.HasSuffix(c, "/rules") }) {
		t.Errorf("sent %q", sent)
	}
}

// Only the API's own word makes a missing ruleset an empty one.
func TestRulesetNotFound(t *testing.T) {
	for body, empty := range map[string]bool{
		`{"success":false,"errors":[{"code":10003,"message":"could not find entrypoint ruleset"}]}`: true,
		`{"success":false,"errors":[{"code":7003,"message":"Could not route"}]}`:                    false,
		`<html>not here</html>`: false,
	} {
		c, _ := connect(t, page(404, body))
		if _, err := c.Ruleset(t.Context(), "z1", steps.PhaseCache); (err == nil) != empty {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// read is a phase's ruleset as it stands.
func read(t *testing.T, c *cloudflare.Client, zone, phase string) steps.Ruleset {
	t.Helper()
	rs, err := c.Ruleset(t.Context(), zone, phase)
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

package steps

import (
	"strings"
	"testing"
)

func TestCacheFinding(t *testing.T) {
	s := settled()
	want := cacheRule(s)
	want.ID = "rule-1"
	other := Rule{ID: "rule-2", Ref: "abc", Description: "images", Expression: `(http.host eq "www.example.com")`, Action: "set_cache_settings", Enabled: true}
	set := func(rules ...Rule) Ruleset { return Ruleset{ID: "set-1", Rules: rules, Reading: here()} }
	off, elsewhere, wide, formatted := want, want, want, want
	off.Enabled = false
	elsewhere.Expression = `(http.host in {"old.example.com" "example.com"})`
	wide.Parameters = []byte(`{"cache":true}`)
	formatted.Parameters = []byte(`{ "cache" : false }`)
	stranger := want
	stranger.Ref = "ptw_otherone_cache"
	tests := []struct {
		name         string
		seen         cacheSeen
		state        State
		plan, checks string
		says         string
	}{
		{"no rule at all", cacheSeen{rules: Ruleset{Reading: here()}}, StateTodo, "create-cache-rule", "cache-rule=skip cache-last=skip", "One rule"},
		{"only rules of others", cacheSeen{rules: set(other)}, StateTodo, "create-cache-rule", "cache-rule=skip", "One rule"},
		{"a rule of another installation", cacheSeen{rules: set(stranger)}, StateTodo, "create-cache-rule", "cache-rule=skip", ""},
		{"ours, last", cacheSeen{rules: set(other, want)}, StateDone, "", "cache-rule=pass cache-last=pass cache-proof=skip", "last in the list"},
		{"ours, written otherwise", cacheSeen{rules: set(formatted)}, StateDone, "", "cache-rule=pass", ""},
		{"ours, not last", cacheSeen{rules: set(want, other)}, StateTodo, "change-cache-rule", "cache-rule=skip cache-last=skip", "needs a change"},
		{"switched off", cacheSeen{rules: set(off)}, StateTodo, "change-cache-rule", "cache-rule=skip", ""},
		{"for another name", cacheSeen{rules: set(elsewhere)}, StateTodo, "change-cache-rule", "cache-rule=skip", ""},
		{"caching", cacheSeen{rules: set(wide)}, StateTodo, "change-cache-rule", "cache-rule=skip", ""},
		{"proven by Cloudflare’s figures", cacheSeen{rules: set(want), counts: []Count{{Key: "dynamic", N: 9}, {Key: "bypass", N: 4}, {Key: "none", N: 1}}}, StateDone, "", "cache-proof=pass", ""},
		{"figures with hits", cacheSeen{rules: set(want), counts: []Count{{Key: "hit", N: 2}, {Key: "bypass", N: 4}}}, StateAttention, "", "cache-proof=warn", ""},
		{"no figures on this plan", cacheSeen{rules: set(want), noData: ErrNoAnalytics}, StateDone, "", "cache-proof=skip", ""},
		{"the figures cannot be had now", cacheSeen{rules: set(want), noData: cf(502, 0)}, StateDone, "", "cache-proof=skip", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := tt.seen.finding(s)
			expect(t, f, tt.state, "", tt.plan, tt.checks)
			if !strings.Contains(f.Summary, tt.says) {
				t.Errorf("%q does not say %q", f.Summary, tt.says)
			}
		})
	}
	for _, tt := range []struct {
		seen cacheSeen
		says string
	}{
		{cacheSeen{rules: Ruleset{}}, "The only rule"}, {cacheSeen{rules: set(off)}, "The only rule"}, {cacheSeen{rules: set(other)}, "1 other rule stays as it is"}, {cacheSeen{rules: set(want, other)}, "1 other rule stays as it is"},
	} {
		rows := tt.seen.finding(s).Actions[0].Rows
		if got := rows[len(rows)-1].Values[0].Text; !strings.Contains(got, tt.says) {
			t.Errorf("place: %q, not %q", got, tt.says)
		}
	}
}

// http.host is compared whole, so the guide's rule for the domain never matches
// the address (facts of cloudflare, C).
func TestCacheExpressionNamesTheHostItself(t *testing.T) {
	if got := cacheExpression(settled()); got != `(http.host in {"copper-otter.example.com" "example.com"})` {
		t.Error(got)
	}
}

func TestSameJSON(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"", "", true}, {"", "{}", true}, {"null", "", true}, {`{"a":1,"b":2}`, `{ "b":2, "a":1 }`, true}, {`{"a":1}`, `{"a":2}`, false}, {`{"a":1}`, "", false}, {`{"a":[1,2]}`, `{"a":[2,1]}`, false},
	} {
		if got := sameJSON([]byte(tt.a), []byte(tt.b)); got != tt.want {
			t.Errorf("%q and %q: %v", tt.a, tt.b, got)
		}
	}
}

func TestActionNames(t *testing.T) {
	for want, r := range map[string]Rule{
		"Bypass cache": cacheRule(settled()), "Cache settings": {Action: "set_cache_settings", Parameters: []byte(`{"cache":true}`)}, "Block": {Action: "block"},
		"Challenge": {Action: "managed_challenge"}, "Skip": {Action: "skip"}, "Configuration": {Action: "set_config"}, "rewrite": {Action: "rewrite"},
	} {
		if got := actionName(r); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

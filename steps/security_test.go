package steps

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestSecurityFinding(t *testing.T) {
	all := SecurityChoices{Chosen: true, Countries: []string{"IE", "GB"}, Bots: true, Tor: true, Expression: "ip.src.asnum eq 64496", MinTLS: true, HTTPS: true, Integrity: true, NoRewrite: true}
	chosen := func(c SecurityChoices) Settings {
		return with(settled(), func(s *Settings) { s.Security = c; s.Security.Chosen = true })
	}
	rules := func(s Settings, want []Rule) Ruleset {
		out := Ruleset{ID: "set", Reading: here()}
		for i, r := range want {
			r.ID = string(rune('a' + i))
			out.Rules = append(out.Rules, r)
		}
		return out
	}
	theirs := func(set Ruleset, n int) Ruleset {
		for range n {
			set.Rules = append([]Rule{{ID: "theirs", Description: "mine", Expression: "true", Action: "block", Enabled: true}}, set.Rules...)
		}
		return set
	}
	on := func(m map[string]string) map[string]ZoneSetting {
		out := map[string]ZoneSetting{}
		for id, v := range map[string]string{"browser_check": "on", "security_level": "medium", "min_tls_version": "1.0", "always_use_https": "off", "bot_fight_mode": "off", "security_header": `{"strict_transport_security":{"enabled":false}}`} {
			if w, ok := m[id]; ok {
				v = w
			}
			out[id] = ZoneSetting{ID: id, Value: v, Reading: here()}
		}
		return out
	}
	strict := on(map[string]string{"min_tls_version": "1.2", "always_use_https": "on"})
	fought := on(map[string]string{"bot_fight_mode": "on"})
	answers := VisitAnswer{Status: 200}
	full := chosen(all)
	none := Ruleset{Reading: here()}
	ref := func(w string) string { return "ptw_k3xq81ab_" + w }
	tests := []struct {
		name         string
		seen         securitySeen
		set          Settings
		state        State
		ask, plan    string
		checks, says string
	}{
		{"nothing chosen", securitySeen{custom: none, config: none, settings: on(nil), answer: answers}, settled(), StateTodo, "security", "", "still-works=pass bot-fight-mode=pass under-attack=pass", "Choose"},
		{"everything wanted", securitySeen{custom: none, config: none, settings: on(nil), answer: answers}, full, StateTodo, "", "add_" + ref("country") + " add_" + ref("bots") + " add_" + ref("tor") + " add_" + ref("own") + " add_" + ref("config") + " set_min_tls_version set_always_use_https", "rule-country=skip setting-browser_check=pass", "7 changes to confirm"},
		{"everything there", securitySeen{custom: rules(full, customRules(full)), config: rules(full, configRules(full)), settings: strict, answer: answers}, full, StateDone, "", "", "rule-country=pass rule-bots=pass rule-tor=pass rule-own=pass rule-config=pass setting-min_tls_version=pass", "5 rules of the wizard"},
		{"nothing wanted", securitySeen{custom: none, config: none, settings: on(nil), answer: answers}, chosen(SecurityChoices{}), StateDone, "", "", "", "0 rules"},
		{"one rule", securitySeen{custom: rules(full, customRules(full)[1:2]), config: none, settings: on(nil), answer: answers}, chosen(SecurityChoices{Bots: true}), StateDone, "", "", "rule-bots=pass", "1 rule of the wizard"},
		{"TLS 1.3 is stricter than asked", securitySeen{custom: none, config: none, settings: on(map[string]string{"min_tls_version": "1.3"}), answer: answers}, chosen(SecurityChoices{MinTLS: true}), StateDone, "", "", "setting-min_tls_version=pass", ""},
		{"no longer wanted", securitySeen{custom: rules(full, customRules(full)[:2]), config: none, settings: on(nil), answer: answers}, chosen(SecurityChoices{Bots: true}), StateTodo, "", "remove_" + ref("country"), "rule-bots=pass", "1 change to confirm"},
		{"one was switched off in the dashboard", securitySeen{custom: func() Ruleset {
			set := rules(full, customRules(full)[1:2])
			set.Rules[0].Enabled = false
			return set
		}(), config: none, settings: on(nil), answer: answers}, chosen(SecurityChoices{Bots: true}), StateTodo, "", "change_" + ref("bots"), "rule-bots=skip", ""},
		{"room for one", securitySeen{custom: theirs(none, 4), config: none, settings: on(nil), answer: answers}, chosen(SecurityChoices{Bots: true}), StateTodo, "", "add_" + ref("bots"), "", ""},
		{"no room for one of two", securitySeen{custom: theirs(none, 4), config: none, settings: on(nil), answer: answers, plan: "Free Website"}, chosen(SecurityChoices{Bots: true, Tor: true, MinTLS: true}), StateProblem, "", "add_" + ref("bots") + " set_min_tls_version", "slots=fail rule-tor=skip", "1 too many"},
		{"no room at all", securitySeen{custom: theirs(none, 5), config: none, settings: on(nil), answer: answers, plan: "Free Website"}, chosen(SecurityChoices{Bots: true, Tor: true}), StateProblem, "", "", "slots=fail", "2 too many"},
		{"room on another plan", securitySeen{custom: theirs(none, 4), config: none, settings: on(nil), answer: answers, plan: "Pro Website"}, chosen(SecurityChoices{Bots: true, Tor: true}), StateTodo, "", "add_" + ref("bots") + " add_" + ref("tor"), "", "2 changes"},
		{"no room on another plan", securitySeen{custom: theirs(none, 20), config: none, settings: on(nil), answer: answers, plan: "Pro Website"}, chosen(SecurityChoices{Bots: true}), StateProblem, "", "", "slots=fail", "Your plan has 20"},
		{"the plan is not known", securitySeen{custom: theirs(none, 5), config: none, settings: on(nil), answer: answers}, chosen(SecurityChoices{Bots: true}), StateTodo, "", "add_" + ref("bots"), "", ""},
		{"another plan, with many rules, and ours among them", securitySeen{custom: theirs(rules(full, customRules(full)[1:2]), 12), config: none, settings: on(nil), answer: answers}, chosen(SecurityChoices{Bots: true}), StateDone, "", "", "", ""},
		{"many rules of theirs and none wanted", securitySeen{custom: theirs(none, 12), config: none, settings: on(nil), answer: answers}, chosen(SecurityChoices{}), StateDone, "", "", "", ""},
		{"Bot Fight Mode", securitySeen{custom: none, config: none, settings: fought, answer: answers}, chosen(SecurityChoices{}), StateProblem, "", "unset_bot_fight_mode", "bot-fight-mode=fail", "1 change"},
		{"Bot Fight Mode, and nothing chosen yet", securitySeen{custom: none, config: none, settings: fought, answer: answers}, settled(), StateProblem, "security", "", "bot-fight-mode=fail", "Choose"},
		{"Bot Fight Mode is wanted", securitySeen{custom: none, config: none, settings: on(nil), answer: answers}, chosen(SecurityChoices{Fight: true}), StateTodo, "", "set_bot_fight_mode", "setting-bot_fight_mode=skip", ""},
		{"Bot Fight Mode is on as wanted", securitySeen{custom: none, config: none, settings: fought, answer: answers}, chosen(SecurityChoices{Fight: true}), StateAttention, "", "", "bot-fight-mode=warn setting-bot_fight_mode=pass", ""},
		{"HSTS is wanted", securitySeen{custom: none, config: none, settings: on(nil), answer: answers}, chosen(SecurityChoices{HSTS: true}), StateTodo, "", "set_security_header", "setting-security_header=skip", ""},
		{"HSTS is on", securitySeen{custom: none, config: none, settings: on(map[string]string{"security_header": `{"strict_transport_security":{"enabled":true,"max_age":60}}`}), answer: answers}, chosen(SecurityChoices{HSTS: true}), StateDone, "", "", "setting-security_header=pass", ""},
		{"switched on by others, and not wanted", securitySeen{custom: none, config: none, settings: strict, answer: answers}, chosen(SecurityChoices{}), StateDone, "", "", "", ""},
		{"switched on by us, and no longer wanted", securitySeen{custom: none, config: none, settings: strict, answer: answers}, with(chosen(SecurityChoices{}), func(s *Settings) {
			s.ZoneBefore = map[string]string{"min_tls_version": "1.0", "always_use_https": "on"}
		}), StateTodo, "", "unset_min_tls_version", "", "1 change"},
		{"Under Attack mode", securitySeen{custom: none, config: none, settings: on(map[string]string{"security_level": "under_attack"}), answer: answers}, chosen(SecurityChoices{}), StateProblem, "", "", "under-attack=fail", ""},
		{"shut out by a rule", securitySeen{custom: none, config: none, settings: on(nil), answer: VisitAnswer{Status: 403}}, chosen(SecurityChoices{}), StateProblem, "", "", "still-works=fail", ""},
		{"a puzzle", securitySeen{custom: none, config: none, settings: on(nil), answer: VisitAnswer{Status: 403, Header: map[string]string{"cf-mitigated": "challenge"}}}, chosen(SecurityChoices{}), StateProblem, "", "", "still-works=fail", ""},
		{"it does not answer for another reason", securitySeen{custom: none, config: none, settings: on(nil), answer: VisitAnswer{Status: 530}}, chosen(SecurityChoices{}), StateDone, "", "", "still-works=skip", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := tt.seen.finding(tt.set)
			expect(t, f, tt.state, tt.ask, tt.plan, tt.checks)
			if !strings.Contains(f.Summary, tt.says) {
				t.Errorf("%q does not say %q", f.Summary, tt.says)
			}
		})
	}
}

// What the page proposes has the present country in it, when it is known.
func TestSecurityProposal(t *testing.T) {
	for country, want := range map[string]int{"GB": 1, "": 0, "XX": 0} {
		f := securitySeen{settings: map[string]ZoneSetting{"browser_check": {Reading: here()}}, custom: Ruleset{Reading: here()}, country: country, answer: VisitAnswer{Status: 200}}.finding(settled())
		c := f.Detail.(*SecurityDetail).Choices
		if len(c.Countries) != want || !c.Bots || !c.NoRewrite || c.Chosen {
			t.Errorf("%q: %+v", country, c)
		}
	}
}

// Every rule is for the Plex host only, and the rules of the guide are as the
// language has them today (facts of cloudflare, C).
func TestRuleExpressions(t *testing.T) {
	s := with(settled(), func(s *Settings) {
		s.Security = SecurityChoices{Countries: []string{"IE", "GB"}, Bots: true, Tor: true, Expression: `ip.src eq 192.0.2.1 or ip.src eq 192.0.2.2`, NoRewrite: true}
	})
	want := map[string]string{
		"country": `(http.host eq "copper-otter.example.com" and not ip.src.country in {"GB" "IE"})`,
		"bots":    `(http.host eq "copper-otter.example.com" and cf.client.bot)`,
		"tor":     `(http.host eq "copper-otter.example.com" and ip.src.country eq "T1")`,
		"own":     `(http.host eq "copper-otter.example.com" and (ip.src eq 192.0.2.1 or ip.src eq 192.0.2.2))`,
		"config":  `(http.host eq "copper-otter.example.com")`,
	}
	for _, r := range append(customRules(s), configRules(s)...) {
		if name := strings.TrimPrefix(r.Ref, s.Ref("")); want[name] != r.Expression || !r.Enabled || !strings.Contains(r.Description, s.Marker()) {
			t.Errorf("%s: %s", name, r.Expression)
		}
	}
	if s.Security.Countries[0] != "IE" {
		t.Error("the person's list was sorted in place")
	}
}

func TestOurs(t *testing.T) {
	s := settled()
	for ref, want := range map[string]bool{"ptw_k3xq81ab_bots": true, "ptw_other_bots": false, "": false, "bots": false} {
		if got := s.ours(Rule{Ref: ref}); got != want {
			t.Errorf("%q: %v", ref, got)
		}
	}
	if (Settings{}).ours(Rule{Ref: "ptw__bots"}) {
		t.Error("without an installation nothing is ours")
	}
}

func TestForgetRule(t *testing.T) {
	s := with(settled(), func(s *Settings) {
		s.Security = SecurityChoices{Chosen: true, Countries: []string{"GB"}, Bots: true, Tor: true, Expression: "x", NoRewrite: true}
	})
	for _, what := range []string{"country", "bots", "tor", "own", "config"} {
		left := s
		left.Security = forgetRule(s, s.Ref(what))
		for _, r := range append(customRules(left), configRules(left)...) {
			if r.Ref == s.Ref(what) {
				t.Errorf("%s is still wanted", what)
			}
		}
		if n := len(customRules(left)) + len(configRules(left)); n != 4 {
			t.Errorf("%s: %d left", what, n)
		}
	}
}

func TestSecurityActionsThatAreNotWanted(t *testing.T) {
	step := &SecurityStep{Rules: emptyRules{}, Visitor: silence{}, Plex: silence{}, Now: time.Now}
	for _, id := range []string{"add ptw_k3xq81ab_bots", "set browser_check"} {
		if _, err := step.Apply(t.Context(), settled(), Action{ID: id}); !errors.Is(err, ErrPlanChanged) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := step.Apply(t.Context(), settled(), Action{ID: "remove ptw_k3xq81ab_bots"}); err != nil {
		t.Errorf("it is gone already: %v", err)
	}
}

// silence is an address at which nothing answers, and a computer without Plex.
type silence struct {
	Visitor
	PlexServer
}

func (silence) Find(context.Context, string) ([]PlexFound, error) { return nil, nil }

func (silence) Visit(context.Context, string, VisitWant) (Visit, error) { return Visit{}, nil }

func (silence) SignedIn(context.Context, string, string) (VisitAnswer, SignedIn, error) {
	return VisitAnswer{}, SignedIn{}, nil
}

// emptyRules is a zone without rules.
type emptyRules struct{ Rulesets }

func (emptyRules) Ruleset(_ context.Context, _, phase string) (Ruleset, error) {
	return Ruleset{Phase: phase}, nil
}

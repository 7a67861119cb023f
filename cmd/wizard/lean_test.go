package main

import (
	"slices"
	"strings"
	"testing"

	"example.test/wizard/steps"
)

// TestWithoutTheOptionalPermission: a token that may not see configuration rules
// takes the one switch away that needs them, and nothing else.
func TestWithoutTheOptionalPermission(t *testing.T) {
	m := newMeasures(t)
	m.choose(steps.SecurityChoices{NoRewrite: true})
	if p := m.apply(m.engine, steps.IDSecurity); p != nil || len(m.names(phaseConf)) != 1 {
		t.Fatalf("%v, rules %q", p, m.names(phaseConf))
	}
	m.end()
	m.token = leanToken
	m.begin()

	if err := m.engine.Update(func(s *steps.Settings) error { s.Security = steps.SecurityChoices{}; return nil }); err != nil {
		t.Fatal(err)
	}
	if d := m.look(steps.IDSecurity).Detail.(*steps.SecurityDetail); d.Choices.NoRewrite || !d.Choices.Bots || d.NoConfig == nil {
		t.Errorf("proposed: %+v, %v", d.Choices, d.NoConfig)
	}
	m.choose(steps.SecurityChoices{Bots: true, MinTLS: true, NoRewrite: true})
	if p := m.apply(m.engine, steps.IDSecurity); p != nil {
		t.Errorf("%v", p)
	}
	f := m.look(steps.IDSecurity)
	if c := f.Check("rule-config"); c.Status != steps.Warn || !strings.Contains(c.Fix.Title, steps.ConfigPermission) || c.Fix.Link.URL == "" {
		t.Errorf("%+v", c)
	}
	if got := m.names(phaseOwn); !f.Done() || !slices.Equal(got, []string{"bots"}) || m.api.Setting(ownDomain, "min_tls_version") != "1.2" {
		t.Errorf("%s, rules %q, TLS %v", f.Summary, got, m.api.Setting(ownDomain, "min_tls_version"))
	}

	s, err := m.store.Settings()
	if err != nil {
		t.Fatal(err)
	}
	text, err := (&steps.Export{Rules: m.cloud, Zone: m.cloud, Records: m.cloud, Tunnels: m.cloud, Alerts: m.cloud, Access: m.cloud}).Terraform(t.Context(), s)
	if err != nil || !strings.Contains(text, `"cloudflare_ruleset" "security"`) || !strings.Contains(text, steps.ConfigPermission) {
		t.Errorf("%v\n%s", err, text)
	}

	m.ticked.Set([]string{"ptw_k3xq81ab_bots", "ptw_k3xq81ab_config"})
	m.undo.Forget()
	seen, err := m.undo.Look(t.Context(), steps.IDUndo)
	if err != nil || seen.Problem != nil {
		t.Fatal(err, seen.Problem)
	}
	d := seen.Finding.Detail.(*steps.UndoDetail)
	if len(d.Made) != 3 || len(d.Unread) != 1 || !strings.Contains(d.Unread[0].Problem.Text, steps.ConfigPermission) {
		t.Errorf("made %+v, unread %+v", d.Made, d.Unread)
	}
	if p := m.apply(m.undo, steps.IDUndo); p != nil || m.exists(phaseOwn) {
		t.Errorf("%v, rules %q", p, m.names(phaseOwn))
	}
	// What could not be read is not taken for gone.
	undo := &steps.Undo{Rules: m.cloud}
	if _, err := undo.TakeUp(t.Context(), s, steps.Action{ID: "remove ptw_k3xq81ab_config"}); err == nil {
		t.Error("a rule that cannot be seen is said to be gone")
	}
}

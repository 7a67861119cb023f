package web_test

import (
	"slices"
	"testing"

	"example.test/wizard/steps"
)

func asked() steps.Finding {
	return steps.Finding{Ask: "security", Summary: "What you choose", Detail: &steps.SecurityDetail{
		Choices: steps.SecurityChoices{Countries: []string{"DE"}, Bots: true, NoRewrite: true}, Country: "DE", Limit: 5,
	}}
}

func TestSecurityFormProposes(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain, s.Subdomain = "example.com", "movies" })
	w.shows(steps.IDSecurity, asked())
	b := w.open()
	a := b.get("/steps/security")
	a.has(`#m-country[checked]`, `#m-bots[checked]`, `#m-tor:not([checked])`, `input[name="countries"][value="DE"][checked]`, `button[data-next]`, `button[name="do"][value="skip"]`)
	a.says("You are here", "Germany")
}

func TestSecurityFormRefuses(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDSecurity, asked())
	b := w.open()

	none := b.post("/steps/security/choose", "measure", "country", "measure", "tor")
	refused(t, none, "add_country", "Choose at least one country, or switch this rule off")
	none.has(`#m-tor[checked]`, `#m-country[checked]`, `#m-bots:not([checked])`)

	a := b.post("/steps/security/choose", "measure", "country", "countries", "FR", "do", "add_country", "add_country", "Atlantis")
	refused(t, a, "add_country", "Choose a country from the list")
	if a.value("add_country") != "Atlantis" {
		t.Errorf("kept %q", a.value("add_country"))
	}
	a.has(`input[name="countries"][value="FR"][checked]`, `input[name="countries"][value="DE"]:not([checked])`)

	a = b.post("/steps/security/choose", "measure", "country", "countries", "FR", "countries", "<b>")
	refused(t, a, "add_country", "Choose countries from the list")
	a.hasNot("main fieldset b")

	a = b.post("/steps/security/choose", "measure", "own")
	refused(t, a, "expression", "Write an expression, or switch this rule off")

	a = b.post("/steps/security/choose", "measure", "own", "expression", "nonsense eq 1", "countries", "FR")
	refused(t, a, "expression", "Cloudflare does not understand this expression: unknown identifier nonsense")
	if a.value("expression") != "nonsense eq 1" {
		t.Errorf("kept %q", a.value("expression"))
	}
	a.has(`#m-country:not([checked])`, `input[name="countries"][value="FR"][checked]`) // also of a rule that is off

	// A form without a single tick is a form too.
	a = b.post("/steps/security/choose", "add_country", "Atlantis")
	refused(t, a, "add_country", "Choose a country from the list")
	a.hasNot(`input[name="measure"][checked]`)

	if w.store.now().Security.Chosen {
		t.Error("one of them was taken")
	}
}

func TestSecurityFormTakes(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDSecurity, asked())
	b := w.open()
	b.post("/steps/security/choose", "do", "add_country", "add_country", " france ", "countries", "DE").leads("/steps/security?part=choose")
	if s := w.store.now().Security; !slices.Equal(s.Countries, []string{"DE", "FR"}) {
		t.Errorf("%+v", s)
	}
	b.post("/steps/security/choose", "measure", "country", "measure", "own", "measure", "tls", "measure", "rewrite", "countries", "DE", "expression", " ip.src.asnum eq 64496 ").leads("/steps/security")
	want := steps.SecurityChoices{Chosen: true, Countries: []string{"DE"}, Expression: "ip.src.asnum eq 64496", MinTLS: true, NoRewrite: true}
	if s := w.store.now().Security; !slices.Equal(s.Countries, want.Countries) || s.Expression != want.Expression || !s.MinTLS || !s.NoRewrite || s.Bots || s.Tor || s.HTTPS || s.Integrity || !s.Chosen {
		t.Errorf("%+v", s)
	}
	if len(w.rules.tried) != 1 || w.rules.count() != 0 {
		t.Errorf("tried %q, written %d", w.rules.tried, w.rules.count())
	}
	b.post("/steps/security/choose", "measure", "own", "expression", "ip.src.asnum eq 64496").leads("/steps/security")
	if len(w.rules.tried) != 1 {
		t.Error("the same expression is tried again")
	}
	b.post("/steps/security/choose", "do", "skip", "measure", "bots").leads("/steps/security")
	if s := w.store.now().Security; !s.Chosen || s.Bots || len(s.Countries) != 0 || s.Expression != "" {
		t.Errorf("%+v", s)
	}
}

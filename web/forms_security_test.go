package web_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

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

// A second address is for browsers, and never the Plex address.
func TestSecurityFormGuardsTheSecondAddress(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain, s.Subdomain = "example.com", "movies" })
	w.shows(steps.IDSecurity, asked())
	b := w.open()
	if a := b.get("/steps/security"); a.value("access_name") != "movies-web" {
		t.Errorf("proposed: %q", a.value("access_name"))
	}
	for _, c := range []struct{ name, who, field, says string }{
		{"movies", "robin@example.com", "access_name", "This is the Plex address"},
		{"*", "robin@example.com", "access_name", ""},
		{"", "robin@example.com", "access_name", ""},
		{"web", "", "access_for", "at least one mail address"},
		{"web", "robin", "access_for", "Enter mail addresses"},
		{"web", "Robin <robin@example.com>", "access_for", "Enter mail addresses"},
	} {
		a := b.post("/steps/security/choose", "measure", "access", "access_name", c.name, "access_for", c.who)
		a.is(422)
		a.has(`#m-access[checked]`, `#`+c.field+`[aria-invalid="true"]`)
		a.says(c.says)
		if a.value("access_name") != c.name || a.value("access_for") != c.who {
			t.Errorf("%q, %q: kept %q, %q", c.name, c.who, a.value("access_name"), a.value("access_for"))
		}
	}
	if w.store.now().Security.Access {
		t.Fatal("one of them was taken")
	}
	b.post("/steps/security/choose", "measure", "access", "access_name", " Web ", "access_for", "robin@example.com, ann@example.com").leads("/steps/security")
	if s := w.store.now(); s.BrowserHost() != "web.example.com" || !s.Security.Access || !slices.Equal(s.Security.AccessFor, []string{"robin@example.com", "ann@example.com"}) {
		t.Errorf("%+v", s.Security)
	}
	refused(t, b.post("/steps/security/choose", "measure", "access", "access_name", "other", "access_for", "robin@example.com"), "access_name", "Switch the page off first, and then on with the new name")
	b.post("/steps/security/choose", "measure", "tor").leads("/steps/security")
	if s := w.store.now(); s.Security.Access || s.BrowserHost() != "web.example.com" {
		t.Errorf("switched off, and what was made can no longer be found: %+v", s.Security)
	}
}

// TestSecurityFormOutlivesAFailure: when Cloudflare cannot be asked about an expression,
// everything that was typed and ticked is still there, with why and what to do, even
// though the page could not be looked up by now.
func TestSecurityFormOutlivesAFailure(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDSecurity, asked())
	b := w.open()
	b.get("/steps/security")
	w.rules.down = &steps.ServiceError{Service: "Cloudflare", Call: "POST /rulesets", Status: 503, Ray: "9a2f-LHR"}
	w.fails(steps.IDSecurity, w.rules.down)
	a := b.post("/steps/security/choose", "measure", "own", "measure", "tor", "expression", "ip.src.asnum eq 64496", "countries", "FR")
	redrawn(t, a, http.StatusBadGateway, "expression", "Cloudflare has trouble of its own")
	if a.value("expression") != "ip.src.asnum eq 64496" {
		t.Errorf("kept %q", a.value("expression"))
	}
	a.has(`#m-tor[checked]`, `#m-bots:not([checked])`, `input[name="countries"][value="FR"][checked]`, `form[action="/steps/security/choose"] button[data-next]`)
	a.says("Wait a minute and look again.", "Detail for support: Call: POST /rulesets, Answer: 503, Ray ID: 9a2f-LHR")
	if n := a.page().Find("[data-next]").Length(); n != 1 {
		t.Errorf("%d next actions", n)
	}
	if w.store.now().Security.Chosen {
		t.Error("it was kept as chosen")
	}
}

// A change after which the address does not answer is offered back, with the plan
// of the undo before anything happens.
func TestSecurityOffersTheLastChangeBack(t *testing.T) {
	w := newWorld(t)
	belongings(w)
	made := []steps.Belonging{{ID: "ptw_a_country", What: "country"}, {ID: "ptw_a_bots", What: "bots"}, {ID: "setting-min_tls_version", What: "TLS"}}
	w.undo.set(func(steps.Settings) (steps.Finding, error) {
		return steps.Finding{Detail: &steps.UndoDetail{Made: made}}, nil
	})
	now := w.clock.Now()
	event := func(ago time.Duration, step steps.ID, action string, result steps.Result) {
		w.store.events = append(w.store.events, steps.Event{At: now.Add(-ago), Step: step, Action: action, What: "What " + action + " did", Result: result})
	}
	event(time.Hour, steps.IDSecurity, "add ptw_a_bots", steps.Done)
	event(90*time.Second, steps.IDSecurity, "set min_tls_version", steps.Done)
	event(80*time.Second, steps.IDSecurity, "add ptw_a_country", steps.Done)
	event(70*time.Second, steps.IDSecurity, "add ptw_a_tor", steps.Done) // gone since
	event(60*time.Second, steps.IDSecurity, "add ptw_a_own", steps.Failed)
	event(10*time.Second, steps.IDNotifications, "add x", steps.Done)
	broken := steps.Finding{
		Checks: []steps.Check{{Name: "still-works", Title: "The address still works", Status: steps.Fail, Detail: "A rule shuts this computer out (403)."}},
		Detail: &steps.SecurityDetail{Limit: 5},
	}
	w.shows(steps.IDSecurity, broken)
	b := w.open()
	a := b.get("/steps/security")
	a.has(`[data-take-back] form[action="/undo"] input[name="remove"][value="ptw_a_country"]`, `[data-take-back] input[value="setting-min_tls_version"]`, `[data-take-back] button[data-next]`)
	a.hasNot(`[data-take-back] input[value="ptw_a_bots"]`, `[data-take-back] input[value="ptw_a_tor"]`)
	if n := a.page().Find("[data-next]").Length(); n != 1 {
		t.Errorf("%d next actions", n)
	}
	a.says("A rule shuts this computer out (403).", "What add ptw_a_country did", "You will see a plan first.")
	b.post("/undo", "remove", "setting-min_tls_version", "remove", "ptw_a_country").leads("/undo?part=plan")

	works := broken
	works.Checks = []steps.Check{{Name: "still-works", Title: "The address still works", Status: steps.Pass}}
	w.shows(steps.IDSecurity, works)
	b.get("/steps/security").hasNot("[data-take-back]")
}

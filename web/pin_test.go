package web_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// signingIn lets step 7 lack a key until plex.tv has allowed the sign-in.
func signingIn(w *world) {
	w.steps[steps.IDPlex].set(func(steps.Settings) (steps.Finding, error) {
		if w.tv.state == "allowed" {
			return done("Signed in"), nil
		}
		return steps.Finding{Ask: "plex-signin", Summary: "Needs your sign-in", Detail: &steps.PlexDetail{Server: steps.PlexFound{State: "ok", ID: "plex-1"}}}, nil
	})
	w.engine.Forget()
}

func TestPlexSignIn(t *testing.T) {
	w := newWorld(t)
	signingIn(w)
	b := w.open()
	start := b.get("/steps/plex")
	start.has(`form[action="/steps/plex/choose"] button[name="do"][value="signin"][data-next]`)
	start.hasNot("#checks[hx-get]")
	if w.tv.polls != 0 {
		t.Error("plex.tv is asked about a sign-in that nobody began")
	}

	b.post("/steps/plex/choose", "do", "signin").leads("/steps/plex")
	open := b.get("/steps/plex")
	open.has(`a[data-next][href="https://app.plex.tv/auth#?code=abcd"][target="_blank"][rel="noreferrer"]`)
	polled(t, open, "/steps/plex/checks", "every 2s")
	open.says("Waiting for you to allow it")
	open.says("The link works until " + time.Date(2026, time.November, 22, 16, 12, 0, 0, time.UTC).Local().Format("15:04"))

	w.tv.down = errors.New("no answer") // which says nothing about the sign-in
	away := b.get("/steps/plex/checks", asHTMX())
	away.has(`#checks[hx-get]`, `a[data-next]`)
	away.says("plex.tv does not answer at present")
	w.tv.down = nil

	// The person allows it: the very next poll shows the step with its key.
	w.tv.state = "allowed"
	after := b.get("/steps/plex/checks", asHTMX())
	after.hasNot(`button[value="signin"]`, `a[href^="https://app.plex.tv"]`, "#checks[hx-get]")
	after.has(`[data-check="it"][data-status="pass"]`)
	polls := w.tv.polls
	b.get("/steps/plex")
	if w.tv.polls != polls {
		t.Error("plex.tv is asked about a sign-in that has ended")
	}
}

func TestPlexSignInExpires(t *testing.T) {
	w := newWorld(t)
	signingIn(w)
	b := w.open()
	b.post("/steps/plex/choose", "do", "signin").leads("/steps/plex")
	w.tv.state = "expired"
	late := b.get("/steps/plex")
	late.has(`button[name="do"][value="signin"]`) // to begin another
	late.says("was not allowed in time")
	b.get("/steps/plex").hasNot("#checks[hx-get]")
}

func TestPlexSignInCannotBegin(t *testing.T) {
	w := newWorld(t)
	signingIn(w)
	w.tv.down = &steps.ServiceError{Service: "plex.tv", Call: "POST /pins"}
	a := w.open().post("/steps/plex/choose", "do", "signin")
	a.is(502)
	a.says("plex.tv does not answer", "Look again in a moment.")
	a.has(`.errors[autofocus]`, `form[action="/steps/plex/choose"] button[name="do"][value="signin"]`)
	a.hasNot(`.errors a[href="#"]`) // no field is to blame
}

// A key that an administrator read is tried at the server, and never comes back.
func TestPasteKeyOfPlex(t *testing.T) {
	w := newWorld(t)
	signingIn(w)
	b := w.open()
	b.get("/steps/plex").has(`form[action="/steps/plex/choose"] input[type="password"][name="token"]`)
	for typed, words := range map[string]string{
		"": "Paste the key that the command showed", " ": "Paste the key that the command showed", "short": "This does not look like a key: it is one word of about 20 letters and digits",
		`PlexOnlineToken="` + canary + `"`: "This does not look like a key: it is one word of about 20 letters and digits",
		"wrong-" + canary:                  "Plex does not take this key",
	} {
		a := b.post("/steps/plex/choose", "do", "key", "token", typed)
		refused(t, a, "token", words)
		if strings.Contains(a.body, canary) || a.value("token") != "" {
			t.Errorf("%q came back", typed)
		}
	}
	b.post("/steps/plex/choose", "do", "key", "token", ` "`+canary+"\"\n").leads("/steps/plex")
	if w.tv.key.Reveal() != canary {
		t.Error("another key was tried")
	}
	w.tv.down = &steps.ServiceError{Service: "Plex", Call: "GET /:/prefs"}
	late := b.post("/steps/plex/choose", "do", "key", "token", canary)
	redrawn(t, late, 502, "token", "Plex does not answer")
	if strings.Contains(late.body, canary) || late.value("token") != "" {
		t.Error("the key came back")
	}
	w.tv.down = nil

	// Plex has stopped meanwhile: nothing is tried, and the page says so.
	tried := w.tv.count()
	w.shows(steps.IDPlex, steps.Finding{Summary: "x", Detail: &steps.PlexDetail{Server: steps.PlexFound{State: "stopped"}}})
	b.post("/steps/plex/choose", "do", "key", "token", canary).leads("/steps/plex")
	if w.tv.count() != tried {
		t.Error("a key was sent to nobody")
	}
	if strings.Contains(w.log.String(), canary) {
		t.Error("the key is in the log")
	}
}

// The wizard's own sign-in is given back on the last page, with plex.tv's word.
func TestSignOutOfPlexTV(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	b.get("/summary").hasNot(`form[action="/plex/signout"]`)
	w.tv.signed = true
	b.get("/summary").has(`form[action="/plex/signout"] button`)
	w.tv.down = &steps.ServiceError{Service: "plex.tv", Call: "DELETE /api/v2/users/signout", Status: 503}
	b.post("/plex/signout").is(502)
	b.get("/summary").has(`form[action="/plex/signout"]`)
	w.tv.down = nil
	b.post("/plex/signout").leads("/summary")
	after := b.get("/summary")
	after.says("it answered 401")
	after.hasNot(`form[action="/plex/signout"]`)
	after.has(".flash .note--done")
}

// Of several servers the person chooses one; a made-up one is refused.
func TestChooseServer(t *testing.T) {
	w := newWorld(t)
	servers := []steps.PlexFound{
		{State: "ok", ID: "plex-1", Origin: "https://127.0.0.1:32400", Version: "1.43"}, {State: "ok", ID: "plex-2", Origin: "https://127.0.0.1:32401", Version: "1.42", Name: "Cellar"},
	}
	w.shows(steps.IDHostname, steps.Finding{Ask: "plex-server", Summary: "Several", Detail: &steps.HostnameDetail{Servers: servers, Choose: true}})
	b := w.open()
	page := b.get("/steps/hostname")
	page.has(`input[type="radio"][name="plex_server"][value="plex-1"][checked]`, `input[name="plex_server"][value="plex-2"]:not([checked])`, `button[data-next][value="server"]`)
	page.says("Cellar, https://127.0.0.1:32401")
	page.says("Version 1.42, id plex-2")
	for _, wrong := range []string{"", "plex-3"} {
		a := b.post("/steps/hostname/choose", "do", "server", "plex_server", wrong)
		a.is(422)
		a.says("Choose one of these servers")
	}
	b.post("/steps/hostname/choose", "do", "server", "plex_server", "plex-2").leads("/steps/hostname")
	if got := w.store.now().PlexID; got != "plex-2" {
		t.Errorf("chose %q", got)
	}
	w.shows(steps.IDHostname, steps.Finding{Summary: "x", Detail: &steps.HostnameDetail{Servers: servers}, Actions: []steps.Action{{ID: "set-route", Verb: steps.Create, What: "x"}}})
	b.get("/steps/hostname").has(`a[href="/steps/hostname?part=server"]`)
	b.get("/steps/hostname?part=server").has(`input[name="plex_server"][value="plex-2"][checked]`)
}

// Where no Plex is found, the field for its address is there at once, also when
// what was typed leads nowhere.
func TestAddressOfPlexIsAsked(t *testing.T) {
	w := newWorld(t)
	for _, typed := range []string{"", "192.168.1.5"} {
		for _, state := range []string{"none", "refused"} {
			w.settings(func(s *steps.Settings) { s.PlexAddress = typed })
			w.shows(steps.IDHostname, steps.Finding{
				Summary: "x", Detail: &steps.HostnameDetail{Servers: []steps.PlexFound{{State: state}}},
				Checks: []steps.Check{{Name: "origin", Title: "Plex answers", Status: steps.Fail, Detail: "No"}},
			})
			page := w.open().get("/steps/hostname")
			page.has(`details[open] input[name="plex_address"]`)
			if got := page.value("plex_address"); got != typed {
				t.Errorf("typed %q, shown %q", typed, got)
			}
		}
	}
}

// The line for an administrator stands below the question, to be copied.
func TestKeyOfPlexMayNotBeRead(t *testing.T) {
	w := newWorld(t)
	const line = `sudo sed -n 's/x/y/p' '/var/lib/Plex Media Server/Preferences.xml'`
	w.shows(steps.IDPlex, steps.Finding{
		Ask: "plex-signin", Summary: "Needs your sign-in", Detail: &steps.PlexDetail{},
		Checks: []steps.Check{{Name: "plex-token", Title: "The wizard may change it", Word: "May not be read", Detail: "This user may not read it.", Fix: steps.Fix{Title: "Read it", Command: line}}},
	})
	page := w.open().get("/steps/plex")
	page.has(`[data-check="plex-token"][data-status="skip"]`, `button[value="signin"][data-next]`, `input[type="password"][name="token"]`)
	page.says(line)
	page.says("May not be read")
}

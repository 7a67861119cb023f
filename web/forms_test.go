package web_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"example.test/wizard/steps"
)

// refused requires everything of a form that was not accepted: the summary that
// leads to the field, the same words at the field, and a page that stays.
func refused(t *testing.T, a *answer, field, words string) {
	t.Helper()
	redrawn(t, a, http.StatusUnprocessableEntity, field, words)
}

// redrawn is the same page again, with the words of what went wrong above the form
// and beside the field.
func redrawn(t *testing.T, a *answer, code int, field, words string) {
	t.Helper()
	a.is(code)
	if got := a.header.Get("HX-Push-Url"); got != "false" {
		t.Errorf("HX-Push-Url is %q: Back would need two presses", got)
	}
	if got := a.text("title"); !strings.HasPrefix(got, "Error: ") {
		t.Errorf("title %q", got)
	}
	if got := a.text(`.errors[role="alert"][tabindex="-1"][autofocus] a[href="#` + field + `"]`); got != words {
		t.Errorf("the summary says %q, want %q", got, words)
	}
	if got := a.text("#" + field + "-error"); got != "Error: "+words {
		t.Errorf("the field says %q, want %q", got, words)
	}
	a.has("#"+field, "nav", "#checks")
	a.hasNot("#checks[hx-get]", "h1[autofocus]")
}

func TestTokenForm(t *testing.T) {
	unknown := steps.Finding{Ask: "token", Summary: "Needs a token", Detail: &steps.AccountDetail{TokenLink: "https://dash.cloudflare.com/x"}, Checks: []steps.Check{{Name: "token", Title: "The token works"}}}
	known := done("Works")
	known.Detail = &steps.AccountDetail{Known: true}
	w := newWorld(t)
	w.shows(steps.IDAccount, unknown)
	b := w.open()
	form := b.get("/steps/account")
	form.has(`form[action="/steps/account/choose"] input[type="password"][name="token"][required]`, `#keep:not([checked])`, `button[data-next]`)

	for typed, words := range map[string]string{
		"":                            "Paste the token that Cloudflare showed you",
		"   ":                         "Paste the token that Cloudflare showed you",
		"short":                       "This does not look like a token: it is one word of about 40 letters and digits",
		canary + " " + canary:         "This does not look like a token: it is one word of about 40 letters and digits",
		strings.Repeat(canary, 5):     "This does not look like a token: it is one word of about 40 letters and digits",
		"Bearer":                      "This does not look like a token: it is one word of about 40 letters and digits",
		"one\ttwo" + canary[:40]:      "This does not look like a token: it is one word of about 40 letters and digits",
		`"` + strings.Repeat(" ", 50): "Paste the token that Cloudflare showed you",
	} {
		a := b.post("/steps/account/choose", "token", typed, "keep", "yes")
		refused(t, a, "token", words)
		a.has("#keep[checked]")
		if strings.Contains(a.body, canary) || a.value("token") != "" {
			t.Errorf("%q came back", typed)
		}
	}
	if w.token.count() != 0 {
		t.Error("what cannot be a token was taken for one")
	}

	// Cloudflare does not know it.
	no := unknown
	no.Checks = []steps.Check{{Name: "token", Title: "The token works", Status: steps.Fail, Detail: "Cloudflare does not know this token."}}
	w.shows(steps.IDAccount, no)
	a := b.post("/steps/account/choose", "token", canary)
	refused(t, a, "token", "Cloudflare does not know this token. Copy it once more, the whole of it, or make a new one")
	if strings.Contains(a.body, canary) {
		t.Error("the token came back")
	}

	// Cloudflare cannot be asked: the page says why, and the token is kept.
	w.fails(steps.IDAccount, &steps.ServiceError{Service: "Cloudflare", Call: "GET /user/tokens/verify"})
	b.post("/steps/account/choose", "token", canary).leads("/steps/account")
	b.get("/steps/account").says("Cloudflare does not answer")
	if w.token.held.Reveal() != canary || w.token.kept {
		t.Errorf("held %q, remembered %v", w.token.held.Reveal(), w.token.kept)
	}
	b.post("/steps/account/choose", "token", canary).leads("/steps/account")

	for _, pasted := range []string{canary, " " + canary + "\n", "Bearer " + canary, `"` + canary + `"`} {
		w.shows(steps.IDAccount, known)
		b.post("/steps/account/choose", "token", pasted).leads("/steps/account")
		if got := w.token.held.Reveal(); got != canary {
			t.Errorf("%q was taken as %q", pasted, got)
		}
	}
	if w.token.kept {
		t.Error("it was remembered without a tick")
	}

	// A mistake does not cost the good token.
	another := strings.Repeat("z", 40)
	w.shows(steps.IDAccount, no)
	refused(t, b.post("/steps/account/choose", "token", another), "token", "Cloudflare does not know this token. The token that you gave before is still in use")
	w.fails(steps.IDAccount, &steps.ServiceError{Service: "Cloudflare", Call: "GET /user/tokens/verify"})
	b.post("/steps/account/choose", "token", another).leads("/steps/account")
	b.get("/steps/account").says("the one that you gave before is still in use")
	if got := w.token.held.Reveal(); got != canary {
		t.Errorf("now %q is held", got)
	}
	w.shows(steps.IDAccount, known)
	b.post("/steps/account/choose", "token", canary, "keep", "yes").leads("/steps/account")
	if !w.token.kept {
		t.Error("it was not remembered")
	}
	w.token.unable = errors.New("locked")
	b.post("/steps/account/choose", "token", canary, "keep", "yes").leads("/steps/account")
	after := b.get("/steps/account")
	after.says("This computer could not remember the token")
	after.has(".flash .note--attention")
	if strings.Contains(after.body+w.log.String(), canary) {
		t.Error("the token is on a page or in the log")
	}
}

// A token on trial is nobody else's: meanwhile everything goes on with the one
// that is held, and what was seen with it still holds.
func TestATrialTouchesNothing(t *testing.T) {
	w := newWorld(t)
	w.token.held = steps.NewSecret(canary)
	b := w.open()
	b.get("/steps/account")
	asked := 0
	w.token.prove = func(context.Context, steps.Settings) (steps.Finding, error) {
		asked++
		if w.token.held.Reveal() != canary {
			t.Error("the token on trial is held already")
		}
		if seen, ok := w.engine.Last(steps.IDAccount); !ok || seen.Old {
			t.Error("what was seen is forgotten")
		}
		return steps.Finding{Detail: &steps.AccountDetail{}, Checks: []steps.Check{{Name: "token", Status: steps.Fail, Detail: "Cloudflare does not know this token."}}}, nil
	}
	b.post("/steps/account/choose", "token", strings.Repeat("z", 40)).is(422)
	if asked != 1 || w.token.held.Reveal() != canary {
		t.Errorf("asked %d times, %q is held", asked, w.token.held.Reveal())
	}
}

// What was saved of an earlier token and cannot be removed is said, and the new one is used.
func TestAnEarlierTokenThatStays(t *testing.T) {
	w := giveToken(t)
	w.token.unset = errors.New("the keyring is locked")
	b := w.open()
	b.post("/steps/account/choose", "token", canary).leads("/steps/account")
	b.get("/steps/account").says("The new token is in use. One that was saved before could not be removed")
	if !w.token.HasToken() {
		t.Error("the new one was not taken")
	}
}

func TestAccountForm(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDAccount, steps.Finding{Ask: "account", Detail: &steps.AccountDetail{Known: true, Accounts: []steps.Account{{ID: "a1", Name: "Home"}, {ID: "a2", Name: "Work"}}}})
	b := w.open()
	b.get("/steps/account").has(`input[type="radio"][name="account"][value="a1"][checked]`, `input[name="account"][value="a2"]`)
	refused(t, b.post("/steps/account/choose", "account", "a3"), "account", "Choose one of these accounts")
	b.post("/steps/account/choose", "account", "a2").leads("/steps/account")
	if got := w.store.now().AccountID; got != "a2" {
		t.Errorf("account %q", got)
	}
}

func TestTunnelForm(t *testing.T) {
	w := newWorld(t)
	taken := &steps.TunnelDetail{Name: "attic", Taken: []steps.CloudTunnel{{ID: "t1", Name: "attic", Remote: true, Created: w.clock.Now()}}}
	w.shows(steps.IDTunnel, steps.Finding{Ask: "tunnel_name", Detail: taken})
	b := w.open()
	form := b.get("/steps/tunnel")
	if got := form.value("tunnel_name"); got != "attic-plex" {
		t.Errorf("proposed %q", got)
	}
	form.has(`input[name="adopt"][value="new"][checked]`, `input[name="adopt"][value="adopt"]:not([checked])`)
	for typed, words := range map[string]string{
		"": "Enter a name for the tunnel", strings.Repeat("a", 101): "The name is longer than 100 characters", "<b>": "The name may have letters, digits, spaces, dots and hyphens",
	} {
		a := b.post("/steps/tunnel/choose", "tunnel_name", typed, "adopt", "new")
		refused(t, a, "tunnel_name", words)
		if a.value("tunnel_name") != typed {
			t.Errorf("typed %q, kept %q", typed, a.value("tunnel_name"))
		}
	}
	b.post("/steps/tunnel/choose", "tunnel_name", " cellar ", "adopt", "new").leads("/steps/tunnel")
	if s := w.store.now(); s.TunnelName != "cellar" || s.TunnelAdopt {
		t.Errorf("%q, %v", s.TunnelName, s.TunnelAdopt)
	}
	b.post("/steps/tunnel/choose", "tunnel_name", "", "adopt", "adopt").leads("/steps/tunnel")
	if s := w.store.now(); s.TunnelName != "cellar" || !s.TunnelAdopt {
		t.Errorf("%q, %v", s.TunnelName, s.TunnelAdopt)
	}
}

func TestHostnameForm(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain, s.Subdomain = "example.com", "lampshade-orbit" })
	foreign := &steps.HostnameDetail{Foreign: []steps.CloudRecord{{ID: "r9"}}}
	foreign.Foreign[0].Type, foreign.Foreign[0].Content = "A", "192.0.2.1"
	w.shows(steps.IDHostname, steps.Finding{Ask: "subdomain", Detail: foreign})
	b := w.open()
	if got := b.get("/steps/hostname").value("subdomain"); got != "lampshade-orbit" {
		t.Errorf("proposed %q", got)
	}
	for typed, words := range map[string]string{
		"": "Enter a name", "a.b": "The name has a dot. Cloudflare’s free certificate covers one level only.", "-a": "The name may have letters, digits and hyphens, and no hyphen at its ends",
		strings.Repeat("a", 64): "The name is longer than 63 characters", `"><b>`: "The name may have letters, digits and hyphens, and no hyphen at its ends",
	} {
		a := b.post("/steps/hostname/choose", "subdomain", typed, "plex_address", "https://192.0.2.5:32400", "adopt", "r9")
		refused(t, a, "subdomain", words)
		if a.value("subdomain") != typed || a.value("plex_address") != "https://192.0.2.5:32400" {
			t.Errorf("typed %q, kept %q and %q", typed, a.value("subdomain"), a.value("plex_address"))
		}
		a.has(`input[name="adopt"][value="r9"][checked]`, `input[name="adopt"][value="other"]:not([checked])`)
	}
	for typed, want := range map[string]string{"Movies": "movies", " movies ": "movies", "https://Movies.example.com": "movies", "movies.example.com": "movies"} {
		b.post("/steps/hostname/choose", "subdomain", typed, "plex_address", " 192.0.2.5 ", "adopt", "other").leads("/steps/hostname")
		if s := w.store.now(); s.Subdomain != want || s.PlexAddress != "192.0.2.5" || s.RecordAdopt != "" {
			t.Errorf("%q gives %q, %q, %q", typed, s.Subdomain, s.PlexAddress, s.RecordAdopt)
		}
	}
	b.post("/steps/hostname/choose", "subdomain", "movies", "adopt", "r9").leads("/steps/hostname")
	if s := w.store.now(); s.RecordAdopt != "r9" {
		t.Errorf("a yes that names the record gives %q", s.RecordAdopt)
	}
	b.post("/steps/hostname/choose", "subdomain", "typed", "another", "1").leads("/steps/hostname?part=name")
	if s := w.store.now(); s.Subdomain != "storeroom-parachute" {
		t.Errorf("another name gives %q", s.Subdomain)
	}
}

// A name with an A and an AAAA record is not offered to be taken over, and the page
// says why.
func TestANameWithSeveralRecords(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain, s.Subdomain = "example.com", "lampshade-orbit" })
	two := &steps.HostnameDetail{Foreign: []steps.CloudRecord{{ID: "r8"}, {ID: "r9"}}}
	w.shows(steps.IDHostname, steps.Finding{Ask: "subdomain", Detail: two})
	page := w.open().get("/steps/hostname")
	page.hasNot(`input[name="adopt"]`)
	page.has(`input[name="subdomain"]`, `button[data-next]`)
	page.says("The name has 2 records of yours, so it cannot be taken over")
}

func TestPlexForm(t *testing.T) {
	w := newWorld(t)
	shows := func(plan bool, ways ...steps.PlexSwitch) {
		f := done("Known")
		f.Detail = &steps.PlexDetail{Proven: true, Switches: ways}
		if plan {
			f.Actions = []steps.Action{{ID: "relay-on", Verb: steps.Update, What: "Turn Relay on again", From: "Off", To: "On"}}
		}
		w.shows(steps.IDPlex, f)
	}
	kept := func(remoteOff, relayOff bool) {
		t.Helper()
		if s := w.store.now().Plex; s.RemoteAccessOff != remoteOff || s.RelayOff != relayOff {
			t.Errorf("%+v", s)
		}
	}
	b := w.open()
	shows(false, steps.PlexSwitch{ID: "remote", On: true, Wish: true, May: true}, steps.PlexSwitch{ID: "relay", On: true, Wish: true, May: true})
	page := b.get("/steps/plex")
	page.has(`input[name="remote_access"][checked]:not([disabled])`, `input[name="relay"][checked]:not([disabled])`)
	page.says("Two things you may turn off now")
	b.post("/steps/plex/choose", "relay", "on").leads("/steps/plex")
	kept(true, false)

	// The address does not answer: what is on stays so, what the wizard turned off comes back.
	w.settings(func(s *steps.Settings) { s.Plex.RemoteAccessOff, s.Plex.RelayOff = false, true })
	shows(false, steps.PlexSwitch{ID: "remote", On: true, Wish: true}, steps.PlexSwitch{ID: "relay", Ours: true, May: true})
	page = b.get("/steps/plex")
	page.has(`input[name="remote_access"][checked][disabled]`, `input[name="relay"]:not([checked]):not([disabled])`)
	page.says("It can be turned off once the address answers", "The wizard turned it off")
	b.post("/steps/plex/choose", "relay", "on").leads("/steps/plex")
	kept(false, false)

	// The choice can be thought over while its plan is shown.
	shows(true, steps.PlexSwitch{ID: "remote"}, steps.PlexSwitch{ID: "relay", Wish: true, Ours: true, May: true})
	plan := b.get("/steps/plex")
	plan.has(`form[action="/steps/plex/apply"]`, `a[href="/steps/plex?part=choose"]`)
	plan.hasNot(`input[name="relay"]`)
	again := b.get("/steps/plex?part=choose")
	again.has(`input[name="relay"][checked]`, `input[name="remote_access"][disabled]:not([checked])`, `form[action="/steps/plex/choose"] button[data-next]`)
	again.hasNot(`form[action="/steps/plex/apply"]`)

	// Nothing can be switched: there is nothing to choose.
	shows(false, steps.PlexSwitch{ID: "remote"}, steps.PlexSwitch{ID: "relay", On: true, Wish: true})
	b.get("/steps/plex").hasNot(`form[action="/steps/plex/choose"]`)
}

// TestCacheFigures are written as the reader writes numbers, and say what they count.
func TestCacheFigures(t *testing.T) {
	w := newWorld(t)
	f := done("Nothing is cached")
	f.Detail = &steps.CacheDetail{Counts: []steps.Count{{Key: "dynamic", N: 12345}, {Key: "hit", N: 1200}}}
	w.shows(steps.IDCache, f)
	a := w.open().get("/steps/cache", header{"Accept-Language", "en-US"})
	a.says("1,200 of 13,545 requests in the last day went through Cloudflare’s cache", "12,345")
	a.has(`svg[aria-label="Requests by cache status. 13,545 in all, 1,200 went through Cloudflare’s cache."]`)
}

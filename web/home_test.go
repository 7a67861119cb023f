package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.test/wizard/steps"
)

// one makes a finding with one check.
func one(status steps.Status, detail string) steps.Finding {
	return steps.Finding{Summary: "In short", Checks: []steps.Check{{Name: "it", Title: "It works", Status: status, Detail: detail}}}
}

func TestHomeShowsEachState(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDAccount, one(steps.Pass, "fine"))
	w.shows(steps.IDDNS, one(steps.Wait, "soon"))
	w.shows(steps.IDCache, one(steps.Warn, "mind this"))
	w.shows(steps.IDTunnel, planned(creation()))
	w.shows(steps.IDHostname, steps.Finding{Blocked: "After step 4"})
	w.shows(steps.IDURL, one(steps.Fail, "refused"))
	w.fails(steps.IDPlex, &steps.ServiceError{Service: "Plex", Call: "GET /identity"})
	w.fails(steps.IDSecurity, steps.ErrNoToken)
	w.shows(steps.IDNotifications, steps.Finding{Ask: "email", Summary: "Where to send the mail"})
	b := w.open()
	a := b.get("/")
	a.is(200)
	for id, want := range map[string]struct{ status, text string }{
		"account": {"done", "In short"}, "dns": {"waiting", "In short"}, "cache": {"attention", "mind this"}, "tunnel": {"next", "To be made"},
		"hostname": {"todo", "After step 4"}, "url": {"problem", "refused"}, "plex": {"problem", "Plex does not answer"}, "security": {"todo", "Looked at when the token is here"}, "notifications": {"todo", "Where to send the mail"},
	} {
		row := a.page().Find(`[data-step="` + id + `"]`)
		if got := row.AttrOr("data-status", ""); got != want.status {
			t.Errorf("%s is %q, want %q", id, got, want.status)
		}
		if got := row.Find(".check__detail").Text(); !strings.Contains(got, want.text) || strings.Contains(got, "It works") {
			t.Errorf("%s says %q, want %q", id, got, want.text)
		}
		if linked := row.Find("a").Length() == 1; linked != (id != "hostname") {
			t.Errorf("%s: link %v", id, linked)
		}
	}
	if n := a.page().Find("[data-next]").Length(); n != 1 {
		t.Errorf("%d next actions", n)
	}
	a.has(`a[data-next][href="/steps/plex"]`) // what is broken comes first; step 6 only shows what step 4 lacks
	a.says("Problem: step 7", "Two of nine steps are done and one is waiting.")
	if got := a.text("title"); !strings.HasPrefix(got, "Waiting - 2 of 9 done") {
		t.Errorf("title %q", got)
	}
}

func TestHomeWhenAllIsDone(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain, s.Subdomain, s.AccountName = "example.com", "movies", "Home" })
	a := w.open().get("/")
	a.says("All nine steps are done.", "Your Plex at example.com", "https://movies.example.com", "Home", "attic, Linux on amd64", "In memory.")
	a.has(`a[data-next][href="/summary"]`, `a[href="/steps/security"]`)
	a.hasNot("#checks[hx-get]", `[data-status]:not([data-status="done"])`)
}

func TestHomeNext(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDCache, planned(creation()))
	w.shows(steps.IDTunnel, planned(creation()))
	w.settings(func(s *steps.Settings) { s.ZoneID = "z1" })
	a := w.open().get("/")
	a.has(`[data-step="cache"][data-status="next"]`, `[data-step="tunnel"][data-status="todo"]`, `a[data-next][href="/steps/cache"]`)
	a.says("Next: step 3", "Seven of nine steps are done.", "Not yet")
}

// TestHomeWithoutTheToken does not tell who comes back that nothing is there.
func TestHomeWithoutTheToken(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDAccount, steps.Finding{Ask: "token", Detail: &steps.AccountDetail{}})
	for _, id := range []steps.ID{steps.IDDNS, steps.IDCache, steps.IDTunnel, steps.IDHostname, steps.IDURL, steps.IDSecurity, steps.IDNotifications} {
		w.fails(id, steps.ErrNoToken)
	}
	b := w.open()
	b.get("/").says("One of nine steps is done.", "Not yet", "not yet") // the first time
	b.get("/summary").says("One of nine steps is done.", "Not yet")
	w.settings(func(s *steps.Settings) { s.Domain, s.ZoneID = "example.com", "z1" })
	for _, path := range []string{"/", "/summary"} {
		a := b.get(path)
		a.says("Paste the token again", "Not looked at", "not looked at")
		if path == "/" {
			a.has(`[data-step="tunnel"][data-status="todo"]`)
		}
		if text := strings.ToLower(a.text("main")); strings.Contains(text, "not yet") || strings.Contains(text, "of nine") {
			t.Errorf("%s says what it cannot know:\n%s", path, text)
		}
	}
}

// TestHomeSaysOnlyWhatWasRead: without a token nothing was read from Cloudflare.
func TestHomeSaysOnlyWhatWasRead(t *testing.T) {
	w := newWorld(t)
	for _, i := range infos() {
		w.fails(i.ID, steps.ErrNoToken)
	}
	w.shows(steps.IDAccount, steps.Finding{Ask: "token", Checks: []steps.Check{{Name: "token", Title: "The token works"}}})
	b := w.open()
	if got := b.get("/").text("aside .small"); strings.Contains(got, "Read from") {
		t.Errorf("nothing was asked, and it says %q", got)
	}
	w.shows(steps.IDPlex, done("Works"))
	if got := b.get("/").text("aside .small"); !strings.HasPrefix(got, "Read from Plex at ") {
		t.Errorf("it says %q", got)
	}
}

func TestHomePollsWhileSomethingWaits(t *testing.T) {
	w := newWorld(t)
	slow := one(steps.Wait, "soon")
	slow.Again = time.Minute
	w.shows(steps.IDDNS, slow)
	b := w.open()
	polled(t, b.get("/"), "/checks", "every 15s") // at least that often
	quick := slow
	quick.Again = 4 * time.Second
	w.shows(steps.IDURL, quick)
	a := b.get("/")
	polled(t, a, "/checks", "every 4s")
	a.says("Close this page whenever you like")
	if icon := a.page().Find(`link[rel="icon"]`).AttrOr("href", ""); !strings.HasSuffix(icon, "/favicon-waiting.svg") {
		t.Errorf("icon %q", icon)
	}
}

// TestHomeDoesNotWaitForSlowSteps shows what was seen before, with its time,
// and what was never seen as on its way. Its four seconds are of a fake clock.
func TestHomeDoesNotWaitForSlowSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.open()
		hang := make(chan struct{})
		t.Cleanup(func() { close(hang) }) // before the engine ends
		stuck := func(steps.Settings) (steps.Finding, error) { <-hang; return steps.Finding{}, nil }
		w.steps[steps.IDURL].set(stuck)
		b.get("/").has(`[data-step="url"][data-status="waiting"]`, `[data-step="tunnel"][data-status="done"]`)
		w.steps[steps.IDTunnel].set(stuck)
		w.clock.add(time.Hour)
		began := time.Now()
		a := b.get("/")
		a.is(200)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("the page took %s", took)
		}
		a.has(`[data-step="tunnel"][data-status="done"]`)
		if got := a.text(`[data-step="tunnel"]`); !strings.Contains(got, "as of ") {
			t.Errorf("the step says %q", got)
		}
	})
}

func TestProblemOnAStepsPage(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	w.fails(steps.IDTunnel, &steps.ServiceError{Service: "Cloudflare", Call: "GET /tunnels", Status: 429, Wait: 90 * time.Second, Ray: "9a2f-LHR"})
	a := b.get("/steps/tunnel")
	a.is(200)
	a.says("Cloudflare asks us to slow down", "Try again in 2 minutes", "9a2f-LHR", "GET /tunnels")
	a.has(`a[data-next][href="/steps/tunnel"]`, ".note--problem", ".rail")
	w.fails(steps.IDTunnel, steps.ErrNoToken)
	a = b.get("/steps/tunnel")
	a.says("The wizard needs your token again")
	a.has(`a[data-next][href="/steps/account"]`)
	w.fails(steps.IDTunnel, errors.New("a fault without words"))
	b.get("/steps/tunnel").says("Something did not work as it should", "a fault without words")
}

func TestBlockedStep(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDHostname, steps.Finding{Blocked: "After step 4"})
	a := w.open().get("/steps/hostname")
	a.says("After step 4")
	a.has(`a[data-next][href="/"]`)
	a.hasNot("main form")
	w.shows(steps.IDTunnel, planned(creation()))
	b := w.open()
	b.get("/")
	b.get("/steps/hostname").has(`a[data-next][href="/steps/tunnel"]`)
	w.shows(steps.IDCache, planned(creation())) // a step that is done, and has something to do again
	b.get("/")
	b.get("/steps/account").has(`a[data-next][href="/steps/cache"]`)
	b.get("/steps/plex").has(`a[data-next][href="/steps/cache"]`)
	w.shows(steps.IDURL, stopsAt("cache", steps.Fail, 200)) // what is wrong here is mended there
	b.get("/")
	b.get("/steps/url").has(`a[data-next][href="/steps/cache"]`, `a[href="/steps/url"]`)
}

// TestStepPage shows checks, how to mend them, and what the service holds.
func TestStepPage(t *testing.T) {
	w := newWorld(t)
	f := steps.Finding{
		Heading: "The tunnel is up", Checks: []steps.Check{
			{Name: "service", Title: "The service runs", Status: steps.Pass, Detail: "Since noon"},
			{Name: "old", Title: "The connector is young", Status: steps.Warn, Detail: "Two months old", Word: "Old", Fix: steps.Fix{Title: "Update it", Text: "When you like.", Command: "cloudflared update", Link: steps.Link{Text: "How", URL: "https://example.com/how"}, Steps: []string{"Stop it", "Start it"}}},
			{Name: "later", Title: "Something later", Detail: "Not yet"},
		},
		Evidence: []steps.Evidence{{
			Card: "tunnel", Place: "Networking › Tunnels › attic", Status: steps.Pass, Word: "Healthy", Rows: []steps.Row{steps.Text("Name", "attic"), steps.Code("Tunnel ID", "3f8b2c1e")},
			Reading: steps.Reading{At: w.clock.Now(), Source: "api.cloudflare.com", Ray: "9a2f-LHR"}, Open: steps.Link{Text: "Open in Cloudflare", URL: "https://dash.cloudflare.com/x"},
		}},
	}
	w.shows(steps.IDTunnel, f)
	w.shows(steps.IDHostname, planned(creation()))
	b := w.open()
	b.get("/")
	a := b.get("/steps/tunnel")
	a.has(
		`[data-check="service"][data-status="pass"]`, `[data-check="old"][data-status="warn"]`, `[data-check="later"][data-status="skip"]`, `[data-card="tunnel"]`,
		`[data-card="tunnel"] a[href="https://dash.cloudflare.com/x"][target="_blank"][rel="noreferrer"]`, `[data-card="tunnel"] a[href="/steps/tunnel"]`, `[data-copy="cloudflared update"]`,
		`a[data-next][href="/steps/hostname"]`, `.rail [aria-current="step"]`, `h1[autofocus][tabindex="-1"]`,
	)
	a.says("The tunnel is up", "Healthy", "9a2f-LHR", "Update it", "Stop it", "Not yet", "from api.cloudflare.com")
	a.hasNot("#checks[hx-get]")
	if strings.Contains(a.text("main"), "looks again by itself") {
		t.Error("a page that is done says that it looks again")
	}
	if got := a.text("title"); got != "Step 4: The tunnel is up - Plex Tunnel Wizard" {
		t.Errorf("title %q", got)
	}
}

// TestWaitingStep has no next action, and polls at its own pace.
func TestWaitingStep(t *testing.T) {
	w := newWorld(t)
	f := one(steps.Wait, "4 of 6 see it")
	f.Heading, f.Again = "Four of six see it", 8*time.Second
	w.shows(steps.IDURL, f)
	a := w.open().get("/steps/url")
	polled(t, a, "/steps/url/checks", "every 8s")
	a.hasNot("[data-next]")
	a.says("and looks again by itself")
	if got := a.text("title"); !strings.HasPrefix(got, "Waiting - Four of six") {
		t.Errorf("title %q", got)
	}
}

// What needs attention is told first, with the time of the look once.
func TestHomeTellsWhatNeedsAttention(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDTunnel, one(steps.Warn, "The connector is outdated"))
	b := w.open()
	a := b.get("/")
	a.has(`[data-step="tunnel"][data-status="attention"]`, `a[href="/steps/tunnel"]`, `a[data-next][href="/summary"]`)
	a.says("Worth a look: step 4", "The connector is outdated")
	if n := a.page().Find("[data-step] .check__when").Length(); n != 0 {
		t.Errorf("%d of nine steps say again when they were looked at", n)
	}
	if got := a.text("aside .small"); !strings.HasPrefix(got, "Read from Cloudflare, Plex and DNS at ") {
		t.Errorf("it says %q", got)
	}
	w.shows(steps.IDURL, one(steps.Fail, "It does not answer"))
	w.engine.Forget()
	b.get("/").says("Problem: step 6", "It does not answer")
}

// TestNoSuchStep is said like any other page that there is not.
func TestNoSuchStep(t *testing.T) {
	b := newWorld(t).open()
	for _, path := range []string{"/steps/nope", "/nope"} {
		a := b.get(path)
		a.is(http.StatusNotFound)
		a.says("There is no such page")
	}
}

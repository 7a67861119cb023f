package web_test

import (
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
)

func finished(t *testing.T) *world {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) {
		s.Domain, s.Subdomain, s.TunnelID, s.TunnelName, s.ZoneID = "example.com", "movies", "3f8b2c1e", "attic", "z1"
	})
	w.token.held = steps.NewSecret(canary)
	return w
}

// inPlace makes the looks see what a whole setup consists of.
func (w *world) inPlace() {
	pass := func(name string) steps.Check { return steps.Check{Name: name, Title: name, Status: steps.Pass} }
	w.shows(steps.IDDNS, steps.Finding{Summary: "Moved", Checks: []steps.Check{pass("zone")}, Detail: &steps.DNSDetail{Part: steps.DNSDone, Zone: steps.Zone{ID: "z1", Name: "example.com"}}})
	w.shows(steps.IDCache, steps.Finding{Checks: []steps.Check{pass("cache-rule")}})
	w.shows(steps.IDTunnel, steps.Finding{Checks: []steps.Check{pass("service"), pass("boot"), pass("connector"), {Name: "healthy", Status: steps.Pass, Detail: "4 connections"}}, Detail: &steps.TunnelDetail{
		Tunnel: steps.CloudTunnel{ID: "3f8b2c1e", Name: "attic"}, Local: steps.LocalConnector{Installed: true, Running: true, Version: "2026.8.2"},
	}})
	w.shows(steps.IDHostname, steps.Finding{Checks: []steps.Check{pass("route"), pass("record")}})
	w.shows(steps.IDPlex, steps.Finding{Checks: []steps.Check{pass("custom-url")}})
	w.shows(steps.IDSecurity, steps.Finding{Checks: []steps.Check{pass("rules")}, Detail: &steps.SecurityDetail{
		Custom: steps.Ruleset{Rules: []steps.Rule{{Ref: "ptw_abcd1234_country"}, {Ref: "ptw_abcd1234_bots"}, {Ref: "mine"}}},
	}})
	w.shows(steps.IDNotifications, steps.Finding{Checks: []steps.Check{pass("policy")}, Detail: &steps.NotificationsDetail{Policies: []steps.AlertPolicy{{Name: "Plex Tunnel Wizard [abcd1234]: attic"}, {Name: "Mine"}}}})
}

func TestSummary(t *testing.T) {
	w := finished(t)
	w.inPlace()
	b := w.open()
	a := b.get("/summary")
	a.says(
		"All nine steps are done", "https://movies.example.com", "The connector cloudflared, version 2026.8.2, which holds the tunnel “attic” open. It starts with the computer.",
		"The domain example.com, the tunnel “attic”, 1 route, 1 DNS record, 1 cache rule, 2 security rules, 1 notification", "Plex Tunnel Wizard [abcd1234]",
		"https://movies.example.com:443", "one line in Custom server access URLs", "Your apps know it already",
	)
	a.has(`[data-copy="https://movies.example.com"]`, `a[href="/summary.md"][download]`, `a[href="/undo"]`, `button[data-print][hidden]`, `nav [aria-current="page"][href="/summary"]`, `svg path[d^="M0 0h7"]`)
	a.hasNot(`[data-card="token-gone"]`, "#checks[hx-get]")
	if strings.Contains(a.body, canary) {
		t.Error("the token is on the page")
	}
	text := b.get("/summary.md").body
	for _, want := range []string{"- On this computer: The connector cloudflared", "- At Cloudflare: The domain example.com", "- In Plex: https://movies.example.com:443 (one line in Custom server access URLs)"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}

	w.fails(steps.IDURL, &steps.ServiceError{Service: "Plex"})
	b.get("/summary").says("Where things stand", "Eight of nine steps are done. The others are checked again")
}

// TestSummaryClaimsNothingFromMemory: a name that was typed, and an id that was
// kept, prove nothing, neither before the first step nor after everything was undone.
func TestSummaryClaimsNothingFromMemory(t *testing.T) {
	w := finished(t)
	for _, i := range infos() {
		w.shows(i.ID, planned(creation()))
	}
	w.shows(steps.IDTunnel, steps.Finding{Summary: "One tunnel to create", Actions: []steps.Action{creation()}, Detail: &steps.TunnelDetail{Name: "attic"}})
	b := w.open()
	for _, path := range []string{"/summary", "/summary.md"} {
		a := b.get(path)
		for _, claim := range []string{"In Plex", "At Cloudflare", "On this computer", "https://movies.example.com", "Your apps know it"} {
			if strings.Contains(a.body, claim) {
				t.Errorf("%s says %q", path, claim)
			}
		}
	}
	b.get("/summary").says("None of nine steps are done. The others are checked again", "This wizard")

	w.inPlace()
	w.fails(steps.IDTunnel, steps.ErrNoToken)
	stopped := steps.Finding{Checks: []steps.Check{{Name: "service", Status: steps.Fail}}, Detail: &steps.TunnelDetail{Local: steps.LocalConnector{Installed: true}}}
	if text := b.get("/summary").text("main"); strings.Contains(text, "cloudflared") || strings.Contains(text, "the tunnel “attic”") {
		t.Errorf("what could not be looked at is claimed:\n%s", text)
	}
	w.shows(steps.IDTunnel, stopped)
	b.get("/summary").says("is installed, but does not run")
}

// TestSummaryWhileAStepWaits neither says that apps know the address nor leads to
// the end of the token, which the rest still needs.
func TestSummaryWhileAStepWaits(t *testing.T) {
	w := finished(t)
	w.inPlace()
	known := done("Works")
	known.Detail = &steps.AccountDetail{Known: true, Token: steps.Token{Status: "active"}}
	w.shows(steps.IDAccount, known)
	w.shows(steps.IDPlex, steps.Finding{Checks: []steps.Check{{Name: "published", Status: steps.Wait}}, Again: 5 * time.Second})
	b := w.open()
	a := b.get("/summary")
	a.says("Eight of nine steps are done and one is waiting. This page follows the rest by itself.", "Your apps learn it in step 7", "Your token is still needed")
	a.has("#checks[hx-get]", `[data-card="token-gone"]`)
	a.hasNot(`a[href="https://dash.cloudflare.com/profile/api-tokens"]`)

	w.shows(steps.IDSecurity, planned(creation()))
	a = b.get("/summary")
	a.says("Seven of nine steps are done and one is waiting. The others are checked again each time you come back.")
	a.has("#checks[hx-get]") // the one that waits is followed all the same
}

// TestSummaryTellsOfTheToken in Cloudflare's own present words.
func TestSummaryTellsOfTheToken(t *testing.T) {
	w := finished(t)
	b := w.open()
	known := done("Works")
	known.Detail = &steps.AccountDetail{Known: true, Token: steps.Token{Last4: "••••••••stuv", Status: "active", Reading: steps.Reading{Ray: "9a2f-LHR", Source: "api.cloudflare.com"}}}
	w.shows(steps.IDAccount, known)
	a := b.get("/summary")
	a.says("One last thing: delete the token", "Still works", "••••••••stuv", "Active", "9a2f-LHR")
	a.has(`[data-card="token-gone"] a[href="https://dash.cloudflare.com/profile/api-tokens"]`)

	gone := steps.Finding{Ask: "token", Detail: &steps.AccountDetail{Gone: true}, Checks: []steps.Check{{Name: "token", Title: "The token works", Status: steps.Fail, Detail: "Cloudflare does not know this token."}}}
	w.shows(steps.IDAccount, gone)
	b.get("/summary").says("The token is gone", "Cloudflare does not know this token.")

	// What is no such answer proves nothing, whatever it refuses.
	fails := []steps.Check{{Name: "token", Title: "The token works", Status: steps.Fail, Detail: "The token may not do this"}}
	for word, d := range map[string]*steps.AccountDetail{
		"Not certain": {},                                                                      // the page of a proxy
		"Still works": {Token: steps.Token{ID: "t2", Last4: "••••••••stuv", Status: "active"}}, // of another account
		"Still there": {Token: steps.Token{ID: "t1", Last4: "••••••••stuv", Status: "disabled"}},
	} {
		w.shows(steps.IDAccount, steps.Finding{Ask: "token", Detail: d, Checks: fails})
		a := b.get("/summary")
		a.says("Your token is still needed", word)
		if strings.Contains(a.text("main"), "The token is gone") {
			t.Errorf("%s: it is said to be gone", word)
		}
	}

	w.shows(steps.IDAccount, steps.Finding{Ask: "token", Detail: &steps.AccountDetail{}, Checks: []steps.Check{{Name: "token", Title: "The token works"}}})
	b.get("/summary").hasNot(`[data-card="token-gone"]`) // nothing was asked, so nothing is claimed
}

func TestSummaryAsText(t *testing.T) {
	w := finished(t)
	w.shows(steps.IDTunnel, planned(creation()))
	a := w.open().get("/summary.md")
	a.is(200)
	if a.header.Get("Content-Type") != "text/markdown; charset=utf-8" || a.header.Get("Content-Disposition") != `attachment; filename="plex-tunnel-summary.md"` {
		t.Errorf("%q %q", a.header.Get("Content-Type"), a.header.Get("Content-Disposition"))
	}
	for _, want := range []string{
		"# Plex Tunnel Wizard: summary of 22 November 2026", "Address: <https://movies.example.com>\n", "- [x] 1. Set up Cloudflare account: Works\n",
		"- [ ] 4. Set up the tunnel: To be made\n", "- [x] 9. Get notified: Works\n", "holds no secret",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %q in\n%s", want, a.body)
		}
	}
}

// TestSummaryAsTextIsHarmless: who opens it as Markdown sees text, no HTML, no
// link of somebody else's and no new line.
func TestSummaryAsTextIsHarmless(t *testing.T) {
	w := finished(t)
	w.inPlace()
	w.shows(steps.IDTunnel, steps.Finding{Checks: []steps.Check{{Name: "service", Status: steps.Pass}}, Detail: &steps.TunnelDetail{
		Tunnel: steps.CloudTunnel{ID: "3f8b2c1e", Name: hostile}, Local: steps.LocalConnector{Running: true},
	}})
	w.shows(steps.IDCache, done(hostile+"\n\n# Heading"))
	a := w.open().get("/summary.md")
	for _, line := range strings.Split(a.body, "\n") {
		if !strings.Contains(line, "HTML") {
			continue
		}
		bare := line
		for _, c := range "<>[]`*_\\&~" {
			bare = strings.ReplaceAll(bare, `\`+string(c), "")
		}
		bare = strings.TrimPrefix(strings.TrimPrefix(bare, "- [x] "), "- [ ] ")
		if strings.ContainsAny(bare, "<>[]`*\\") {
			t.Errorf("marks are left in %q", line)
		}
	}
	if strings.Contains(a.body, "\n# Heading") || strings.Contains(a.body, "\r") || strings.Contains(a.body, canary) {
		t.Errorf("it holds\n%s", a.body)
	}
	if n := strings.Count(a.body, "HTML"); n != 2 {
		t.Errorf("the texts are shown %d times", n)
	}
}

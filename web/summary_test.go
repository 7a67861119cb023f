package web_test

import (
	"strings"
	"testing"

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

func TestSummary(t *testing.T) {
	w := finished(t)
	b := w.open()
	a := b.get("/summary")
	a.says("All nine steps are done", "https://movies.example.com", "The connector cloudflared", "Plex Tunnel Wizard [abcd1234]", "https://movies.example.com:443")
	a.has(`[data-copy="https://movies.example.com"]`, `a[href="/summary.md"][download]`, `a[href="/undo"]`, `button[data-print][hidden]`, `nav [aria-current="page"][href="/summary"]`, `svg path[d^="M0 0h1"]`)
	a.hasNot(`[data-card="token-gone"]`)
	if strings.Contains(a.body, canary) {
		t.Error("the token is on the page")
	}

	w.fails(steps.IDURL, &steps.ServiceError{Service: "Plex"})
	b.get("/summary").says("This is how far it is", "Eight of nine steps are done")
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

	gone := steps.Finding{Ask: "token", Detail: &steps.AccountDetail{}, Checks: []steps.Check{{Name: "token", Title: "The token works", Status: steps.Fail, Detail: "Cloudflare does not know this token."}}}
	w.shows(steps.IDAccount, gone)
	b.get("/summary").says("The token is gone", "Cloudflare does not know this token.")

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
	w.settings(func(s *steps.Settings) { s.TunnelName = hostile })
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

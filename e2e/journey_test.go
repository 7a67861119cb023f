package e2e_test

import (
	"testing"

	"github.com/playwright-community/playwright-go"
)

// steps are the ids of the nine, in order.
func nine() []string {
	return []string{"account", "dns", "cache", "tunnel", "hostname", "url", "plex", "security", "notifications"}
}

func TestJourney(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{})
	p.signIn()
	p.walk(demo{p}, p.at("/summary"))

	g := theGuide()
	t.Logf("the wizard: %d clicks, %d fields with %d letters, %d pages; the guide: %d clicks, %d fields, %d pages", p.clicks, p.fields, p.letters, p.pages, g.clicks, g.fields, g.pages)
	t.Logf("pages: %v", p.visited)
	if p.clicks >= g.clicks/2 || p.fields >= g.fields/2 || p.pages >= g.pages {
		t.Error("that is not much easier than the guide")
	}
	p.allDone()
}

// allDone looks at the list of steps.
func (p *person) allDone() {
	p.t.Helper()
	p.open("/")
	got := p.states()
	for _, id := range nine() {
		if got[id] != "done" {
			p.t.Errorf("step %s is %q, want done", id, got[id])
		}
	}
}

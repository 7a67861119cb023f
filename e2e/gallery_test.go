package e2e_test

import (
	"fmt"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestGallery opens every page in every state, as the demonstration shows them.
// Each is right for everybody (WCAG 2.2 AA by axe-core) in light and dark, narrow
// and wide, fits the narrow window, has at most one next action, and is correct
// HTML.
func TestGallery(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	needJudge(t, shared.judges.Axe)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{ReducedMotion: playwright.ReducedMotionReduce})
	p.signIn()
	p.open("/dev/gallery")
	all, err := p.page.Locator(`a[href^="/dev/gallery/"]`).All()
	p.must(err)
	states := []string{"/dev/gallery"}
	for _, l := range all {
		href, err := l.GetAttribute("href")
		p.must(err)
		states = append(states, href)
	}
	if len(states) < 30 {
		t.Fatalf("the gallery has only %d states", len(states))
	}
	s, looks := newShelf(p), 0
	for _, state := range states {
		p.open(state)
		s.keep(state, state)
		for _, v := range views() {
			p.look(v)
			p.right(state, v)
			looks++
		}
		if n, err := p.page.Locator("[data-next]").Locator("visible=true").Count(); err != nil || n > 1 {
			t.Errorf("%s has %d next actions (%v)", state, n, err)
		}
	}
	t.Logf("axe-core has looked at %d states in %d views", len(states), looks)
	s.judge()
}

// right holds the page as it is against what every page must keep.
func (p *person) right(name string, v view) {
	p.t.Helper()
	for _, found := range p.axe(v.again) {
		p.t.Errorf("%s, %s: %s", name, v, found)
	}
	if by := p.overflow(); by != "0" {
		p.t.Errorf("%s is %s pixels wider than a window of %d", name, by, v.width)
	}
}

// overflow is by how many pixels the page is wider than the window.
func (p *person) overflow() string {
	p.t.Helper()
	out, err := p.page.Evaluate(`() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth`)
	p.must(err)
	return fmt.Sprint(out)
}

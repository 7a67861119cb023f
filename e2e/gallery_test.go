package e2e_test

import (
	"fmt"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestGallery opens every page in every state, as the demonstration shows them,
// and sees that each fits a narrow window and has at most one next action.
func TestGallery(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{Viewport: &playwright.Size{Width: 320, Height: 800}})
	p.signIn()
	p.open("/dev/gallery")
	all, err := p.page.Locator(`a[href^="/dev/gallery/"]`).All()
	p.must(err)
	var states []string
	for _, l := range all {
		href, err := l.GetAttribute("href")
		p.must(err)
		states = append(states, href)
	}
	if len(states) < 20 {
		t.Fatalf("the gallery has only %d states", len(states))
	}
	for _, state := range states {
		p.open(state)
		if by := p.overflow(); by != "0" {
			t.Errorf("%s is %s pixels wider than the window", state, by)
		}
		if n, err := p.page.Locator("[data-next]").Locator("visible=true").Count(); err != nil || n > 1 {
			t.Errorf("%s has %d next actions (%v)", state, n, err)
		}
	}
}

// overflow is by how many pixels the page is wider than the window.
func (p *person) overflow() string {
	p.t.Helper()
	out, err := p.page.Evaluate(`() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth`)
	p.must(err)
	return fmt.Sprint(out)
}

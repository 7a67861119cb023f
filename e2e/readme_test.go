package e2e_test

import (
	"flag"
	"path/filepath"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// readme asks for the pictures of the README to be taken anew (“task readme-pictures”).
var readme = flag.Bool("readme", false, "take the pictures of the README anew")

// TestReadmePictures takes them from the demonstration, into docs/pictures.
func TestReadmePictures(t *testing.T) {
	if !*readme {
		t.Skip("“task readme-pictures” takes them anew")
	}
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{
		Viewport: &playwright.Size{Width: 1180, Height: 820}, ReducedMotion: playwright.ReducedMotionReduce, ColorScheme: playwright.ColorSchemeLight, Locale: playwright.String("en-GB"),
	})
	p.signIn()
	p.walk(demo{p}, func() bool { return p.has(`[name="create"]`) })
	p.snap("compare", 1300)
	p.walk(demo{p}, p.at("/steps/tunnel"))
	p.walk(demo{p}, func() bool { return p.path() == "/steps/tunnel" && p.has("[data-card]") })
	p.must(p.find("[data-card]").ScrollIntoViewIfNeeded())
	p.snap("card", 0)
	p.open("/")
	p.snap("home", 1040)
}

// snap takes one picture: the page down to a height or, for none, its first card.
func (p *person) snap(name string, height int) {
	p.t.Helper()
	if p.has(".demo__panel[open]") {
		p.must(p.find(".demo__panel summary").Click())
	}
	to := filepath.Join("..", "docs", "pictures", name+".png")
	if height == 0 {
		_, err := p.page.Locator("[data-card]").First().Screenshot(playwright.LocatorScreenshotOptions{Path: playwright.String(to)})
		p.must(err)
		return
	}
	_, err := p.page.Screenshot(playwright.PageScreenshotOptions{Path: playwright.String(to), FullPage: playwright.Bool(true), Clip: &playwright.Rect{Width: 1180, Height: float64(height)}})
	p.must(err)
}

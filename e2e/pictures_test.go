package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestPictures takes a picture of every page on the way, light and dark, narrow
// and wide, and sees that nothing sticks out of the window.
func TestPictures(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{ReducedMotion: playwright.ReducedMotionReduce})
	a := newAlbum(p)
	p.must(p.goTo(w.base + "/"))
	a.take("locked")
	p.must(p.goTo(w.link))
	a.take("start")
	p.next()
	end := p.at("/summary")
	p.walk(demo{p}, func() bool {
		a.take(strings.Trim(strings.NewReplacer("/", " ", "?", " ", "=", " ").Replace(p.path()), " "))
		return end()
	})
	for _, page := range []string{"/", "/history", "/undo", "/before", "/no-such-page", "/steps/security?part=choose", "/steps/dns", "/steps/tunnel", "/steps/url", "/steps/plex"} {
		p.quiet = page == "/no-such-page"
		p.open(page)
		a.take("after " + strings.Trim(strings.ReplaceAll(page, "/", " "), " "))
	}
	if a.n < 30 {
		t.Errorf("only %d pages were seen", a.n)
	}
}

// album keeps the pictures of one walk under artifacts/screenshots.
type album struct {
	p   *person
	dir string
	n   int
}

func newAlbum(p *person) *album {
	p.t.Helper()
	dir := filepath.Join("..", "artifacts", "screenshots")
	p.must(os.RemoveAll(dir))
	p.must(os.MkdirAll(dir, 0o755))
	return &album{p: p, dir: dir}
}

// take takes the four pictures of the present page.
func (a *album) take(name string) {
	a.p.t.Helper()
	a.n++
	for _, width := range []int{1280, 320} {
		a.p.must(a.p.page.SetViewportSize(width, 800))
		out, err := a.p.page.Evaluate(`() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth`)
		a.p.must(err)
		if fmt.Sprint(out) != "0" {
			a.p.t.Errorf("%s is %v pixels wider than a window of %d", name, out, width)
		}
		for _, scheme := range []*playwright.ColorScheme{playwright.ColorSchemeLight, playwright.ColorSchemeDark} {
			a.p.must(a.p.page.EmulateMedia(playwright.PageEmulateMediaOptions{ColorScheme: scheme}))
			file := fmt.Sprintf("%02d %s %d %s.png", a.n, name, width, *scheme)
			_, err := a.p.page.Screenshot(playwright.PageScreenshotOptions{
				Path: playwright.String(filepath.Join(a.dir, strings.ReplaceAll(file, " ", "-"))), FullPage: playwright.Bool(true), Caret: playwright.ScreenshotCaretInitial,
			})
			a.p.must(err)
		}
	}
	a.p.must(a.p.page.SetViewportSize(1280, 800))
}

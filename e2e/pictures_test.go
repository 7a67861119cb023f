package e2e_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// pictures asks for pictures of what is looked at (“task pictures”). They take
// longer than everything else, and no test reads them.
var pictures = flag.Bool("pictures", false, "take pictures of every page into artifacts/screenshots")

// TestPictures looks at every page on the way, light and dark, narrow and wide,
// and holds each against what every page must keep.
func TestPictures(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	needJudge(t, shared.judges.Axe)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{ReducedMotion: playwright.ReducedMotionReduce})
	a := newAlbum(p)
	p.must(p.goTo(w.base + "/"))
	a.take("locked")
	p.must(p.goTo(w.link))
	a.take("start")
	p.next()
	end, several := p.at("/summary"), false
	p.walk(demo{p}, func() bool {
		a.takeNew()
		if !several && p.has(`a[data-next][href="/together"]`) {
			several = true
			here := p.path()
			p.open("/together")
			a.take("together")
			p.open(here)
		}
		return end()
	})
	for _, page := range []string{"/", "/history", "/undo", "/before", "/no-such-page", "/steps/security?part=choose", "/steps/dns", "/steps/tunnel", "/steps/url", "/steps/plex"} {
		p.quiet = page == "/no-such-page"
		p.open(page)
		a.take("after " + strings.Trim(strings.ReplaceAll(page, "/", " "), " "))
	}
	a.shelf.judge()
	// How many more there are depends on how fast the world is: what waits for
	// moments only is held to the same in the gallery.
	for _, page := range []string{"/start", "/", "/before", "/steps/account", "/steps/dns", "/together", "/steps/security", "/summary"} {
		if !a.seen[page] {
			t.Errorf("%s was not seen; seen: %v", page, slices.Sorted(maps.Keys(a.seen)))
		}
	}
}

// album keeps the pictures of one walk under artifacts/screenshots.
type album struct {
	p     *person
	dir   string
	shelf *shelf
	last  string // page and heading of the latest picture
	n     int
	seen  map[string]bool // by path, without what follows "?"
}

func newAlbum(p *person) *album {
	p.t.Helper()
	dir := filepath.Join("..", "artifacts", "screenshots")
	if *pictures {
		p.must(os.RemoveAll(dir))
		p.must(os.MkdirAll(dir, 0o755))
	}
	return &album{p: p, dir: dir, shelf: newShelf(p), seen: map[string]bool{}}
}

// takeNew takes pictures unless this page was taken just before.
func (a *album) takeNew() {
	a.p.t.Helper()
	words := strings.Fields(strings.NewReplacer("/", " ", "?", " ", "=", " ").Replace(a.p.path() + " " + a.p.text("h1")))
	if now := strings.Join(words, " "); now != a.last {
		a.last = now
		a.take(now)
	}
}

// take takes the four pictures of the present page.
func (a *album) take(name string) {
	a.p.t.Helper()
	a.n++
	path, _, _ := strings.Cut(a.p.path(), "?")
	a.seen[path] = true
	if a.p.path() != "/start" { // its address works once
		a.shelf.keep(name, a.p.path())
	}
	for _, v := range views() {
		a.p.look(v)
		a.p.right(name, v)
		if !*pictures {
			continue
		}
		file := fmt.Sprintf("%02d %s %s.png", a.n, name, v)
		_, err := a.p.page.Screenshot(playwright.PageScreenshotOptions{
			Path: playwright.String(filepath.Join(a.dir, fileName(file))), FullPage: playwright.Bool(true), Caret: playwright.ScreenshotCaretInitial,
		})
		a.p.must(err)
	}
	a.p.must(a.p.page.SetViewportSize(1280, 800))
}

// fileName keeps what every system allows in a name.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			return r
		}
		return -1
	}, s)
}

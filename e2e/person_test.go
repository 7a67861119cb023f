package e2e_test

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/playwright-community/playwright-go"

	"example.test/wizard/sim"
)

// person uses one browser window and counts what they have to do.
type person struct {
	t    *testing.T
	w    *wizard
	page playwright.Page

	clicks, fields, letters, pages int
	commands                       int    // that a page asked to be typed in a terminal
	last                           string // path of the page before
	visited                        []string
	quiet                          bool // the next page is meant to be an error
	oneYes                         bool // takes the common plan for several steps
	keys                           bool // has no mouse
	tabs                           int
	trail                          []string

	mu    sync.Mutex
	noise []string // what the browser complained about
	alone bool     // the wizard was stopped, so it does not answer
}

// visit opens a window without a session.
func visit(t *testing.T, w *wizard, o playwright.BrowserNewContextOptions) *person {
	t.Helper()
	needBrowser(t)
	ctx, err := shared.browser.NewContext(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx.SetDefaultTimeout(float64(patience.Milliseconds()))
	page, err := ctx.NewPage()
	if err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, w: w, page: page}
	page.OnConsole(func(m playwright.ConsoleMessage) {
		// The browser notes the status of a refused form, and of the locked page.
		refused := strings.Contains(m.Text(), "status of 4") && (p.quiet || strings.Contains(m.Text(), "status of 422") || strings.Contains(m.Text(), "status of 401"))
		if k := m.Type(); (k == "error" || k == "warning") && !refused {
			p.complain(k + ": " + m.Text())
		}
	})
	page.OnPageError(func(err error) { p.complain("error: " + err.Error()) })
	t.Cleanup(p.leave)
	return p
}

// leave closes the window, and tells of what the browser complained about.
func (p *person) leave() {
	p.t.Helper()
	if p.page.IsClosed() {
		return
	}
	if p.t.Failed() {
		p.tell()
	}
	if err := p.page.Context().Close(); err != nil {
		p.t.Errorf("closing the window: %v", err)
	}
	for _, line := range p.complaints() {
		p.t.Errorf("the browser says: %s", line)
	}
}

func (p *person) complain(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.alone && (strings.Contains(line, "net::ERR_") || strings.Contains(line, "Failed to fetch")) {
		return
	}
	p.noise = append(p.noise, p.page.URL()+": "+line)
}

// stop ends the wizard while its page is open.
func (p *person) stop(with os.Signal) {
	p.t.Helper()
	p.mu.Lock()
	p.alone = true
	p.mu.Unlock()
	p.w.end(with)
}

func (p *person) complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.noise
}

// tell shows what the person sees, for a test that fails.
func (p *person) tell() {
	text, err := p.page.Locator("main").First().InnerText(playwright.LocatorInnerTextOptions{Timeout: playwright.Float(2000)})
	if err != nil {
		text = err.Error()
	}
	p.t.Logf("pages: %s\nat %s the person reads:\n%s\nstandard error of the wizard:\n%s", strings.Join(p.visited, " "), p.page.URL(), text, p.w.stderr)
}

// signIn follows the start link.
func (p *person) signIn() {
	p.t.Helper()
	p.must(p.goTo(p.w.link))
	p.next()
}

func (p *person) goTo(address string) error {
	_, err := p.page.Goto(address)
	p.seen()
	return err
}

// open types the address of a page of the wizard.
func (p *person) open(path string) {
	p.t.Helper()
	p.must(p.goTo(p.w.base + path))
}

func (p *person) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// path is where the person is.
func (p *person) path() string {
	u, err := url.Parse(p.page.URL())
	if err != nil {
		return p.page.URL()
	}
	if u.RawQuery != "" && u.Path != "/start" {
		return u.Path + "?" + u.RawQuery
	}
	return u.Path
}

// seen counts a switch of pages.
func (p *person) seen() {
	if now := p.path(); now != p.last {
		p.last = now
		p.pages++
		p.visited = append(p.visited, now)
	}
}

// find is the first visible element.
func (p *person) find(selector string) playwright.Locator {
	return p.page.Locator(selector).Locator("visible=true").First()
}

// has reports whether something is visible right now.
func (p *person) has(selector string) bool {
	p.t.Helper()
	n, err := p.page.Locator(selector).Locator("visible=true").Count()
	p.must(err)
	return n > 0
}

// folded reports whether it is on the page, be it folded away or not.
func (p *person) folded(selector string) bool {
	p.t.Helper()
	n, err := p.page.Locator(selector).Count()
	p.must(err)
	return n > 0
}

// see waits until something is visible.
func (p *person) see(selector string) {
	p.t.Helper()
	if err := p.find(selector).WaitFor(); err != nil {
		p.t.Fatalf("at %s, never seen: %s: %v", p.path(), selector, err)
	}
}

// text is what an element says.
func (p *person) text(selector string) string {
	p.t.Helper()
	s, err := p.find(selector).InnerText()
	p.must(err)
	return strings.TrimSpace(s)
}

// status is what a check says now; empty when there is no such check.
func (p *person) status(check string) string {
	p.t.Helper()
	l := p.page.Locator(`[data-check="` + check + `"]`).First()
	if n, err := l.Count(); err != nil || n == 0 {
		return ""
	}
	s, err := l.GetAttribute("data-status")
	p.must(err)
	return s
}

// states is what the list of steps says of each.
func (p *person) states() map[string]string {
	p.t.Helper()
	all, err := p.page.Locator("[data-step]").All()
	p.must(err)
	out := map[string]string{}
	for _, l := range all {
		id, err := l.GetAttribute("data-step")
		p.must(err)
		out[id], err = l.GetAttribute("data-status")
		p.must(err)
	}
	return out
}

// press clicks something that leads to another view, and waits for that view.
func (p *person) press(selector string) {
	p.t.Helper()
	p.mark()
	p.clicked(selector)
	p.activate(selector, "Enter")
	p.arrive()
}

// next clicks the one next action of the page.
func (p *person) next() {
	p.t.Helper()
	p.see("[data-next]")
	if n, err := p.page.Locator("[data-next]").Locator("visible=true").Count(); err != nil || n > 1 {
		p.t.Errorf("%s has %d next actions (%v)", p.path(), n, err)
	}
	p.press("[data-next]")
}

// mark remembers the present view, so that its end can be told.
func (p *person) mark() {
	p.t.Helper()
	_, err := p.page.Evaluate(`() => document.querySelector('#main').setAttribute('data-old', '')`)
	p.must(err)
}

// arrive waits until the marked view has gone, by a swap or by a new document.
func (p *person) arrive() {
	p.t.Helper()
	if err := p.page.Locator("#main:not([data-old])").WaitFor(); err != nil {
		p.t.Fatalf("at %s, nothing happened after a click: %v", p.path(), err)
	}
	p.seen()
}

// fill types into a field by its name.
func (p *person) fill(name, value string) {
	p.t.Helper()
	if field := `[name="` + name + `"]`; p.keys {
		p.reach(field)
		p.must(p.page.Keyboard().Type(value))
	} else {
		p.must(p.find(field).Fill(value))
	}
	p.fields++
	p.letters += len(value)
}

// tick ticks a box by its name.
func (p *person) tick(name string) {
	p.t.Helper()
	p.clicked(`input[name="` + name + `"]`)
	if box := `input[name="` + name + `"]`; p.keys {
		p.activate(box, "Space")
	} else {
		p.must(p.find(box).Check())
	}
}

// clicked counts a click, and remembers on what.
func (p *person) clicked(selector string) {
	p.t.Helper()
	p.clicks++
	words := ""
	if out, err := p.find(selector).Evaluate(`e => (e.labels?.[0] ?? e).innerText`, nil); err == nil {
		words = strings.Join(strings.Fields(fmt.Sprint(out)), " ")
	}
	p.trail = append(p.trail, fmt.Sprintf("%2d  %-26s %s", p.clicks, p.path(), words))
}

// happen makes something happen in the pretend world of a demonstration. It is
// not counted: in life, it happens elsewhere.
func (p *person) happen(event string) {
	p.t.Helper()
	clicks := p.clicks
	p.activate(".demo__panel summary", "Enter")
	trail := p.trail
	p.press(`.demo__panel button[value="` + event + `"]`)
	p.clicks, p.trail = clicks, trail
}

// token is what the person pastes.
const token = sim.DemoToken

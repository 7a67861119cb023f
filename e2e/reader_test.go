package e2e_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/playwright-community/playwright-go"

	"example.test/wizard/sim"
	"example.test/wizard/tools/walker"
)

// reader uses the wizard without a browser, and comes back to a page that waits.
// It is quick, and may meet a wizard that dies.
type reader struct {
	*walker.Person
	t *testing.T
	w *wizard
}

// read signs in.
func read(t *testing.T, w *wizard) *reader {
	t.Helper()
	p, err := walker.New()
	if err != nil {
		t.Fatal(err)
	}
	p.Answers["token"], p.Answers["domain"], p.Blanks["email"] = token, sim.DemoDomain, sim.DemoEmail
	t.Cleanup(p.CloseIdleConnections)
	r := &reader{Person: p, t: t, w: w}
	r.must(p.SignIn(t.Context(), w.link))
	return r
}

func (r *reader) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatalf("%v\n%s", err, r.w.stderr)
	}
}

func (r *reader) open(path string) { r.t.Helper(); r.must(r.Open(r.t.Context(), r.w.base+path)) }

// next fills what is asked for and presses the one next action.
func (r *reader) next() { r.t.Helper(); r.must(r.Next(r.t.Context())) }

// text is what an element says, with single spaces.
func (r *reader) text(selector string) string {
	return strings.Join(strings.Fields(r.Page().Find(selector).First().Text()), " ")
}

// status is what a check says; empty when there is no such check.
func (r *reader) status(check string) string {
	return r.Page().Find(`[data-check="`+check+`"]`).First().AttrOr("data-status", "")
}

// until opens the page again until is says so.
func (r *reader) until(path, what string, is func() bool) {
	r.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); ; <-tick.C {
		r.open(path)
		if is() {
			return
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("at %s, never: %s\n%s\n%s", path, what, r.text("main"), r.w.stderr)
		}
	}
}

// walk takes every default, as [person.walk] does.
func (r *reader) walk(out world, done func() bool) {
	r.t.Helper()
	r.Registrar = func(context.Context) error { out.nameServersChange(); return nil }
	r.must(r.WalkUntil(r.t.Context(), "where it is done", done))
}

// inBrowser goes on with the same session in a window of a browser.
func (r *reader) inBrowser() *person {
	r.t.Helper()
	p := visit(r.t, r.w, playwright.BrowserNewContextOptions{})
	var session []playwright.OptionalCookie
	for _, c := range r.Jar.Cookies(r.Page().URL) {
		session = append(session, playwright.OptionalCookie{Name: c.Name, Value: c.Value, URL: playwright.String(r.w.base)})
	}
	p.must(p.page.Context().AddCookies(session))
	return p
}

func (r *reader) isAt(path string) func() bool { return func() bool { return r.Path() == path } }

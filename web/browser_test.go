package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// browser asks as a browser of today does. A zero cookie is one that never
// opened the start link.
type browser struct {
	w       *world
	cookies []*http.Cookie
}

// open opens the start link in a fresh browser.
func (w *world) open() *browser {
	w.t.Helper()
	b := &browser{w: w}
	a := b.post("/start", "k", w.server.NewLink())
	if a.code != http.StatusSeeOther {
		w.t.Fatalf("the start link gives %d: %s", a.code, a.body)
	}
	return b
}

// header sets a header of one request; a value of "" removes it.
type header struct{ name, value string }

// asHTMX makes a request one of htmx.
func asHTMX() header { return header{"HX-Request", "true"} }

func (b *browser) get(path string, hs ...header) *answer {
	b.w.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	return b.do(r, hs...)
}

// post sends a form of pairs of names and values.
func (b *browser) post(path string, pairs ...string) *answer {
	b.w.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do(posted(path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode())))
}

// posted is a form as our own pages send it. They forbid a Referer, so the
// Origin is null.
func posted(path, kind string, body io.Reader) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, body)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Origin", "null")
	return r
}

func (b *browser) do(r *http.Request, hs ...header) *answer {
	b.w.t.Helper()
	if r.Host == "example.com" { // what httptest makes of a bare path
		r.Host = "localhost:8080"
	}
	for _, h := range hs {
		if h.value == "" {
			r.Header.Del(h.name)
			continue
		}
		r.Header.Set(h.name, h.value)
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	b.w.web.ServeHTTP(rec, r)
	res := rec.Result()
	for _, c := range res.Cookies() {
		b.keep(c)
	}
	return &answer{t: b.w.t, code: res.StatusCode, header: res.Header, body: rec.Body.String(), cookies: res.Cookies()}
}

func (b *browser) keep(c *http.Cookie) {
	for i, old := range b.cookies {
		if old.Name == c.Name {
			b.cookies[i] = c
			return
		}
	}
	b.cookies = append(b.cookies, c)
}

// answer is one answer of the server.
type answer struct {
	t       *testing.T
	code    int
	header  http.Header
	body    string
	cookies []*http.Cookie
}

func (a *answer) page() *goquery.Document {
	a.t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	return d
}

// text is the visible text of everything that a selector finds.
func (a *answer) text(selector string) string {
	a.t.Helper()
	return strings.Join(strings.Fields(a.page().Find(selector).Text()), " ")
}

// has requires that a selector finds something.
func (a *answer) has(selectors ...string) {
	a.t.Helper()
	d := a.page()
	for _, s := range selectors {
		if d.Find(s).Length() == 0 {
			a.t.Errorf("no %s in the page (%d):\n%s", s, a.code, d.Find("main").Text())
		}
	}
}

// hasNot requires that a selector finds nothing.
func (a *answer) hasNot(selectors ...string) {
	a.t.Helper()
	d := a.page()
	for _, s := range selectors {
		if d.Find(s).Length() != 0 {
			a.t.Errorf("%s in the page (%d)", s, a.code)
		}
	}
}

// says requires that the text of the region has every one of the texts.
func (a *answer) says(texts ...string) {
	a.t.Helper()
	all := a.text("body")
	for _, s := range texts {
		if !strings.Contains(all, s) {
			a.t.Errorf("no %q in the page (%d):\n%s", s, a.code, all)
		}
	}
}

// is requires a status.
func (a *answer) is(code int) *answer {
	a.t.Helper()
	if a.code != code {
		a.t.Errorf("status %d, want %d:\n%s", a.code, code, a.text("main"))
	}
	return a
}

// leads requires a redirect after a form to a path.
func (a *answer) leads(to string) {
	a.t.Helper()
	if a.code != http.StatusSeeOther || a.header.Get("Location") != to {
		a.t.Errorf("status %d to %q, want 303 to %q:\n%s", a.code, a.header.Get("Location"), to, a.text("main"))
	}
}

// value is the value of an input.
func (a *answer) value(name string) string {
	a.t.Helper()
	in := a.page().Find(`[name="` + name + `"]`)
	if goquery.NodeName(in) == "textarea" {
		return in.Text()
	}
	return in.AttrOr("value", "")
}

// eventually asks until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not in time: %s", what)
		}
	}
}

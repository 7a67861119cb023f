package e2e_test

import (
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"example.test/wizard/sim"
)

// reader uses the wizard without a browser: it follows links, fills forms and
// comes back to a page that waits. It is quick, and may meet a wizard that dies.
type reader struct {
	t    *testing.T
	w    *wizard
	http *http.Client
	at   *url.URL
	doc  *goquery.Document
	code int
}

// read signs in.
func read(t *testing.T, w *wizard) *reader {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{t: t, w: w, http: &http.Client{Jar: jar, Timeout: patience}}
	t.Cleanup(r.http.CloseIdleConnections)
	r.open(w.link)
	r.next()
	return r
}

// ask sends a request as the browser would and takes in the page.
func (r *reader) ask(method, address string, form url.Values) error {
	req, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	site := "none"
	if r.at != nil {
		site = "same-origin"
		req.Header.Set("Origin", r.w.base)
	}
	req.Header.Set("Sec-Fetch-Site", site)
	req.Header.Set("Sec-Fetch-Mode", "navigate")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if r.doc, err = goquery.NewDocumentFromReader(resp.Body); err != nil {
		return err
	}
	r.at, r.code = resp.Request.URL, resp.StatusCode
	return nil
}

func (r *reader) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatalf("%v\n%s", err, r.w.stderr)
	}
}

// open reads a page, by its path or whole address.
func (r *reader) open(to string) {
	r.t.Helper()
	if strings.HasPrefix(to, "/") {
		to = r.w.base + to
	}
	r.must(r.ask(http.MethodGet, to, nil))
}

func (r *reader) has(selector string) bool { return r.doc.Find(selector).Length() > 0 }

// text is what an element says, with single spaces.
func (r *reader) text(selector string) string {
	return strings.Join(strings.Fields(r.doc.Find(selector).First().Text()), " ")
}

// status is what a check says; empty when there is no such check.
func (r *reader) status(check string) string {
	return r.doc.Find(`[data-check="`+check+`"]`).First().AttrOr("data-status", "")
}

// until opens the page again until is says so.
func (r *reader) until(path, what string, is func() bool) {
	r.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
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

var errNoNext = errors.New("the page has no next action")

// goNext follows the one next action with what is filled in.
func (r *reader) goNext(fill map[string]string) error {
	next := r.doc.Find("[data-next]").First()
	if next.Length() == 0 {
		return errNoNext
	}
	if href, ok := next.Attr("href"); ok {
		to, err := r.at.Parse(href)
		if err != nil {
			return err
		}
		return r.ask(http.MethodGet, to.String(), nil)
	}
	form := next.Closest("form")
	values := url.Values{}
	form.Find("input, textarea").Each(func(_ int, in *goquery.Selection) {
		name, kind := in.AttrOr("name", ""), in.AttrOr("type", "text")
		_, checked := in.Attr("checked")
		value := in.AttrOr("value", in.Text())
		if given, ok := fill[name]; ok && kind != "hidden" {
			value, checked = given, in.AttrOr("type", "") != "radio" || in.AttrOr("value", "") == given
		}
		_, off := in.Attr("disabled")
		if name == "" || off || (kind == "checkbox" || kind == "radio") && !checked || kind == "file" {
			return
		}
		values.Add(name, value)
	})
	if name, ok := next.Attr("name"); ok {
		values.Set(name, next.AttrOr("value", ""))
	}
	to, err := r.at.Parse(form.AttrOr("action", ""))
	if err != nil {
		return err
	}
	return r.ask(http.MethodPost, to.String(), values)
}

func (r *reader) next() {
	r.t.Helper()
	r.must(r.goNext(map[string]string{"token": token, "domain": sim.DemoDomain, "agree": "yes"}))
}

// walk takes every default, as [person.walk] does.
func (r *reader) walk(out world, done func() bool) {
	r.t.Helper()
	for n := 0; !done(); n++ {
		if n > 100 {
			r.t.Fatalf("at %s after %d pages, and not there\n%s", r.at.Path, n, r.text("main"))
		}
		if !r.has("[data-next]") {
			r.until(r.at.RequestURI(), "something to do", func() bool { return r.has("[data-next]") || done() })
			continue
		}
		if r.at.Path == "/steps/dns" && r.has(`button[value="changed"]`) {
			out.nameServersChange()
		}
		r.next()
	}
}

func (r *reader) isAt(path string) func() bool { return func() bool { return r.at.Path == path } }

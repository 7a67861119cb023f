package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"example.test/wizard/sim"
)

// A survivor is a person without a browser. Whoever they are, they go forward with
// the defaults: fill what is asked, press the one next button, wait where there
// is none.
type survivor struct {
	t     *testing.T
	world *sim.World
	http  *http.Client
	base  string
	at    string // path and query of the present page
	page  *goquery.Document
	given func(form string, values url.Values) // told of every answer that the wizard took
	saw   func(body []byte)                    // told of every page
}

func newSurvivor(t *testing.T, w *sim.World, base string) *survivor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &survivor{
		t: t, world: w, base: base, given: func(string, url.Values) {}, saw: func([]byte) {},
		http: &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{}},
	}
}

func (p *survivor) close() { p.http.CloseIdleConnections() }

// errGone means that the wizard does not answer.
var errGone = errors.New("the wizard is gone")

// get opens a page.
func (p *survivor) get(at string) error { return p.ask(http.MethodGet, at, nil) }

func (p *survivor) ask(method, at string, form url.Values) error {
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.base+at, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := p.http.Do(r)
	if err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	p.saw(body)
	if p.page, err = goquery.NewDocumentFromReader(bytes.NewReader(body)); err != nil {
		return err
	}
	if p.at = res.Request.URL.Path; res.Request.URL.RawQuery != "" {
		p.at += "?" + res.Request.URL.RawQuery
	}
	if res.StatusCode >= 500 && res.StatusCode != http.StatusBadGateway {
		return fmt.Errorf("%s %s: status %d: %s", method, at, res.StatusCode, p.words())
	}
	return nil
}

func (p *survivor) words() string {
	return strings.Join(strings.Fields(p.page.Find("main").Text()), " ")
}

// signIn uses a start link.
func (p *survivor) signIn(link string) error {
	_, key, _ := strings.Cut(link, "?k=")
	return p.ask(http.MethodPost, "/start", url.Values{"k": {key}})
}

// forward does the one next thing, or looks again where there is none.
func (p *survivor) forward() error {
	next := p.page.Find("[data-next]").First()
	switch {
	case next.Length() == 0:
		return p.wait()
	case next.Is("a"):
		return p.get(p.to(next.AttrOr("href", "/")))
	}
	form := next.Closest("form")
	if id, ok := next.Attr("form"); ok {
		form = p.page.Find("form#" + id)
	}
	if strings.HasPrefix(p.at, "/steps/dns") && next.AttrOr("value", "") == "changed" {
		if err := p.world.Do("ns"); err != nil {
			return err
		}
	}
	values := p.fill(form)
	if name := next.AttrOr("name", ""); name != "" {
		values.Add(name, next.AttrOr("value", ""))
	}
	action := p.to(form.AttrOr("action", p.at))
	if err := p.ask(http.MethodPost, action, values); err != nil {
		return err
	}
	if p.page.Find(".field--error").Length() == 0 {
		p.given(action, values)
	}
	return nil
}

// fill answers what a form asks.
func (p *survivor) fill(form *goquery.Selection) url.Values {
	out := url.Values{}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, in *goquery.Selection) {
		name, value := in.AttrOr("name", ""), in.AttrOr("value", "")
		_, checked := in.Attr("checked")
		switch kind := in.AttrOr("type", ""); {
		case name == "agree" || name == "keep":
			out.Set(name, "yes")
		case name == "token":
			out.Set(name, sim.DemoToken)
		case name == "domain" && value == "":
			out.Set(name, sim.DemoDomain)
		case goquery.NodeName(in) == "textarea":
			out.Add(name, in.Text())
		case goquery.NodeName(in) == "select":
			out.Add(name, in.Find("option[selected]").AttrOr("value", ""))
		case (kind == "checkbox" || kind == "radio") && !checked, kind == "file", kind == "submit":
		default:
			out.Add(name, value)
		}
	})
	return out
}

// to is an address of the page as a path.
func (p *survivor) to(href string) string {
	if strings.HasPrefix(href, "/") {
		return href
	}
	if strings.HasPrefix(href, "?") {
		at, _, _ := strings.Cut(p.at, "?")
		return at + href
	}
	return path.Join(path.Dir(p.at), href)
}

// wait is the pause of a page that looks again by itself.
func (p *survivor) wait() error {
	tick := time.NewTimer(50 * time.Millisecond)
	defer tick.Stop()
	select {
	case <-tick.C:
		return p.get(p.at)
	case <-p.t.Context().Done():
		return context.Cause(p.t.Context())
	}
}

// arrived reports whether everything is done.
func (p *survivor) arrived() bool { return strings.HasPrefix(p.at, "/summary") }

// states are what the list says of each step.
func (p *survivor) states() map[string]string {
	out := map[string]string{}
	p.page.Find("[data-step]").Each(func(_ int, s *goquery.Selection) {
		out[s.AttrOr("data-step", "")] = s.AttrOr("data-status", "")
	})
	return out
}

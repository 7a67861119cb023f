// Package walker uses the wizard as a person without scripts does: it reads
// pages, fills the fields that are asked for and presses the one next action.
// It speaks HTTP only, so it needs no browser, and it knows nothing of what runs
// behind the pages.
package walker

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// A Person has one window. It is not safe for use by several goroutines.
type Person struct {
	*http.Client // with the cookie of the session

	Answers map[string]string // what is typed into a field of this name
	Pages   []string          // the paths that were seen, in order
	Pressed int               // how often something was pressed
	Waited  time.Duration     // on pages that had nothing to press

	// Registrar does what a person does there, outside of the wizard; nil for
	// the control panel of the demonstration.
	Registrar func(ctx context.Context) error
	// Seen is told of every path that was reached; may be nil.
	Seen func(path string)

	at  *url.URL
	doc *goquery.Document
}

// New opens a window. Each answer of the wizard must come within the time that
// ctx and half a minute leave.
func New() (*Person, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &Person{Answers: map[string]string{}, Client: &http.Client{Jar: jar, Timeout: 30 * time.Second}}, nil
}

// Path is where the person is.
func (p *Person) Path() string { return p.at.Path }

// Page is what the person sees.
func (p *Person) Page() *goquery.Document { return p.doc }

// SignIn follows a start link and presses its button.
func (p *Person) SignIn(ctx context.Context, link string) error {
	if err := p.Open(ctx, link); err != nil {
		return err
	}
	return p.Next(ctx)
}

// Open goes to an address; a path is one of the wizard.
func (p *Person) Open(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if p.at != nil {
		u = p.at.ResolveReference(u)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	return p.do(r)
}

// URL is the whole address of a path of the wizard.
func (p *Person) URL(path string) (string, error) {
	u, err := p.at.Parse(path)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// Next presses the one next action of the page.
func (p *Person) Next(ctx context.Context) error { return p.Press(ctx, "[data-next]") }

// Has reports whether something is on the page.
func (p *Person) Has(selector string) bool { return p.doc.Find(selector).Length() > 0 }

// Press follows a link, or sends the form of a button.
func (p *Person) Press(ctx context.Context, selector string) error {
	s := p.doc.Find(selector)
	if s.Length() == 0 {
		return fmt.Errorf("at %s: nothing to press is called %s", p.at.Path, selector)
	}
	s = s.First()
	p.Pressed++
	if href, ok := s.Attr("href"); ok {
		return p.Open(ctx, href)
	}
	form := s.Closest("form")
	if id, ok := s.Attr("form"); ok {
		form = p.doc.Find("form#" + id)
	}
	if form.Length() == 0 {
		return fmt.Errorf("at %s: %s belongs to no form", p.at.Path, selector)
	}
	values := p.values(form)
	if name, ok := s.Attr("name"); ok {
		values.Set(name, s.AttrOr("value", ""))
	}
	action, err := p.at.Parse(form.AttrOr("action", ""))
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, action.String(), strings.NewReader(values.Encode()))
	if err != nil {
		return err
	}
	if !strings.EqualFold(form.AttrOr("method", "get"), "post") {
		action.RawQuery = values.Encode()
		return p.Open(ctx, action.String())
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.at.Scheme+"://"+p.at.Host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return p.do(r)
}

// values is what a browser would send of a form, with the answers typed in and
// every consent given.
func (p *Person) values(form *goquery.Selection) url.Values {
	fields := form.Find("input, textarea, select")
	if id, ok := form.Attr("id"); ok {
		fields = fields.AddSelection(p.doc.Find(`[form="` + id + `"]`).Filter("input, textarea, select"))
	}
	v := url.Values{}
	fields.Each(func(_ int, f *goquery.Selection) {
		name, ok := f.Attr("name")
		if _, off := f.Attr("disabled"); !ok || off {
			return
		}
		value := f.AttrOr("value", "")
		switch kind := f.AttrOr("type", "text"); {
		case kind == "checkbox" || kind == "radio":
			if _, on := f.Attr("checked"); !on && name != "agree" && name != "many" {
				return
			}
			if value == "" {
				value = "on"
			}
		case kind == "file" || kind == "submit":
			return
		case f.Is("textarea"):
			value = f.Text()
		case f.Is("select"):
			chosen := f.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = f.Find("option").First()
			}
			value = chosen.AttrOr("value", chosen.Text())
		}
		if typed, ok := p.Answers[name]; ok && f.AttrOr("type", "") != "hidden" {
			value = typed
		}
		v.Add(name, value)
	})
	return v
}

// do sends a request and reads the page that it leads to.
func (p *Person) do(r *http.Request) error {
	res, err := p.Do(r)
	if err != nil {
		return err
	}
	doc, err := goquery.NewDocumentFromReader(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return fmt.Errorf("reading %s: %w", r.URL.Path, err)
	}
	p.at, p.doc = res.Request.URL, doc
	if p.Seen != nil {
		p.Seen(p.at.Path)
	}
	if len(p.Pages) == 0 || p.Pages[len(p.Pages)-1] != p.at.Path {
		p.Pages = append(p.Pages, p.at.Path)
	}
	if res.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %s: %s", r.Method, r.URL.Path, res.Status, p.said())
	}
	return nil
}

// said is the text of the page, in short.
func (p *Person) said() string {
	text := strings.Join(strings.Fields(p.doc.Find("main").Text()), " ")
	if len(text) > 400 {
		text = text[:400] + "…"
	}
	return text
}

// Package walker uses the wizard as a person without scripts does: it reads
// pages, fills the fields that are asked for and presses the one next action.
// It speaks HTTP only, so it needs no browser, and it knows nothing of what runs
// behind the pages. It is the only place where tests read forms and go forward.
package walker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// ErrGone means that the wizard did not answer.
var ErrGone = errors.New("the wizard is gone")

// A Person has one window. It is not safe for use by several goroutines.
type Person struct {
	*http.Client // with the cookie of the session

	Answers map[string]string // what is typed into a field of this name, chosen, or [Tick]
	Blanks  map[string]string // what is typed into a field of this name that is empty and must not be
	Pages   []string          // the paths that were seen, in order
	Pressed int               // how often something was pressed
	Waited  time.Duration     // on pages that had nothing to press
	Pause   time.Duration     // before a page is looked at again
	Speaks  string            // the languages that the browser asks for; empty for none
	ByStep  bool              // where several steps may be agreed to at once, takes them one by one

	// Registrar does what a person does there, outside of the wizard; nil for
	// the control panel of the demonstration.
	Registrar func(ctx context.Context) error
	// Seen is told of every page that was reached; may be nil.
	Seen func(p *Page)
	// Sent is told of every form that was answered, when its answer was read; may be nil.
	Sent func(path string, values url.Values)
	// Turns is told before each turn of [Person.Forward] whether it only waits; may be nil.
	Turns func(waits bool)
	// Bears says which statuses from 400 on are pages like any other; nil for none.
	Bears func(status int) bool

	page *Page
	same int // how many presses in a row led to the same page, which said the same
}

// New opens a window. Each answer of the wizard must come within the time that
// ctx and 40 seconds leave.
func New() (*Person, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &Person{
		Answers: map[string]string{"agree": Tick, "many": Tick}, Blanks: map[string]string{}, Pause: 50 * time.Millisecond,
		Client: &http.Client{Jar: jar, Timeout: 40 * time.Second, Transport: &http.Transport{}},
	}, nil
}

// Page is what the person sees.
func (p *Person) Page() *Page { return p.page }

// Back goes back to a page as it was, without asking for it again.
func (p *Person) Back(to *Page) { p.page = to }

// Path is where the person is.
func (p *Person) Path() string { return p.page.URL.Path }

// Has reports whether something is on the page.
func (p *Person) Has(selector string) bool { return p.page.Has(selector) }

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
	if p.page != nil {
		u = p.page.URL.ResolveReference(u)
	}
	return p.ask(ctx, http.MethodGet, u, nil)
}

// URL is the whole address of a path of the wizard.
func (p *Person) URL(path string) (string, error) {
	u, err := p.page.URL.Parse(path)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// Next presses the one next action of the page.
func (p *Person) Next(ctx context.Context) error { return p.Press(ctx, "[data-next]") }

// Press follows a link, or answers the form of a button.
func (p *Person) Press(ctx context.Context, selector string) error {
	s, err := p.find(selector)
	if err != nil {
		return err
	}
	if href, ok := s.Attr("href"); ok {
		p.Pressed++
		return p.Open(ctx, href)
	}
	f, err := p.page.formOf(s)
	if err != nil {
		return err
	}
	f.answer(p.Answers, p.Blanks)
	return p.send(ctx, f)
}

// Submit sends the form of a button with what stands in it and with nothing
// typed but what change does; nil for no change.
func (p *Person) Submit(ctx context.Context, selector string, change func(url.Values)) error {
	s, err := p.find(selector)
	if err != nil {
		return err
	}
	f, err := p.page.formOf(s)
	if err != nil {
		return err
	}
	if change != nil {
		change(f.values)
	}
	return p.send(ctx, f)
}

func (p *Person) find(selector string) (*goquery.Selection, error) {
	s := p.page.Find(selector).First()
	if s.Length() == 0 {
		return nil, fmt.Errorf("at %s: nothing to press is called %s: %s", p.page.At(), selector, p.page.short())
	}
	return s, nil
}

func (p *Person) send(ctx context.Context, f *form) error {
	if err := f.complete(); err != nil {
		return err
	}
	to, err := f.to()
	if err != nil {
		return err
	}
	p.Pressed++
	if !strings.EqualFold(f.AttrOr("method", "get"), "post") {
		to.RawQuery = f.values.Encode()
		return p.ask(ctx, http.MethodGet, to, nil)
	}
	err = p.ask(ctx, http.MethodPost, to, f.values)
	if err == nil && p.Sent != nil {
		p.Sent(to.Path, f.values)
	}
	return err
}

// ask sends a request as a browser does, and reads the page that it leads to.
func (p *Person) ask(ctx context.Context, method string, to *url.URL, values url.Values) error {
	r, err := http.NewRequestWithContext(ctx, method, to.String(), strings.NewReader(values.Encode()))
	if err != nil {
		return err
	}
	site := "same-origin"
	if p.page == nil {
		site = "none" // from the terminal
	}
	for name, value := range map[string]string{"Site": site, "Mode": "navigate", "Dest": "document"} {
		r.Header.Set("Sec-Fetch-"+name, value)
	}
	if p.Speaks != "" {
		r.Header.Set("Accept-Language", p.Speaks)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", p.origin())
	}
	res, err := p.Do(r)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrGone, err)
	}
	body, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return fmt.Errorf("%w: reading %s: %w", ErrGone, to.Path, err)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("reading %s: %w", to.Path, err)
	}
	p.page = &Page{Document: doc, URL: res.Request.URL, Status: res.StatusCode, Header: res.Header, Body: body}
	if p.Seen != nil {
		p.Seen(p.page)
	}
	if len(p.Pages) == 0 || p.Pages[len(p.Pages)-1] != p.Path() {
		p.Pages = append(p.Pages, p.Path())
	}
	if s := res.StatusCode; s >= http.StatusBadRequest && (p.Bears == nil || !p.Bears(s)) {
		return fmt.Errorf("%s %s: %s: %s", method, to.Path, res.Status, p.page.short())
	}
	return nil
}

// origin is what a browser says of where a form stood: nothing that could be
// compared, where the page forbids to tell (Fetch standard, "append a request
// Origin header").
func (p *Person) origin() string {
	if p.page == nil || p.page.Header.Get("Referrer-Policy") == "no-referrer" {
		return "null"
	}
	return p.page.URL.Scheme + "://" + p.page.URL.Host
}

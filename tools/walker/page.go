package walker

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// A Page is what the wizard answered, after its redirects.
type Page struct {
	*goquery.Document
	URL    *url.URL
	Status int
	Header http.Header
	Body   []byte
}

// At is the path of the page with its query.
func (p *Page) At() string { return p.URL.RequestURI() }

// Has reports whether something is on the page.
func (p *Page) Has(selector string) bool { return p.Find(selector).Length() > 0 }

// Says is the text of what is selected, with single spaces.
func (p *Page) Says(selector string) string {
	return strings.Join(strings.Fields(p.Find(selector).Text()), " ")
}

// States is what a list of steps on the page says of each.
func (p *Page) States() map[string]string {
	out := map[string]string{}
	for _, s := range p.Find("[data-step]").EachIter() {
		out[s.AttrOr("data-step", "")] = s.AttrOr("data-status", "")
	}
	return out
}

// waits reports whether there is nothing to press.
func (p *Page) waits() bool { return !p.Has("[data-next]") }

// short is the text of the page, as far as an error needs it.
func (p *Page) short() string {
	text := []rune(p.Says("main"))
	if len(text) > 600 {
		return string(text[:600]) + "…"
	}
	return string(text)
}

// passing is what differs although the page is the same: clocks, and the numbers
// that a service gives each call.
var passing = regexp.MustCompile(`[0-9]+([:.][0-9]+)+|\b[0-9a-f]{8,}\b`)

// sight is where the page is and what it says: two pages with the same sight are
// the same to a person.
func (p *Page) sight() string {
	return p.At() + "\n" + passing.ReplaceAllString(p.Says("main"), "#")
}

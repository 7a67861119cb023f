package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"example.test/wizard/sim"
)

// walker is a person with a browser that knows no JavaScript: it reads pages,
// follows links and posts forms, over real sockets.
type walker struct {
	t       *testing.T
	in      *wired
	o       *pretend
	client  *http.Client
	page    *goquery.Document
	at      string      // path and query of the page
	asking  atomic.Bool // a page is being read
	arrived func()      // told before the last click of a walk; may be nil
	waiting atomic.Bool // that page was seen before, and only waits
	worked  bool        // a job was on when the page was last read: what follows it counts
}

// sit opens the start link.
func (o *pretend) sit(t *testing.T, in *wired) *walker {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	w := &walker{t: t, in: in, o: o, client: &http.Client{Jar: jar, Transport: transport, Timeout: 40 * time.Second}}
	w.get(strings.TrimPrefix(in.link(), in.base))
	w.next()
	return w
}

func (w *walker) do(method, path string, form url.Values) {
	w.t.Helper()
	w.asking.Store(true)
	defer w.asking.Store(false)
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.in.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "null")
	}
	res, err := w.client.Do(r)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	if w.page, err = goquery.NewDocumentFromReader(res.Body); err != nil {
		w.t.Fatal(err)
	}
	w.at = res.Request.URL.RequestURI()
	if res.StatusCode >= 500 || res.StatusCode == http.StatusUnauthorized {
		w.t.Fatalf("%s %s: %d\n%s", method, path, res.StatusCode, w.text("main"))
	}
}

func (w *walker) get(path string) { w.t.Helper(); w.do(http.MethodGet, path, nil) }

// text is what an element of the page says.
func (w *walker) text(selector string) string {
	return strings.Join(strings.Fields(w.page.Find(selector).Text()), " ")
}

// fields are the values of a form as a browser would send them.
func fields(form *goquery.Selection) url.Values {
	out := url.Values{}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", "")
		if _, off := s.Attr("disabled"); off {
			return
		}
		switch kind := s.AttrOr("type", "text"); {
		case goquery.NodeName(s) == "textarea":
			out.Add(name, s.Text())
		case kind == "checkbox" || kind == "radio":
			if _, on := s.Attr("checked"); on || name == "many" { // a second yes to what the person saw
				out.Add(name, s.AttrOr("value", "on"))
			}
		case kind != "submit" && kind != "file":
			value := s.AttrOr("value", "")
			if name == "email" && value == "" {
				value = sim.DemoEmail // Cloudflare could not be asked for it, so the person types it
			}
			out.Add(name, value)
		}
	})
	return out
}

// submit posts the form around a button, with changes.
func (w *walker) submit(button string, change func(url.Values)) {
	w.t.Helper()
	b := w.page.Find(button).First()
	form := b.Closest("form")
	if form.Length() == 0 {
		w.t.Fatalf("at %s there is no form with %s:\n%s", w.at, button, w.text("main"))
	}
	v := fields(form)
	if name := b.AttrOr("name", ""); name != "" {
		v.Set(name, b.AttrOr("value", ""))
	}
	if change != nil {
		change(v)
	}
	w.do(http.MethodPost, form.AttrOr("action", w.at), v)
}

// next does the one next action of the page, with the defaults.
func (w *walker) next() {
	w.t.Helper()
	n := w.page.Find("[data-next]")
	if n.Length() == 0 {
		w.t.Fatalf("at %s there is no next action:\n%s", w.at, w.text("main"))
	}
	if href, ok := n.Attr("href"); ok {
		w.get(href)
		return
	}
	w.submit("[data-next]", func(v url.Values) {
		for name, value := range map[string]string{"token": sim.DemoToken, "domain": sim.DemoDomain, "agree": "yes"} {
			if n.Closest("form").Find(`[name="`+name+`"]`).Length() > 0 {
				v.Set(name, value)
			}
		}
	})
}

// walk goes forward with all defaults until a page is reached.
func (w *walker) walk(to string) {
	w.t.Helper()
	defer w.in.watch(true)
	for range 200 {
		until(w.t, "a next action at "+w.at+": "+w.text("h1"), func() bool {
			if w.page.Find("[data-next]").Length() > 0 || w.reached(to) {
				return true
			}
			w.waiting.Store(!w.in.working() && !w.worked)
			w.in.watch(w.waiting.Load())
			w.worked = w.in.working()
			w.get(strings.TrimSuffix(w.at, "/checks"))
			return false
		})
		w.waiting.Store(false)
		w.in.watch(false)
		if w.reached(to) {
			return
		}
		if strings.HasPrefix(w.at, "/steps/dns") && w.page.Find(`button[value="changed"]`).Length() > 0 {
			if err := w.o.Do("ns"); err != nil {
				w.t.Fatal(err)
			}
		}
		if w.arrived != nil && w.page.Find("[data-next]").AttrOr("href", "") == to {
			w.arrived()
		}
		w.next()
	}
	w.t.Fatalf("never at %s, but at %s:\n%s", to, w.at, w.text("main"))
}

func (w *walker) reached(to string) bool {
	path, _, _ := strings.Cut(w.at, "?")
	return path == to
}

// states is what the home page says of each step.
func (w *walker) states() map[string]string {
	out := map[string]string{}
	w.page.Find("[data-step]").Each(func(_ int, s *goquery.Selection) {
		out[s.AttrOr("data-step", "")] = s.AttrOr("data-status", "")
	})
	return out
}

// allDone waits until the home page says that all nine steps are done.
func (w *walker) allDone() {
	w.t.Helper()
	var all map[string]string
	defer func() {
		if w.t.Failed() {
			w.t.Logf("%v\n%s", all, w.text("main"))
		}
	}()
	until(w.t, "all nine done", func() bool {
		w.get("/")
		all = w.states()
		if len(all) != 9 {
			w.t.Fatalf("%d steps: %v", len(all), all)
		}
		for _, s := range all {
			if s != "done" && s != "attention" { // Plex’s other address is a dead one in this world
				return false
			}
		}
		return true
	})
}

type selection = goquery.Selection

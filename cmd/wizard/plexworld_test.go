package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"example.test/wizard/sim"
	"example.test/wizard/sim/plex"
	"example.test/wizard/tools/walker"
)

// plexWorld is the pretend world and the real program in it, asked over HTTP as
// a browser without scripts asks. Its rows are those of the tables of what
// people meet with Plex.
type plexWorld struct {
	*sim.World
	t      *testing.T
	dir    string
	walled atomic.Bool // something between the tunnel and Plex asks for a sign-in of its own
	picky  atomic.Bool // it lets only the browser's part through
	leaky  atomic.Bool // Plex fails, and repeats every secret that it knows

	person *walker.Person
	end    func()
	errs   *terminal

	said []*terminal     // everything that the program ever wrote
	seen strings.Builder // every answer that a browser ever got
}

func newPlexWorld(t *testing.T) *plexWorld {
	t.Helper()
	w := &plexWorld{t: t, dir: t.TempDir()}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w.World, err = sim.Start(sim.Options{Dir: filepath.Join(w.dir, "world"), Speed: 1000, Connector: exe, Wrap: w.wrap})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.stop()
		if err := w.World.Close(); err != nil {
			t.Error(err)
		}
		for _, v := range append(w.Plex.Violations(), w.PlexTV.Violations()...) {
			t.Errorf("violation: %s", v)
		}
	})
	return w
}

// wrap puts a wall before Plex that only requests through the tunnel meet.
func (w *plexWorld) wrap(name string, h http.Handler) http.Handler {
	if name != "Plex" {
		return h
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.walled.Load() && r.Header.Get("Cf-Ray") != "" {
			rw.Header().Set("WWW-Authenticate", "Basic")
			http.Error(rw, "who is there?", http.StatusUnauthorized)
			return
		}
		if w.picky.Load() && r.Header.Get("Cf-Ray") != "" && r.URL.Path == "/media/providers" {
			http.Error(rw, "not for you", http.StatusForbidden)
			return
		}
		if w.leaky.Load() && r.URL.Path != "/identity" {
			http.Error(rw, "<h1>no</h1> "+strings.Join(w.secrets(), " and "), http.StatusInternalServerError)
			return
		}
		h.ServeHTTP(rw, r)
	})
}

// start runs the program in the world, whose addresses edit may change, and
// opens its link.
func (w *plexWorld) start(edit func(*sim.File), args ...string) {
	w.t.Helper()
	w.stop()
	w.t.Setenv("CLOUDFLARE_API_TOKEN", sim.DemoToken)
	w.t.Setenv("PLEX_TOKEN", "")
	f, file := w.File(), filepath.Join(w.dir, "addresses.json")
	if edit != nil {
		edit(&f)
	}
	must(w.t, sim.WriteFile(file, f))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	out, errs := newTerminal(), newTerminal()
	w.errs, w.said = errs, append(w.said, out, errs)
	args = append([]string{"-addr", "127.0.0.1:0", "-data", w.data(), "-open=false", "-idle", "0", "-log-level", "debug", "-world", file}, args...)
	opts, err := parse("serve", args, errs)
	must(w.t, err)
	opts.leaveIn = time.Minute // that it is given back is asked about here, and not how soon
	go func() { ended <- opts.serve(ctx, strings.NewReader(""), out, errs, func() {}) }()
	w.end = func() {
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			w.t.Errorf("it ended with %v\n%s", err, errs)
		}
		w.person.CloseIdleConnections()
	}
	link := strings.TrimSpace(out.await(w.t, 1, `http://localhost:\d+/start\?k=[A-Z2-7]{26}`)[0])
	w.person = newPerson(w.t, w.World, passing{answers: func(r *http.Request, header http.Header, body []byte) {
		fmt.Fprintln(&w.seen, r.Method, r.URL.RequestURI(), header, string(body))
	}})
	w.person.ByStep = true
	w.person.Bears = func(int) bool { return true }
	must(w.t, w.person.SignIn(w.t.Context(), link))
	if s := w.person.Page().Status; s != http.StatusOK {
		w.t.Fatalf("the start link gives %d", s)
	}
}

func (w *plexWorld) data() string { return filepath.Join(w.dir, "data") }

// stop ends the program as Ctrl-C does.
func (w *plexWorld) stop() {
	if w.end != nil {
		w.end()
		w.end = nil
	}
}

// page is one answer of the program.
type page struct{ *walker.Page }

func (w *plexWorld) get(path string) page {
	w.t.Helper()
	must(w.t, w.person.Open(w.t.Context(), path))
	return page{w.person.Page()}
}

// shows waits until the page at path has all of these, selectors or words that
// begin with a quotation mark, and returns it.
func (w *plexWorld) shows(path string, want ...string) page {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 40*time.Second)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		p := w.get(path)
		missing := p.lacks(want)
		if missing == "" {
			return p
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("%s (at %s) does not show %s:\n%s", path, p.At(), missing, p.words())
		}
	}
}

// until waits for the world.
func (w *plexWorld) until(what string, holds func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("not in time: %s", what)
		}
	}
}

// preference waits until Plex holds the value.
func (w *plexWorld) preference(id, want string) {
	w.t.Helper()
	w.until(fmt.Sprintf("%s becomes %q", id, want), func() bool { return w.Plex.Preference(id) == want })
}

// gq is what stands at a place of a page.
type gq = goquery.Selection

// gone waits until the page at path has the selector no more.
func (w *plexWorld) gone(path, selector string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 40*time.Second)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for w.get(path).Find(selector).Length() > 0 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("%s still shows %s", path, selector)
		}
	}
}

// lacks is the first of the wanted things that the page has not.
func (p page) lacks(want []string) string {
	text := p.words()
	for _, one := range want {
		if words, ok := strings.CutPrefix(one, `"`); ok {
			if !strings.Contains(text, words) {
				return one
			}
		} else if p.Find(one).Length() == 0 {
			return one
		}
	}
	return ""
}

// words is the text of the page, in one line.
func (p page) words() string {
	return strings.Join(strings.Fields(p.Find("main, body").First().Text()), " ")
}

// is names a check and its status as a selector.
func is(check, status string) string {
	return `[data-check="` + check + `"][data-status="` + status + `"]`
}

// submit sends the form that holds the button, with what stands in its fields
// and what the test types over it, and follows where it leads.
func (w *plexWorld) submit(p page, button string, typed url.Values) page {
	w.t.Helper()
	w.person.Back(p.Page)
	form := p.Find(button).First().Closest("form")
	must(w.t, w.person.Submit(w.t.Context(), button, func(v url.Values) {
		for name, values := range typed {
			if form.Find(`[name="`+name+`"]`).Length() > 0 {
				v[name] = values
			}
		}
	}))
	return page{w.person.Page()}
}

// walk goes forward with the defaults, one step at a time, until a page is
// reached.
func (w *plexWorld) walk(until string) {
	w.t.Helper()
	w.get("/")
	if err := w.person.Walk(w.t.Context(), until); err != nil {
		w.t.Fatalf("%v\n%s", err, w.errs)
	}
}

// apply says yes to the plan of a step, which must hold these words, and waits
// until it is carried out.
func (w *plexWorld) apply(step string, words ...string) {
	w.t.Helper()
	plan := `form[action="/steps/` + step + `/apply"]`
	want := []string{plan}
	for _, one := range words {
		want = append(want, `"`+one)
	}
	w.submit(w.shows("/steps/"+step, want...), plan+" button", nil)
}

// host is the public address that was drawn at random.
func (w *plexWorld) host() string {
	w.t.Helper()
	for _, id := range w.Cloudflare.TunnelIDs() {
		_, config := w.Cloudflare.Configuration(id)
		if _, rest, ok := strings.Cut(string(config), `"hostname":"`); ok {
			name, _, _ := strings.Cut(rest, `"`)
			return name
		}
	}
	return ""
}

// calm makes Plex a healthy server again.
func (w *plexWorld) calm() {
	if err := w.Plex.SetMood(plex.Mood{}); err != nil {
		w.t.Error(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

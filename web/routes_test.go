package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"example.test/wizard/steps"
	"example.test/wizard/web/static"
)

// Who may use a route.
const (
	public  = "public"  // without a session
	session = "session" // with one
	demo    = "demo"    // with one, in the demonstration only
)

// route is one way in. Every route of the router must be in the table below.
type route struct {
	method, pattern string
	class           string
	sample          string // a path that reaches it
}

func routes() []route {
	return []route{
		{"GET", "/healthz", public, "/healthz"},
		{"*", "/static/*", public, static.URL("app.css")},
		{"GET", "/start", public, "/start"},
		{"POST", "/start", public, "/start"},

		{"GET", "/", session, "/"},
		{"GET", "/checks", session, "/checks"},
		{"GET", "/before", session, "/before"},
		{"POST", "/before", session, "/before"},
		{"GET", "/steps/{step}/", session, "/steps/tunnel"},
		{"GET", "/steps/{step}/checks", session, "/steps/tunnel/checks"},
		{"POST", "/steps/{step}/apply", session, "/steps/tunnel/apply"},
		{"POST", "/steps/{step}/choose", session, "/steps/tunnel/choose"},
		{"POST", "/steps/{step}/cancel", session, "/steps/tunnel/cancel"},
		{"POST", "/steps/{step}/dismiss", session, "/steps/tunnel/dismiss"},
		{"GET", "/together/", session, "/together"},
		{"GET", "/together/checks", session, "/together/checks"},
		{"POST", "/together/apply", session, "/together/apply"},
		{"GET", "/words", session, "/words"},
		{"GET", "/version", session, "/version"},
		{"POST", "/version", session, "/version"},
		{"GET", "/history", session, "/history"},
		{"GET", "/summary", session, "/summary"},
		{"GET", "/summary/checks", session, "/summary/checks"},
		{"GET", "/summary.md", session, "/summary.md"},
		{"GET", "/summary.tf", session, "/summary.tf"},
		{"GET", "/undo", session, "/undo"},
		{"POST", "/undo", session, "/undo"},
		{"GET", "/undo/checks", session, "/undo/checks"},
		{"POST", "/undo/apply", session, "/undo/apply"},
		{"POST", "/undo/plex", session, "/undo/plex"},
		{"POST", "/undo/cancel", session, "/undo/cancel"},
		{"POST", "/token/forget", session, "/token/forget"},
		{"POST", "/finish", session, "/finish"},
		{"POST", "/plex/signout", session, "/plex/signout"},
		{"GET", "/picture/{file}", session, "/picture/plex.example.com.png"},

		{"POST", "/demo", demo, "/demo"},
		{"GET", "/dev/gallery", demo, "/dev/gallery"},
		{"GET", "/dev/gallery/{state}", demo, "/dev/gallery/home"},
	}
}

// walk lists what the router knows, with one entry for a route of any method.
func walk(t *testing.T, h http.Handler) []string {
	t.Helper()
	r, ok := h.(chi.Routes)
	if !ok {
		t.Fatalf("the handler is a %T, not a router", h)
	}
	var out []string
	err := chi.Walk(r, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if pattern == "/static/*" {
			method = "*" // the file server itself refuses what is not a reading
		}
		out = append(out, method+" "+pattern)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestEveryRouteIsListed(t *testing.T) {
	for name, w := range map[string]*world{"in life": newWorld(t), demo: demonstration(newWorld(t))} {
		t.Run(name, func(t *testing.T) {
			var want []string
			for _, r := range routes() {
				if r.class != demo || name == demo {
					want = append(want, r.method+" "+r.pattern)
				}
			}
			slices.Sort(want)
			got := walk(t, w.web)
			for _, r := range got {
				if !slices.Contains(want, r) {
					t.Errorf("%s is not in the table: who may use it?", r)
				}
			}
			for _, r := range want {
				if !slices.Contains(got, r) {
					t.Errorf("%s is in the table, but there is no such route", r)
				}
			}
		})
	}
}

// TestWithoutSessionEverythingIsLocked asks every path in every way.
func TestWithoutSessionEverythingIsLocked(t *testing.T) {
	w := demonstration(newWorld(t))
	stranger := &browser{w: w}
	before := w.changes()
	paths := map[string]bool{"/nowhere": true, "/steps": true, "/steps/tunnel/nowhere": true, "/favicon.ico": true}
	open := map[string]bool{}
	for _, r := range routes() {
		if r.class == public {
			open[r.sample] = true
			continue
		}
		paths[r.sample] = true
	}
	for path := range paths {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			r := posted(path, "application/x-www-form-urlencoded", strings.NewReader("plan=x&agree=yes&event=plex-stop&remove=a"))
			r.Method = method
			plain := stranger.do(r.Clone(t.Context()))
			plain.is(http.StatusUnauthorized)
			if plain.header.Get("HX-Redirect") != "" {
				t.Errorf("%s %s leads htmx away where there is none", method, path)
			}
			if !strings.Contains(plain.text("h1"), "This page is locked") {
				t.Errorf("%s %s: %q", method, path, plain.text("h1"))
			}
			// The SSH line is the way in and is shown; nothing else of this computer is.
			for _, secret := range []string{"Linux on amd64", "1.2.3-canary", "cfut_pretend", "Plex stops", `href="/summary"`} {
				if strings.Contains(plain.body, secret) {
					t.Errorf("%s %s tells a stranger %q", method, path, secret)
				}
			}
			if got := stranger.do(r.Clone(t.Context()), asHTMX()); got.code != http.StatusUnauthorized || got.header.Get("HX-Redirect") != "/start" {
				t.Errorf("%s %s by htmx: %d, HX-Redirect %q", method, path, got.code, got.header.Get("HX-Redirect"))
			}
		}
	}
	for path := range open {
		if a := stranger.get(path); path != "/start" && a.code != http.StatusOK {
			t.Errorf("GET %s needs a session: %d", path, a.code)
		}
	}
	if w.changes() != before {
		t.Error("a stranger changed something")
	}
	if len(stranger.cookies) != 0 {
		t.Error("a stranger got a cookie")
	}
}

// TestReadingChangesNothing asks every route by GET, in states in which each
// page has something that a form could set going.
func TestReadingChangesNothing(t *testing.T) {
	w := demonstration(newWorld(t))
	for id := range w.steps {
		w.shows(id, planned(steps.Action{ID: "make", Verb: steps.Create, What: "Make it", Auto: id == steps.IDURL}))
	}
	w.undo.set(always(planned(steps.Action{ID: "remove it", Verb: steps.Delete, What: "Remove it"})))
	b := w.open()
	before := w.changes()
	for _, r := range routes() {
		for _, query := range []string{"", "?part=plan&plan=x&do=skip&agree=yes&event=plex-stop&remove=it&token=" + canary} {
			for _, hs := range [][]header{nil, {asHTMX()}, {{"HX-History-Restore-Request", "true"}}} {
				b.get(r.sample+query, hs...)
			}
		}
	}
	for _, i := range infos() {
		b.get("/steps/" + string(i.ID))
	}
	if got := w.changes(); got != before {
		t.Errorf("reading changed %d things", got-before)
	}
	if b.get("/").code != http.StatusOK {
		t.Error("the session ended by reading")
	}
}

func TestDemonstrationOnly(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	for _, r := range routes() {
		if r.class == demo {
			b.get(r.sample).is(http.StatusNotFound)
			b.post(r.sample, "event", "plex-stop").is(http.StatusNotFound)
		}
	}
	b.get("/").hasNot(".demo")
	if w.demo.count() != 0 {
		t.Error("something happened in a world that is not there")
	}
}

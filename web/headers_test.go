package web_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"example.test/wizard/steps"
	"example.test/wizard/steps/beside"
	"example.test/wizard/web"
	"example.test/wizard/web/static"
)

func allowHosts(names ...string) func(*web.Config) {
	return func(c *web.Config) { c.AllowHosts = names }
}

func splitLines(s string) []string { return strings.Split(strings.TrimSpace(s), "\n") }

// secured requires the headers that every answer has, refusals and files too.
func secured(t *testing.T, a *answer, where string) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Frame-Options":              "DENY",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Referrer-Policy":              "no-referrer",
		"X-Content-Type-Options":       "nosniff",
	} {
		if got := a.header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %s is %q", where, name, got)
		}
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" && (got != "public, max-age=31536000, immutable" || a.code != http.StatusOK) {
		t.Errorf("%s: Cache-Control is %q", where, got)
	}
	for name := range a.header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%s: %s lets others read", where, name)
		}
	}
	if a.body != "" && a.header.Get("Content-Type") == "" {
		t.Errorf("%s: no Content-Type", where)
	}
}

func TestHeaders(t *testing.T) {
	w := demonstration(newWorld(t))
	b := w.open()
	stranger := &browser{w: w}
	for _, r := range routes() {
		secured(t, b.get(r.sample), "GET "+r.sample)
		secured(t, b.post(r.sample), "POST "+r.sample)
		secured(t, stranger.get(r.sample), "a stranger's "+r.sample)
	}
	for _, path := range []string{"/nowhere", "/static/nothing.css", "/static/", "/picture/other.example.com.png"} {
		a := b.get(path)
		a.is(http.StatusNotFound)
		secured(t, a, path)
	}
	css := b.get(static.URL("app.css"))
	if got := css.header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("a file with its hash in its address: %q", got)
	}
	for _, page := range []string{"/", "/steps/dns", "/summary", "/undo", "/history", "/before", "/start", "/summary.md", "/picture/plex.example.com.png", "/healthz"} {
		if got := b.get(page).header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control is %q", page, got)
		}
	}
	if got := b.get("/steps/dns").header.Values("Vary"); !slices.Contains(got, "HX-Request") {
		t.Errorf("Vary is %q", got)
	}
}

// TestNothingInline: what the policy forbids must not be on any page.
func TestNothingInline(t *testing.T) {
	w := demonstration(newWorld(t))
	b := w.open()
	for _, path := range []string{"/", "/before", "/steps/account", "/summary", "/history", "/undo", "/dev/gallery", "/dev/gallery/security"} {
		b.get(path).hasNot("style", "[style]", "script:not([src])", "[onclick]", `[src^="http"]`, `link[href^="http"]`, "base")
	}
}

func TestNoSuchPage(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	for _, path := range []string{"/nowhere", "/steps/nothing", "/steps/dns/nothing", "/picture/other.png", "/undo/nothing"} {
		a := b.get(path)
		a.is(http.StatusNotFound)
		a.has("#main", "#checks", "nav", `a[href="/"]`)
	}
	for _, r := range []struct{ method, path string }{
		{http.MethodPut, "/"}, {http.MethodDelete, "/undo"}, {http.MethodPost, "/history"}, {http.MethodGet, "/steps/dns/apply"}, {http.MethodPost, "/summary.md"},
	} {
		a := b.do(posted(r.path, "text/plain", nil).WithContext(t.Context()), header{"Sec-Fetch-Site", "same-origin"})
		if r.method != http.MethodPost {
			req := posted(r.path, "text/plain", nil)
			req.Method = r.method
			a = b.do(req)
		}
		a.is(http.StatusMethodNotAllowed)
		a.has("#main", "#checks", "nav")
	}
	b.post("/steps/nothing/choose").is(http.StatusNotFound)
	b.post("/steps/cache/choose").is(http.StatusNotFound) // there is nothing to choose
	b.post("/steps/nothing/apply", "plan", "x").is(http.StatusNotFound)
}

// TestPanic shows a page that says nothing of the fault, and the log all of it.
func TestPanic(t *testing.T) {
	w := newWorld(t, func(c *web.Config) { c.Pictures = faulty{} })
	b := w.open()
	a := b.get("/picture/plex.example.com.png")
	a.is(http.StatusInternalServerError)
	a.has("#main", "nav", `a[href="/"]`)
	secured(t, a, "a panic")
	if a.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("Content-Type %q", a.header.Get("Content-Type"))
	}
	for _, s := range []string{"very private", "goroutine", "headers_test.go", "runtime/"} {
		if strings.Contains(a.body, s) {
			t.Errorf("the page says %q", s)
		}
	}
	if !strings.Contains(w.log.String(), "very private") || !strings.Contains(w.log.String(), "headers_test.go") {
		t.Error("the log does not say what went wrong and where")
	}
	b.get("/").is(http.StatusOK) // and life goes on
}

// TestPanicBeside tells where it happened, not where it was taken up again.
func TestPanicBeside(t *testing.T) {
	w := newWorld(t, func(c *web.Config) { c.Pictures = apart{} })
	w.open().get("/picture/plex.example.com.png").is(http.StatusInternalServerError)
	if !strings.Contains(w.log.String(), "web_test.inAPart") {
		t.Errorf("the log does not say where:\n%s", w.log.String())
	}
}

type apart struct{}

func (apart) PNG(string) ([]byte, bool) {
	var wg beside.Group
	wg.Go(inAPart)
	wg.Wait()
	return nil, false
}

func inAPart() { panic("in a goroutine of its own") }

type faulty struct{}

func (faulty) PNG(string) ([]byte, bool) { panic("something very private") }

// TestAbort is net/http's own way to end an answer, and no fault.
func TestAbort(t *testing.T) {
	w := newWorld(t, func(c *web.Config) { c.Pictures = aborting{} })
	b := w.open()
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // a panic value is no chain
			t.Errorf("recovered %v", p)
		}
	}()
	b.get("/picture/plex.example.com.png")
}

type aborting struct{}

func (aborting) PNG(string) ([]byte, bool) { panic(http.ErrAbortHandler) }

// TestStoreFails shows a page, on every route that needs the store.
func TestStoreFails(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	w.store.mu.Lock()
	w.store.broken = errors.New("the disk is full")
	w.store.mu.Unlock()
	for _, path := range []string{"/", "/before", "/steps/dns", "/summary", "/summary.md", "/together"} {
		a := b.get(path)
		a.is(http.StatusBadGateway)
		a.has("#main", "nav", `a[data-next]`)
		secured(t, a, path)
	}
	if a := b.get("/steps/dns/checks", asHTMX()); a.code < 500 {
		t.Errorf("a poll gets %d, and would draw it into the page", a.code)
	}
}

// TestHeadersOverTheWire uses a true socket once, where net/http has its say.
func TestHeadersOverTheWire(t *testing.T) {
	w := newWorld(t)
	srv := httptest.NewServer(w.web)
	defer srv.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/steps/tunnel", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
	secured(t, &answer{t: t, code: res.StatusCode, header: res.Header}, "over the wire")
	if res.StatusCode != http.StatusUnauthorized || res.Header.Get("Server") != "" {
		t.Errorf("status %d, Server %q", res.StatusCode, res.Header.Get("Server"))
	}
}

// TestProblemPage words a failure with the line for support.
func TestProblemPage(t *testing.T) {
	w := newWorld(t)
	w.undo.set(func(steps.Settings) (steps.Finding, error) {
		return steps.Finding{}, &steps.ServiceError{Service: "Cloudflare", Call: "GET /zones", Status: 503, Code: 7, Message: "try later", Ray: "9a2f61c0be4d7e31-LHR"}
	})
	b := w.open()
	a := b.get("/undo")
	a.is(http.StatusBadGateway)
	a.says("Cloudflare has trouble of its own", "503, code 7", "try later", "9a2f61c0be4d7e31-LHR")
	a.has(`a[data-next][href="/undo"]`, `a[href="https://www.cloudflarestatus.com/"]`)
	if !strings.Contains(a.text("title"), "Cloudflare has trouble") {
		t.Errorf("title %q", a.text("title"))
	}
}

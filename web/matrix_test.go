package web_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

// The matrix crosses every Host, Origin and Sec-Fetch-Site with every way of
// asking and every route. What is allowed is written down here as a table, and
// everything else must be refused.

// hosts are the Host headers, and whether the wizard answers to them at all.
func hosts() map[string]bool {
	return map[string]bool{
		"localhost": true, "LOCALHOST:9": true, "127.0.0.1": true, "[::1]:8080": true, "nas.lan:8080": true,
		"evil.test": false, "localhost.evil.test": false, "127.0.0.1.nip.io": false, "": false, "sub.nas.lan": false, "0.0.0.0:8080": false, "192.168.1.20:8080": false,
	}
}

// origins make the Origin header for a Host.
func origins(host string) map[string]string {
	return map[string]string{
		"absent": "", "own": "http://" + host, "other port": "http://localhost:3000", "evil": "https://evil.test", "null": "null", "garbage": "http://%zz",
	}
}

func sites() []string { return []string{"", "same-origin", "same-site", "cross-site", "none"} }

// asking is one way to ask: what a script, a link, a frame or a form sends.
type asking struct {
	name       string
	method     string
	mode, dest string
	mayBe      map[string][]string // by Sec-Fetch-Site: the Origins with which it is let through
}

func askings() []asking {
	any3 := []string{"absent", "own", "null"}
	read := map[string][]string{"": {"absent", "own"}, "same-origin": any3, "none": any3}
	link := map[string][]string{"": {"absent", "own"}, "same-origin": any3, "none": any3, "same-site": any3, "cross-site": any3}
	change := map[string][]string{"": {"own"}, "same-origin": any3}
	return []asking{
		{name: "a script reads", method: http.MethodGet, mode: "cors", dest: "empty", mayBe: read},
		{name: "an image", method: http.MethodGet, mode: "no-cors", dest: "image", mayBe: read},
		{name: "a link is followed", method: http.MethodGet, mode: "navigate", dest: "document", mayBe: link},
		{name: "a frame", method: http.MethodGet, mode: "navigate", dest: "iframe", mayBe: read},
		{name: "a script asks for the head", method: http.MethodHead, mode: "cors", dest: "empty", mayBe: read},
		{name: "a form", method: http.MethodPost, mode: "navigate", dest: "document", mayBe: change},
		{name: "a script changes", method: http.MethodPost, mode: "cors", dest: "empty", mayBe: change},
		{name: "a script deletes", method: http.MethodDelete, mode: "cors", dest: "empty", mayBe: change},
		{name: "a preflight", method: http.MethodOptions, mode: "cors", dest: "empty", mayBe: change},
	}
}

func TestMatrix(t *testing.T) {
	w := demonstration(newWorld(t))
	b, stranger := w.open(), &browser{w: w}
	asked, refused, locked := 0, 0, 0
	for host, known := range hosts() {
		for originName, origin := range origins(host) {
			for _, site := range sites() {
				for _, a := range askings() {
					allowed := known && slices.Contains(a.mayBe[site], originName)
					for _, rt := range routes() {
						if allowed && testing.Short() && rt.pattern != "/" {
							continue
						}
						r := httptest.NewRequest(a.method, rt.sample, nil)
						r.Host = host
						for name, value := range map[string]string{"Origin": origin, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": a.mode, "Sec-Fetch-Dest": a.dest} {
							if value != "" {
								r.Header.Set(name, value)
							}
						}
						before := w.changes()
						if allowed {
							locked += shut(t, stranger.do(r.Clone(t.Context())), a.method, rt)
							if w.changes() != before {
								t.Errorf("a stranger changed something by %s %s", a.method, rt.sample)
							}
						}
						got := b.do(r)
						asked++
						where := a.name + ", " + a.method + " " + rt.sample + ", Host " + host + ", Origin " + originName + ", Sec-Fetch-Site " + site
						switch no := got.code == http.StatusForbidden || got.code == http.StatusMisdirectedRequest; {
						case allowed && no:
							t.Errorf("refused with %d: %s", got.code, where)
						case !allowed && !no:
							t.Errorf("answered with %d: %s", got.code, where)
						case !known && got.code != http.StatusMisdirectedRequest:
							t.Errorf("a wrong Host gives %d: %s", got.code, where)
						}
						if !allowed {
							refused++
						}
						if changed := w.changes() - before; changed != 0 && (!allowed || a.method != http.MethodPost) {
							t.Errorf("changed %d things: %s", changed, where)
						}
						secured(t, got, where)
						if t.Failed() {
							return // one is enough to read
						}
						if !allowed && len(got.cookies) != 0 {
							t.Errorf("gave a cookie: %s", where)
						}
					}
				}
			}
		}
	}
	t.Logf("%d requests, %d refused, %d more were locked without a session", asked, refused, locked)
}

// shut requires that an answer to somebody without a session is the locked page,
// but for the few routes that are open to everybody, asked as they are meant to
// be. It returns 1 when it is.
func shut(t *testing.T, got *answer, method string, rt route) int {
	t.Helper()
	if len(got.cookies) != 0 {
		t.Errorf("%s %s gives a stranger a cookie", method, rt.sample)
	}
	meant := []string{rt.method}
	if rt.method == "*" {
		meant = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete, http.MethodOptions} // the file server refuses by itself
	}
	// Without a key, the start page is the locked one.
	open := rt.class == public && slices.Contains(meant, method) && rt.sample != "/start"
	switch is := got.code == http.StatusUnauthorized; {
	case is == open:
		t.Errorf("%s %s answers a stranger with %d", method, rt.sample, got.code)
	case is:
		return 1
	}
	return 0
}

// TestNeighboursAndRebinding tells the two attacks of the matrix as a story: a
// page on another port of this computer, which even gets our cookie, and a name
// of somebody else's that was made to point here.
func TestNeighboursAndRebinding(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	fine := func() *http.Request { return httptest.NewRequest(http.MethodGet, "/", nil) }
	own := header{"Sec-Fetch-Site", "same-origin"}
	b.do(fine(), own).is(http.StatusOK)
	b.do(fine(), header{"Sec-Fetch-Site", "same-site"}, header{"Sec-Fetch-Mode", "cors"}).is(http.StatusForbidden)
	b.do(fine(), header{"Sec-Fetch-Site", "same-site"}, header{"Sec-Fetch-Mode", "no-cors"}).is(http.StatusForbidden)
	b.do(fine(), header{"Sec-Fetch-Site", "invented"}).is(http.StatusForbidden)
	rebound := fine()
	rebound.Host = "evil.test:8080"
	b.do(rebound, header{"Origin", "http://evil.test:8080"}).is(http.StatusMisdirectedRequest)
}

// TestRefusals are pages where a browser may show them, and name the flag where
// only a name is missing.
func TestRefusals(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	old := b.do(posted("/undo", "application/x-www-form-urlencoded", nil), header{"Sec-Fetch-Site", ""})
	old.is(http.StatusForbidden)
	old.has("#main", "h1", `a[data-next][href="/"]`)
	old.says("does not say where its requests come from", "Nothing was changed")
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = "nas.local"
	a := b.do(r)
	a.is(http.StatusMisdirectedRequest)
	if got := a.body; a.header.Get("Content-Type") != "text/plain; charset=utf-8" || !slices.Contains(splitLines(got), "To allow another name, start it with -allow-host NAME.") {
		t.Errorf("a wrong Host is told %q", got)
	}
}

// TestEmptyAllowHost means no name, not a request that names none.
func TestEmptyAllowHost(t *testing.T) {
	w := newWorld(t, allowHosts(""))
	r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
	r.Host = ""
	(&browser{w: w}).do(r).is(http.StatusMisdirectedRequest)
}

// TestAllowHostInAnyCase is compared whole, as names are.
func TestAllowHostInAnyCase(t *testing.T) {
	w := newWorld(t, allowHosts("NAS.Example"))
	for host, code := range map[string]int{"nas.example:1": http.StatusOK, "NAS.EXAMPLE": http.StatusOK, "nas.lan": http.StatusMisdirectedRequest} {
		r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		r.Host = host
		(&browser{w: w}).do(r).is(code)
	}
}

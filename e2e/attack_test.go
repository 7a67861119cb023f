package e2e_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// attacker is a program of somebody else's on this computer: another port of
// localhost, whose pages the person has opened in the same browser.
type attacker struct {
	port string
	mu   sync.Mutex
	got  []string // the cookies that it was sent
}

// attack serves a page that tries what page names against the wizard at base.
func attack(t *testing.T, base string) *attacker {
	t.Helper()
	a := &attacker{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.got = append(a.got, r.Header.Get("Cookie"))
		a.mu.Unlock()
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/form":
			fmt.Fprintf(w, `<title>form</title><form method="post" action="%s%s"><input name="token" value="%s"><input name="plan" value="x"><button id="go">go</button></form>`, base, r.URL.Query().Get("to"), token)
		case "/frame":
			fmt.Fprintf(w, `<title>frame</title><iframe id="f" src="%s/"></iframe>`, base)
		default:
			fmt.Fprint(w, `<title>nothing</title>`)
		}
	}))
	t.Cleanup(s.Close)
	_, a.port, _ = net.SplitHostPort(strings.TrimPrefix(s.URL, "http://"))
	return a
}

func (a *attacker) cookies() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.Join(a.got, "\n")
}

// statusOf goes to an address and tells the status of the answer; 0 when the
// browser itself refuses.
func (p *person) statusOf(address string) int {
	p.t.Helper()
	res, err := p.page.Goto(address)
	if err != nil || res == nil {
		return 0
	}
	return res.Status()
}

// TestAttacks are what only a browser can decide: what it sends along, what it
// shows in a frame, and where it ends up.
func TestAttacks(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{})
	p.signIn()
	p.open("/before")
	port := w.base[strings.LastIndex(w.base, ":"):]
	a := attack(t, w.base)
	page, err := p.page.Context().NewPage() // the same browser, with the person's cookies
	p.must(err)
	e := &person{t: t, w: w, page: page}

	t.Run("forms of other ports and sites", func(t *testing.T) {
		for _, host := range []string{"localhost", "127.0.0.1", "evil.test"} {
			for _, to := range []string{"/before", "/steps/account/choose", "/steps/dns/apply", "/undo/apply", "/token/forget", "/finish", "/demo", "/start"} {
				if status := e.statusOf("http://" + host + ":" + a.port + "/form?to=" + url.QueryEscape(to)); status != 200 {
					t.Fatalf("the attacker's own page: %d", status)
				}
				res, err := page.ExpectResponse(w.base+to, func() error { return page.Locator("#go").Click() })
				if err != nil {
					t.Fatalf("a form of %s to %s: %v", host, to, err)
				}
				if res.Status() != http.StatusForbidden {
					t.Errorf("a form of %s to %s: %d", host, to, res.Status())
				}
			}
		}
		if !strings.Contains(a.cookies(), "ptw-") {
			t.Error("the browser sent no cookie of the wizard’s to another port, so the forms above came without one, and prove nothing")
		}
		p.open("/")
		if p.path() != "/before" {
			t.Errorf("something was changed: the person is at %s", p.path())
		}
	})
	t.Run("scripts of other ports", func(t *testing.T) {
		for _, host := range []string{"localhost", "127.0.0.1", "evil.test"} {
			e.statusOf("http://" + host + ":" + a.port + "/")
			for _, ask := range []string{`{credentials: "include"}`, `{credentials: "include", mode: "no-cors"}`} {
				got, err := page.Evaluate(`async ([base, ask]) => { try { const r = await fetch(base + "/history", eval("(" + ask + ")")); return r.type + (await r.text()) } catch (e) { return "refused" } }`, []string{w.base, ask})
				if err != nil || got != "refused" && got != "opaque" {
					t.Errorf("a script of %s, %s: %v, %.100v", host, ask, err, got)
				}
			}
			// The browser sends a post all the same, and hides the answer. Taken, this one would lead on from here.
			sent, err := page.ExpectRequest(w.base+"/before", func() error {
				_, err := page.Evaluate(`async (to) => { try { await fetch(to, {credentials: "include", mode: "no-cors", method: "POST", body: new URLSearchParams({agree: "yes"})}) } catch { } }`, w.base+"/before")
				return err
			})
			if err != nil || sent.Method() != http.MethodPost {
				t.Fatalf("a script of %s that posts: %v", host, err)
			}
			p.open("/")
			if p.path() != "/before" {
				t.Errorf("a script of %s that posts has changed something: the person is at %s", host, p.path())
			}
		}
	})
	t.Run("frames", func(t *testing.T) {
		// The browser asks the wizard, and then refuses to show what it was sent.
		_, err := page.ExpectConsoleMessage(func() error {
			_, err := page.ExpectResponse(w.base+"/", func() error { e.statusOf("http://localhost:" + a.port + "/frame"); return nil })
			return err
		}, playwright.PageExpectConsoleMessageOptions{Predicate: func(m playwright.ConsoleMessage) bool {
			return strings.Contains(m.Text(), "frame-ancestors")
		}})
		if err != nil {
			t.Fatalf("the browser did not refuse to show the wizard: %v", err)
		}
		frames := page.Frames()
		for _, f := range frames[1:] {
			if n, err := f.Locator("#main").Count(); err != nil || n > 0 || !strings.HasPrefix(f.URL(), "chrome-error:") {
				t.Errorf("the wizard is in a frame at %s (%v)", f.URL(), err)
			}
		}
		if len(frames) < 2 {
			t.Error("there is no frame at all")
		}
	})
	t.Run("a name that points here", func(t *testing.T) {
		for _, path := range []string{"/", "/start", "/static/app.css", "/healthz", "/history"} {
			if status := e.statusOf("http://evil.test" + port + path); status != http.StatusMisdirectedRequest {
				t.Errorf("%s by another name: %d", path, status)
			}
		}
		if status := e.statusOf("http://localhost" + port + "/healthz"); status != 200 {
			t.Errorf("by its own name: %d", status)
		}
	})
	t.Run("redirects and paths", func(t *testing.T) {
		for _, path := range []string{
			"//evil.test/", "/%2F%2Fevil.test", "/\\evil.test", "/start?next=//evil.test", "/start?k=x&next=https://evil.test", "/steps//evil.test/", "/undo?next=//evil.test", "/./..//evil.test",
			"/static/../../../../etc/passwd", "/static/..%2f..%2f..%2fetc%2fpasswd", "/static/x/%2e%2e/%2e%2e/go.mod", "/picture/..%2f..%2fwizard.db", "/picture/%2fetc%2fpasswd", "/dev/gallery/..%2f..%2f..%2fetc%2fpasswd",
		} {
			e.statusOf(w.base + path)
			body, err := page.Content()
			if at, _ := url.Parse(page.URL()); err != nil || at.Host != "localhost"+port && at.Scheme != "chrome-error" {
				t.Errorf("%s leads to %s, %v", path, page.URL(), err)
			}
			if strings.Contains(body, "root:") || strings.Contains(body, "module example") {
				t.Errorf("%s shows a file", path)
			}
		}
	})
	p.must(page.Close())
}

// TestHostileNames: what servers and records are called is shown, and does nothing.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	o := newOutside(t, t.TempDir())
	const bad = `<img src=x onerror="window.pwned=1"><script>window.pwned=2</script>`
	if err := o.Plex.SetPreferences(map[string]string{"FriendlyName": bad}); err != nil {
		t.Fatal(err)
	}
	w := start(t, t.TempDir(), "-world", o.file)
	p := visit(t, w, playwright.BrowserNewContextOptions{})
	p.signIn()
	shown := false
	look := func() bool {
		got, err := p.page.Evaluate(`() => [window.pwned ?? 0, document.body.innerText.includes("onerror=")]`)
		p.must(err)
		seen := got.([]any)
		if fmt.Sprint(seen[0]) != "0" {
			t.Fatalf("at %s the name of the server became a program", p.path())
		}
		shown = shown || seen[1] == true
		return p.path() == "/steps/dns" && p.has("[name=domain]")
	}
	p.walk(o, look)
	for _, path := range []string{"/before", "/", "/summary", "/history", "/undo", "/steps/plex", "/steps/hostname"} {
		p.open(path)
		look()
	}
	if !shown {
		t.Error("the name was never shown, so this test shows nothing")
	}
}

package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/web"
)

// TestNewerVersion presses the button against each answer. Nothing but the press asks.
func TestNewerVersion(t *testing.T) {
	at := time.Date(2026, time.November, 2, 10, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		own  string
		got  steps.Published
		err  error
		says string
		link bool
	}{
		"newer":     {"1.2.3", steps.Published{Version: "v1.3.0", At: at, Page: "https://github.com/a/b/releases/latest"}, nil, "There is a newer version: v1.3.0", true},
		"the same":  {"1.2.3", steps.Published{Version: "v1.2.3", At: at, Page: "https://github.com/a/b/releases/latest"}, nil, "You have the newest version", true},
		"older":     {"1.2.3", steps.Published{Version: "v1.2.2"}, nil, "Yours is newer than the newest published version", false},
		"a source":  {"dev-0123456789ab", steps.Published{Version: "v1.2.2"}, nil, "cannot be compared", false},
		"hostile":   {"1.2.3", steps.Published{Version: "<script>alert(1)</script> [x](https://evil.test)"}, nil, "cannot be compared", false},
		"none":      {"1.2.3", steps.Published{}, &steps.ServiceError{Service: "GitHub", Status: 404}, "GitHub names no published version", false},
		"no answer": {"1.2.3", steps.Published{}, &steps.ServiceError{Service: "GitHub", Call: "GET /repos"}, "GitHub does not answer", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c2 *web.Config) { c2.Release = c.own })
			w.github.got, w.github.err = c.got, c.err
			b := w.open()
			a := b.get("/version")
			a.says("1.2.3-canary", "attic, Linux on amd64", "never looks by itself", "wizard 1.2.3-canary, go1")
			a.has(`form[method="post"][action="/version"] button`, `[data-copy="wizard 1.2.3-canary, go1"]`)
			a.hasNot(".note")
			if w.github.count() != 0 {
				t.Error("looking at the page asked")
			}
			b.post("/version").leads("/version")
			a = b.get("/version")
			a.says(c.says)
			a.hasNot(`a[href*="evil"]`, "main script")
			if got := a.page().Find(`main a[href="https://github.com/a/b/releases/latest"]`).Length() == 1; got != c.link {
				t.Errorf("a link: %v", got)
			}
			b.get("/version")
			if n := w.github.count(); n != 1 {
				t.Errorf("asked %d times for one press", n)
			}
		})
	}
}

// TestNobodyToAsk is a build that was not told where its releases are.
func TestNobodyToAsk(t *testing.T) {
	w := newWorld(t, func(c *web.Config) { c.Newest = nil })
	b := w.open()
	a := b.get("/version")
	a.says("does not know where newer versions of it are published")
	a.hasNot("main form")
	b.post("/version").leads("/version")
}

// TestVersionForSupport: wherever a person finds what to send to somebody who
// helps, the version is in it; a stranger does not see it.
func TestVersionForSupport(t *testing.T) {
	w := newWorld(t)
	down := &steps.ServiceError{Service: "Cloudflare", Call: "GET /zones", Status: 503}
	w.undo.set(func(steps.Settings) (steps.Finding, error) { return steps.Finding{}, down })
	w.fails(steps.IDCache, down)
	b := w.open()
	b.get("/").has(`footer a[href="/version"]`)
	for path, where := range map[string]string{"/undo": "#more-details-for-support", "/steps/cache": ".note--problem", "/version": "main", "/": "footer"} {
		if got := b.get(path).text(where); !strings.Contains(got, "1.2.3-canary") {
			t.Errorf("%s: %q", path, got)
		}
	}
	if a := b.get("/summary.md"); !strings.Contains(a.body, "Made by wizard 1.2.3-canary, go1.") {
		t.Errorf("%s", a.body)
	}
	stranger := &browser{w: w}
	stranger.get("/version").is(http.StatusUnauthorized)
	if w.github.count() != 0 {
		t.Error("somebody was asked")
	}
}

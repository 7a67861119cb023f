package e2e_test

import (
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestWithoutScripts walks the whole way with JavaScript turned off: forms,
// redirects and pages that refresh themselves.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{JavaScriptEnabled: playwright.Bool(false)})
	p.signIn()
	p.walk(demo{p}, p.at("/summary"))
	if p.has("[data-copy]") {
		t.Error("a button that needs a script is shown without one")
	}
	p.allDone()
}

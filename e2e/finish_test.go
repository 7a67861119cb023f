package e2e_test

import (
	"testing"
	"time"

	"github.com/playwright-community/playwright-go"
)

// TestFinish presses the last button in the browser: the page that says so is
// whole, although nobody serves any more when it is drawn, and the program has
// ended well.
func TestFinish(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{})
	p.signIn()
	p.open("/summary")
	look := func() any {
		out, err := p.page.Evaluate(`() => getComputedStyle(document.querySelector(".mast")).display + document.styleSheets.length`)
		p.must(err)
		return out
	}
	before := look()
	p.mu.Lock()
	p.alone = true // what it still asks for, nobody answers
	p.mu.Unlock()
	p.press(`form[action="/finish"] button`)
	if got := p.text("h1"); got != "The wizard has stopped" {
		t.Errorf("the page says %q", got)
	}
	left, err := p.find(".demo, nav a, header a").Count()
	p.must(err)
	if left != 0 {
		t.Errorf("%d things of the page before still lead to a wizard that has stopped", left)
	}
	if after := look(); after != before {
		t.Errorf("the page is drawn with %v, not %v", after, before)
	}
	select {
	case <-w.ended:
	case <-time.After(patience):
		t.Fatal("it still runs")
	}
	if w.err != nil {
		t.Errorf("it ended with %v\n%s", w.err, w.stderr)
	}
}

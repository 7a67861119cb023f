package e2e_test

import (
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestWaiting looks at a wait as those do who have it in another tab, and as those
// do who hear it: the tab tells the state, and the live region speaks when
// something has changed and at no other time.
func TestWaiting(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{})
	p.signIn()
	p.walk(idle{}, func() bool { return p.has(`button[value="changed"]`) })
	p.next() // and nothing changes at the registrar
	p.see("#checks[hx-get]")
	p.tab("Waiting (", "favicon-waiting.svg")
	if p.has("[data-next]") {
		t.Error("a page that only waits has a next action")
	}

	p.js(`() => {
		window.spoken = []; window.polls = 0;
		const live = document.getElementById('live');
		new MutationObserver(() => window.spoken.push(live.textContent)).observe(live, { childList: true, characterData: true, subtree: true });
		document.addEventListener('htmx:after:request', () => { window.polls++; });
	}`)
	p.js(`() => { document.querySelector('#checks .more').open = true; }`)
	p.holds("three polls", `() => window.polls >= 3`)
	if said := p.js(`() => window.spoken.filter(Boolean).join(' | ')`); said != "" {
		t.Errorf("nothing changed, and it says %q", said)
	}
	if open := p.js(`() => document.querySelector('#checks .more').open`); open != true {
		t.Error("what the person opened was closed by a poll")
	}

	p.happen("ns")
	p.holds("the news is spoken", `() => window.spoken.some(Boolean)`)
	p.see("[data-next]")
	p.tab("Step 2: ", "favicon.svg")
}

// tab looks at the title and the icon of the browser's tab.
func (p *person) tab(title, icon string) {
	p.t.Helper()
	got, err := p.page.Title()
	p.must(err)
	href := p.js(`() => document.querySelector('link[rel="icon"]').getAttribute('href')`)
	if file, _ := href.(string); !strings.HasPrefix(got, title) || !strings.HasSuffix(file, "/"+icon) {
		p.t.Errorf("the tab shows %q with %v, want %q with %s", got, href, title, icon)
	}
}

// js asks the page.
func (p *person) js(expression string) any {
	p.t.Helper()
	out, err := p.page.Evaluate(expression)
	p.must(err)
	return out
}

// holds waits until the page says so. The page’s own policy forbids the driver to
// wait inside of it.
func (p *person) holds(what, expression string) {
	p.t.Helper()
	until(p.t, what, func() bool { return p.js(expression) == true })
}

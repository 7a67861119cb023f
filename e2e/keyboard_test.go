package e2e_test

import (
	"fmt"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestKeyboard walks the whole way with Tab, Enter, Space and letters: no mouse.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{})
	p.keys, p.oneYes = true, true
	p.signIn()
	p.walk(demo{p}, p.at("/summary"))
	t.Logf("%d presses of Tab", p.tabs)
	p.allDone()
}

// mostTabs is more than any page has places for the focus.
const mostTabs = 300

// reach presses Tab until the wanted element has the focus, and sees that the
// focus is drawn around it.
func (p *person) reach(selector string) {
	p.t.Helper()
	for range mostTabs {
		out, err := p.page.Evaluate(`(selector) => {
			const e = document.activeElement;
			if (!e || !e.matches(selector)) return '';
			const s = getComputedStyle(e), box = e.getBoundingClientRect();
			if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) return 'no focus is drawn';
			return box.width < 24 || box.height < 24 ? 'it is ' + box.width + ' by ' + box.height : 'here';
		}`, selector)
		p.must(err)
		switch out {
		case "here":
			return
		case "":
		default:
			p.t.Errorf("%s, %s: %v", p.path(), selector, out)
			return
		}
		p.must(p.page.Keyboard().Press("Tab"))
		p.tabs++
	}
	out, _ := p.page.Evaluate(`() => document.activeElement?.outerHTML.slice(0, 200)`)
	p.t.Fatalf("%s: %d times Tab never led to %s; it is at %v", p.path(), mostTabs, selector, fmt.Sprint(out))
}

// activate does what a click does, by the means that the person has.
func (p *person) activate(selector, key string) {
	p.t.Helper()
	if !p.keys {
		p.must(p.find(selector).Click())
		return
	}
	p.reach(selector)
	p.must(p.page.Keyboard().Press(key))
}

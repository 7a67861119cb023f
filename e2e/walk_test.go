package e2e_test

import (
	"strings"

	"github.com/playwright-community/playwright-go"

	"example.test/wizard/sim"
)

// guide is what the written guide asks of a person for the same result.
type guide struct{ clicks, fields, letters, pages int }

// theGuide is counted for 12 old records, by a keystroke-level model.
func theGuide() guide { return guide{clicks: 146, fields: 35, letters: 555, pages: 62} }

// world is what happens outside of the wizard while a person walks.
type world interface {
	nameServersChange()
}

// walk goes forward as a person does who takes every default: fills what is
// asked, clicks the one next action, waits where there is none. It takes the steps
// one at a time unless one yes for several is wanted. It ends when done says so.
func (p *person) walk(out world, done func() bool) {
	p.t.Helper()
	for n := p.clicks; !done(); {
		if p.clicks > n+100 {
			p.t.Fatalf("at %s after %d clicks, and not there", p.path(), p.clicks-n)
		}
		p.see("[data-next]") // a page that only waits has none until it has waited
		if done() {
			return
		}
		p.answer()
		if n, err := p.page.Locator("[data-copy]", playwright.PageLocatorOptions{HasText: "the command"}).Count(); err == nil {
			p.commands += n
		}
		if p.path() == "/steps/dns" && p.has(`button[value="changed"]`) {
			out.nameServersChange()
		}
		if !p.oneYes && p.has("[data-by-step]") {
			p.press("[data-by-step]")
			continue
		}
		p.next()
	}
}

// answer fills what a page asks for.
func (p *person) answer() {
	p.t.Helper()
	for name, value := range map[string]string{"token": token, "domain": sim.DemoDomain} {
		if p.has(`[data-page] form:has([data-next]) [name="` + name + `"]`) {
			p.fill(name, value)
		}
	}
	if p.has(`input[name="agree"]:not(:checked)`) {
		p.tick("agree")
	}
}

// at reports whether the person is on a page.
func (p *person) at(path string) func() bool {
	return func() bool { return p.path() == path || strings.HasPrefix(p.path(), path+"?") }
}

// demo is the world of -demo, which is moved by its control panel.
type demo struct{ p *person }

func (d demo) nameServersChange() { d.p.happen("ns") }

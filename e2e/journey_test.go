package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/playwright-community/playwright-go"
)

// steps are the ids of the nine, in order.
func nine() []string {
	return []string{"account", "dns", "cache", "tunnel", "hostname", "url", "plex", "security", "notifications"}
}

// The most that the whole journey may ask of a person who takes every default.
const (
	mostClicks = 15
	mostFields = 3
)

// TestJourney is the counted run: what a person does in our pages from the start
// link to the summary, beside what the written guide asks for the same.
func TestJourney(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{})
	p.oneYes = true
	p.signIn()
	p.walk(demo{p}, p.at("/summary"))

	g := theGuide()
	t.Logf(`what it takes          the wizard   the guide
clicks                 %10d  %10d
typed fields           %10d  %10d
typed characters       %10d  %10d
switches of pages      %10d  %10d
typed commands         %10d
%s`, p.clicks, g.clicks, p.fields, g.fields, p.letters, g.letters, p.pages, g.pages, p.commands, strings.Join(p.trail, "\n"))
	if p.clicks > mostClicks || p.fields > mostFields || p.commands > 0 {
		t.Errorf("%d clicks, %d fields and %d commands; at most %d, %d and none are allowed", p.clicks, p.fields, p.commands, mostClicks, mostFields)
	}
	p.allDone()
}

// allDone looks at the list of steps.
func (p *person) allDone() {
	p.t.Helper()
	p.listed(nine()...)
	if n := len(p.states()); n != len(nine()) {
		p.t.Errorf("%d steps are listed", n)
	}
}

// listed opens the list of steps until these are done, as often as it takes: on a
// busy computer one look may not end in time, and the page follows by itself only
// what waits.
func (p *person) listed(ids ...string) {
	p.t.Helper()
	var not []string
	for deadline := time.Now().Add(patience); ; {
		p.open("/")
		got := p.states()
		not = nil
		for _, id := range ids {
			if got[id] != "done" {
				not = append(not, fmt.Sprintf("step %s is %q", id, got[id]))
			}
		}
		if len(not) == 0 {
			return
		}
		if time.Now().After(deadline) {
			p.t.Errorf("in the end, %s", strings.Join(not, ", "))
			return
		}
	}
}

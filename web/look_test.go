package web_test

import (
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// TestAnOpenPageBothersNobody: what asks again by itself is shown the last look until
// the step wants another; whoever opens a page sees a new one. A browser without
// scripts can only open pages, so it does that no more often than the step says.
func TestAnOpenPageBothersNobody(t *testing.T) {
	w := newWorld(t)
	waits := one(steps.Wait, "soon")
	waits.Again = 2 * time.Minute
	w.shows(steps.IDDNS, waits)
	b := w.open()
	for page, poll := range map[string]string{"/steps/dns": "/steps/dns/checks", "/": "/checks", "/summary": "/summary/checks"} {
		w.clock.add(time.Hour)
		a := b.get(page)
		a.has(`#checks[hx-get="`+poll+`"]`, `noscript`)
		if html := a.body; !strings.Contains(html, `http-equiv="refresh" content="120"`) {
			t.Errorf("%s: without scripts it is read again at another time than in two minutes", page)
		}
		before := w.steps[steps.IDDNS].looked()
		for range 7 {
			w.clock.add(13 * time.Second)
			b.get(poll, asHTMX()).is(200)
		}
		if n := w.steps[steps.IDDNS].looked() - before; n != 0 {
			t.Errorf("%s: %d looks in a minute and a half of polling", poll, n)
		}
		b.get(page)
		if n := w.steps[steps.IDDNS].looked() - before; n != 1 {
			t.Errorf("%s: opened, and %d new looks", page, n)
		}
		w.clock.add(2 * time.Minute)
		b.get(poll, asHTMX())
		if n := w.steps[steps.IDDNS].looked() - before; n != 2 {
			t.Errorf("%s: it was due, and there were %d looks", poll, n-1)
		}
	}
}

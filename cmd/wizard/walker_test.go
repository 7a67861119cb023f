package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"example.test/wizard/steps"
	"example.test/wizard/tools/walker"
)

// A guest is a person at the wizard that runs in the test's own process, where its
// watcher can be made to rest while they press.
type guest struct {
	*walker.Person
	t       *testing.T
	in      *wired
	calls   *tally
	asking  atomic.Bool // a page is being read
	arrived func()      // told before the last click of a walk; may be nil
	clock   *lazyClock  // the engine's, which is in no hurry while the person presses on; may be nil
	waiting atomic.Bool // that page was seen before, and only waits
	worked  bool        // a job was on when the page was last read: what follows it counts
}

// sit opens the start link.
func (o *pretend) sit(t *testing.T, in *wired) *guest {
	t.Helper()
	g := &guest{t: t, in: in, calls: o.calls}
	g.Person = newPerson(t, o.World, passing{
		asks:    func() { g.asking.Store(true) },
		answers: func(*http.Request, http.Header, []byte) { g.asking.Store(false) },
	})
	g.Bears = func(status int) bool {
		return status < http.StatusInternalServerError && status != http.StatusUnauthorized
	}
	g.must(g.SignIn(t.Context(), in.link()))
	return g
}

func (g *guest) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g *guest) get(path string) { g.t.Helper(); g.must(g.Open(g.t.Context(), path)) }

// next does the one next action of the page, with the defaults.
func (g *guest) next() { g.t.Helper(); g.must(g.Next(g.t.Context())) }

// submit posts the form around a button, with changes.
func (g *guest) submit(button string, change func(url.Values)) {
	g.t.Helper()
	g.must(g.Submit(g.t.Context(), button, change))
}

// text is what an element of the page says.
func (g *guest) text(selector string) string { return g.Page().Says(selector) }

// walk goes forward with all defaults until a page is reached. The watcher works
// only while a page waits.
func (g *guest) walk(to string) {
	g.t.Helper()
	defer g.in.watch(true)
	defer func() { g.Turns = nil }()
	idle := -1 // calls that were only for waiting, before the latest look
	g.Turns = func(waits bool) {
		g.clock.rest(!waits)
		if !waits && idle >= 0 {
			g.calls.noWait(idle) // that look was not for nothing: it ended the wait
		}
		if idle = -1; waits {
			idle = g.calls.waits()
		}
		g.waiting.Store(waits && !g.in.working() && !g.worked)
		g.in.watch(g.waiting.Load())
		if waits {
			g.worked = g.in.working()
		}
		if g.arrived != nil && g.Page().Find("[data-next]").AttrOr("href", "") == to {
			g.arrived()
		}
	}
	g.must(g.Walk(g.t.Context(), to))
	g.waiting.Store(false)
	g.in.watch(false)
}

// A remark is why the home page says of a step that is done that it is worth a look.
type remark struct {
	step steps.ID
	says string
}

// allDone waits until the home page says that all nine steps are done, without a
// remark but those.
func (g *guest) allDone(but ...remark) {
	g.t.Helper()
	var all map[string]string
	defer func() {
		if g.t.Failed() {
			g.t.Logf("%v\n%s", all, g.text("main"))
		}
	}()
	until(g.t, "all nine done", func() bool {
		g.get("/")
		all = g.Page().States()
		if len(all) != 9 {
			g.t.Fatalf("%d steps: %v", len(all), all)
		}
		for id, s := range all {
			known := slices.ContainsFunc(but, func(r remark) bool {
				return s == "attention" && string(r.step) == id && strings.Contains(g.text(`[data-step="`+id+`"]`), r.says)
			})
			if s != "done" && !known {
				return false
			}
		}
		return true
	})
}

type selection = goquery.Selection

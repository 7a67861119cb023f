package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// The most calls to Cloudflare that a person's visits may cost. A user has 1200
// in five minutes for everything: dashboard, tokens, and other programs.
const (
	mostFirstCalls = 120
	mostHomeCalls  = 30
	mostHomeRounds = 6 // two, where the computer is not so busy that a call comes late
)

// setUp walks through all nine steps with the defaults.
func setUp(t *testing.T) (*pretend, *wired, *guest) {
	t.Helper()
	o := newPretend(t)
	clock := &lazyClock{}
	in := o.start(t, t.TempDir(), func(opts *options) { opts.now = clock.now })
	w := o.sit(t, in)
	w.clock = clock
	o.calls.reset(func() bool { // a row of steps waits between its jobs, for the connector or for plex.tv
		return (w.waiting.Load() || !w.asking.Load() || in.engine.Row() != nil) && !in.working()
	})
	// The summary is part of it. A person takes minutes for what takes seconds here,
	// so nothing that was seen on the way counts as just seen, but what the last page
	// itself shows.
	w.arrived = func() {
		o.calls.keep()
		in.engine.Forget()
		if _, err := in.engine.Look(t.Context(), steps.IDSecurity); err != nil {
			t.Fatal(err)
		}
		o.calls.restore()
	}
	w.walk("/summary")
	return o, in, w
}

// TestCalls walks the whole first set-up and then returns to the home page. What was
// seen serves the next page for moments only, by a clock that is in no hurry here.
func TestCalls(t *testing.T) {
	long(t)
	o, in, w := setUp(t)
	reads, writes, waited, lines := o.calls.count()
	sum := reads + writes
	t.Logf("the first set-up with its summary: %d calls (%d reads, %d writes), and %d reads while waiting; the summary alone: %d reads", sum, reads, writes, waited, reads-o.calls.kept.reads)
	if sum >= mostFirstCalls || writes == 0 {
		t.Errorf("%d calls, %d writes, want fewer than %d, and some:\n%s", sum, writes, mostFirstCalls, histogram(lines))
	}
	w.allDone()
	in.watch(false)
	t.Run("home", func(t *testing.T) {
		g := &gate{quiet: 700 * time.Millisecond}
		w.clock.rest(true)
		o.calls.stand(g)
		o.calls.reset(nil)
		in.engine.Forget()
		w.get("/")
		// The page waits for moments only. What was not seen by then is on its way, and is
		// waited for here; what was seen is not asked for again.
		for _, seen := range in.engine.LookAll(t.Context()) {
			if seen.State() != steps.StateDone || seen.Old {
				t.Errorf("%s is %s, old: %t", seen.Info.ID, seen.State(), seen.Old)
			}
		}
		o.calls.stand(nil)
		reads, writes, _, lines := o.calls.count()
		rounds := g.passed()
		t.Logf("the home page: %d reads, %d writes, %d rounds, %d calls at once", reads, writes, rounds, o.calls.atMost)
		if reads >= mostHomeCalls || reads == 0 || writes > 0 {
			t.Errorf("%d reads, %d writes, want fewer than %d and none:\n%s", reads, writes, mostHomeCalls, histogram(lines))
		}
		// One batch side by side, and few that must wait for another's answer.
		if rounds > mostHomeRounds {
			t.Errorf("%d rounds, one after the other, want at most %d:\n%s", rounds, mostHomeRounds, histogram(lines))
		}
	})
}

// histogram counts equal calls, the most frequent first.
func histogram(lines []string) string {
	n := map[string]int{}
	for _, l := range lines {
		n[l]++
	}
	var keys []string
	for l := range n {
		keys = append(keys, l)
	}
	slices.SortFunc(keys, func(a, b string) int { return n[b] - n[a] })
	var out strings.Builder
	for _, l := range keys {
		out.WriteString(strings.Repeat(" ", 4))
		out.WriteString(l)
		out.WriteString(strings.Repeat(" *", n[l]))
		out.WriteString("\n")
	}
	return out.String()
}

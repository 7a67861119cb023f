package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.test/wizard/sim"
)

// pretend is a pretend world in the process of the test, with every call to
// Cloudflare counted.
type pretend struct {
	*sim.World
	t     *testing.T
	file  string // leads the wizard there
	calls *tally
}

// tally counts the calls that reached Cloudflare.
type tally struct {
	before         func(*http.Request) // told of each call as it comes; nil for none
	mu             sync.Mutex
	reads, writes  int
	waited         int         // calls that were made while nothing but waiting was on
	waiting        func() bool // nil for never
	atOnce, atMost int         // calls under way, now and at most
	lines, idle    []string    // what was asked, and what only for waiting
	gate           *gate       // holds the calls back; nil for none
	kept           struct {
		reads, writes, waited int
		lines                 []string
	}
}

// keep notes the count as it is now.
func (n *tally) keep() {
	n.kept.reads, n.kept.writes, n.kept.waited, n.kept.lines = n.count()
}

func (n *tally) wrap(service string, h http.Handler) http.Handler {
	if service != "Cloudflare" {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.before != nil {
			n.before(r)
		}
		n.note(r)
		defer n.end()
		if g := n.held(); g != nil {
			g.pass()
		}
		h.ServeHTTP(w, r)
	})
}

func (n *tally) note(r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.atOnce++
	n.atMost = max(n.atMost, n.atOnce)
	read := r.Method == http.MethodGet || strings.HasSuffix(r.URL.Path, "/graphql")
	waits := strings.HasSuffix(r.URL.Path, "/scan/review") // until Cloudflare's own search has ended
	switch {
	case read && (waits || n.waiting != nil && n.waiting()):
		n.waited++
		n.idle = append(n.idle, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/client/v4"))
		return
	case read:
		n.reads++
	default:
		n.writes++
	}
	n.lines = append(n.lines, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/client/v4"))
}

// restore makes the count what keep noted.
func (n *tally) restore() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.reads, n.writes, n.waited, n.lines = n.kept.reads, n.kept.writes, n.kept.waited, n.kept.lines
	n.idle = n.idle[:n.waited]
}

// waits is how many calls were only for waiting so far.
func (n *tally) waits() int { n.mu.Lock(); defer n.mu.Unlock(); return n.waited }

// noWait counts the calls for waiting after the first so many as others.
func (n *tally) noWait(after int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.reads += n.waited - after
	n.lines = append(n.lines, n.idle[after:]...)
	n.waited, n.idle = after, n.idle[:after]
}

// stand puts a gate before the service; nil takes it away.
func (n *tally) stand(g *gate) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.gate = g
}

// held is the gate before the service, if there is one.
func (n *tally) held() *gate { n.mu.Lock(); defer n.mu.Unlock(); return n.gate }

func (n *tally) end() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.atOnce--
}

// reset begins a new count, without calls that only wait.
func (n *tally) reset(waiting func() bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.reads, n.writes, n.waited, n.atMost, n.lines, n.idle, n.waiting = 0, 0, 0, n.atOnce, nil, nil, waiting
}

// count returns what was counted since the last reset.
func (n *tally) count() (reads, writes, waited int, lines []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.reads, n.writes, n.waited, append([]string{}, n.lines...)
}

// newPretend starts a world whose releases offer this test program as the connector.
func newPretend(t *testing.T) *pretend {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	o := &pretend{t: t, file: filepath.Join(dir, "addresses.json"), calls: &tally{}}
	if o.World, err = sim.Start(sim.Options{Dir: filepath.Join(dir, "world"), Speed: 300, Connector: exe, Wrap: o.calls.wrap}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Errorf("closing the world: %v", err)
		}
	})
	if err := sim.WriteFile(o.file, o.File()); err != nil {
		t.Fatal(err)
	}
	return o
}

// wired is the real program, wired to a pretend world, with its pages served.
type wired struct {
	*program
	t           *testing.T
	data        string
	base        string
	link        func() string
	browserLink func() string // the one beside it, for the command line of a browser
	close       func()
	rest        func() // ends the watcher; nil when it does not run
}

// watch begins or ends the engine's watcher, whose clock runs 300 times faster
// here than a person clicks.
func (in *wired) watch(on bool) {
	if on == (in.rest != nil) {
		return
	}
	if !on {
		in.rest()
		in.rest = nil
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); in.engine.Watch(ctx) }()
	in.rest = func() { cancel(); <-ended }
}

// start wires the program in a data folder and serves its pages.
func (o *pretend) start(t *testing.T, data string, adjust ...func(*options)) *wired {
	t.Helper()
	opts, err := parse("serve", []string{"-data", data, "-world", o.file, "-open=false"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range adjust {
		change(&opts)
	}
	p, err := openPlace(opts)
	if err != nil {
		t.Fatal(err)
	}
	env, err := takeGiven()
	if err != nil {
		t.Fatal(err)
	}
	log := newLog(io.Discard, slog.LevelError, env.known)
	ctx, cancel := context.WithCancel(context.Background())
	g, err := wire(ctx, opts, p, env, log)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	if err := g.connector.Resume(ctx); err != nil {
		t.Logf("the connector did not start again: %v", err)
	}
	server := newServer(g, opts, p, "0", func() {}, func() {})
	h := httptest.NewServer(server.Handler())
	in := &wired{program: g, t: t, data: data, base: h.URL, link: func() string { return h.URL + "/start?k=" + server.NewLink() }, browserLink: func() string { return h.URL + "/start?k=" + server.BrowserLink() }}
	in.watch(true)
	in.close = sync.OnceFunc(func() {
		h.Close()
		cancel()
		in.watch(false)
		stop, free := context.WithTimeout(context.Background(), stopIn)
		defer free()
		if err := g.close(stop, nil); err != nil {
			t.Errorf("closing the wizard: %v", err)
		}
	})
	t.Cleanup(in.close)
	return in
}

// working reports whether a job runs.
func (in *wired) working() bool {
	for _, info := range in.engine.Infos() {
		if j, ok := in.engine.Job(info.ID); ok && j.Running() {
			return true
		}
	}
	return false
}

// until waits for a condition of the world.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	if !eventually(t, holds) {
		t.Fatalf("never: %s", what)
	}
}

// eventually waits for a condition of the world, and says whether it came.
func eventually(t *testing.T, holds func() bool) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
	return true
}

// demoEnd is when the token of the demonstration ends.
func demoEnd() time.Time { return time.Now().Add(48 * time.Hour) }

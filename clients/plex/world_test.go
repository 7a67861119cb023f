package plex_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.test/wizard/clients/plex"
	simplex "example.test/wizard/sim/plex"
	"example.test/wizard/steps"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Canaries: no error, no printed struct and no answer may ever hold one.
const (
	canaryServer  = "canary-server-token-5f2a"
	canaryAccount = "canary-account-token-91c0"
)

// clock is a time that passes only when a test says so.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a pretend Plex, a pretend plex.tv and our client of both.
type world struct {
	*plex.Client
	t      *testing.T
	clock  *clock
	server *simplex.Server
	tv     *simplex.PlexTV
	cfg    plex.Config
}

func newWorld(t *testing.T, adjust func(*simplex.ServerConfig, *plex.Config)) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{at: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}}
	tv, err := simplex.StartPlexTV(simplex.Config{Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, tv.Close()) })
	w.tv = tv
	sc := simplex.ServerConfig{
		Dir: t.TempDir(), PlexTV: tv, Now: w.clock.now, StartupTime: -1, Token: canaryServer, AccountToken: canaryAccount,
	}
	w.cfg = plex.Config{PlexTV: tv.URL(), DataDirs: []string{sc.Dir}, ClientID: "wizard-test", Device: "attic box", Now: w.clock.now}
	if adjust != nil {
		adjust(&sc, &w.cfg)
	}
	if w.server, err = simplex.StartServer(sc); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		must(t, w.server.Close())
		for _, v := range append(w.server.Violations(), tv.Violations()...) {
			t.Errorf("violation: %s", v)
		}
	})
	if w.cfg.Address == "" {
		w.cfg.Address = w.server.URL()
	}
	w.Client = w.another(w.cfg)
	return w
}

// another makes a client, as a restart of the wizard would.
func (w *world) another(cfg plex.Config) *plex.Client {
	w.t.Helper()
	c, err := plex.New(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(c.Close)
	return c
}

// found is the one server of the world.
func (w *world) found() steps.PlexFound {
	w.t.Helper()
	list, err := w.Find(w.t.Context(), "")
	if err != nil || len(list) != 1 {
		w.t.Fatalf("Find = %+v, %v; want one server", list, err)
	}
	return list[0]
}

// signIn goes through a pin with the account of that name.
func (w *world) signIn(username string) {
	w.t.Helper()
	p, err := w.NewPin(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	must(w.t, w.tv.Allow(p.Code, username))
	if state, err := w.PollPin(w.t.Context(), p); state != "allowed" || err != nil {
		w.t.Fatalf("PollPin = %q, %v; want allowed", state, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// refused checks that err is a refusal with this status, and holds no canary.
func refused(t *testing.T, err error, service string, status int) *steps.ServiceError {
	t.Helper()
	e, ok := errors.AsType[*steps.ServiceError](err)
	if !ok {
		t.Fatalf("got %v, want a *steps.ServiceError", err)
	}
	if e.Service != service || e.Status != status {
		t.Errorf("got %v, want status %d of %s", err, status, service)
	}
	noCanary(t, err)
	return e
}

func noCanary(t *testing.T, what ...any) {
	t.Helper()
	for _, v := range what {
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			if s := fmt.Sprintf(verb, v); strings.Contains(s, "canary-") {
				t.Errorf("a secret is printed: %s", s)
			}
		}
	}
}

// handler is a server that is not quite Plex: /identity answers with id, the
// rest is up to f. It remembers the tokens that it was shown.
type handler struct {
	id string
	f  http.HandlerFunc

	mu    sync.Mutex
	shown []string
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	if token := r.Header.Get("X-Plex-Token"); token != "" {
		h.shown = append(h.shown, r.Method+" "+r.URL.Path+" "+token)
	}
	h.mu.Unlock()
	if r.URL.Path == "/identity" && h.id != "" {
		fmt.Fprintf(w, `{"MediaContainer":{"size":0,"claimed":true,"machineIdentifier":%q,"version":"1.43.3"}}`, h.id)
		return
	}
	h.f(w, r)
}

func (h *handler) tokens() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.shown
}

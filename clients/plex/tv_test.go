package plex_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.test/wizard/clients/plex"
	simplex "example.test/wizard/sim/plex"
	"example.test/wizard/steps"
)

func TestSignIn(t *testing.T) {
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.Pace = -1 })
	p, err := w.NewPin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(p.URL, w.tv.URL()+"/auth#?") || !strings.Contains(p.URL, "code="+p.Code) || !strings.Contains(p.URL, "clientID=wizard-test") ||
		!strings.Contains(p.URL, "context%5Bdevice%5D%5Bproduct%5D=Plex%20Tunnel%20Wizard") || len(p.Code) < 20 || !p.Expires.After(w.clock.now()) {
		t.Errorf("pin is %+v", p)
	}
	if state, err := w.PollPin(t.Context(), p); state != "waiting" || err != nil {
		t.Errorf("before: %q, %v", state, err)
	}
	must(t, w.tv.Allow(p.Code, "morgan"))
	for range 2 {
		if state, err := w.PollPin(t.Context(), p); state != "allowed" || err != nil {
			t.Errorf("after: %q, %v", state, err)
		}
	}
	writes := w.tv.Writes()
	must(t, w.SignOut(t.Context()))
	must(t, w.SignOut(t.Context())) // nothing left to do
	if got := w.tv.Writes() - writes; got != 1 {
		t.Errorf("%d sign-outs, want one", got)
	}
}

func TestPinExpires(t *testing.T) {
	w := newWorld(t, nil)
	p, err := w.NewPin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Hour)
	if state, err := w.PollPin(t.Context(), p); state != "expired" || err != nil {
		t.Errorf("PollPin = %q, %v; want expired", state, err)
	}
}

func TestPinWhilePlexTVIsAway(t *testing.T) {
	w := newWorld(t, nil)
	p, err := w.NewPin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	must(t, w.tv.Stop())
	if state, err := w.PollPin(t.Context(), p); state != "waiting" || err == nil {
		t.Errorf("PollPin = %q, %v; want waiting and an error", state, err)
	}
	must(t, w.tv.Start())
	must(t, w.tv.Allow(p.Code, "morgan"))
	if state, err := w.PollPin(t.Context(), p); state != "allowed" || err != nil {
		t.Errorf("PollPin = %q, %v; want allowed", state, err)
	}
}

func TestNewPinNeedsAnIdentifier(t *testing.T) {
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.ClientID = "" })
	if _, err := w.NewPin(t.Context()); err == nil {
		t.Error("no error")
	}
}

func TestResources(t *testing.T) {
	for name, signIn := range map[string]bool{"with the server's own token": false, "with our own sign-in": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) {
				if signIn {
					cfg.DataDirs = []string{}
				}
			})
			if signIn {
				w.signIn("morgan")
			}
			s := w.found()
			const url = "https://storeroom-parachute.example.com:443"
			must(t, w.SetPrefs(t.Context(), s, map[string]string{"customConnections": url}))
			r, err := w.Resources(t.Context(), s.ID)
			if err != nil {
				t.Fatal(err)
			}
			if !r.Found || !r.Owned || !r.Online || r.Name != "Attic" || r.Source != "plex.tv" {
				t.Errorf("resource is %+v", r)
			}
			want := steps.PlexConnection{URI: url, Protocol: "https", Address: "storeroom-parachute.example.com", Port: 443}
			if !slices.Contains(r.Connections, want) {
				t.Errorf("%+v is not among %+v", want, r.Connections)
			}
			noCanary(t, r, w.Client)
		})
	}
}

func TestResourcesOfAServerThatTheAccountDoesNotHave(t *testing.T) {
	w := newWorld(t, nil)
	if r, err := w.Resources(t.Context(), strings.Repeat("0", 40)); err == nil && r.Found {
		t.Errorf("Resources = %+v", r)
	}
	w.signIn("morgan")
	if r, err := w.Resources(t.Context(), strings.Repeat("0", 40)); err != nil || r.Found {
		t.Errorf("signed in: Resources = %+v, %v; want none and no error", r, err)
	}
}

func TestResourcesSharedWithUs(t *testing.T) {
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.DataDirs = []string{} })
	w.signIn("robin")
	if r, err := w.Resources(t.Context(), w.found().ID); err != nil || !r.Found || r.Owned {
		t.Errorf("Resources = %+v, %v; want it found and not owned", r, err)
	}
}

// A token that only the server knows is no use at plex.tv, and is not sent there.
func TestResourcesWithoutATokenForPlexTV(t *testing.T) {
	w := newWorld(t, nil)
	tv := &handler{f: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "[]") }}
	srv := httptest.NewServer(tv)
	defer srv.Close()
	cfg := w.cfg
	cfg.PlexTV = srv.URL
	cfg.DataDirs = []string{folder(t, simplex.Install{Bare: true, LocalAdminToken: w.server.LocalAdminToken()})}
	c := w.another(cfg)
	s := w.found()
	if got, err := c.Token(t.Context(), s); err != nil || !got.Have {
		t.Fatalf("Token = %+v, %v", got, err)
	}
	_, err := c.Resources(t.Context(), s.ID)
	refused(t, err, "plex.tv", http.StatusUnauthorized)
	if shown := tv.tokens(); len(shown) > 0 {
		t.Errorf("plex.tv was shown %q", shown)
	}
}

// Two like questions within the pace are one; a change makes the answer stale.
func TestResourcesAreNotAskedTooOften(t *testing.T) {
	w := newWorld(t, nil)
	s := w.found()
	ask := func() time.Time {
		t.Helper()
		r, err := w.Resources(t.Context(), s.ID)
		if err != nil {
			t.Fatal(err)
		}
		return r.At
	}
	first := ask()
	w.clock.advance(2 * time.Second)
	if got := ask(); got != first {
		t.Errorf("asked again after 2 s, at %v", got)
	}
	must(t, w.RefreshReachability(t.Context(), s))
	if got := ask(); got != w.clock.now() {
		t.Errorf("not asked again after a change: read at %v", got)
	}
	w.clock.advance(4 * time.Second)
	if got := ask(); got != w.clock.now() {
		t.Errorf("not asked again after 4 s: read at %v", got)
	}
}

func TestRateLimit(t *testing.T) {
	w := newWorld(t, nil)
	s := w.found()
	w.tv.SetTrouble(simplex.Trouble{RateLimited: 1})
	_, err := w.Resources(t.Context(), s.ID)
	e := refused(t, err, "plex.tv", http.StatusTooManyRequests)
	if e.Code != 1003 || e.Wait <= 0 || e.Wait > 5*time.Minute {
		t.Errorf("refusal is %+v", e)
	}
	// plex.tv would answer now, but it asked to be left alone.
	_, err = w.NewPin(t.Context())
	again := refused(t, err, "plex.tv", http.StatusTooManyRequests)
	if again.Wait != e.Wait {
		t.Errorf("%v are left of %v", again.Wait, e.Wait)
	}
	w.clock.advance(e.Wait)
	if _, err := w.Resources(t.Context(), s.ID); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestSubscription(t *testing.T) {
	w := newWorld(t, nil)
	if pass, err := w.Subscription(t.Context(), w.found().ID); err != nil || !pass {
		t.Errorf("Subscription = %v, %v; want Plex Pass", pass, err)
	}
	cfg := w.cfg
	cfg.DataDirs = []string{}
	w.Client = w.another(cfg)
	_, err := w.Subscription(t.Context(), w.found().ID)
	refused(t, err, "plex.tv", http.StatusUnauthorized)
	w.signIn("robin")
	if pass, err := w.Subscription(t.Context(), w.found().ID); err != nil || pass {
		t.Errorf("robin: Subscription = %v, %v; want none", pass, err)
	}
}

// Whatever is at hand, signing out touches only what signing in gave. The
// world's own guard reports anything else.
func TestSignOutNeverTouchesTheServer(t *testing.T) {
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.Token = secret(canaryServer) })
	s := w.found()
	if _, err := w.Details(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	must(t, w.SignOut(t.Context()))
	if n := w.tv.Writes(); n != 0 {
		t.Errorf("%d changes at plex.tv without a sign-in", n)
	}
	w.signIn("morgan")
	must(t, w.SignOut(t.Context()))
	if d, err := w.Details(t.Context(), s); err != nil || !d.SignedIn {
		t.Errorf("the server afterwards: %+v, %v", d, err)
	}
}

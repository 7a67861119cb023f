package cloudflare_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"example.test/wizard/clients/cloudflare"
	sim "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

// canary is a token that must not be seen anywhere but in the header.
const canary = "cfut_CANARYcanaryCANARYcanaryCANARYcanary01234567"

// A spy counts the requests that a client sends.
type spy struct {
	mu    sync.Mutex
	calls []string
	waits []time.Duration
}

func (s *spy) count(method, path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, method+" "+path)
}

func (s *spy) sleep(_ context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits = append(s.waits, d)
	return nil
}

func (s *spy) sent() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.calls...)
}

// connect makes a client of the handler, over a real socket, that does not wait.
func connect(t *testing.T, h http.Handler) (*cloudflare.Client, *spy) {
	t.Helper()
	s := &spy{}
	return clientWith(t, h, canary, s), s
}

// clientWith is connect with another token and, maybe, a spy.
func clientWith(t *testing.T, h http.Handler, token string, spies ...*spy) *cloudflare.Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	s := append(spies, &spy{})[0]
	c := cloudflare.New(cloudflare.Config{
		BaseURL: srv.URL + "/client/v4", HTTP: srv.Client(), Source: "pretend", Count: s.count,
		Token: func() steps.Secret { return steps.NewSecret(token) },
		Now:   func() time.Time { return at },
	})
	c.SetSleep(s.sleep)
	return c
}

// at is when everything is read.
var at = time.Date(2026, 11, 22, 15, 42, 10, 0, time.UTC)

// A world is a pretend Cloudflare with one account, and one zone in it.
type world struct {
	*cloudflare.Client
	api           *sim.API
	spy           *spy
	account, zone string
}

func newWorld(t *testing.T, allowed ...sim.Permission) world {
	t.Helper()
	return newWorldBehind(t, func(h http.Handler) http.Handler { return h }, allowed...)
}

// newWorldBehind is newWorld with something between the client and the API.
func newWorldBehind(t *testing.T, wrap func(http.Handler) http.Handler, allowed ...sim.Permission) world {
	t.Helper()
	api := sim.New(sim.Config{
		Now:        func() time.Time { return at },
		Delegation: func(string) []string { return []string{"ns1.old.test", "ns2.old.test"} },
		Speed:      1e9,
	})
	if allowed == nil {
		allowed = sim.AllPermissions()
	}
	w := world{api: api}
	w.account = api.SeedAccount(sim.Account{Name: "Ann's account"})
	api.SeedUser(sim.User{Email: "ann@example.com"})
	api.SeedToken(sim.Token{Value: canary, Name: "wizard", Permissions: allowed, ExpiresOn: at.Add(24 * time.Hour)})
	w.zone = api.SeedZone(sim.Zone{Name: "example.com", Account: w.account})
	w.Client, w.spy = connect(t, wrap(api))
	return w
}

// fault makes the next call that fits go wrong.
func (w world) fault(t *testing.T, f sim.Fault) {
	t.Helper()
	if err := w.api.Faults().Add(f); err != nil {
		t.Fatal(err)
	}
}

func failure(t *testing.T, err error) *steps.ServiceError {
	t.Helper()
	e, ok := errors.AsType[*steps.ServiceError](err)
	if !ok {
		t.Fatalf("got %v, want a ServiceError", err)
	}
	return e
}

// page answers every request with the same status and body.
func page(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cf-Ray", "8f00-LHR")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

package plex_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.test/wizard/sim/plex"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that passes only when a test says so.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)} }

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

// world is one server and its plex.tv.
type world struct {
	*clock
	t      *testing.T
	tv     *plex.PlexTV
	server *plex.Server
	client *http.Client
}

// newWorld starts both; adjust may change the server's configuration.
func newWorld(t *testing.T, adjust func(*plex.ServerConfig)) *world {
	t.Helper()
	w := &world{clock: newClock(), t: t, client: newClient(t)}
	tv, err := plex.StartPlexTV(plex.Config{Now: w.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, tv.Close()) })
	w.tv = tv
	cfg := plex.ServerConfig{Dir: t.TempDir(), PlexTV: tv, Now: w.now}
	if adjust != nil {
		adjust(&cfg)
	}
	w.server = startServer(t, cfg)
	return w
}

func startServer(t *testing.T, cfg plex.ServerConfig) *plex.Server {
	t.Helper()
	server, err := plex.StartServer(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, server.Close()) })
	return server
}

// newClient follows no redirects, trusts every certificate and keeps no
// connection, so that each call meets the server as it is now.
func newClient(t *testing.T) *http.Client {
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport: transport, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// reply is an answer with its body read.
type reply struct {
	*http.Response
	body []byte
}

func (r reply) json(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(r.body, into); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
}

func (r reply) xml(t *testing.T, into any) {
	t.Helper()
	if err := xml.Unmarshal(r.body, into); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
}

type header map[string]string

func (w *world) try(method, url string, h header, body io.Reader) (reply, error) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, url, body)
	if err != nil {
		w.t.Fatal(err)
	}
	for name, value := range h {
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	res, err := w.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(res.Body)
	return reply{res, b.Bytes()}, err
}

func (w *world) do(method, url string, h header, body io.Reader) reply {
	w.t.Helper()
	r, err := w.try(method, url, h, body)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// pms asks the server for JSON with a token; an empty one sends none.
func (w *world) pms(method, path, token string) reply {
	w.t.Helper()
	h := header{"Accept": "application/json"}
	if token != "" {
		h["X-Plex-Token"] = token
	}
	return w.do(method, w.server.URL()+path, h, nil)
}

const clientID = "wizard-test"

// plexTV asks plex.tv for JSON.
func (w *world) plexTV(method, path, token string) reply {
	w.t.Helper()
	h := header{"Accept": "application/json", "X-Plex-Client-Identifier": clientID, "X-Plex-Product": "Tunnel Wizard"}
	if token != "" {
		h["X-Plex-Token"] = token
	}
	return w.do(method, w.tv.URL()+path, h, nil)
}

type pinAnswer struct {
	ID        int     `json:"id"`
	Code      string  `json:"code"`
	ExpiresIn int     `json:"expiresIn"`
	AuthToken *string `json:"authToken"`
}

// signIn goes through a pin and returns the account token.
func (w *world) signIn(username string) string {
	w.t.Helper()
	var p pinAnswer
	w.plexTV("POST", "/api/v2/pins?strong=true", "").json(w.t, &p)
	if err := w.tv.Allow(p.Code, username); err != nil {
		w.t.Fatal(err)
	}
	w.plexTV("GET", "/api/v2/pins/"+itoa(p.ID), "").json(w.t, &p)
	if p.AuthToken == nil {
		w.t.Fatal("no token after the person allowed it")
	}
	return *p.AuthToken
}

type resourceAnswer struct {
	Name             string
	ClientIdentifier string
	Provides         string
	Owned            bool
	OwnerID          *int
	AccessToken      *string
	Presence         bool
	HTTPSRequired    bool
	Connections      []plex.Connection
}

const allKinds = "/api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1"

func (w *world) resources(token string) []resourceAnswer {
	w.t.Helper()
	var list []resourceAnswer
	r := w.plexTV("GET", allKinds, token)
	if r.StatusCode != http.StatusOK {
		w.t.Fatalf("resources: %d %s", r.StatusCode, r.body)
	}
	r.json(w.t, &list)
	return list
}

// mine is the entry of the server in an account's list.
func (w *world) mine(token string) (resourceAnswer, bool) {
	w.t.Helper()
	for _, one := range w.resources(token) {
		if one.ClientIdentifier == w.server.MachineIdentifier() {
			return one, true
		}
	}
	return resourceAnswer{}, false
}

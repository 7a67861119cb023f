package edge_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"example.test/wizard/sim/connector"
	"example.test/wizard/sim/edge"
	"example.test/wizard/sim/edge/wire"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	account = "0123456789abcdef0123456789abcdef"
	tunnel  = "11111111-2222-4333-8444-555555555555"
	host    = "plex.attic.example"
	zone    = "attic.example"
)

// patience is how long a condition may take: the real connector waits for DNS at its start.
const patience = 90 * time.Second

// world is the state that the edge asks for.
type world struct {
	mu      sync.Mutex
	secret  []byte
	deleted bool
	version int
	config  json.RawMessage
	route   edge.Route
	verdict edge.Verdict
	hits    []edge.Hit
	now     time.Time
}

func newWorld() *world {
	return &world{
		secret: bytes.Repeat([]byte{7}, 32), now: time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC),
		route: edge.Route{Kind: edge.RouteTunnel, TunnelID: tunnel, Zone: zone, ZoneActive: true},
	}
}

// set changes the world under its lock.
func (w *world) set(f func(*world)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(w)
}

func (w *world) token() string {
	id, err := wire.ParseUUID(tunnel)
	if err != nil {
		panic(err)
	}
	return wire.Token{AccountTag: account, TunnelID: id, Secret: w.secret}.Encode()
}

// serve makes version n of the configuration send the host to a service.
func (w *world) serve(n int, service string) {
	config := `{"ingress":[{"hostname":"` + host + `","service":"` + service + `","originRequest":{"noTLSVerify":true,"connectTimeout":10}},{"service":"http_status:404"}],"warp-routing":{"enabled":false}}`
	w.set(func(w *world) { w.version, w.config = n, json.RawMessage(config) })
}

func (w *world) lastHit(t *testing.T) edge.Hit {
	t.Helper()
	var hit edge.Hit
	eventually(t, "a hit in the log", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.hits) == 0 {
			return false
		}
		hit = w.hits[len(w.hits)-1]
		return true
	})
	return hit
}

func start(t *testing.T, w *world, change ...func(*edge.Config)) *edge.Edge {
	t.Helper()
	cfg := edge.Config{
		Now: func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now },
		Tunnel: func(id string) (string, []byte, bool, bool) {
			w.mu.Lock()
			defer w.mu.Unlock()
			return account, w.secret, w.deleted, id == tunnel
		},
		Config: func(string) (int, json.RawMessage) { w.mu.Lock(); defer w.mu.Unlock(); return w.version, w.config },
		Route:  func(string) edge.Route { w.mu.Lock(); defer w.mu.Unlock(); return w.route },
		Policy: func(*http.Request, edge.Visitor) edge.Verdict { w.mu.Lock(); defer w.mu.Unlock(); return w.verdict },
		Log:    func(h edge.Hit) { w.mu.Lock(); defer w.mu.Unlock(); w.hits = append(w.hits, h) },
	}
	for _, f := range change {
		f(&cfg)
	}
	e, err := edge.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("closing the edge: %v", err)
		}
	})
	return e
}

// visitorFor is a browser that finds every host at the edge.
func visitorFor(t *testing.T, e *edge.Edge, change ...func(*http.Transport)) *http.Client {
	t.Helper()
	tr := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "tcp", e.PublicAddr())
		},
		TLSClientConfig: &tls.Config{RootCAs: roots(e)}, ForceAttemptHTTP2: true, DisableCompression: true,
	}
	for _, f := range change {
		f(tr)
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func roots(e *edge.Edge) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(e.CAPEM())
	return pool
}

// origin is an HTTPS server with a certificate that nobody trusts, as Plex has.
func origin(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// running is a connector under test.
type running struct {
	log  *lines
	stop func() error // asks it to leave in good order and waits for its end
}

// metrics is the address of its health server, read from the log.
func (r *running) metrics(t *testing.T) string {
	t.Helper()
	re := regexp.MustCompile(`Starting metrics server on ([0-9.:]+)/metrics`)
	var addr string
	eventually(t, "the metrics address in the log", func() bool {
		if m := re.FindStringSubmatch(r.log.String()); m != nil {
			addr = m[1]
		}
		return addr != ""
	})
	return addr
}

// starter starts a connector for a token.
type starter func(t *testing.T, e *edge.Edge, token string) *running

// eachConnector runs a scenario with the stand-in and, where CLOUDFLARED_BIN names one, with the real program.
func eachConnector(t *testing.T, scenario func(*testing.T, starter)) {
	t.Run("stand-in", func(t *testing.T) { scenario(t, standIn) })
	t.Run("cloudflared", func(t *testing.T) {
		if os.Getenv("CLOUDFLARED_BIN") == "" {
			t.Skip("CLOUDFLARED_BIN names no cloudflared: only the stand-in was tried")
		}
		scenario(t, realOne)
	})
}

func standIn(t *testing.T, e *edge.Edge, token string) *running {
	log := &lines{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- connector.Run(ctx, connector.Options{
			Token: token, Edges: e.ConnectorAddrs(), CAFile: e.CAFile(), Metrics: "127.0.0.1:0", Speed: 200, Stderr: log,
		})
	}()
	return finish(t, log, cancel, done)
}

func realOne(t *testing.T, e *edge.Edge, token string) *running {
	log := &lines{}
	args := []string{"tunnel", "--no-autoupdate", "--no-prechecks", "--protocol", "http2", "--metrics", "127.0.0.1:0", "--cacert", e.CAFile()}
	for _, a := range e.ConnectorAddrs() {
		args = append(args, "--edge", a)
	}
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Getenv("CLOUDFLARED_BIN"), append(args, "run", "--token-file", file)...)
	cmd.Stderr, cmd.Stdout = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	return finish(t, log, func() { _ = cmd.Process.Signal(os.Interrupt) }, done)
}

func finish(t *testing.T, log *lines, ask func(), done chan error) *running {
	r := &running{log: log, stop: sync.OnceValue(func() error { ask(); return <-done })}
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Errorf("connector: %v", err)
		}
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return r
}

// lines is a log that several goroutines write.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *lines) has(s string) func() bool {
	return func() bool { return strings.Contains(l.String(), s) }
}

// eventually polls a condition.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// connected waits until the tunnel has n connections and, when a configuration exists, until one has acknowledged it.
func connected(t *testing.T, w *world, e *edge.Edge, n int) edge.Connector {
	t.Helper()
	w.mu.Lock()
	want := -1
	if w.config != nil {
		want = w.version
	}
	w.mu.Unlock()
	var c edge.Connector
	eventually(t, "the connector", func() bool {
		list := e.Connectors(tunnel)
		if len(list) != 1 || len(list[0].Conns) < n || list[0].ConfigVersion < want {
			return false
		}
		c = list[0]
		return true
	})
	return c
}

package visitor_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.test/wizard/clients/visitor"
	"example.test/wizard/sim/connector"
	"example.test/wizard/sim/edge"
	"example.test/wizard/sim/edge/wire"
	simplex "example.test/wizard/sim/plex"
	"example.test/wizard/steps"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	host    = "storeroom-parachute.attic.example"
	account = "0123456789abcdef0123456789abcdef"
	tunnel  = "11111111-2222-4333-8444-555555555555"
)

// world is a pretend Cloudflare edge with a pretend Plex at the end of a
// tunnel, and a visitor who comes to it.
type world struct {
	*visitor.Visitor
	edge  *edge.Edge
	plex  *simplex.Server
	roots *x509.CertPool
	mu    sync.Mutex
	v     edge.Verdict
	agent []string // who fetched the web app's script
}

func newWorld(t *testing.T, adjust func(*visitor.Config)) *world {
	t.Helper()
	server, err := simplex.StartServer(simplex.ServerConfig{Dir: t.TempDir(), StartupTime: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, server.Close()) })
	w := &world{plex: server, roots: x509.NewCertPool()}
	origin := httptest.NewTLSServer(w.withScript(server))
	t.Cleanup(origin.Close)
	secret := bytes.Repeat([]byte{7}, 32)
	ingress := fmt.Sprintf(`{"ingress":[{"hostname":%q,"service":%q,"originRequest":{"noTLSVerify":true}},{"service":"http_status:404"}]}`, host, origin.URL)
	w.edge, err = edge.Start(edge.Config{
		Tunnel: func(id string) (string, []byte, bool, bool) { return account, secret, false, id == tunnel },
		Config: func(string) (int, json.RawMessage) { return 1, json.RawMessage(ingress) },
		Route: func(string) edge.Route {
			return edge.Route{Kind: edge.RouteTunnel, TunnelID: tunnel, Zone: "attic.example", ZoneActive: true}
		},
		Policy: func(*http.Request, edge.Visitor) edge.Verdict {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.v
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, w.edge.Close()) })
	w.connect(t, secret)
	w.roots.AppendCertsFromPEM(w.edge.CAPEM())
	cfg := visitor.Config{Connect: w.edge.PublicAddr(), RootCAs: w.roots, Browser: "none", Key: func(string) steps.Secret { return steps.NewSecret(w.plex.Token()) }}
	if adjust != nil {
		adjust(&cfg)
	}
	w.Visitor = visitor.New(cfg)
	return w
}

// connect runs a connector until the test ends, and waits until it serves.
func (w *world) connect(t *testing.T, secret []byte) {
	t.Helper()
	id, err := wire.ParseUUID(tunnel)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- connector.Run(ctx, connector.Options{
			Token: wire.Token{AccountTag: account, TunnelID: id, Secret: secret}.Encode(), Edges: w.edge.ConnectorAddrs(),
			CAFile: w.edge.CAFile(), Metrics: "127.0.0.1:0", Speed: 200, GracePeriod: time.Millisecond,
		})
	}()
	t.Cleanup(func() {
		cancel()
		must(t, <-done)
	})
	patience, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	for {
		if c := w.edge.Connectors(tunnel); len(c) == 1 && c[0].ConfigVersion == 1 && len(c[0].Conns) == 2 {
			return
		}
		select {
		case <-every.C:
		case <-patience.Done():
			t.Fatal("the connector does not serve")
		}
	}
}

const script = "/web/js/main-4f2a.js"

// withScript gives the pretend Plex Web a script, as the real one has: only a
// page with scripts is rewritten, and only files are cached unasked.
func (w *world) withScript(server http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/web/index.html":
			rw.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(rw, `<!doctype html><title>Plex</title><body style="background:#1f2326">Plex<script src="js/main-4f2a.js"></script>`)
		case script:
			w.mu.Lock()
			w.agent = append(w.agent, r.UserAgent())
			w.mu.Unlock()
			rw.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(rw, strings.Repeat("// main\n", scriptBytes/8))
		default:
			server.ServeHTTP(rw, r)
		}
	})
}

const scriptBytes = 320_000

func (w *world) verdict(v edge.Verdict) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.v = v
}

// fetched reports whether a program of that name fetched the script.
func (w *world) fetched(agent string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.agent, func(a string) bool { return strings.Contains(a, agent) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// nowhere is a public resolver that does not know the name.
func nowhere(context.Context, string) ([]netip.Addr, error) {
	return nil, errors.New("no such host")
}

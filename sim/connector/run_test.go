package connector_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.test/wizard/sim/connector"
	"example.test/wizard/sim/edge"
)

// begin runs a connector inside the test; end asks it to leave and waits.
func begin(t *testing.T, o connector.Options) (log *locked, end func() error) {
	t.Helper()
	log = &locked{}
	o.Stderr = log
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- connector.Run(ctx, o) }()
	return log, func() error { cancel(); return <-done }
}

func TestUnreachableEdge(t *testing.T) {
	_, token := testToken()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	go func() {
		for {
			conn, err := silent.Accept()
			if err != nil {
				return
			}
			conn.Close() // in the middle of the handshake
		}
	}()
	log, end := begin(t, connector.Options{Token: token, Edges: []string{nobody, silent.Addr().String()}, Metrics: "127.0.0.1:0", Speed: 1000, LogJSON: true})
	for _, want := range []string{"DialContext error: ", "connection refused", "Retrying connection in up to 2s", "Retrying connection in up to 8s"} {
		eventually(t, want, func() bool { return strings.Contains(log.String(), want) })
	}
	if err := end(); err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(log.String()) {
		var entry struct{ Level, Message, Time string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Level == "" || entry.Time == "" {
			t.Errorf("not a JSON log line: %s", line)
		}
	}
}

func TestForeignCA(t *testing.T) {
	_, token := testToken()
	start := func() *edge.Edge {
		e, err := edge.Start(edge.Config{
			Tunnel: func(string) (string, []byte, bool, bool) { return "", nil, false, false },
			Config: func(string) (int, json.RawMessage) { return 0, nil },
			Route:  func(string) edge.Route { return edge.Route{} },
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { e.Close() })
		return e
	}
	one, other := start(), start()
	log, end := begin(t, connector.Options{Token: token, Edges: one.ConnectorAddrs(), CAFile: other.CAFile(), Metrics: "127.0.0.1:0", Speed: 1000})
	eventually(t, "the reason", func() bool {
		return strings.Contains(log.String(), "TLS handshake with edge error: tls: failed to verify certificate: x509:")
	})
	if err := end(); err != nil {
		t.Error(err)
	}
}

func TestLogLevel(t *testing.T) {
	_, token := testToken()
	log, end := begin(t, connector.Options{Token: token, Edges: []string{nobody, nobody}, Metrics: "127.0.0.1:0", Speed: 1000, LogLevel: "error"})
	eventually(t, "an error", func() bool { return strings.Contains(log.String(), " ERR ") })
	if err := end(); err != nil {
		t.Error(err)
	}
	if strings.Contains(log.String(), " INF ") {
		t.Errorf("too much is said:\n%s", log.String())
	}
}

func TestCannotStart(t *testing.T) {
	_, token := testToken()
	empty := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(empty, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	edges := []string{"127.0.0.1:1", "127.0.0.1:1"}
	for name, tc := range map[string]struct {
		o    connector.Options
		code int
		text string
	}{
		"token":    {connector.Options{Token: "x", Edges: edges}, 255, "not valid"},
		"CA":       {connector.Options{Token: token, Edges: edges, CAFile: empty}, 1, "holds no certificate"},
		"log file": {connector.Options{Token: token, Edges: edges, LogFile: t.TempDir()}, 1, "log file"},
		"edge":     {connector.Options{Token: token}, 1, "Could not lookup srv records"},
	} {
		err := connector.Run(t.Context(), tc.o)
		var f *connector.Failure
		if !errors.As(err, &f) || f.Code != tc.code || !strings.Contains(f.Text, tc.text) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMetricsPort(t *testing.T) {
	_, token := testToken()
	log, end := begin(t, connector.Options{Token: token, Edges: []string{nobody, nobody}, Speed: 1000})
	var addr string
	eventually(t, "the address", func() bool {
		_, after, ok := strings.Cut(log.String(), "Starting metrics server on ")
		addr, _, _ = strings.Cut(after, "/metrics")
		return ok && addr != ""
	})
	if !strings.HasPrefix(addr, "127.0.0.1:") {
		t.Errorf("metrics on %s", addr)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + addr + "/ready")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("/ready without an edge answers %d", resp.StatusCode)
	}
	if body := fetch(t, "http://"+addr+"/config"); !strings.Contains(body, `"version":-1`) {
		t.Errorf("/config before a push: %s", body)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

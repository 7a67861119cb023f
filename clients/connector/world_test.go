package connector_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.test/wizard/clients/connector"
	simconnector "example.test/wizard/sim/connector"
	"example.test/wizard/sim/edge"
	"example.test/wizard/sim/edge/wire"
	"example.test/wizard/sim/releases"
	"example.test/wizard/steps"
)

const (
	tunnelID = "11111111-2222-4333-8444-555555555555"
	canary   = "a secret of 32 bytes, canary-XYZ"
)

// TestMain makes the test's own executable the stand-in for cloudflared, as the
// pretend releases offer it.
func TestMain(m *testing.M) {
	if strings.HasPrefix(filepath.Base(os.Args[0]), "cloudflared") || os.Getenv("BE_CLOUDFLARED") != "" {
		os.Exit(simconnector.Main(os.Args[1:], os.Stdout, os.Stderr))
	}
	if dir := os.Getenv("BE_INSIDE"); dir != "" {
		fmt.Fprintln(os.Stderr, beInside(dir))
		os.Exit(1)
	}
	if dir := os.Getenv("BE_WIZARD"); dir != "" {
		beWizard(dir)
	}
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // each stand-in would wait a second at its end
	goleak.VerifyTestMain(m)
}

func tokenFor(secret string) string {
	id, _ := wire.ParseUUID(tunnelID)
	return wire.Token{AccountTag: "acc", TunnelID: id, Secret: []byte(secret)}.Encode()
}

// world is a pretend edge, pretend releases, and a log to look for secrets in.
type world struct {
	t        *testing.T
	edge     *edge.Edge
	releases *releases.Releases
	server   *httptest.Server
	program  string // what is published
	dir      string
	log      *buffer
}

// small is a program of a few bytes that becomes the stand-in, so that tests
// need not copy and sum the whole test executable again and again.
func small(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "program")
	must(t, os.WriteFile(file, []byte("#!/bin/sh\nBE_CLOUDFLARED=1 exec '"+executable(t)+"' \"$@\"\n"), 0o755))
	return file
}

// executable is the test's own, which behaves as cloudflared when it is named so.
func executable(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	return self
}

func newWorld(t *testing.T, platform releases.Config) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), log: &buffer{}}
	var err error
	w.edge, err = edge.Start(edge.Config{
		Tunnel: func(string) (string, []byte, bool, bool) { return "acc", []byte(canary), false, true },
		Config: func(string) (int, json.RawMessage) {
			return 7, json.RawMessage(`{"ingress":[{"service":"http_status:418"}]}`)
		},
		Route: func(string) edge.Route { return edge.Route{} },
	})
	must(t, err)
	t.Cleanup(func() { must(t, w.edge.Close()) })
	if platform.Program == "" {
		platform.Program = small(t)
	}
	w.program = platform.Program
	w.releases, err = releases.New(platform)
	must(t, err)
	w.server = httptest.NewServer(w.releases)
	t.Cleanup(w.server.Close)
	return w
}

// edgeArgs are the arguments for a connector of this world.
func (w *world) edgeArgs() []string {
	args := []string{"--no-prechecks", "--protocol", "http2", "--cacert", w.edge.CAFile(), "--standin-speed", "200"}
	for _, a := range w.edge.ConnectorAddrs() {
		args = append(args, "--edge", a)
	}
	return args
}

func (w *world) config() connector.Config {
	return connector.Config{
		DataDir: w.dir, Mode: connector.ModeChild, Releases: w.server.URL, API: w.server.URL, Args: w.edgeArgs(),
		Pace: 50, Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

// host starts with the configuration and closes at the end of the test.
func (w *world) host(cfg connector.Config) *connector.Host {
	w.t.Helper()
	h := connector.New(cfg)
	w.t.Cleanup(func() { closeHost(w.t, h) })
	return h
}

func closeHost(t *testing.T, h *connector.Host) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	must(t, h.Close(ctx))
}

// parts collects what an installation reports.
type parts struct {
	mu  sync.Mutex
	all []steps.Part
}

func (p *parts) report(x steps.Part) { p.mu.Lock(); defer p.mu.Unlock(); p.all = append(p.all, x) }

// ended is the parts in the order in which they ended; a failed one has a "!".
func (p *parts) ended() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, x := range p.all {
		if x.Failed {
			out = append(out, x.ID+"!")
		} else if x.Ended {
			out = append(out, x.ID)
		}
	}
	return strings.Join(out, " ")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually looks again and again, for at most a minute.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	limit := time.NewTimer(time.Minute)
	defer limit.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// noSecrets fails when a file below dir, other than the key file, or one of the
// texts holds the key or its secret.
func noSecrets(t *testing.T, dir string, texts ...string) {
	t.Helper()
	token := tokenFor(canary)
	holds := func(s string) bool {
		return strings.Contains(s, token) || strings.Contains(s, canary) || strings.Contains(s, token[40:80])
	}
	must(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || !info.Mode().IsRegular() || info.Size() > 1<<20 || filepath.Base(path) == "token" {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && holds(string(b)) {
			t.Errorf("%s holds the key", path)
		}
		return err
	}))
	for _, s := range texts {
		if holds(s) {
			t.Errorf("the key shows: %s", s)
		}
	}
}

// buffer is a log for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) { b.mu.Lock(); defer b.mu.Unlock(); return b.b.Write(p) }

func (b *buffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.b.String() }

// long leaves a test that takes many seconds to the whole test command; "task
// test-quick" runs the others (go test -short).
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes many seconds")
	}
}

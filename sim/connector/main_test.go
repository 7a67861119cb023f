package connector_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.test/wizard/sim/connector"
	"example.test/wizard/sim/edge"
	"example.test/wizard/sim/edge/wire"

	"go.uber.org/goleak"
)

// beCloudflared makes the test's executable behave as the connector.
const beCloudflared = "BE_CLOUDFLARED"

func TestMain(m *testing.M) {
	if os.Getenv(beCloudflared) != "" {
		os.Exit(connector.Main(os.Args[1:], os.Stdout, os.Stderr))
	}
	goleak.VerifyTestMain(m)
}

// eachProgram runs a test with the stand-in as a child process and, where CLOUDFLARED_BIN names one, with the real program.
func eachProgram(t *testing.T, test func(t *testing.T, command func(env []string, args ...string) *exec.Cmd)) {
	t.Run("stand-in", func(t *testing.T) {
		test(t, func(env []string, args ...string) *exec.Cmd {
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), self, args...)
			cmd.Env = append(append(os.Environ(), beCloudflared+"=1", "STANDIN_SPEED=200"), env...)
			return cmd
		})
	})
	t.Run("cloudflared", func(t *testing.T) {
		bin := os.Getenv("CLOUDFLARED_BIN")
		if bin == "" {
			t.Skip("CLOUDFLARED_BIN names no cloudflared: only the stand-in was tried")
		}
		test(t, func(env []string, args ...string) *exec.Cmd {
			cmd := exec.CommandContext(t.Context(), bin, args...)
			cmd.Env = append(os.Environ(), env...)
			return cmd
		})
	})
}

func testToken() (wire.UUID, string) {
	id, _ := wire.ParseUUID("11111111-2222-4333-8444-555555555555")
	return id, wire.Token{AccountTag: "acc", TunnelID: id, Secret: []byte("a secret of 32 bytes, canary-XYZ")}.Encode()
}

func TestExits(t *testing.T) {
	_, token := testToken()
	dir := t.TempDir()
	write := func(name, content string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	edges := []string{"tunnel", "--no-autoupdate", "--no-prechecks", "--protocol", "http2", "--edge", "127.0.0.1:1", "--edge", "127.0.0.1:1"}
	eachProgram(t, func(t *testing.T, command func([]string, ...string) *exec.Cmd) {
		for _, tc := range []struct {
			name string
			env  []string
			args []string
			code int
			text string
		}{
			{"garbage token", nil, append(edges, "run", "--token", "garbage"), 255, "Provided Tunnel token is not valid."},
			{"truncated token", nil, append(edges, "run", "--token", token[:50]), 255, "Provided Tunnel token is not valid."},
			{"garbage in the environment", []string{"TUNNEL_TOKEN=garbage"}, append(edges, "run"), 255, "Provided Tunnel token is not valid."},
			{"garbage in a file", nil, append(edges, "run", "--token-file", write("garbage", "garbage\n")), 255, "Provided Tunnel token is not valid."},
			{"no token", nil, append(edges, "run"), 255, `"cloudflared tunnel run" requires the ID or name of the tunnel`},
			{"no such token file", nil, append(edges, "run", "--token-file", filepath.Join(dir, "none")), 255, "Failed to read token file"},
			{"no such CA", []string{"TUNNEL_TOKEN=" + token}, append(edges, "--cacert", filepath.Join(dir, "none"), "--metrics", "127.0.0.1:0", "run"), 1, "unable to create TLS config"},
			{"metrics port taken", []string{"TUNNEL_TOKEN=" + token}, append(edges, "--metrics", taken.Addr().String(), "run"), 1, "Error opening metrics server listener"},
			{"not ready", nil, []string{"tunnel", "--metrics", "127.0.0.1:1", "ready"}, 1, "connection refused"},
		} {
			var stderr bytes.Buffer
			cmd := command(tc.env, tc.args...)
			cmd.Stderr = &stderr
			err := cmd.Run()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != tc.code || !strings.Contains(stderr.String(), tc.text) {
				t.Errorf("%s: %v, %s", tc.name, err, &stderr)
			}
			if strings.Contains(stderr.String(), token[:50]) || strings.Contains(stderr.String(), "canary") {
				t.Errorf("%s: the token shows: %s", tc.name, &stderr)
			}
		}
		out, err := command(nil, "version", "--short").Output()
		if err != nil || strings.Count(strings.TrimSpace(string(out)), ".") != 2 {
			t.Errorf("version --short: %q %v", out, err)
		}
		short := strings.TrimSpace(string(out))
		for _, args := range [][]string{{"version"}, {"--version"}} {
			if out, err = command(nil, args...).Output(); err != nil || !strings.HasPrefix(string(out), "cloudflared version "+short) {
				t.Errorf("%v: %q %v", args, out, err)
			}
		}
	})
}

// TestOwnExits are those that only the stand-in has.
func TestOwnExits(t *testing.T) {
	_, token := testToken()
	for _, tc := range []struct {
		args []string
		code int
		text string
	}{
		{[]string{"service", "install", token}, 1, "not in the stand-in"},
		{[]string{"service", "uninstall"}, 1, "not in the stand-in"},
		{[]string{"update"}, 10, "not in the stand-in"},
		{[]string{"tunnel", "info", "x"}, 1, "not in the stand-in"},
		{[]string{"tunnel"}, 255, "tunnel run"},
		{nil, 1, "a command is needed"},
		{[]string{"fly"}, 1, "unknown command"},
		{[]string{"tunnel", "--nonsense", "run"}, 1, "Incorrect Usage: flag provided but not defined: -nonsense"},
		{[]string{"tunnel", "run", "my-tunnel"}, 1, "only with a token"},
		{[]string{"tunnel", "ready"}, 1, "--metrics has to be provided"},
		{[]string{"tunnel", "--protocol", "quic", "run", "--token", token}, 1, "speaks only http2"},
		{[]string{"tunnel", "run", "--token", token}, 1, "Could not lookup srv records on _v2-origintunneld._tcp.argotunnel.com"},
	} {
		var stderr bytes.Buffer
		if code := connector.Main(tc.args, io.Discard, &stderr); code != tc.code || !strings.Contains(stderr.String(), tc.text) {
			t.Errorf("%.40q: %d, %s", tc.args, code, &stderr)
		}
		if strings.Contains(stderr.String(), token) && tc.args[0] != "service" {
			t.Errorf("%.40q: the token shows", tc.args)
		}
	}
}

// TestProcess follows one process from its start to SIGTERM.
func TestProcess(t *testing.T) {
	id, token := testToken()
	eachProgram(t, func(t *testing.T, command func([]string, ...string) *exec.Cmd) {
		e, err := edge.Start(edge.Config{
			Tunnel: func(string) (string, []byte, bool, bool) {
				return "acc", []byte("a secret of 32 bytes, canary-XYZ"), false, true
			},
			Config: func(string) (int, json.RawMessage) {
				return 7, json.RawMessage(`{"ingress":[{"service":"http_status:418"}]}`)
			},
			Route: func(string) edge.Route { return edge.Route{} },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		dir := t.TempDir()
		tokenFile, pidFile, logFile := filepath.Join(dir, "token"), filepath.Join(dir, "pid"), filepath.Join(dir, "log")
		if err := os.WriteFile(tokenFile, []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := command([]string{"TUNNEL_EDGE=" + strings.Join(append(e.ConnectorAddrs(), e.ConnectorAddrs()...), ","), "TUNNEL_CACERT=" + e.CAFile()},
			"--no-autoupdate", "tunnel", "--no-prechecks", "--metrics", "127.0.0.1:0", "--loglevel", "debug", "--logfile", logFile, "--pidfile", pidFile,
			"--protocol", "http2", "run", "--token-file", tokenFile)
		var stderr locked
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		tunnelID := id.String()
		eventually(t, "four connections with version 7", func() bool {
			c := e.Connectors(tunnelID)
			return len(c) == 1 && len(c[0].Conns) == 4 && c[0].ConfigVersion == 7
		})
		_, after, _ := strings.Cut(stderr.String(), "Starting metrics server on ")
		metrics, _, _ := strings.Cut(after, "/metrics")
		eventually(t, "ready", func() bool { return command(nil, "tunnel", "--metrics", metrics, "ready").Run() == nil })
		if body := fetch(t, "http://"+metrics+"/healthcheck"); strings.TrimSpace(body) != "OK" {
			t.Errorf("/healthcheck %q", body)
		}
		if body := fetch(t, "http://"+metrics+"/diag/tunnel"); !strings.Contains(body, tunnelID) || strings.Count(body, `"isConnected":true`) != 4 {
			t.Errorf("/diag/tunnel %s", body)
		}
		page := fetch(t, "http://"+metrics+"/metrics")
		for _, line := range []string{"cloudflared_tunnel_ha_connections 4", "cloudflared_orchestration_config_version 7", "build_info{", `edge_location="lhr01"`} {
			if !strings.Contains(page, line) {
				t.Errorf("/metrics lacks %s:\n%s", line, page)
			}
		}
		if pid, err := os.ReadFile(pidFile); err != nil || string(pid) != strconv.Itoa(cmd.Process.Pid) {
			t.Errorf("pid file %q %v", pid, err)
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err != nil {
			t.Errorf("end: %v\n%s", err, stderr.String())
		}
		if list := e.Connectors(tunnelID); len(list) != 0 {
			t.Errorf("still there: %+v", list)
		}
		file, err := os.ReadFile(logFile)
		if err != nil || !bytes.Contains(file, []byte(`"message":"Registered tunnel connection"`)) {
			t.Errorf("log file: %v\n%s", err, file)
		}
		for what, text := range map[string]string{"standard error": stderr.String(), "log file": string(file)} {
			if strings.Contains(text, token) || strings.Contains(text, "canary") || strings.Contains(text, base64.StdEncoding.EncodeToString([]byte("canary"))) {
				t.Errorf("%s holds a secret", what)
			}
			if !strings.Contains(text, "Registered tunnel connection") {
				t.Errorf("%s:\n%s", what, text)
			}
		}
	})
}

// nobody is an address where nobody listens, and which nobody is given.
const nobody = "127.0.0.1:1"

func fetch(t *testing.T, url string) string {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// locked is a buffer for several goroutines.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }

func (l *locked) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	limit := time.NewTimer(90 * time.Second)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

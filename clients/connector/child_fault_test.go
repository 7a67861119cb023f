package connector_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.test/wizard/clients/connector"
	"example.test/wizard/sim/edge"
	"example.test/wizard/sim/releases"
	"example.test/wizard/steps"
)

// state reads what the host remembers of its child.
func (w *world) state() (st struct {
	Metrics, Start string
	PID            int
},
) {
	b, err := os.ReadFile(filepath.Join(w.dir, "connector", "state.json"))
	must(w.t, err)
	must(w.t, json.Unmarshal(b, &st))
	return st
}

// installed is a host whose connector has joined.
func (w *world) installed() *connector.Host {
	w.t.Helper()
	h := w.host(w.config())
	must(w.t, h.Install(w.t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report))
	return h
}

func TestChildIsTakenBackWhenItCannotWork(t *testing.T) {
	for _, tc := range []struct {
		name, key string
		args      []string // after those of the world
		title     string
		parts     string
	}{
		{"not a key", "garbage", nil, "The key of the tunnel is not valid", ""},
		{"cut off", tokenFor(canary)[:60], nil, "The key of the tunnel is not valid", ""},
		{"key of another tunnel", tokenFor("another secret, of 32 bytes too!"), nil, "Cloudflare does not accept the key of the tunnel", "release download sum version place key service join!"},
		{"ends at once", tokenFor(canary), []string{"--cacert", "/nonexistent"}, "The connector does not stay up", "release download sum version place key service join!"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, releases.Config{})
			cfg := w.config()
			cfg.Args = append(cfg.Args, tc.args...)
			h := w.host(cfg)
			var p parts
			err := h.Install(t.Context(), steps.NewSecret(tc.key), p.report)
			if got := steps.Explain(err).Title; got != tc.title {
				t.Errorf("%q: %v", got, err)
			}
			if p.ended() != tc.parts {
				t.Errorf("parts: %s", p.ended())
			}
			if l, err := h.Status(t.Context()); err != nil || l.Installed || l.Running {
				t.Errorf("%+v %v", l, err)
			}
			for _, name := range []string{"cloudflared", "token"} {
				if _, err := os.Stat(filepath.Join(w.dir, "connector", name)); err == nil {
					t.Errorf("%s was left behind", name)
				}
			}
			if len(tc.key) > 20 && (strings.Contains(err.Error(), tc.key) || strings.Contains(w.log.String(), tc.key)) {
				t.Error("the key shows")
			}
		})
	}
}

// TestChildBehindAFirewall: a blocked way out is no reason to take the connector
// away; it joins when the way is free.
func TestChildBehindAFirewall(t *testing.T) {
	for _, reach := range []edge.Reach{edge.Refused, edge.Silent} {
		t.Run(string(reach), func(t *testing.T) {
			w := newWorld(t, releases.Config{})
			must(t, w.edge.Block7844(reach, reach))
			cfg := w.config()
			cfg.Patience = 500 * time.Millisecond
			h := w.host(cfg)
			var p parts
			must(t, h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), p.report))
			if p.ended() != childParts {
				t.Errorf("parts: %s", p.ended())
			}
			var l steps.LocalConnector
			eventually(t, "the connector to say who it is", func() bool {
				var err error
				l, err = h.Status(t.Context())
				must(t, err)
				return l.ID != ""
			})
			if !l.Installed || !l.Running || l.Ready != 0 || l.ConfigSeen != -1 {
				t.Errorf("%+v", l)
			}
			must(t, w.edge.Block7844(edge.Open, edge.Open))
			eventually(t, "the connector to join", func() bool {
				l, err := h.Status(t.Context())
				must(t, err)
				return l.Ready > 0
			})
		})
	}
}

func TestChildIsStartedAgainAndNeverTwice(t *testing.T) {
	w := newWorld(t, releases.Config{})
	h := w.installed()
	before := w.state()
	p, err := os.FindProcess(before.PID)
	must(t, err)
	must(t, p.Kill())
	eventually(t, "another process at the same address", func() bool {
		now := w.state()
		l, err := h.Status(t.Context())
		must(t, err)
		return now.PID != before.PID && now.Metrics == before.Metrics && l.Ready > 0
	})
	err = h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report)
	if got := steps.Explain(err).Title; got != "A connector is installed already" {
		t.Errorf("a second installation: %q", got)
	}
	must(t, h.Resume(t.Context())) // it runs already
	eventually(t, "one connector at the edge", func() bool { return len(w.edge.Connectors(tunnelID)) == 1 })
}

func TestChildWhenItsAddressIsTaken(t *testing.T) {
	w := newWorld(t, releases.Config{})
	closeHost(t, w.installed())
	before := w.state().Metrics
	ln, err := net.Listen("tcp", before)
	must(t, err)
	defer ln.Close()
	h := w.host(w.config())
	must(t, h.Resume(t.Context()))
	eventually(t, "a connection", func() bool {
		l, err := h.Status(t.Context())
		must(t, err)
		return l.Ready > 0
	})
	if w.state().Metrics == before {
		t.Error("the address was not changed")
	}
}

// TestChildWhoseAddressIsLost: somebody else begins to listen at the address that was
// chosen for the child, before it does. It takes another one, once.
func TestChildWhoseAddressIsLost(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer taken.Close()
	for times, title := range map[int]string{1: "", 2: "The connector does not stay up"} {
		w := newWorld(t, releases.Config{})
		cfg := w.config()
		cfg.Pace = 1 // the pause before the next start is long enough to be seen
		h := w.host(cfg)
		var asked atomic.Int32
		h.SetFree(func(before string) string {
			if int(asked.Add(1)) <= times {
				return taken.Addr().String()
			}
			return connector.FreeAddr(before)
		})
		var p parts
		err := h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), p.report)
		if got := titleOf(err); got != title {
			t.Errorf("lost %d times: %q: %v", times, got, err)
		}
		l, err := h.Status(t.Context())
		if must(t, err); l.Installed != (title == "") || (l.Ready > 0) != (title == "") {
			t.Errorf("lost %d times: %+v", times, l)
		}
	}
}

func titleOf(err error) string {
	if err == nil {
		return ""
	}
	return steps.Explain(err).Title
}

// TestLeftoverIsStopped starts a process as a killed wizard would have left it.
func TestLeftoverIsStopped(t *testing.T) {
	w := newWorld(t, releases.Config{Program: executable(t)})
	closeHost(t, w.installed())
	st := w.state()
	dir := filepath.Join(w.dir, "connector")
	cmd := exec.Command(filepath.Join(dir, "cloudflared"), append(append([]string{"tunnel", "--metrics", st.Metrics}, w.edgeArgs()...), "run", "--token-file", filepath.Join(dir, "token"))...)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	eventually(t, "the leftover to join", func() bool { return len(w.edge.Connectors(tunnelID)) == 1 })
	leftover := w.edge.Connectors(tunnelID)[0].ID

	remember := func(start string) {
		t.Helper()
		b, err := json.Marshal(map[string]any{"metrics": st.Metrics, "pid": cmd.Process.Pid, "start": start})
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, "state.json"), b, 0o600))
	}
	// One with the same number that began at another time is left alone, and no second one is started.
	remember("1")
	careful := w.host(w.config())
	must(t, careful.Resume(t.Context()))
	eventually(t, "the log to say so", func() bool { return strings.Contains(w.log.String(), "serves this tunnel already") })
	if l, err := careful.Status(t.Context()); err != nil || !l.Running || l.ID != leftover {
		t.Errorf("%+v %v", l, err)
	}
	closeHost(t, careful)

	remember(connector.StartOf(cmd.Process.Pid))
	h := w.host(w.config())
	must(t, h.Resume(t.Context()))
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it did not end in good order: %v", err)
		}
	case <-time.After(time.Minute): // it is gone at once; that it is told here may take its turn
		t.Error("it still runs after Resume")
	}
	eventually(t, "another connector, alone", func() bool {
		now := w.edge.Connectors(tunnelID)
		return len(now) == 1 && now[0].ID != leftover
	})
}

// TestForeignProcessIsNotStopped: a number that was given again belongs to somebody else.
func TestForeignProcessIsNotStopped(t *testing.T) {
	w := newWorld(t, releases.Config{Program: executable(t)})
	closeHost(t, w.installed())
	self := os.Getpid()
	b := fmt.Sprintf(`{"metrics":%q,"pid":%d,"start":%q}`, w.state().Metrics, self, connector.StartOf(self))
	must(t, os.WriteFile(filepath.Join(w.dir, "connector", "state.json"), []byte(b), 0o600))
	h := w.host(w.config())
	must(t, h.Resume(t.Context())) // would end this test
	eventually(t, "a connection", func() bool {
		l, err := h.Status(t.Context())
		must(t, err)
		return l.Ready > 0
	})
}

// beWizard is the other wizard.
func beWizard(dir string) {
	h := connector.New(connector.Config{DataDir: dir, Mode: connector.ModeChild, Args: strings.Split(os.Getenv("BE_WIZARD_ARGS"), "\n")})
	if err := h.Resume(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {}
}

func TestCancelledInstallationLeavesNothing(t *testing.T) {
	w := newWorld(t, releases.Config{})
	for _, at := range []string{"release", "download", "sum", "version", "place", "key", "service", "join"} {
		t.Run(at, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cfg := w.config()
			cfg.DataDir = t.TempDir()
			h := w.host(cfg)
			err := h.Install(ctx, steps.NewSecret(tokenFor(canary)), func(p steps.Part) {
				if p.ID == at && !p.Ended {
					cancel()
				}
			})
			cancel()
			if err == nil && at != "join" { // the connection may be up before anybody looks
				t.Error("no error")
			}
			l, sErr := h.Status(t.Context())
			if sErr != nil || l.Installed != (err == nil) {
				t.Errorf("%+v %v", l, sErr)
			}
		})
	}
}

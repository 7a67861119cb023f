package connector_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/clients/connector"
	"example.test/wizard/sim/releases"
	"example.test/wizard/steps"
)

// TestServiceIsStoppedAndStarted does so on every kind of system, and never
// with a service of somebody else.
func TestServiceIsStoppedAndStarted(t *testing.T) {
	want := map[string][]string{
		"systemd":      {"systemctl stop cloudflared.service", "systemctl start cloudflared.service"},
		"OpenRC":       {"rc-service cloudflared stop", "rc-service cloudflared start"},
		"init scripts": {"/etc/init.d/cloudflared stop", "/etc/init.d/cloudflared start"},
		"launchd":      {"launchctl kill SIGTERM system/com.cloudflare.cloudflared", "launchctl kickstart system/com.cloudflare.cloudflared"},
	}
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		h := b.world.host(b.config(systems[kind].goos, true))
		if err := h.Start(t.Context()); !strings.Contains(steps.Explain(err).Title, "No connector is installed") {
			t.Errorf("nothing to start: %v", err)
		}
		must(t, installQuietly(t, h))
		b.mu.Lock()
		b.calls = nil
		b.mu.Unlock()
		must(t, h.Stop(t.Context()))
		if l, err := h.Status(t.Context()); err != nil || l.Running {
			t.Errorf("stopped: %+v %v", l, err)
		}
		must(t, h.Start(t.Context()))
		eventually(t, "it to join again", func() bool { l, err := h.Status(t.Context()); return err == nil && l.Ready > 0 })
		if d := cmp.Diff(want[kind], changing(b.called())); d != "" {
			t.Errorf("calls (-want +got):\n%s", d)
		}
		must(t, h.Uninstall(t.Context()))
		b.file(systems[kind].unit, "somebody else’s")
		if err := h.Stop(t.Context()); !strings.Contains(steps.Explain(err).Title, "not installed by the wizard") {
			t.Errorf("somebody else’s: %v", err)
		}
	})
}

func TestChildIsStoppedAndStarted(t *testing.T) {
	w := newWorld(t, releases.Config{})
	h := w.installed()
	must(t, h.Stop(t.Context()))
	eventually(t, "it to leave", func() bool { return len(w.edge.Connectors(tunnelID)) == 0 })
	must(t, h.Start(t.Context()))
	eventually(t, "it to join again", func() bool { return len(w.edge.Connectors(tunnelID)) == 1 })
}

// TestRefusedKeyIsForgotten: after a key that was refused the next one begins afresh.
func TestRefusedKeyIsForgotten(t *testing.T) {
	w := newWorld(t, releases.Config{})
	h := w.host(w.config())
	for range 3 {
		err := h.Install(t.Context(), steps.NewSecret(tokenFor("another secret, of 32 bytes too!")), new(parts).report)
		if title := steps.Explain(err).Title; title != "Cloudflare does not accept the key of the tunnel" {
			t.Errorf("%q", title)
		}
	}
	must(t, installQuietly(t, h))
}

// TestWhatTheConnectorSays: a service whose key is refused later says so, and
// whoever reads it does not learn the key.
func TestWhatTheConnectorSays(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		h := b.world.host(b.config(systems[kind].goos, true))
		must(t, installQuietly(t, h))
		b.end()
		log := strings.Repeat("INF something else\n", 30) + "INF key " + tokenFor(canary) + " and " + tokenFor("another, that is not in the file") + "\n" +
			`ERR Register tunnel error from server side error="Unauthorized: Invalid tunnel secret" connIndex=0` + "\n"
		_, _ = b.journal.Write([]byte(log))
		for _, file := range []string{"/var/log/cloudflared.log", "/Library/Logs/com.cloudflare.cloudflared.err.log"} {
			if _, err := os.Stat(filepath.Join(b.root, file)); !errors.Is(err, os.ErrNotExist) {
				must(t, os.WriteFile(filepath.Join(b.root, file), []byte(log), 0o600))
			}
		}
		l, err := h.Status(t.Context())
		must(t, err)
		all := strings.Join(l.Said, "\n")
		if l.Refused != "Unauthorized: Invalid tunnel secret" || len(l.Said) == 0 || len(l.Said) > 12 || !strings.Contains(all, "INF key [key] and [key]") {
			t.Errorf("%q\n%s", l.Refused, all)
		}
		noSecrets(t, b.world.dir, all)
	})
}

func TestProxyHost(t *testing.T) {
	for name, tc := range map[string]struct{ name, value, want string }{
		"none":            {"", "", ""},
		"with a password": {"HTTPS_PROXY", "http://robin:secret@proxy.lan:3128", "proxy.lan:3128"},
		"without scheme":  {"https_proxy", "proxy.lan:3128", "proxy.lan:3128"},
		"for everything":  {"ALL_PROXY", "socks5://10.0.0.1:1080", "10.0.0.1:1080"},
		"for plain pages": {"HTTP_PROXY", "http://proxy.lan", ""},
	} {
		got := connector.ProxyOfEnvironment(func(n string) string {
			if n == tc.name {
				return tc.value
			}
			return ""
		})
		if got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

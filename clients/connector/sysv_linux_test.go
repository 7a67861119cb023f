package connector_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func sumOfFile(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	must(t, err)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// TestRealInitScripts installs on a real system with init scripts: the real
// installer, the real shell, the real links of the run levels.
func TestRealInitScripts(t *testing.T) {
	long(t)
	r := newInitRoot(t)
	empty := r.tree()
	t.Cleanup(func() { r.run("sh", "/etc/init.d/cloudflared", "stop") })
	lines, code := r.install(tokenFor(canary), "")
	if code != 0 {
		t.Fatalf("%d\n%s", code, strings.Join(lines, "\n"))
	}
	want := strings.Split(`Lrwxrwxrwx /etc/rc0.d/K02cloudflared
Lrwxrwxrwx /etc/rc2.d/S50cloudflared
Lrwxrwxrwx /etc/rc3.d/S50cloudflared
Lrwxrwxrwx /etc/rc6.d/K02cloudflared
-rw------- /etc/cloudflared/token
-rwxr-xr-x /etc/init.d/cloudflared
-rwxr-xr-x /local/bin/cloudflared
-rw-r--r-- /var/log/cloudflared.log
-rw-r--r-- /var/run/cloudflared.pid`, "\n")
	for _, line := range want {
		if !strings.Contains(r.tree(), line) {
			t.Errorf("missing: %s", line)
		}
	}
	if n := len(strings.Split(r.tree(), "\n")); n != len(want) {
		t.Errorf("%d files:\n%s", n, r.tree())
	}
	r.running(1)
	if link, err := os.Readlink(filepath.Join(r.dir, "etc/rc3.d/S50cloudflared")); err != nil || link != "../init.d/cloudflared" {
		t.Errorf("%q %v", link, err)
	}
	for _, step := range []struct {
		verb, says string
		code, up   int
	}{
		{"status", "runs", 0, 1}, {"stop", "was stopped", 0, 0}, {"status", "does not run", 3, 0}, {"start", "was started", 0, 1}, {"restart", "was started", 0, 1},
	} {
		if step.verb == "start" {
			// Meanwhile something else has taken the usual port of its health server.
			if taken, err := net.Listen("tcp", "127.0.0.1:20241"); err == nil {
				defer taken.Close()
			}
		}
		if out, code := r.run("/etc/rc3.d/S50cloudflared", step.verb); code != step.code || !strings.Contains(out, step.says) {
			t.Errorf("%s: %d %s", step.verb, code, out)
		}
		r.running(step.up)
	}
	// A second time is refused, and nothing of the first is touched.
	before := r.tree()
	if lines, code := r.install(tokenFor(canary), ""); code != 1 || !strings.Contains(strings.Join(lines, ""), "A connector is installed already") {
		t.Errorf("a second time: %d %s", code, lines)
	}
	if r.tree() != before {
		t.Errorf("touched:\n%s", r.tree())
	}
	if out, code := r.run("wizard", "connector", "uninstall"); code != 0 {
		t.Errorf("%d %s", code, out)
	}
	r.running(0)
	if r.tree() != empty {
		t.Errorf("left behind:\n%s", r.tree())
	}
}

// running waits until so many connectors are connected.
func (r *initRoot) running(n int) {
	r.t.Helper()
	defer func() {
		if r.t.Failed() {
			log, err := os.ReadFile(filepath.Join(r.dir, "var/log/cloudflared.log"))
			r.t.Logf("%d of %d connectors; the log (%v):\n%s", len(r.world.edge.Connectors(tunnelID)), n, err, log)
		}
	}()
	eventually(r.t, "connectors at the edge", func() bool { return len(r.world.edge.Connectors(tunnelID)) == n })
}

// TestKilledInstaller kills the elevated child at every boundary. The next
// installation clears away what is left, and in the end there is one service.
func TestKilledInstaller(t *testing.T) {
	long(t)
	for _, at := range []string{
		`"ID":"place"`, `"ID":"place","Title":"Put it in place","Detail":"/usr/local/bin/cloudflared","Done":0,"Total":0,"Unit":"","Ended":true`,
		`"ID":"key"`, `"ID":"service"`, `"Detail":"init scripts","Done":0,"Total":0,"Unit":"","Ended":true`, `"ID":"join"`,
	} {
		t.Run(at[:min(len(at), 14)], func(t *testing.T) {
			r := newInitRoot(t)
			empty := r.tree()
			t.Cleanup(func() { r.run("sh", "/etc/init.d/cloudflared", "stop") })
			if lines, code := r.install(tokenFor(canary), at); code != -1 {
				t.Fatalf("not killed: %d\n%s", code, strings.Join(lines, "\n"))
			}
			if !strings.Contains(r.tree(), "unfinished") {
				t.Errorf("nothing tells that it broke off:\n%s", r.tree())
			}
			if lines, code := r.install(tokenFor(canary), ""); code != 0 {
				t.Fatalf("%d\n%s", code, strings.Join(lines, "\n"))
			}
			r.running(1)
			if strings.Contains(r.tree(), "unfinished") || strings.Contains(r.tree(), "/.") {
				t.Errorf("left lying:\n%s", r.tree())
			}
			if out, code := r.run("wizard", "connector", "uninstall"); code != 0 {
				t.Errorf("%d %s", code, out)
			}
			r.running(0)
			if r.tree() != empty {
				t.Errorf("left behind:\n%s", r.tree())
			}
		})
	}
}

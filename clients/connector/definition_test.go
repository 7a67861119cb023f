package connector_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/clients/connector"
)

// TestForeignServices reads definitions as cloudflared's own installation, and
// people, write them.
func TestForeignServices(t *testing.T) {
	token := tokenFor(canary)
	const official = "[Unit]\nDescription=cloudflared\nAfter=network-online.target\n\n[Service]\nTimeoutStartSec=15\nType=notify\n"
	for _, tc := range []struct {
		name   string
		system string
		files  map[string]string
		path   string
		argv   bool // the key shows
		boot   bool
		tunnel string
	}{
		{"official unit", "systemd", map[string]string{
			"/etc/systemd/system/cloudflared.service":                         official + "ExecStart=/usr/bin/cloudflared --no-autoupdate tunnel run --token-file /etc/cloudflared/token\n",
			"/etc/systemd/system/multi-user.target.wants/cloudflared.service": "", "/etc/cloudflared/token": token + "\n",
		}, "/usr/bin/cloudflared", false, true, tunnelID},
		{"unit of before 2026.7.2", "systemd", map[string]string{
			"/etc/systemd/system/cloudflared.service": official + "ExecStart=/usr/bin/cloudflared --no-autoupdate tunnel run --token " + token + "\n",
		}, "/usr/bin/cloudflared", true, false, tunnelID},
		{"drop-in", "systemd", map[string]string{
			"/lib/systemd/system/cloudflared.service":           official + "ExecStart=/usr/bin/cloudflared tunnel run --token " + token + "\n",
			"/etc/systemd/system/cloudflared.service.d/me.conf": "[Service]\nExecStart=\nExecStart=-\"/opt/my tools/cloudflared\" \\\n  tunnel run --token-file=/etc/cloudflared/token\n", "/etc/cloudflared/token": "no key",
		}, "/opt/my tools/cloudflared", false, false, ""},
		{"named tunnel with a configuration file", "systemd", map[string]string{
			"/etc/systemd/system/cloudflared.service": official + "ExecStart=/usr/bin/cloudflared --config /etc/cloudflared/config.yml tunnel run\n",
		}, "/usr/bin/cloudflared", false, false, ""},
		{"official script", "init scripts", map[string]string{
			"/etc/init.d/cloudflared": "#!/bin/sh\n# For RedHat and cousins:\nname=$(basename $(readlink -f $0))\ncmd=\"/usr/bin/cloudflared --pidfile /var/run/$name.pid tunnel run --token-file /etc/cloudflared/token\"\n",
			"/etc/rc3.d/S50et":        "", "/etc/cloudflared/token": token,
		}, "/usr/bin/cloudflared", false, true, tunnelID},
		{"OpenRC script", "OpenRC", map[string]string{
			"/etc/init.d/cloudflared": "#!/sbin/openrc-run\ncommand=\"/usr/bin/cloudflared\"\ncommand_args=\"--no-autoupdate tunnel run --token-file /etc/cloudflared/token\"\n", "/etc/cloudflared/token": token,
			"/etc/runlevels/default/cloudflared": "",
		}, "/usr/bin/cloudflared", false, true, tunnelID},
		{"official property list", "launchd", map[string]string{
			"/Library/LaunchDaemons/com.cloudflare.cloudflared.plist": plist("/opt/homebrew/bin/cloudflared", "tunnel", "run", "--token", token),
		}, "/opt/homebrew/bin/cloudflared", true, true, tunnelID},
		{"agent of a person", "launchd", map[string]string{
			"/home/robin/Library/LaunchAgents/com.cloudflare.cloudflared.plist": plist("/opt/homebrew/bin/cloudflared", "tunnel", "run", "--token-file", "/home/robin/.cloudflared/token"),
		}, "/opt/homebrew/bin/cloudflared", false, false, ""},
		{"property list that is not XML", "launchd", map[string]string{
			"/Library/LaunchDaemons/com.cloudflare.cloudflared.plist": "bplist00\x01\x02",
		}, "", false, false, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := &box{t: t, root: t.TempDir()}
			b.folders(systems[tc.system].folders...)
			for path, content := range tc.files {
				b.file(path, content)
			}
			h := connector.New(connector.Config{DataDir: t.TempDir(), Run: b, System: connector.System{
				GOOS: systems[tc.system].goos, GOARCH: "amd64", Root: b.root, Home: "/home/robin", Ports: []string{"127.0.0.1:1"},
			}})
			t.Cleanup(func() { closeHost(t, h) })
			l, err := h.Status(t.Context())
			must(t, err)
			if !l.Installed || l.Ours || l.Running || l.Path != tc.path || l.KeyOnArgv != tc.argv || l.AtBoot != tc.boot || l.TunnelID != tc.tunnel || l.Manager != tc.system {
				t.Errorf("%+v", l)
			}
			if l.Manual == "" || strings.Contains(l.Manual, token) {
				t.Errorf("command to start it: %q", l.Manual)
			}
			calls := len(b.called())
			for range 5 {
				_, err = h.Status(t.Context())
				must(t, err)
			}
			if len(b.called()) != calls {
				t.Errorf("programs are started at each look: %q", b.called())
			}
		})
	}
}

func plist(argv ...string) string {
	s := `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>Label</key><string>com.cloudflare.cloudflared</string><key>ProgramArguments</key><array>`
	for _, a := range argv {
		s += "<string>" + a + "</string>\n"
	}
	return s + "</array><key>RunAtLoad</key><true/></dict></plist>"
}

// TestQuoting: a command line comes back from a definition as it went in.
func TestQuoting(t *testing.T) {
	argv := []string{"/opt/my tools/cloudflared", "tunnel", "--cacert", `/a "b"/c\d`, "100%", "$HOME", "it's", "run", ";"}
	quoted := make([]string, len(argv))
	for i, a := range argv {
		quoted[i] = connector.QuoteUnit(a)
	}
	if d := cmp.Diff(argv, connector.ExecStart("[Service]\nExecStart="+strings.Join(quoted, " ")+"\n")); d != "" {
		t.Errorf("unit (-want +got):\n%s", d)
	}
	if d := cmp.Diff(argv, connector.SplitWords(connector.QuoteAll(argv))); d != "" {
		t.Errorf("shell (-want +got):\n%s", d)
	}
}

// TestScriptWorks runs the init script itself, with the stand-in.
func TestScriptWorks(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		if kind != "init scripts" {
			t.Skip("only the init script can be run here")
		}
		h := b.world.host(b.config("linux", true))
		must(t, installQuietly(t, h))
		b.end()
		for _, path := range []string{"/var/run", "/var/log"} {
			b.folders(path)
		}
		script := b.read("/etc/init.d/cloudflared")
		for _, path := range []string{"/var/run/", "/var/log/", "/usr/local/", "/etc/cloudflared/"} {
			script = strings.ReplaceAll(script, path, filepath.Join(b.root, path)+"/")
		}
		args := strings.Join(b.world.edgeArgs(), " ")
		script = strings.Replace(script, " run --token-file", " "+args+" run --token-file", 1)
		file := filepath.Join(t.TempDir(), "cloudflared")
		must(t, os.WriteFile(file, []byte(script), 0o755))
		run := func(verb string, code int, say string) {
			t.Helper()
			r, err := connector.Programs.Run(context.Background(), connector.Command{Argv: []string{"sh", file, verb}})
			if err != nil || r.Code != code || !strings.Contains(r.Stdout, say) {
				t.Fatalf("%s: %+v %v", verb, r, err)
			}
		}
		run("status", 3, "does not run")
		run("start", 0, "was started")
		t.Cleanup(func() { run("stop", 0, "was stopped") })
		run("status", 0, "cloudflared runs")
		run("start", 0, "runs already")
		eventually(t, "it to join", func() bool { return len(b.world.edge.Connectors(tunnelID)) == 1 })
		run("stop", 0, "was stopped")
		eventually(t, "it to leave", func() bool { return len(b.world.edge.Connectors(tunnelID)) == 0 })
		run("status", 3, "does not run")
		run("dance", 2, "Usage")
	})
}

package connector_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.test/wizard/clients/connector"
	"example.test/wizard/sim/releases"
	"example.test/wizard/steps"
)

const updateParts = "release download sum version keep place service join"

// outdate puts an older release in the place of the program that runs.
func outdate(t *testing.T, h *connector.Host, program string) {
	t.Helper()
	must(t, h.Stop(t.Context()))
	must(t, os.Remove(program))
	must(t, os.WriteFile(program, []byte("#!/bin/sh\nSTANDIN_VERSION="+releases.OldVersion+" BE_CLOUDFLARED=1 exec '"+executable(t)+"' \"$@\"\n"), 0o755))
	must(t, h.Start(t.Context()))
}

// runs waits until exactly one connector of a version serves the tunnel.
func runs(t *testing.T, w *world, version string) {
	t.Helper()
	eventually(t, "version "+version+" to run", func() bool {
		at := w.edge.Connectors(tunnelID)
		return len(at) == 1 && at[0].Version == version
	})
}

// TestUpdate replaces the program on every kind of system. The key stays, and a
// program that does not start again leaves the old one at work.
func TestUpdate(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		h := b.world.host(b.config(systems[kind].goos, true))
		if err := h.Update(t.Context(), new(parts).report); !strings.Contains(steps.Explain(err).Title, "No connector is installed") {
			t.Errorf("nothing to update: %v", err)
		}
		must(t, installQuietly(t, h))
		files, key := b.tree(), b.read(systems[kind].key)
		outdate(t, h, filepath.Join(b.root, "usr/local/bin/cloudflared"))
		runs(t, b.world, releases.OldVersion)

		start := systems[kind].fails[len(systems[kind].fails)-1]
		if kind == "launchd" {
			start = "launchctl kickstart"
		}
		b.mu.Lock()
		b.failAt = start
		b.mu.Unlock()
		if err := h.Update(t.Context(), new(parts).report); err == nil {
			t.Error("it does not start, and all is well")
		}
		if got := b.release(); got != releases.OldVersion {
			t.Errorf("the old program is not back, but %q", got)
		}
		b.mu.Lock()
		b.failAt = ""
		b.mu.Unlock()
		must(t, h.Start(t.Context()))
		runs(t, b.world, releases.OldVersion)

		var p parts
		must(t, h.Update(t.Context(), p.report))
		if got := strings.ReplaceAll(p.ended(), " unpack", ""); got != updateParts {
			t.Errorf("parts: %s", got)
		}
		runs(t, b.world, releases.LatestVersion)
		if b.tree() != files || b.read(systems[kind].key) != key {
			t.Errorf("files before\n%s\nand after\n%s", files, b.tree())
		}
		must(t, h.Uninstall(t.Context()))
	})
}

// TestChildIsUpdated: the same for a child process. What its maker did not publish
// is never put in place.
func TestChildIsUpdated(t *testing.T) {
	w := newWorld(t, releases.Config{})
	h := w.installed()
	program := filepath.Join(w.dir, "connector", "cloudflared")
	outdate(t, h, program)
	runs(t, w, releases.OldVersion)

	w.releases.SetFault(releases.FaultTampered)
	if err := h.Update(t.Context(), new(parts).report); !strings.Contains(steps.Explain(err).Title, "not what its maker published") {
		t.Errorf("another program: %v", err)
	}
	runs(t, w, releases.OldVersion)

	w.releases.SetFault(releases.FaultNone)
	must(t, h.Update(t.Context(), new(parts).report))
	runs(t, w, releases.LatestVersion)
	if l, err := h.Status(t.Context()); err != nil || !l.Running || l.Version != releases.LatestVersion || !l.Renewable {
		t.Errorf("%+v %v", l, err)
	}
	must(t, h.Uninstall(t.Context()))
	if left, _ := filepath.Glob(filepath.Join(w.dir, "connector", "*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestUpdateOfTheirs: a service or a program of somebody else's is left alone.
func TestUpdateOfTheirs(t *testing.T) {
	w := newWorld(t, releases.Config{GOOS: "linux", GOARCH: "amd64"})
	b := newBox(t, w)
	b.folders(systems["systemd"].folders...)
	b.file(systems["systemd"].unit, "[Service]\nExecStart=/usr/local/bin/cloudflared tunnel run --token-file /etc/cloudflared/token\n")
	h := w.host(b.config("linux", true))
	if err := h.Update(t.Context(), new(parts).report); !strings.Contains(steps.Explain(err).Title, "not installed by the wizard") {
		t.Errorf("%v", err)
	}
	if calls := changing(b.called()); len(calls) != 0 {
		t.Errorf("%q", calls)
	}
}

// TestNewest: GitHub is asked once; when it does not answer nobody waits or worries.
func TestNewest(t *testing.T) {
	w := newWorld(t, releases.Config{})
	w.releases.SetFault(releases.FaultRateLimited)
	if got := w.host(w.config()).Newest(t.Context()); got != "" {
		t.Errorf("%q of a GitHub that does not tell", got)
	}
	w.releases.SetFault(releases.FaultNone)
	h := w.host(w.config())
	for range 2 {
		if got := h.Newest(t.Context()); got != releases.LatestVersion {
			t.Errorf("%q", got)
		}
		w.releases.SetFault(releases.FaultOld)
	}
}

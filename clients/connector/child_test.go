package connector_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.test/wizard/sim/releases"
	"example.test/wizard/steps"
)

const childParts = "release download sum version place key service join"

func TestChildEndToEnd(t *testing.T) {
	w := newWorld(t, releases.Config{Program: executable(t)})
	h := w.host(w.config())
	ctx := t.Context()
	before, err := h.Status(ctx)
	must(t, err)
	if before.Installed || before.Running || before.ConfigSeen != -1 {
		t.Errorf("before: %+v", before)
	}
	var p parts
	must(t, h.Install(ctx, steps.NewSecret(tokenFor(canary)), p.report))
	if got := p.ended(); got != childParts {
		t.Errorf("parts: %s", got)
	}
	var l steps.LocalConnector
	eventually(t, "two connections and configuration 7", func() bool {
		l, err = h.Status(ctx)
		must(t, err)
		return l.Ready == 2 && l.ConfigSeen == 7
	})
	if !l.Installed || !l.Ours || !l.Running || l.AtBoot || l.KeyOnArgv || l.TunnelID != tunnelID || l.Version != "2026.8.2" || l.Protocol != "http2" {
		t.Errorf("status: %+v", l)
	}
	at := w.edge.Connectors(tunnelID)
	if len(at) != 1 || at[0].ID != l.ID {
		t.Errorf("the edge sees %+v, the computer %s", at, l.ID)
	}
	if info, err := os.Stat(filepath.Join(w.dir, "connector", "token")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v %v", info, err)
	}
	noSecrets(t, w.dir, w.log.String())

	closeHost(t, h)
	if at := w.edge.Connectors(tunnelID); len(at) != 0 {
		t.Errorf("still connected after Close: %+v", at)
	}

	again := w.host(w.config())
	must(t, again.Resume(ctx))
	eventually(t, "connections after Resume", func() bool {
		l, err = again.Status(ctx)
		must(t, err)
		return l.Ready == 2
	})
	if l.TunnelID != tunnelID {
		t.Errorf("after Resume: %+v", l)
	}
	start := time.Now()
	for range 20 {
		_, err = again.Status(ctx)
		must(t, err)
	}
	if took := time.Since(start) / 20; took > 250*time.Millisecond {
		t.Errorf("one Status takes %s", took)
	}

	must(t, again.Uninstall(ctx))
	l, err = again.Status(ctx)
	must(t, err)
	if l.Installed || l.Running {
		t.Errorf("after Uninstall: %+v", l)
	}
	if left, _ := filepath.Glob(filepath.Join(w.dir, "connector", "*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

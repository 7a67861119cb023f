package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestIdle: it ends after the limit without use, not while something is at
// work, and counts from the last use.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := &idler{now: time.Now, last: time.Now()}
		var busy atomic.Bool
		ended := make(chan time.Time, 1)
		began := time.Now()
		go func() {
			if u.wait(t.Context(), 30*time.Minute, busy.Load) {
				ended <- time.Now()
			}
		}()
		time.Sleep(20 * time.Minute)
		u.touch()
		time.Sleep(20 * time.Minute)
		busy.Store(true) // 40 minutes after the start a job begins, and lasts for two hours
		time.Sleep(2 * time.Hour)
		busy.Store(false)
		if took := (<-ended).Sub(began); took < 3*time.Hour+9*time.Minute || took > 3*time.Hour+11*time.Minute {
			t.Errorf("it ended after %s", took)
		}
	})
}

func TestIdleForEver(t *testing.T) {
	u := &idler{now: time.Now}
	if u.wait(t.Context(), 0, func() bool { return false }) {
		t.Error("0 means never")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if u.wait(ctx, time.Hour, func() bool { return false }) {
		t.Error("it ended because the program did")
	}
}

// TestServeEndsWhenUnused is the whole program, in good order.
func TestServeEndsWhenUnused(t *testing.T) {
	t.Setenv("CLOUDFLARE_API_TOKEN", "")
	t.Setenv("PLEX_TOKEN", "")
	dir, out := t.TempDir(), newTerminal()
	err := serve(t.Context(), []string{"-addr", "127.0.0.1:0", "-data", dir, "-open=false", "-world", deadWorld(t), "-idle", "100ms"}, strings.NewReader(""), out, newTerminal(), func() {})
	if err != nil || !strings.Contains(out.String(), "Nobody has used the wizard for 100ms, so it stops.") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestDoor is in a folder that only this user may enter, wherever that is, and
// takes the place of one that a killed wizard left behind.
func TestDoor(t *testing.T) {
	short, err := os.MkdirTemp("", "d")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(short) })
	long := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	if err := os.Mkdir(long, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(short, "link"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{short, long} {
		d, err := openDoor(dir, func() string { return "http://localhost:1/start?k=NEW" })
		if err != nil {
			t.Fatal(err)
		}
		forget, err := markRunning(dir, "http://localhost:1", d.path)
		if err != nil {
			t.Fatal(err)
		}
		if code, out, errs := call("wizard", "link", "-data", dir); code != 0 || out != "http://localhost:1/start?k=NEW\n" || errs != "" {
			t.Errorf("%d, %q, %q", code, out, errs)
		}
		if info, err := os.Stat(filepath.Dir(d.path)); err != nil || filepath.Separator == '/' && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", d.path, info.Mode(), err)
		}
		if err := d.close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(d.path); !os.IsNotExist(err) {
			t.Errorf("%s is left: %v", d.path, err)
		}
		if code, out, errs := call("wizard", "link", "-data", dir); code != 1 || out != "" || !strings.Contains(errs, "does not answer") {
			t.Errorf("%d, %q, %q", code, out, errs)
		}
		forget()
	}
}

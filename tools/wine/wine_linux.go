// Package wine runs programs for Windows in tests on Linux. It knows how Wine is
// called, and gives each test a Windows of its own: registry, services and
// drive C are shared with nobody. Drive C is made of hard links, so that this
// takes no space. What Wine itself needs is installed by tools/needs.
package wine

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A Windows is one that a test has for itself.
type Windows struct {
	Folder string // drive C, as a path of this computer
	wine   string
	env    []string
}

// New makes a Windows. Where there is no Wine the test is skipped, or fails in
// the continuous integration (CI=true on Linux for amd64).
func New(t testing.TB) *Windows {
	t.Helper()
	root := root(t)
	c := exec.Command("go", "run", "./tools/needs", "-wine")
	c.Dir = root
	out, err := c.Output()
	if err != nil {
		var exit *exec.ExitError
		why := err.Error()
		if errors.As(err, &exit) {
			why = string(exit.Stderr)
		}
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI is true and Windows programs cannot be run: %s", why)
		}
		t.Skipf("Windows programs cannot be run (“task needs” installs what it may): %s", why)
	}
	var there struct {
		Wine, Prefix string
		Env          []string
	}
	if err := json.Unmarshal(out, &there); err != nil {
		t.Fatal(err)
	}
	own, err := os.MkdirTemp(filepath.Dir(there.Prefix), "run-")
	if err != nil {
		t.Fatal(err)
	}
	w := &Windows{Folder: filepath.Join(own, "drive_c"), wine: there.Wine}
	w.env = append(os.Environ(), append(there.Env, "WINEPREFIX="+own)...)
	t.Cleanup(func() {
		w.server(t, "-k") // what still runs ends; none may be running
		w.server(t, "-w")
		if err := os.RemoveAll(own); err != nil {
			t.Errorf("removing the Windows of this test: %v", err)
		}
	})
	if err := link(there.Prefix, own); err != nil {
		t.Fatalf("copying a Windows: %v", err)
	}
	return w
}

// Command prepares a program; the path is one of this computer, or a name that
// Windows finds. Ending the process does not end its children.
func (w *Windows) Command(program string, args ...string) *exec.Cmd {
	c := exec.Command(w.wine, append([]string{program}, args...)...)
	c.Env = w.env
	return c
}

// Run runs a program to its end and returns what it wrote; it must end well.
func (w *Windows) Run(t testing.TB, program string, args ...string) string {
	t.Helper()
	out, err := w.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return strings.ReplaceAll(string(out), "\r\n", "\n")
}

// server tells the process in which this Windows lives something.
func (w *Windows) server(t testing.TB, flag string) {
	t.Helper()
	c := exec.Command("/usr/lib/wine/wineserver", flag)
	c.Env = w.env
	if err := c.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) { // its code says that nothing was running
			t.Errorf("wineserver %s: %v", flag, err)
		}
	}
}

// Build builds a package of this module for Windows, as the release does, and
// returns where it lies.
func Build(t testing.TB, pkg, name string, flags ...string) string {
	t.Helper()
	exe := filepath.Join(t.TempDir(), name)
	args := append([]string{"build", "-trimpath", "-buildvcs=false", "-tags=shipped", "-gcflags=example.test/wizard/...=-l", "-ldflags=-s -w", "-o", exe}, flags...)
	c := exec.Command("go", append(args, pkg)...)
	c.Dir = root(t)
	c.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("building %s for Windows: %v\n%s", pkg, err, out)
	}
	return exe
}

// root is the folder of the nearest go.mod.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("there is no go.mod here or above")
		}
		dir = filepath.Dir(dir)
	}
}

// link lays down the same tree. The registry is copied, because it is written.
func link(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		at := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.MkdirAll(at, 0o755)
		case d.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(target, at)
		case strings.HasSuffix(rel, ".reg") || !strings.Contains(rel, string(filepath.Separator)):
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(at, b, 0o600)
		}
		return os.Link(path, at)
	})
}

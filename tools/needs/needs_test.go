package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// box is a pretend computer: programs that are there, and what its installers bring.
type box struct {
	t       *testing.T
	cache   string
	there   []string
	aptHas  []string
	npmDown bool
	ownDown bool
	ran     []string
}

func (b *box) machine(goos string, root bool) machine {
	return machine{
		goos: goos, root: root, cache: b.cache,
		look: func(name string) (string, error) {
			if slices.Contains(b.there, name) {
				return "/bin/" + name, nil
			}
			return "", errors.New("not found")
		},
		run: b.run,
		own: func(driver string, withBrowser bool) error {
			b.ran = append(b.ran, "own")
			if b.ownDown {
				return errors.New("no way to the internet")
			}
			b.layDriver(filepath.Join(driver, "package"))
			b.write(filepath.Join(driver, "node"), "")
			return nil
		},
	}
}

func (b *box) run(_ context.Context, name string, args ...string) error {
	line := filepath.Base(name) + " " + strings.Join(args, " ")
	b.ran = append(b.ran, strings.ReplaceAll(line, b.cache, "CACHE"))
	switch {
	case strings.HasPrefix(line, "apt-get install"):
		for _, p := range args[2:] {
			if strings.HasPrefix(p, "-") {
				continue
			}
			if !slices.Contains(b.aptHas, p) {
				return errors.New("apt has no " + p)
			}
			b.there = append(b.there, map[string]string{"nodejs": "node", "gcc-mingw-w64-x86-64-win32": mingw}[p], p)
		}
	case strings.HasPrefix(line, "npm"):
		if b.npmDown {
			return errors.New("no registry")
		}
		for _, arg := range args[3:] {
			switch name, version, _ := strings.Cut(arg, "@"); {
			case name == "playwright-core":
				b.layDriver(filepath.Join(args[2], "node_modules", name))
			case version != "":
				b.write(filepath.Join(args[2], "node_modules", name, "package.json"), `{"version":"`+version+`"}`)
			}
		}
	}
	return nil
}

func (b *box) layDriver(dir string) {
	b.write(filepath.Join(dir, "package.json"), `{"version":"`+driverVersion+`"}`)
	b.write(filepath.Join(dir, "cli.js"), "")
}

func (b *box) write(path, text string) {
	b.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		b.t.Fatal(err)
	}
}

func TestInstall(t *testing.T) {
	all := []string{"chromium", "nodejs", "npm", "gcc", "libc6-dev", "nsd"}
	npm := "npm install --prefix CACHE/playwright/npm --no-save --no-package-lock --no-audit --no-fund playwright-core@" + driverVersion
	judges := "npm install --prefix CACHE/judges --no-save --no-package-lock --no-audit --no-fund axe-core@4.14.1 html-validate@10.17.0 lighthouse@12.8.2"
	for _, c := range []struct {
		name    string
		box     box
		goos    string
		user    bool
		ran     []string
		browser string
		fails   bool
	}{
		{name: "an empty Debian", box: box{there: []string{"apt-get"}, aptHas: all}, ran: []string{"apt-get update", "apt-get install -y chromium nodejs npm gcc libc6-dev nsd", npm, judges}, browser: "/bin/chromium"},
		{name: "only the driver is missing", box: box{there: []string{"apt-get", "chromium", "node", "npm", "gcc", "nsd"}}, ran: []string{npm, judges}, browser: "/bin/chromium"},
		{name: "no root, all there but the driver", box: box{there: []string{"apt-get", "google-chrome", "node", "npm", "gcc"}}, user: true, ran: []string{npm, judges}, browser: "/bin/google-chrome"},
		{name: "no root and nothing there", box: box{there: []string{"apt-get"}}, user: true, ran: []string{"own"}},
		{name: "macOS", box: box{}, goos: "darwin", ran: []string{"own"}},
		{name: "apt has no browser", box: box{there: []string{"apt-get"}, aptHas: []string{"nodejs"}}, ran: []string{"apt-get update", "apt-get install -y chromium nodejs npm gcc libc6-dev nsd", "own"}},
		{name: "nothing can be had", box: box{there: []string{"apt-get", "node", "npm"}, npmDown: true, ownDown: true}, ran: []string{"apt-get update", "apt-get install -y chromium gcc libc6-dev nsd", npm, "own"}, fails: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &c.box
			b.t, b.cache = t, t.TempDir()
			if c.goos == "" {
				c.goos = "linux"
			}
			m := b.machine(c.goos, !c.user)
			err := m.install(t.Context())
			if (err != nil) != c.fails {
				t.Fatalf("install: %v", err)
			}
			if d := cmp.Diff(c.ran, b.ran); d != "" {
				t.Errorf("what was run (-want +got):\n%s", d)
			}
			if c.fails {
				return
			}
			p, err := m.find()
			if err != nil || p.Browser != c.browser && c.goos != "darwin" {
				t.Fatalf("find: %+v, %v; want the browser %q", p, err, c.browser)
			}
			b.ran = nil
			if err := m.install(t.Context()); err != nil || c.name != "apt has no browser" && !c.user && len(b.ran) > 0 {
				t.Errorf("a second installation: %v, ran %v", err, b.ran)
			}
		})
	}
}

func TestFindNamesWhatIsMissing(t *testing.T) {
	b := &box{t: t, cache: t.TempDir()}
	_, err := b.machine("linux", true).find()
	if !errors.Is(err, errMissing) {
		t.Fatalf("find: %v", err)
	}
	for _, want := range []string{"driver", "Node.js", "Chromium"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %s", err, want)
		}
	}
	b.write(filepath.Join(b.cache, "playwright", "package", "package.json"), `{"version":"1.0.0"}`)
	b.write(filepath.Join(b.cache, "playwright", "package", "cli.js"), "")
	if _, err := b.machine("linux", true).find(); err == nil || !strings.Contains(err.Error(), "driver") {
		t.Errorf("a driver of another version passed: %v", err)
	}
}

func TestRunRefusesUnknownFlags(t *testing.T) {
	var out, errOut bytes.Buffer
	if err := run(t.Context(), []string{"-no-such-flag"}, &out, &errOut); err == nil {
		t.Error("an unknown flag passed")
	}
}

func TestInstallWine(t *testing.T) {
	apt := "apt-get install -y --no-install-recommends wine64 gcc-mingw-w64-x86-64-win32"
	for _, c := range []struct {
		name  string
		there []string
		user  bool
		arch  string
		ran   string // part of what must be run; empty for nothing at all
		ready bool
	}{
		{name: "an empty Debian", there: []string{"apt-get"}, arch: "amd64", ran: apt, ready: true},
		{name: "Wine is there", there: []string{wineProgram, mingw}, user: true, arch: "amd64", ran: "wine64 wineboot -i", ready: true},
		{name: "no root and no Wine", there: []string{"apt-get"}, user: true, arch: "amd64"},
		{name: "another processor", there: []string{"apt-get"}, arch: "arm64"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &box{t: t, cache: t.TempDir(), there: c.there, aptHas: []string{"wine64", "gcc-mingw-w64-x86-64-win32"}}
			m := b.machine("linux", !c.user)
			m.goarch = c.arch
			if err := m.installWine(t.Context()); err != nil {
				t.Fatal(err)
			}
			if all := strings.Join(b.ran, "\n"); !strings.Contains(all, c.ran) || c.ran == "" && all != "" {
				t.Errorf("ran %q, want %q", b.ran, c.ran)
			}
			if _, err := m.findWine(); (err == nil) != c.ready {
				t.Errorf("find: %v", err)
			}
			b.ran = nil
			if err := m.installWine(t.Context()); err != nil || c.ready && len(b.ran) > 0 {
				t.Errorf("a second installation: %v, ran %q", err, b.ran)
			}
		})
	}
}

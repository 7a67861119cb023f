// Package e2e walks the real program in a real browser, as a person would, and
// looks at what the person sees. It knows the fixed names on the pages and the
// pretend world; it knows nothing of how the program works inside.
package e2e_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// bench is what all tests share: the built program and a running browser.
type bench struct {
	binary  string
	browser playwright.Browser
	missing error // why there is no browser
	judges  judges

	chromium string // where it is; empty for Playwright's own
}

// shared is filled before the first test begins and never changed after.
var shared bench

func TestMain(m *testing.M) { os.Exit(run(m)) }

// windows is how many tests run side by side. They wait more than they work.
const windows = "4"

func run(m *testing.M) int {
	flag.Parse()
	if err := flag.Set("test.parallel", windows); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "wizard-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if shared.binary, err = build(dir); err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	stop, err := openBrowser()
	if err != nil {
		shared.missing = err
		fmt.Fprintln(os.Stderr, "e2e: no browser:", err)
	} else {
		defer stop()
	}
	return m.Run()
}

// build builds the wizard, watched by the race detector where there is one.
func build(dir string) (string, error) {
	binary := filepath.Join(dir, "wizard")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	args := []string{"build", "-buildvcs=false", "-o", binary}
	if !*lighthouse { // what is measured is what is shipped
		race, err := exec.Command("go", "run", "../tools/needs", "-race").Output()
		if err != nil {
			return "", fmt.Errorf("asking for the race detector: %w", err)
		}
		if r := string(bytes.TrimSpace(race)); r != "" {
			args = append(args, r)
		}
	}
	c := exec.Command("go", append(args, "../cmd/wizard")...)
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("building the wizard: %w", err)
	}
	return binary, nil
}

// openBrowser starts the browser that tools/needs has found.
func openBrowser() (stop func(), err error) {
	var said bytes.Buffer
	c := exec.Command("go", "run", "../tools/needs")
	c.Stderr = &said
	b, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s(“task needs” installs it)", err, said.Bytes())
	}
	var place struct {
		Driver, Node, Browser string
		judges
	}
	if err := json.Unmarshal(b, &place); err != nil {
		return nil, err
	}
	shared.judges, shared.chromium = place.judges, place.Browser
	if place.Node != "" {
		if err := os.Setenv("PLAYWRIGHT_NODEJS_PATH", place.Node); err != nil {
			return nil, err
		}
	}
	pw, err := playwright.Run(&playwright.RunOptions{DriverDirectory: place.Driver, SkipInstallBrowsers: true, Stdout: io.Discard, Stderr: os.Stderr})
	if err != nil {
		return nil, fmt.Errorf("starting the driver: %w", err)
	}
	o := playwright.BrowserTypeLaunchOptions{Args: []string{
		"--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--host-resolver-rules=MAP evil.test 127.0.0.1", // a name that somebody points here
	}}
	if os.Geteuid() == 0 {
		o.Args = append(o.Args, "--no-sandbox") // Chromium refuses its sandbox to root
	}
	if place.Browser != "" {
		o.ExecutablePath = &place.Browser
	}
	if shared.browser, err = pw.Chromium.Launch(o); err != nil {
		_ = pw.Stop()
		return nil, fmt.Errorf("starting the browser: %w", err)
	}
	return func() {
		_ = shared.browser.Close()
		_ = pw.Stop()
	}, nil
}

// needBrowser skips a test where there is no browser. In the continuous
// integration that is a failure.
func needBrowser(t *testing.T) {
	t.Helper()
	switch {
	case shared.missing == nil:
	case os.Getenv("CI") == "true":
		t.Fatal("CI is true and there is no browser:", shared.missing)
	default:
		t.Skip("there is no browser:", shared.missing)
	}
}

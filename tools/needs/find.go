package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// driverVersion is the Playwright that playwright-go v0.5200.1 speaks to.
const driverVersion = "1.52.0"

// place is where the browser tests find what they need. Empty means
// Playwright's own.
type place struct {
	Driver  string `json:"driver"`            // folder that holds "package"
	Node    string `json:"node,omitempty"`    // Node.js that runs the driver
	Browser string `json:"browser,omitempty"` // a Chromium
	judges
}

// machine is what can be asked of this computer.
type machine struct {
	goos   string
	goarch string
	root   bool
	cache  string
	look   func(name string) (path string, err error)
	own    func(driver string, withBrowser bool) error // Playwright's own installation
	run    runner
}

func (m machine) driver() string { return filepath.Join(m.cache, "playwright") }

// ownMark says that Playwright installed a browser of its own.
func (m machine) ownMark() string { return filepath.Join(m.driver(), "own-browser") }

var errMissing = errors.New("missing")

// find says where everything is, or what is missing.
func (m machine) find() (place, error) {
	p := place{Driver: m.driver()}
	var errs []error
	if v := m.driverVersion(); v != driverVersion {
		errs = append(errs, fmt.Errorf("%w: the driver of Playwright, version %s, in %s", errMissing, driverVersion, p.Driver))
	}
	if !exists(filepath.Join(p.Driver, "node")) && !exists(filepath.Join(p.Driver, "node.exe")) {
		if p.Node = m.first("node", "nodejs"); p.Node == "" {
			errs = append(errs, fmt.Errorf("%w: Node.js", errMissing))
		}
	}
	if p.Browser = m.chromium(); p.Browser == "" && !exists(m.ownMark()) {
		errs = append(errs, fmt.Errorf("%w: a browser of the Chromium family", errMissing))
	}
	p.judges, _ = m.judges()
	return p, errors.Join(errs...)
}

// driverVersion reads the version of the driver that lies in the cache; empty for none.
func (m machine) driverVersion() string {
	v, err := packageVersion(filepath.Join(m.driver(), "package"))
	if err != nil || !exists(filepath.Join(m.driver(), "package", "cli.js")) {
		return ""
	}
	return v
}

// chromium finds an installed browser by the names that systems give it.
func (m machine) chromium() string {
	if path := m.first("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge"); path != "" {
		return path
	}
	if m.goos != "darwin" {
		return ""
	}
	for _, app := range []string{"Google Chrome", "Chromium", "Microsoft Edge"} {
		if path := "/Applications/" + app + ".app/Contents/MacOS/" + app; exists(path) {
			return path
		}
	}
	return ""
}

// compiler reports whether the race detector can be linked. On macOS it needs
// no C compiler.
func (m machine) compiler() bool {
	return m.goos == "darwin" || m.first("gcc", "clang", "cc") != ""
}

// nameServer reports whether a real name server is here, of which the tests can
// start one of their own.
func (m machine) nameServer() bool {
	return m.first("nsd", "knotd", "named", "/usr/sbin/nsd", "/usr/sbin/knotd", "/usr/sbin/named") != ""
}

func (m machine) first(names ...string) string {
	for _, name := range names {
		if path, err := m.look(name); err == nil {
			return path
		}
	}
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// judges are what looks at our pages with eyes other than ours: accessibility,
// correctness of the HTML, and how a browser gets on with them.
type judges struct {
	Axe        string `json:"axe,omitempty"`        // the script that is put into a page
	Validate   string `json:"validate,omitempty"`   // the folder of html-validate
	Lighthouse string `json:"lighthouse,omitempty"` // its command, run by Node.js
}

// judgeVersions are fixed: a new rule must not turn yesterday's change red.
func judgeVersions() map[string]string {
	return map[string]string{"axe-core": "4.14.1", "html-validate": "10.17.0", "lighthouse": "12.8.2"}
}

func (m machine) judgeFolder() string { return filepath.Join(m.cache, "judges") }

// judges says which are there. A missing one is empty, and no error: the tests
// that need it skip, and fail in the continuous integration.
func (m machine) judges() (judges, bool) {
	dir := filepath.Join(m.judgeFolder(), "node_modules")
	for name, want := range judgeVersions() {
		if v, err := packageVersion(filepath.Join(dir, name)); err != nil || v != want {
			return judges{}, false
		}
	}
	return judges{
		Axe: filepath.Join(dir, "axe-core", "axe.min.js"), Validate: filepath.Join(dir, "html-validate"), Lighthouse: filepath.Join(dir, "lighthouse", "cli", "index.js"),
	}, true
}

// installJudges brings them where there is an npm.
func (m machine) installJudges(ctx context.Context) error {
	if _, there := m.judges(); there {
		return nil
	}
	npm := m.first("npm")
	if npm == "" {
		return nil
	}
	v := judgeVersions()
	if err := m.npmInstall(ctx, npm, m.judgeFolder(), "axe-core@"+v["axe-core"], "html-validate@"+v["html-validate"], "lighthouse@"+v["lighthouse"]); err != nil {
		return fmt.Errorf("installing what judges the pages: %w", err)
	}
	if _, there := m.judges(); !there {
		return fmt.Errorf("%w: what judges the pages, although npm has installed it", errMissing)
	}
	return nil
}

// npmInstall installs packages into a folder of their own.
func (m machine) npmInstall(ctx context.Context, npm, home string, packages ...string) error {
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	return m.run(ctx, npm, append([]string{"install", "--prefix", home, "--no-save", "--no-package-lock", "--no-audit", "--no-fund"}, packages...)...)
}

var errNoVersion = errors.New("it names no version")

// packageVersion reads the version of a package of npm that lies in a folder.
func packageVersion(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return "", err
	}
	var p struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(b, &p); err != nil {
		return "", err
	}
	if p.Version == "" {
		return "", errNoVersion
	}
	return p.Version, nil
}

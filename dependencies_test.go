package wizard_test

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dependency is one row of docs/dependencies.md.
type dependency struct{ part, reason, licence string }

// listed reads the tables of the document.
func listed(text string) map[string]dependency {
	out := map[string]dependency{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([a-z][^ |]*\.[^ |]+/[^ |]*|[a-z]+\.[a-z]+/[^ |]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$`).FindAllStringSubmatch(text, -1) {
		out[m[1]] = dependency{m[2], m[3], m[4]}
	}
	return out
}

// required reads the modules of a go.mod.
func required(text string) []string {
	var out []string
	for _, block := range regexp.MustCompile(`(?ms)^require \(\n(.*?)^\)`).FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			if f := strings.Fields(line); len(f) >= 2 {
				out = append(out, f[0])
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^require ([^ (]+) `).FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

// TestDependenciesAreListed: go.mod and the list name the same modules, each
// with a reason and a licence that lets the program be given away.
func TestDependenciesAreListed(t *testing.T) {
	rows, mods := listed(read(t, "docs/dependencies.md")), required(read(t, "go.mod"))
	if len(mods) < 20 {
		t.Fatalf("only %d modules in go.mod", len(mods))
	}
	free := []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC"}
	for _, m := range mods {
		switch row, ok := rows[m]; {
		case !ok:
			t.Errorf("%s is in go.mod and not in docs/dependencies.md", m)
		case row.part == "tests" && row.licence == "MPL-2.0" && strings.TrimSpace(row.reason) != "": // never given away
		case strings.TrimSpace(row.reason) == "" || !slices.Contains(free, row.licence):
			t.Errorf("%s: reason %q, licence %q", m, row.reason, row.licence)
		}
	}
	for m := range rows {
		if !slices.Contains(mods, m) {
			t.Errorf("%s is in docs/dependencies.md and not in go.mod", m)
		}
	}
}

// TestShippedModulesAreListedAsSuch compares the list with what the program is
// built from on the three systems.
func TestShippedModulesAreListedAsSuch(t *testing.T) {
	shipped := map[string]bool{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		c := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./cmd/wizard")
		c.Env = append(c.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range strings.Fields(string(out)) {
			shipped[m] = m != "example.test/wizard"
		}
	}
	for m, row := range listed(read(t, "docs/dependencies.md")) {
		if in := strings.Contains(row.part, "program"); in != shipped[m] {
			t.Errorf("%s is listed as part of %q; it is in the program: %v", m, row.part, shipped[m])
		}
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestReportShape holds both forms of the report against golden files. Whoever
// reads them with a program relies on the names.
func TestReportShape(t *testing.T) {
	at := time.Date(2026, 11, 22, 16, 4, 30, 0, time.UTC)
	step := func(id steps.ID, n int, f steps.Finding) steps.Seen {
		return steps.Seen{Info: steps.Info{ID: id, Number: n, Title: "Title of " + string(id)}, At: at, Finding: f}
	}
	check := func(s steps.Status, f steps.Fix) steps.Check {
		return steps.Check{Name: "a-" + s.String(), Title: "It is so", Status: s, Detail: "as was seen", Fix: f}
	}
	fix := steps.Fix{Title: "Mend it", Text: "In this way."}
	all := []steps.Seen{
		step(steps.IDAccount, 1, steps.Finding{Summary: "Home", Checks: []steps.Check{check(steps.Pass, steps.Fix{})}}),
		step(steps.IDDNS, 2, steps.Finding{Summary: "Worth knowing", Checks: []steps.Check{check(steps.Warn, fix)}}),
		step(steps.IDCache, 3, steps.Finding{Summary: "One rule to create", Checks: []steps.Check{check(steps.Skip, steps.Fix{})}, Actions: []steps.Action{{ID: "x"}}}),
		step(steps.IDTunnel, 4, steps.Finding{Summary: "It joins", Checks: []steps.Check{check(steps.Wait, steps.Fix{})}}),
		step(steps.IDHostname, 5, steps.Finding{Summary: "Broken", Checks: []steps.Check{check(steps.Fail, fix)}}),
		{Info: steps.Info{ID: steps.IDURL, Number: 6, Title: "Title of url"}, At: at, Problem: steps.Explain(&steps.ServiceError{Service: "Plex"})},
	}
	r := reportOf(steps.Settings{Domain: "example.com", Subdomain: "movies"}, all)
	r.At, r.Wizard = at, "1.2.3, commit 0123456789ab of 2026-11-22T15:00:00Z"
	js, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	printReport(&text, r)
	for name, got := range map[string]string{"check.json": string(js) + "\n", "check.txt": text.String()} {
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("%s is not as it was (-want +got):\n%s", name, d)
		}
	}
}

// TestReportIsDocumented: docs/check.md names every field, state and exit code, and no other.
func TestReportIsDocumented(t *testing.T) {
	b, err := os.ReadFile("../../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(b)
	js, err := os.ReadFile("testdata/check.json")
	if err != nil {
		t.Fatal(err)
	}
	var used []string
	for _, m := range regexp.MustCompile(`(?m)^\s*"([a-z]+)":`).FindAllStringSubmatch(string(js), -1) {
		used = append(used, m[1])
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\|").FindAllStringSubmatch(doc, -1) {
		if !slices.Contains(used, m[1]) {
			t.Errorf("%s is documented, and not there", m[1])
		}
	}
	states := []string{string(steps.StateDone), string(steps.StateAttention), string(steps.StateWaiting), string(steps.StateTodo), string(steps.StateProblem)}
	for _, s := range []steps.Status{steps.Pass, steps.Warn, steps.Wait, steps.Fail, steps.Skip} {
		states = append(states, s.String())
	}
	for _, want := range slices.Concat(used, states) {
		if !strings.Contains(doc, "`"+want+"`") {
			t.Errorf("%s is not documented", want)
		}
	}
	for _, code := range []string{"| 0 | all nine", "| 1 | something", "| 2 | could not look"} {
		if !strings.Contains(doc, code) {
			t.Errorf("no %q", code)
		}
	}
}

package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// judges are eyes other than ours: what tools/needs found of them.
type judges struct{ Axe, Validate, Lighthouse string }

// needJudge skips a test where a judge is missing. In the continuous integration
// that is a failure.
func needJudge(t *testing.T, which string) {
	t.Helper()
	switch {
	case which != "":
	case os.Getenv("CI") == "true":
		t.Fatal("CI is true and what judges the pages is not installed (“task needs” installs it)")
	default:
		t.Skip("what judges the pages is not installed (“task needs” installs it)")
	}
}

// nodeJS is the one that runs the driver of the browser.
func nodeJS() string {
	if path := os.Getenv("PLAYWRIGHT_NODEJS_PATH"); path != "" {
		return path
	}
	return "node"
}

// view is how a page is looked at.
type view struct {
	width  int
	scheme *playwright.ColorScheme
	again  bool // this width was looked at in the other colours: nothing but they can differ
}

func (v view) String() string { return fmt.Sprintf("%d %s", v.width, *v.scheme) }

// views are the four ways in which every page must be right.
func views() []view {
	return []view{
		{1280, playwright.ColorSchemeLight, false},
		{1280, playwright.ColorSchemeDark, true},
		{320, playwright.ColorSchemeDark, false},
		{320, playwright.ColorSchemeLight, true},
	}
}

// look turns the window to a view.
func (p *person) look(v view) {
	p.t.Helper()
	p.must(p.page.SetViewportSize(v.width, 800))
	p.must(p.page.EmulateMedia(playwright.PageEmulateMediaOptions{ColorScheme: v.scheme}))
}

// axeRun looks at the page as it is, with everything that can be opened opened.
// What was closed is closed again.
const axeRun = `async (colours) => {
  const closed = [...document.querySelectorAll('details:not([open])')];
  closed.forEach((d) => { d.open = true; });
  const { violations, passes } = await window.axe.run(document, {
    runOnly: colours ? { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'] },
    rules: colours ? {} : { 'target-size': { enabled: true } },
    resultTypes: ['violations'],
  });
  closed.forEach((d) => { d.open = false; });
  return { rules: violations.length + passes.length, found: violations.map((v) => v.id + ': ' + v.help + ' at ' + v.nodes.map((n) => n.target.join(' ')).join(' | ')) };
}`

// axe holds the page as it is now against WCAG 2.2 AA, or only its colours, and
// says what it found.
func (p *person) axe(colours bool) []string {
	p.t.Helper()
	there, err := p.page.Evaluate(`() => 'axe' in window`)
	p.must(err)
	if there != true {
		source, err := os.ReadFile(shared.judges.Axe)
		p.must(err)
		_, err = p.page.Evaluate(string(source))
		p.must(err)
	}
	out, err := p.page.Evaluate(axeRun, colours)
	p.must(err)
	m, _ := out.(map[string]any)
	if n := fmt.Sprint(m["rules"]); len(n) < 2 && !colours || n == "0" {
		p.t.Fatalf("axe looked at %s rules only: %v", n, out)
	}
	all, _ := m["found"].([]any)
	found := make([]string, len(all))
	for i, f := range all {
		found[i] = fmt.Sprint(f)
	}
	return found
}

// shelf keeps the HTML of pages, as the wizard sent it, to be judged in one go.
type shelf struct {
	p     *person
	dir   string
	pages int
}

func newShelf(p *person) *shelf { return &shelf{p: p, dir: p.t.TempDir()} }

// keep asks for a page again, outside of the window, and keeps its source.
func (s *shelf) keep(name, path string) {
	s.p.t.Helper()
	a, err := s.p.page.Context().Request().Get(s.p.w.base + path)
	s.p.must(err)
	text, err := a.Text()
	s.p.must(err)
	s.pages++
	s.p.must(os.WriteFile(filepath.Join(s.dir, fmt.Sprintf("%02d-%s.html", s.pages, fileName(name))), []byte(text), 0o600))
}

// judge holds all pages of the shelf against the standard of HTML.
func (s *shelf) judge() {
	s.p.t.Helper()
	rules, err := filepath.Abs("html-validate.json")
	s.p.must(err)
	c := exec.Command(nodeJS(), filepath.Join(shared.judges.Validate, "bin", "html-validate.mjs"), "--config", rules, "--formatter", "json=found.json", ".")
	c.Dir = s.dir
	said, _ := c.CombinedOutput() // it ends with 1 when it finds something; what it found is read below
	out, err := os.ReadFile(filepath.Join(s.dir, "found.json"))
	if err != nil {
		s.p.t.Fatalf("html-validate: %v\n%s", err, said)
	}
	var results []struct {
		FilePath string
		Messages []struct {
			RuleID, Message string
			Line            int
		}
	}
	if err := json.Unmarshal(out, &results); err != nil {
		s.p.t.Fatalf("html-validate: %v\n%s%s", err, out, said)
	}
	for _, r := range results {
		for _, m := range r.Messages {
			s.p.t.Errorf("%s, line %d: %s: %s", filepath.Base(r.FilePath), m.Line, m.RuleID, m.Message)
		}
	}
	s.p.t.Logf("html-validate has looked at %d pages", s.pages)
}

// TestJudgesBite plants faults: a judge that finds nothing anywhere proves nothing.
func TestJudgesBite(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	needJudge(t, shared.judges.Axe)
	p := visit(t, &wizard{stderr: &tail{}}, playwright.BrowserNewContextOptions{})
	p.must(p.page.SetContent(`<!DOCTYPE html><html lang="en"><head><title>Planted</title></head><body><main><h1>Planted</h1>
<p style="color:#bbb;background:#fff">pale</p><input><a href="/" style="display:inline-block;font-size:6px">x</a><a href="/a" style="display:inline-block;font-size:6px">y</a></main></body></html>`))
	found := strings.Join(p.axe(false), "\n")
	for _, want := range []string{"color-contrast", "label", "target-size"} {
		if !strings.Contains(found, want+":") {
			t.Errorf("axe does not see %s; it found:\n%s", want, found)
		}
	}
}

package e2e_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// lighthouse asks for the measurement that wants the computer for itself. The
// test command runs it after everything else (“task lighthouse”).
var lighthouse = flag.Bool("lighthouse", false, "measure pages by Lighthouse, with nothing else running")

// least are the scores that a page must have.
func least() map[string]int {
	return map[string]int{"accessibility": 100, "best-practices": 100, "performance": 95}
}

// TestLighthouse measures the list of steps, a step, and a wait that is going on.
func TestLighthouse(t *testing.T) {
	if !*lighthouse {
		t.Skip("“task lighthouse” runs this with the computer for itself")
	}
	needBrowser(t)
	needJudge(t, shared.judges.Lighthouse)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{})
	p.signIn()
	p.walk(idle{}, func() bool { return p.has(`button[value="changed"]`) })
	p.next() // and nothing changes at the registrar: the page waits
	p.see("#checks[hx-get]")
	if p.has("[data-next]") {
		t.Error("a page that only waits has a next action")
	}
	headers := p.cookies()
	for _, page := range []string{"/", "/steps/tunnel", "/steps/dns"} {
		measure(t, w.base+page, headers)
	}
}

// cookies writes the person's session to a file for Lighthouse, which browses for itself.
func (p *person) cookies() (file string) {
	p.t.Helper()
	all, err := p.page.Context().Cookies()
	p.must(err)
	var pairs []string
	for _, c := range all {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	b, err := json.Marshal(map[string]string{"Cookie": strings.Join(pairs, "; ")})
	p.must(err)
	file = filepath.Join(p.t.TempDir(), "headers.json")
	p.must(os.WriteFile(file, b, 0o600))
	return file
}

// attempts are how often a page is measured at most.
const attempts = 4

// measure runs Lighthouse until a page has shown the wanted scores. What else a
// computer does can only lower them, so the best of several runs is the nearest to
// what the page itself costs.
func measure(t *testing.T, url, headers string) {
	t.Helper()
	best := map[string]int{}
	low := func() (out []string) {
		for k, want := range least() {
			if best[k] < want {
				out = append(out, fmt.Sprintf("%s is %d of 100, at least %d is wanted", k, best[k], want))
			}
		}
		return out
	}
	for n := 0; n < attempts && (n == 0 || len(low()) > 0); n++ {
		for k, v := range lighthouseRun(t, url, headers) {
			best[k] = max(best[k], v)
		}
	}
	t.Logf("%s: %v", url, best)
	for _, line := range low() {
		t.Errorf("%s: %s", url, line)
	}
}

// lighthouseRun returns the scores, and complains about what cost points.
func lighthouseRun(t *testing.T, url, headers string) map[string]int {
	t.Helper()
	out := filepath.Join(t.TempDir(), "report.json")
	flags := "--headless=new --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
	if os.Geteuid() == 0 {
		flags += " --no-sandbox"
	}
	c := exec.CommandContext(t.Context(), nodeJS(), shared.judges.Lighthouse, url, "--only-categories=accessibility,best-practices,performance", "--extra-headers="+headers,
		"--output=json", "--output-path="+out, "--quiet", "--chrome-flags="+flags)
	if shared.chromium != "" {
		c.Env = append(os.Environ(), "CHROME_PATH="+shared.chromium)
	}
	if said, err := c.CombinedOutput(); err != nil {
		t.Fatalf("Lighthouse: %v\n%s", err, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		FinalDisplayedURL string
		Categories        map[string]struct {
			Score     float64
			AuditRefs []struct {
				ID     string
				Weight float64
			}
		}
		Audits map[string]struct {
			Title, DisplayValue string
			Score               *float64
		}
	}
	if err := json.Unmarshal(b, &report); err != nil {
		t.Fatal(err)
	}
	if report.FinalDisplayedURL != url {
		t.Fatalf("Lighthouse was led to %s", report.FinalDisplayedURL)
	}
	scores := map[string]int{}
	for name, c := range report.Categories {
		scores[name] = int(math.Round(c.Score * 100))
		for _, ref := range c.AuditRefs {
			if a := report.Audits[ref.ID]; ref.Weight > 0 && a.Score != nil && *a.Score < 0.9 {
				t.Logf("%s, %s: %s %s (%.2f)", url, name, a.Title, a.DisplayValue, *a.Score)
			}
		}
	}
	return scores
}

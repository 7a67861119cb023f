package windows_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.test/wizard/tools/walker"
	"example.test/wizard/tools/wine"
)

// prompt is what a console says that would take its reason with it.
const prompt = "Press Enter to close this window."

// nowhere is an address that no computer has (RFC 5737), so nothing can be served there.
const nowhere = "192.0.2.1:8080"

// TestDoubleClick starts the program as the only one of its console, as a double
// click does: the browser opens with a link that works, and an error stays to be
// read until a key is pressed. In a console that was there before, nothing waits.
func TestDoubleClick(t *testing.T) {
	t.Setenv("SSH_CONNECTION", "") // or it would say that the person sits elsewhere
	w := wine.New(t)
	const exe = `C:\wizard.exe`
	program, err := os.ReadFile(wine.Build(t, "./cmd/wizard", "wizard.exe"))
	if err = errors.Join(err, os.WriteFile(filepath.Join(w.Folder, "wizard.exe"), program, 0o700)); err != nil {
		t.Fatal(err)
	}
	opened := standInBrowser(t, w)

	c := w.Open(t, exe, "-demo", "-addr", "127.0.0.1:0")
	p, err := walker.New()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.SignIn(t.Context(), opened(t)); err != nil || p.Path() != "/before" {
		t.Errorf("the link that the browser was given does not open the wizard: %v", err)
	}
	stop(t, c)
	if strings.Contains(c.Screen(), prompt) {
		t.Errorf("it waits although nothing went wrong:\n%s", c.Screen())
	}

	c = w.Open(t, exe, "-open=false", "-addr", nowhere)
	c.Wait(t, regexp.MustCompile(`wizard: .*`+regexp.QuoteMeta(nowhere[:9])))
	c.Wait(t, regexp.MustCompile(regexp.QuoteMeta(prompt)))
	c.Type(t, "z") // is shown as long as the console is there, and ends nothing
	c.Wait(t, regexp.MustCompile(`(?s)`+regexp.QuoteMeta(prompt)+`.*z`))
	c.Type(t, "\r")
	failed(t, c)

	c = w.Open(t, "cmd", "/c", exe, "-open=false", "-addr", nowhere)
	failed(t, c)
	if s := c.Screen(); !strings.Contains(s, "wizard: ") || strings.Contains(s, prompt) {
		t.Errorf("in a console of before:\n%s", s)
	}
}

// failed waits for the end of a program that could not do what it was asked.
func failed(t *testing.T, c *wine.Console) {
	t.Helper()
	var exit *exec.ExitError
	if err := c.End(t); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("it ended with %v:\n%s", err, c.Screen())
	}
}

// standInBrowser makes a program of Windows the one that opens links, and returns
// what waits for the link that it was given.
func standInBrowser(t *testing.T, w *wine.Windows) func(t *testing.T) string {
	t.Helper()
	const key = `HKEY_CLASSES_ROOT\http\shell\open`
	w.Run(t, "reg", "add", key+`\command`, "/ve", "/d", `cmd /c echo %1 > C:\opened.txt`, "/f")
	return func(t *testing.T) string {
		t.Helper()
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		late := time.After(time.Minute)
		for {
			b, err := os.ReadFile(filepath.Join(w.Folder, "opened.txt"))
			if err == nil && strings.HasSuffix(string(b), "\n") {
				return strings.TrimSpace(string(b))
			}
			select {
			case <-tick.C:
			case <-late:
				t.Fatalf("no browser was opened: %v", err)
			}
		}
	}
}

// Package windows_test runs the program for Windows, the very file that is
// shipped, under Wine: in a console, with a registry, and with the keys that a
// person presses there.
package windows_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"example.test/wizard/sim"
	"example.test/wizard/tools/walker"
	"example.test/wizard/tools/wine"
)

const plexKey = `HKEY_CURRENT_USER\Software\Plex, Inc.\Plex Media Server`

// TestWindows walks the demonstration's nine steps in two halves, with a stop by
// Ctrl-C and a start between them, and then looks for Plex's key in the registry.
func TestWindows(t *testing.T) {
	w := wine.New(t)
	exe := wine.Build(t, "./cmd/wizard", "wizard.exe")
	if got := w.Run(t, exe, "version"); !strings.HasPrefix(got, "wizard ") || !strings.Contains(got, "windows/amd64") {
		t.Errorf("version: %q", got)
	}
	describes(t, exe)

	first := w.Open(t, exe, "-demo", "-open=false", "-addr", "127.0.0.1:0")
	p := signIn(t, first)
	p.Answers["domain"] = sim.DemoDomain
	walk(t, p, "/together") // the domain has moved
	stop(t, first)
	// Not in the roaming profile, which would be copied to other computers.
	data := filepath.Join(local(t, w), "plex-tunnel-wizard-demo")
	if _, err := os.Stat(filepath.Join(data, "wizard.db")); err != nil {
		t.Errorf("progress is not in %%LOCALAPPDATA%%: %v", err)
	}
	closed(t, data)

	second := w.Open(t, exe, "-demo", "-open=false", "-addr", "127.0.0.1:0")
	p = signIn(t, second)
	// The token was in memory only and is pasted again. Neither the consent nor
	// the domain is asked for: there is no answer to the one, and the other is no page.
	walk(t, p, "/summary")
	if slices.Contains(p.Pages, "/before") {
		t.Errorf("after the second start the first question comes again: %v", p.Pages)
	}
	settle(t, p)
	closed(t, data)
	readsRegistry(t, w, exe, data)
	stop(t, second)
}

// settle looks at the list until all nine are done: a look may find one that
// waits for the name system.
func settle(t *testing.T, p *walker.Person) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		all, err := p.States(ctx)
		if err != nil {
			t.Fatal(err)
		}
		done := 0
		for step, state := range all {
			// Only these two ask Windows itself, which is not Windows here.
			if state == "done" || state == "attention" && (step == "tunnel" || step == "plex") {
				done++
			}
		}
		if done == 9 && len(all) == 9 {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("not all nine are done: %v", all)
		case <-tick.C:
		}
	}
}

// describes looks for what Windows shows of the file: it asks for no more rights
// than the person has, and says what it is.
func describes(t *testing.T, exe string) {
	t.Helper()
	b, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range [][]byte{[]byte(`<requestedExecutionLevel level="asInvoker"`), wide("FileDescription"), wide("Plex Tunnel Wizard"), []byte("\x89PNG")} {
		if !bytes.Contains(b, want) {
			t.Errorf("the program does not hold %q", want)
		}
	}
}

// wide is how Windows writes text.
func wide(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

func signIn(t *testing.T, c *wine.Console) *walker.Person {
	t.Helper()
	p, err := walker.New()
	if err != nil {
		t.Fatal(err)
	}
	p.Answers["token"], p.Blanks["email"] = sim.DemoToken, sim.DemoEmail
	link := c.Wait(t, regexp.MustCompile(`http://localhost:[0-9]+/start\?k=[A-Z0-9]+\s`))
	if err := p.SignIn(t.Context(), strings.TrimSpace(link)); err != nil {
		t.Fatal(err)
	}
	return p
}

func walk(t *testing.T, p *walker.Person, to string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if err := p.Walk(ctx, to); err != nil {
		t.Fatalf("%v\npages: %v", err, p.Pages)
	}
}

func stop(t *testing.T, c *wine.Console) {
	t.Helper()
	c.Type(t, "\x03")
	if err := c.End(t); err != nil {
		t.Errorf("after Ctrl-C it ended with %v:\n%s", err, c.Screen())
	}
}

// local is the folder that Windows names %LOCALAPPDATA%.
func local(t *testing.T, w *wine.Windows) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(w.Folder, "users", "*", "AppData", "Local", "plex-tunnel-wizard-demo"))
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	return filepath.Dir(all[0])
}

// closed looks at the rights of the data folder, which Wine keeps as those of
// Linux: the rest of the world is kept out of it, and not of the folder above.
// (It takes the administrators for this user's group.)
func closed(t *testing.T, data string) {
	t.Helper()
	for dir, others := range map[string]os.FileMode{data: 0, filepath.Dir(data): 0o005} {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&0o007 != others {
			t.Errorf("%s has the rights %v: %v", dir, info.Mode(), err)
		}
	}
}

// readsRegistry moves Plex's key from its file into the registry, and asks the
// program, as a second process beside the running one, where it finds it.
func readsRegistry(t *testing.T, w *wine.Windows, exe, data string) {
	t.Helper()
	prefs, err := os.ReadFile(filepath.Join(data, "world", "plex", "Preferences.xml"))
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`PlexOnlineToken="([^"]+)"`).FindSubmatch(prefs)
	if key == nil {
		t.Fatal("the pretend Plex has no key")
	}
	var world map[string]any
	b, err := os.ReadFile(filepath.Join(data, "world.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &world); err != nil {
		t.Fatal(err)
	}
	delete(world, "plex_data") // so that it looks where Plex for Windows keeps it
	if b, err = json.Marshal(world); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.Folder, "real.json"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	rel, err := filepath.Rel(w.Folder, data)
	if err != nil {
		t.Fatal(err)
	}
	there := `C:\` + strings.ReplaceAll(rel, "/", `\`)
	look := func() string {
		t.Helper()
		c := w.Command(exe, "check", "-json", "-data", there, "-world", `C:\real.json`)
		c.Env = append(c.Env, "CLOUDFLARE_API_TOKEN="+sim.DemoToken)
		out, _ := c.Output() // 1 while the key is missing
		var report struct {
			Steps []struct {
				ID     string
				Checks []struct{ Name, Status, Detail string }
			}
		}
		if err := json.Unmarshal(out, &report); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		for _, s := range report.Steps {
			for _, c := range s.Checks {
				if s.ID == "plex" && c.Name == "plex-token" {
					return c.Status + ": " + c.Detail
				}
			}
		}
		return "" // Plex did not answer in time
	}
	// sees looks again until it is so: on a busy computer one look may not end in time.
	sees := func(what string, is func(got string) bool) {
		t.Helper()
		for deadline := time.Now().Add(2 * time.Minute); ; {
			got := look()
			if got != "" && is(got) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: %q", what, got)
			}
		}
	}
	sees("without a key in the registry", func(got string) bool { return !strings.HasPrefix(got, "pass") })
	w.Run(t, "reg", "add", plexKey, "/v", "PlexOnlineToken", "/d", string(key[1]), "/f")
	sees("with a key in the registry", func(got string) bool { return strings.HasPrefix(got, "pass") && strings.Contains(got, "registry") })
}

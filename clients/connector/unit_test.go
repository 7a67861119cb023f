package connector_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.test/wizard/clients/connector"
	"example.test/wizard/steps"
)

func TestOlder(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"2026.7.2", "2026.7.3", true},
		{"2026.7.3", "2026.7.3", false},
		{"2026.10.0", "2026.7.3", false},
		{"2025.12.31", "2026.7.3", true},
		{"v2026.8.2", "2026.7.3", false},
		{"2026.8.2-fips", "2026.7.3", false},
		{"", "2026.7.3", true},
		{"DEV", "2026.7.3", true},
		{"2026.8", "2026.7.3", true},
		{"-1.0.0", "2026.7.3", true},
	} {
		if got := connector.Older(tc.a, tc.b); got != tc.want {
			t.Errorf("%q before %q: %v", tc.a, tc.b, got)
		}
	}
}

func TestLogIsCappedAndHidesTheKey(t *testing.T) {
	dir := t.TempDir()
	file, key := filepath.Join(dir, "log"), filepath.Join(dir, "token")
	must(t, os.WriteFile(key, []byte(tokenFor(canary)+"\n"), 0o600))
	l, err := connector.OpenLog(file, key)
	must(t, err)
	noise := []byte(strings.Repeat("ERR Unable to establish connection with Cloudflare edge error=\"connection refused\"\n", 1000))
	for range 60 { // 5 MB
		_, err = l.Write(noise)
		must(t, err)
	}
	_, err = l.Write([]byte(`INF Registered tunnel connection connIndex=0 protocol=quic` + "\nWRN no end of line"))
	must(t, err)
	l.Flush()
	protocol, refused, lastErr := l.Facts()
	if protocol != "quic" || refused != "" || lastErr != "" {
		t.Errorf("%q %q %q", protocol, refused, lastErr)
	}
	l.Close()
	var all []byte
	for _, f := range []string{file, file + ".1"} {
		b, err := os.ReadFile(f)
		must(t, err)
		if len(b) > 1<<20+20<<10 {
			t.Errorf("%s has %d bytes", f, len(b))
		}
		all = append(all, b...)
	}
	if bytes.Contains(all, []byte(tokenFor(canary))) {
		t.Error("the key shows")
	}
	if !bytes.Contains(all, []byte("WRN no end of line\n")) {
		t.Error("the last line is lost")
	}
}

func TestLogHidesAKeyThatComesInPieces(t *testing.T) {
	dir := t.TempDir()
	file, key := filepath.Join(dir, "log"), filepath.Join(dir, "token")
	must(t, os.WriteFile(key, []byte(tokenFor(canary)), 0o600))
	l, err := connector.OpenLog(file, key)
	must(t, err)
	text := "INF the key is " + tokenFor(canary) + " said somebody\n"
	for _, piece := range []string{text[:40], text[40:]} {
		_, err = l.Write([]byte(piece))
		must(t, err)
	}
	l.Close()
	b, err := os.ReadFile(file)
	if err != nil || string(b) != "INF the key is [key] said somebody\n" {
		t.Errorf("%q %v", b, err)
	}
}

// TestRunner runs real programs.
func TestRunner(t *testing.T) {
	t.Setenv("CLOUDFLARE_API_TOKEN", "canary-api")
	t.Setenv("PLEX_TOKEN", "canary-plex")
	var lines []string
	r, err := connector.Programs.Run(t.Context(), connector.Command{
		Argv: []string{"sh", "-c", "cat; env; printf 'no end'; echo problem >&2; exit 3"}, Stdin: "one\ntwo\n", Line: func(s string) { lines = append(lines, s) },
	})
	must(t, err)
	if r.Code != 3 || r.Stderr != "problem\n" || len(lines) < 3 || lines[0] != "one" || lines[1] != "two" || !strings.HasSuffix(lines[len(lines)-1], "no end") {
		t.Errorf("%+v %q", r, lines)
	}
	if strings.Contains(r.Stdout, "canary") {
		t.Error("the wizard’s secrets are in the environment of a program")
	}
	if _, err := connector.Programs.Run(t.Context(), connector.Command{Argv: []string{"/nonexistent"}}); err == nil {
		t.Error("a program that does not exist was run")
	}
	if _, err := connector.Programs.Look("sh"); err != nil {
		t.Error(err)
	}
}

// A program that hangs is ended, and what it was is said.
func TestRunnerHasALimit(t *testing.T) {
	_, err := connector.Programs.Run(t.Context(), connector.Command{Argv: []string{"sleep", "1000"}, Limit: 50 * time.Millisecond})
	if !errors.Is(err, context.DeadlineExceeded) || err.Error() != "sleep did not end within 50ms: context deadline exceeded" {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := connector.Programs.Run(ctx, connector.Command{Argv: []string{"sleep", "1000"}}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func installQuietly(t *testing.T, h *connector.Host) error {
	t.Helper()
	return h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report)
}

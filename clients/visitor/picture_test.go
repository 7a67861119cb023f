//go:build !windows

package visitor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.test/wizard/clients/visitor"
)

func TestPictureWithABrowser(t *testing.T) {
	path := visitor.FindBrowser("linux", os.Getenv, exec.LookPath)
	if path == "" {
		t.Skip("no Chromium-family browser on this computer")
	}
	w := newWorld(t, func(c *visitor.Config) { c.Browser = path })
	png, ok, err := w.Picture(t.Context(), host)
	if err != nil || !ok || len(png) < 2000 {
		t.Fatalf("Picture = %d bytes, %v, %v", len(png), ok, err)
	}
	// A page of the browser's own about the certificate would be a picture too.
	if !w.fetched("Chrome/") {
		t.Error("the browser did not load the web app")
	}
}

func TestPictureWithoutABrowser(t *testing.T) {
	w := newWorld(t, nil)
	if png, ok, err := w.Picture(t.Context(), host); png != nil || ok || err != nil {
		t.Errorf("Picture = %d bytes, %v, %v; want none and no error", len(png), ok, err)
	}
}

// pretend writes a browser that is a shell script.
func pretend(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "browser")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPictureOfAPretendBrowser(t *testing.T) {
	t.Setenv("CLOUDFLARE_API_TOKEN", "canary-1")
	t.Setenv("PLEX_TOKEN", "canary-2")
	dir := t.TempDir()
	seen := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	browser := pretend(t, fmt.Sprintf(`env > %[1]s/env
for a; do
	echo "$a" >> %[1]s/args
	case $a in
	--screenshot=*) printf '\211PNG\r\n\032\nrest' > "${a#--screenshot=}";;
	--user-data-dir=*) echo "${a#--user-data-dir=}" > %[1]s/profile;;
	esac
done
`, dir))
	w := newWorld(t, func(c *visitor.Config) { c.Browser = browser })
	png, ok, err := w.Picture(t.Context(), host)
	if err != nil || !ok || string(png) != "\x89PNG\r\n\x1a\nrest" {
		t.Errorf("Picture = %q, %v, %v", png, ok, err)
	}
	if env := seen("env"); strings.Contains(env, "canary") {
		t.Error("the browser inherits our secrets")
	}
	profile := strings.TrimSpace(seen("profile"))
	if _, err := os.Stat(profile); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the profile %s is still there: %v", profile, err)
	}
	args := strings.Split(strings.TrimSpace(seen("args")), "\n")
	for _, want := range []string{
		"https://" + host + "/web/index.html",
		"--host-resolver-rules=MAP " + host + ":443 " + w.edge.PublicAddr(),
	} {
		if !slices.Contains(args, want) {
			t.Errorf("%q is not among %q", want, args)
		}
	}
	if got := slices.Contains(args, "--no-sandbox"); got != (os.Geteuid() == 0) {
		t.Errorf("no sandbox: %v", got)
	}
	if slices.Contains(args, "--ignore-certificate-errors") {
		t.Error("every certificate is taken")
	}
}

// A profile that cannot be removed, as on Windows while a helper of the browser still
// holds a file, costs nobody the picture: it is tried again, and left to the next start.
func TestPictureWhoseProfileIsHeld(t *testing.T) {
	good := pretend(t, `for a; do case $a in --screenshot=*) printf '\211PNG\r\n\032\nrest' > "${a#--screenshot=}";; esac; done`)
	for name, held := range map[string]int{"for a moment": 3, "for good": 1 << 30} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var profile string
			tries := 0
			w := newWorld(t, func(c *visitor.Config) {
				c.Browser, c.Owner = good, "held"+strings.ReplaceAll(name, " ", "")
				c.Remove = func(path string) error {
					if profile, tries = path, tries+1; tries > held {
						return os.RemoveAll(path)
					}
					if tries > 10 {
						cancel() // nobody waits any longer
					}
					return errors.New("a process uses the file")
				}
			})
			png, ok, err := w.Picture(ctx, host)
			if err != nil || !ok || string(png) != "\x89PNG\r\n\x1a\nrest" {
				t.Errorf("Picture = %q, %v, %v", png, ok, err)
			}
			if held > 10 {
				held = 0 // it is free at the next start
				must(t, w.Tidy())
			}
			if _, err := os.Stat(profile); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s is still there: %v", profile, err)
			}
		})
	}
}

func TestPictureThatIsNone(t *testing.T) {
	for name, script := range map[string]string{
		"fails":         "exit 3",
		"writes none":   "exit 0",
		"not a picture": `for a; do case $a in --screenshot=*) echo hello > "${a#--screenshot=}";; esac; done`,
	} {
		w := newWorld(t, func(c *visitor.Config) { c.Browser = pretend(t, script) })
		if png, ok, err := w.Picture(t.Context(), host); png != nil || ok || err == nil {
			t.Errorf("%s: Picture = %d bytes, %v, %v; want an error", name, len(png), ok, err)
		}
	}
}

// lifeline is a pipe that a process of the browser holds open while it lives.
type lifeline struct {
	t    *testing.T
	path string
	pipe *os.File
}

func newLifeline(t *testing.T) *lifeline {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lifeline")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return &lifeline{t: t, path: path}
}

// open waits until the process is up. It does not wait for one that never came
// up, when the picture ends before.
func (l *lifeline) open(done <-chan error) {
	l.t.Helper()
	var err error
	if l.pipe, err = os.OpenFile(l.path, os.O_RDONLY|syscall.O_NONBLOCK, 0); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { must(l.t, l.pipe.Close()) })
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for said := ""; said != "up\n"; {
		// Until somebody has opened the other end, the pipe is at its end.
		part := make([]byte, len("up\n")-len(said))
		n, err := l.pipe.Read(part)
		if said += string(part[:n]); err != nil && !errors.Is(err, io.EOF) {
			l.t.Fatal(err)
		}
		select {
		case err := <-done:
			l.t.Fatalf("Picture ended before its browser was up: %v", err)
		case <-tick.C:
		}
	}
}

// cut checks that the process ends.
func (l *lifeline) cut() {
	l.t.Helper()
	must(l.t, l.pipe.SetReadDeadline(time.Now().Add(5*time.Second)))
	if rest, err := io.ReadAll(l.pipe); err != nil || len(rest) > 0 {
		l.t.Errorf("a process of the browser lives on: %q, %v", rest, err)
	}
}

func TestPictureEndsABrowserThatHangs(t *testing.T) {
	life := newLifeline(t)
	w := newWorld(t, func(c *visitor.Config) {
		c.Browser = pretend(t, fmt.Sprintf("(echo up; exec sleep 600) > %s &\nwait\n", life.path))
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, _, err := w.Picture(ctx, host)
		done <- err
	}()
	life.open(done)
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Picture ended with %v", err)
	}
	life.cut()
}

// TestPictureHasALimit: nobody cancels, and a browser that hangs is ended with
// its children and its profile all the same.
func TestPictureHasALimit(t *testing.T) {
	life := newLifeline(t)
	profile := filepath.Join(t.TempDir(), "profile")
	w := newWorld(t, func(c *visitor.Config) {
		c.PictureLimit = 5 * time.Second // the browser is up long before, on a busy computer too
		c.Browser = pretend(t, fmt.Sprintf("pwd > %s\n(echo up; exec sleep 600) > %s &\nwait\n", profile, life.path))
	})
	done := make(chan error, 1)
	go func() {
		_, _, err := w.Picture(t.Context(), host)
		done <- err
	}()
	life.open(done)
	if err := <-done; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Picture ended with %v", err)
	}
	life.cut()
	dir, err := os.ReadFile(profile)
	must(t, err)
	if _, err := os.Stat(strings.TrimSpace(string(dir))); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the profile is still there: %v", err)
	}
	if visitor.PictureLimit != 15*time.Second {
		t.Errorf("the limit is %v", visitor.PictureLimit)
	}
}

// What a browser leaves behind when it ends by itself is ended too.
func TestPictureEndsWhatTheBrowserLeaves(t *testing.T) {
	life := newLifeline(t)
	w := newWorld(t, func(c *visitor.Config) {
		c.Browser = pretend(t, fmt.Sprintf("(echo up; exec sleep 600) > %s &\nread line < %[1]s-go\nexit 1\n", life.path))
	})
	if err := syscall.Mkfifo(life.path+"-go", 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, _, err := w.Picture(t.Context(), host)
		done <- err
	}()
	life.open(done)
	must(t, os.WriteFile(life.path+"-go", []byte("go\n"), 0o600))
	if err := <-done; err == nil {
		t.Error("no error although the browser made no picture")
	}
	life.cut()
}

func TestFindBrowser(t *testing.T) {
	env := func(name string) string {
		return map[string]string{"ProgramFiles": `C:\Program Files`, "LOCALAPPDATA": `C:\Local`, "HOME": "/Users/m"}[name]
	}
	for _, c := range []struct{ goos, there, want string }{
		{"linux", "google-chrome", "google-chrome"},
		{"linux", "brave-browser", "brave-browser"},
		{"linux", "firefox", ""},
		{"darwin", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"},
		{"darwin", "/Users/m/Applications/Chromium.app/Contents/MacOS/Chromium", "/Users/m/Applications/Chromium.app/Contents/MacOS/Chromium"},
		{"windows", `C:\Program Files\Microsoft\Edge\Application\msedge.exe`, `C:\Program Files\Microsoft\Edge\Application\msedge.exe`},
		{"windows", `C:\Local\Chromium\Application\chrome.exe`, `C:\Local\Chromium\Application\chrome.exe`},
	} {
		find := func(name string) (string, error) {
			if name == c.there {
				return name, nil
			}
			return "", exec.ErrNotFound
		}
		if got := visitor.FindBrowser(c.goos, env, find); got != c.want {
			t.Errorf("%s with %s: %q, want %q", c.goos, c.there, got, c.want)
		}
	}
}

// TestTidy: what a killed process left is removed, and nothing of anybody else.
func TestTidy(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, name := range []string{"plex-tunnel-wizard-abc-1/Default", "plex-tunnel-wizard-abc-2", "plex-tunnel-wizard-abcd-1", "plex-tunnel-wizard-abc", "other"} {
		must(t, os.MkdirAll(filepath.Join(dir, name), 0o700))
	}
	v := visitor.New(visitor.Config{Owner: "abc"})
	must(t, v.Tidy())
	must(t, v.Tidy())
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	for i := range left {
		left[i] = filepath.Base(left[i])
	}
	if want := []string{"other", "plex-tunnel-wizard-abc", "plex-tunnel-wizard-abcd-1"}; !slices.Equal(left, want) {
		t.Errorf("left: %q, want %q", left, want)
	}
}

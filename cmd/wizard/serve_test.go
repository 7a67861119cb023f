package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"example.test/wizard/sim"
)

// deadWorld is a world in which nobody answers, so that no test asks the real one.
func deadWorld(t *testing.T) string {
	t.Helper()
	const nobody = "http://127.0.0.1:1"
	path := filepath.Join(t.TempDir(), "world.json")
	err := sim.WriteFile(path, sim.File{
		CloudflareAPI: nobody + "/client/v4", Plex: nobody, PlexTV: nobody, RDAP: nobody, Releases: nobody, Resolvers: []string{"127.0.0.1:1"}, Connector: "child", PublicConnect: "127.0.0.1:1", ClockSpeed: 300,
		PlexData: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// terminal is what a person sees, and lets a test wait for a line.
type terminal struct {
	mu    sync.Mutex
	b     bytes.Buffer
	wrote chan struct{}
}

func newTerminal() *terminal { return &terminal{wrote: make(chan struct{}, 1)} }

func (v *terminal) Write(p []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	select {
	case v.wrote <- struct{}{}:
	default:
	}
	return v.b.Write(p)
}

func (v *terminal) String() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.b.String()
}

// await waits until the terminal shows n matches, and returns them.
func (v *terminal) await(t *testing.T, n int, what string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), mostTime)
	defer cancel()
	re := regexp.MustCompile(what)
	for {
		if all := re.FindAllString(v.String(), -1); len(all) >= n {
			return all
		}
		select {
		case <-v.wrote:
		case <-ctx.Done():
			t.Fatalf("no %d of %s in:\n%s", n, what, v)
		}
	}
}

func TestServe(t *testing.T) {
	t.Setenv("CLOUDFLARE_API_TOKEN", "")
	t.Setenv("PLEX_TOKEN", "")
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, errs := newTerminal(), newTerminal()
	keys, enter := io.Pipe()
	handedBack := false
	ended, world := make(chan error, 1), deadWorld(t)
	go func() {
		ended <- serve(ctx, []string{"-addr", "127.0.0.1:0", "-data", dir, "-open=false", "-world", world}, keys, out, errs, func() { handedBack = true })
	}()
	const line = `http://localhost:(\d+)/start\?k=[A-Z2-7]{26}\n`
	link := strings.TrimSpace(out.await(t, 1, line)[0])
	base := link[:strings.Index(link, "/start")]
	if got := runningAt(dir); !strings.HasPrefix(got, base+" ") {
		t.Errorf("running at %q, serving at %s", got, base)
	}

	client := &http.Client{Timeout: mostTime, Transport: &http.Transport{DisableKeepAlives: true}}
	port := base[strings.LastIndex(base, ":"):]
	for _, host := range []string{"http://localhost", "http://127.0.0.1"} {
		for path, code := range map[string]int{"/healthz": 200, "/": 401, "/steps/dns": 401, link[len(base):]: 200} {
			res, err := client.Get(host + port + path)
			if err != nil {
				t.Fatal(err)
			}
			if err := res.Body.Close(); err != nil || res.StatusCode != code {
				t.Errorf("%s%s%s: %d, %v", host, port, strings.SplitN(path, "?", 2)[0], res.StatusCode, err)
			}
		}
	}

	if _, err := enter.Write([]byte("\n")); err != nil {
		t.Fatal(err)
	}
	if all := out.await(t, 2, line); all[0] == all[1] {
		t.Error("Enter prints the same link again")
	}
	if err := enter.Close(); err != nil {
		t.Error(err)
	}
	code, printed, complaint := call("wizard", "link", "-data", dir)
	if !regexp.MustCompile("^"+base+`/start\?k=[A-Z2-7]{26}\n$`).MatchString(printed) || code != 0 || complaint != "" {
		t.Errorf("wizard link: code %d, %q, %q", code, printed, complaint)
	}
	if strings.Contains(out.String(), strings.TrimSpace(printed)) {
		t.Error("the link is printed in the other terminal too")
	}
	opened(t, client, strings.TrimSpace(printed))
	began := time.Now()
	cancel()
	if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	if took := time.Since(began); took > time.Minute { // TestStopsInTime has the figure, by a clock that nothing else slows
		t.Errorf("it took %s to stop", took)
	}
	if !handedBack || !strings.Contains(out.String(), "Stopping.") || runningAt(dir) != "" {
		t.Errorf("handed back %v, running at %q", handedBack, runningAt(dir))
	}
	if strings.Contains(errs.String(), "start?k=") {
		t.Error("the link is in the log")
	}
	if code, printed, complaint := call("wizard", "link", "-data", dir); code != 1 || printed != "" || !strings.Contains(complaint, "no wizard runs with the folder "+dir) {
		t.Errorf("wizard link without a wizard: code %d, %q, %q", code, printed, complaint)
	}
	if got := strings.Join(list(t, dir), " "); got != strings.Join([]string{installationFile, progressFile, copyOfProgress}, " ") {
		t.Errorf("left behind: %s", got)
	}
}

// opened uses a start link up.
func opened(t *testing.T, client *http.Client, link string) {
	t.Helper()
	at, key, _ := strings.Cut(link, "?k=")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at, strings.NewReader(url.Values{"k": {key}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	once := *client
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := once.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusSeeOther || len(res.Cookies()) != 1 {
		t.Errorf("the new link: status %d, %v", res.StatusCode, err)
	}
}

// TestCheckWithoutToken looks, says so, and leaves a folder that can be used again.
func TestCheckWithoutToken(t *testing.T) {
	t.Setenv("CLOUDFLARE_API_TOKEN", "")
	t.Setenv("PLEX_TOKEN", "")
	dir, world := t.TempDir(), deadWorld(t)
	code, stdout, stderr := call("wizard", "check", "-json", "-data", dir, "-world", world)
	var r struct {
		Done  bool
		Steps []struct{ ID, Status string }
	}
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != exitBlind || r.Done || len(r.Steps) != 9 {
		t.Errorf("code %d, %v, stdout %s, stderr %s", code, err, stdout, stderr)
	}
	code, stdout, _ = call("wizard", "check", "-data", dir, "-world", world)
	if code != exitBlind || strings.Count(stdout, "\n") < 9 || !strings.HasPrefix(stdout, "1. ") {
		t.Errorf("code %d, stdout %s", code, stdout)
	}
	if code, _, stderr := call("wizard", "check", "-world", filepath.Join(dir, "none.json"), "-data", dir); code != exitBlind || !strings.Contains(stderr, "none.json") {
		t.Errorf("code %d, stderr %s", code, stderr)
	}
}

// TestTokenFromTheEnvironment is taken out of it, so that no child inherits it.
func TestTokenFromTheEnvironment(t *testing.T) {
	t.Setenv("CLOUDFLARE_API_TOKEN", canary)
	t.Setenv("PLEX_TOKEN", canary+"plex")
	dir := t.TempDir()
	_, stdout, stderr := call("wizard", "check", "-log-level", "debug", "-data", dir, "-world", deadWorld(t))
	if strings.Contains(stdout+stderr, canary) {
		t.Error("the token was printed")
	}
	if os.Getenv("CLOUDFLARE_API_TOKEN") != "" || os.Getenv("PLEX_TOKEN") != "" {
		t.Error("the environment still holds a token")
	}
	for _, name := range list(t, dir) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil && bytes.Contains(b, []byte(canary)) {
			t.Errorf("%s holds the token", name)
		}
	}
}

func TestGreeting(t *testing.T) {
	var b bytes.Buffer
	c := &console{&b}
	c.greet(options{addr: "127.0.0.1:8080"}, place{}, "http://localhost:8081")
	if !strings.Contains(b.String(), "The port of 127.0.0.1:8080 is taken, so it serves at http://localhost:8081.") || strings.Contains(b.String(), "demonstration") {
		t.Errorf("%s", b.String())
	}
	b.Reset()
	c.greet(options{addr: "127.0.0.1:8080"}, place{world: &sim.World{}}, "http://localhost:8080")
	if strings.Contains(b.String(), "is taken") || !strings.Contains(b.String(), "This is a demonstration") {
		t.Errorf("%s", b.String())
	}
}

func TestNoBrowser(t *testing.T) {
	for _, name := range []string{"SSH_CONNECTION", "SUDO_USER", "DISPLAY", "WAYLAND_DISPLAY"} {
		t.Setenv(name, "")
	}
	t.Setenv("SSH_CONNECTION", "192.0.2.1 5 192.0.2.2 22")
	if got, _ := noBrowser(false); !strings.Contains(got, "connected by SSH") {
		t.Errorf("%q", got)
	}
	t.Setenv("SSH_CONNECTION", "")
	t.Setenv("SUDO_USER", "robin")
	t.Setenv("DISPLAY", ":0")
	if got, _ := noBrowser(false); !strings.Contains(got, "as root") && filepath.Separator == '/' {
		t.Errorf("%q", got)
	}
	if got := sshLine("attic", "8080"); !regexp.MustCompile(`^ssh -N -L 8080:127\.0\.0\.1:8080 [^ ]+@attic$`).MatchString(got) {
		t.Errorf("%q", got)
	}
}

package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFinishInTheBrowser is the whole program: a token that this computer was to
// remember is gone after the press of the button, the answer arrives, and the
// program has ended in good order.
func TestFinishInTheBrowser(t *testing.T) {
	t.Setenv("CLOUDFLARE_API_TOKEN", "")
	t.Setenv("PLEX_TOKEN", "")
	dir, out, world := t.TempDir(), newTerminal(), deadWorld(t)
	ended := make(chan error, 1)
	go func() {
		ended <- serve(t.Context(), []string{"-addr", "127.0.0.1:0", "-data", dir, "-open=false", "-world", world}, strings.NewReader(""), out, newTerminal(), func() {})
	}()
	base, key, _ := strings.Cut(strings.TrimSpace(out.await(t, 1, `http://localhost:\d+/start\?k=[A-Z2-7]{26}\n`)[0]), "/start?k=")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	keep := &http.Transport{}
	defer keep.CloseIdleConnections()
	client := &http.Client{Timeout: mostTime, Jar: jar, Transport: keep, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	post := func(path string, code int, form url.Values) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != code {
			t.Fatalf("%s: %d, %v\n%s", path, res.StatusCode, err, body)
		}
		return string(body)
	}
	post("/start", http.StatusSeeOther, url.Values{"k": {key}})
	post("/before", http.StatusSeeOther, url.Values{"agree": {"yes"}})
	post("/steps/account/choose", http.StatusSeeOther, url.Values{"token": {strings.Repeat("canary", 7)}, "keep": {"yes"}}) // nobody can be asked, so it is taken
	kept := func() int {
		files, err := filepath.Glob(filepath.Join(dir, "token.*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	if os.Geteuid() == 0 && kept() == 0 { // others may have a keyring
		t.Error("it was not remembered, so this proves nothing")
	}
	if page := post("/finish", http.StatusOK, nil); !strings.Contains(page, "The wizard has stopped") {
		t.Error(page)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if kept() != 0 || !strings.Contains(out.String(), "You finished in the browser, so it stops.") {
		t.Errorf("%d files are left\n%s", kept(), out)
	}
	if c := runningAt(dir); c != "" {
		t.Errorf("it is said to run at %s", c)
	}
}

package published_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.test/wizard/clients/published"
	"example.test/wizard/sim/releases"
	"example.test/wizard/steps"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// github serves a pretend GitHub and a client that asks it.
func github(t *testing.T, newest string) (*releases.Releases, *published.Client) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "cloudflared")
	if err := os.WriteFile(program, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := releases.New(releases.Config{Program: program, Wizard: newest, GOOS: "linux", GOARCH: "amd64"})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return r, published.New(published.Config{Repository: releases.WizardRepository, API: s.URL + "/", HTTP: s.Client()})
}

func TestNewest(t *testing.T) {
	_, c := github(t, "v2.0.1")
	got, err := c.Newest(t.Context())
	if want := (steps.Published{Version: "v2.0.1", At: time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)}); err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
}

func TestNoRelease(t *testing.T) {
	_, c := github(t, "none")
	if _, err := c.Newest(t.Context()); !errors.Is(err, steps.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestTroubleIsSaid(t *testing.T) {
	r, c := github(t, "")
	r.SetFault(releases.FaultRateLimited)
	if _, err := c.Newest(t.Context()); err == nil || steps.Explain(err).Title != "GitHub asks this address to slow down" {
		t.Errorf("%v", err)
	}
	for name, h := range map[string]http.HandlerFunc{
		"a web page": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"no tag":     func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusMovedPermanently)
		},
		"trouble": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
	} {
		s := httptest.NewServer(h)
		_, err := published.New(published.Config{Repository: "a/b", API: s.URL}).Newest(t.Context())
		if err == nil || steps.Explain(err).Title != "GitHub does not tell which version is the newest" || len(steps.Explain(err).Detail) == 0 {
			t.Errorf("%s: %v", name, err)
		}
		s.Close()
		_, err = published.New(published.Config{Repository: "a/b", API: s.URL}).Newest(t.Context())
		if err == nil || steps.Explain(err).Title != "GitHub does not answer" {
			t.Errorf("%s, closed: %v", name, err)
		}
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections() //nolint:forcetypeassert // it is one
}

// TestNoRepository: nobody is asked without the name of one.
func TestNoRepository(t *testing.T) {
	for _, name := range []string{"", "wizard", "a/b/c", "/b", "a/", "../x", "a/b?x", "https://github.com/a/b"} {
		if published.New(published.Config{Repository: name}) != nil {
			t.Errorf("%q is taken for a repository", name)
		}
	}
	if published.New(published.Config{Repository: "a-1/b.c_d"}) == nil {
		t.Error("a repository is not taken for one")
	}
}

package plex_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.test/wizard/clients/plex"
	simplex "example.test/wizard/sim/plex"
	"example.test/wizard/steps"
)

func secret(v string) func() steps.Secret { return func() steps.Secret { return steps.NewSecret(v) } }

// folder lays out a data directory that is not the running server's.
func folder(t *testing.T, in simplex.Install) string {
	t.Helper()
	dir, err := simplex.LayOut(t.TempDir(), simplex.LayoutDocker, in)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTokenLadder(t *testing.T) {
	for name, c := range map[string]struct {
		dirs   func(w *world) []string
		env    string
		signIn string
		want   steps.PlexToken
	}{
		"environment first": {env: canaryServer, want: steps.PlexToken{Have: true, From: "PLEX_TOKEN"}},
		"a wrong one in the environment does not stop us": {env: "canary-wrong", want: steps.PlexToken{Have: true, From: "Preferences.xml"}},
		"Preferences.xml": {want: steps.PlexToken{Have: true, From: "Preferences.xml"}},
		"second folder": {
			dirs: func(w *world) []string { return []string{t.TempDir(), w.server.DataDir()} },
			want: steps.PlexToken{Have: true, From: "Preferences.xml"},
		},
		"local administrator": {
			dirs: func(w *world) []string {
				return []string{folder(t, simplex.Install{Bare: true, LocalAdminToken: w.server.LocalAdminToken()})}
			},
			want: steps.PlexToken{Have: true, Local: true, From: ".LocalAdminToken"},
		},
		"own sign-in before the local administrator": {
			dirs: func(w *world) []string {
				return []string{folder(t, simplex.Install{Bare: true, LocalAdminToken: w.server.LocalAdminToken()})}
			},
			signIn: "morgan", want: steps.PlexToken{Have: true, From: "plex.tv sign-in"},
		},
		"local administrator after a sign-in of somebody else": {
			dirs: func(w *world) []string {
				return []string{folder(t, simplex.Install{Bare: true, LocalAdminToken: w.server.LocalAdminToken()})}
			},
			signIn: "robin", want: steps.PlexToken{Have: true, Local: true, From: ".LocalAdminToken"},
		},
		"own sign-in last": {
			dirs: func(*world) []string { return nil }, signIn: "morgan",
			want: steps.PlexToken{Have: true, From: "plex.tv sign-in"},
		},
		"sign-in of somebody else": {
			dirs: func(*world) []string { return nil }, signIn: "robin",
			want: steps.PlexToken{From: "plex.tv sign-in", Reason: "refused"},
		},
		"nothing": {
			dirs: func(*world) []string { return nil },
			want: steps.PlexToken{Reason: "not-installed"},
		},
		"not signed in": {
			dirs: func(*world) []string { return []string{folder(t, simplex.Install{})} },
			want: steps.PlexToken{From: "Preferences.xml", Reason: "not-signed-in", Path: "Preferences.xml"},
		},
		"damaged": {
			dirs: func(*world) []string { return []string{folder(t, simplex.Install{Token: "canary-x", Damaged: true})} },
			want: steps.PlexToken{From: "Preferences.xml", Reason: "parse-error", Path: "Preferences.xml"},
		},
		"stale": {
			dirs: func(w *world) []string {
				return []string{plainPreferences(t, fmt.Sprintf(`<Preferences PlexOnlineToken="canary-stale" ProcessedMachineIdentifier=%q/>`, w.server.MachineIdentifier()))}
			},
			want: steps.PlexToken{From: "Preferences.xml", Reason: "refused", Path: "Preferences.xml"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			cfg := w.cfg
			if c.dirs != nil {
				cfg.DataDirs = append([]string{}, c.dirs(w)...)
			}
			if c.env != "" {
				cfg.Token = secret(c.env)
			}
			w.Client = w.another(cfg)
			if c.signIn != "" {
				w.signIn(c.signIn)
			}
			got, err := w.Token(t.Context(), w.found())
			if got.Path != "" {
				got.Path = filepath.Base(got.Path)
			}
			if err != nil || got != c.want {
				t.Errorf("Token = %+v, %v; want %+v", got, err, c.want)
			}
			noCanary(t, got, w.Client)
		})
	}
}

func plainPreferences(t *testing.T, content string) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "Preferences.xml"), []byte(content), 0o600))
	return dir
}

func TestTokenThatMayNotBeRead(t *testing.T) {
	if asNobody(t) {
		return
	}
	w := newWorld(t, nil)
	path := filepath.Join(folder(t, simplex.Install{Token: "canary"}), "Preferences.xml")
	must(t, os.Chmod(path, 0))
	cfg := w.cfg
	cfg.DataDirs = []string{filepath.Dir(path)}
	got, err := w.another(cfg).Token(t.Context(), w.found())
	if want := (steps.PlexToken{From: "Preferences.xml", Reason: "permission-denied", Path: path}); err != nil || got != want {
		t.Errorf("Token = %+v, %v; want %+v", got, err, want)
	}
}

// A token is shown to the server that it belongs to and to nobody else.
func TestTokenIsNotShownToAnotherServer(t *testing.T) {
	other := &handler{id: "another-server", f: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }}
	srv := httptest.NewServer(other)
	defer srv.Close()
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.Token = secret("canary-env") })
	mine := w.found()
	mine.Origin = srv.URL // the address now leads elsewhere
	_, err := w.Token(t.Context(), mine)
	refused(t, err, "Plex", http.StatusOK)
	_, err = w.Prefs(t.Context(), mine)
	refused(t, err, "Plex", http.StatusOK)
	refused(t, w.SetPrefs(t.Context(), mine, map[string]string{"a": "b"}), "Plex", http.StatusOK)
	if shown := other.tokens(); len(shown) > 0 {
		t.Errorf("the other server was shown %q", shown)
	}

	// When the person chose the other server, our server's file is no candidate.
	chosen := steps.PlexFound{Origin: srv.URL, ID: "another-server"}
	cfg := w.cfg
	cfg.Token = nil
	if _, err := w.another(cfg).Token(t.Context(), chosen); err != nil {
		t.Fatal(err)
	}
	for _, s := range other.tokens() {
		if strings.Contains(s, canaryServer) || strings.Contains(s, w.server.LocalAdminToken()) {
			t.Errorf("the other server was shown our server's token: %q", s)
		}
	}
}

func TestTokenDoesNotFollowARedirect(t *testing.T) {
	thief := &handler{f: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }}
	far := httptest.NewServer(thief)
	defer far.Close()
	near := httptest.NewServer(&handler{id: "id", f: func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, far.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}})
	defer near.Close()
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.Token = secret("canary-env") })
	_, err := w.Token(t.Context(), steps.PlexFound{Origin: near.URL, ID: "id"})
	refused(t, err, "Plex", http.StatusTemporaryRedirect)
	if shown := thief.tokens(); len(shown) > 0 {
		t.Errorf("the redirect carried %q", shown)
	}
}

// The server's token was renewed, as after signing out and in again.
func TestTokenThatWasAcceptedAndIsNoLonger(t *testing.T) {
	valid := "canary-old"
	h := &handler{id: "id"}
	h.f = func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if r.Header.Get("X-Plex-Token") != valid {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, `{"MediaContainer":{"Setting":[{"id":"FriendlyName","type":"text","value":"Attic"}]}}`)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	dir := plainPreferences(t, `<Preferences PlexOnlineToken="canary-old"/>`)
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.DataDirs = []string{dir} })
	s := steps.PlexFound{Origin: srv.URL, ID: "id"}
	read := func() error {
		prefs, err := w.Prefs(t.Context(), s, "FriendlyName")
		if err == nil && prefs["FriendlyName"] != "Attic" {
			t.Errorf("prefs are %v", prefs)
		}
		return err
	}
	must(t, read())
	h.mu.Lock()
	valid = "canary-new"
	h.mu.Unlock()
	refused(t, read(), "Plex", http.StatusUnauthorized)
	must(t, os.WriteFile(filepath.Join(dir, "Preferences.xml"), []byte(`<Preferences PlexOnlineToken="canary-new"/>`), 0o600))
	must(t, read())
	if shown := h.tokens(); !slices.Contains(shown, "GET /:/prefs canary-new") {
		t.Errorf("shown %q", shown)
	}
}

// Somebody else answers at the address with this server's identifier, which is
// no secret. The token that opens the whole account is not shown to them.
func TestTheAccountIsNotShownToAServer(t *testing.T) {
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.DataDirs = []string{} })
	w.signIn("morgan")
	s := w.found()
	var shown []string
	impostor := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if key := r.Header.Get("X-Plex-Token"); key != "" {
			shown = append(shown, key)
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		rw.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(rw, `{"MediaContainer":{"machineIdentifier":%q,"version":"1.43.3","claimed":true}}`, s.ID)
	}))
	defer impostor.Close()
	s.Origin = impostor.URL
	if got, err := w.Token(t.Context(), s); err != nil || got.Have {
		t.Errorf("%+v, %v", got, err)
	}
	if len(shown) == 0 {
		t.Error("no token was shown: the test tests nothing")
	}
	for _, key := range shown {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.tv.URL()+"/api/v2/user", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Plex-Token", key)
		r.Header.Set("X-Plex-Client-Identifier", "wizard-test")
		r.Header.Set("Accept", "application/json")
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("what was shown to the impostor opens the account: %d", answer.StatusCode)
		}
	}
}

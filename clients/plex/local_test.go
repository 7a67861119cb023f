package plex_test

import (
	"net/http"
	"testing"

	"example.test/wizard/clients/plex"
	simplex "example.test/wizard/sim/plex"
	"example.test/wizard/steps"
)

// A key that is good only on this computer tells nothing about plex.tv, whose no can
// be told from its silence; a sign-in takes its place, also for the public address.
func TestLocalKeyIsUnknownAtPlexTV(t *testing.T) {
	for name, use := range map[string]func(w *world){
		"from the folder": func(w *world) {
			w.cfg.DataDirs = []string{folder(t, simplex.Install{Bare: true, LocalAdminToken: w.server.LocalAdminToken()})}
			w.Client = w.another(w.cfg)
		},
		"beside a stale one": func(w *world) {
			stale := plainPreferences(t, `<Preferences PlexOnlineToken="canary-stale"/>`)
			w.cfg.DataDirs = []string{stale, folder(t, simplex.Install{Bare: true, LocalAdminToken: w.server.LocalAdminToken()})}
			w.Client = w.another(w.cfg)
		},
		"pasted": func(w *world) {
			if good, err := w.UseToken(t.Context(), w.found(), steps.NewSecret(w.server.LocalAdminToken())); !good || err != nil {
				t.Fatal(good, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.DataDirs, cfg.Pace = []string{}, -1 })
			use(w)
			s := w.found()
			if got, err := w.Token(t.Context(), s); err != nil || !got.Have || !got.Local {
				t.Fatalf("%+v, %v", got, err)
			}
			_, err := w.Resources(t.Context(), s.ID)
			refused(t, err, "plex.tv", http.StatusUnauthorized)
			if !w.Key(s.ID).IsZero() {
				t.Error("a local key is shown to the public address")
			}
			w.signIn("morgan")
			if got, err := w.Token(t.Context(), s); err != nil || got != (steps.PlexToken{Have: true, From: "plex.tv sign-in"}) {
				t.Errorf("%+v, %v", got, err)
			}
			if r, err := w.Resources(t.Context(), s.ID); err != nil || !r.Owned {
				t.Errorf("%+v, %v", r, err)
			}
			if w.Key(s.ID).IsZero() {
				t.Error("there is no key for the public address")
			}
		})
	}
}

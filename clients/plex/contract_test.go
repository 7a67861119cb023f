package plex_test

import (
	"net/http"
	"testing"

	"example.test/wizard/clients/plex"
	"example.test/wizard/sim/contract"
	simplex "example.test/wizard/sim/plex"
)

// Every request that we make fits Plex's own description of its API.
func TestRequestsFitTheDescription(t *testing.T) {
	w := newWorld(t, func(sc *simplex.ServerConfig, _ *plex.Config) {
		sc.Wrap = func(h http.Handler) http.Handler { return contract.Plex(t, h) }
	})
	ctx, s := t.Context(), w.found()
	_, err := w.Details(ctx, s)
	must(t, err)
	_, err = w.Prefs(ctx, s, "customConnections")
	must(t, err)
	_, err = w.Prefs(ctx, s)
	must(t, err)
	_, err = w.Open(ctx, s)
	must(t, err)
	_, err = w.Viewers(ctx, s)
	must(t, err)
	must(t, w.SetPrefs(ctx, s, map[string]string{"customConnections": "https://a.example.com:443", "RelayEnabled": "0"}))
	must(t, w.RefreshReachability(ctx, s))

	tv, err := simplex.StartPlexTV(simplex.Config{Wrap: func(h http.Handler) http.Handler { return contract.Plex(t, h) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, tv.Close()) })
	cfg := w.cfg
	cfg.PlexTV, cfg.DataDirs = tv.URL(), []string{}
	w.Client, w.tv = w.another(cfg), tv
	w.signIn("morgan")
	_, err = w.Resources(ctx, s.ID)
	must(t, err)
	_, err = w.Subscription(ctx, s.ID)
	must(t, err)
	must(t, w.SignOut(ctx))
}

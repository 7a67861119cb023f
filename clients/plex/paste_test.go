package plex_test

import (
	"net/http"
	"strings"
	"testing"

	"example.test/wizard/clients/plex"
	simplex "example.test/wizard/sim/plex"
	"example.test/wizard/steps"
)

// What the person pasted is kept when the server takes it, and only then. A
// server's own token is never signed out.
func TestUseToken(t *testing.T) {
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.DataDirs = []string{} })
	s := w.found()
	if good, err := w.UseToken(t.Context(), s, steps.NewSecret("canary-wrong-key")); good || err != nil {
		t.Errorf("a wrong key: %v, %v", good, err)
	}
	if got, err := w.Token(t.Context(), s); err != nil || got.Have {
		t.Errorf("after it: %+v, %v", got, err)
	}
	elsewhere := s
	elsewhere.ID = "another-server"
	_, err := w.UseToken(t.Context(), elsewhere, steps.NewSecret(canaryServer))
	refused(t, err, "Plex", http.StatusOK)

	for key, atTV := range map[string]bool{canaryServer: true, w.server.LocalAdminToken(): false} {
		if good, err := w.UseToken(t.Context(), s, steps.NewSecret(key)); !good || err != nil {
			t.Fatalf("%v, %v", good, err)
		}
		if got, err := w.Token(t.Context(), s); err != nil || got != (steps.PlexToken{Have: true, Local: !atTV, From: "what you pasted"}) {
			t.Errorf("after it: %+v, %v", got, err)
		}
		must(t, w.SetPrefs(t.Context(), s, map[string]string{"customConnections": "https://a.example.com:443"}))
		w.clock.advance(10e9)
		if r, err := w.Resources(t.Context(), s.ID); (err == nil && r.Found) != atTV {
			t.Errorf("at plex.tv: %+v, %v", r, err)
		}
		if w.SignedIn() {
			t.Error("a pasted key is taken for a sign-in of ours")
		}
		writes := w.tv.Writes()
		must(t, w.SignOut(t.Context()))
		if w.tv.Writes() != writes {
			t.Error("a key that is not ours was signed out")
		}
		noCanary(t, w.Client)
	}
}

// Signing out is proved by plex.tv's refusal, and gives a sign-in with another
// account back that was made before. Asking how far a sign-in is changes nothing.
func TestSignOutIsProved(t *testing.T) {
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.DataDirs, cfg.Pace = []string{}, -1 })
	s := w.found()
	w.signIn("robin")
	if got, err := w.Token(t.Context(), s); err != nil || got.Reason != "refused" || got.From != "plex.tv sign-in" {
		t.Errorf("a guest: %+v, %v", got, err)
	}
	if r, err := w.Resources(t.Context(), s.ID); err != nil || !r.Found || r.Owned || r.Owner != "Morgan" {
		t.Errorf("whose server: %+v, %v", r, err)
	}
	writes := w.tv.Writes()
	w.signIn("morgan")
	if got := w.tv.Writes() - writes; got != 1 { // the new sign-in
		t.Errorf("%d writes", got)
	}
	if !w.SignedIn() {
		t.Error("not signed in")
	}
	if got, err := w.Token(t.Context(), s); err != nil || !got.Have {
		t.Errorf("the owner: %+v, %v", got, err)
	}

	// plex.tv is away: nothing is forgotten, so that it can be tried again.
	w.tv.SetTrouble(simplex.Trouble{Unavailable: 4})
	if err := w.SignOut(t.Context()); err == nil || !w.SignedIn() {
		t.Errorf("SignOut = %v, signed in %v", err, w.SignedIn())
	}
	w.tv.SetTrouble(simplex.Trouble{})
	writes = w.tv.Writes()
	must(t, w.SignOut(t.Context()))
	if got := w.tv.Writes() - writes; got != 2 { // the guest's, and the owner's
		t.Errorf("%d sign-outs", got)
	}
	if got, err := w.Token(t.Context(), s); err != nil || got.Have || w.SignedIn() {
		t.Errorf("afterwards: %+v, %v", got, err)
	}
	for _, v := range w.tv.Violations() {
		if strings.Contains(v, "sign") {
			t.Error(v)
		}
	}
}

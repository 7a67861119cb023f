package web_test

import (
	"errors"
	"testing"

	"example.test/wizard/steps"
)

// signingIn lets step 7 lack a key until plex.tv has allowed the sign-in.
func signingIn(w *world) {
	w.steps[steps.IDPlex].set(func(steps.Settings) (steps.Finding, error) {
		if w.tv.state == "allowed" {
			return done("Signed in"), nil
		}
		return steps.Finding{Ask: "plex-signin", Summary: "Needs your sign-in", Detail: &steps.PlexDetail{}}, nil
	})
	w.engine.Forget()
}

func TestPlexSignIn(t *testing.T) {
	w := newWorld(t)
	signingIn(w)
	b := w.open()
	start := b.get("/steps/plex")
	start.has(`form[action="/steps/plex/choose"] button[name="do"][value="signin"][data-next]`)
	start.hasNot("#checks[hx-get]")
	if w.tv.polls != 0 {
		t.Error("plex.tv is asked about a sign-in that nobody began")
	}

	b.post("/steps/plex/choose", "do", "signin").leads("/steps/plex")
	open := b.get("/steps/plex")
	open.has(`a[data-next][href="https://app.plex.tv/auth#?code=abcd"][target="_blank"][rel="noreferrer"]`)
	polled(t, open, "/steps/plex/checks", "every 2s")

	w.tv.down = errors.New("no answer") // which says nothing about the sign-in
	b.get("/steps/plex/checks", asHTMX()).has(`#checks[hx-get]`, `a[data-next]`)
	w.tv.down = nil

	// The person allows it: the very next poll shows the step with its key.
	w.tv.state = "allowed"
	after := b.get("/steps/plex/checks", asHTMX())
	after.hasNot(`button[value="signin"]`, `a[href^="https://app.plex.tv"]`, "#checks[hx-get]")
	after.has(`[data-check="it"][data-status="pass"]`)
	polls := w.tv.polls
	b.get("/steps/plex")
	if w.tv.polls != polls {
		t.Error("plex.tv is asked about a sign-in that has ended")
	}
}

func TestPlexSignInExpires(t *testing.T) {
	w := newWorld(t)
	signingIn(w)
	b := w.open()
	b.post("/steps/plex/choose", "do", "signin").leads("/steps/plex")
	w.tv.state = "expired"
	b.get("/steps/plex").has(`button[name="do"][value="signin"]`) // to begin another
	b.get("/steps/plex").hasNot("#checks[hx-get]")
}

func TestPlexSignInCannotBegin(t *testing.T) {
	w := newWorld(t)
	signingIn(w)
	w.tv.down = &steps.ServiceError{Service: "plex.tv", Call: "POST /pins"}
	a := w.open().post("/steps/plex/choose", "do", "signin")
	a.is(502)
	a.says("plex.tv does not answer")
}

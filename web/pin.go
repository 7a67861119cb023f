package web

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// pinKeeper holds the one sign-in at plex.tv that waits for the person.
type pinKeeper struct {
	mu   sync.Mutex
	pin  steps.Pin
	late bool // the last one was not allowed in time, or was refused
	away bool // plex.tv did not answer the last question about it
}

func (k *pinKeeper) url() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.pin.URL
}

// begin asks plex.tv for a sign-in.
func (k *pinKeeper) begin(ctx context.Context, plex PlexSignIn) error {
	pin, err := plex.NewPin(ctx)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pin, k.late, k.away = pin, false, false
	return nil
}

// poll asks plex.tv how far it is, and forgets a sign-in that has ended.
func (k *pinKeeper) poll(ctx context.Context, plex PlexSignIn) (steps.PinState, error) {
	k.mu.Lock()
	pin := k.pin
	k.mu.Unlock()
	if pin.URL == "" {
		return "", nil
	}
	st, err := plex.PollPin(ctx, pin)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.pin.ID != pin.ID {
		return st, err
	}
	k.away = err != nil
	if err == nil && st != "waiting" {
		k.pin, k.late = steps.Pin{}, st == "expired"
	}
	return st, err
}

// askPin takes up a sign-in that the person has allowed meanwhile.
func (s *Server) askPin(ctx context.Context) {
	if st, err := s.pin.poll(ctx, s.Plex); err == nil && st == "allowed" {
		s.Engine.Forget()
	}
}

// form is the sign-in as it is now: a button to begin it, or the way to plex.tv.
func (k *pinKeeper) form(begin templates.PlexKeyInput) templ.Component {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.pin.URL == "" {
		begin.Late = k.late
		return templates.PlexSignInStart(begin)
	}
	in := templates.PlexInput{SignIn: &templates.Link{Text: "Open plex.tv and allow it", Href: k.pin.URL, External: true}, Away: k.away}
	if !k.pin.Expires.IsZero() {
		in.Until = steps.Clock(k.pin.Expires)
	}
	return templates.PlexSignIn(in)
}

// pasteKey tries the key of Plex that the person read as administrator.
func (s *Server) pasteKey(r *http.Request, server steps.PlexFound) error {
	key := strings.Trim(strings.TrimSpace(r.PostFormValue("token")), `"'`)
	if key == "" {
		return steps.Invalid("token", "Paste the key that the command showed")
	}
	if strings.ContainsAny(key, " \t\r\n<>=") || len(key) < 8 || len(key) > 400 {
		return steps.Invalid("token", "This does not look like a key: it is one word of about 20 letters and digits")
	}
	good, err := s.Plex.UseToken(r.Context(), server, steps.NewSecret(key))
	if err != nil {
		return err
	}
	if !good {
		return steps.Invalid("token", "Plex does not take this key")
	}
	s.Engine.Forget()
	return nil
}

// pasteKeyHere takes the key at step 7, for the server that its latest look found.
func (s *Server) pasteKeyHere(r *http.Request) error {
	seen, err := s.Engine.Look(r.Context(), steps.IDPlex)
	if err != nil {
		return err
	}
	d, _ := seen.Finding.Detail.(*steps.PlexDetail)
	if d == nil || d.Server.State != "ok" {
		return nil // the page says what there is instead
	}
	return s.pasteKey(r, d.Server)
}

// signOutPlex is POST /plex/signout: the end of the wizard's own sign-in at
// plex.tv. What the server has is not touched.
func (s *Server) signOutPlex(w http.ResponseWriter, r *http.Request) error {
	if err := s.Plex.SignOut(r.Context()); err != nil {
		return err
	}
	s.Engine.Forget()
	s.session.setFlash(r, toneDone, "plex.tv has signed the wizard out. Asked again with the old key, it answered 401.")
	http.Redirect(w, r, "/summary", http.StatusSeeOther)
	return nil
}

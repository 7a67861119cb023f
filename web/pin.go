package web

import (
	"context"
	"sync"

	"github.com/a-h/templ"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// pinKeeper holds the one sign-in at plex.tv that waits for the person.
type pinKeeper struct {
	mu  sync.Mutex
	pin steps.Pin
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
	k.pin = pin
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
	if err == nil && st != "waiting" {
		k.mu.Lock()
		if k.pin.ID == pin.ID {
			k.pin = steps.Pin{}
		}
		k.mu.Unlock()
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
func (k *pinKeeper) form() templ.Component {
	if url := k.url(); url != "" {
		return templates.PlexSignIn(templates.PlexInput{SignIn: &templates.Link{Text: "Open plex.tv and allow it", Href: url, External: true}})
	}
	return templates.PlexSignInStart()
}

package plex

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.test/wizard/steps"
)

// ownToken is what the wizard's own sign-in gave. Only this type can be signed
// out, so a server's token cannot be by mistake: see [serverToken].
type ownToken struct{ steps.Secret }

// How far a sign-in is, as [steps.PinState] names it.
const (
	pinWaiting steps.PinState = "waiting"
	pinAllowed steps.PinState = "allowed"
	pinExpired steps.PinState = "expired"
)

type answeredPin struct {
	at    time.Time
	state steps.PinState
}

type pin struct {
	ID        int64        `json:"id"`
	Code      string       `json:"code"`
	ExpiresIn int          `json:"expiresIn"`
	ExpiresAt time.Time    `json:"expiresAt"`
	Token     steps.Secret `json:"authToken"` // null until the person has allowed it
}

// NewPin implements [steps.PlexTV] by POST /api/v2/pins with strong=true, which
// gives a long code for a link instead of four letters to type.
func (c *Client) NewPin(ctx context.Context) (steps.Pin, error) {
	const path = "/api/v2/pins?strong=true"
	if c.clientID == "" {
		return steps.Pin{}, &steps.ServiceError{Service: serviceTV, Call: "POST " + pathOnly(path), Err: errors.New("this installation has no identifier")}
	}
	a, err := c.askTV(ctx, http.MethodPost, path, steps.Secret{}, c.tv)
	if err != nil {
		return steps.Pin{}, err
	}
	var in pin
	if err := json.Unmarshal(a.body, &in); err != nil || in.ID == 0 || in.Code == "" {
		return steps.Pin{}, &steps.ServiceError{Service: serviceTV, Call: "POST " + pathOnly(path), Status: a.status, Message: "the answer cannot be read"}
	}
	ends := in.ExpiresAt
	if in.ExpiresIn > 0 {
		ends = c.now().Add(time.Duration(in.ExpiresIn) * time.Second) // by our clock, which may differ
	}
	return steps.Pin{ID: in.ID, Code: in.Code, URL: c.signInURL(in.Code), Expires: ends}, nil
}

// signInURL is the page where the person allows the sign-in. Everything is in
// the fragment, as Plex's guide has it. Without forwardUrl the person may be on
// another computer than the wizard.
func (c *Client) signInURL(code string) string {
	v := url.Values{"clientID": {c.clientID}, "code": {code}, "context[device][product]": {product}}
	if c.device != "" {
		v.Set("context[device][deviceName]", c.device)
	}
	return c.signIn + "#?" + strings.ReplaceAll(v.Encode(), "+", "%20")
}

// PollPin implements [steps.PlexTV]. An error tells nothing about the sign-in,
// which may go on: plex.tv could not be asked.
func (c *Client) PollPin(ctx context.Context, p steps.Pin) (steps.PinState, error) {
	c.mu.Lock()
	last, ok := c.pins[p.ID]
	c.mu.Unlock()
	if ok && (last.state != pinWaiting || c.now().Sub(last.at) < c.gap(1)) {
		return last.state, nil
	}
	state, err := c.askPin(ctx, p)
	if err != nil {
		return pinWaiting, err
	}
	c.mu.Lock()
	c.pins[p.ID] = answeredPin{c.now(), state}
	c.mu.Unlock()
	return state, nil
}

func (c *Client) askPin(ctx context.Context, p steps.Pin) (steps.PinState, error) {
	path := "/api/v2/pins/" + strconv.FormatInt(p.ID, 10)
	a, err := c.askTV(ctx, http.MethodGet, path, steps.Secret{}, c.tv)
	if e, ok := errors.AsType[*steps.ServiceError](err); ok {
		switch e.Status {
		case http.StatusNotFound, http.StatusGone, http.StatusUnauthorized, http.StatusForbidden:
			return pinExpired, nil // too late, or refused by the person: either way a new one is needed
		}
	}
	if err != nil {
		return "", err
	}
	var in pin
	if err := json.Unmarshal(a.body, &in); err != nil {
		return "", &steps.ServiceError{Service: serviceTV, Call: "GET " + path, Status: a.status, Message: "the answer cannot be read"}
	}
	if in.Token.IsZero() {
		if !p.Expires.IsZero() && c.now().After(p.Expires) {
			return pinExpired, nil
		}
		return pinWaiting, nil
	}
	c.mu.Lock()
	if before := c.signed; !before.IsZero() && before.Reveal() != in.Token.Reveal() {
		c.former = append(c.former, before) // of no use any more, and given back with the last one: this is a question, which changes nothing at plex.tv
	}
	c.signed = ownToken{in.Token}
	c.mu.Unlock()
	c.forgetLocal()
	c.stale()
	return pinAllowed, nil
}

// SignedIn reports whether the wizard holds a sign-in of its own.
func (c *Client) SignedIn() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.signed.IsZero()
}

// SignOut implements [steps.PlexTV]. Without a sign-in there is nothing to do,
// and one that plex.tv no longer knows is signed out. Afterwards plex.tv is asked
// with the old token, and its 401 is the proof; anything else is an error.
func (c *Client) SignOut(ctx context.Context) error {
	if err := c.signOutFormer(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	own := c.signed
	c.mu.Unlock()
	if own.IsZero() {
		return nil
	}
	if err := c.signOut(ctx, own); err != nil {
		return err
	}
	switch _, err := c.askTV(ctx, http.MethodGet, "/api/v2/user", own.Secret, c.tv); {
	case err == nil:
		return &steps.ServiceError{Service: serviceTV, Call: "GET /api/v2/user", Status: http.StatusOK, Message: "the sign-in still works"}
	case !unauthorised(err):
		return err
	}
	c.mu.Lock()
	c.signed = ownToken{}
	clear(c.pins)
	for id, cred := range c.known {
		if cred.from == fromSignIn {
			delete(c.known, id)
		}
	}
	c.mu.Unlock()
	c.stale()
	return nil
}

// signOutFormer gives back the sign-ins that a later one took the place of.
func (c *Client) signOutFormer(ctx context.Context) error {
	c.mu.Lock()
	former := slices.Clone(c.former)
	c.mu.Unlock()
	for _, t := range former {
		if err := c.signOut(ctx, t); err != nil {
			return err
		}
		c.mu.Lock()
		c.former = slices.DeleteFunc(c.former, func(o ownToken) bool { return o.Reveal() == t.Reveal() })
		c.mu.Unlock()
	}
	return nil
}

func (c *Client) signOut(ctx context.Context, t ownToken) error {
	_, err := c.askTV(ctx, http.MethodDelete, "/api/v2/users/signout", t.Secret, c.tv)
	if unauthorised(err) {
		return nil
	}
	return err
}

// gap is the least time between two like questions, n times the pace.
func (c *Client) gap(n int) time.Duration { return time.Duration(n) * max(0, c.pace) }

func pathOnly(path string) string {
	p, _, _ := strings.Cut(path, "?")
	return p
}

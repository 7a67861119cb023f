package plex

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"example.test/wizard/steps"
)

// serverToken opens a server's API, and plex.tv too unless localOnly. It is a
// type of its own so that it cannot be signed out: that would take the server
// away from its owner. See [ownToken].
type serverToken struct {
	steps.Secret
	localOnly bool
}

// A credential is a token that a server has accepted.
type credential struct {
	token serverToken
	from  string // as [steps.PlexToken] names it
}

func newCredential(t steps.Secret, from string) credential {
	return credential{serverToken{t, from == fromLocalAdmin || strings.HasPrefix(t.Reveal(), "local-")}, from}
}

// told is what may be said of it.
func (c credential) told() steps.PlexToken {
	return steps.PlexToken{Have: true, From: c.from, Local: c.token.localOnly}
}

// Names of the places of tokens, as [steps.PlexToken] has them.
const (
	fromEnv        = "PLEX_TOKEN"
	fromLocalAdmin = ".LocalAdminToken"
	fromSignIn     = "plex.tv sign-in"
	fromPasted     = "what you pasted"
)

// Token implements [steps.PlexServer]. It tries, in this order, the token from
// the environment, what the person pasted, Preferences.xml in every data
// directory, the registry or plist, the wizard's own sign-in at plex.tv, and
// .LocalAdminToken, which plex.tv does not take. Each is
// shown to the server, whose word decides. When none is accepted, Reason is
// the one that a person can do most about; "refused" means that there was a
// token which the server does not take.
func (c *Client) Token(ctx context.Context, s steps.PlexFound) (steps.PlexToken, error) {
	if err := c.confirm(ctx, s); err != nil {
		return steps.PlexToken{}, err
	}
	_, t, err := c.climb(ctx, s)
	return t, err
}

// Key is the token that the server with this id took last; zero when there is
// none, or one that is good only on this computer. It is for a probe that
// reaches the same server by its public address.
func (c *Client) Key(serverID string) steps.Secret {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.known[serverID]; !known.token.localOnly {
		return known.token.Secret
	}
	return steps.Secret{}
}

// confirm makes sure that the expected server answers at the origin, before a
// token is shown to it.
func (c *Client) confirm(ctx context.Context, s steps.PlexFound) error {
	call := "GET /identity"
	if s.ID == "" {
		return &steps.ServiceError{Service: "Plex", Call: call, Err: errors.New("the server's identifier is not known")}
	}
	if err := checkOrigin(s.Origin); err != nil {
		return &steps.ServiceError{Service: "Plex", Call: call, Err: err}
	}
	in, err := c.identify(ctx, s.Origin)
	if e, ok := errors.AsType[*errStarting](err); ok {
		return &steps.ServiceError{Service: "Plex", Call: call, Status: http.StatusServiceUnavailable, Message: e.status, Err: err}
	}
	if err != nil {
		return &steps.ServiceError{Service: "Plex", Call: call, Err: err}
	}
	if in.ID != s.ID {
		return &steps.ServiceError{Service: "Plex", Call: call, Status: http.StatusOK, Err: errors.New("another server answers there than the one that was chosen")}
	}
	return nil
}

// climb walks the ladder from the token that was accepted last.
func (c *Client) climb(ctx context.Context, s steps.PlexFound) (credential, steps.PlexToken, error) {
	c.mu.Lock()
	known, ok := c.known[s.ID]
	c.mu.Unlock()
	if ok {
		good, err := c.accepted(ctx, s, known.token)
		if err != nil {
			return credential{}, steps.PlexToken{}, err
		}
		if good {
			return known, known.told(), nil
		}
		c.forget(s.ID)
	}
	worst := stored{reason: reasonNone}
	tried := map[string]bool{}
	try := func(p stored) (credential, bool, error) {
		if p.reason != "" {
			worst = worse(worst, p)
			return credential{}, false, nil
		}
		if !p.fits(s, c.own()) || tried[p.token.Reveal()] {
			return credential{}, false, nil // another server's, or shown already
		}
		tried[p.token.Reveal()] = true
		cred := newCredential(p.token, p.from)
		good, err := c.accepted(ctx, s, cred.token)
		if err == nil && !good {
			p.reason = reasonRefused
			worst = worse(worst, p)
		}
		return cred, good, err
	}
	var silent error // of a place that could not be asked
	for _, read := range c.ladder(ctx, s) {
		places, err := read()
		if err != nil {
			silent = errors.Join(silent, err) // what comes after it may do
		}
		for _, p := range places {
			cred, good, err := try(p)
			if err != nil {
				return credential{}, steps.PlexToken{}, err
			}
			if good {
				c.mu.Lock()
				c.known[s.ID] = cred
				c.mu.Unlock()
				return cred, cred.told(), nil
			}
		}
	}
	if silent != nil {
		return credential{}, steps.PlexToken{}, silent
	}
	return credential{}, steps.PlexToken{From: worst.from, Reason: worst.reason, Path: worst.path}, nil
}

// ladder lists the places, each read only when those before it gave nothing.
func (c *Client) ladder(ctx context.Context, s steps.PlexFound) []func() ([]stored, error) {
	here := func(read func() []stored) func() ([]stored, error) {
		return func() ([]stored, error) { return read(), nil }
	}
	each := func(read func(string) stored) func() ([]stored, error) {
		return here(func() (out []stored) {
			for _, dir := range c.dataDirs {
				out = append(out, read(dir))
			}
			return out
		})
	}
	return []func() ([]stored, error){
		here(c.fromEnvironment),
		here(c.fromPaste),
		each(readPreferences),
		here(c.fromNative),
		func() ([]stored, error) { return c.fromOwnSignIn(ctx, s.ID) },
		each(readLocalAdmin),
	}
}

func (c *Client) fromEnvironment() []stored {
	if t := c.env(); !t.IsZero() {
		return []stored{{token: t, from: fromEnv, given: true}}
	}
	return nil
}

func (c *Client) fromPaste() []stored {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pasted.token.IsZero() {
		return nil
	}
	return []stored{c.pasted}
}

// UseToken tries a key that the person pasted. It is kept, in memory only, when
// the server takes it; false is the server's no.
func (c *Client) UseToken(ctx context.Context, s steps.PlexFound, key steps.Secret) (bool, error) {
	if err := c.confirm(ctx, s); err != nil {
		return false, err
	}
	cred := newCredential(key, fromPasted)
	good, err := c.accepted(ctx, s, cred.token)
	if err != nil || !good {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[s.ID], c.pasted = cred, stored{token: key, server: s.ID, from: fromPasted}
	return true, nil
}

func (c *Client) fromNative() []stored {
	if c.native == nil {
		return nil
	}
	token, from, err := c.native()
	switch {
	case err != nil:
		return []stored{{from: from, reason: reasonOf(err)}}
	case token.IsZero():
		return nil
	}
	return []stored{{token: token, from: from}}
}

// fromOwnSignIn offers what plex.tv issues for talking to this very server,
// when it is the account's own. The sign-in's own token opens the whole account,
// and whoever answers at the address may only pretend to be this server (its
// identifier is no secret), so it is never shown to one. See [ownToken].
func (c *Client) fromOwnSignIn(ctx context.Context, serverID string) ([]stored, error) {
	c.mu.Lock()
	own := c.signed
	c.mu.Unlock()
	if own.IsZero() {
		return nil, nil
	}
	list, err := c.resources(ctx, own.Secret)
	if unauthorised(err) {
		return []stored{{from: fromSignIn, reason: reasonRefused}}, nil
	}
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		if r.ClientIdentifier == serverID && r.Owned && !r.AccessToken.IsZero() {
			return []stored{{token: r.AccessToken, from: fromSignIn, given: true}}, nil
		}
	}
	return []stored{{from: fromSignIn, reason: reasonRefused}}, nil // another account's server
}

// accepted shows a token to the server, which must have been confirmed. Only
// the server's no is a no: anything else is an error.
func (c *Client) accepted(ctx context.Context, s steps.PlexFound, t serverToken) (bool, error) {
	a, err := c.send(ctx, s, t, http.MethodGet, "/:/prefs", nil)
	if err != nil {
		return false, err
	}
	switch a.status {
	case http.StatusOK:
		return true, nil
	case http.StatusUnauthorized, http.StatusForbidden:
		return false, nil
	}
	return false, refusal(http.MethodGet, "/:/prefs", a, t)
}

// forgetLocal lets a sign-in take the place of keys that are good only on this computer.
func (c *Client) forgetLocal() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if newCredential(c.pasted.token, fromPasted).token.localOnly {
		c.pasted = stored{}
	}
	for id, cred := range c.known {
		if cred.token.localOnly {
			delete(c.known, id)
		}
	}
}

func (c *Client) forget(serverID string) {
	c.mu.Lock()
	delete(c.known, serverID)
	c.mu.Unlock()
}

// worse picks the reason that a person can do most about.
func worse(a, b stored) stored {
	rank := map[string]int{reasonNone: 0, reasonSignIn: 1, reasonParse: 2, reasonRefused: 3, reasonDenied: 4}
	if rank[b.reason] > rank[a.reason] {
		return b
	}
	return a
}

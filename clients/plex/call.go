package plex

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
)

// product is how the wizard presents itself to Plex.
const product = "Plex Tunnel Wizard"

// identifyTo adds the headers that say who asks.
func (c *Client) identifyTo(r *http.Request) {
	set := func(name, value string) {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	set("X-Plex-Product", product)
	set("X-Plex-Version", c.version)
	set("X-Plex-Client-Identifier", c.clientID)
	set("X-Plex-Device-Name", c.device)
}

// call confirms who answers, finds a token that it takes, and sends one
// request. A server that refuses the token gets the next one, once: a 401 is a
// clear no, after which nothing has changed. The answer has status 200.
func (c *Client) call(ctx context.Context, s steps.PlexFound, method, path string, query url.Values) (answer, error) {
	if err := c.confirm(ctx, s); err != nil {
		return answer{}, err
	}
	for again := true; ; again = false {
		cred, err := c.credential(ctx, s)
		if err != nil {
			return answer{}, err
		}
		a, err := c.send(ctx, s, cred.token, method, path, query)
		if err != nil {
			return answer{}, err
		}
		if a.status == http.StatusUnauthorized {
			c.forget(s.ID)
			if again {
				continue
			}
		}
		if a.status != http.StatusOK {
			return answer{}, refusal(method, path, a, cred.token)
		}
		return a, nil
	}
}

// credential is the last accepted token, or the first of the ladder.
func (c *Client) credential(ctx context.Context, s steps.PlexFound) (credential, error) {
	c.mu.Lock()
	known, ok := c.known[s.ID]
	c.mu.Unlock()
	if ok {
		return known, nil
	}
	cred, t, err := c.climb(ctx, s)
	if err != nil {
		return credential{}, err
	}
	if !t.Have {
		return credential{}, noToken("Plex", "GET /:/prefs", t.Reason)
	}
	return cred, nil
}

// noToken is the error when there is nobody to ask as. It can be told by its
// status, 401, although nothing was sent.
func noToken(service, call, reason string) error {
	e := &steps.ServiceError{Service: service, Call: call, Status: http.StatusUnauthorized, Message: "no token that it accepts: " + reason}
	return &steps.Problem{
		Title: "The wizard may not speak for the owner of this Plex yet",
		Text:  "Your choices are kept.",
		Fix:   "Sign in to Plex in step 7, with the account that owns the server.",
		Link:  steps.Link{Text: "Go to step 7", URL: "/steps/plex"},
		Err:   e,
	}
}

// send makes one request with a token. A write whose fate is unknown says so.
func (c *Client) send(ctx context.Context, s steps.PlexFound, t serverToken, method, path string, query url.Values) (answer, error) {
	fail := func(err error, unclear bool) error {
		return &steps.ServiceError{Service: "Plex", Call: method + " " + path, Err: err, Unclear: unclear}
	}
	r, err := get(ctx, s.Origin+path)
	if err != nil {
		return answer{}, fail(err, false)
	}
	r.Method = method
	// Plex's own examples write a blank as %20, never as a plus sign.
	r.URL.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	c.identifyTo(r)
	c.met(t.Secret)
	r.Header.Set("X-Plex-Token", t.Reveal())
	a, err := do(c.lan, r)
	if err != nil {
		return answer{}, fail(err, method != http.MethodGet && !unsent(err))
	}
	return a, nil
}

// refusal words an answer that is not a success. The text of /myplex/account is
// left out: it may hold the owner's token.
func refusal(method, path string, a answer, t serverToken) error {
	e := &steps.ServiceError{
		Service: "Plex", Call: method + " " + path, Status: a.status, Wait: a.retryAfter(),
		Unclear: method != http.MethodGet && a.status >= 500,
	}
	if path != pathAccount {
		e.Message = a.words(t.Reveal())
	}
	return e
}

// retryAfter reads how long the service asks us to wait, by its own clock.
func (a answer) retryAfter() time.Duration {
	now, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return retry.After(a.header.Get("Retry-After"), now)
}

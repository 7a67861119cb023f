package plex

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"example.test/wizard/steps"
)

const serviceTV = "plex.tv"

// askTV sends one request to plex.tv and reads the answer. Reads are tried at
// the second host when the first does not answer or has trouble of its own
// (other clients do the same); anything else only when the first could not be
// reached at all. While plex.tv has asked us to slow down, nothing is sent.
func (c *Client) askTV(ctx context.Context, method, path string, token steps.Secret, hosts []string) (answer, error) {
	call := method + " " + pathOnly(path)
	c.mu.Lock()
	rest := c.quietTo.Sub(c.now())
	c.mu.Unlock()
	if rest > 0 {
		return answer{}, &steps.ServiceError{Service: serviceTV, Call: call, Status: http.StatusTooManyRequests, Code: 1003, Message: "not asked again yet", Wait: rest}
	}
	var a answer
	var err error
	for _, base := range hosts {
		var r *http.Request
		if r, err = get(ctx, base+path); err != nil {
			break
		}
		r.Method = method
		c.identifyTo(r)
		if !token.IsZero() {
			c.met(token)
			r.Header.Set("X-Plex-Token", token.Reveal())
		}
		a, err = do(c.world, r)
		trouble := err != nil || a.status >= 500
		if !trouble || ctx.Err() != nil || method != http.MethodGet && !unsent(err) {
			break
		}
	}
	if err != nil {
		return answer{}, &steps.ServiceError{Service: serviceTV, Call: call, Err: err, Unclear: method == http.MethodDelete && !unsent(err)}
	}
	if a.status/100 == 2 {
		return a, nil
	}
	return answer{}, c.refusedByTV(call, a, token)
}

// refusedByTV words an error answer: {"errors":[{"code","message","status"}]}.
func (c *Client) refusedByTV(call string, a answer, token steps.Secret) error {
	e := &steps.ServiceError{Service: serviceTV, Call: call, Status: a.status, Wait: a.retryAfter()}
	var in struct {
		Errors []struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"errors"`
	}
	if json.Unmarshal(a.body, &in) == nil && len(in.Errors) > 0 {
		e.Code = in.Errors[0].Code
		e.Message = answer{body: []byte(in.Errors[0].Message)}.words(token.Reveal())
	} else {
		e.Message = a.words(token.Reveal())
	}
	if a.status == http.StatusTooManyRequests {
		// Code 1003. Without a Retry-After a pause of our own keeps us polite.
		e.Wait = cmp.Or(e.Wait, 10*c.gap(1))
		c.mu.Lock()
		c.quietTo = c.now().Add(e.Wait)
		c.mu.Unlock()
	}
	return e
}

// tvTokens lists what plex.tv may accept for the server: the token that the
// server has accepted, the wizard's own sign-in, and what lies on this
// computer. Tokens that only the server knows are left out.
func (c *Client) tvTokens(serverID string) []steps.Secret {
	c.mu.Lock()
	known, ok := c.known[serverID]
	own := c.signed
	c.mu.Unlock()
	var out []steps.Secret
	add := func(t steps.Secret) {
		same := func(o steps.Secret) bool { return o.Reveal() == t.Reveal() }
		if !t.IsZero() && !slices.ContainsFunc(out, same) {
			out = append(out, t)
		}
	}
	if ok && !known.token.localOnly {
		add(known.token.Secret)
	}
	add(own.Secret)
	if len(out) > 0 {
		return out
	}
	add(c.env())
	for _, dir := range c.dataDirs {
		if p := readPreferences(dir); p.server == "" || p.server == serverID {
			add(p.token)
		}
	}
	for _, p := range c.fromNative() {
		add(p.token)
	}
	return out
}

// Subscription reports whether the account behind the server's token, or behind
// the wizard's own sign-in, has Plex Pass.
func (c *Client) Subscription(ctx context.Context, serverID string) (bool, error) {
	const path = "/api/v2/user"
	var a answer
	err := noToken(serviceTV, "GET "+path, reasonSignIn)
	for _, t := range c.tvTokens(serverID) {
		if a, err = c.askTV(ctx, http.MethodGet, path, t, c.tv); !unauthorised(err) {
			break
		}
	}
	if err != nil {
		return false, err
	}
	var in struct {
		Subscription struct {
			Active flag `json:"active"`
		} `json:"subscription"`
	}
	if err := json.Unmarshal(a.body, &in); err != nil {
		// The answer holds a token, so its text stays out.
		return false, &steps.ServiceError{Service: serviceTV, Call: "GET " + path, Status: a.status, Message: "the answer cannot be read"}
	}
	return bool(in.Subscription.Active), nil
}

// unauthorised reports whether plex.tv does not take the token. Any other error
// says nothing about it.
func unauthorised(err error) bool {
	e, ok := errors.AsType[*steps.ServiceError](err)
	return ok && e.Status == http.StatusUnauthorized
}

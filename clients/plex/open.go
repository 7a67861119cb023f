package plex

import (
	"context"
	"net/http"

	"example.test/wizard/steps"
)

// Open implements [steps.PlexServer]. It asks as a stranger: without a token
// and without headers that would make the server tell this computer apart. A
// server that is open says 200, a closed one 401; anything else is an error,
// because it proves neither.
func (c *Client) Open(ctx context.Context, s steps.PlexFound) (bool, error) {
	const call = "GET /"
	if err := c.confirm(ctx, s); err != nil {
		return false, err
	}
	r, err := get(ctx, s.Origin+"/")
	if err != nil {
		return false, &steps.ServiceError{Service: "Plex", Call: call, Err: err}
	}
	a, err := do(c.lan, r)
	if err != nil {
		return false, &steps.ServiceError{Service: "Plex", Call: call, Err: err}
	}
	switch a.status {
	case http.StatusOK:
		return true, nil
	case http.StatusUnauthorized:
		return false, nil
	}
	return false, refusal(http.MethodGet, "/", a, serverToken{})
}

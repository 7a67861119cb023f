package plex

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
)

// identity is the answer of GET /identity, the one call that needs no token.
type identity struct {
	XMLName xml.Name `json:"-" xml:"MediaContainer"`
	ID      string   `json:"machineIdentifier" xml:"machineIdentifier,attr"`
	Version string   `json:"version" xml:"version,attr"`
	Claimed *flag    `json:"claimed" xml:"claimed,attr"` // missing on old servers
}

// errStarting is a server that answers 503 while it starts or updates its
// database. Its text is the server's own.
type errStarting struct{ status string }

func (e *errStarting) Error() string { return "Plex is starting: " + e.status }

// errNotPlex is an answer of something else.
var errNotPlex = errors.New("what answers there is not Plex Media Server")

// identify asks who answers at an origin at home.
func (c *Client) identify(ctx context.Context, origin string) (identity, error) {
	return identifyBy(ctx, c.lan, origin)
}

func identifyBy(ctx context.Context, hc *http.Client, origin string) (identity, error) {
	r, err := get(ctx, origin+"/identity")
	if err != nil {
		return identity{}, err
	}
	a, err := do(hc, r)
	if err != nil {
		return identity{}, err
	}
	if a.status == http.StatusServiceUnavailable {
		if why, ok := a.maintenance(); ok {
			return identity{}, &errStarting{why}
		}
	}
	if a.status != http.StatusOK {
		return identity{}, fmt.Errorf("%w: it answers %d", errNotPlex, a.status)
	}
	var in struct {
		MediaContainer identity
	}
	if err := a.decode(&in, &in.MediaContainer); err != nil || in.MediaContainer.ID == "" {
		return identity{}, errNotPlex
	}
	return in.MediaContainer, nil
}

// maintenance reads the 503 of a server that is not ready:
// <Response code="503" title="Maintenance" status="…"/>.
func (a answer) maintenance() (string, bool) {
	type response struct {
		Title  string `json:"title" xml:"title,attr"`
		Status string `json:"status" xml:"status,attr"`
	}
	var in struct {
		Response response
	}
	if err := a.decode(&in, &in.Response); err != nil || in.Response.Title != "Maintenance" {
		return "", false
	}
	return in.Response.Status, true
}

package plex

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps"
)

// resource is one device of the account, as plex.tv lists it.
type resource struct {
	Name             string       `json:"name"`
	ClientIdentifier string       `json:"clientIdentifier"`
	Provides         string       `json:"provides"`
	AccessToken      steps.Secret `json:"accessToken"` // for talking to this server; may be null
	Owned            bool         `json:"owned"`
	SourceTitle      string       `json:"sourceTitle"` // who shared it; null when it is the account's own
	Presence         bool         `json:"presence"`
	Connections      []connection `json:"connections"`
}

type connection struct {
	Protocol string `json:"protocol"`
	Address  string `json:"address"`
	Port     int    `json:"port"`
	URI      string `json:"uri"`
	Local    bool   `json:"local"`
	Relay    bool   `json:"relay"`
}

type listedResource struct {
	at time.Time
	r  steps.PlexResource
}

// Resources implements [steps.PlexTV]. It asks as the server itself when its
// token is at hand, else as the wizard's own sign-in. A server that the account
// does not know is not an error: Found is false.
func (c *Client) Resources(ctx context.Context, serverID string) (steps.PlexResource, error) {
	c.mu.Lock()
	last, ok := c.listed[serverID]
	c.mu.Unlock()
	if ok && c.now().Sub(last.at) < c.gap(3) {
		return last.r, nil
	}
	out, asked := steps.PlexResource{}, false
	err := noToken(serviceTV, "GET /api/v2/resources", reasonSignIn)
	for _, t := range c.tvTokens(serverID) {
		list, e := c.resources(ctx, t)
		if unauthorised(e) {
			err = e
			continue
		}
		if e != nil {
			return steps.PlexResource{}, e
		}
		asked = true
		if out = c.pick(list, serverID); out.Found {
			break
		}
	}
	if !asked {
		return steps.PlexResource{}, err
	}
	c.mu.Lock()
	c.listed[serverID] = listedResource{c.now(), out}
	c.mu.Unlock()
	return out, nil
}

// resources reads the account's list. Plex documents clients.plex.tv for it;
// plex.tv answers too.
func (c *Client) resources(ctx context.Context, t steps.Secret) ([]resource, error) {
	const path = "/api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1"
	hosts := slices.Clone(c.tv)
	slices.Reverse(hosts)
	a, err := c.askTV(ctx, http.MethodGet, path, t, hosts)
	if err != nil {
		return nil, err
	}
	var list []resource
	if err := json.Unmarshal(a.body, &list); err != nil {
		// The list holds tokens, so its text stays out.
		return nil, &steps.ServiceError{Service: serviceTV, Call: "GET " + pathOnly(path), Status: a.status, Message: "the answer cannot be read"}
	}
	return list, nil
}

// pick finds the server in the list. An entry of the person's own wins over one
// that was shared with them.
func (c *Client) pick(list []resource, serverID string) steps.PlexResource {
	out := steps.PlexResource{Reading: steps.Reading{At: c.now(), Source: serviceTV}}
	for _, r := range list {
		if r.ClientIdentifier != serverID || !slices.Contains(strings.Split(r.Provides, ","), "server") || out.Owned {
			continue
		}
		out.Found, out.Owned, out.Owner, out.Name, out.Online, out.Connections = true, r.Owned, r.SourceTitle, r.Name, r.Presence, nil
		for _, n := range r.Connections {
			out.Connections = append(out.Connections, steps.PlexConnection{
				URI: n.URI, Protocol: n.Protocol, Address: n.Address, Port: n.Port, Local: n.Local, Relay: n.Relay,
			})
		}
	}
	return out
}

// stale forgets what plex.tv last listed, because a change is on its way there.
func (c *Client) stale() {
	c.mu.Lock()
	clear(c.listed)
	c.mu.Unlock()
}

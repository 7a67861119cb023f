package plex

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"

	"example.test/wizard/steps"
)

// settings is the answer of /:/prefs and /:/prefs/get.
type settings struct {
	XMLName xml.Name  `json:"-" xml:"MediaContainer"`
	Setting []setting `xml:"Setting"`
}

type setting struct {
	ID    string `json:"id" xml:"id,attr"`
	Type  string `json:"type" xml:"type,attr"`
	Value text   `json:"value" xml:"value,attr"`
}

// normal is the value in the form that Plex takes: booleans are "1" and "0".
func (s setting) normal() string {
	if s.Type == "bool" {
		switch s.Value {
		case "true":
			return "1"
		case "false":
			return "0"
		}
	}
	return string(s.Value)
}

// Prefs implements [steps.PlexServer]. Without ids it reads all of them. A
// preference that this server does not know is missing from the map, which is
// how a caller finds out. Booleans are "1" and "0".
func (c *Client) Prefs(ctx context.Context, s steps.PlexFound, ids ...string) (map[string]string, error) {
	path, query := "/:/prefs", url.Values(nil)
	if len(ids) == 1 {
		path, query = "/:/prefs/get", url.Values{"id": ids}
	}
	a, err := c.call(ctx, s, http.MethodGet, path, query)
	if len(ids) == 1 && errors.Is(err, steps.ErrNotFound) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, err
	}
	var in struct{ MediaContainer settings }
	if err := a.decode(&in, &in.MediaContainer); err != nil {
		return nil, unreadable("GET "+path, err)
	}
	all := map[string]string{}
	for _, p := range in.MediaContainer.Setting {
		all[p.ID] = p.normal()
	}
	if len(ids) == 0 {
		return all, nil
	}
	some := map[string]string{}
	for _, id := range ids {
		if v, ok := all[id]; ok {
			some[id] = v
		}
	}
	return some, nil
}

// SetPrefs implements [steps.PlexServer]: all of them in one request, which
// the server carries out wholly or not at all. It refuses an unknown name with
// status 400, a wrong token with 401 and one that is not the owner's with 403.
func (c *Client) SetPrefs(ctx context.Context, s steps.PlexFound, prefs map[string]string) error {
	if len(prefs) == 0 {
		return nil
	}
	query := url.Values{}
	for id, value := range prefs {
		query.Set(id, value)
	}
	_, err := c.call(ctx, s, http.MethodPut, "/:/prefs", query)
	c.stale()
	return err
}

// RefreshReachability implements [steps.PlexServer]. It is the "Retry" of
// Remote Access, and makes the server publish its addresses again.
func (c *Client) RefreshReachability(ctx context.Context, s steps.PlexFound) error {
	_, err := c.call(ctx, s, http.MethodPut, "/myplex/refreshReachability", nil)
	c.stale()
	return err
}

package plex

import (
	"cmp"
	"context"
	"encoding/xml"
	"net/http"

	"example.test/wizard/steps"
)

const pathAccount = "/myplex/account"

// owned is what we read of GET / with the owner's token.
type owned struct {
	XMLName  xml.Name `json:"-" xml:"MediaContainer"`
	Name     string   `json:"friendlyName" xml:"friendlyName,attr"`
	Version  string   `json:"version" xml:"version,attr"`
	SignIn   string   `json:"myPlexSigninState" xml:"myPlexSigninState,attr"`
	Mapping  string   `json:"myPlexMappingState" xml:"myPlexMappingState,attr"`
	Pass     flag     `json:"myPlexSubscription" xml:"myPlexSubscription,attr"`
	Username string   `json:"myPlexUsername" xml:"myPlexUsername,attr"`
}

// account is what we read of GET /myplex/account. The answer holds the owner's
// plex.tv token as well; having no field for it is what keeps it out.
type account struct {
	XMLName    xml.Name `json:"-" xml:"MyPlex"`
	Username   string   `json:"username" xml:"username,attr"`
	Mapping    string   `json:"mappingState" xml:"mappingState,attr"`
	PublicPort text     `json:"publicPort" xml:"publicPort,attr"`
}

// Details implements [steps.PlexServer].
func (c *Client) Details(ctx context.Context, s steps.PlexFound) (steps.PlexDetails, error) {
	a, err := c.call(ctx, s, http.MethodGet, "/", nil)
	if err != nil {
		return steps.PlexDetails{}, err
	}
	var root struct{ MediaContainer owned }
	if err := a.decode(&root, &root.MediaContainer); err != nil {
		return steps.PlexDetails{}, unreadable("GET /", err)
	}
	o := root.MediaContainer
	if a, err = c.call(ctx, s, http.MethodGet, pathAccount, nil); err != nil {
		return steps.PlexDetails{}, err
	}
	var mine struct{ MyPlex account }
	if err := a.decode(&mine, &mine.MyPlex); err != nil {
		return steps.PlexDetails{}, unreadable("GET "+pathAccount, nil)
	}
	m := mine.MyPlex
	return steps.PlexDetails{
		Name: o.Name, Version: o.Version, SignedIn: o.SignIn == "ok", Pass: bool(o.Pass),
		Username: cmp.Or(o.Username, m.Username), Mapping: cmp.Or(m.Mapping, o.Mapping),
		PublicPort: string(m.PublicPort),
		Reading:    steps.Reading{At: c.now(), Source: hostOf(s.Origin)},
	}, nil
}

// unreadable is an answer of the right status with the wrong content.
func unreadable(call string, err error) error {
	return &steps.ServiceError{Service: "Plex", Call: call, Status: http.StatusOK, Message: "the answer cannot be read", Err: err}
}

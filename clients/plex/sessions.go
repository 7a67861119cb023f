package plex

import (
	"context"
	"encoding/xml"
	"net/http"

	"example.test/wizard/steps"
)

// A Session is one playback as the server sees it. A visitor through the
// tunnel ought to be "wan": otherwise the server takes it for one at home.
type Session struct {
	Title    string
	Player   string
	Address  string // as the server takes it
	Public   string // remotePublicAddress
	Location string // "lan", "wan", "cellular"
	Local    bool
	Relayed  bool
}

// Sessions lists what is being played.
func (c *Client) Sessions(ctx context.Context, s steps.PlexFound) ([]Session, error) {
	const path = "/status/sessions"
	a, err := c.call(ctx, s, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	type playback struct {
		Title  string `json:"title" xml:"title,attr"`
		Player struct {
			Title   string `json:"title" xml:"title,attr"`
			Address string `json:"address" xml:"address,attr"`
			Public  string `json:"remotePublicAddress" xml:"remotePublicAddress,attr"`
			Local   flag   `json:"local" xml:"local,attr"`
			Relayed flag   `json:"relayed" xml:"relayed,attr"`
		}
		Session struct {
			Location string `json:"location" xml:"location,attr"`
		}
	}
	var in struct {
		MediaContainer struct {
			XMLName  xml.Name   `json:"-" xml:"MediaContainer"`
			Metadata []playback `xml:",any"` // Video, Track or Photo
		}
	}
	if err := a.decode(&in, &in.MediaContainer); err != nil {
		return nil, unreadable("GET "+path, err)
	}
	var out []Session
	for _, p := range in.MediaContainer.Metadata {
		out = append(out, Session{
			Title: p.Title, Player: p.Player.Title, Address: p.Player.Address, Public: p.Player.Public,
			Location: p.Session.Location, Local: bool(p.Player.Local), Relayed: bool(p.Player.Relayed),
		})
	}
	return out, nil
}

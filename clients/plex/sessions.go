package plex

import (
	"context"
	"encoding/xml"
	"net/http"

	"example.test/wizard/steps"
)

// Viewers implements [steps.PlexViewers] by GET /status/sessions. A visitor
// through the tunnel ought to be "wan": otherwise the server takes it for one at
// home.
func (c *Client) Viewers(ctx context.Context, s steps.PlexFound) ([]steps.PlexViewer, error) {
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
	var out []steps.PlexViewer
	for _, p := range in.MediaContainer.Metadata {
		out = append(out, steps.PlexViewer{
			Title: p.Title, Player: p.Player.Title, Address: p.Player.Address, Public: p.Player.Public,
			Location: p.Session.Location, Local: bool(p.Player.Local), Relayed: bool(p.Player.Relayed),
		})
	}
	return out, nil
}

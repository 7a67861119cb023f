package plex

import (
	"net/http"
	"slices"
)

// Session is one thing being played, and how the server classifies the player.
type Session struct {
	Title               string `json:"title"`
	User                string `json:"user"`
	Product             string `json:"product"`
	Address             string `json:"address"`
	RemotePublicAddress string `json:"remotePublicAddress"`
	Local               bool   `json:"local"`
	Relayed             bool   `json:"relayed"`
	Secure              bool   `json:"secure"`
	Location            string `json:"location"`  // lan, wan or cellular
	Bandwidth           int    `json:"bandwidth"` // kbit/s
}

// SetSessions says what is being played now.
func (s *Server) SetSessions(now []Session) {
	s.mu.Lock()
	s.sessions = slices.Clone(now)
	s.mu.Unlock()
	s.cfg.Changed()
}

// GET /status/sessions
func (s *Server) showSessions(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var kids []node
	for i, one := range s.sessions {
		kids = append(kids, one.node(i+1))
	}
	s.mu.Unlock()
	answer(w, r, http.StatusOK, container(kids), named)
}

func (o Session) node(number int) node {
	return node{
		name: "Video", key: "Metadata",
		attrs: []attr{{"title", o.Title}, {"type", "movie"}, {"sessionKey", xmlText(number)}},
		kids: []node{
			{name: "User", shape: shapeObject, attrs: []attr{{"title", o.User}}},
			{name: "Player", shape: shapeObject, attrs: []attr{
				{"address", o.Address},
				{"remotePublicAddress", o.RemotePublicAddress},
				{"local", o.Local},
				{"relayed", o.Relayed},
				{"secure", o.Secure},
				{"title", o.Product},
				{"product", o.Product},
			}},
			{name: "Session", shape: shapeObject, attrs: []attr{
				{"id", "session-" + xmlText(number)},
				{"bandwidth", o.Bandwidth},
				{"location", o.Location},
			}},
		},
	}
}

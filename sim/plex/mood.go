package plex

import (
	"fmt"
	"net/http"
	"net/netip"
	"time"
)

// Mood is how the server misbehaves at the moment. The zero value is a healthy
// server.
type Mood struct {
	Maintenance int           `json:"maintenance,omitempty"` // this many more requests are answered 503
	Refuse      bool          `json:"refuse,omitempty"`      // the port is closed although the service runs
	Slow        time.Duration `json:"slow,omitempty"`        // before every answer, divided by Speed
	OtherID     string        `json:"otherId,omitempty"`     // machineIdentifier of another server, which accepts the same tokens
	Unclaimed   bool          `json:"unclaimed,omitempty"`   // no account owns the server; loopback needs no token
	SignedOut   bool          `json:"signedOut,omitempty"`   // claimed, but its sign-in at plex.tv is gone: nothing is published
	NoHTTPS     bool          `json:"noHttps,omitempty"`     // TLS connections are closed at once; plain HTTP answers
	NoLAN       bool          `json:"noLan,omitempty"`       // the address at home is hidden, as from a container: none is published as local
	PeerAddress netip.Addr    `json:"peerAddress,omitzero"`  // every connection seems to come from here, as from a container's gateway
}

// Mood returns the present mood; Maintenance is what is left of it.
func (s *Server) Mood() Mood {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mood
}

// SetMood changes how the server behaves from now on. What depends on it at
// plex.tv and in Preferences.xml follows.
func (s *Server) SetMood(m Mood) error {
	defer s.cfg.Changed()
	s.gate.Lock()
	defer s.gate.Unlock()
	s.mu.Lock()
	again, tls := s.mood.NoLAN != m.NoLAN, !s.mood.NoHTTPS && m.NoHTTPS
	s.mood = m
	err := s.save()
	if again {
		s.publish(triggerChange)
	}
	s.tellPresence()
	s.mu.Unlock()
	if err == nil {
		err = s.applyRefusal(m.Refuse || tls) // which ends the TLS connections that are open
	}
	if err == nil && tls {
		err = s.applyRefusal(m.Refuse)
	}
	return err
}

// applyRefusal opens or closes the port of a running server; the gate is held.
func (s *Server) applyRefusal(refuse bool) error {
	switch {
	case !s.running:
		return nil
	case refuse:
		return s.shut()
	}
	return s.open()
}

func (s *Server) refusesTLS() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mood.NoHTTPS
}

// The words of Plex's 503, as users report them.
const (
	startingUp = "Plex Media Server is currently running startup maintenance tasks."
	migrating  = "Plex Media Server is currently running database migrations."
)

// busy tells whether this request meets a server that is not ready, and why.
func (s *Server) busy() (status string, yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cfg.Now().Before(s.readyAt) {
		return startingUp, true
	}
	if s.mood.Maintenance > 0 {
		s.mood.Maintenance--
		return migrating, true
	}
	return "", false
}

// dawdle waits as long as the mood says, or until the client has gone.
func (s *Server) dawdle(r *http.Request) {
	s.mu.Lock()
	wait := scaled(s.mood.Slow, s.cfg.Speed)
	s.mu.Unlock()
	pause(r.Context().Done(), wait)
}

func pause(done <-chan struct{}, wait time.Duration) {
	if wait <= 0 {
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-done:
	}
}

func answerMaintenance(w http.ResponseWriter, status string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = fmt.Fprintf(w, `<Response code="503" title="Maintenance" status="%s"/>`, status)
}

package plex

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
)

// serverState is everything that a restarted demonstration must find again.
type serverState struct {
	Token        string            `json:"token"`
	AccountToken string            `json:"accountToken"`
	Prefs        map[string]string `json:"prefs"`
	Mood         Mood              `json:"mood"`
	Publishing   Publishing        `json:"publishing"`
	Sessions     []Session         `json:"sessions,omitempty"`
}

// Snapshot is the whole state as JSON. It holds tokens, all of them pretend.
func (s *Server) Snapshot() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.Marshal(serverState{
		Token: s.token, AccountToken: s.cfg.AccountToken, Prefs: s.prefs.values,
		Mood: s.mood, Publishing: s.publishing, Sessions: s.sessions,
	})
}

// Restore takes over a snapshot. The addresses stay those of this server; the
// state of the pretend plex.tv is not touched, except that it learns the
// identity and presence of this server again.
func (s *Server) Restore(snapshot []byte) error {
	var state serverState
	if err := json.Unmarshal(snapshot, &state); err != nil {
		return fmt.Errorf("restoring the pretend Plex server: %w", err)
	}
	s.gate.Lock()
	defer s.gate.Unlock()
	s.mu.Lock()
	next := newPreferences(s.cfg.NoLanNetworks)
	_, err := next.set(maps.Clone(state.Prefs))
	if err == nil {
		if s.cfg.PlexTV != nil && machineIdentifier(next.text(prefMachine)) != s.ownID() {
			s.cfg.PlexTV.forget(s.ownID())
		}
		s.prefs, s.mood, s.sessions = next, state.Mood, state.Sessions
		s.token, s.cfg.AccountToken, s.publishing = state.Token, state.AccountToken, state.Publishing
		err = errors.Join(s.renewCertificate(), s.save())
		s.reannounce()
	}
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("restoring the pretend Plex server: %w", err)
	}
	return s.applyRefusal(state.Mood.Refuse)
}

// reannounce is called with both locks held.
func (s *Server) reannounce() {
	if s.cfg.PlexTV != nil {
		s.cfg.PlexTV.announce(s.device(), s.connections(s.publishing != PublishNever))
	}
}

package plex

import (
	"encoding/json"
	"fmt"
)

// tvState is everything that a restarted demonstration must find again. The
// accounts are part of the configuration.
type tvState struct {
	Devices    map[string]*device `json:"devices"`
	Tokens     map[string]grant   `json:"tokens"`
	Pins       map[int]*pin       `json:"pins"`
	NextPin    int                `json:"nextPin"`
	Trouble    Trouble            `json:"trouble"`
	Violations []string           `json:"violations,omitempty"`
}

// Snapshot is the whole state as JSON. It holds tokens, all of them pretend.
func (t *PlexTV) Snapshot() ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return json.Marshal(tvState{t.devices, t.tokens, t.pins, t.nextPin, t.trouble, t.violations})
}

// Restore takes over a snapshot. Restore plex.tv before the servers: they
// announce themselves to it.
func (t *PlexTV) Restore(snapshot []byte) error {
	state := tvState{Devices: map[string]*device{}, Tokens: map[string]grant{}, Pins: map[int]*pin{}}
	if err := json.Unmarshal(snapshot, &state); err != nil {
		return fmt.Errorf("restoring the pretend plex.tv: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.devices, t.tokens, t.pins = state.Devices, state.Tokens, state.Pins
	t.nextPin, t.trouble, t.violations = state.NextPin, state.Trouble, state.Violations
	return nil
}

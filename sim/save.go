package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// state is the world between two starts. Caches, connections and faults are not
// part of it.
type state struct {
	Cloudflare json.RawMessage `json:"cloudflare,omitempty"`
	DNS        json.RawMessage `json:"dns,omitempty"`
	Plex       json.RawMessage `json:"plex,omitempty"`
	PlexTV     json.RawMessage `json:"plex_tv,omitempty"`
	PlexAddr   string          `json:"plex_addr,omitempty"` // kept, because the tunnel's route names it
	PlexTVAddr string          `json:"plex_tv_addr,omitempty"`
}

const stateFile = "world.json"

func readState(dir string) (s state, err error) {
	b, err := os.ReadFile(filepath.Join(dir, stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil {
		return s, fmt.Errorf("reading the world's state: %w", err)
	}
	return s, nil
}

// Move makes a copied folder of a world one of another computer: its services
// take ports of their own. Without it a copy might stand where another copy's
// tunnel leads to.
func Move(dir string) error {
	s, err := readState(dir)
	if err != nil {
		return err
	}
	s.PlexAddr, s.PlexTVAddr = "", ""
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("moving the world: %w", err)
	}
	return replace(filepath.Join(dir, stateFile), b)
}

// save writes the state as a whole. It is called before the answer to a write
// leaves, so that what the wizard was told is still true after a crash.
func (w *World) save() {
	w.saving.Lock()
	defer w.saving.Unlock()
	if !w.ready {
		return
	}
	// A world that cannot save itself goes on; only a restart would forget.
	_ = w.writeState()
}

func (w *World) writeState() error {
	s := state{PlexAddr: w.Plex.Addr(), PlexTVAddr: addressOf(w.PlexTV.URL())}
	for _, part := range []struct {
		into *json.RawMessage
		of   interface{ Snapshot() ([]byte, error) }
	}{{&s.Cloudflare, w.Cloudflare}, {&s.DNS, w.DNS}, {&s.Plex, w.Plex}, {&s.PlexTV, w.PlexTV}} {
		b, err := part.of.Snapshot()
		if err != nil {
			return err
		}
		*part.into = b
	}
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return replace(filepath.Join(w.opts.Dir, stateFile), b)
}

package cloudflare

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// state is everything the service remembers. It is plain data: its JSON form is
// the snapshot, and a round trip through it is a deep copy.
type state struct {
	User     User         `json:"user"`
	Accounts []accountRow `json:"accounts"`
	Tokens   []Token      `json:"tokens"`
	Zones    []zoneRow    `json:"zones"`
	Tunnels  []tunnelRow  `json:"tunnels"`
	NextPair int          `json:"next_pair"` // how many pairs of name servers were handed out
}

// accountRow is an account with what belongs to it.
type accountRow struct {
	Account
	Org    *organization `json:"org,omitempty"`
	Apps   []appRow      `json:"apps,omitempty"`
	Alerts []alertRow    `json:"alerts,omitempty"`
}

// Snapshot answers the whole state as JSON. It holds the (pretend) secrets.
func (a *API) Snapshot() ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b, err := json.MarshalIndent(a.state, "", " ")
	if err != nil {
		return nil, fmt.Errorf("cloudflare snapshot: %w", err)
	}
	return b, nil
}

// Restore takes a snapshot in place of the present state. On an error the
// present state stays.
func (a *API) Restore(snapshot []byte) error {
	st := &state{}
	if err := json.Unmarshal(snapshot, st); err != nil {
		return fmt.Errorf("cloudflare snapshot: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state, a.looks, a.ended = st, map[string]*look{}, map[string]map[string]ending{}
	return nil
}

// clone copies the state.
func (s *state) clone() (*state, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("copy state: %w", err)
	}
	c := &state{}
	if err := json.Unmarshal(b, c); err != nil {
		return nil, fmt.Errorf("copy state: %w", err)
	}
	return c, nil
}

// freeze turns a result into JSON now, while the state it points at is locked.
func freeze(v any) (json.RawMessage, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode result: %w", err)
	}
	return b, nil
}

func (s *state) account(id string) *accountRow {
	return find(s.Accounts, func(a accountRow) bool { return a.ID == id })
}

func (s *state) zone(id string) *zoneRow {
	return find(s.Zones, func(z zoneRow) bool { return z.ID == id })
}

func (s *state) zoneByName(name string) *zoneRow {
	return find(s.Zones, func(z zoneRow) bool { return z.Name == name })
}

func (s *state) tunnel(id string) *tunnelRow {
	return find(s.Tunnels, func(t tunnelRow) bool { return t.ID == id })
}

// find answers the address of the first element that fits, or nil.
func find[T any](list []T, fits func(T) bool) *T {
	if i := slices.IndexFunc(list, fits); i >= 0 {
		return &list[i]
	}
	return nil
}

// stamp writes a time as the API does, or null for none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339Nano)
}

package steps_test

import (
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"example.test/wizard/steps"
)

// memory is a store that forgets at the end of the test. Like the true one it
// keeps what JSON keeps, and nothing else.
type memory struct {
	mu       sync.Mutex
	settings []byte
	intents  []steps.Intent
	events   []steps.Event
	found    map[string][]byte
	dead     bool // the process has been killed: nothing is written any more
}

var errDead = errors.New("the process was killed")

func newMemory(s steps.Settings) *memory {
	return &memory{settings: toJSON(s), found: map[string][]byte{}}
}

func toJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func fromJSON[T any](b []byte) (v T) {
	if b != nil {
		if err := json.Unmarshal(b, &v); err != nil {
			panic(err)
		}
	}
	return v
}

func (m *memory) kill()        { m.mu.Lock(); m.dead = true; m.mu.Unlock() }
func (m *memory) killed() bool { m.mu.Lock(); defer m.mu.Unlock(); return m.dead }

// survivor is what the next process finds on the disk.
func (m *memory) survivor() *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := &memory{settings: m.settings, intents: slices.Clone(m.intents), events: slices.Clone(m.events), found: map[string][]byte{}}
	for k, v := range m.found {
		out.found[k] = v
	}
	return out
}

func (m *memory) write(do func()) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead {
		return errDead
	}
	do()
	return nil
}

func (m *memory) Settings() (steps.Settings, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fromJSON[steps.Settings](m.settings), nil
}

func (m *memory) ChangeSettings(change func(*steps.Settings) error) error {
	var failed error
	err := m.write(func() {
		s := fromJSON[steps.Settings](m.settings)
		if failed = change(&s); failed == nil {
			m.settings = toJSON(s)
		}
	})
	return errors.Join(err, failed)
}

func (m *memory) Begin(in steps.Intent) error {
	return m.write(func() { m.intents = append(m.intents, in) })
}

func (m *memory) Finish(in steps.Intent, ev steps.Event) error {
	return m.write(func() {
		if ev.Result != steps.Unknown {
			m.intents = slices.DeleteFunc(m.intents, func(old steps.Intent) bool {
				return old.Attempt == in.Attempt || ev.Result == steps.Done && old.Step == in.Step && old.Action == in.Action
			})
		}
		m.events = append(m.events, ev)
	})
}

func (m *memory) Intents() ([]steps.Intent, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.intents), nil
}

func (m *memory) Events() ([]steps.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.events), nil
}

func (m *memory) Found(domain string) (steps.Found, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fromJSON[steps.Found](m.found[domain]), nil
}

func (m *memory) SaveFound(domain string, f steps.Found) error {
	return m.write(func() { m.found[domain] = toJSON(f) })
}

// journal is what the history says, in one line each.
func (m *memory) journal() (out []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, ev := range m.events {
		out = append(out, string(ev.Step)+" "+ev.Action+" "+string(ev.Result))
	}
	return out
}

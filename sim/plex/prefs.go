package plex

import (
	"fmt"
	"maps"
	"strconv"
)

// preferences holds the values of the known settings.
type preferences struct {
	known  []setting
	values map[string]string // canonical; absent means the default
}

// unknownPreference carries the words with which Plex refuses a name.
type unknownPreference string

func (e unknownPreference) Error() string {
	return "cannot set preference value for unknown preference " + string(e)
}

func newPreferences(withoutLanNetworks bool) *preferences {
	return &preferences{known: knownSettings(withoutLanNetworks), values: map[string]string{}}
}

func (p *preferences) find(id string) (setting, bool) {
	for _, one := range p.known {
		if one.id == id {
			return one, true
		}
	}
	return setting{}, false
}

func (p *preferences) text(id string) string {
	if value, ok := p.values[id]; ok {
		return value
	}
	one, _ := p.find(id)
	return one.initial
}

func (p *preferences) on(id string) bool { return p.text(id) == "1" }

func (p *preferences) number(id string) int {
	n, _ := strconv.Atoi(p.text(id)) // canonical values parse; a text preference counts 0
	return n
}

// set changes all the values or, when one is refused, none. It answers with the
// values that differ now, as they were before.
func (p *preferences) set(wanted map[string]string) (before map[string]string, err error) {
	next := maps.Clone(p.values)
	before = map[string]string{}
	for id, value := range wanted {
		one, ok := p.find(id)
		if !ok {
			return nil, unknownPreference(id)
		}
		canonical, err := one.canonical(value)
		if err != nil {
			return nil, err
		}
		if old := p.text(id); old != canonical {
			before[id] = old
		}
		next[id] = canonical
		if canonical == one.initial {
			delete(next, id)
		}
	}
	p.values = next
	return before, nil
}

// Preference answers with the present value of one setting; booleans are "0"
// and "1".
func (s *Server) Preference(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.prefs.text(id)
}

// SetPreferences changes settings as their owner would in Plex Web. It does not
// count as a write of a program.
func (s *Server) SetPreferences(wanted map[string]string) error {
	if err := s.setPreferences(wanted); err != nil {
		return fmt.Errorf("pretend Plex server: %w", err)
	}
	return nil
}

func (s *Server) setPreferences(wanted map[string]string) error {
	s.mu.Lock()
	before, err := s.prefs.set(wanted)
	if err == nil {
		err = s.save()
	}
	if err == nil {
		s.publishChanges(before)
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	if len(before) > 0 {
		s.notify(before)
		s.cfg.Changed()
	}
	return nil
}

package dns

import (
	"encoding/json"
	"fmt"
)

// saved is the form of a snapshot.
type saved struct {
	Domains []savedDomain `json:"domains"`
}

type savedDomain struct {
	Domain
	// OwnServers are the name servers at registration.
	OwnServers []string `json:"own_servers"`
}

// Snapshot returns every registered domain with its delegation, DS and zone as
// JSON. Caches, counters and faults are not in it.
func (w *World) Snapshot() ([]byte, error) {
	out := saved{Domains: []savedDomain{}}
	for _, d := range w.registry.all() {
		out.Domains = append(out.Domains, savedDomain{d, w.registry.ownServers(d.Name)})
	}
	return json.Marshal(out)
}

// Restore replaces all registered domains by those of a snapshot. Orders that
// were on their way are carried out. A snapshot that cannot be read changes
// nothing.
func (w *World) Restore(snapshot []byte) error {
	var in saved
	if err := json.Unmarshal(snapshot, &in); err != nil {
		return fmt.Errorf("snapshot of the name system: %w", err)
	}
	var entries []*entry
	for _, d := range in.Domains {
		e, err := w.registry.newEntry(d.Domain)
		if err != nil {
			return fmt.Errorf("snapshot of the name system: %w", err)
		}
		e.ownServers = d.OwnServers
		entries = append(entries, e)
	}
	w.registry.replace(entries)
	for _, s := range w.servers {
		if s.resolver != nil {
			s.resolver.cache.forget()
		}
	}
	w.changed()
	return nil
}

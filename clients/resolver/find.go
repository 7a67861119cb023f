package resolver

import (
	"context"
	"fmt"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// Find looks for every record of a domain at its authoritative servers (see
// [zone.Finder]). When ctx ends it returns what it has by then, without an error.
func (r *Resolver) Find(ctx context.Context, domain string, o steps.FindOptions, report func(zone.Progress)) (steps.Found, error) {
	servers := cleanNames(o.Servers)
	if len(servers) == 0 {
		d, err := r.Delegation(ctx, domain)
		if err != nil {
			return steps.Found{}, fmt.Errorf("find records of %s: %w", domain, err)
		}
		if servers = d.NS; len(servers) == 0 {
			return steps.Found{}, fmt.Errorf("find records of %s: the registry names no servers for it", domain)
		}
	}
	f := zone.Finder{
		Asker: r, Domain: domain, Servers: servers, Deep: o.Deep, Extra: o.Extra, Rate: r.rate, Report: report, Now: r.now,
	}
	return f.Find(ctx)
}

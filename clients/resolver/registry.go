package resolver

import (
	"context"
	"strings"
	"sync"
	"time"
)

// Who asks about a domain every minute need not go down the tree each time, nor ask
// again what was just said not to be there: the registry's servers change rarely, and
// a DS record appears only by somebody's doing.
const (
	registryLife = time.Hour
	unsignedLife = 10 * time.Minute
	mostKnown    = 64 // domains
)

// A registry is what is known of the zone above a domain.
type registry struct {
	at      string
	servers []nameServer
	until   time.Time

	mu       sync.Mutex
	unsigned map[string]unsigned // by server
}

// unsigned is a server's word that a domain has no DS record, good as long as it
// names the same name servers.
type unsigned struct {
	ns    string
	until time.Time
}

// registryOf returns the zone above a domain and its servers; known is true when it
// was not asked for just now.
func (r *Resolver) registryOf(ctx context.Context, domain string) (reg *registry, known bool, err error) {
	r.mu.Lock()
	reg = r.registries[domain]
	r.mu.Unlock()
	if reg != nil && r.now().Before(reg.until) {
		return reg, true, nil
	}
	at, servers, err := r.parentServers(ctx, domain)
	if err != nil {
		return nil, false, err
	}
	reg = &registry{at: at, servers: servers, until: r.now().Add(r.shorten(registryLife)), unsigned: map[string]unsigned{}}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.registries) >= mostKnown {
		clear(r.registries)
	}
	r.registries[domain] = reg
	return reg, false, nil
}

// forgetRegistry makes the next question go down the tree again.
func (r *Resolver) forgetRegistry(domain string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.registries, domain)
}

// saidUnsigned reports whether a server said a short while ago, and for these name
// servers, that there is no DS record.
func (r *Resolver) saidUnsigned(reg *registry, server string, ns []string) bool {
	reg.mu.Lock()
	defer reg.mu.Unlock()
	u, ok := reg.unsigned[server]
	return ok && u.ns == strings.Join(ns, " ") && r.now().Before(u.until)
}

// noteUnsigned keeps what a server said of the DS record.
func (r *Resolver) noteUnsigned(reg *registry, server string, ns []string, none bool) {
	reg.mu.Lock()
	defer reg.mu.Unlock()
	if !none {
		delete(reg.unsigned, server)
		return
	}
	reg.unsigned[server] = unsigned{strings.Join(ns, " "), r.now().Add(r.shorten(unsignedLife))}
}

// shorten divides a time by the pace.
func (r *Resolver) shorten(d time.Duration) time.Duration {
	return time.Duration(float64(d) / r.pace)
}

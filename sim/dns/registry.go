package dns

import (
	"fmt"
	"slices"
	"sync"
	"time"

	mdns "github.com/miekg/dns"
)

// publishing is how long after an order each of the registry's two servers
// answers with it, at life's speed.
func publishing() [2]time.Duration { return [2]time.Duration{time.Minute, 3 * time.Minute} }

// registry holds the registered domains: the order book of the registrars and
// what each of the two servers answers from it.
type registry struct {
	mu      sync.RWMutex
	domains map[string]*entry // by canonical name
	// suffixes are the zones that registries run, never changed.
	suffixes map[string]suffix
	now      func() time.Time
	speed    float64
}

// entry is one registered domain.
type entry struct {
	Domain
	orders []order // oldest first; never empty
	// ownServers are the name servers at registration, which belong to the
	// old host unless somebody else has that name.
	ownServers []string
	zones      [2]*zone
}

// order is a delegation and the moment at which the registrar sent it.
type order struct {
	at          time.Time
	nameServers []string // canonical
	ds          []mdns.RR
}

func newRegistry(now func() time.Time, speed float64) *registry {
	return &registry{domains: map[string]*entry{}, suffixes: suffixes(), now: now, speed: speed}
}

// newEntry checks a domain and loads its zones. Its delegation is in force.
func (g *registry) newEntry(d Domain) (*entry, error) {
	name := canonical(d.Name)
	if _, ok := mdns.IsDomainName(name); !ok || g.suffixOf(name) != parent(name) {
		return nil, fmt.Errorf("domain %q: not a name directly below a registry's zone", d.Name)
	}
	d.Name = plain(name)
	if len(d.NameServers) == 0 {
		d.NameServers = []string{OldHost1, OldHost2}
	}
	e := &entry{Domain: d, ownServers: plainAll(d.NameServers)}
	for i, text := range []string{d.Zone, d.StaleZone} {
		if text == "" {
			continue
		}
		z, err := parseZone(name, text)
		if err != nil {
			return nil, err
		}
		if d.Signed {
			z = z.signed(g.now)
		}
		e.zones[i] = z
	}
	if e.zones[1] == nil {
		e.zones[1] = e.zones[0]
	}
	ds, err := g.parseDS(name, d.DS)
	if err != nil {
		return nil, err
	}
	e.orders = []order{{nameServers: canonicalAll(d.NameServers), ds: ds}}
	return e, nil
}

func (g *registry) parseDS(name string, data []string) ([]mdns.RR, error) {
	var out []mdns.RR
	for _, text := range data {
		rr, err := mdns.NewRR(fmt.Sprintf("%s %d IN DS %s", name, g.suffixes[parent(name)].ds, text))
		if err != nil {
			return nil, fmt.Errorf("domain %s: DS %q: %w", plain(name), text, err)
		}
		out = append(out, rr)
	}
	return out, nil
}

func (g *registry) put(entries ...*entry) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.putLocked(entries)
}

func (g *registry) putLocked(entries []*entry) {
	for _, e := range entries {
		g.domains[canonical(e.Name)] = e
	}
}

// order changes the delegation or the DS set of a domain from now on.
func (g *registry) order(domain string, change func(*order) error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.domains[canonical(domain)]
	if e == nil {
		return fmt.Errorf("domain %s is not registered", plain(domain))
	}
	next := e.orders[len(e.orders)-1]
	next.at = g.now()
	if err := change(&next); err != nil {
		return err
	}
	// Orders that both servers have replaced by now are history.
	first := min(e.visible(0, g), e.visible(1, g))
	e.orders = append(slices.Clone(e.orders[first:]), next)
	e.NameServers = plainAll(next.nameServers)
	e.DS = nil
	for _, rr := range next.ds {
		e.DS = append(e.DS, data(rr))
	}
	return nil
}

// visible is the index of the order that one of the two servers answers from.
func (e *entry) visible(server int, g *registry) int {
	delay := time.Duration(float64(publishing()[server]) / g.speed)
	for i := len(e.orders) - 1; i > 0; i-- {
		if !g.now().Before(e.orders[i].at.Add(delay)) {
			return i
		}
	}
	return 0
}

// published is what one of the two servers answers for a domain; not ok if it
// is not in the registry's zone.
func (g *registry) published(domain string, server int) (order, bool) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	e := g.domains[canonical(domain)]
	if e == nil || e.held() {
		return order{}, false
	}
	o := e.orders[e.visible(server, g)]
	return o, len(o.nameServers) > 0
}

// held says whether the status keeps the domain out of the zone (RFC 5731
// section 2.3, RFC 3915 section 3.1).
func (e *entry) held() bool {
	return slices.ContainsFunc(e.Status, func(s string) bool {
		switch s {
		case "clientHold", "serverHold", "inactive", "redemptionPeriod", "pendingDelete":
			return true
		}
		return false
	})
}

// domain returns a copy of what is registered.
func (g *registry) domain(name string) (Domain, bool) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	e := g.domains[canonical(name)]
	if e == nil {
		return Domain{}, false
	}
	return e.Domain, true
}

// all returns every registered domain, sorted by name.
func (g *registry) all() []Domain {
	g.mu.RLock()
	defer g.mu.RUnlock()
	out := make([]Domain, 0, len(g.domains))
	for _, e := range g.domains {
		out = append(out, e.Domain)
	}
	slices.SortFunc(out, func(a, b Domain) int { return compareNames(canonical(a.Name), canonical(b.Name)) })
	return out
}

// hosted returns the zone of the old host that holds a name and whether it may
// be transferred; nil if the old host holds none.
func (g *registry) hosted(name string, server int) (z *zone, transfer bool) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	for n := range ancestors(canonical(name)) {
		if e := g.domains[n]; e != nil {
			return e.zones[server], e.Transfer
		}
	}
	return nil, false
}

// registrable returns the name directly below the registry's zone, registered
// or not, that a canonical name belongs to; empty for a registry's own names.
func (g *registry) registrable(name string) string {
	top := g.suffixOf(name)
	if top == "" {
		return ""
	}
	for n := range ancestors(name) {
		if n != top && parent(n) == top {
			return n
		}
	}
	return ""
}

// suffixOf returns the longest registry zone at or above a canonical name.
func (g *registry) suffixOf(name string) string {
	for n := range ancestors(name) {
		if g.isSuffix(n) {
			return n
		}
	}
	return ""
}

func (g *registry) isSuffix(name string) bool { _, ok := g.suffixes[name]; return ok }

func canonicalAll(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, canonical(n))
	}
	return out
}

func plainAll(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, plain(n))
	}
	return out
}

// data is the presentation form of a record without its header.
func data(rr mdns.RR) string { return rr.String()[len(rr.Header().String()):] }

// oldHostName returns which server of the old host a name is, if a domain was
// registered with it as one of its own name servers.
func (g *registry) oldHostName(name string) (index int, ok bool) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	for _, e := range g.domains {
		if i := slices.Index(e.ownServers, plain(name)); i >= 0 {
			return i % 2, true
		}
	}
	return 0, false
}

// ownServers returns the name servers that a domain was registered with.
func (g *registry) ownServers(domain string) []string {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if e := g.domains[canonical(domain)]; e != nil {
		return e.ownServers
	}
	return nil
}

// replace drops every domain and takes these.
func (g *registry) replace(entries []*entry) {
	g.mu.Lock()
	defer g.mu.Unlock()
	clear(g.domains)
	g.putLocked(entries)
}

package dns

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	mdns "github.com/miekg/dns"
)

// World is the running name system. All methods are safe for concurrent use.
type World struct {
	config    Config
	started   time.Time
	registry  *registry
	servers   []*server
	outside   *zone // names of other people's domains; never changed
	flattener *resolver
	faults    faults
	counters  counters
	serials   serials
	sockets   []*mdns.Server
	serving   sync.WaitGroup
	closed    chan struct{}
	closing   sync.Once
	closeErr  error
}

// Start binds every server on 127.0.0.1 and registers [DemoDomains].
func Start(c Config) (*World, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Speed <= 0 {
		c.Speed = 1
	}
	if len(c.EdgeIPv4) == 0 && len(c.EdgeIPv6) == 0 {
		c.EdgeIPv4 = []net.IP{net.IPv4(127, 0, 0, 1).To4()}
	}
	w := &World{config: c, started: c.Now(), registry: newRegistry(c.Now, c.Speed), closed: make(chan struct{})}
	w.flattener = newResolver(w, 0, 0)
	if err := w.fill(); err != nil {
		return nil, err
	}
	if err := w.listen(); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// fill loads the embedded domains and the outside names.
func (w *World) fill() error {
	outside, err := w.outsideZone()
	if err != nil {
		return err
	}
	w.outside = outside
	for _, d := range DemoDomains() {
		e, err := w.registry.newEntry(d)
		if err != nil {
			return err
		}
		w.registry.put(e)
	}
	return nil
}

// Close stops every server and waits for the answers on their way.
func (w *World) Close() error {
	w.closing.Do(func() {
		close(w.closed)
		var errs []error
		for _, s := range w.sockets {
			errs = append(errs, s.Shutdown())
		}
		w.serving.Wait()
		w.closeErr = errors.Join(errs...)
	})
	return w.closeErr
}

func (w *World) now() time.Time { return w.config.Now() }

func (w *World) changed() {
	if w.config.Changed != nil {
		w.config.Changed()
	}
}

// Register adds a domain, or replaces the one of that name, at once.
func (w *World) Register(d Domain) error {
	e, err := w.registry.newEntry(d)
	if err != nil {
		return err
	}
	w.registry.put(e)
	w.changed()
	return nil
}

// Delegation returns the name servers of a domain as the registry's first
// server answers now; nil if the domain is not in the registry's zone.
func (w *World) Delegation(domain string) []string {
	o, ok := w.registry.published(domain, 0)
	if !ok {
		return nil
	}
	return plainAll(o.nameServers)
}

// SetDelegation is what the registrar does when the name servers are saved:
// the registry's servers follow one after another, one and three minutes
// later, and then each resolver when its cache lets it.
func (w *World) SetDelegation(domain string, ns []string) error {
	return w.order(domain, func(o *order) error {
		o.nameServers = canonicalAll(ns)
		return nil
	})
}

// SetDS puts delegation-signer records at the registry, in presentation form;
// without any, the one of [KeyDS].
func (w *World) SetDS(domain string, ds ...string) error {
	if len(ds) == 0 {
		ds = []string{KeyDS(domain)}
	}
	set, err := w.registry.parseDS(canonical(domain), ds)
	if err != nil {
		return err
	}
	return w.order(domain, func(o *order) error { o.ds = set; return nil })
}

// ClearDS takes the delegation-signer records of a domain away.
func (w *World) ClearDS(domain string) error {
	return w.order(domain, func(o *order) error { o.ds = nil; return nil })
}

// order changes the registry. Other people's questions keep every resolver's
// cache warm, so each of them remembers the state of this moment first.
func (w *World) order(domain string, change func(*order) error) error {
	for _, s := range w.servers {
		if s.resolver != nil {
			s.resolver.delegation(canonical(domain))
		}
	}
	if err := w.registry.order(domain, change); err != nil {
		return err
	}
	w.changed()
	return nil
}

// Addresses maps every server name, and every life-like address, to the
// 127.0.0.1:port where that server answers. The names of Cloudflare's pairs
// are those assigned to registered domains at this moment; their life-like
// addresses are always there, and the resolvers answer with them.
func (w *World) Addresses() map[string]string {
	out := map[string]string{}
	for _, s := range w.servers {
		for _, name := range slices.Concat(s.names, s.other, []string{s.ip}) {
			out[name] = s.addr
		}
	}
	names := slices.Concat(w.pairs()...)
	for _, d := range w.registry.all() {
		names = slices.Concat(names, d.NameServers, w.registry.ownServers(d.Name))
	}
	for _, name := range names {
		if s := w.serverNamed(name); s != nil {
			out[plain(name)] = s.addr
		}
	}
	return out
}

// Resolvers returns host:port of the four public resolvers, Cloudflare,
// Google, Quad9 and OpenDNS, and of the local one last.
func (w *World) Resolvers() []string {
	var out []string
	for _, s := range w.servers {
		if s.role == resolverRole {
			out = append(out, s.addr)
		}
	}
	return out
}

// serverNamed finds a server by one of its names; nil if nobody has that name.
func (w *World) serverNamed(name string) *server {
	name = plain(name)
	for _, s := range w.servers {
		if s.ip == name || slices.Contains(s.names, name) || slices.Contains(s.other, name) {
			return s
		}
	}
	if i, ok := w.cloudflareServer(name); ok {
		return w.serverOf(cloudflareRole, i)
	}
	if i, ok := w.registry.oldHostName(name); ok {
		return w.serverOf(oldHostRole, i)
	}
	return nil
}

func (w *World) serverOf(r role, index int) *server {
	for _, s := range w.servers {
		if s.role == r && s.index == index {
			return s
		}
	}
	return nil
}

func (w *World) mustServer(name string) (*server, error) {
	if s := w.serverNamed(name); s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("no server is called %q", name)
}

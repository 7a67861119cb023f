// Package resolver asks DNS servers: the servers of a registry, the servers of
// a domain, and public resolvers, each by its address and never through this
// computer's own resolver unless that one is meant. It knows how to ask and how
// to read an answer (RFC 1034, 1035, 2308, 5936, 6891); which names to ask for,
// and what the answers mean for a person, package zone knows.
package resolver

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// A NamedResolver is a resolver that is asked what the world believes.
type NamedResolver struct {
	ID    string // "google"
	Name  string // "Google, 8.8.8.8", as people read it
	Addr  string // host:port; empty, for the local one, for what the system uses
	Local bool   // this computer's or its router's own
}

// Config says whom to ask and how. The zero value asks the real world.
type Config struct {
	// Servers overrides where a server is asked: its name, or its address, to
	// host:port. What is not in it is asked at port 53 of its own address.
	Servers map[string]string
	// Resolvers are asked in this order when an address is needed; nil for
	// [PublicResolvers].
	Resolvers []NamedResolver
	Timeout   time.Duration // for one try; 3 s when it is 0
	Rate      float64       // questions a second to each server in a search; 20 when it is 0
	Now       func() time.Time
	Pace      float64 // by which what is remembered is kept shorter; 1 when it is less
}

// A Resolver asks. It may be used by several goroutines at once.
type Resolver struct {
	servers   map[string]string
	resolvers []NamedResolver
	timeout   time.Duration
	rate      float64
	now       func() time.Time
	pace      float64

	mu         sync.Mutex
	hosts      map[string]host // addresses of name servers
	registries map[string]*registry
}

var _ steps.DNS = (*Resolver)(nil)

// New makes a Resolver.
func New(c Config) *Resolver {
	r := &Resolver{
		servers: map[string]string{}, resolvers: c.Resolvers, timeout: c.Timeout, rate: c.Rate, now: c.Now,
		hosts: map[string]host{}, registries: map[string]*registry{}, pace: max(c.Pace, 1),
	}
	for name, addr := range c.Servers {
		r.servers[serverKey(name)] = addr
	}
	if r.resolvers == nil {
		r.resolvers = PublicResolvers()
	}
	if r.timeout <= 0 {
		r.timeout = 3 * time.Second
	}
	if r.now == nil {
		r.now = time.Now
	}
	return r
}

// PublicResolvers are four that anybody may ask, and the system's own.
func PublicResolvers() []NamedResolver {
	return []NamedResolver{
		{ID: "cloudflare", Name: "Cloudflare, 1.1.1.1", Addr: "1.1.1.1:53"},
		{ID: "google", Name: "Google, 8.8.8.8", Addr: "8.8.8.8:53"},
		{ID: "quad9", Name: "Quad9, 9.9.9.9", Addr: "9.9.9.9:53"},
		{ID: "opendns", Name: "OpenDNS, 208.67.222.222", Addr: "208.67.222.222:53"},
		{ID: "local", Name: "This computer’s own resolver", Local: true},
	}
}

// StandIns are [PublicResolvers] at other addresses (host:port), given in the
// same order. With fewer addresses there are fewer resolvers.
func StandIns(addrs []string) []NamedResolver {
	out := PublicResolvers()
	for i := range out {
		if i < len(addrs) {
			out[i].Addr = addrs[i]
		}
	}
	return out[:min(len(out), len(addrs))]
}

// serverKey is the form in which servers are looked up: an address in its
// usual form, or a name in lower case without the final dot.
func serverKey(name string) string {
	if a, err := netip.ParseAddr(name); err == nil {
		return a.Unmap().String()
	}
	return zone.CanonicalName(name)
}

// cleanNames puts names into the form of the settings: lower case, sorted,
// each once.
func cleanNames(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, zone.CanonicalName(n))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ending is a zone as people write it: ".com", ".co.uk".
func ending(zoneName string) string { return "." + strings.TrimPrefix(zone.ToUnicode(zoneName), ".") }

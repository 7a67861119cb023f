package dns

import (
	"maps"
	"sync"
	"time"

	mdns "github.com/miekg/dns"
)

// cacheLimit is how many names a resolver remembers before it makes room.
const cacheLimit = 20000

// cache remembers answers and delegations until they are too old by the
// world's clock. Their TTLs count down at the world's speed.
type cache struct {
	mu          sync.Mutex
	answers     map[cacheKey]cached
	delegations map[string]delegation
	now         func() time.Time
	speed       float64
}

type cacheKey struct {
	name string // canonical
	kind uint16
}

// cached is one remembered answer, positive or negative.
type cached struct {
	reply
	stored, expires time.Time
}

// delegation is who serves a domain, as a resolver believes.
type delegation struct {
	nameServers []string
	ds          []mdns.RR
	missing     bool // the registry knows no such domain
	expires     time.Time
}

func newCache(now func() time.Time, speed float64) *cache {
	return &cache{answers: map[cacheKey]cached{}, delegations: map[string]delegation{}, now: now, speed: speed}
}

// answer returns a remembered answer with the TTLs that are left.
func (c *cache) answer(key cacheKey) (reply, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, ok := c.answers[key]
	now := c.now()
	if !ok || !now.Before(entry.expires) {
		return reply{}, false
	}
	age := uint32(now.Sub(entry.stored).Seconds() * c.speed)
	r := entry.reply
	r.answer, r.authority = aged(r.answer, age), aged(r.authority, age)
	return r, true
}

// aged copies records with their TTL reduced.
func aged(rrs []mdns.RR, age uint32) []mdns.RR {
	out := make([]mdns.RR, 0, len(rrs))
	for _, rr := range rrs {
		old := mdns.Copy(rr)
		old.Header().Ttl -= min(age, old.Header().Ttl)
		out = append(out, old)
	}
	return out
}

// remember keeps an answer for ttl seconds of life.
func (c *cache) remember(key cacheKey, r reply, ttl uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if len(c.answers) >= cacheLimit {
		maps.DeleteFunc(c.answers, func(_ cacheKey, old cached) bool { return !now.Before(old.expires) })
	}
	if len(c.answers) >= cacheLimit {
		clear(c.answers)
	}
	c.answers[key] = cached{reply: r, stored: now, expires: now.Add(c.life(ttl))}
}

// life is how long ttl seconds take here.
func (c *cache) life(ttl uint32) time.Duration {
	return time.Duration(float64(ttl) / c.speed * float64(time.Second))
}

func (c *cache) delegation(domain string) (delegation, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.delegations[domain]
	return d, ok && c.now().Before(d.expires)
}

func (c *cache) delegate(domain string, d delegation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.delegations[domain] = d
}

// forget empties the cache.
func (c *cache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.answers)
	clear(c.delegations)
}

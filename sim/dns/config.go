package dns

import (
	"net"
	"time"

	mdns "github.com/miekg/dns"
)

// Config is what a [World] needs from the rest of the pretend world. The zero
// value is a world in real time without any zone at Cloudflare.
type Config struct {
	// Now is the world's clock; nil means [time.Now].
	Now func() time.Time
	// Speed is how much faster than life caches age and the registry
	// publishes; 1 if not positive. The TTLs in answers stay life-like.
	Speed float64
	// Cloudflare tells the state of a zone (no final dot): its records, its
	// two assigned servers, and whether Cloudflare's servers answer for it at
	// all (they refuse a zone that is still initialising). It is asked at
	// every question and without any lock of this package held, so it may
	// call back. nil means that Cloudflare holds nothing.
	Cloudflare func(zone string) (recs []ZoneRecord, nameServers []string, ok bool)
	// EdgeIPv4 and EdgeIPv6 are what proxied records answer, and the
	// connector's regions. Both empty means 127.0.0.1.
	EdgeIPv4, EdgeIPv6 []net.IP
	// Extra holds further names that the resolvers know, by owner name. It
	// replaces a built-in name of the outside world with the same owner.
	Extra map[string][]mdns.RR
	// Changed, if set, is called after every change of what [World.Snapshot]
	// would save, without any lock held.
	Changed func()
}

// ZoneRecord is one record of a zone at Cloudflare.
type ZoneRecord struct {
	Name string // full name, for example "www.example.com"
	Type string // "A", "MX", …
	TTL  uint32 // seconds; 1 means automatic, which is answered as 300
	// Content is the record data in presentation form, priority included
	// ("10 mail.example.com"). Names in it are absolute with or without the
	// final dot; a TXT may be given without quotes.
	Content string
	// Proxied hides the content behind the edge addresses. The caller says
	// false while the zone is pending: Cloudflare then answers the content.
	Proxied bool
}

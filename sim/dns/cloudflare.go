package dns

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"

	mdns "github.com/miekg/dns"
)

// automaticTTL is what Cloudflare answers for a TTL of 1 and for proxied names.
const automaticTTL = 300

// cloudflareAnswer is what Cloudflare's servers say: records from the zone as
// the API holds it now, edge addresses for what is proxied, REFUSED for zones
// that are not held.
func (w *World) cloudflareAnswer(q query) reply {
	name := canonical(q.name)
	for origin := range ancestors(name) {
		if origin == "." || w.config.Cloudflare == nil {
			break
		}
		recs, pair, ok := w.config.Cloudflare(plain(origin))
		if !ok || len(pair) == 0 {
			continue
		}
		z := w.cloudflareZone(origin, recs, pair)
		if apex, ok := flattened(z); ok && z.cut(name, q.kind) == "" {
			return w.flatten(z, apex, q)
		}
		return z.answer(q.name, q.kind, false)
	}
	return refused()
}

// cloudflareZone builds a zone. A record that does not parse is left out: the
// API would never have stored it.
func (w *World) cloudflareZone(origin string, recs []ZoneRecord, pair []string) *zone {
	z := newZone(origin, []mdns.RR{&mdns.SOA{ // values: Cloudflare's documented defaults
		Hdr: header(origin, mdns.TypeSOA, 3600), Ns: canonical(pair[0]), Mbox: "dns.cloudflare.com.",
		Serial: w.serials.of(origin, recs), Refresh: 10000, Retry: 2400, Expire: 604800, Minttl: 1800,
	}})
	for _, ns := range pair {
		z.add(&mdns.NS{Hdr: header(origin, mdns.TypeNS, 86400), Ns: canonical(ns)})
	}
	for _, rec := range recs {
		owner := canonical(rec.Name)
		switch kind := strings.ToUpper(rec.Type); {
		case !mdns.IsSubDomain(origin, owner), kind == "NS" && owner == origin, kind == "SOA":
		case rec.Proxied && (kind == "A" || kind == "AAAA" || kind == "CNAME"):
			for _, rr := range w.edgeRecords(owner) {
				z.add(rr)
			}
		default:
			if rr, err := rec.parse(); err == nil {
				z.add(rr)
			}
		}
	}
	return z
}

// parse turns a record of the API into one of the wire.
func (r ZoneRecord) parse() (mdns.RR, error) {
	ttl := r.TTL
	if ttl <= 1 {
		ttl = automaticTTL
	}
	kind, content := strings.ToUpper(r.Type), strings.TrimSpace(r.Content)
	if kind == "TXT" && !strings.HasPrefix(content, `"`) {
		return &mdns.TXT{Hdr: header(canonical(r.Name), mdns.TypeTXT, ttl), Txt: chunks(content)}, nil
	}
	rr, err := mdns.NewRR(fmt.Sprintf("%s %d IN %s %s", canonical(r.Name), ttl, kind, content))
	if err == nil && rr == nil {
		err = fmt.Errorf("record %s %s: empty", r.Name, kind)
	}
	return rr, err
}

// chunks splits a text into character strings of at most 255 bytes, in the
// escaped form that the library keeps.
func chunks(text string) []string {
	var out []string
	for ; len(text) > 255; text = text[255:] {
		out = append(out, escape(text[:255]))
	}
	return append(out, escape(text))
}

func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}

// edgeRecords is what a proxied name answers: the edge's addresses and the
// HTTPS record that Cloudflare makes by itself.
func (w *World) edgeRecords(owner string) []mdns.RR {
	https := &mdns.HTTPS{SVCB: mdns.SVCB{
		Hdr: header(owner, mdns.TypeHTTPS, automaticTTL), Priority: 1, Target: ".",
		Value: []mdns.SVCBKeyValue{&mdns.SVCBAlpn{Alpn: []string{"h3", "h2"}}},
	}}
	if len(w.config.EdgeIPv4) > 0 {
		https.Value = append(https.Value, &mdns.SVCBIPv4Hint{Hint: w.config.EdgeIPv4})
	}
	if len(w.config.EdgeIPv6) > 0 {
		https.Value = append(https.Value, &mdns.SVCBIPv6Hint{Hint: w.config.EdgeIPv6})
	}
	return append(w.edgeAddresses(owner), https)
}

func (w *World) edgeAddresses(owner string) []mdns.RR {
	var out []mdns.RR
	for _, ip := range w.config.EdgeIPv4 {
		out = append(out, &mdns.A{Hdr: header(owner, mdns.TypeA, automaticTTL), A: ip})
	}
	for _, ip := range w.config.EdgeIPv6 {
		out = append(out, &mdns.AAAA{Hdr: header(owner, mdns.TypeAAAA, automaticTTL), AAAA: ip})
	}
	return out
}

// flattened returns the CNAME at the apex, which free zones flatten.
func flattened(z *zone) (*mdns.CNAME, bool) {
	set := z.nodes[z.origin][mdns.TypeCNAME]
	if len(set) == 0 {
		return nil, false
	}
	cname, ok := set[0].(*mdns.CNAME)
	return cname, ok
}

// flatten answers from a zone whose apex is an alias: the apex gets the
// target's addresses and keeps its other records.
func (w *World) flatten(z *zone, apex *mdns.CNAME, q query) reply {
	rest := slices.DeleteFunc(slices.Clone(z.records), func(rr mdns.RR) bool { return rr == mdns.RR(apex) })
	flat := newZone(z.origin, rest)
	if q.kind == mdns.TypeA || q.kind == mdns.TypeAAAA {
		target := w.flattener.resolve(query{name: apex.Target, kind: q.kind, depth: q.depth + 1})
		if target.rcode == mdns.RcodeServerFailure {
			return reply{rcode: mdns.RcodeServerFailure}
		}
		for _, rr := range target.answer {
			if rr.Header().Rrtype == q.kind {
				address := rename(rr, z.origin)
				address.Header().Ttl = min(rr.Header().Ttl, apex.Hdr.Ttl)
				flat.add(address)
			}
		}
	}
	return flat.answer(q.name, q.kind, false)
}

// cloudflareServer returns which of the two servers a name under
// ns.cloudflare.com is: by its place in the pair of a registered domain, else
// fixed by its name, for there are many pairs and only two servers here.
func (w *World) cloudflareServer(name string) (index int, ok bool) {
	label, found := strings.CutSuffix(canonical(name), cloudflareSuffix)
	if !found || label == "" || strings.Contains(label, ".") {
		return 0, false
	}
	for _, pair := range w.pairs() {
		if i := slices.Index(canonicalAll(pair), canonical(name)); i >= 0 {
			return i % 2, true
		}
	}
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(label))
	return int(sum.Sum32() % 2), true
}

// pairs returns the assigned servers of the registered domains at Cloudflare.
func (w *World) pairs() [][]string {
	if w.config.Cloudflare == nil {
		return nil
	}
	var out [][]string
	for _, d := range w.registry.all() {
		if _, pair, ok := w.config.Cloudflare(d.Name); ok {
			out = append(out, pair)
		}
	}
	return out
}

// serials gives each zone at Cloudflare a serial that grows by every change.
type serials struct {
	mu   sync.Mutex
	seen map[string]serial
}

type serial struct {
	state  uint64
	number uint32
}

// firstSerial has the size of those seen in the wild.
const firstSerial = 2371000000

func (s *serials) of(zone string, recs []ZoneRecord) uint32 {
	var state uint64 // of the set: the order of the records does not matter
	for _, rec := range recs {
		sum := fnv.New64a()
		_, _ = fmt.Fprintf(sum, "%q", []any{rec.Name, rec.Type, rec.TTL, rec.Content, rec.Proxied})
		state += sum.Sum64()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]serial{}
	}
	now, known := s.seen[zone]
	switch {
	case !known:
		now = serial{state, firstSerial}
	case now.state != state:
		now = serial{state, now.number + 1}
	}
	s.seen[zone] = now
	return now.number
}

package zone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrRefused means that a server refuses to hand over a zone.
var ErrRefused = errors.New("the server refuses")

// An Asker asks one server one question. It retries by itself, and gives a
// server that does not answer as an [Answer] with Rcode "timeout". It fails
// only when ctx has ended or the server cannot be asked at all.
//
// Names may hold escapes as in zone files (RFC 1035 section 5.1). For the type
// "NSEC" the answer must carry DNSSEC records too (the DO bit of RFC 4035).
type Asker interface {
	Ask(ctx context.Context, server, name, rtype string) (Answer, error)
	// Transfer asks for the whole zone (AXFR, RFC 5936). It fails with
	// [ErrRefused] when the server does not want to.
	Transfer(ctx context.Context, server, zone string) ([]Record, error)
}

// A Finder looks for the records of one domain at its authoritative servers:
// by transfer, by walking a signed zone, and else by asking for the names that
// such domains have. It records only what a server answered.
type Finder struct {
	Asker   Asker
	Domain  string
	Servers []string         // names of the authoritative servers
	Deep    bool             // about 5000 names instead of 600
	Extra   []Record         // records from elsewhere, asked for as well
	Rate    float64          // questions a second to each server; 20 when it is 0
	Report  func(Progress)   // called from one goroutine at a time; may be nil
	Now     func() time.Time // for the time of the search; nil for the real clock
}

// Find searches until everything is asked or ctx ends; in both cases it returns
// what it has. Servers that do not answer are in the result, not an error. It
// fails only when the Finder makes no sense.
func (f *Finder) Find(ctx context.Context) (Found, error) {
	domain := CanonicalName(f.Domain)
	if domain == "" || f.Asker == nil || len(f.Servers) == 0 {
		return Found{}, fmt.Errorf("find records of %q: a domain, its servers and a way to ask them are needed", f.Domain)
	}
	now := time.Now
	if f.Now != nil {
		now = f.Now
	}
	r := newSearch(f, domain)
	ctx, r.flooded = context.WithCancel(ctx)
	defer r.flooded()
	found := Found{Domain: domain, At: now()}
	r.greet(ctx)
	if len(r.usable()) > 0 {
		found.Complete = r.all(ctx)
	} else {
		// The old servers are gone: what the person brought is all there is.
		for _, e := range f.Extra {
			r.add(e, append(slices.Clone(e.Sources), SourceUnconfirmed)...)
		}
	}
	if found.Complete == "" && slices.ContainsFunc(f.Extra, fromFile) {
		found.Complete = "file"
	}
	r.finish(&found)
	found.Stopped = ctx.Err() != nil
	if found.Stopped && found.Complete != "file" && !r.closed {
		found.Complete = ""
	}
	found.Statement = statement(found, len(r.usable()) > 0)
	if r.bytes > mostBytes {
		found.Statement += flood
	}
	return found, nil
}

func fromFile(r Record) bool { return slices.Contains(r.Sources, "file") }

// all tries the complete ways first. It returns how the list is complete.
func (r *search) all(ctx context.Context) string {
	if r.transfer(ctx) {
		r.closed = true
		r.label()
		r.confirm(ctx)
		return "transfer"
	}
	if r.walk(ctx) {
		r.closed = true
		r.label()
		r.confirm(ctx)
		return "nsec"
	}
	r.apex(ctx)
	r.extras(ctx)
	r.services(ctx)
	r.wordList(ctx)
	r.underscored(ctx)
	r.confirm(ctx)
	return ""
}

// label adds where else a record was known, when the list is complete anyway.
func (r *search) label() {
	for _, e := range r.Extra {
		r.mu.Lock()
		known := r.found[e.Key()] != nil
		r.mu.Unlock()
		if known {
			r.add(e, e.Sources...)
		}
	}
}

// brought sorts the records of a zone file that were not found: those for which
// no server could be asked, or for which it answered with a proxy's address, are
// kept; the others are stale.
func (r *search) brought() (kept []Record, stale []LeftOut) {
	var gone []Record
	veiled := map[string]bool{}
	for _, rec := range r.found {
		veiled[rec.Name] = veiled[rec.Name] || Veiled(*rec)
	}
	for _, e := range r.Extra {
		if e.Name = CanonicalName(e.Name); !fromFile(e) || r.found[e.Key()] != nil {
			continue
		}
		if asked := r.asked[e.Name] || r.closed; asked && !r.silent[e.Name] && len(r.usable()) > 0 && !(veiled[e.Name] && behind(e)) {
			gone = append(gone, e)
		} else {
			if !veiled[e.Name] {
				e.Sources = append(slices.Clone(e.Sources), SourceUnconfirmed)
			}
			kept = append(kept, e)
		}
	}
	gone, _ = Prune(r.domain, gone)
	for _, e := range gone {
		stale = append(stale, LeftOut{e, NotAnswered})
	}
	return kept, stale
}

// finish puts what was found into its final form.
func (r *search) finish(found *Found) {
	r.mu.Lock()
	defer r.mu.Unlock()
	recs := make([]Record, 0, len(r.found))
	for _, rec := range r.found {
		recs = append(recs, *rec)
	}
	file, stale := r.brought()
	recs = append(recs, file...)
	slices.SortFunc(recs, byRecord)
	found.Records, found.LeftOut = Prune(r.domain, recs)
	found.LeftOut = append(found.LeftOut, stale...)
	found.Unknown = r.unknown(recs)
	found.Asked = len(r.asked)
	for _, l := range r.lanes {
		found.Servers = append(found.Servers, l.report)
	}
	for name := range r.silent {
		found.Unanswered = append(found.Unanswered, name)
	}
	slices.SortFunc(found.Unanswered, byName)
	for _, rec := range recs {
		if strings.HasPrefix(rec.Name, "*.") && !slices.Contains(found.Wildcards, rec.Name) {
			found.Wildcards = append(found.Wildcards, rec.Name)
		}
		for _, p := range providers() {
			if _, ok := p.recognise(rec, r.domain); ok && !slices.Contains(found.Providers, p.name) {
				found.Providers = append(found.Providers, p.name)
			}
		}
	}
	slices.Sort(found.Providers)
}

package steps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps/beside"
	"example.test/wizard/steps/zone"
)

// What a person brings beside the search: a zone file, and records by name.

// filePatience is how long the records of a zone file are asked for while the
// person waits for the page. What is left over is taken as the file says it.
const filePatience = 20 * time.Second

// Brought counts what became of the records that a person brought.
type Brought struct {
	Added       int // new in the list
	Unconfirmed int // of these, as the file says them: no old server could be asked
	Stale       int // not answered by the old servers: listed and not carried
}

// AddZoneFile reads a zone file that the person gave and adds its records to
// what was found. Errors name the line and belong to the field zone_file.
func (d *DNSStep) AddZoneFile(ctx context.Context, s Settings, r io.Reader) (Brought, error) {
	recs, err := d.DNS.ReadZoneFile(r, s.Domain)
	if p, ok := errors.AsType[*Problem](err); ok {
		return Brought{}, p
	}
	if err != nil {
		return Brought{}, &Problem{Field: "zone_file", Title: "This is not a zone file that the wizard can read", Text: err.Error(), Fix: "Export it again as “BIND” or “zone file”, and give it unchanged.", Err: err}
	}
	if len(recs) == 0 {
		return Brought{}, Invalid("zone_file", "There is no record of "+s.Domain+" in this file")
	}
	recs, _ = zone.Prune(s.Domain, recs)
	for i := range recs {
		recs[i].Sources = []string{"file"}
	}
	found, err := d.Store.Found(s.Domain)
	if err != nil {
		return Brought{}, err
	}
	out := d.bring(ctx, s, &found, recs)
	found.Nothing = false
	if found.At.IsZero() {
		found.Domain, found.At = s.Domain, d.Now().Round(0)
	}
	if found.Complete == "" || found.Complete == "file" {
		found.Complete = "file"
		found.Statement = readFrom(len(recs), found.Unconfirmed())
	}
	return out, d.Store.SaveFound(s.Domain, found)
}

// readFrom says how complete the records of a zone file are, and how sure.
func readFrom(n, unconfirmed int) string {
	if unconfirmed >= n {
		return "Read from your zone file: " + locale.Count(n, "record", "records") + ". None of the old servers could be asked whether they are up to date. Look through them, and untick what you do not need any more."
	}
	text := "Complete as far as your zone file is. Records read from it, and asked for at the old servers: " + locale.Number(n) + "."
	if unconfirmed > 0 {
		text += " For " + locale.Number(unconfirmed) + " of them no server gave an answer, so they stand as the file says them."
	}
	return text
}

// TakeNothing keeps that there is nothing to take along, as the person says who
// could not be told by any old server.
func (d *DNSStep) TakeNothing(domain string) error {
	found, err := d.Store.Found(domain)
	if err != nil {
		return err
	}
	if len(found.Records) > 0 {
		return Invalid("nothing", "There are records in the list by now: look at them first")
	}
	found.Domain, found.At, found.Due, found.Nothing = domain, d.Now().Round(0), false, true
	found.Complete, found.Statement = "", "None of the old servers could be asked. You said that there is nothing to take along."
	return d.Store.SaveFound(domain, found)
}

// bring adds what a person brought to what was found, unless an old server
// answers and has no such record: then it is listed as left behind. One for which
// no server could be asked is marked.
func (d *DNSStep) bring(ctx context.Context, s Settings, found *Found, recs []zone.Record) (out Brought) {
	known := map[string]int{}
	for i, r := range found.Records {
		known[r.Key()] = i
	}
	var open []zone.Record
	for _, r := range recs {
		i, ok := known[r.Key()]
		if !ok {
			known[r.Key()] = -1 // a file may say it twice
			open = append(open, r)
		}
		if ok && i >= 0 {
			for _, source := range r.Sources {
				if !slices.Contains(found.Records[i].Sources, source) {
					found.Records[i].Sources = append(found.Records[i].Sources, source)
				}
			}
		}
	}
	heard, has := d.answered(ctx, s, open)
	for _, r := range open {
		key := r.Key()
		switch {
		case !heard[key]:
			r.Sources = append(slices.Clone(r.Sources), zone.SourceUnconfirmed)
			found.Records = append(found.Records, r)
			out.Added, out.Unconfirmed = out.Added+1, out.Unconfirmed+1
		case has[key]:
			found.Records = append(found.Records, r)
			out.Added++
		case !slices.ContainsFunc(found.LeftOut, func(l zone.LeftOut) bool { return l.Record.Key() == key }):
			found.LeftOut = append(found.LeftOut, zone.LeftOut{Record: r, Why: zone.NotAnswered})
			out.Stale++
		default:
			out.Stale++
		}
	}
	return out
}

// answered asks the old servers, and tells by key for which records one of them
// gave an answer, and which of these one of them has.
func (d *DNSStep) answered(ctx context.Context, s Settings, recs []zone.Record) (heard, has map[string]bool) {
	ctx, cancel := context.WithTimeout(ctx, filePatience)
	defer cancel()
	heard, has = map[string]bool{}, map[string]bool{}
	servers, err := d.oldServers(ctx, s)
	if err != nil {
		return heard, has
	}
	var mu sync.Mutex
	each(zone.Sets(recs), askedAtOnce, func(set zone.Set) {
		answers, err := d.DNS.Answers(ctx, servers, set.Name, set.Type)
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for _, r := range set.Records {
			for _, a := range answers {
				heard[r.Key()] = heard[r.Key()] || a.Rcode == "NXDOMAIN" || a.Rcode == "NOERROR"
				has[r.Key()] = has[r.Key()] || a.Hides(r) || zone.Set{Records: []zone.Record{r}}.In(a)
			}
		}
	})
	return heard, has
}

// oldServers are the old servers: those remembered, or those that the registry
// names now and the zone was not assigned.
func (d *DNSStep) oldServers(ctx context.Context, s Settings) ([]string, error) {
	if len(s.OldServers) > 0 {
		return s.OldServers, nil
	}
	var seen dnsSeen
	var err error
	if seen.delegation, err = d.DNS.Delegation(ctx, s.Domain); err != nil {
		return nil, fmt.Errorf("asking the registry for the old servers: %w", err)
	}
	if s.ZoneID != "" {
		if seen.zone, err = d.Zones.Zone(ctx, s.ZoneID); err != nil {
			return nil, fmt.Errorf("reading the zone: %w", err)
		}
	}
	if servers := seen.oldServers(s); len(servers) > 0 {
		return servers, nil
	}
	return nil, &Problem{
		Title: nobodyToAsk, Text: "The registry names none for " + s.Domain + " but Cloudflare’s, so there is nobody to ask for its former records.",
		Fix: "Export the zone file at the former DNS provider and give it to the wizard. Or say that there is nothing to take along.",
	}
}

// nobodyToAsk is said where the registry names no server from before the move.
const nobodyToAsk = "No old name servers are known"

// each calls fn for every item, a few at a time.
func each[T any](items []T, atOnce int, fn func(T)) {
	queue := make(chan T)
	var wg beside.Group
	for range min(atOnce, len(items)) {
		wg.Go(func() {
			for item := range queue {
				fn(item)
			}
		})
	}
	for _, item := range items {
		queue <- item
	}
	close(queue)
	wg.Wait()
}

// fromPerson: a zone file or the person brought it, so no search may drop it.
func fromPerson(r zone.Record) bool {
	return slices.Contains(r.Sources, "file") || slices.Contains(r.Sources, "person")
}

// AddNamed asks the old servers for one record set that the person knows, and
// adds what they answer. Nothing is added that they do not answer.
func (d *DNSStep) AddNamed(ctx context.Context, s Settings, name, rtype string) (int, error) {
	servers, err := d.oldServers(ctx, s)
	if err != nil {
		return 0, err
	}
	answers, err := d.DNS.Answers(ctx, servers, name, rtype)
	if err != nil {
		return 0, fmt.Errorf("asking the old servers for %s: %w", name, err)
	}
	found, err := d.Store.Found(s.Domain)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, a := range answers {
		for _, rec := range a.Records {
			if slices.ContainsFunc(found.Records, func(o zone.Record) bool { return o.Key() == rec.Key() }) {
				continue
			}
			rec.Sources = []string{"person"}
			found.Records = append(found.Records, rec)
			n++
		}
	}
	if n == 0 {
		return 0, Invalid("record_name", "The old servers have no "+rtype+" record of "+name+" that is not in the list")
	}
	return n, d.Store.SaveFound(s.Domain, found)
}

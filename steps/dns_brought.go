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

// AddZoneFile reads a zone file that the person gave and adds its records to
// what was found. It returns how many were added, and how many the old servers
// do not answer: those are listed and not carried. Errors name the line and
// belong to the field zone_file.
func (d *DNSStep) AddZoneFile(ctx context.Context, s Settings, r io.Reader) (added, stale int, err error) {
	recs, err := d.DNS.ReadZoneFile(r, s.Domain)
	if p, ok := errors.AsType[*Problem](err); ok {
		return 0, 0, p
	}
	if err != nil {
		return 0, 0, &Problem{Field: "zone_file", Title: "This is not a zone file that the wizard can read", Text: err.Error(), Fix: "Export it again as “BIND” or “zone file”, and give it unchanged.", Err: err}
	}
	if len(recs) == 0 {
		return 0, 0, Invalid("zone_file", "There is no record of "+s.Domain+" in this file")
	}
	recs, _ = zone.Prune(s.Domain, recs)
	for i := range recs {
		recs[i].Sources = []string{"file"}
	}
	found, err := d.Store.Found(s.Domain)
	if err != nil {
		return 0, 0, err
	}
	added, stale = d.bring(ctx, s, &found, recs)
	if found.At.IsZero() {
		found.Domain, found.At = s.Domain, d.Now().Round(0)
	}
	if found.Complete == "" || found.Complete == "file" {
		found.Complete = "file"
		found.Statement = "Complete as far as your zone file is. Records read from it, and asked for at the old servers: " + locale.Number(len(recs)) + "."
	}
	return added, stale, d.Store.SaveFound(s.Domain, found)
}

// bring adds what a person brought to what was found, unless an old server
// answers and has no such record: then it is listed as left behind.
func (d *DNSStep) bring(ctx context.Context, s Settings, found *Found, recs []zone.Record) (added, stale int) {
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
	gone := d.unanswered(ctx, s, open)
	for _, r := range open {
		key := r.Key()
		switch {
		case !gone[key]:
			found.Records = append(found.Records, r)
			added++
		case !slices.ContainsFunc(found.LeftOut, func(l zone.LeftOut) bool { return l.Record.Key() == key }):
			found.LeftOut = append(found.LeftOut, zone.LeftOut{Record: r, Why: zone.NotAnswered})
			stale++
		default:
			stale++
		}
	}
	return added, stale
}

// unanswered asks the old servers, and tells by key which records none of those
// that answer has. Without an answer nothing is known.
func (d *DNSStep) unanswered(ctx context.Context, s Settings, recs []zone.Record) map[string]bool {
	ctx, cancel := context.WithTimeout(ctx, filePatience)
	defer cancel()
	servers, err := d.oldServers(ctx, s)
	if err != nil {
		return nil
	}
	gone := map[string]bool{}
	var mu sync.Mutex
	each(zone.Sets(recs), askedAtOnce, func(set zone.Set) {
		answers, err := d.DNS.Answers(ctx, servers, set.Name, set.Type)
		if err != nil {
			return
		}
		for _, r := range set.Records {
			heard, has := false, false
			for _, a := range answers {
				heard = heard || a.Rcode == "NXDOMAIN" || a.Rcode == "NOERROR"
				has = has || a.Hides(r) || zone.Set{Records: []zone.Record{r}}.In(a)
			}
			mu.Lock()
			gone[r.Key()] = heard && !has
			mu.Unlock()
		}
	})
	return gone
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
		Title: "No old name servers are known", Text: "The registry names only Cloudflare’s for " + s.Domain + ", so there is nobody to ask for its former records.",
		Fix: "Export the zone file at the former DNS provider and give it to the wizard, or add records in the dashboard.",
	}
}

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

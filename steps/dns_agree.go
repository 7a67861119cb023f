package steps

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps/beside"
	"example.test/wizard/steps/zone"
)

// An Agreement is what the two assigned name servers answered, asked by their
// addresses for the records that were carried.
type Agreement struct {
	Asked  int           // record sets that were asked for at each server
	Odd    []string      // "MX example.com": a server answers something else
	Silent int           // sets for which a server gave no usable answer
	At     time.Time     // zero: not asked
	Life   time.Duration // how long a good result is used again
	key    string
}

// good: both servers answer for every record as the old ones did.
func (a Agreement) good() bool { return !a.At.IsZero() && len(a.Odd) == 0 && a.Silent == 0 }

const (
	agreementLife = 10 * time.Minute // a good result is used again for so long
	mostSets      = 1000             // sets asked for in one look; mail comes first
	askedAtOnce   = 16
)

// memory keeps the latest agreement between looks, and the latest good word of the
// assigned servers.
type memory struct {
	mu     sync.Mutex
	agreed Agreement
	pair   pairWord
	there  thereList
}

// thereList is what an account had when it was asked last.
type thereList struct {
	account string
	names   []string
	until   time.Time
}

// there lists the domains that the account has already, which saves whoever has one
// the typing. It is no more than a help, so it is asked for once in a while, and what
// cannot be listed is not there.
func (d *DNSStep) there(ctx context.Context, account string) []string {
	d.memory.mu.Lock()
	last := d.memory.there
	d.memory.mu.Unlock()
	if last.account == account && d.Now().Before(last.until) {
		return last.names
	}
	names, err := d.Zones.ActiveZones(ctx, account)
	if err != nil {
		return nil
	}
	d.memory.mu.Lock()
	defer d.memory.mu.Unlock()
	d.memory.there = thereList{account, names, d.Now().Add(time.Minute)}
	return names
}

// pairWord is what both assigned servers said of a domain when all was well.
type pairWord struct {
	zone      string // which, by whose servers
	soa, ns   []zone.Answer
	at, until time.Time
}

// askPair asks the assigned servers for the zone itself. That all is well is kept for
// as long as an agreement; a server that does not answer is a check, not an error.
func (d *DNSStep) askPair(ctx context.Context, s Settings, seen *dnsSeen) {
	which := fmt.Sprintf("%s %s %q", seen.zone.ID, s.Domain, seen.zone.NameServers)
	d.memory.mu.Lock()
	last := d.memory.pair
	d.memory.mu.Unlock()
	if now := d.Now(); last.zone == which && now.Before(last.until) && !now.Before(last.at) {
		seen.answers, seen.pairSaid = last.soa, last.ns
		return
	}
	pair := seen.zone.NameServers
	var said dnsSeen // its own: other parts of seen are being looked at beside this
	var wg beside.Group
	wg.Go(func() { said.answers, _ = d.DNS.Answers(ctx, pair, s.Domain, "SOA") })
	wg.Go(func() { said.pairSaid, _ = d.DNS.Answers(ctx, pair, s.Domain, "NS") })
	wg.Wait()
	seen.answers, seen.pairSaid = said.answers, said.pairSaid
	if ctx.Err() != nil || said.serversCheck(pair).Status != Pass {
		return
	}
	now := d.Now().Round(0)
	d.memory.mu.Lock()
	defer d.memory.mu.Unlock()
	d.memory.pair = pairWord{which, said.answers, said.pairSaid, now, now.Add(d.shorten(agreementLife))}
}

// shorten divides a time by the pace.
func (d *DNSStep) shorten(t time.Duration) time.Duration {
	return time.Duration(float64(t) / max(d.Pace, 1))
}

// agree asks the assigned servers, once every record is there by the API. A
// good result is kept for a while, so that an open page does not repeat hundreds
// of questions every few seconds.
func (d *DNSStep) agree(ctx context.Context, s Settings, seen dnsSeen) Agreement {
	if !seen.exists || s.ZoneID != seen.zone.ID || seen.found.At.IsZero() || len(seen.zone.NameServers) == 0 {
		return Agreement{}
	}
	if seen.serversCheck(seen.zone.NameServers).Status != Pass {
		return Agreement{}
	}
	rows := zone.Compare(seen.records(s), seen.cloudRecords())
	if create, change := seen.plan(s, rows); len(create)+len(change) > 0 {
		return Agreement{}
	}
	sets := zone.Sets(seen.askable(rows))
	if len(sets) > mostSets {
		sets = sets[:mostSets]
	}
	key := agreementKey(seen.zone, sets)
	d.memory.mu.Lock()
	last := d.memory.agreed
	d.memory.mu.Unlock()
	if now := d.Now(); last.key == key && last.good() && now.Sub(last.At) < last.Life && !now.Before(last.At) {
		return last
	}
	a := d.askSets(ctx, seen.zone.NameServers, sets)
	a.key, a.At, a.Life = key, d.Now().Round(0), d.shorten(agreementLife)
	if ctx.Err() == nil {
		d.memory.mu.Lock()
		d.memory.agreed = a
		d.memory.mu.Unlock()
	}
	return a
}

// cloudRecords are the records at Cloudflare without what only Cloudflare has.
func (seen dnsSeen) cloudRecords() []zone.Record {
	out := make([]zone.Record, len(seen.cloud))
	for i, r := range seen.cloud {
		out[i] = r.Record
	}
	return out
}

// askable are the carried records that a name server answers as they are: a
// proxied name answers Cloudflare's own addresses, and so does an alias at the
// domain itself, which is flattened.
func (seen dnsSeen) askable(rows []zone.Row) []zone.Record {
	hidden := map[string]bool{}
	for _, c := range seen.cloud {
		if c.Proxied || c.Type == "CNAME" && c.Name == seen.zone.Name {
			hidden[c.Name] = true
		}
	}
	var out []zone.Record
	for _, r := range rows {
		if r.State != zone.Same {
			continue
		}
		address := slices.Contains([]string{"A", "AAAA", "CNAME", "HTTPS"}, r.Old.Type)
		if !address || !hidden[zone.CanonicalName(r.Old.Name)] {
			out = append(out, *r.Old)
		}
	}
	return out
}

func agreementKey(z Zone, sets []zone.Set) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s %q\n", z.ID, z.NameServers)
	for _, s := range sets {
		for _, r := range s.Records {
			_, _ = fmt.Fprintf(h, "%q\n", r.Key())
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// askSets asks both servers for every set, a few at a time.
func (d *DNSStep) askSets(ctx context.Context, servers []string, sets []zone.Set) Agreement {
	a := Agreement{Asked: len(sets)}
	var mu sync.Mutex
	each(sets, askedAtOnce, func(set zone.Set) {
		answers, err := d.DNS.Answers(ctx, servers, set.Name, set.Type)
		odd, silent := false, err != nil || len(answers) < len(servers)
		for _, ans := range answers {
			known := ans.Rcode == "NOERROR" || ans.Rcode == "NXDOMAIN"
			silent = silent || !known
			odd = odd || known && !set.In(ans)
		}
		mu.Lock()
		defer mu.Unlock()
		if odd {
			a.Odd = append(a.Odd, set.Type+" "+zone.ToUnicode(set.Name))
		} else if silent {
			a.Silent++
		}
	})
	slices.Sort(a.Odd)
	return a
}

const notTheSame = "Not yet the same"

// answersCheck says whether the new servers answer as the old ones did.
func (seen dnsSeen) answersCheck() Check {
	a := seen.agreement
	c := Check{Name: "answers", Title: "They answer the same as the old ones", Status: Wait}
	switch {
	case a.At.IsZero():
		c.Detail = "Not asked yet"
	case a.Asked == 0:
		c.Status, c.Detail = Pass, "Nothing was taken along, so there is nothing to compare."
	case len(a.Odd) > 0:
		c.Detail = fmt.Sprintf("%s, of %s: %s.", notTheSame, locale.Number(a.Asked), listUpTo(a.Odd, 5))
	case a.Silent > 0:
		c.Detail = fmt.Sprintf("For %s of %s no answer came.", locale.Number(a.Silent), locale.Number(a.Asked))
	default:
		c.Status, c.Detail = Pass, locale.Count(a.Asked, "record set was", "record sets were")+" asked for at each of them, by address."
	}
	if c.Status == Wait {
		c.Fix = Fix{Title: "Wait a minute", Text: "Cloudflare’s servers learn of new records within seconds. If it stays like this, something between here and there may answer in their place, such as a hotel’s or a company’s network: try from another one."}
	}
	return c
}

// listUpTo joins the first n of a list.
func listUpTo(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:n], ", "), len(list)-n)
}

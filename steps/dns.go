package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.test/wizard/steps/beside"
	"example.test/wizard/steps/zone"
)

// DNSStep is step 2: the domain's DNS moves to Cloudflare and takes every
// record along.
type DNSStep struct {
	Zones    Zones
	Records  Records
	DNS      DNS
	Registry Registry
	Store    FoundStore
	Now      func() time.Time
	Pace     float64 // divides every waiting time

	memory memory
}

// FoundStore keeps the records of the old servers.
type FoundStore interface {
	Found(domain string) (Found, error)
	SaveFound(domain string, f Found) error
}

var (
	_ Step       = (*DNSStep)(nil)
	_ Rememberer = (*DNSStep)(nil)
	_ Taker      = (*DNSStep)(nil)
)

// The parts of step 2, in order.
const (
	DNSDomain    = "domain"    // which domain?
	DNSFind      = "find"      // the zone is to be made and the records are to be found
	DNSCompare   = "compare"   // records miss or differ at Cloudflare
	DNSRegistrar = "registrar" // the person changes the name servers
	DNSWait      = "wait"      // the world learns of it
	DNSDone      = "done"
)

// DNSDetail is what the pages of step 2 show beyond their checks.
type DNSDetail struct {
	Part         string
	There        []string // domains that the account has already, while none is chosen
	Elsewhere    Account  // that has the domain and could be worked in; none while it is the chosen one
	Zone         Zone
	Registration Registration
	Delegation   Delegation
	Old          []string // the servers from before the move; none where somebody else made it
	Sightings    []Sighting
	Found        Found
	Rows         []zone.Row
	Unsafe       []zone.Row   // mail and CAA rows that still differ
	Unnamed      []string     // names below which a key that signs mail exists, and nobody has told which
	Alias        *AliasChoice // its own addresses may be those of another name
	Cloud        []CloudRecord
	Many         *ManyChanges // asked about before the plan is shown
	Signed       bool         // there is a DS at the parent that is not of Cloudflare's key, which stops the move
	Dark         bool         // the same after the move: who checks signatures does not find the domain
	Hidden       bool         // the pair stays hidden until its servers answer as the old ones did
	Unheard      bool         // no old server can be asked: the person brings a file, or says that there is nothing
	Unlooked     bool         // active, and what its old servers answered was never looked for
	Away         bool         // worked here once, and the registry names others now
	Wrong        bool         // the registry names servers that are neither the old ones nor the pair
	Moved        bool         // carried whole and active: what differs was changed since then
	Sees, Of     int          // how many of the parent and the resolvers see the new pair
	NextAsk      time.Time
}

// Info implements [Step].
func (*DNSStep) Info() Info { return Info{ID: IDDNS, Number: 2, Title: "Move DNS to Cloudflare"} }

type dnsSeen struct {
	zone         Zone
	exists       bool
	lost         bool // the remembered zone is gone
	delegation   Delegation
	registration Registration
	registryErr  error
	sightings    []Sighting
	found        Found
	cloud        []CloudRecord
	answers      []zone.Answer // of the two assigned servers, for the SOA record of the domain
	pairSaid     []zone.Answer // the same, for its NS records
	signedWith   string        // the DS record of Cloudflare's key; asked for only when the registry has one
	signErr      error
	agreement    Agreement
}

// Inspect implements [Step].
func (d *DNSStep) Inspect(ctx context.Context, s Settings) (Finding, error) {
	if s.AccountID == "" {
		return Finding{Blocked: "After step 1", Summary: "After step 1", Detail: &DNSDetail{Part: DNSDomain}}, nil
	}
	if s.Domain == "" {
		return Finding{Ask: "domain", Summary: "Which domain?", Detail: &DNSDetail{Part: DNSDomain, There: d.there(ctx, s.AccountID)}}, nil
	}
	seen, err := d.observe(ctx, s)
	if err != nil {
		return Finding{}, err
	}
	return seen.finding(s, d.Now().Round(0), d.Pace), nil
}

func (d *DNSStep) observe(ctx context.Context, s Settings) (dnsSeen, error) {
	var seen dnsSeen
	var errs [4]error
	var wg beside.Group
	wg.Go(func() { errs[0] = d.observeZone(ctx, s, &seen) })
	wg.Go(func() { seen.delegation, errs[1] = d.DNS.Delegation(ctx, s.Domain) })
	wg.Go(func() { seen.registration, seen.registryErr = d.Registry.Registration(ctx, s.Domain) })
	wg.Go(func() { seen.sightings, errs[2] = d.DNS.NameServersSeen(ctx, s.Domain) })
	wg.Go(func() { seen.found, errs[3] = d.Store.Found(s.Domain) })
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return seen, err
	}
	if len(seen.delegation.DS) > 0 && seen.exists && seen.named() {
		seen.signedWith, seen.signErr = d.Zones.SignedWith(ctx, seen.zone.ID)
	}
	seen.agreement = d.agree(ctx, s, seen)
	return seen, nil
}

func (d *DNSStep) observeZone(ctx context.Context, s Settings, seen *dnsSeen) (err error) {
	if s.ZoneID != "" {
		seen.zone, err = d.Zones.Zone(ctx, s.ZoneID)
		seen.exists, seen.lost = err == nil, errors.Is(err, ErrNotFound)
		if seen.lost {
			err = nil
		}
	}
	if err == nil && !seen.exists {
		seen.zone, seen.exists, err = d.Zones.FindZone(ctx, s.AccountID, s.Domain)
	}
	if err != nil {
		return fmt.Errorf("reading the zone: %w", err)
	}
	if !seen.exists {
		return nil
	}
	var wg beside.Group
	var cloudErr error
	wg.Go(func() { seen.cloud, cloudErr = d.Records.Records(ctx, seen.zone.ID) })
	wg.Go(func() { d.askPair(ctx, s, seen) })
	wg.Wait()
	if cloudErr != nil {
		return fmt.Errorf("reading the records: %w", cloudErr)
	}
	return nil
}

// adopted: the domain is active at Cloudflare by a move that is not ours, so
// there is nothing to carry. One server of the registry that names the pair is
// enough: the others follow, and until they do they name servers of the past. A
// domain that worked so and has moved away since has no old servers either.
func (seen dnsSeen) adopted(s Settings) bool {
	if !seen.exists || len(s.OldServers) > 0 {
		return false
	}
	worked := seen.zone.Status == "active" || seen.zone.Status == "moved" // which Cloudflare says of one that was active, until it looks again
	return seen.named() && (worked || len(seen.oldServers(s)) == 0) || seen.left(s)
}

// named: at least one server of the registry names the assigned pair.
func (seen dnsSeen) named() bool {
	n, _, _ := seen.delegation.naming(seen.zone.NameServers)
	return n > 0
}

// oldServers are the name servers from before the move, never one of the
// assigned pair: while a change of name servers spreads, the registry names both,
// and the new ones answer with the proxy's addresses in place of the true ones.
func (seen dnsSeen) oldServers(s Settings) []string {
	for _, list := range [][]string{s.OldServers, seen.delegation.NS, seen.zone.OldServers} {
		if old := without(list, seen.zone.NameServers); len(old) > 0 {
			return old
		}
	}
	return nil
}

// without is a list less what another one has.
func without(list, other []string) (left []string) {
	for _, one := range list {
		if !slices.Contains(other, one) {
			left = append(left, one)
		}
	}
	return left
}

// pairIs reports whether a delegation names exactly the assigned servers.
func pairIs(ns, assigned []string) bool {
	a, b := slices.Clone(ns), slices.Clone(assigned)
	slices.Sort(a)
	slices.Sort(b)
	return len(a) > 0 && slices.Equal(a, b)
}

// Remember implements [Rememberer]: the old servers, and who saw the new pair first.
func (d *DNSStep) Remember(s Settings, f Finding, now time.Time) (Settings, bool) {
	det, ok := f.Detail.(*DNSDetail)
	if !ok || det.Zone.ID == "" {
		return s, false
	}
	n := len(s.Story)
	moment := func(what string) {
		if !slices.ContainsFunc(s.Story, func(m Moment) bool { return m.What == what }) {
			s.Story = append(slices.Clone(s.Story), Moment{At: now, What: what})
		}
	}
	changed := false
	pair := det.Zone.NameServers
	if len(s.OldServers) == 0 && len(det.Old) > 0 {
		s.OldServers, changed = det.Old, true
	}
	switch signed := (Signature{Domain: s.Domain, TTL: det.Delegation.DSTTL}); {
	case det.Signed && s.Signed != signed:
		s.Signed, changed = signed, true
	case !det.Signed && s.Signed.Domain == s.Domain && s.Signed.Gone.IsZero():
		s.Signed.Gone, changed = now, true
	}
	if ready := det.Part == DNSRegistrar || det.Part == DNSWait || det.Part == DNSDone; ready && len(f.Plan()) == 0 && !s.Records.Carried && len(det.Found.Records) > 0 {
		s.Records.Carried, changed = true, true
	}
	if det.Part == DNSWait || det.Part == DNSDone {
		sees, answered, _ := det.Delegation.naming(pair)
		if sees > 0 {
			moment("The first server of the registry showed the new pair")
		}
		if sees > 0 && sees == answered {
			moment("All servers of the registry show it")
		}
		for _, r := range det.Sightings {
			if pairIs(r.Values, pair) {
				moment(r.Resolver + " sees it")
			}
		}
		if det.Zone.Status == "active" {
			moment("Cloudflare marked " + s.Domain + " as active")
		}
	}
	return s, changed || len(s.Story) != n
}

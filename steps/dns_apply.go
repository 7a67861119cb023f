package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.test/wizard/steps/zone"
)

// Apply implements [Step].
func (d *DNSStep) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	switch a.ID {
	case "create-zone", "adopt-zone":
		return d.takeZone(ctx, s, a.ID == "create-zone")
	case "find-records":
		return s, d.search(ctx, s)
	case "create-records", "change-records":
		return s, d.copyRecords(ctx, s, a.ID)
	case "check-activation":
		return d.askToLook(ctx, s)
	}
	return s, fmt.Errorf("step dns has no action %q", a.ID)
}

// askToLook asks Cloudflare to look at the delegation now. Cloudflare looks by
// itself too, and refuses the question for a zone that is active. Asked within the
// hour it may answer 429; that counts as asked, so it is left alone for an hour,
// which is longer than it ever asks to wait.
func (d *DNSStep) askToLook(ctx context.Context, s Settings) (Settings, error) {
	z, err := d.Zones.Zone(ctx, s.ZoneID)
	if err != nil {
		return s, fmt.Errorf("looking at the zone: %w", err)
	}
	if z.Status != "active" {
		err = d.Zones.CheckActivation(ctx, s.ZoneID)
		if refused(err) || tooSoon(err) || Unclear(err) {
			err = nil // asked within the hour already, or perhaps now, or active since we looked
		}
	}
	s.Asked = d.Now().Round(0)
	return s, err
}

// tooSoon reports that Cloudflare asks to slow down.
func tooSoon(err error) bool {
	e, ok := errors.AsType[*ServiceError](err)
	return ok && e.Status == 429
}

// TakeUp implements [Taker] for the one action whose result has an id.
func (d *DNSStep) TakeUp(ctx context.Context, s Settings, a Action) (Settings, error) {
	if a.ID != "create-zone" {
		return s, nil
	}
	return d.takeZone(ctx, s, false)
}

func (d *DNSStep) takeZone(ctx context.Context, s Settings, create bool) (Settings, error) {
	z, ok, err := d.Zones.FindZone(ctx, s.AccountID, s.Domain)
	if err != nil {
		return s, fmt.Errorf("looking for the zone: %w", err)
	}
	elsewhere := func() bool { return z.AccountID != "" && z.AccountID != s.AccountID }
	if !ok && !create || ok && elsewhere() {
		return s, ErrPlanChanged
	}
	if !ok {
		z, err = d.Zones.CreateZone(ctx, s.AccountID, s.Domain)
		if held(err) { // by another account, unless it was made here in this very moment
			refusal := err
			if z, ok, err = d.Zones.FindZone(ctx, s.AccountID, s.Domain); err == nil && !ok {
				err = refusal
			}
			if err == nil && elsewhere() {
				return s, ErrPlanChanged // the page says which account has it
			}
		}
		if err != nil {
			return s, fmt.Errorf("creating the zone: %w", err)
		}
	}
	s.Records.Carried = s.Records.Carried && s.ZoneID == z.ID // another zone begins empty
	s.ZoneID, s.ZoneCreated = z.ID, !ok || s.ZoneCreated && s.ZoneID == z.ID || s.pending(IDDNS, "create-zone", z.Created)
	return s, nil
}

// held reports that Cloudflare has a zone of this name already.
func held(err error) bool {
	e, ok := errors.AsType[*ServiceError](err)
	return ok && e.Code == 1061
}

// scanPatience is how long Cloudflare's own search may take before we go on without.
const scanPatience = 20 * time.Second

// search finds the records of the old servers and keeps them.
func (d *DNSStep) search(ctx context.Context, s Settings) error {
	servers, err := d.oldServers(ctx, s)
	if err != nil {
		return err
	}
	extra := d.scan(ctx, s)
	old, err := d.Store.Found(s.Domain)
	if err != nil {
		return err
	}
	for _, r := range old.Records {
		if fromPerson(r) {
			r.Sources = without(r.Sources, []string{zone.SourceUnconfirmed}) // it is asked for anew
			extra = append(extra, r)
		}
	}
	found, err := d.DNS.Find(ctx, s.Domain, FindOptions{Servers: servers, Extra: extra, Deep: s.Deep}, func(p zone.Progress) {
		Report(ctx, partOf(p))
	})
	if err := d.meanwhile(ctx, s, old, &found); err != nil {
		return err
	}
	if len(found.Records) == 0 {
		// An empty list would pass for "nothing to copy", and mail would stop.
		if err = cmp.Or(err, ctx.Err()); err == nil && unheard(found) {
			err = d.remember(s, found)
		}
		if err != nil {
			return fmt.Errorf("finding the records: %w", err)
		}
	}
	found.At = d.Now().Round(0)
	found.Alias = d.alias(ctx, servers, found)
	return d.Store.SaveFound(s.Domain, found)
}

// remember keeps that no old server answered, and how each behaved. What was
// found before stays. It returns the problem.
func (d *DNSStep) remember(s Settings, none Found) error {
	found, err := d.Store.Found(s.Domain)
	if err != nil {
		return err
	}
	found.Domain, found.Tried, found.Due, found.Servers = s.Domain, d.Now().Round(0), false, none.Servers
	if err := d.Store.SaveFound(s.Domain, found); err != nil {
		return err
	}
	return &Problem{
		Title: noneAnswers, Text: "So the wizard cannot tell which records to copy. Nothing was changed.",
		Fix: "Search again in a while. Or export the zone file at your present DNS provider and give it to the wizard. Or say that there is nothing to take along.",
	}
}

// meanwhile adds what the person brought while the search ran.
func (d *DNSStep) meanwhile(ctx context.Context, s Settings, before Found, found *Found) error {
	now, err := d.Store.Found(s.Domain)
	if err != nil {
		return err
	}
	var fresh []zone.Record
	for _, r := range now.Records {
		if fromPerson(r) && !slices.ContainsFunc(before.Records, func(o zone.Record) bool { return fromPerson(o) && o.Key() == r.Key() }) {
			fresh = append(fresh, r)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	d.bring(context.WithoutCancel(ctx), s, found, fresh)
	if found.Complete == "" && now.Complete == "file" {
		found.Complete, found.Statement = now.Complete, now.Statement
	}
	return nil
}

// SearchAgain makes the search due again, deeper or as before. What was found,
// and what the person brought, stays until the new search has ended.
func (d *DNSStep) SearchAgain(domain string) error {
	found, err := d.Store.Found(domain)
	if err != nil {
		return err
	}
	found.Due, found.Tried = true, time.Time{}
	return d.Store.SaveFound(domain, found)
}

// noneAnswers is said of a search for which there was nobody to ask.
const noneAnswers = "None of the old name servers answers"

// unheard reports that no old server answered.
func unheard(found Found) bool {
	return !slices.ContainsFunc(found.Servers, func(r zone.ServerReport) bool { return r.State == "ok" || r.State == "differs" })
}

// scan has Cloudflare search too. It only ever adds names to ask for, so its
// failure is shown and does not stop the search.
func (d *DNSStep) scan(ctx context.Context, s Settings) []zone.Record {
	part := Part{ID: "scan", Title: "Cloudflare’s own scan", Detail: "The names that Cloudflare tries by itself"}
	Report(ctx, part)
	if err := d.Records.TriggerScan(ctx, s.ZoneID); err != nil {
		part.Failed, part.Ended, part.Detail = true, true, Explain(err).Title
		Report(ctx, part)
		return nil
	}
	var got []zone.Record
	for waited := time.Duration(0); waited < scanPatience; waited += 2 * time.Second {
		if sleep(ctx, time.Duration(float64(2*time.Second)/max(d.Pace, 1))) != nil {
			break
		}
		recs, err := d.Records.ScanResults(ctx, s.ZoneID)
		if err != nil || len(recs) > 0 && len(recs) == len(got) {
			break // no more than last time: the scan has ended
		}
		got = recs
		part.Done, part.Unit = int64(len(got)), "records"
		Report(ctx, part)
	}
	// What it found is copied from the old servers' own answers, not accepted here.
	if err := d.Records.RejectScan(ctx, s.ZoneID); err != nil {
		part.Detail = "Its list stays in the dashboard for you to look at."
	}
	part.Ended = true
	Report(ctx, part)
	return got
}

func partOf(p zone.Progress) Part {
	out := Part{
		ID: p.Part, Title: titleOfPart(p.Part), Detail: p.Detail, Done: int64(p.Done), Total: int64(p.Total), Unit: unitOfPart(p.Part),
		Ended: p.State != "running", Failed: p.State == "refused" || p.State == "impossible", Found: p.Found, All: p.All, Last: p.Last,
	}
	switch {
	case p.State == "refused" && p.Part == zone.PartTransfer:
		out.Detail = "They do not hand it over, which is usual."
	case p.State == "impossible" && p.Part == zone.PartNSEC:
		out.Detail = "The domain is not signed, or in a way that does not tell its names."
	case !out.Ended && p.Rate >= 1:
		out.Detail = fmt.Sprintf("%.0f questions a second", p.Rate)
		if p.Left > time.Second {
			out.Detail += ", about " + HumanDuration(p.Left) + " left"
		}
	}
	return out
}

// unitOfPart is what a part of the search counts.
func unitOfPart(id string) string {
	switch id {
	case zone.PartTransfer:
		return "servers"
	case zone.PartCompare:
		return "record sets"
	}
	return "names"
}

func titleOfPart(id string) string {
	switch id {
	case "transfer":
		return "Ask the old servers for the whole zone"
	case "nsec":
		return "Walk the signed zone"
	case "scan":
		return "Cloudflare’s own scan"
	case "providers":
		return "What your mail and site providers need"
	case "words":
		return "Common names, one by one"
	case "underscore":
		return "Names that begin with an underscore"
	case "compare":
		return "Compare what the servers answer"
	}
	return capital(id)
}

// copyRecords creates or changes what differs now, not what differed when the
// plan was shown: both are the same, or the engine would have refused.
func (d *DNSStep) copyRecords(ctx context.Context, s Settings, action string) error {
	var seen dnsSeen
	err := d.observeZone(ctx, s, &seen)
	if err == nil {
		seen.delegation, err = d.DNS.Delegation(ctx, s.Domain)
	}
	if err != nil {
		return err
	}
	if seen.found, err = d.Store.Found(s.Domain); err != nil {
		return err
	}
	create, change := seen.plan(s, zone.Compare(seen.records(s), seen.cloudRecords()))
	if action == "create-records" {
		return write(ctx, create, func(ctx context.Context, recs []CloudRecord) error {
			return d.Records.CreateRecords(ctx, s.ZoneID, recs)
		})
	}
	return write(ctx, change, func(ctx context.Context, recs []CloudRecord) error {
		return d.Records.ChangeRecords(ctx, s.ZoneID, recs)
	})
}

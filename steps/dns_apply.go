package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
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
		err := d.Zones.CheckActivation(ctx, s.ZoneID)
		if refused(err) || Unclear(err) {
			err = nil // asked within the hour already, or perhaps now: Cloudflare looks by itself
		}
		s.Asked = d.Now().Round(0)
		return s, err
	}
	return s, fmt.Errorf("step dns has no action %q", a.ID)
}

// TakeUp implements [Taker] for the one action whose result has an id.
func (d *DNSStep) TakeUp(ctx context.Context, s Settings, a Action) (Settings, error) {
	if a.ID != "create-zone" {
		return s, nil
	}
	return d.takeZone(ctx, s, false)
}

func (d *DNSStep) takeZone(ctx context.Context, s Settings, create bool) (Settings, error) {
	z, ok, err := d.Zones.FindZone(ctx, s.Domain)
	if err != nil {
		return s, fmt.Errorf("looking for the zone: %w", err)
	}
	if !ok && !create {
		return s, ErrPlanChanged
	}
	if !ok {
		if z, err = d.Zones.CreateZone(ctx, s.AccountID, s.Domain); err != nil {
			return s, fmt.Errorf("creating the zone: %w", err)
		}
	}
	s.ZoneID, s.ZoneCreated = z.ID, !ok || s.ZoneCreated && s.ZoneID == z.ID || s.pending(IDDNS, "create-zone", z.Created)
	return s, nil
}

// scanPatience is how long Cloudflare's own search may take before we go on without.
const scanPatience = 20 * time.Second

// search finds the records of the old servers and keeps them.
func (d *DNSStep) search(ctx context.Context, s Settings) error {
	extra := d.scan(ctx, s)
	servers := s.OldServers
	old, err := d.Store.Found(s.Domain)
	if err != nil {
		return err
	}
	for _, r := range old.Records {
		if slices.Contains(r.Sources, "file") {
			extra = append(extra, r)
		}
	}
	found, err := d.DNS.Find(ctx, s.Domain, FindOptions{Servers: servers, Extra: extra}, func(p zone.Progress) {
		Report(ctx, partOf(p))
	})
	if len(found.Records) == 0 {
		// An empty list would pass for "nothing to copy", and mail would stop.
		if err = cmp.Or(err, ctx.Err(), unheard(found)); err != nil {
			return fmt.Errorf("finding the records: %w", err)
		}
	}
	found.At = d.Now().Round(0)
	return d.Store.SaveFound(s.Domain, found)
}

// unheard is the problem that no old server answered; nil when one did.
func unheard(found Found) error {
	if slices.ContainsFunc(found.Servers, func(r zone.ServerReport) bool { return r.State == "ok" || r.State == "differs" }) {
		return nil
	}
	return &Problem{
		Title: "None of the old name servers answers", Text: "So the wizard cannot tell which records to copy. Nothing was changed.",
		Fix: "Search again in a while. Or export the zone file at your present DNS provider and give it to the wizard.",
	}
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
	return Part{
		ID: p.Part, Title: titleOfPart(p.Part), Detail: p.Detail, Done: int64(p.Done), Total: int64(p.Total), Unit: "names",
		Ended: p.State != "running", Failed: p.State == "refused" || p.State == "impossible",
	}
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
	var err error
	if seen.cloud, err = d.Records.Records(ctx, s.ZoneID); err != nil {
		return fmt.Errorf("reading the records: %w", err)
	}
	if seen.found, err = d.Store.Found(s.Domain); err != nil {
		return err
	}
	create, change := seen.plan(s, zone.Compare(seen.found.Records, seen.cloudRecords()))
	if action == "create-records" && len(create) > 0 {
		err = d.Records.CreateRecords(ctx, s.ZoneID, create)
	}
	if action == "change-records" && len(change) > 0 {
		err = d.Records.ChangeRecords(ctx, s.ZoneID, change)
	}
	if err != nil {
		return fmt.Errorf("writing the records: %w", err)
	}
	return nil
}

// AddZoneFile reads a zone file that the person gave and adds its records to
// what was found. Errors name the line and belong to the field zone_file.
func (d *DNSStep) AddZoneFile(s Settings, r io.Reader) (int, error) {
	recs, err := d.DNS.ReadZoneFile(r, s.Domain)
	if err != nil {
		return 0, &Problem{Field: "zone_file", Title: "This is not a zone file that the wizard can read", Text: err.Error(), Fix: "Export it again as “BIND” or “zone file”, and give it unchanged.", Err: err}
	}
	if len(recs) == 0 {
		return 0, Invalid("zone_file", "There is no record of "+s.Domain+" in this file")
	}
	found, err := d.Store.Found(s.Domain)
	if err != nil {
		return 0, err
	}
	added := 0
	for _, rec := range recs {
		if !slices.ContainsFunc(found.Records, func(o zone.Record) bool { return o.Key() == rec.Key() }) {
			rec.Sources = []string{"file"}
			found.Records = append(found.Records, rec)
			added++
		}
	}
	if found.At.IsZero() {
		found.Domain, found.At = s.Domain, d.Now().Round(0)
	}
	found.Complete, found.Statement = "file", fmt.Sprintf("Complete: read from your zone file, %d records.", len(recs))
	return added, errors.Join(d.Store.SaveFound(s.Domain, found))
}

// AddNamed asks the old servers for one record set that the person knows, and
// adds what they answer. Nothing is added that they do not answer.
func (d *DNSStep) AddNamed(ctx context.Context, s Settings, name, rtype string) (int, error) {
	answers, err := d.DNS.Answers(ctx, s.OldServers, name, rtype)
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

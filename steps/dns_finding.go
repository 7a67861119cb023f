package steps

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps/zone"
)

// activationEvery is how often a free zone may ask Cloudflare to look at its
// delegation (cloudflare-go, zones/activationcheck.go).
const activationEvery = time.Hour

// finding turns an observation into checks and a plan. It does no I/O.
func (seen dnsSeen) finding(s Settings, now time.Time, pace float64) Finding {
	d := &DNSDetail{
		Zone: seen.zone, Registration: seen.registration, Delegation: seen.delegation,
		Sightings: seen.sightings, Found: seen.found, Cloud: seen.cloud, Signed: len(seen.delegation.DS) > 0 && !seen.signedHere(),
	}
	f := Finding{Detail: d}
	if !seen.delegation.Exists && seen.registryErr == nil && !seen.registration.Found || holdOf(seen.registration) != "" {
		return seen.unregistered(s, f)
	}
	f.Checks = append(f.Checks, seen.registeredChecks(s, now)...)
	if c, stuck := seen.stuckElsewhere(s); stuck {
		d.Part, f.Checks, f.Summary, f.Unsure = DNSDomain, append(f.Checks, c), c.Detail, []string{AnyAction}
		return f
	}
	if c, account, away := seen.otherAccount(s); away {
		d.Part, d.Elsewhere, f.Checks, f.Summary, f.Unsure = DNSDomain, account, append(f.Checks, c), "The domain is in another account", []string{AnyAction}
		return f
	}
	adopted := seen.adopted(s)
	if !adopted {
		d.Old = seen.oldServers(s)
	}

	f.Checks = append(f.Checks, seen.zoneCheck(s))
	if !seen.exists || s.ZoneID != seen.zone.ID {
		d.Part, f.Unsure = DNSFind, []string{"create-records", "change-records"}
		f.Actions = append(f.Actions, seen.zoneAction(s))
		if !adopted && !seen.works() && len(d.Old) > 0 {
			f.Actions = append(f.Actions, searchAction(s, seen))
		}
		f.Summary = "Add " + s.Domain + " to Cloudflare"
		return f
	}
	d.Unlooked = !adopted && seen.works() && seen.found.At.IsZero()
	if !adopted && (seen.found.Due && len(d.Old) > 0 || seen.found.At.IsZero() && !d.Unlooked) {
		f.Unsure = []string{"create-records", "change-records"}
		seen.search(s, d, &f)
		return f
	}
	seen.compare(s, d, &f, adopted)
	if len(f.Plan()) > 0 || d.Many != nil {
		d.Part = DNSCompare
		return f
	}
	seen.move(s, d, &f, now, pace, adopted || d.Unlooked)
	if d.Unlooked && d.Part == DNSDone {
		f.Heading = s.Domain + " is at Cloudflare"
	}
	f.Evidence = []Evidence{seen.card(s, d)}
	return f
}

func nameOr(name, other string) string {
	if name == "" {
		return other
	}
	return name
}

func (seen dnsSeen) zoneCheck(s Settings) Check {
	c := Check{Name: "zone", Title: "The domain is in your Cloudflare account"}
	switch {
	case seen.lost && !seen.exists:
		c.Status, c.Detail = Fail, "The domain was at Cloudflare, and is gone. Cloudflare removes a domain that never became active after 28 days, and one that moved away after 7."
		c.Fix = Fix{Title: "Add it again", Text: "Confirm the plan below. Cloudflare then names another pair of name servers, which your registrar needs."}
	case !seen.exists && atCloudflareAlready(seen.delegation.NS):
		c.Status, c.Detail = Warn, "The domain is at Cloudflare already, in an account that this token does not open."
		c.Fix = Fix{
			Title: "Is that account yours? Then use a token of it, and nothing needs to move",
			Text:  "Or go on: the domain is added to this account too, and you change its name servers to another pair. Records that are proxied there show Cloudflare’s addresses and not yours, so take those from a zone file of that account.",
			Link:  Link{"Go to step 1", "/steps/account"},
		}
	case !seen.exists:
		c.Detail = "Not yet"
	case s.ZoneID != seen.zone.ID:
		c.Detail = "It is there already, with the status " + statusWord(seen.zone) + "."
	default:
		c.Status, c.Detail = Pass, nameOr(seen.zone.Plan, "Free plan")+", "+locale.Count(len(seen.cloud), "record", "records")
	}
	return c
}

func (seen dnsSeen) zoneAction(s Settings) Action {
	if seen.exists {
		a := Action{
			ID: "adopt-zone", Verb: Update, What: "Use the domain that is in your account", To: zone.ToUnicode(seen.zone.Name) + ", " + statusWord(seen.zone),
			Why:  "It was added before. The wizard goes on with it; its records stay as they are.",
			Rows: []Row{Code("Domain", seen.zone.Name), Text("Status", statusWord(seen.zone)), Text("Records", fmt.Sprint(len(seen.cloud)))},
		}
		if s.pending(IDDNS, "create-zone", seen.zone.Created) {
			a.Settles = "create-zone"
		}
		return a
	}
	return Action{
		ID: "create-zone", Verb: Create, What: "Add the domain to Cloudflare", To: s.Domain,
		Why:  "Cloudflare answers for the domain only after you have changed its name servers. Until then nothing changes for anyone.",
		Rows: []Row{Code("Domain", s.Domain), Text("Account", s.AccountName), Text("Plan", "Free")},
	}
}

// works: the domain is active at Cloudflare, and the registry names its servers.
func (seen dnsSeen) works() bool {
	return seen.exists && seen.zone.Status == "active" && pairIs(seen.delegation.NS, seen.zone.NameServers)
}

// search proposes to look for the records. Where there was nobody to ask, the
// person can bring them, or say that there is nothing: only they can know.
func (seen dnsSeen) search(s Settings, d *DNSDetail, f *Finding) {
	d.Part, f.Summary = DNSFind, "Find the records"
	c := Check{Name: "records", Title: "All records are at Cloudflare", Detail: "Not looked for yet"}
	if len(d.Old) > 0 {
		f.Actions = append(f.Actions, searchAction(s, seen))
	}
	switch {
	case len(d.Old) == 0:
		f.Ask, f.Heading = "records", nobodyToAsk
		c.Detail = "The registry names no name servers from before for " + s.Domain + ", so there is nobody to ask."
	case !seen.found.Tried.IsZero():
		f.Heading = noneAnswers
		c.Detail = "Asked at " + When(seen.found.Tried) + ": " + strings.Join(d.Old, ", ") + "."
	}
	if d.Unheard = f.Heading != ""; d.Unheard {
		f.Summary, c.Status, c.Word = f.Heading, Warn, "Not known"
		c.Fix = Fix{Title: "Bring a zone file, or say that there is nothing to take along", Text: "Both are on the page of this step. Without the records, mail and websites of the domain end when it moves.", Link: Link{"Open the step", "/steps/dns?part=find"}}
	}
	f.Checks = append(f.Checks, c)
}

func searchAction(s Settings, seen dnsSeen) Action {
	servers := seen.oldServers(s)
	names := "The usual ones, about 600, those of mail and other services, about 300, and what they lead to. It takes about a minute."
	if s.Deep {
		names = "About 5000, those of mail and other services, about 300, and what they lead to. It takes about five minutes."
	}
	return Action{
		ID: "find-records", Verb: Look, What: "Find every record of " + s.Domain, To: strings.Join(servers, ", "),
		Why:  "Your mail and website must come along. The wizard asks the present servers, and has Cloudflare search too. This only looks; you see the list before anything is copied.",
		Rows: []Row{Code("Asks", servers...), Text("Names", names)},
	}
}

// compare sets the found records beside those at Cloudflare.
func (seen dnsSeen) compare(s Settings, d *DNSDetail, f *Finding, adopted bool) {
	c := Check{Name: "records", Title: "All records are at Cloudflare", Status: Pass}
	if adopted {
		c.Detail = "The domain was moved before, and has " + locale.Count(len(seen.cloud), "record", "records") + " there."
		f.Checks = append(f.Checks, c)
		return
	}
	if d.Unlooked {
		c.Status, c.Word = Warn, "Never looked for"
		c.Detail = "The domain works at Cloudflare, with " + locale.Count(len(seen.cloud), "record", "records") + ". What its old servers answered was never looked for."
		c.Fix = Fix{Title: "Does everything work? Then there is nothing to do", Text: "If mail or a website is missing, look for its records while the old servers still answer.", Link: Link{"Look for them", "/steps/dns?part=find"}}
		f.Checks = append(f.Checks, c)
		return
	}
	d.Alias = seen.aliasChoice(s)
	d.Rows = zone.Compare(seen.records(s), seen.cloudRecords())
	d.Unsafe, d.Unnamed, d.Moved = zone.Guard(d.Rows, s.Records.Skip), seen.keys(s), seen.moved(s)
	create, change := seen.plan(s, d.Rows)
	if d.Many = seen.many(s, change); d.Many != nil {
		f.Ask, f.Unsure = "many", []string{"create-records", "change-records"} // the plan comes after the answer
	} else {
		f.Actions = append(f.Actions, seen.recordActions(create, change)...)
	}
	left, foreign, agree := 0, 0, locale.Count(sameRows(d.Rows), "record agrees", "records agree")
	for _, r := range d.Rows {
		switch {
		case r.State != zone.Missing && r.State != zone.Differs:
		case zone.Holdable(r.Old.Type):
			left++
		default:
			foreign++
		}
	}
	switch {
	case len(create)+len(change) > 0:
		c.Status, c.Detail = Skip, locale.Count(len(create), "is missing", "are missing")+", "+locale.Count(len(change), "differs", "differ")
		f.Summary = locale.Count(len(create)+len(change), "record", "records") + " to copy"
	case left > 0 && seen.moved(s):
		c.Word = "Changed since"
		c.Detail = agree + " with the old servers, " + locale.Count(left, "no longer does", "no longer do") + ". What Cloudflare has is what counts now."
	case left > 0:
		c.Word = "As you chose"
		c.Detail = agree + ". " + locale.Count(left, "stays behind", "stay behind") + ", as you chose."
	case foreign > 0:
		c.Status, c.Word = Warn, "All that can be"
		c.Detail = agree + ". Of a kind that Cloudflare does not hold: " + locale.Number(foreign) + "."
		c.Fix = Fix{Title: "Look whether you need them", Text: "The list names them. What they did ends with the old name servers.", Link: Link{"Open the list", "/steps/dns?part=compare"}}
	case seen.found.Nothing:
		c.Word, c.Detail = "As you chose", "You said that there is nothing to take along."
	case len(seen.found.Records) == 0:
		c.Detail = "The old servers have no record that could come along."
	default:
		c.Detail = locale.Count(len(seen.found.Records), "record, and it agrees", "records, and all agree") + " with the old servers"
		if n := seen.found.Unconfirmed(); n > 0 {
			c.Detail = locale.Count(len(seen.found.Records), "record", "records") + ". For " + locale.Number(n) + " no old server could be asked whether they are up to date."
		}
	}
	if tried := seen.found.Tried; !tried.IsZero() && tried.After(seen.found.At) {
		c.Detail += " The old servers were asked again at " + When(tried) + ", and none answered."
	}
	f.Checks = append(f.Checks, c)
	if hidden := seen.veiled(); len(hidden) > 0 && !seen.moved(s) {
		f.Checks = append(f.Checks, Check{
			Name: "veiled", Title: "The true addresses are known", Status: Warn, Word: "Hidden",
			Detail: "Another Cloudflare account’s proxy answers in their place: " + listUpTo(hidden, 5) + ".",
			Fix: Fix{
				Title: "Give the wizard the zone file of that account", Text: "There: DNS, Records, Import and Export, Export. Or add these records by hand afterwards. Without them the names stop working when you change the name servers.",
				Link: Link{"Open the list", "/steps/dns?part=compare#file"},
			},
		})
	}
	if mail, ok := seen.mail(s, d); !ok && len(create)+len(change) == 0 {
		f.Checks = append(f.Checks, mail)
	}
}

// veiled are the names of which only a proxy's addresses are known.
func (seen dnsSeen) veiled() (names []string) {
	for _, l := range seen.found.LeftOut {
		name := l.Record.Name
		known := slices.ContainsFunc(seen.found.Records, func(r zone.Record) bool {
			return r.Name == name && slices.Contains([]string{"A", "AAAA", "CNAME"}, r.Type)
		})
		if shown := zone.ToUnicode(name); zone.Veiled(l.Record) && l.Record.Type != "HTTPS" && !known && !slices.Contains(names, shown) {
			names = append(names, shown)
		}
	}
	return names
}

func sameRows(rows []zone.Row) int {
	n := 0
	for _, r := range rows {
		if r.State == zone.Same {
			n++
		}
	}
	return n
}

// moved reports whether the domain works at Cloudflare, and was carried whole or
// moved by somebody else. From then on Cloudflare's records are the true ones:
// what differs from the old servers somebody changed on purpose, and it is
// changed back only by name. Mail and certificates are looked after all the same.
func (seen dnsSeen) moved(s Settings) bool {
	return (s.Records.Carried || !s.ZoneCreated) && seen.zone.Status == "active" && pairIs(seen.delegation.NS, seen.zone.NameServers)
}

// plan picks what to create and change: everything that is missing or differs,
// less what the person does not want and what Cloudflare cannot hold.
func (seen dnsSeen) plan(s Settings, rows []zone.Row) (create, change []CloudRecord) {
	moved, unsafe := seen.moved(s), map[string]bool{}
	for _, r := range zone.Guard(rows, s.Records.Skip) {
		unsafe[r.Old.Key()] = true
	}
	for _, r := range rows {
		if r.Old == nil || r.State == zone.Same || slices.Contains(s.Records.Skip, r.Old.Key()) || !zone.Holdable(r.Old.Type) {
			continue
		}
		if moved && !slices.Contains(s.Records.Want, r.Old.Key()) && !unsafe[r.Old.Key()] {
			continue
		}
		may, _ := zone.ProxyableIn(*r.Old, seen.found.Records)
		rec := CloudRecord{Record: *r.Old, Proxied: may && slices.Contains(s.Records.Proxy, r.Old.Key()), Comment: s.Marker() + copied}
		if r.State == zone.Missing {
			create = append(create, rec)
			continue
		}
		for _, c := range seen.cloud {
			if r.Cloud != nil && c.Key() == r.Cloud.Key() {
				rec.ID, rec.Proxied, rec.Comment = c.ID, c.Proxied, c.Comment
				change = append(change, rec)
				break
			}
		}
	}
	return create, change
}

func (seen dnsSeen) recordActions(create, change []CloudRecord) []Action {
	var out []Action
	if len(create) > 0 {
		out = append(out, Action{
			ID: "create-records", Verb: Create, What: "Create " + locale.Count(len(create), "DNS record", "DNS records"),
			Why: "Copies of what the old servers answer. Nothing is removed.", To: listOf(create), Rows: recordRows(create),
		})
	}
	if len(change) > 0 {
		out = append(out, Action{
			ID: "change-records", Verb: Update, What: "Change " + locale.Count(len(change), "DNS record", "DNS records"),
			Why: "Cloudflare has something else than what the old servers answer.", To: listOf(change), Rows: seen.withBefore(change),
		})
	}
	return out
}

// withBefore shows what the new data replaces.
func (seen dnsSeen) withBefore(change []CloudRecord) []Row {
	rows := recordRows(change)
	for i, r := range change {
		for _, c := range seen.cloud {
			if c.ID == r.ID {
				rows[i].Values[0].Before = c.Content
			}
		}
	}
	return rows
}

func listOf(recs []CloudRecord) string {
	names := make([]string, len(recs))
	for i, r := range recs {
		names[i] = r.Type + " " + r.Name
	}
	return strings.Join(names, ", ")
}

func recordRows(recs []CloudRecord) []Row {
	rows := make([]Row, len(recs))
	for i, r := range recs {
		rows[i] = Code(r.Type+" "+r.Name, r.Content)
	}
	return rows
}

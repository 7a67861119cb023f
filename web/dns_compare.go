package web

import (
	"fmt"
	"slices"
	"strings"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
	"example.test/wizard/web/templates"
)

// relative shortens a name for the table, as zone files do.
func relative(name, domain string) string {
	if name == domain {
		return "@"
	}
	return strings.TrimSuffix(name, "."+domain)
}

// bothForms is a name of the table as its owner writes it, with the form that
// DNS uses beside it where that is another one.
func bothForms(name, domain string) string {
	short := relative(name, domain)
	if readable := relative(zone.ToUnicode(name), zone.ToUnicode(domain)); readable != short {
		return readable + " (" + short + ")"
	}
	return short
}

// foundBy names every way in which a record was found.
func foundBy(r zone.Record) string {
	words := map[string]string{
		zone.SourceTransfer: "Zone transfer", zone.SourceNSEC: "Signed zone", zone.SourceWords: "Common names", zone.SourceUnderscore: "Underscores", zone.SourceProvider: "Your providers",
		zone.SourceApex: "The domain itself", zone.SourceBelow: "Names below", zone.SourceReference: "Another record", zone.SourceWildcard: "Wildcard", zone.SourceServers: "Only one server",
		zone.SourceAlias: "Where www leads", zone.SourceUnconfirmed: "Not confirmed", "scan": "Cloudflare’s scan", "file": "Your file", "person": "You",
	}
	var out []string
	for _, source := range r.Sources {
		w := words[source]
		if w == "" {
			w = upper(source)
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return "Old servers"
	}
	return strings.Join(out, ", ")
}

func (v *stepView) dnsCompare(d *steps.DNSDetail) templates.Compare {
	groups := map[string]*templates.RecordGroup{}
	order := []string{zone.Missing, zone.Differs, "unknown", zone.Only, zone.Same}
	titles := map[string]string{zone.Missing: "%s missing at Cloudflare", zone.Only: "%s only at Cloudflare", zone.Same: "%s the same", "unknown": "%s that Cloudflare cannot hold"}
	mail, create, change := 0, 0, 0
	for _, row := range d.Rows {
		rec, state := v.recordView(row, d)
		if rec.Mail {
			mail++
		}
		if rec.Picked && rec.Pick == "create" {
			create++
		}
		if rec.Picked && rec.Pick == "change" {
			change++
		}
		g := groups[state]
		if g == nil {
			g = &templates.RecordGroup{State: state}
			groups[state] = g
		}
		g.Records = append(g.Records, rec)
	}
	m := templates.Compare{Domain: zone.ToUnicode(v.set.Domain), Errors: v.form.summary(), At: v.seen.At.Local(), Old: v.set.OldServers, New: d.Zone.NameServers, File: &templates.ZoneFile{Error: v.form.error("zone_file"), Typed: v.form.value("zone_text", "")}}
	m.Add = templates.AddRecord{Type: v.form.value("type", ""), Name: v.form.value("name", ""), Content: v.form.value("content", ""), Error: v.form.error("record_name")}
	m.Filters = []templates.Filter{{Value: "all", Text: "All", N: len(d.Rows)}}
	names := map[string]string{zone.Missing: "Missing", zone.Differs: "Differ", zone.Only: "Only at Cloudflare", zone.Same: "Same", "unknown": "Cannot be held"}
	for _, st := range order {
		if g := groups[st]; g != nil {
			if st == zone.Differs {
				g.Title = locale.Count(len(g.Records), "differs", "differ")
			} else {
				g.Title = fmt.Sprintf(titles[st], locale.Number(len(g.Records)))
			}
			m.Groups = append(m.Groups, *g)
			m.Filters = append(m.Filters, templates.Filter{Value: st, Text: names[st], N: len(g.Records)})
		}
	}
	m.Filters = append(m.Filters, templates.Filter{Value: "mail", Text: "Mail", N: mail})
	lead := locale.Count(len(d.Found.Records), "record was found. ", "records were found. ") + locale.Count(create, "is missing at Cloudflare", "are missing at Cloudflare")
	if change > 0 {
		lead += " and " + locale.Count(change, "differs", "differ")
	}
	lead += ". Nothing is ever deleted here."
	m.Page = v.dnsFrame(steps.DNSCompare, "Compare "+locale.Count(len(d.Rows), "record", "records"), "Compare: will everything come along?", lead)
	m.Page.Wide, m.Page.Favicon = true, "attention"
	m.Notes = append(completeness(d.Found), v.losses(d)...)
	m.Notes = append(m.Notes, v.aliasNotes(d)...)
	if j, ok := v.s.Engine.Job(steps.IDDNS); ok && j.Problem != nil {
		m.Notes = append([]templates.Note{v.s.jobNote(j)}, m.Notes...)
	}
	v.unsafe(&m, d)
	m.Key = v.keyQuestion(d)
	m.Alias = v.aliasQuestion(d)
	review := "Review: " + sentence(nonZero(create, "create", change, "change"))
	switch {
	case create+change == 0:
		review = "Go on with these"
	case change == 0 && d.Many == nil && len(v.seen.Finding.Plan()) > 0:
		// Every value stands in this very table and nothing is overwritten, so the
		// yes can be given here: to this plan, and to no other.
		review, m.Digest = "Copy "+locale.Count(create, "record", "records"), v.seen.Plan
	}
	m.Buttons = []templates.Button{{Text: review, Kind: "go", Icon: "next", Name: "do", Value: "review", Next: true}, {Text: "Ask all servers again", Kind: "link", Name: "do", Value: "again"}}
	if m.Key != nil && m.Key.Next {
		m.Buttons[0].Kind, m.Buttons[0].Next = "", false
	}
	if d.Found.Complete == "" && !v.set.Deep {
		m.Buttons = append(m.Buttons, templates.Button{Text: "Look deeper: about 5000 names, 5 minutes", Kind: "link", Name: "do", Value: "deeper"})
	}
	m.Servers = oldServers(d.Found)
	return m
}

func nonZero(a int, what string, b int, other string) []string {
	var out []string
	if a > 0 {
		out = append(out, fmt.Sprintf("%s %d", what, a))
	}
	if b > 0 {
		out = append(out, fmt.Sprintf("%s %d", other, b))
	}
	return out
}

// unsafe says why the name servers stay hidden.
func (v *stepView) unsafe(m *templates.Compare, d *steps.DNSDetail) {
	if len(d.Unsafe)+len(d.Unnamed) == 0 || len(v.seen.Finding.Plan()) > 0 {
		return
	}
	m.Blocked = &templates.Note{Tone: "problem", Title: "Mail is not safe yet"}
	if n := len(d.Unsafe); n > 0 {
		m.Blocked.Text = locale.Count(n, "record that your mail or certificates need is", "records that your mail or certificates need are") + " missing or different. The name servers stay hidden until they are right, or until you say, record by record, that you do not want them."
	}
	if len(d.Unnamed) > 0 {
		m.Blocked.Text = strings.TrimSpace(m.Blocked.Text + "\n\nA key that signs your mail has a name that the wizard does not know. The name servers stay hidden until you [name it](#key), or say that you do not need it.")
		for _, key := range d.Unnamed {
			m.Overrides = append(m.Overrides, templates.Option{Value: key, Label: say("Keys below " + bothForms(key, v.set.Domain))})
		}
	}
	for _, row := range d.Unsafe {
		if row.Old == nil {
			continue
		}
		m.Overrides = append(m.Overrides, templates.Option{Value: row.Old.Key(), Label: say(row.Old.Type + " " + bothForms(row.Old.Name, v.set.Domain))})
	}
}

func (v *stepView) recordView(row zone.Row, d *steps.DNSDetail) (templates.Record, string) {
	rec := row.Old
	if rec == nil {
		rec = row.Cloud
	}
	out := templates.Record{ID: rec.Key(), Type: rec.Type, Name: bothForms(rec.Name, v.set.Domain), Content: rec.Content, FoundBy: foundBy(*rec), Mail: zone.IsMail(*rec)}
	may, why := zone.ProxyableIn(*rec, d.Found.Records)
	switch {
	case out.Mail:
		out.Proxy = "Never, mail"
	case !may && rec.Type != "A" && rec.Type != "AAAA" && rec.Type != "CNAME":
		out.Proxy = "Never" // not a kind that can be
	case !may:
		out.Proxy, out.Effect = "Never", say(why)
	default:
		out.Proxy = "DNS only"
	}
	if row.State == zone.Only {
		out.FoundBy = "Cloudflare"
		return out, row.State
	}
	if row.State == zone.Same {
		return out, row.State
	}
	if !zone.Holdable(rec.Type) {
		return out, "unknown"
	}
	out.Picked = !slices.Contains(v.set.Records.Skip, rec.Key())
	if d.Moved {
		// Mail and certificates are repaired, the rest is the person's own doing.
		unsafe := slices.ContainsFunc(d.Unsafe, func(u zone.Row) bool { return u.Old.Key() == rec.Key() })
		out.Picked = unsafe || slices.Contains(v.set.Records.Want, rec.Key())
	}
	out.Pick = "create"
	if row.State == zone.Differs {
		out.Pick, out.There = "change", row.Cloud.Content
	}
	if may && row.State == zone.Missing {
		out.CanProxy, out.Proxied, out.Proxy = true, slices.Contains(v.set.Records.Proxy, rec.Key()), ""
		out.Effect = proxyEffect(*rec)
	}
	return out, row.State
}

// losses are what changes although every record is taken along.
func (v *stepView) losses(d *steps.DNSDetail) []templates.Note {
	var out []templates.Note
	if ends := zone.Ends(d.Found.Records, v.set.Domain); len(ends) > 0 {
		n := templates.Note{Tone: "attention", Title: "This ends with the old name servers"}
		for _, e := range ends {
			n.List = append(n.List, say(e))
		}
		out = append(out, n)
	}
	for _, r := range d.Found.Records {
		if r.Type == "CNAME" && r.Name == v.set.Domain {
			out = append(out, templates.Note{Tone: "info", Title: "The domain itself is an alias", Text: say("Cloudflare holds the CNAME record and answers with the addresses of " + zone.CanonicalName(r.Content) + " (it calls this flattening). Visitors see no difference.")})
		}
	}
	return out
}

// proxyEffect is what the tick does to this record; what it does to every record
// stands once above the table.
func proxyEffect(r zone.Record) string {
	if r.Type == "CNAME" {
		host := zone.CanonicalName(r.Content)
		return "Hides " + host + ". Mail or other services at " + host + " no longer answer under this name."
	}
	return "Hides " + r.Content + "."
}

// oldServers tells how each old server behaved.
func oldServers(f zone.Found) *templates.Section {
	if len(f.Servers) == 0 {
		return nil
	}
	sec := &templates.Section{ID: "old-servers", Title: "The old name servers"}
	for _, s := range f.Servers {
		c := templates.Check{ID: "old-" + slug(s.Server), Name: s.Server, Status: "pass", Word: "Answers"}
		switch s.Transfer {
		case "complete":
			c.Detail = "It handed over the whole zone."
		case "refused":
			c.Detail = "It does not hand over the whole zone, which is usual."
		case "failed":
			c.Detail = "It broke off while handing over the zone."
		}
		word, fix := serverTrouble(s.State)
		if word != "" {
			c.Status, c.Word, c.Detail = "warn", word, say(s.Detail)
			c.Fix = &templates.Fix{Title: fix}
		}
		sec.Checks = append(sec.Checks, c)
	}
	return sec
}

// serverTrouble is a server's state in words, and what to do about it.
func serverTrouble(state string) (word, fix string) {
	switch state {
	case "timeout":
		return "No answer", "Ask all servers again in a while. The list holds what the others answer."
	case "refused":
		return "Refuses", "Nothing to do if another server answers. The list holds what that one says."
	case "servfail":
		return "Failing", "Ask all servers again in a while. If it stays like this, tell your present DNS provider."
	case "lame":
		return "Not in charge", "The registry names it, but it does not hold the domain. Nothing to do: the move ends this."
	case "differs":
		return "Differs", "Look at these records in the list, and untick what is out of date."
	}
	return "", ""
}

func completeness(f zone.Found) []templates.Note {
	if f.Statement == "" {
		return nil
	}
	n := templates.Note{Tone: "attention", Title: "How complete is this list?", Text: say(f.Statement)}
	switch {
	case f.Nothing:
		n.Title = "Nothing is taken along, as you chose"
	case f.Complete == "file" && f.Unconfirmed() > 0:
		n.Title = "This list is as good as your zone file"
	case f.Complete == "" && len(f.Records) > 0 && f.Unconfirmed() == len(f.Records):
		n.Title = "Nobody could confirm this list"
		n.Text += "\n\nThese are the names that Cloudflare’s own scan knows; it tries only usual ones. [Read a zone file](#file) if you can, or ask all servers again."
	case f.Complete == "":
		n.Title = "This list is good, but may not be complete"
		n.Text += "\n\nDo you use a newsletter or shop service that signs mail? [Add its record](#add), or [read a zone file](#file)."
	default:
		n.Tone, n.Title = "done", "This list is complete"
	}
	out := []templates.Note{n}
	if len(f.LeftOut) > 0 {
		left := templates.Note{Tone: "info", Title: "Seen, and left behind on purpose"}
		for _, l := range f.LeftOut {
			if line := say(l.Record.Type + " " + l.Record.Name + ": " + l.Why); !slices.Contains(left.List, line) { // the name servers are several records
				left.List = append(left.List, line)
			}
		}
		out = append(out, left)
	}
	if len(f.Unanswered) > 0 {
		out = append(out, templates.Note{Tone: "attention", Title: "No server gave an answer for these names", Text: say(strings.Join(f.Unanswered, ", ")) + "\n\nThey may or may not exist. Ask all servers again, or add them by hand below."})
	}
	return out
}

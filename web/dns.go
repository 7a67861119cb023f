package web

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/a-h/templ"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
	"example.test/wizard/web/templates"
)

// stages are the parts of step 2.
func dnsStages(part string) []templates.Stage {
	parts := []string{steps.DNSDomain, steps.DNSFind, steps.DNSCompare, steps.DNSRegistrar, steps.DNSWait}
	names := []string{"Domain", "Find records", "Compare", "Name servers", "Wait"}
	here := slices.Index(parts, part)
	if part == steps.DNSDone {
		here = len(parts)
	}
	out := make([]templates.Stage, len(parts))
	for i := range parts {
		out[i] = templates.Stage{Name: names[i], Done: i < here, Here: i == here}
	}
	return out
}

// dns picks the page of step 2; nil means the generic one.
func (v *stepView) dns(d *steps.DNSDetail) templ.Component {
	part := d.Part
	if v.seen.Finding.Blocked != "" {
		return nil
	}
	if v.r.URL.Query().Get("part") == "compare" && len(d.Rows) > 0 {
		part = steps.DNSCompare
	}
	switch { // a refused form is drawn on the page that it came from
	case v.form.error("domain") != "" || part == steps.DNSFind && v.r.URL.Query().Get("part") == "domain":
		part = steps.DNSDomain
	case (v.form.error("record_name") != "" || v.form.error("selector") != "" || v.form.error("zone_file") != "") && len(d.Rows) > 0:
		part = steps.DNSCompare
	case (v.form.error("nothing") != "" || v.form.error("zone_file") != "" || v.r.URL.Query().Get("part") == "find") && d.Zone.ID != "" && len(d.Found.Records) == 0:
		part = steps.DNSFind
	}
	switch part {
	case steps.DNSDomain:
		return templates.StepPage(v.dnsDomain(d))
	case steps.DNSFind:
		return templates.StepPage(v.dnsFind(d))
	case steps.DNSCompare:
		if d.Many != nil && (v.r.URL.Query().Get("part") == "plan" || v.form.error("many") != "") {
			return templates.StepPage(v.dnsMany(d))
		}
		if len(v.seen.Finding.Plan()) > 0 && v.r.URL.Query().Get("part") == "plan" {
			return templates.StepPage(v.dnsPlan(d))
		}
		return templates.DNSCompare(v.dnsCompare(d))
	case steps.DNSRegistrar:
		return templates.DNSRegistrar(v.dnsRegistrar(d))
	case steps.DNSWait:
		if v.r.URL.Query().Get("part") == steps.DNSRegistrar {
			return templates.DNSRegistrar(v.dnsRegistrar(d))
		}
		return templates.DNSWait(v.dnsWait(d))
	}
	m := v.step()
	m.Page.Stages = dnsStages(part)
	return templates.StepPage(m)
}

func (v *stepView) dnsFrame(part, title, h1, lead string) templates.Page {
	p := v.frame()
	p.Title, p.H1, p.Lead, p.Stages = title, h1, lead, dnsStages(part)
	return p
}

// mostZones is how many domains of the account are offered; who has more can type.
const mostZones = 12

func (v *stepView) dnsDomain(d *steps.DNSDetail) templates.Step {
	in := templates.DomainInput{Value: v.form.value("domain", zone.ToUnicode(v.set.Domain)), Error: v.form.error("domain")}
	for _, name := range d.There[:min(len(d.There), mostZones)] {
		in.Zones = append(in.Zones, templates.Option{Value: name, Label: zone.ToUnicode(name)})
	}
	m := templates.Step{
		Page:   v.dnsFrame(steps.DNSDomain, "Which domain?", "Which domain do you want to use for Plex?", ""),
		Errors: v.form.summary(), Form: templates.DomainForm(in),
	}
	if to := d.Elsewhere; to.ID != "" && m.Errors == nil && v.r.URL.Query().Get("part") != "domain" {
		m.Page.Title, m.Page.H1 = "Another account", "The domain is in another account"
		m.Form = templates.AccountMove(readable(cmp.Or(to.Name, to.ID)))
	}
	if cs := checks(v.seen.Finding.Checks); len(cs) > 0 && m.Errors == nil {
		m.Sections = append(m.Sections, templates.Section{ID: "looked", Title: "What was looked at", HideTitle: true, Checks: cs})
	}
	return m
}

func (v *stepView) dnsFind(d *steps.DNSDetail) templates.Step {
	m := v.step()
	m.Page.Stages = dnsStages(steps.DNSFind)
	if d.Unheard || len(v.seen.Finding.Plan()) == 0 {
		v.unheard(&m, d)
		return m
	}
	headline, yes := planTitle(v.seen.Finding.Plan())
	m.Page.H1, m.Page.Title = headline, "Step 2: "+headline
	m.Page.Lead = "Nothing changes for your mail or your website yet: Cloudflare answers only after you have changed the name servers."
	if m.Plan != nil {
		m.Plan.Buttons[0].Text = yes
	}
	m.More = append(m.More, templates.More{Title: "It is another domain", Text: "[Enter another one](/steps/dns?part=domain)."})
	return m
}

func (v *stepView) dnsPlan(d *steps.DNSDetail) templates.Step {
	plan := v.seen.Finding.Plan()
	n := 0
	for _, a := range plan {
		n += len(a.Rows)
	}
	title := "We will copy " + locale.Count(n, "record", "records")
	p := v.dnsFrame(steps.DNSCompare, "Check before anything changes", title, "Please check. Nothing has been done yet, and nothing is removed.")
	m := templates.Step{Page: p, Plan: v.plan(plan)}
	m.Plan.Buttons = []templates.Button{{Text: "Copy " + locale.Count(n, "record", "records"), Kind: "go", Next: true}, {Text: "Back to the list", Kind: "link", Href: "/steps/dns"}}
	return m
}

// dnsMany asks once more before much of what was there changes.
func (v *stepView) dnsMany(d *steps.DNSDetail) templates.Step {
	title := fmt.Sprintf("Change %s of the %s records already at Cloudflare?", locale.Number(d.Many.Changed), locale.Number(d.Many.Had))
	lead := "These records were at Cloudflare before. They would be changed to what the old servers answer. If the domain works with them as they are, go back to the list and untick them."
	yes := fmt.Sprintf("Yes, change these %s records", locale.Number(d.Many.Changed))
	if d.Many.Changed == 1 {
		title = fmt.Sprintf("Change 1 of the %s records already at Cloudflare?", locale.Number(d.Many.Had))
		if d.Many.Had == 1 {
			title = "Change the one record already at Cloudflare?"
		}
		lead = "This record was at Cloudflare before. It would be changed to what the old servers answer. If the domain works with it as it is, go back to the list and untick it."
		yes = "Yes, change this record"
	}
	m := templates.Step{Page: v.dnsFrame(steps.DNSCompare, "Change what is at Cloudflare?", title, lead), Errors: v.form.summary()}
	many := templates.Many{Choice: templates.Choice{Name: "many", Label: "A second yes", Error: v.form.error("many")}}
	for _, line := range d.Many.List {
		many.List = append(many.List, say(line))
	}
	many.Choice.Options = []templates.Option{{Value: d.Many.Mark, Label: yes}}
	m.Form = templates.ManyForm(many)
	return m
}

// registrarAgain leads from the wait back to the name servers and the way to enter them.
const registrarAgain = "/steps/dns?part=" + steps.DNSRegistrar

func (v *stepView) dnsWait(d *steps.DNSDetail) templates.Wait {
	f := v.seen.Finding
	title := fmt.Sprintf("Waiting (%d of %d) - Name servers", d.Sees, d.Of)
	// What was right before the wait began stands behind it.
	i := slices.IndexFunc(f.Checks, func(c steps.Check) bool { return c.Name == "parent" })
	who, right := f.Checks, (*templates.Folded)(nil)
	if i > 0 && !slices.ContainsFunc(f.Checks[:i], func(c steps.Check) bool { return c.Status != steps.Pass }) {
		who, right = f.Checks[i:], &templates.Folded{Title: "What is right already", Checks: checks(f.Checks[:i])}
	}
	m := templates.Wait{
		Page: v.dnsFrame(steps.DNSWait, title, f.Heading, "Nothing is wrong, and there is nothing to do. DNS answers are remembered all over the world and change one after another."),
		Who: templates.Section{
			ID: "who", Title: "Who sees them", Checks: checks(who), Folded: right,
			Buttons: []templates.Button{{Text: "Look now", Icon: "again", Href: "/steps/dns"}, {Text: "Show the name servers again", Kind: "link", Href: registrarAgain}}, ButtonsNote: v.looks(f.Again),
		},
		Notify: true, Cards: cards(f.Evidence, "/steps/dns"),
	}
	if f.Check("parent").Status == steps.Wait && d.Sees == 0 {
		m.Page.Lead = "The registry does not show them yet, which takes minutes to a few hours after you save them at your registrar. If you have not saved them there, do that first."
	}
	if c := f.Check("dnssec"); c.Status == steps.Wait {
		m.Page.Lead = "There is nothing to do. " + say(c.Detail)
	}
	m.Page.Favicon, m.Page.Say = "waiting", f.Heading
	if !v.set.Told.IsZero() {
		m.Scale = &templates.Scale{Start: v.set.Told.Local(), Elapsed: v.seen.At.Sub(v.set.Told)}
		m.Normal = "Yes. Nearly all are done within an hour, a few take a day. If nothing has moved after four hours, look again at [the name servers](" + registrarAgain + ") at your registrar."
	}
	all := v.s.list()
	if offersTogether(all) {
		m.Leave = &templates.Next{
			Title: "You need not wait here", Text: "The next steps need no further choice: see their plan and say yes once. Or close this page, and even switch the computer off. When you return, the wizard looks again at once.",
			Buttons: []templates.Button{{Text: "See the plan for the next steps", Kind: "go", Icon: "next", Href: "/together"}},
		}
		all = nil
	}
	for _, l := range all {
		if l.seen.Info.Number > 2 && l.state != steps.StateDone && l.state != steps.StateAttention && l.state != steps.StateWaiting && l.seen.Finding.Blocked == "" && l.seen.Info.ID != steps.IDURL {
			m.Leave = &templates.Next{
				Title: "You need not wait here", Text: fmt.Sprintf("Go on with step %d, or close this page and even switch the computer off. When you return, the wizard looks again at once.", l.seen.Info.Number),
				Buttons: []templates.Button{goOn(fmt.Sprintf("Go on with step %d", l.seen.Info.Number), stepPath(l.seen.Info.ID))},
			}
			m.Leave.Buttons[0].Next = false // a page that only waits has no next action
			break
		}
	}
	if len(v.set.Story) > 0 || !v.set.Told.IsZero() {
		m.Story = v.story(d)
	}
	return m
}

func (v *stepView) story(d *steps.DNSDetail) *templates.Story {
	st := &templates.Story{Title: "What has happened"}
	if !v.set.Told.IsZero() {
		st.Events = append(st.Events, templates.Event{State: "done", When: clock(v.set.Told), Text: "You said that you changed the name servers"})
	}
	for _, m := range v.set.Story {
		st.Events = append(st.Events, templates.Event{State: "done", When: clock(m.At), Text: say(m.What)})
	}
	if !v.set.Asked.IsZero() {
		st.Events = append(st.Events, templates.Event{State: "done", When: clock(v.set.Asked), Text: "Asked Cloudflare to look. It looks again by itself; we may ask again at " + clock(d.NextAsk) + "."})
	}
	st.Events = append(st.Events, templates.Event{State: "waiting", When: "Soon", Text: "Cloudflare marks " + zone.ToUnicode(v.set.Domain) + " as active"})
	return st
}

// looks says when this page looked and when it looks again. A demonstration looks
// so often that both are the same second.
func (v *stepView) looks(again time.Duration) string {
	seen, next := clock(v.seen.At), clock(v.seen.At.Add(time.Duration(float64(again)/v.s.Engine.Pace())))
	if next == seen || again <= 0 {
		return "Looked at " + seen + ". It looks again by itself."
	}
	return "Looked at " + seen + ", next look at " + next
}

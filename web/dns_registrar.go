package web

import (
	"fmt"
	"slices"
	"strings"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// The pages of step 2 on which the person acts at the registrar.

func (v *stepView) dnsRegistrar(d *steps.DNSDetail) templates.Registrar {
	g := d.Registration.Guide
	name := g.Name
	if name == "" || g.Key == "other" {
		name = "your registrar"
	}
	if c := v.seen.Finding.Check("dnssec"); c.Status == steps.Fail {
		return v.dnssec(d, name, c)
	}
	if d.Hidden {
		return v.dnsHidden(name)
	}
	title := "Change the name servers at " + name
	m := templates.Registrar{
		Page: v.dnsFrame(steps.DNSRegistrar, title, title, "This is the one thing the wizard cannot do for you: only your [registrar](/words#registrar) can change your [name servers](/words#name-server). It takes about two minutes."),
		Pair: "Your new name servers", Servers: d.Zone.NameServers, Old: v.set.OldServers,
		Kept: locale.Count(len(d.Cloud), "record is", "records are") + " at Cloudflare already, so your mail and website go on.",
		How:  templates.HowTo{ID: "do", Title: "At " + name},
		Done: true, Later: []templates.Button{later()},
	}
	if d.Found.Nothing {
		m.Kept = "Nothing is taken along, as you chose. [Is there something after all?](/steps/dns?part=find)"
	}
	if d.Away {
		title = "Put the name servers back at " + name
		m.Page = v.dnsFrame(steps.DNSRegistrar, title, v.seen.Finding.Heading, "The registry names other name servers for "+say(v.set.Domain)+", so your Plex is not reached through Cloudflare any more. If you did not mean that, give the two below back to your [registrar](/words#registrar). If you did, take down what the wizard made on the page [Undo](/undo).")
		m.Page.Favicon, m.Pair = "attention", "The name servers at Cloudflare"
		m.Old, m.Kept = d.Delegation.NS, locale.Count(len(d.Cloud), "record of yours is", "records of yours are")+" still at Cloudflare. It removes a domain a week after it has noticed."
	}
	if d.Wrong {
		v.misdelegated(d, name, &m)
	}
	if d.Part == steps.DNSWait { // shown again; what is polled must stay this page
		m.Page.PollURL += "?part=" + steps.DNSRegistrar
	}
	m.How.Steps = guideSteps(g.Steps, g.URL)
	if d.Registration.Registrar != "" {
		m.How.More = []templates.More{{Title: "It looks different at my registrar", Text: say("The registry says the domain is with " + strings.TrimSuffix(d.Registration.Registrar, ".") + ". If you bought it through another company, look there for “name servers”, “DNS servers” or “delegation”.")}}
	}
	if len(g.Warnings) > 0 && !d.Away && !d.Wrong {
		n := templates.Note{Tone: "attention", Title: "Worth knowing before you change them"}
		for _, w := range g.Warnings {
			n.List = append(n.List, say(w))
		}
		m.Notes = append(m.Notes, n)
	}
	if !d.Wrong { // then the note says which lines to correct
		m.Notes = append(v.losses(d), m.Notes...)
	}
	seen := checks(v.seen.Finding.Checks)
	m.Watch = &templates.Section{ID: "watch", Title: "What the wizard sees now", ButtonsNote: "Looked at " + clock(v.seen.At)}
	if d.Wrong {
		if i := slices.IndexFunc(seen, func(c templates.Check) bool { return c.ID == "parent" }); i >= 0 {
			seen[i].Fix = nil // it stands at the top
		}
		m.Watch.Buttons = []templates.Button{{Text: "Look again", Kind: "go", Icon: "again", Href: "/steps/dns", Next: true}}
	}
	m.Watch.Checks = seen
	m.Cards = cards(v.seen.Finding.Evidence, "/steps/dns")
	return m
}

// misdelegated makes the registrar's page say which lines to correct there. There is
// nothing to tell the wizard: it sees when they are right.
func (v *stepView) misdelegated(d *steps.DNSDetail, name string, m *templates.Registrar) {
	m.Page = v.dnsFrame(steps.DNSRegistrar, "Correct the name servers at "+name, v.seen.Finding.Heading, "The registry names other name servers than the two below, so Cloudflare cannot begin. Waiting does not change that. The lines to correct at your [registrar](/words#registrar) are named here; the wizard looks every minute and goes on when they are right.")
	m.Page.Favicon, m.Pair, m.Old, m.Done = "attention", "The two name servers of Cloudflare", nil, false
	c := v.seen.Finding.Check("parent")
	n := templates.Note{Tone: "problem", Title: c.Fix.Title, Text: say(c.Detail + " " + c.Fix.Text)}
	for _, st := range c.Fix.Steps {
		n.List = append(n.List, say(st))
	}
	m.Notes = []templates.Note{n}
}

// dnsHidden is the page of the moment between the last record and the pair: the
// new servers must answer first, or a registry refuses them and mail is lost.
func (v *stepView) dnsHidden(name string) templates.Registrar {
	f := v.seen.Finding
	m := templates.Registrar{
		Page:  v.dnsFrame(steps.DNSRegistrar, "Waiting - the new name servers get ready", f.Heading, say("The records are at Cloudflare. Before you give the new name servers to "+name+", the wizard asks each of them for every record. This usually takes less than a minute.")),
		Watch: &templates.Section{ID: "watch", Title: "What they answer", Checks: checks(f.Checks), ButtonsNote: "Looked at " + clock(v.seen.At), Buttons: []templates.Button{{Text: "Look now", Icon: "again", Href: "/steps/dns"}}},
		Later: []templates.Button{{Text: "Show the name servers anyway", Kind: "link", Name: "do", Value: "unproven"}},
	}
	m.Page.Favicon = "waiting"
	if f.State() == steps.StateProblem {
		m.Page.Title, m.Page.Favicon = f.Heading, "attention"
		m.Page.Lead = "The new name servers stay hidden until they answer for the domain. What stands in the way is below."
		m.Watch.Buttons, m.Later = []templates.Button{{Text: "Look again", Kind: "go", Icon: "again", Href: "/steps/dns", Next: true}}, []templates.Button{later()}
	}
	return m
}

// guideSteps makes the first sentence the link to the page that it names.
func guideSteps(all []string, url string) []string {
	out := make([]string, len(all))
	for i, st := range all {
		out[i] = say(st)
		if i == 0 && url != "" {
			out[i] = "[" + out[i] + "](" + url + ")"
		}
	}
	return out
}

func (v *stepView) dnssec(d *steps.DNSDetail, name string, c steps.Check) templates.Registrar {
	title := "First turn DNSSEC off at " + name
	m := templates.Registrar{
		Page:  v.dnsFrame(steps.DNSRegistrar, "First turn DNSSEC off", title, say(v.set.Domain+" is signed by its present DNS provider. If you change the name servers now, the domain goes dark for most of the world.")),
		Notes: []templates.Note{{Tone: "problem", Title: "The name servers stay hidden until the signature is gone", Text: "A DS record at the registry promises that answers are signed with a key that Cloudflare does not have. You can turn DNSSEC on again at Cloudflare afterwards."}},
		How:   templates.HowTo{ID: "off", Title: "At " + name},
	}
	if d.Dark {
		m.Page.H1 = v.seen.Finding.Heading
		m.Page.Lead = say("The name servers are changed, and the registry still holds a DS record that promises answers signed by the old DNS provider. Most resolvers check that, and do not find " + v.set.Domain + " at all: no mail, no website, no Plex.")
		m.Notes[0].Title, m.Notes[0].Text = c.Fix.Title, say(c.Fix.Text)
	}
	m.Page.Favicon = "attention"
	m.How.Steps = guideSteps(d.Registration.Guide.DNSSEC, "")
	if u := d.Registration.Guide.DNSURL; u != "" {
		m.How.Note = fmt.Sprintf("%s explains it [on its help pages](%s).", say(upper(name)), u)
	}
	back := "Come back. The wizard watches, and shows the name servers when it is safe."
	if d.Dark {
		back = "Come back. The wizard watches, and tells when it is gone and forgotten."
	}
	m.How.Steps = append(m.How.Steps, back)
	c.Fix = steps.Fix{}
	m.Watch = &templates.Section{ID: "watch", Title: "What the registry says now", Checks: []templates.Check{check(c)}, Buttons: []templates.Button{{Text: "Look again", Kind: "go", Icon: "again", Href: "/steps/dns", Next: true}}}
	return m
}

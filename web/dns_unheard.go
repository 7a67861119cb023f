package web

import (
	"slices"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
	"example.test/wizard/web/templates"
)

// unheard makes of the page of the search the one for a domain whose old servers
// could not be asked. Only the person can know what there is: they bring a zone
// file, or say that there is nothing.
func (v *stepView) unheard(m *templates.Step, d *steps.DNSDetail) {
	h1, lead := "What should come along?", "The wizard does not know which records the domain had before. Nothing has been changed."
	if d.Unheard {
		h1, lead = v.seen.Finding.Heading, "So the wizard cannot tell which records your mail and website need. Nothing has been changed. Search again in a while, or take one of the two ways below."
		if len(v.seen.Finding.Plan()) == 0 {
			lead = "So there is nobody to ask which records your mail and website need. Nothing has been changed. Take one of the two ways below."
		}
		m.Page.Favicon = "attention"
	}
	m.Page.H1, m.Page.Lead, m.Page.Title = h1, lead, "Step 2: "+h1
	m.Notes = slices.DeleteFunc(m.Notes, func(n templates.Note) bool { return n.Title == h1 }) // it is said above
	for _, list := range [][]templates.Section{m.Sections, m.Lower} {
		for _, sec := range list {
			for i := range sec.Checks {
				if sec.Checks[i].ID == "records" {
					sec.Checks[i].Fix = nil // it leads here
				}
			}
		}
	}
	if servers := oldServers(d.Found); servers != nil && d.Unheard && m.Plan != nil {
		for i := range servers.Checks {
			servers.Checks[i].Fix = nil // there is no list yet
		}
		m.Sections = append(m.Sections, *servers)
	}
	domain := zone.ToUnicode(v.set.Domain)
	in := templates.Unheard{
		Domain:  domain,
		File:    templates.ZoneFile{Error: v.form.error("zone_file"), Typed: v.form.value("zone_text", "")},
		Nothing: templates.Choice{Name: "nothing", Label: "Your word for it", Error: v.form.error("nothing"), Options: []templates.Option{{Value: v.set.Domain, Label: "Nothing of " + say(domain) + " needs to come along"}}},
		Go:      templates.Button{Text: "Go on without records", Name: "do", Value: "nothing"},
	}
	in.File.Lead = "Your DNS provider may still have one for you (“BIND” or “zone file”), even if its servers no longer answer. Nobody can confirm its records then, so you look through the list before anything is copied."
	m.Next = nil
	switch {
	case m.Plan != nil:
		m.Plan.Buttons[0].Text = "Search again"
	case len(d.Old) > 0:
		in.Again = []templates.Button{{Text: "Search the old servers", Kind: "go", Icon: "search", Name: "do", Value: "again", Next: true}, {Text: "Back", Kind: "link", Href: "/steps/dns"}}
	case d.Found.Nothing || d.Part != steps.DNSFind:
		m.Next = []templates.Button{goOn("Go on as it is", "/steps/dns"), later()}
	default:
		in.Go.Kind, in.Go.Icon, in.Go.Next = "go", "next", true
	}
	m.Top, m.Form, m.After = nil, nil, templates.UnheardForms(in)
	if d.Part == steps.DNSFind {
		m.More = append(m.More, templates.More{Title: "It is another domain", Text: "[Enter another one](/steps/dns?part=domain)."})
	}
}

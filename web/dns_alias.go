package web

import (
	"strings"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
	"example.test/wizard/web/templates"
)

// aliasNotes say that the addresses of the domain itself may be those of another
// name, and what the wizard does about it.
func (v *stepView) aliasNotes(d *steps.DNSDetail) []templates.Note {
	a := d.Alias
	if a == nil || a.Follow && !a.Open {
		return nil // there is nothing to say, or it is at Cloudflare already
	}
	domain, target := zone.ToUnicode(v.set.Domain), zone.ToUnicode(a.Target)
	seen := "Its addresses change from one question to the next. Some DNS providers make them of another name (they call it ALIAS or ANAME). A copied address goes stale when that name moves."
	if a.Same {
		seen = "It has the same addresses as " + target + ", where www leads. Some DNS providers keep them alike by themselves (they call it ALIAS or ANAME). A copied address goes stale when " + target + " moves."
	}
	var then string
	switch {
	case a.Open && v.set.Records.Alias != "":
		then = "What is written in their place is as you chose below."
	case a.Open && a.Follow:
		then = "The wizard knows this host (" + a.Service + "), and proposes an alias below in place of the addresses. You can choose otherwise."
	case a.Open:
		then = "The wizard copies the addresses unless you choose the alias below: it cannot tell which is right. Whoever runs the website can."
	case a.Target != "":
		then = "Cloudflare has addresses for it already, and the wizard leaves them. To follow the name, put a CNAME record in their place in the dashboard."
	default:
		then = "The wizard copies the addresses as they are now. Ask your website’s provider whether there is a name for them; a CNAME record can take their place at Cloudflare."
	}
	return []templates.Note{{Tone: "attention", Title: domain + " may follow another name", Text: say(seen) + "\n\n" + say(then)}}
}

// aliasQuestion is the choice between the name and its present addresses.
func (v *stepView) aliasQuestion(d *steps.DNSDetail) *templates.Choice {
	a := d.Alias
	if a == nil || !a.Open {
		return nil
	}
	domain, target := zone.ToUnicode(v.set.Domain), zone.ToUnicode(a.Target)
	return &templates.Choice{Name: "alias", Label: "What should stand at " + domain + "?", Options: []templates.Option{
		{Value: steps.AliasFollow, Radio: true, On: a.Follow, Label: say("An alias of " + target), Hint: "A CNAME record, which Cloudflare answers with the addresses of that name at each moment."},
		{Value: steps.AliasCopy, Radio: true, On: !a.Follow, Label: say("The addresses as they are now: " + strings.Join(a.Addresses, ", ")), Hint: "Right if the address is your own and stays."},
	}}
}

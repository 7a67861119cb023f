package web

import (
	"net/mail"
	"strings"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// accessMeasure is the switch for a second address, for browsers only.
func (v *stepView) accessMeasure(measure func(id, name, what, risk, check string, on bool) templates.Measure, c steps.SecurityChoices) templates.Measure {
	m := measure(measureAccess, "A sign-in page for browsers", "Cloudflare lets in only whom you name, by a code that it sends them by mail. It needs Zero Trust, which only you can open, once.", "None: your apps go on using the other address.", "access", c.Access)
	if k := v.seen.Finding.Check("access"); c.Access && k.Status == steps.Warn {
		m.Live, m.LiveState = "Not possible yet", "attention"
		m.Note = &templates.Note{Tone: "attention", Title: k.Fix.Title, Text: say(k.Detail + " " + k.Fix.Text), Links: links(k.Fix.Link)}
	}
	name, who := c.AccessName, strings.Join(c.AccessFor, ", ")
	if name == "" && v.set.Subdomain != "" {
		name = v.set.Subdomain + "-web"
	}
	if who == "" {
		who = v.set.Alerts.Email
	}
	m.More = []templates.Field{
		{Name: "access_name", Label: "Name of the second address", Value: v.form.value("access_name", name), Error: v.form.error("access_name"), Mono: true, Complete: "off", Hint: say("The part in front of ." + v.set.Domain + ". The address is another one than " + v.set.Host() + ".")},
		{Name: "access_for", Label: "Who may sign in", Value: v.form.value("access_for", who), Error: v.form.error("access_for"), Hint: "Mail addresses, with commas between them."},
	}
	return m
}

// badAccess is what is wrong with the second address; nil when nothing is.
func badAccess(set steps.Settings, c steps.SecurityChoices) *steps.Problem {
	if !c.Access {
		return nil
	}
	if bad := steps.ValidSubdomain(c.AccessName); bad != "" {
		return steps.Invalid("access_name", bad)
	}
	if c.AccessName == set.Subdomain {
		return steps.Invalid("access_name", "This is the Plex address: apps and TVs could no longer connect. Choose another name")
	}
	if set.Security.AccessName != "" && set.Security.Access && c.AccessName != set.Security.AccessName {
		return steps.Invalid("access_name", "Switch the page off first, and then on with the new name")
	}
	if len(c.AccessFor) == 0 {
		return steps.Invalid("access_for", "Enter at least one mail address, such as robin@example.com")
	}
	for _, address := range c.AccessFor {
		if a, err := mail.ParseAddress(address); err != nil || a.Address != address {
			return steps.Invalid("access_for", "Enter mail addresses such as robin@example.com, with commas between them")
		}
	}
	return nil
}

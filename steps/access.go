package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.test/wizard/steps/beside"
	"example.test/wizard/steps/zone"
)

// A second address leads to the same Plex for browsers only, behind Cloudflare's
// sign-in page. Apps and TVs cannot pass such a page, so it never stands before
// the Plex host.

// BrowserHost is the second address, or empty when none was ever wanted. It is
// kept after the switch is off, so that what was made can be found.
func (s Settings) BrowserHost() string {
	if s.Domain == "" || s.Security.AccessName == "" || s.Security.AccessName == s.Subdomain {
		return ""
	}
	return s.Security.AccessName + "." + s.Domain
}

// accessSession is how long a sign-in lasts.
const accessSession = "24h"

func wantApp(s Settings) AccessApp {
	emails := slices.Clone(s.Security.AccessFor)
	slices.Sort(emails)
	return AccessApp{Name: s.Marker() + ": browsers", Host: s.BrowserHost(), Session: accessSession, Emails: emails}
}

func (s Settings) oursApp(a AccessApp) bool {
	return s.Installation != "" && strings.HasPrefix(a.Name, s.Marker())
}

type accessSeen struct {
	host    string // what was looked for
	team    string // Zero Trust team domain; empty when there is none
	refused *Problem
	noApps  error     // why the applications could not be read
	app     AccessApp // ours; without ID when there is none
	ingress Ingress
	records []CloudRecord
}

// access reads what there is of the second address; nothing when none was ever wanted.
func (c *SecurityStep) access(ctx context.Context, s Settings) (seen accessSeen, err error) {
	if s.BrowserHost() == "" || s.TunnelID == "" {
		return seen, nil
	}
	seen.host = s.BrowserHost()
	var apps []AccessApp
	var errs [3]error
	var appsErr, teamErr error
	var wg beside.Group
	wg.Go(func() { seen.team, teamErr = c.Access.Organization(ctx, s.AccountID) })
	wg.Go(func() { apps, appsErr = c.Access.AccessApps(ctx, s.AccountID) })
	wg.Go(func() { seen.ingress, errs[1] = c.Tunnels.Ingress(ctx, s.AccountID, s.TunnelID) })
	wg.Go(func() { seen.records, errs[2] = c.Records.RecordsNamed(ctx, s.ZoneID, s.BrowserHost()) })
	wg.Wait()
	if err := errors.Join(appsErr, teamErr); err != nil {
		if !refused(err) {
			errs[0] = err
		}
		seen.noApps = appsErr
		seen.refused = Explain(err) // the token lacks the permission, which only this option needs
	}
	if i := slices.IndexFunc(apps, s.oursApp); i >= 0 {
		seen.app = apps[i]
	}
	return seen, errors.Join(errs[:]...)
}

// parts tells what stands of the second address.
func (seen accessSeen) parts(s Settings) (app, route, record bool) {
	want := wantApp(s)
	app = seen.app.ID != "" && seen.app.Host == want.Host && slices.Equal(seen.app.Emails, want.Emails)
	_, route = ourRule(seen.ingress, s.BrowserHost())
	record = slices.ContainsFunc(seen.records, func(r CloudRecord) bool {
		return s.madeRecord(r) && strings.TrimSuffix(r.Content, ".") == tunnelTarget(s.TunnelID)
	})
	return app, route, record
}

// foreign is a record of somebody else's on the name.
func (seen accessSeen) foreign(s Settings) bool {
	return slices.ContainsFunc(seen.records, func(r CloudRecord) bool { return !s.madeRecord(r) })
}

// plan makes the lock before the door, and takes the door away before the lock.
func (seen accessSeen) plan(s Settings, f *Finding) {
	host := s.BrowserHost()
	if host == "" || s.TunnelID == "" {
		return
	}
	app, route, record := seen.parts(s)
	if !s.Security.Access {
		seen.unplan(s, f, route)
		return
	}
	c := Check{Name: "access", Title: "A sign-in page in front of " + host, Detail: "Not yet"}
	switch {
	case seen.refused != nil:
		c.Status, c.Detail = Warn, seen.refused.Title+". It needs two more permissions."
		c.Fix = Fix{Title: "Add two permissions to this token", Text: "In Cloudflare, choose Edit beside the token and add “Account: Access: Apps and Policies: Edit” and “Account: Access: Organizations, Identity Providers, and Groups: Read”. There is nothing to paste again.", Link: linkToken()}
	case seen.team == "":
		c.Status, c.Detail = Warn, "Your account has no Zero Trust organization yet. Only you can make it."
		c.Fix = Fix{Title: "Open Zero Trust once", Text: "Choose a team name and the Free plan; Cloudflare may ask for a payment method. Then come back.", Link: Link{"Open Zero Trust", "https://one.dash.cloudflare.com/"}}
	case seen.foreign(s):
		c.Status, c.Detail = Warn, "A DNS record of yours stands on that name. It is not touched."
		c.Fix = Fix{Title: "Choose another name", Text: "Change the name below."}
	case app && route && record:
		c.Status, c.Word, c.Detail = Pass, "On", strings.Join(seen.app.Emails, ", ")+" may sign in"
	default:
		seen.actions(s, f, app, route, record)
	}
	f.Checks = append(f.Checks, c)
	if seen.app.ID != "" {
		f.Evidence = append(f.Evidence, seen.card(s))
	}
}

func (seen accessSeen) actions(s Settings, f *Finding, app, route, record bool) {
	host, want := s.BrowserHost(), wantApp(s)
	if !app {
		a := Action{
			ID: "access app", Undo: true, Verb: Create, What: "Create a sign-in page", To: "in front of " + host, Why: "For browsers. It never stands in front of " + s.Host() + ".",
			Rows: []Row{Text("Name", want.Name), Code("Address", host), Text("May sign in", want.Emails...), Text("A sign-in lasts", "24 hours")},
		}
		if seen.app.ID != "" {
			a.Verb, a.What, a.From = Update, "Change the sign-in page", strings.Join(seen.app.Emails, ", ")
		}
		f.Actions = append(f.Actions, a)
	}
	if !route {
		f.Actions = append(f.Actions, Action{ID: "access route", Undo: true, Verb: Create, What: "Create a second route in the tunnel", To: host, Why: "It leads to the same Plex.", Rows: []Row{Code("Hostname", host)}})
	}
	if !record {
		f.Actions = append(f.Actions, Action{ID: "access record", Undo: true, Verb: Create, What: "Create a DNS record", To: host, Rows: []Row{Code("Name", host), Code("Content", tunnelTarget(s.TunnelID)), Text("Proxied", "Yes")}})
	}
}

// unplan removes what the switch made, once it is off.
func (seen accessSeen) unplan(s Settings, f *Finding, route bool) {
	host := s.BrowserHost()
	if slices.ContainsFunc(seen.records, func(r CloudRecord) bool { return s.madeRecord(r) }) {
		f.Actions = append(f.Actions, Action{ID: "unaccess record", Verb: Delete, What: "Remove the DNS record", From: host, Why: "You switched it off.", Rows: []Row{Code("Name", host)}})
	}
	if route {
		f.Actions = append(f.Actions, Action{ID: "unaccess route", Verb: Delete, What: "Remove the second route", From: host, Why: "You switched it off.", Rows: []Row{Code("Hostname", host)}})
	}
	if seen.app.ID != "" {
		f.Actions = append(f.Actions, Action{ID: "unaccess app", Verb: Delete, What: "Remove the sign-in page", From: seen.app.Name, Why: "You switched it off.", Rows: []Row{Text("Name", seen.app.Name)}})
	}
}

func (seen accessSeen) card(s Settings) Evidence {
	return Evidence{
		Card: "access", Place: "Zero Trust › Access › Applications", Status: Pass, Word: "Enabled", Reading: seen.app.Reading,
		Rows: []Row{Text("Application", seen.app.Name), Code("Application URL", seen.app.Host), Text("Allow", seen.app.Emails...), Text("Session duration", seen.app.Session), Text("Team domain", nameOr(seen.team, "None"))},
		Open: Link{"Open in Cloudflare", "https://one.dash.cloudflare.com/"},
	}
}

// applyAccess makes or removes one part of the second address; it looks first.
func (c *SecurityStep) applyAccess(ctx context.Context, s Settings, verb, what string) error {
	seen, err := c.access(ctx, s)
	if err != nil {
		return fmt.Errorf("looking at the second address: %w", err)
	}
	if seen.refused != nil {
		return seen.refused
	}
	if s.BrowserHost() == "" || (verb == "access") != s.Security.Access {
		return ErrPlanChanged
	}
	if verb == "unaccess" {
		return c.removeAccess(ctx, s, seen, what)
	}
	app, route, record := seen.parts(s)
	want := wantApp(s)
	switch {
	case what == "app" && app, what == "route" && route, what == "record" && record:
		return nil
	case what == "app" && seen.app.ID != "":
		want.ID = seen.app.ID
		return c.Access.ChangeAccessApp(ctx, s.AccountID, want)
	case what == "app":
		return c.Access.CreateAccessApp(ctx, s.AccountID, want)
	case !app:
		return ErrPlanChanged // the lock comes first
	case what == "route":
		i, have := ourRule(seen.ingress, s.Host())
		if !have {
			return ErrPlanChanged
		}
		rule := IngressRule{Host: s.BrowserHost(), Service: seen.ingress.Rules[i].Service, NoTLSVerify: seen.ingress.Rules[i].NoTLSVerify}
		seen.ingress.Rules = withRule(seen.ingress.Rules, rule)
		return c.Tunnels.SaveIngress(ctx, s.AccountID, s.TunnelID, seen.ingress)
	}
	if len(seen.records) > 0 {
		return ErrPlanChanged
	}
	return c.Records.CreateRecords(ctx, s.ZoneID, []CloudRecord{{
		Record: zone.Record{Name: s.BrowserHost(), Type: "CNAME", TTL: 1, Content: tunnelTarget(s.TunnelID)}, Proxied: true, Comment: s.Marker(),
	}})
}

// removeAccess takes one part of the second address away.
func (c *SecurityStep) removeAccess(ctx context.Context, s Settings, seen accessSeen, what string) error {
	switch what {
	case "record":
		for _, r := range seen.records {
			if s.madeRecord(r) {
				return c.Records.DeleteRecord(ctx, s.ZoneID, r.ID)
			}
		}
	case "route":
		if _, have := ourRule(seen.ingress, s.BrowserHost()); have {
			seen.ingress.Rules = withoutRule(seen.ingress.Rules, s.BrowserHost())
			return c.Tunnels.SaveIngress(ctx, s.AccountID, s.TunnelID, seen.ingress)
		}
	case "app":
		if seen.app.ID != "" {
			return c.Access.DeleteAccessApp(ctx, s.AccountID, seen.app.ID)
		}
	}
	return nil
}

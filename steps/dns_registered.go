package steps

import (
	"slices"
	"strings"
	"time"

	"example.test/wizard/locale"
)

// What the registry says about a domain, and whose it is.

// holdOf names a registry status with which a domain cannot work.
func holdOf(r Registration) string {
	for _, st := range r.Status {
		switch strings.ToLower(strings.ReplaceAll(st, " ", "")) {
		case "serverhold", "clienthold":
			return "on hold"
		case "pendingdelete", "redemptionperiod":
			return "about to be deleted"
		case "pendingtransfer":
			return "on its way to another registrar"
		}
	}
	return ""
}

func (seen dnsSeen) unregistered(s Settings, f Finding) Finding {
	c := Check{Name: "domain", Title: "The domain exists", Status: Fail, Detail: "The registry does not know " + s.Domain + "."}
	c.Fix = Fix{Title: "Check the spelling", Text: "Or register it first, at any registrar. A new registration can take an hour to be known everywhere."}
	if hold := holdOf(seen.registration); hold != "" {
		c.Detail = "The registry says that " + s.Domain + " is " + hold + "."
		c.Fix = Fix{Title: "Ask " + nameOr(seen.registration.Registrar, "your registrar"), Text: "Only they can lift this. Until then no name server can work for the domain."}
	}
	f.Detail.(*DNSDetail).Part = DNSDomain
	f.Checks = append(f.Checks, c)
	f.Summary, f.Unsure = c.Detail, []string{AnyAction}
	return f
}

func (seen dnsSeen) soldBy(s Settings) string {
	r := seen.registration
	text := s.Domain
	if r.Registrar != "" {
		text += ", bought at " + r.Guide.Name
		if r.Guide.Name == "" {
			text = s.Domain + ", bought at " + r.Registrar
		}
	}
	if !r.Expires.IsZero() {
		text += ", paid until " + locale.Date(r.Expires)
	}
	return text
}

// registeredChecks are what the registry says of a domain that works.
func (seen dnsSeen) registeredChecks(s Settings, now time.Time) []Check {
	r := seen.registration
	seller := nameOr(r.Guide.Name, nameOr(r.Registrar, "your registrar"))
	c := Check{Name: "domain", Title: "The domain exists", Status: Pass, Detail: seen.soldBy(s)}
	if !r.Expires.IsZero() && r.Expires.Before(now) {
		c.Status, c.Word = Warn, "Expired"
		c.Detail = s.Domain + " was paid until " + locale.Date(r.Expires) + "."
		c.Fix = Fix{Title: "Renew it at " + seller + " first", Text: "It may be switched off any day, and some registrars refuse every other change until it is paid.", Link: guideLink(r.Guide)}
	}
	out := []Check{c}
	if locked(r.Status) && !pairIs(seen.delegation.NS, seen.zone.NameServers) {
		out = append(out, Check{
			Name: "unlocked", Title: "Its name servers may be changed", Status: Warn, Word: "Locked", Detail: "The registry says: " + strings.Join(r.Status, ", ") + ".",
			Fix: Fix{Title: "Take the lock off at " + seller, Text: "Look for “domain lock” or “registrar lock” on the domain’s own page. You can set it again when the move is done.", Link: guideLink(r.Guide)},
		})
	}
	return out
}

func guideLink(g RegistrarGuide) Link {
	if g.URL == "" {
		return Link{}
	}
	return Link{"Open " + nameOr(g.Name, "the registrar"), g.URL}
}

// locked: no change of name servers is taken (RFC 5731 section 2.3). A lock
// against transfers does not matter.
func locked(status []string) bool {
	return slices.ContainsFunc(status, func(st string) bool {
		st = strings.ToLower(strings.ReplaceAll(st, " ", ""))
		return st == "clientupdateprohibited" || st == "serverupdateprohibited"
	})
}

// stuckElsewhere: a domain that was bought at Cloudflare keeps the pair of the
// account in which it was bought. In another account it can only be moved there.
func (seen dnsSeen) stuckElsewhere(s Settings) (Check, bool) {
	bought := seen.registration.Guide.Key == "cloudflare"
	if !bought || !atCloudflareAlready(seen.delegation.NS) || seen.exists && pairIs(seen.delegation.NS, seen.zone.NameServers) {
		return Check{}, false
	}
	return Check{
		Name: "zone", Title: "The domain is in your Cloudflare account", Status: Fail,
		Detail: s.Domain + " was bought at Cloudflare, in an account that this token does not open.",
		Fix: Fix{
			Title: "Use a token of the account in which you bought it",
			Text:  "The name servers of a domain that was bought at Cloudflare cannot be changed. Or have it moved to this account in the dashboard, and look again.",
			Link:  Link{"Go to step 1", "/steps/account"},
		},
	}, true
}

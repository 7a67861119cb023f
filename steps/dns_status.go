package steps

import (
	"example.test/wizard/locale"
	"example.test/wizard/steps/zone"
)

// What Cloudflare says of its zone, in the words of its dashboard.

// statusWord is the status as the dashboard writes it (developers.cloudflare.com,
// dns/zone-setups/reference/domain-status).
func statusWord(z Zone) string {
	word, ok := map[string]string{"initializing": "Finish Setup", "pending": "Pending Nameserver Update", "active": "Active", "moved": "Moved"}[z.Status]
	if !ok {
		word = capital(z.Status)
	}
	if z.Paused {
		word += ", paused"
	}
	return word
}

func dashboardOf(domain string) Link {
	return Link{"Open in Cloudflare", "https://dash.cloudflare.com/?to=/:account/" + domain}
}

// pausedCheck: a paused zone answers DNS, and the edge passes nothing on.
func (seen dnsSeen) pausedCheck(s Settings, active bool) Check {
	c := Check{
		Name: "paused", Title: "Cloudflare is on for the domain", Status: Warn, Word: "Paused",
		Detail: "It is paused in the dashboard. Names are answered, and nothing goes through Cloudflare, so your Plex is not reached.",
		Fix: Fix{
			Title: "Switch it on again in the dashboard", Text: "It takes up to five minutes.",
			Steps: []string{"Open the domain, and its Overview.", "Under Advanced Actions, choose Enable Cloudflare on Site."},
			Link:  dashboardOf(s.Domain),
		},
	}
	if active {
		c.Status = Fail
	}
	return c
}

func (seen dnsSeen) activeCheck(s Settings, active bool) Check {
	c := Check{Name: "zone-active", Title: "Cloudflare has marked the domain as active"}
	switch {
	case active:
		c.Status, c.Detail = Pass, "Active"
		if !seen.zone.Activated.IsZero() {
			c.Detail = "Since " + When(seen.zone.Activated)
		}
	case seen.zone.Status == "moved":
		c.Status, c.Detail = Fail, "The domain moved away. Cloudflare removes it after 7 days."
		c.Fix = Fix{Title: "Put both name servers back", Text: "The pair is shown above, with the way at your registrar."}
	case seen.zone.Status == "initializing":
		c.Status, c.Word, c.Detail = Fail, "Finish Setup", "The domain was added in the dashboard, and no plan was chosen for it. Until then its name servers answer nothing."
		c.Fix = Fix{Title: "Choose the Free plan in the dashboard", Text: "The domain’s page there says “Finish setup”. The records stay as they are.", Link: dashboardOf(s.Domain)}
	case s.Told.IsZero():
		c.Word, c.Detail = "Not yet", statusWord(seen.zone)
	default:
		c.Status, c.Detail = Wait, statusWord(seen.zone)+". Cloudflare looks by itself."
	}
	return c
}

func (seen dnsSeen) card(s Settings, d *DNSDetail) Evidence {
	status, st := statusWord(seen.zone), Wait
	switch {
	case seen.zone.Paused || seen.zone.Status == "moved" || seen.zone.Status == "initializing":
		st = Fail
	case seen.zone.Status == "active":
		st = Pass
	}
	agree := "not compared"
	if len(d.Rows) > 0 {
		n := 0
		for _, r := range d.Rows {
			if r.Old != nil && r.State == "same" {
				n++
			}
		}
		agree = locale.Count(n, "agrees with the old servers", "agree with the old servers")
		if n > 1 && n == len(seen.cloud) {
			agree = "all agree with the old servers"
		}
	}
	return Evidence{
		Card: "zone", Place: "Websites › " + zone.ToUnicode(s.Domain) + " › Overview", Status: st, Word: status, Reading: seen.zone.Reading,
		Rows: []Row{
			Text("Domain", zone.ToUnicode(seen.zone.Name)), Text("Status", status), Text("Plan", nameOr(seen.zone.Plan, "Free")),
			Code("Cloudflare nameservers", seen.zone.NameServers...),
			Text("DNS records", locale.Number(len(seen.cloud))+", "+agree),
		},
		Open: dashboardOf(s.Domain),
	}
}

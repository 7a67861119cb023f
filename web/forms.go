package web

import (
	"fmt"
	"slices"
	"strings"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// fill adds what a step's page has beyond checks, plan and cards.
func (v *stepView) fill(m *templates.Step) {
	switch d := v.seen.Finding.Detail.(type) {
	case *steps.AccountDetail:
		v.fillAccount(m, d)
	case *steps.TunnelDetail:
		v.fillTunnel(m, d)
	case *steps.HostnameDetail:
		v.fillHostname(m, d)
	case *steps.URLDetail:
		v.fillURL(m, d)
	case *steps.PlexDetail:
		v.fillPlex(m, d)
	case *steps.SecurityDetail:
		v.fillSecurity(m, d)
	case *steps.NotificationsDetail:
		v.fillNotifications(m, d)
	case *steps.CacheDetail:
		v.fillCache(m, d)
	}
}

func (v *stepView) fillAccount(m *templates.Step, d *steps.AccountDetail) {
	in := templates.TokenInput{Error: v.form.error("token"), Again: d.Known, Keep: v.form.value("keep", "") == "yes", Keyring: "the keyring of this user, or an encrypted file where there is none"}
	if v.seen.Finding.Ask == "account" {
		var opts []templates.Option
		for i, a := range d.Accounts {
			opts = append(opts, templates.Option{Value: a.ID, Label: say(a.Name), On: i == 0})
		}
		m.Form = templates.AccountForm(templates.AccountInput{Accounts: opts, Error: v.form.error("account")})
		return
	}
	if d.Known {
		if v.s.Token.HasToken() {
			in.Kept = v.s.Token.Where()
		}
		m.After = templates.TokenForm(in)
		if d.Missing > 0 {
			m.Next = []templates.Button{{Text: "Check again", Kind: "go", Icon: "again", Href: "/steps/account", Next: true}, {Text: "Go on, add it later", Kind: "link", Href: "/steps/dns"}}
		}
		return
	}
	m.How = []templates.HowTo{{
		ID: "make", Title: "Make a token at Cloudflare",
		Steps: []string{
			"No account yet? [Sign up at Cloudflare](https://dash.cloudflare.com/sign-up) with the free plan, and come back.",
			"Open [the token page](" + d.TokenLink + "). Its name and permissions are filled in already.",
			"Under **TTL**, choose the day after tomorrow as the end date.",
			"Choose **Continue to summary**, then **Create Token**, and copy it. Cloudflare shows it only once.",
		},
		More: []templates.More{{Title: "Why these permissions?", List: []string{
			"**Zone, DNS:** to add your domain and copy its records", "**Cloudflare Tunnel:** to make the tunnel and its one route",
			"**Cache Rules, Config Rules, Zone WAF, Zone Settings, Bot Management:** for steps 3 and 8", "**Account Settings, Analytics:** only to read", "**Notifications:** for step 9", "**User Details:** only to read your own address, which step 9 offers",
		}}},
	}}
	m.Form = templates.TokenForm(in)
}

func (v *stepView) fillHostname(m *templates.Step, d *steps.HostnameDetail) {
	part := v.r.URL.Query().Get("part")
	if d.Choose || part == "server" && len(d.Servers) > 1 {
		m.Form = templates.PlexServers(v.servers(d))
		return
	}
	asked := v.seen.Finding.Ask == "subdomain" || len(v.form.problems) > 0 || part == "name" || part == "address"
	in := templates.HostnameInput{
		Subdomain: v.form.value("subdomain", v.set.Subdomain), Domain: v.set.Domain, Error: v.form.error("subdomain"),
		Address: v.form.value("plex_address", v.set.PlexAddress), AddressError: v.form.error("plex_address"),
		Notes: []templates.Note{{Tone: "info", Title: "The name is not a secret", Text: "Everyone with whom you share your library learns it. The lock is Plex’s own sign-in, and the wizard checks that first."}},
	}
	if d.Origin != "" {
		in.Facts = []templates.Row{{Label: "It will lead to", Values: []templates.Value{{Text: d.Origin, Code: true}}}}
	}
	if len(d.Foreign) == 1 {
		r := d.Foreign[0]
		in.Adopt = []templates.Option{
			{Value: "other", Label: "Use the other name above", On: v.form.value("adopt", "other") != r.ID},
			{Value: r.ID, On: v.form.value("adopt", "other") == r.ID, Label: say("Take this record over: " + r.Type + " " + r.Content), Hint: "It then leads to Plex, and no longer where it leads now."},
		}
	}
	if len(d.Foreign) > 1 {
		in.Notes = append([]templates.Note{{
			Tone: "attention", Title: fmt.Sprintf("The name has %d records of yours, so it cannot be taken over", len(d.Foreign)),
			Text: "Choose another name above. What stands at this one, and what else helps, is listed below.",
		}}, in.Notes...)
	}
	if len(d.Servers) > 0 && (d.Servers[0].State == "none" || d.Servers[0].State == "refused") {
		asked, in.AddressOpen = true, true // another address is the most likely way out
	}
	in.AddressOpen = in.AddressOpen || part == "address"
	if asked {
		m.Form = templates.HostnameForm(in)
		return
	}
	if len(v.seen.Finding.Plan()) > 0 {
		m.More = append(m.More, templates.More{Title: "Another name", Text: "The name `" + v.set.Subdomain + "` was drawn at random. [Choose another](/steps/hostname?part=name)."})
	}
	if len(d.Servers) > 1 && d.Leads == "" {
		m.More = append(m.More, templates.More{Title: "Another Plex server", Text: fmt.Sprintf("%d servers answer. [Choose another](/steps/hostname?part=server).", len(d.Servers))})
	}
}

func (v *stepView) fillURL(m *templates.Step, d *steps.URLDetail) {
	m.Path = v.whereItStops(d)
	if d.Broken == "origin" && v.seen.State() == steps.StateProblem {
		m.Page.Lead = "The address, the certificate, Cloudflare and the tunnel are fine. The fault lies behind them, on your side, so it is quick to mend."
	}
}

// servers is the choice among several: name, version, address and id.
func (v *stepView) servers(d *steps.HostnameDetail) templates.ServersInput {
	in := templates.ServersInput{Error: v.form.error("plex_server")}
	for i, p := range d.Servers {
		label := p.Origin
		if p.Name != "" {
			label = p.Name + ", " + p.Origin
		}
		in.Servers = append(in.Servers, templates.Option{
			Value: p.ID, Label: say(label), Hint: say(fmt.Sprintf("Version %s, id %s", p.Version, p.ID)), On: p.ID == v.set.PlexID || v.set.PlexID == "" && i == 0,
		})
	}
	return in
}

func (v *stepView) fillNotifications(m *templates.Step, d *steps.NotificationsDetail) {
	in := templates.NotifyInput{
		Email: v.form.value("email", d.Email), Error: v.form.error("email"),
		Notes: []templates.Note{{Tone: "info", Title: "There is no test mail", Text: "Cloudflare offers none for this alert. A card shows that it is in place."}},
	}
	chosen := v.set.Alerts.Types
	if !v.set.Alerts.Chosen {
		chosen = []string{steps.AlertTunnel}
	}
	if v.form.posted() {
		chosen = v.form.many["alert"]
	}
	for _, t := range sortedKeys(d.Types) {
		in.Alerts = append(in.Alerts, templates.Option{Value: t, Label: say(d.Types[t]), On: slices.Contains(chosen, t)})
	}
	slices.SortStableFunc(in.Alerts, func(a, b templates.Option) int { // ours first
		return boolInt(b.Value == steps.AlertTunnel) - boolInt(a.Value == steps.AlertTunnel)
	})
	switch {
	case v.seen.Finding.Ask == "email" || len(v.form.problems) > 0:
		in.Skip = &templates.Button{Text: "Without notifications", Kind: "link", Name: "do", Value: "skip", NoCheck: true}
		m.Form = templates.NotificationsForm(in)
	case len(v.seen.Finding.Plan()) == 0:
		in.Again = true
		m.After = templates.NotificationsForm(in)
	}
}

func sortedKeys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// cacheStates are the cache statuses that mean "kept no copy".
func cacheKept(status string) bool {
	switch strings.ToLower(status) {
	case "bypass", "dynamic", "none":
		return false
	}
	return true
}

func (v *stepView) fillCache(m *templates.Step, d *steps.CacheDetail) {
	if len(d.Counts) == 0 {
		return
	}
	total, kept := int64(0), int64(0)
	ch := &templates.Chart{Table: templates.Table{Caption: "Requests of the last 24 hours by cache status", Head: []templates.Column{{Name: "Cache status"}, {Name: "Requests", Right: true}}}}
	for _, c := range d.Counts {
		ch.Bars = append(ch.Bars, templates.Bar{Name: c.Key, N: int(c.N)})
		ch.Table.Rows = append(ch.Table.Rows, templates.TableRow{Cells: []templates.Value{{Text: c.Key}, {Text: locale.Number(c.N)}}})
		total += c.N
		if cacheKept(c.Key) {
			kept += c.N
		}
	}
	ch.Title = fmt.Sprintf("**%s** of %s requests in the last day went through Cloudflare’s cache", locale.Number(kept), locale.Number(total))
	ch.Label = fmt.Sprintf("Requests by cache status. %s in all, %s went through Cloudflare’s cache.", locale.Number(total), locale.Number(kept))
	m.Lower = append(m.Lower, templates.Section{ID: "figures", Title: "Cloudflare’s own figures", Chart: ch})
}

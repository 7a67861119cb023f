package web

import (
	"strings"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
	"example.test/wizard/web/templates"
)

// runs tells what is there and runs, as it was just seen. The settings know names
// and ids, but not whether what bears them is still there: what was not seen for
// this page is left out.
func runs(set steps.Settings, all []listed) []templates.Row {
	var out []templates.Row
	add := func(label string, values ...templates.Value) {
		if values[0].Text != "" {
			out = append(out, templates.Row{Label: label, Values: values})
		}
	}
	add("On this computer", templates.Value{Text: connectorRuns(fresh(all, steps.IDTunnel))})
	add("At Cloudflare", templates.Value{Text: upper(strings.Join(atCloudflare(set, all), ", "))}, templates.Value{Text: "What the wizard made there is marked “" + set.Marker() + "”.", Soft: true})
	if passed(fresh(all, steps.IDPlex), "custom-url") {
		add("In Plex", templates.Value{Text: "https://" + set.Host() + ":443", Code: true, Aside: "one line in Custom server access URLs"})
	}
	wizard := "Nothing. You can close it; start it again whenever you want to look or change something."
	if holdsTunnel(fresh(all, steps.IDTunnel)) {
		wizard = "The connector is part of it on this computer: when you close the wizard, the tunnel closes, until you start it again."
	}
	add("This wizard", templates.Value{Text: wizard})
	return out
}

// holdsTunnel reports whether the tunnel closes with the wizard.
func holdsTunnel(f steps.Finding) bool {
	d, _ := f.Detail.(*steps.TunnelDetail)
	return d != nil && d.Local.Child && d.Local.Running
}

// connectorRuns tells of the connector; empty where none was seen.
func connectorRuns(f steps.Finding) string {
	d, _ := f.Detail.(*steps.TunnelDetail)
	switch {
	case d == nil || !d.Local.Installed && !d.Local.Running:
		return ""
	case !d.Local.Running:
		return "The connector cloudflared is installed, but does not run."
	case !passed(f, "service"):
		return "A connector cloudflared, which serves another tunnel."
	}
	text := "The connector cloudflared"
	if d.Local.Version != "" {
		text += ", version " + d.Local.Version
	}
	if passed(f, "connector") {
		text += ", which holds the tunnel “" + d.Tunnel.Name + "” open"
	}
	switch {
	case holdsTunnel(f):
		return text + ". It runs as long as this wizard runs."
	case passed(f, "boot"):
		return text + ". It starts with the computer."
	}
	return text + "."
}

// atCloudflare lists what was seen to be there, beginning with the domain.
func atCloudflare(set steps.Settings, all []listed) []string {
	var out []string
	add := func(there bool, text string) {
		if there {
			out = append(out, text)
		}
	}
	if d, ok := fresh(all, steps.IDDNS).Detail.(*steps.DNSDetail); ok {
		add(d.Zone.ID != "", "the domain "+zone.ToUnicode(d.Zone.Name))
	}
	if d, ok := fresh(all, steps.IDTunnel).Detail.(*steps.TunnelDetail); ok {
		add(d.Tunnel.ID != "", "the tunnel “"+d.Tunnel.Name+"”")
	}
	address := fresh(all, steps.IDHostname)
	add(passed(address, "route"), "1 route")
	add(passed(address, "record"), locale.Count(1, "DNS record", "DNS records"))
	add(passed(fresh(all, steps.IDCache), "cache-rule"), "1 cache rule")
	if d, ok := fresh(all, steps.IDSecurity).Detail.(*steps.SecurityDetail); ok {
		custom, config := set.OurRules(d.Custom), set.OurRules(d.Config)
		add(custom > 0, locale.Count(custom, "security rule", "security rules"))
		add(config > 0, locale.Count(config, "configuration rule", "configuration rules"))
	}
	if d, ok := fresh(all, steps.IDNotifications).Detail.(*steps.NotificationsDetail); ok {
		n := set.OurAlerts(d.Policies)
		add(n > 0, locale.Count(n, "notification", "notifications"))
	}
	return out
}

package steps

import (
	"fmt"
	"strings"
)

// The ids of the actions that close a former address end with its name.
const (
	closeRouteID  = "close-route "
	closeRecordID = "close-record "
)

// closeFormer plans to close the addresses that were chosen before: they lead to Plex
// still, and the rules of step 8 hold for the present one only.
func (seen hostnameSeen) closeFormer(s Settings, d *HostnameDetail, f *Finding) {
	var lines []string
	unknown := false
	for _, old := range seen.former {
		if old.err != nil {
			unknown, f.Unsure = true, append(f.Unsure, closeRouteID+old.Host, closeRecordID+old.Host)
			lines = append(lines, "What stands at "+old.Host+" could not be read.")
			continue
		}
		if old.gone(s) {
			d.Gone = append(d.Gone, old.Host)
			continue
		}
		lines = append(lines, "https://"+old.Host+" was made before, and is still there.")
		if rule, ours := old.route(); ours {
			f.Actions = append(f.Actions, old.routeAction(rule))
		}
		if r, before, ours := old.record(s); ours {
			f.Actions = append(f.Actions, old.recordAction(r, before))
		}
	}
	if len(lines) == 0 {
		return
	}
	c := Check{Name: "former", Title: "No other address leads to Plex", Status: Warn, Word: "Still there", Detail: strings.Join(lines, " ")}
	c.Fix = Fix{Title: "Close it with the plan", Text: "What you choose in step 8 holds for the present address only."}
	if unknown {
		c.Word = "Not known"
		c.Fix = Fix{Title: "Look at it in Cloudflare", Text: "The token may lack the rights for that domain.", Link: Link{"Open Cloudflare", "https://dash.cloudflare.com/"}}
	}
	f.Checks = append(f.Checks, c)
}

func (f formerSeen) routeAction(rule IngressRule) Action {
	a := Action{
		ID: closeRouteID + f.Host, Verb: Delete, What: "Remove the route of the address from before", From: f.Host + " → " + rule.Service,
		Why:  "You chose another address. Over this one Plex could be reached still, without what step 8 protects.",
		Rows: []Row{Code("Hostname", f.Host), Code("Service", rule.Service)},
	}
	if before := f.RouteBefore; before.Host == f.Host {
		a.Verb, a.What, a.To = Update, "Put the route of the address from before back", f.Host+" → "+before.Service
		a.Rows[1] = Row{Label: "Service", Values: []Value{{Text: before.Service, Code: true, Before: rule.Service}}}
	}
	return a
}

func (f formerSeen) recordAction(r CloudRecord, before ReplacedRecord) Action {
	a := Action{
		ID: closeRecordID + f.Host, Verb: Delete, What: "Remove the DNS record of the address from before", From: fmt.Sprintf("%s %s → %s", r.Type, r.Name, r.Content),
		Why:  "You chose another address, and this record leads to the tunnel for nothing.",
		Rows: []Row{Text("Type", r.Type), Code("Name", r.Name), Code("Target", r.Content)},
	}
	if before.ID != "" {
		a.Verb, a.What, a.To = Update, "Put the DNS record of the address from before back", fmt.Sprintf("%s %s → %s", before.Type, r.Name, before.Content)
		a.Rows = []Row{
			{Label: "Type", Values: []Value{{Text: before.Type, Before: r.Type}}},
			Code("Name", r.Name),
			{Label: "Content", Values: []Value{{Text: before.Content, Code: true, Before: r.Content}}},
		}
	}
	return a
}

// routed reports whether a route of ours, to the present address or a former one,
// leads to Plex.
func (seen hostnameSeen) routed(s Settings) bool {
	if _, have := ourRule(seen.ingress, s.Host()); have {
		return true
	}
	for _, old := range seen.former {
		if _, ours := old.route(); ours {
			return true
		}
	}
	return false
}

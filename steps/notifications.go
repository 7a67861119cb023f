package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.test/wizard/steps/beside"
)

// NotificationsStep is step 9: Cloudflare sends mail when the tunnel falls.
type NotificationsStep struct {
	Alerts Alerts
	Tokens Tokens
}

var _ Step = (*NotificationsStep)(nil)

// AlertTunnel is Cloudflare's type of the Tunnel Health Alert.
const AlertTunnel = "tunnel_health_event"

// NotificationsDetail is what the page of step 9 shows beyond its checks.
type NotificationsDetail struct {
	Email    string            // proposed
	Types    map[string]string // what this account may be told about, as far as the wizard can set it up: names by type
	Policies []AlertPolicy     // all that there are, ours and others'
	seen     notificationsSeen
}

// Info implements [Step].
func (*NotificationsStep) Info() Info {
	return Info{ID: IDNotifications, Number: 9, Title: "Get notified"}
}

type notificationsSeen struct {
	policies []AlertPolicy
	types    map[string]AlertType
	email    string
}

// Inspect implements [Step].
func (n *NotificationsStep) Inspect(ctx context.Context, s Settings) (Finding, error) {
	if s.TunnelID == "" {
		return Finding{Blocked: "After step 4", Summary: "After step 4, when you like"}, nil
	}
	var seen notificationsSeen
	var errs [2]error
	var wg beside.Group
	wg.Go(func() { seen.policies, errs[0] = n.Alerts.AlertPolicies(ctx, s.AccountID) })
	wg.Go(func() { seen.types, errs[1] = n.Alerts.AlertTypes(ctx, s.AccountID) })
	if s.Alerts.Email == "" {
		wg.Go(func() { seen.email, _ = n.Tokens.UserEmail(ctx) })
	}
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return Finding{}, fmt.Errorf("reading the notifications: %w", err)
	}
	return seen.finding(s), nil
}

// Rethink implements [Rethinker].
func (*NotificationsStep) Rethink(f Finding, s Settings) (Finding, bool) {
	d, ok := f.Detail.(*NotificationsDetail)
	if !ok || s.TunnelID == "" {
		return f, false
	}
	return d.seen.finding(s), true
}

// unfit is a filter that a kind of alert needs and that the wizard cannot fill in;
// empty when it can set up such an alert. Those of the tunnel's are its own.
func (t AlertType) unfit(id string, s Settings) string {
	for _, key := range t.Needs {
		known := key == "zones" && s.ZoneID != "" || id == AlertTunnel && (key == "tunnel_id" || key == "new_status")
		if !known {
			return key
		}
	}
	return ""
}

// alertPolicies are the wanted policies, as far as they can be set up.
func alertPolicies(s Settings, types map[string]AlertType) []AlertPolicy {
	var out []AlertPolicy
	for _, t := range s.Alerts.Types {
		if types[t].unfit(t, s) != "" {
			continue
		}
		p := AlertPolicy{
			Name: s.Marker() + ": " + t, Description: "Made by " + s.Marker(), Type: t, Enabled: true, Emails: []string{s.Alerts.Email},
			Filters: map[string][]string{},
		}
		if t == AlertTunnel {
			p.Name = s.Marker() + ": " + s.TunnelName
			p.Filters["tunnel_id"] = []string{s.TunnelID}
			// The API refuses plain "down" (facts of public configurations).
			p.Filters["new_status"] = []string{"TUNNEL_STATUS_TYPE_DOWN", "TUNNEL_STATUS_TYPE_DEGRADED", "TUNNEL_STATUS_TYPE_HEALTHY"}
		}
		if slices.Contains(types[t].Needs, "zones") {
			p.Filters["zones"] = []string{s.ZoneID}
		}
		out = append(out, p)
	}
	return out
}

func (s Settings) oursAlert(p AlertPolicy) bool {
	return s.Installation != "" && strings.HasPrefix(p.Name, s.Marker())
}

func samePolicy(a, b AlertPolicy) bool {
	if a.Type != b.Type || !a.Enabled || !slices.Equal(a.Emails, b.Emails) {
		return false
	}
	for k, want := range b.Filters {
		have := slices.Clone(a.Filters[k])
		slices.Sort(have)
		want = slices.Sorted(slices.Values(want))
		if !slices.Equal(have, want) {
			return false
		}
	}
	return true
}

func (seen notificationsSeen) ours(s Settings, alert string) (AlertPolicy, bool) {
	for _, p := range seen.policies {
		if s.oursAlert(p) && p.Type == alert {
			return p, true
		}
	}
	return AlertPolicy{}, false
}

func (seen notificationsSeen) finding(s Settings) Finding {
	d := &NotificationsDetail{Email: nameOr(s.Alerts.Email, seen.email), Types: map[string]string{}, Policies: seen.policies, seen: seen}
	for id, t := range seen.types {
		if t.unfit(id, s) == "" {
			d.Types[id] = t.Name
		}
	}
	f := Finding{Detail: d}
	if !s.Alerts.Chosen {
		f.Ask, f.Summary = "email", "Where to send the mail"
		return f
	}
	for _, w := range alertPolicies(s, seen.types) {
		c := Check{Name: "policy-" + w.Type, Title: nameOr(seen.types[w.Type].Name, w.Type), Detail: "Not yet"}
		p, ok := seen.ours(s, w.Type)
		rows := []Row{Text("Name", w.Name), Text("Type", nameOr(seen.types[w.Type].Name, w.Type)), Text("Email", w.Emails...)}
		switch {
		case !ok:
			f.Actions = append(f.Actions, Action{ID: "add " + w.Type, Undo: true, Verb: Create, What: "Create a notification", To: c.Title + " to " + s.Alerts.Email, Rows: rows, Why: "Cloudflare sends the mail, so it reaches you even when this computer is off."})
		case !samePolicy(p, w):
			c.Detail = "It differs from what you chose."
			f.Actions = append(f.Actions, Action{ID: "change " + w.Type, Undo: true, Verb: Update, What: "Change the notification", From: strings.Join(p.Emails, ", "), To: s.Alerts.Email, Rows: rows, Why: "It differs from what you chose."})
		default:
			c.Status, c.Word, c.Detail = Pass, "Enabled", "To "+strings.Join(p.Emails, ", ")
			f.Evidence = append(f.Evidence, seen.card(s, p))
		}
		f.Checks = append(f.Checks, c)
	}
	for _, p := range seen.policies {
		if s.oursAlert(p) && !slices.Contains(s.Alerts.Types, p.Type) {
			f.Actions = append(f.Actions, Action{ID: "remove " + p.Type, Verb: Delete, What: "Remove a notification", From: p.Name, Why: "You switched it off.", Rows: []Row{Text("Name", p.Name)}})
		}
	}
	f.Summary = "Mail to " + s.Alerts.Email
	if len(f.Actions) == 0 {
		f.Heading = "You hear about it when the tunnel goes down"
		if len(s.Alerts.Types) == 0 {
			f.Heading, f.Summary = "No notifications, as you chose", "None, as you chose"
		}
	}
	return f
}

func (seen notificationsSeen) card(s Settings, p AlertPolicy) Evidence {
	e := Evidence{
		Card: "notification", Place: "Notifications › All notifications", Status: Pass, Word: "Enabled", Reading: p.Reading,
		Rows: []Row{Text("Name", p.Name), Text("Type", nameOr(seen.types[p.Type].Name, p.Type))},
		Open: Link{"Open in Cloudflare", "https://dash.cloudflare.com/?to=/:account/notifications"},
	}
	if p.Type == AlertTunnel {
		var words []string
		for _, st := range p.Filters["new_status"] {
			words = append(words, capital(strings.ToLower(strings.TrimPrefix(st, "TUNNEL_STATUS_TYPE_"))))
		}
		e.Rows = append(e.Rows, Text("Tunnel", s.TunnelName), Text("New status", strings.Join(words, ", ")))
	} else {
		e.Card = "notification-" + p.Type
	}
	e.Rows = append(e.Rows, Text("Email", p.Emails...), Text("Status", onOffWord(p.Enabled)))
	return e
}

func onOffWord(on bool) string {
	if on {
		return "Enabled"
	}
	return "Disabled"
}

// Preview implements [Previewer] with what was chosen, or else with the default:
// the tunnel's alert, to the account's own address.
func (n *NotificationsStep) Preview(ctx context.Context, s Settings) ([]Action, error) {
	c := s.Alerts
	if !c.Chosen {
		c.Types = []string{AlertTunnel}
	}
	if len(c.Types) == 0 {
		return nil, nil
	}
	if c.Email == "" {
		var err error
		if c.Email, err = n.Tokens.UserEmail(ctx); err != nil || c.Email == "" {
			return nil, nil // the person types it in step 9
		}
	}
	types, err := n.Alerts.AlertTypes(ctx, s.AccountID)
	if err != nil {
		return nil, fmt.Errorf("reading the kinds of notifications: %w", err)
	}
	var out []Action
	for _, t := range c.Types {
		if types[t].unfit(t, s) != "" {
			continue
		}
		name := nameOr(types[t].Name, t)
		out = append(out, Action{
			ID: "add " + t, Undo: true, Verb: Create, What: "Create a notification", To: name + " to " + c.Email,
			Why:  "Cloudflare sends the mail, so it reaches you even when this computer is off.",
			Rows: []Row{Text("Type", name), Text("Email", c.Email)},
		})
	}
	return out, nil
}

// Apply implements [Step].
func (n *NotificationsStep) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	verb, what, _ := strings.Cut(a.ID, " ")
	all, err := n.Alerts.AlertPolicies(ctx, s.AccountID)
	if err != nil {
		return s, fmt.Errorf("reading the notifications: %w", err)
	}
	types, err := n.Alerts.AlertTypes(ctx, s.AccountID)
	if err != nil {
		return s, fmt.Errorf("reading the kinds of notifications: %w", err)
	}
	p, have := notificationsSeen{policies: all}.ours(s, what)
	want := alertPolicies(s, types)
	w := slices.IndexFunc(want, func(q AlertPolicy) bool { return q.Type == what })
	switch {
	case verb == "remove" && have:
		err = n.Alerts.DeleteAlertPolicy(ctx, s.AccountID, p.ID)
	case verb == "remove":
	case w < 0:
		return s, ErrPlanChanged
	case !have:
		_, err = n.Alerts.CreateAlertPolicy(ctx, s.AccountID, want[w])
	case !samePolicy(p, want[w]):
		q := want[w]
		q.ID = p.ID
		err = n.Alerts.ChangeAlertPolicy(ctx, s.AccountID, q)
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w", a.What, err)
	}
	return s, nil
}

package steps

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestNotificationsFinding(t *testing.T) {
	chosen := func(types ...string) Settings {
		return with(settled(), func(s *Settings) { s.Alerts = AlertChoices{Chosen: true, Email: "me@example.com", Types: types} })
	}
	const ssl = "universal_ssl_event_type"
	both := chosen(AlertTunnel, ssl)
	policies := func(s Settings, change func(p *AlertPolicy)) []AlertPolicy {
		out := alertPolicies(s, nil)
		for i := range out {
			out[i].ID, out[i].Reading = string(rune('a'+i)), here()
		}
		if change != nil {
			change(&out[0])
		}
		return out
	}
	theirs := AlertPolicy{ID: "t", Name: "mine", Type: AlertTunnel, Enabled: true, Emails: []string{"me@example.com"}}
	tests := []struct {
		name      string
		policies  []AlertPolicy
		set       Settings
		state     State
		ask, plan string
		says      string
	}{
		{"nothing chosen", nil, settled(), StateTodo, "email", "", "Where"},
		{"to be made", nil, both, StateTodo, "", "add_tunnel_health_event add_universal_ssl_event_type", "Mail to"},
		{"one of somebody else’s is not ours", []AlertPolicy{theirs}, chosen(AlertTunnel), StateTodo, "", "add_tunnel_health_event", ""},
		{"there", policies(both, nil), both, StateDone, "", "", "Mail to me@example.com"},
		{"switched off", policies(both, func(p *AlertPolicy) { p.Enabled = false }), both, StateTodo, "", "change_tunnel_health_event", ""},
		{"to another address", policies(both, func(p *AlertPolicy) { p.Emails = []string{"you@example.com"} }), both, StateTodo, "", "change_tunnel_health_event", ""},
		{"for another tunnel", policies(both, func(p *AlertPolicy) { p.Filters = map[string][]string{"tunnel_id": {"other"}} }), both, StateTodo, "", "change_tunnel_health_event", ""},
		{"filters in another order", policies(both, func(p *AlertPolicy) {
			p.Filters["new_status"] = []string{"TUNNEL_STATUS_TYPE_HEALTHY", "TUNNEL_STATUS_TYPE_DOWN", "TUNNEL_STATUS_TYPE_DEGRADED"}
		}), both, StateDone, "", "", ""},
		{"one no longer wanted", append(policies(both, nil), theirs), chosen(AlertTunnel), StateTodo, "", "remove_universal_ssl_event_type", ""},
		{"none wanted", []AlertPolicy{theirs}, chosen(), StateDone, "", "", "None, as you chose"},
		{"none wanted any more", policies(both, nil)[:1], chosen(), StateTodo, "", "remove_tunnel_health_event", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := notificationsSeen{policies: tt.policies, types: map[string]AlertType{AlertTunnel: {Name: "Tunnel Health Alert"}, ssl: {Name: "Universal SSL Alert"}}, email: "me@example.com"}
			f := seen.finding(tt.set)
			expect(t, f, tt.state, tt.ask, tt.plan, "")
			if !strings.Contains(f.Summary, tt.says) {
				t.Errorf("%q does not say %q", f.Summary, tt.says)
			}
			if d := f.Detail.(*NotificationsDetail); d.Email != "me@example.com" || len(d.Types) != 2 {
				t.Errorf("%+v", d)
			}
		})
	}
}

// The API refuses plain "down" (facts of cloudflare, G).
func TestTheTunnelAlert(t *testing.T) {
	s := with(settled(), func(s *Settings) {
		s.Alerts = AlertChoices{Chosen: true, Email: "me@example.com", Types: []string{AlertTunnel}}
	})
	p := alertPolicies(s, nil)[0]
	if p.Filters["tunnel_id"][0] != "tunnel-1" || p.Filters["new_status"][0] != "TUNNEL_STATUS_TYPE_DOWN" || !strings.HasPrefix(p.Name, s.Marker()) || p.Emails[0] != "me@example.com" {
		t.Errorf("%+v", p)
	}
	p.Reading = here()
	e := notificationsSeen{}.card(s, p)
	if got := e.Rows[3].Values[0].Text; got != "Down, Degraded, Healthy" {
		t.Errorf("the card says %q", got)
	}
}

func TestNotificationsThatAreNotWanted(t *testing.T) {
	step := &NotificationsStep{Alerts: noAlerts{}}
	if _, err := step.Apply(t.Context(), settled(), Action{ID: "add " + AlertTunnel}); !errors.Is(err, ErrPlanChanged) {
		t.Errorf("got %v", err)
	}
	if _, err := step.Apply(t.Context(), settled(), Action{ID: "remove " + AlertTunnel}); err != nil {
		t.Errorf("it is gone already: %v", err)
	}
}

// noAlerts is an account without any.
type noAlerts struct{ Alerts }

func (noAlerts) AlertTypes(context.Context, string) (map[string]AlertType, error) { return nil, nil }

func (noAlerts) AlertPolicies(context.Context, string) ([]AlertPolicy, error) { return nil, nil }

package main

import (
	"maps"
	"slices"
	"testing"

	"example.test/wizard/steps"
)

// TestEveryAlertThatIsOffered can be set up: Cloudflare refuses a policy without
// the filters that its kind needs. Kinds with others than the domain are not offered.
func TestEveryAlertThatIsOffered(t *testing.T) {
	m := newMeasures(t)
	offered := m.look(steps.IDNotifications).Detail.(*steps.NotificationsDetail).Types
	if offered["real_origin_monitoring"] == "" || offered[steps.AlertTunnel] == "" || offered["pages_event_alert"] != "" {
		t.Errorf("offered: %v", offered)
	}
	all := slices.Sorted(maps.Keys(offered))
	if err := m.engine.Update(func(s *steps.Settings) error {
		s.Alerts = steps.AlertChoices{Chosen: true, Email: "robin@example.com", Types: all}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if p := m.apply(m.engine, steps.IDNotifications); p != nil {
		t.Fatalf("%v %+v", p, p.Detail)
	}
	f := m.look(steps.IDNotifications)
	d := f.Detail.(*steps.NotificationsDetail)
	if !f.Done() || len(d.Policies) != len(all) {
		t.Errorf("%s: %d of %d", f.Summary, len(d.Policies), len(all))
	}
	for _, p := range d.Policies {
		if zones := p.Filters["zones"]; (p.Type == "real_origin_monitoring") != slices.Equal(zones, []string{m.zone}) {
			t.Errorf("%s is for the zones %v", p.Type, zones)
		}
	}
}

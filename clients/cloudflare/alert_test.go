package cloudflare_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
)

func TestAlerts(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	types, err := w.AlertTypes(ctx, w.account)
	if err != nil || types["tunnel_health_event"] == "" {
		t.Errorf("%v, %v", types, err)
	}
	tunnel, err := w.CreateTunnel(ctx, w.account, "plex")
	if err != nil {
		t.Fatal(err)
	}
	want := steps.AlertPolicy{
		Name: "Plex tunnel", Description: "Plex Tunnel Wizard [x]", Type: "tunnel_health_event", Enabled: true,
		Emails: []string{"ann@example.com"},
		Filters: map[string][]string{
			"tunnel_id":  {tunnel.ID},
			"new_status": {"TUNNEL_STATUS_TYPE_DOWN", "TUNNEL_STATUS_TYPE_HEALTHY"},
		},
	}
	if want.ID, err = w.CreateAlertPolicy(ctx, w.account, want); err != nil || want.ID == "" {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		list, err := w.AlertPolicies(ctx, w.account)
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		p := list[0]
		if p.Ray == "" || p.Created.IsZero() {
			t.Errorf("%+v", p)
		}
		p.Reading, p.Created = steps.Reading{}, want.Created
		if d := cmp.Diff(want, p); d != "" {
			t.Error(d)
		}
	}
	check()
	want.Emails, want.Enabled = []string{"ann@example.com", "bob@example.com"}, false
	if err := w.ChangeAlertPolicy(ctx, w.account, want); err != nil {
		t.Fatal(err)
	}
	check()
	if err := w.DeleteAlertPolicy(ctx, w.account, want.ID); err != nil {
		t.Fatal(err)
	}
	if list, err := w.AlertPolicies(ctx, w.account); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if err := w.ChangeAlertPolicy(ctx, w.account, want); !errors.Is(err, steps.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

package cloudflare_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.test/wizard/steps"
)

// zeroTrust is what the person does once in the dashboard.
func (w world) zeroTrust(t *testing.T) {
	t.Helper()
	if _, err := w.api.Dashboard("POST", "/accounts/"+w.account+"/access/organizations", map[string]any{"name": "Ann", "auth_domain": "ann"}); err != nil {
		t.Fatal(err)
	}
}

func TestAccessApps(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if apps, err := w.AccessApps(ctx, w.account); err != nil || len(apps) != 0 {
		t.Fatalf("without Zero Trust: %+v, %v", apps, err)
	}
	want := steps.AccessApp{Name: "Plex Tunnel Wizard [x]", Host: "web.example.com", Session: "24h", Emails: []string{"ann@example.com", "ben@example.com"}}
	if err := w.CreateAccessApp(ctx, w.account, want); failure(t, err).Status != 403 {
		t.Errorf("without Zero Trust: %v", err)
	}
	w.zeroTrust(t)
	one := func() steps.AccessApp {
		t.Helper()
		apps, err := w.AccessApps(ctx, w.account)
		if err != nil || len(apps) != 1 {
			t.Fatalf("%+v, %v", apps, err)
		}
		return apps[0]
	}
	if err := w.CreateAccessApp(ctx, w.account, want); err != nil {
		t.Fatal(err)
	}
	same := cmpopts.IgnoreFields(steps.AccessApp{}, "ID", "Reading")
	got := one()
	if d := cmp.Diff(want, got, same); d != "" || got.Ray == "" {
		t.Error(d)
	}
	got.Emails = []string{"cyd@example.com"}
	if err := w.ChangeAccessApp(ctx, w.account, got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(got, one(), same); d != "" {
		t.Error(d)
	}
	if err := w.DeleteAccessApp(ctx, w.account, got.ID); err != nil {
		t.Fatal(err)
	}
	if apps, err := w.AccessApps(ctx, w.account); err != nil || len(apps) != 0 {
		t.Errorf("%+v, %v", apps, err)
	}
}

package cloudflare_test

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
)

func TestAlerts(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	types, err := w.AlertTypes(ctx, w.account)
	if err != nil || types["tunnel_health_event"].Name == "" {
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

// What a policy does besides the wizard's part stays, and a policy of a kind that
// the wizard does not know hides no other.
func TestAlertsOfOthers(t *testing.T) {
	const policy = `{"id":"p1","name":"n","alert_type":"x","enabled":true,` +
		`"mechanisms":{"email":[{"id":"old@example.com"}],"webhooks":[{"id":"w1","name":"chat"}]},"filters":{"zones":["z1"],"slo":7}}`
	var written string
	c, _ := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		result := policy
		switch {
		case r.Method == http.MethodPut:
			js, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			written = string(js)
		case r.URL.Path == "/client/v4/accounts/a1/alerting/v3/policies":
			result = "[" + policy + "]"
		}
		page(200, `{"success":true,"errors":[],"result":`+result+`}`).ServeHTTP(w, r)
	}))
	list, err := c.AlertPolicies(t.Context(), "a1")
	if err != nil || len(list) != 1 || len(list[0].Filters) != 1 || list[0].Emails[0] != "old@example.com" {
		t.Fatalf("%+v, %v", list, err)
	}
	p := list[0]
	p.Emails = []string{"new@example.com"}
	if err := c.ChangeAlertPolicy(t.Context(), "a1", p); err != nil {
		t.Fatal(err)
	}
	want := `{"name":"n","description":"","alert_type":"x","enabled":true,` +
		`"mechanisms":{"email":[{"id":"new@example.com"}],"webhooks":[{"id":"w1","name":"chat"}]},"filters":{"zones":["z1"]}}`
	if written != want {
		t.Errorf("wrote %s", written)
	}
}

// Cloudflare's document tells by the range of a filter whether it is needed, and
// some of its answers by a word of its own.
func TestFiltersThatAlertsNeed(t *testing.T) {
	c, _ := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"success":true,"errors":[],"messages":[],"result":{"Origin Monitoring":[{"type":"a","display_name":"A","filter_options":[
			{"Key":"zones","Range":"1-n"},{"Key":"slo","Range":"0-1"},{"Key":"event","Optional":false},{"Key":"where","Optional":true,"Range":"1-n"},{"Key":"other"}]},
			{"type":"b","display_name":"B","filter_options":null}]}}`)
	}))
	types, err := c.AlertTypes(t.Context(), "a1")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]steps.AlertType{"a": {Name: "A", Needs: []string{"zones", "event"}}, "b": {Name: "B"}}, types); d != "" {
		t.Error(d)
	}
}

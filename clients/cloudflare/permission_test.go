package cloudflare_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.test/wizard/clients/cloudflare"
	sim "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

func TestTokenLink(t *testing.T) {
	u, err := url.Parse(cloudflare.TokenLink("Plex & more"))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Host != "dash.cloudflare.com" || u.Path != "/profile/api-tokens" || q.Get("name") != "Plex & more" ||
		q.Get("accountId") != "*" || q.Get("zoneId") != "all" {
		t.Errorf("got %s", u)
	}
	var keys []struct{ Key, Type string }
	if err := json.Unmarshal([]byte(q.Get("permissionGroupKeys")), &keys); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range keys {
		got = append(got, k.Key+":"+k.Type)
	}
	want := []string{
		"account_settings:read", "zone:edit", "dns:edit", "cache_settings:edit", "analytics:read", "argotunnel:edit",
		"zone_waf:edit", "zone_settings:edit", "bot_management:edit", "notifications:edit", "config_settings:edit", "user_details:read",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if strings.ContainsAny(u.RawQuery, " \"{") {
		t.Errorf("not encoded: %s", u.RawQuery)
	}
}

// Each permission is found when it is there, and only then.
func TestAllowed(t *testing.T) {
	for _, p := range cloudflare.Permissions() {
		own := sim.Permission(p.Key + ":" + p.Type)
		var others []sim.Permission
		for _, o := range sim.AllPermissions() {
			if o != own && !strings.HasPrefix(string(o), p.Key+":") {
				others = append(others, o)
			}
		}
		for want, given := range map[bool][]sim.Permission{true: {own}, false: others} {
			w := newWorld(t, given...)
			if _, err := w.api.Dashboard("POST", "/accounts/"+w.account+"/access/organizations",
				map[string]any{"name": "ann", "auth_domain": "ann.cloudflareaccess.com"}); err != nil {
				t.Fatal(err)
			}
			allowed, known, err := w.Allowed(t.Context(), p, w.account, w.zone)
			if err != nil || !known || allowed != want {
				t.Errorf("%s given %v: allowed %t, known %t, %v", p.Key, given, allowed, known, err)
			}
			_, known, err = w.Allowed(t.Context(), p, w.account, "")
			if err != nil || known == p.Zone {
				t.Errorf("%s without a zone: known %t, %v", p.Key, known, err)
			}
		}
	}
}

func TestAllowedUnknown(t *testing.T) {
	w := newWorld(t)
	if _, known, err := w.Allowed(t.Context(), steps.Permission{Key: "something"}, w.account, w.zone); known || err != nil {
		t.Errorf("known %t, %v", known, err)
	}
	// Access cannot tell before Zero Trust is enabled.
	if _, known, err := w.Allowed(t.Context(), steps.Permission{Key: "access_acct"}, w.account, ""); known || err != nil {
		t.Errorf("known %t, %v", known, err)
	}
	w.api.DeleteToken(canary)
	if _, known, err := w.Allowed(t.Context(), steps.Permission{Key: "zone"}, w.account, w.zone); known || err == nil {
		t.Errorf("a deleted token: known %t, %v", known, err)
	}
}

package cloudflare_test

import (
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim/cloudflare"
)

const accountToken = "cfat_0123456789abcdefghijklmnopqrstuvwxyzABCD"

func TestTokenVerify(t *testing.T) {
	w := newWorld(t)
	accountPath := "/accounts/" + w.account + "/tokens/verify"
	w.SeedToken(cloudflare.Token{Value: accountToken, Permissions: cloudflare.AllPermissions()})
	expired := strings.Repeat("e", 40)
	w.SeedToken(cloudflare.Token{Value: expired, ExpiresOn: w.now.Add(-time.Hour)})
	off := strings.Repeat("d", 40)
	w.SeedToken(cloudflare.Token{Value: off, Status: "disabled"})
	for _, tt := range []struct {
		name, token, path string
		status            int
		want              any // the token's status, or an error's code
	}{
		{"user token", userToken, "/user/tokens/verify", 200, "active"},
		{"account token at the account", accountToken, accountPath, 200, "active"},
		{"account token at the user", accountToken, "/user/tokens/verify", 401, 1000},
		{"user token at the account", userToken, accountPath, 401, 1000},
		{"expired", expired, "/user/tokens/verify", 200, "expired"},
		{"disabled", off, "/user/tokens/verify", 200, "disabled"},
		{"unknown", strings.Repeat("x", 40), "/user/tokens/verify", 401, 1000},
		{"mistyped", "not a token", "/user/tokens/verify", 400, 6003},
		{"none", "", "/user/tokens/verify", 400, 9106},
		{"expired elsewhere", expired, "/accounts", 401, 10000},
		{"disabled elsewhere", off, "/zones", 401, 10000},
		{"unknown elsewhere", strings.Repeat("x", 40), "/zones", 401, 1000},
		{"account token for the user", accountToken, "/user", 403, 10000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := w.as(tt.token, "GET", tt.path, nil)
			var got any = r.str("status")
			if !r.Success {
				got = r.code()
			}
			if r.Status != tt.status || got != tt.want {
				t.Errorf("got %d %v, want %d %v: %s", r.Status, got, tt.status, tt.want, r.Raw)
			}
		})
	}
	if !w.DeleteToken(userToken) || w.DeleteToken(userToken) {
		t.Error("DeleteToken must answer whether there was one")
	}
	if r := w.call("GET", "/user/tokens/verify", nil); r.Status != 401 || r.code() != 1000 {
		t.Errorf("deleted token: %d %s", r.Status, r.Raw)
	}
}

func TestTokenExpiresByTheClock(t *testing.T) {
	w := newWorld(t)
	w.SeedToken(cloudflare.Token{Value: userToken, NotBefore: w.now.Add(time.Hour), ExpiresOn: w.now.Add(2 * time.Hour), Permissions: cloudflare.AllPermissions()})
	w.refused(401, 10000, "GET", "/zones", nil)
	w.pass(time.Hour)
	w.must("GET", "/zones", nil)
	w.pass(time.Hour)
	w.refused(401, 10000, "GET", "/zones", nil)
}

// Every permission is needed by its probe, and a read permission does not write.
func TestPermissions(t *testing.T) {
	w := newWorld(t)
	z, a := w.zone(), "/accounts/"+w.account
	for _, tt := range []struct {
		need         cloudflare.Permission
		method, path string
		body         any
	}{
		{cloudflare.AccountRead, "GET", "/accounts", nil},
		{cloudflare.UserRead, "GET", "/user", nil},
		{cloudflare.TokensRead, "GET", "/user/tokens/permission_groups", nil},
		{cloudflare.ZoneRead, "GET", "/zones", nil},
		{cloudflare.ZoneRead, "GET", z, nil},
		{cloudflare.ZoneEdit, "PATCH", z, obj{"paused": false}},
		{cloudflare.DNSRead, "GET", z + "/dns_records", nil},
		{cloudflare.DNSEdit, "POST", z + "/dns_records", obj{"type": "TXT", "name": "t", "content": "x"}},
		{cloudflare.ZoneSettingsRead, "GET", z + "/settings/browser_check", nil},
		{cloudflare.ZoneSettingsEdit, "PATCH", z + "/settings/browser_check", obj{"value": "off"}},
		{cloudflare.ZoneWAFEdit, "PUT", z + "/rulesets/phases/http_request_firewall_custom/entrypoint", obj{"rules": []obj{}}},
		{cloudflare.ZoneWAFRead, "GET", z + "/rulesets/phases/http_request_firewall_custom/entrypoint", nil},
		{cloudflare.CacheSettingsEdit, "PUT", z + "/rulesets/phases/http_request_cache_settings/entrypoint", obj{"rules": []obj{}}},
		{cloudflare.CacheSettingsRead, "GET", z + "/rulesets/phases/http_request_cache_settings/entrypoint", nil},
		{cloudflare.ConfigSettingsEdit, "PUT", z + "/rulesets/phases/http_config_settings/entrypoint", obj{"rules": []obj{}}},
		{cloudflare.ConfigSettingsRead, "GET", z + "/rulesets/phases/http_config_settings/entrypoint", nil},
		{cloudflare.BotManagementRead, "GET", z + "/bot_management", nil},
		{cloudflare.BotManagementEdit, "PUT", z + "/bot_management", obj{"fight_mode": false}},
		{cloudflare.TunnelRead, "GET", a + "/cfd_tunnel", nil},
		{cloudflare.TunnelEdit, "POST", a + "/cfd_tunnel", obj{"name": "perm"}},
		{cloudflare.NotificationsRead, "GET", a + "/alerting/v3/policies", nil},
		{cloudflare.AccessOrgEdit, "POST", a + "/access/organizations", obj{"name": "o", "auth_domain": "o.cloudflareaccess.com"}},
		{cloudflare.AccessOrgRead, "GET", a + "/access/organizations", nil},
		{cloudflare.AccessRead, "GET", a + "/access/apps", nil},
	} {
		t.Run(tt.method+" "+string(tt.need), func(t *testing.T) {
			lacking, having := strings.Repeat("a", 40), strings.Repeat("b", 40)
			var others []cloudflare.Permission
			key := strings.SplitAfter(string(tt.need), ":")[0]
			for _, p := range cloudflare.AllPermissions() {
				if !strings.HasPrefix(string(p), key) {
					others = append(others, p)
				}
			}
			if strings.HasSuffix(string(tt.need), "edit") {
				others = append(others, cloudflare.Permission(key+"read"))
			}
			w.SeedToken(cloudflare.Token{Value: lacking, Permissions: others})
			w.SeedToken(cloudflare.Token{Value: having, Permissions: []cloudflare.Permission{tt.need}})
			if r := w.as(lacking, tt.method, tt.path, tt.body); r.Status != 403 || r.code() != 10000 {
				t.Errorf("without it: %d %s", r.Status, r.Raw)
			}
			if r := w.as(having, tt.method, tt.path, tt.body); !r.Success {
				t.Errorf("with it: %d %s", r.Status, r.Raw)
			}
		})
	}
}

func TestTokenScope(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	other := w.SeedAccount(cloudflare.Account{Name: "Second"})
	foreign := w.SeedAccount(cloudflare.Account{Name: "Not ours", Foreign: true})
	zoned, one := strings.Repeat("z", 40), strings.Repeat("o", 40)
	w.SeedToken(cloudflare.Token{Value: zoned, Zones: []string{"elsewhere.com"}, Permissions: cloudflare.AllPermissions()})
	w.SeedToken(cloudflare.Token{Value: one, Accounts: []string{other}, Permissions: cloudflare.AllPermissions()})

	if r := w.call("GET", "/accounts", nil); r.Info.TotalCount != 2 {
		t.Errorf("accounts of the user: %s", r.Raw)
	}
	if r := w.as(one, "GET", "/accounts", nil); r.Info.TotalCount != 1 || r.str("0.name") != "Second" {
		t.Errorf("accounts of a narrow token: %s", r.Raw)
	}
	w.refused(403, 10000, "GET", "/accounts/"+foreign, nil)
	w.refused(403, 10000, "GET", "/accounts/"+strings.Repeat("0", 32), nil)
	if r := w.as(one, "GET", z, nil); r.Status != 404 {
		t.Errorf("zone of an account that is not covered: %d %s", r.Status, r.Raw)
	}
	if r := w.as(zoned, "GET", z+"/dns_records", nil); r.Status != 403 || r.code() != 9109 {
		t.Errorf("zone that is not covered: %d %s", r.Status, r.Raw)
	}
	for _, m := range []string{"GET", "POST"} {
		r := w.as(zoned, m, "/zones", obj{"name": domain, "account": obj{"id": w.account}})
		if r.Status != 403 || r.code() != 0 || !strings.Contains(string(r.Raw), "requires permission 'com.cloudflare.api.account.zone.") {
			t.Errorf("%s /zones with a zone's token: %d %s", m, r.Status, r.Raw)
		}
	}
}

func TestTokenDescribesItself(t *testing.T) {
	w := newWorld(t)
	id := w.must("GET", "/user/tokens/verify", nil).str("id")
	r := w.must("GET", "/user/tokens/"+id, nil)
	for _, want := range []string{`"DNS Write"`, `"4755a26eedb94da69e1066d98aa820be"`, `"Cloudflare Tunnel Write"`, `"Analytics Read"`, `"API Tokens Read"`} {
		if !strings.Contains(string(r.Raw), want) {
			t.Errorf("policies lack %s: %s", want, r.Raw)
		}
	}
	if strings.Contains(string(r.Raw), userToken) {
		t.Error("the value of a token is shown once only, when it is made")
	}
}

func TestRouting(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	w.refused(404, 7003, "GET", "/nonsense", nil)
	w.refused(400, 7003, "GET", "/zones/not-an-id", nil)
	w.refused(404, 1001, "GET", "/zones/"+strings.Repeat("0", 32), nil)
	w.refused(405, 10405, "DELETE", "/zones", nil)
	w.refused(400, 6007, "POST", z+"/dns_records", `{"type":`)
	a, b := w.call("GET", "/zones", nil), w.call("GET", "/zones", nil)
	ray := a.Header.Get("cf-ray")
	if !strings.HasSuffix(ray, "-LHR") || ray == b.Header.Get("cf-ray") {
		t.Errorf("cf-ray %q, then %q", ray, b.Header.Get("cf-ray"))
	}
}

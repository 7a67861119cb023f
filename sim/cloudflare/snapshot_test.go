package cloudflare_test

import (
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim/cloudflare"
)

func TestSnapshotSurvivesARestart(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	w.must("POST", z+"/dns_records", obj{"type": "A", "name": "www", "content": "192.0.2.1"})
	w.must("PUT", z+"/rulesets/phases/http_request_firewall_custom/entrypoint", obj{"rules": []obj{block("ssl")}})
	tunnel := w.must("POST", "/accounts/"+w.account+"/cfd_tunnel", obj{"name": "a", "config_src": "cloudflare"})
	w.connect(tunnel.str("id"), connector(1, false))
	w.must("GET", "/accounts/"+w.account+"/cfd_tunnel/"+tunnel.str("id"), nil)
	saved, err := w.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	again := newWorld(t)
	if err := again.Restore(saved); err != nil {
		t.Fatal(err)
	}
	if got, _ := again.Snapshot(); string(got) != string(saved) {
		t.Errorf("restored differs:\n%s\n%s", got, saved)
	}
	again.account = w.account
	if r := again.must("GET", "/accounts/"+w.account+"/cfd_tunnel/"+tunnel.str("id"), nil); r.str("status") != "down" {
		t.Errorf("a tunnel that was connected once is down, not inactive: %s", r.Raw)
	}
	if r := again.must("GET", z+"/dns_records", nil); r.Info.TotalCount != 1 {
		t.Errorf("records: %s", r.Raw)
	}
	if err := again.Restore([]byte("{")); err == nil {
		t.Error("half a snapshot was restored")
	}
	again.must("GET", z, nil)
}

func TestReadingChangesNothing(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	before, _ := w.Snapshot()
	w.pass(2 * time.Hour)
	for _, path := range []string{z, z + "/dns_records", z + "/settings/ssl", z + "/rulesets", "/accounts/" + w.account + "/cfd_tunnel"} {
		w.must("GET", path, nil)
	}
	if after, _ := w.Snapshot(); string(after) != string(before) {
		t.Errorf("reading changed the state:\n%s\n%s", before, after)
	}
}

// Changed may take a snapshot: it is called without the lock, before the reply.
func TestChangedMaySave(t *testing.T) {
	var api *cloudflare.API
	var saved []byte
	w := newWorld(t, func(c *cloudflare.Config) { c.Changed = func() { saved, _ = api.Snapshot() } })
	api = w.API
	w.zone()
	if !strings.Contains(string(saved), domain) {
		t.Errorf("saved before the reply: %s", saved)
	}
}

func TestDashboard(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	if _, err := w.Dashboard("PATCH", z+"/settings/security_level", obj{"value": "under_attack"}); err != nil {
		t.Fatal(err)
	}
	if got := w.Setting(domain, "security_level"); got != "under_attack" {
		t.Errorf("security level %v", got)
	}
	if w.Writes() != 1 || w.changes != 2 {
		t.Errorf("%d writes, %d changes; the dashboard's are not counted as writes", w.Writes(), w.changes)
	}
	raw, err := w.Dashboard("GET", "/zones?name="+domain, nil)
	if err != nil || !strings.Contains(string(raw), domain) {
		t.Errorf("zones: %s %v", raw, err)
	}
	if _, err := w.Dashboard("PATCH", z+"/settings/ssl", obj{"value": "?"}); err == nil || !strings.Contains(err.Error(), "1007") {
		t.Errorf("a refusal: %v", err)
	}
	if _, err := w.Dashboard("GET", "/accounts/"+w.account+"/tokens/verify", nil); err == nil {
		t.Error("the dashboard has no token to verify")
	}
}

func TestSeedZone(t *testing.T) {
	w := newWorld(t)
	id := w.SeedZone(cloudflare.Zone{Name: domain, Account: w.account, Status: "active", NameServers: []string{"dns1.registrar-servers.com", "dns2.registrar-servers.com"}})
	w.pass(time.Minute)
	r := w.must("GET", "/zones/"+id, nil)
	if r.str("status") != "active" || r.get("activated_on") == nil {
		t.Errorf("an active zone whose delegation is right: %s", r.Raw)
	}
	w.SeedZone(cloudflare.Zone{Name: "left.com", Account: w.account, Status: "moved"})
	w.pass(7 * 24 * time.Hour)
	if l := w.must("GET", "/zones?status=moved", nil); l.Info.TotalCount != 0 {
		t.Errorf("a moved zone lives a week: %s", l.Raw)
	}
}

package cloudflare_test

import (
	"net/http"
	"testing"
	"time"

	"example.test/wizard/clients/cloudflare"
	"example.test/wizard/sim/contract"
	"example.test/wizard/steps"
)

// Every request of the client fits Cloudflare's own description of its API.
func TestContract(t *testing.T) {
	w := newWorldBehind(t, func(h http.Handler) http.Handler {
		return contract.Cloudflare(t, h, "^GET /client/v4/accounts/[0-9a-f]+$") // its path parameter has no type there
	})
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	_, err := w.VerifyToken(ctx)
	must(err)
	_, err = w.Accounts(ctx)
	must(err)
	_, err = w.Organization(ctx, w.account)
	must(err)
	_, err = w.UserEmail(ctx)
	must(err)
	for _, p := range cloudflare.Permissions() {
		_, _, err = w.Allowed(ctx, p, w.account, w.zone)
		must(err)
	}
	made, err := w.CreateZone(ctx, w.account, "new.example")
	must(err)
	_, err = w.Zone(ctx, made.ID)
	must(err)
	_, _, err = w.FindZone(ctx, w.account, "new.example")
	must(err)
	_, err = w.ActiveZones(ctx, w.account)
	must(err)
	must(w.CheckActivation(ctx, made.ID))
	_, err = w.SignedWith(ctx, made.ID)
	must(err)

	recs := []steps.CloudRecord{
		record("a.example.com", "A", "192.0.2.1"), record("_s._tcp.example.com", "SRV", "1 2 3 a.example.com."), record("example.com", "CAA", `0 issue ";"`),
	}
	for i := range recs {
		recs[i].Comment = "Plex Tunnel Wizard [x]" // the description does not know records without one
	}
	must(w.CreateRecords(ctx, w.zone, recs))
	recs, err = w.Records(ctx, w.zone)
	must(err)
	must(w.ChangeRecords(ctx, w.zone, recs))
	_, err = w.RecordsNamed(ctx, w.zone, "a.example.com")
	must(err)
	must(w.DeleteRecord(ctx, w.zone, recs[0].ID))
	must(w.TriggerScan(ctx, w.zone))
	_, err = w.ScanResults(ctx, w.zone)
	must(err)
	must(w.RejectScan(ctx, w.zone))

	must(w.AddRule(ctx, w.zone, read(t, w.Client, w.zone, steps.PhaseCustom), block("x", "ssl"), -1, false))
	must(w.AddRule(ctx, w.zone, read(t, w.Client, w.zone, steps.PhaseCustom), block("y", "ssl"), 0, false))
	must(w.AddRule(ctx, w.zone, read(t, w.Client, w.zone, steps.PhaseCustom), block("z", "ssl"), -1, true))
	rs, err := w.Ruleset(ctx, w.zone, steps.PhaseCustom)
	must(err)
	must(w.ChangeRule(ctx, w.zone, rs.ID, rs.Rules[1], 0, false))
	must(w.ChangeRule(ctx, w.zone, rs.ID, rs.Rules[1], -1, true))
	must(w.DeleteRule(ctx, w.zone, rs.ID, rs.Rules[0].ID))
	must(w.DeleteRuleset(ctx, w.zone, rs.ID))
	w.zeroTrust(t)
	must(w.CreateAccessApp(ctx, w.account, steps.AccessApp{Name: "x", Host: "web.example.com", Session: "24h", Emails: []string{"ann@example.com"}}))
	apps, err := w.AccessApps(ctx, w.account)
	must(err)
	must(w.ChangeAccessApp(ctx, w.account, apps[0]))
	must(w.DeleteAccessApp(ctx, w.account, apps[0].ID))
	must(w.ChangeSetting(ctx, w.zone, "browser_check", "off"))
	must(w.ChangeBotFightMode(ctx, w.zone, false))
	_, err = w.CacheStatuses(ctx, w.zone, "h", at.Add(-time.Hour), at)
	must(err)

	tunnel, err := w.CreateTunnel(ctx, w.account, "plex")
	must(err)
	_, err = w.Tunnel(ctx, w.account, tunnel.ID)
	must(err)
	_, err = w.TunnelsNamed(ctx, w.account, "plex")
	must(err)
	_, err = w.TunnelToken(ctx, w.account, tunnel.ID)
	must(err)
	_, err = w.Connectors(ctx, w.account, tunnel.ID)
	must(err)
	_, err = w.Ingress(ctx, w.account, tunnel.ID)
	must(err)
	must(w.SaveIngress(ctx, w.account, tunnel.ID, steps.Ingress{Rules: []steps.IngressRule{
		{Host: "x.example.com", Service: "https://localhost:32400", NoTLSVerify: true},
	}}))

	policy := steps.AlertPolicy{
		Name: "Plex", Type: "tunnel_health_event", Enabled: true, Emails: []string{"ann@example.com"},
		Filters: map[string][]string{"tunnel_id": {tunnel.ID}, "new_status": {"TUNNEL_STATUS_TYPE_DOWN"}},
	}
	_, err = w.AlertTypes(ctx, w.account)
	must(err)
	policy.ID, err = w.CreateAlertPolicy(ctx, w.account, policy)
	must(err)
	must(w.ChangeAlertPolicy(ctx, w.account, policy))
	must(w.DeleteAlertPolicy(ctx, w.account, policy.ID))
	must(w.DeleteTunnel(ctx, w.account, tunnel.ID))
	if w.api.Writes() == 0 {
		t.Error("nothing was written, so nothing was tested")
	}
}

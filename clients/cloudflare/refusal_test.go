package cloudflare_test

import (
	"slices"
	"strings"
	"testing"

	"example.test/wizard/clients/cloudflare"
	sim "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

// TestRefusedChange: a token with Read in place of Edit passes every probe. The
// first change that is refused names its permission, and is remembered until one
// that needs it is made.
func TestRefusedChange(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	z := w.api.SeedZone(sim.Zone{Name: "one.example", Account: w.account, Status: "active"})
	var rules steps.Ruleset
	for _, tc := range []struct {
		key    string
		change func() error
	}{
		{"argotunnel", func() error { _, err := w.CreateTunnel(ctx, w.account, "attic"); return err }},
		{"dns", func() error {
			r := steps.CloudRecord{}
			r.Name, r.Type, r.Content = "a.one.example", "A", "192.0.2.1"
			return w.CreateRecords(ctx, z, []steps.CloudRecord{r})
		}},
		{"zone", func() error { _, err := w.CreateZone(ctx, w.account, "new.example"); return err }},
		{"zone_settings", func() error { return w.ChangeSetting(ctx, z, "min_tls_version", "1.2") }},
		{"bot_management", func() error { return w.ChangeBotFightMode(ctx, z, false) }},
		{"zone_waf", func() error {
			return w.AddRule(ctx, z, steps.Ruleset{Phase: steps.PhaseCustom}, steps.Rule{Ref: "a", Expression: "ip.src eq 192.0.2.1", Action: "block", Enabled: true}, -1, false)
		}},
		{"zone_waf", func() error { // its path has the id alone
			if rules.ID == "" {
				var err error
				if rules, err = w.Ruleset(ctx, z, steps.PhaseCustom); err != nil {
					return err
				}
			}
			return w.DeleteRule(ctx, z, rules.ID, rules.Rules[0].ID)
		}},
	} {
		p := permission(t, tc.key)
		weak := []sim.Permission{sim.Permission(tc.key + ":read")}
		for _, other := range sim.AllPermissions() {
			if !strings.HasPrefix(string(other), tc.key+":") {
				weak = append(weak, other)
			}
		}
		w.api.SeedToken(sim.Token{Value: canary, Permissions: weak})
		if allowed, known, err := w.Allowed(ctx, p, w.account, z); !allowed || !known || err != nil {
			t.Fatalf("%s: the probe says %v, %v, %v", tc.key, allowed, known, err)
		}
		if !w.Refused(p).IsZero() {
			t.Errorf("%s: refused before anything was tried", tc.key)
		}
		err := tc.change()
		if e := failure(t, err); e.Permission != p.Name || w.Refused(p).IsZero() {
			t.Errorf("%s: %q, %v", tc.key, e.Permission, w.Refused(p))
		}
		if fix := steps.Explain(err).Fix; !strings.Contains(fix, p.Name) || strings.Contains(fix, "All zones") != strings.HasPrefix(p.Name, "Zone: ") {
			t.Errorf("%s: %s", tc.key, fix)
		}
		w.api.SeedToken(sim.Token{Value: canary, Permissions: sim.AllPermissions()})
		if err := tc.change(); err != nil {
			t.Fatalf("%s: %v", tc.key, err)
		}
		if !w.Refused(p).IsZero() {
			t.Errorf("%s: still refused", tc.key)
		}
	}
}

func permission(t *testing.T, key string) steps.Permission {
	t.Helper()
	i := slices.IndexFunc(cloudflare.Permissions(), func(p steps.Permission) bool { return p.Key == key })
	if i < 0 {
		t.Fatalf("no permission %q", key)
	}
	return cloudflare.Permissions()[i]
}

// TestRefusedByThePlan: a 403 that is about the plan names no permission.
func TestRefusedByThePlan(t *testing.T) {
	c, _ := connect(t, page(403, `{"success":false,"errors":[{"code":1103,"message":"Your plan does not allow this"}]}`))
	err := c.ChangeSetting(t.Context(), "z1", "min_tls_version", "1.2")
	if e := failure(t, err); e.Permission != "" || !c.Refused(permission(t, "zone_settings")).IsZero() {
		t.Errorf("%q", e.Permission)
	}
}

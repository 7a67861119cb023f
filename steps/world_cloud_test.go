package steps_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// cloud is Cloudflare's API.
type cloud struct{ *world }

var (
	_ steps.Tokens       = cloud{}
	_ steps.Zones        = cloud{}
	_ steps.Records      = cloud{}
	_ steps.Rulesets     = cloud{}
	_ steps.ZoneSettings = cloud{}
	_ steps.Analytics    = cloud{}
	_ steps.Tunnels      = cloud{}
	_ steps.Alerts       = cloud{}
)

func absent(call string) error {
	return &steps.ServiceError{Service: "Cloudflare", Call: call, Status: 404, Message: "not found"}
}

func (c cloud) reading() steps.Reading { return c.read("api.cloudflare.com") }

func (c cloud) VerifyToken(context.Context) (steps.Token, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.token, c.tokenErr
}

func (c cloud) Accounts(context.Context) ([]steps.Account, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.accounts), nil
}

func (c cloud) Allowed(_ context.Context, p steps.Permission, _, _ string) (bool, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.denied[p.Key], true, nil
}

// Refused: what is taken from a token later is not refused for changes alone here.
func (c cloud) Refused(steps.Permission) time.Time { return time.Time{} }

func (c cloud) Organization(context.Context, string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.team, nil
}

func (c cloud) UserEmail(context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.email, nil
}

func (c cloud) FindZone(_ context.Context, accountID, name string) (found steps.Zone, ok bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, z := range c.zones {
		if z.Name == name && (!ok || z.AccountID == accountID) {
			found, ok = z, true
			found.Reading = c.reading()
		}
	}
	return found, ok, nil
}

func (c cloud) ActiveZones(_ context.Context, accountID string) (names []string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, z := range c.zones {
		if z.AccountID == accountID && z.Status == "active" {
			names = append(names, z.Name)
		}
	}
	return names, nil
}

func (c cloud) Zone(_ context.Context, id string) (steps.Zone, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, z := range c.zones {
		if z.ID == id {
			z.Reading = c.reading()
			return z, nil
		}
	}
	return steps.Zone{}, absent("GET /zones/" + id)
}

func (c cloud) ZonePlan(ctx context.Context, id string) (string, error) {
	z, err := c.Zone(ctx, id)
	return z.Plan, err
}

func (c cloud) CreateZone(ctx context.Context, accountID, name string) (steps.Zone, error) {
	var z steps.Zone
	err := c.change(ctx, "CreateZone", name, func() {
		z = steps.Zone{
			ID: c.id("zone"), Name: name, AccountID: accountID, AccountName: "Home", Status: "pending", Plan: "Free Website",
			NameServers: []string{"ada.ns.cloudflare.com", "bob.ns.cloudflare.com"}, Created: time.Now().Round(0), Reading: c.reading(),
		}
		c.zones = append(c.zones, z)
	})
	if err != nil {
		return steps.Zone{}, err
	}
	return z, nil
}

// CheckActivation makes a zone active when the registry names its servers.
func (c cloud) CheckActivation(ctx context.Context, id string) error {
	return c.change(ctx, "CheckActivation", id, func() {
		c.activated++
		for i := range c.zones {
			if slices.Equal(c.zones[i].NameServers, c.parent) {
				c.zones[i].Status, c.zones[i].Activated = "active", time.Now().Round(0)
			}
		}
	})
}

func (c cloud) SignedWith(context.Context, string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.posts["SignedWith"]++
	return c.signed, nil
}

func (c cloud) Records(_ context.Context, zoneID string) ([]steps.CloudRecord, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.records[zoneID]), nil
}

func (c cloud) RecordsNamed(_ context.Context, zoneID, name string) ([]steps.CloudRecord, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []steps.CloudRecord
	for _, r := range c.records[zoneID] {
		if r.Name == name {
			r.Reading = c.reading()
			out = append(out, r)
		}
	}
	return out, nil
}

func (c cloud) CreateRecords(ctx context.Context, zoneID string, recs []steps.CloudRecord) error {
	return c.change(ctx, "CreateRecords", fmt.Sprint(len(recs)), func() {
		for _, r := range recs {
			r.ID, r.Created = c.id("record"), time.Now().Round(0)
			c.records[zoneID] = append(c.records[zoneID], r)
		}
	})
}

func (c cloud) ChangeRecords(ctx context.Context, zoneID string, recs []steps.CloudRecord) error {
	return c.change(ctx, "ChangeRecords", fmt.Sprint(len(recs)), func() {
		for _, r := range recs {
			for i := range c.records[zoneID] {
				if c.records[zoneID][i].ID == r.ID {
					c.records[zoneID][i] = r
				}
			}
		}
	})
}

func (c cloud) DeleteRecord(ctx context.Context, zoneID, id string) error {
	return c.change(ctx, "DeleteRecord", id, func() {
		c.records[zoneID] = slices.DeleteFunc(c.records[zoneID], func(r steps.CloudRecord) bool { return r.ID == id })
	})
}

func (c cloud) TriggerScan(ctx context.Context, _ string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.posts["TriggerScan"]++
	return ctx.Err()
}

func (c cloud) ScanResults(context.Context, string) ([]zone.Record, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.scanned), nil
}

func (c cloud) RejectScan(ctx context.Context, _ string) error { return ctx.Err() }

func (c cloud) Ruleset(_ context.Context, _, phase string) (steps.Ruleset, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	set := c.phases[phase]
	set.Phase = phase
	set.Rules, set.Reading = slices.Clone(set.Rules), c.reading()
	return set, nil
}

func (c cloud) AddRule(ctx context.Context, _ string, to steps.Ruleset, r steps.Rule, index int, dry bool) error {
	phase := to.Phase
	if strings.Contains(r.Expression, "nonsense") {
		return &steps.ServiceError{Service: "Cloudflare", Call: "POST /rules", Status: 400, Code: 20127, Message: "unknown identifier", Pointer: "/expression"}
	}
	if err := c.room(to.Phase, r); err != nil || dry {
		return err
	}
	return c.change(ctx, "AddRule", r.Ref, func() {
		set := c.phases[phase]
		if set.ID == "" {
			set.ID, set.Description = c.id("ruleset"), to.Description
		}
		r.ID = c.id("rule")
		if index < 0 || index > len(set.Rules) {
			index = len(set.Rules)
		}
		set.Rules = slices.Insert(set.Rules, index, r)
		c.phases[phase] = set
	})
}

// room refuses a rule whose ref is taken, and the sixth custom rule.
func (c cloud) room(phase string, r steps.Rule) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	set := c.phases[phase]
	refused := &steps.ServiceError{Service: "Cloudflare", Call: "POST /rules", Status: 400}
	switch {
	case slices.ContainsFunc(set.Rules, func(o steps.Rule) bool { return o.Ref == r.Ref }):
		refused.Code, refused.Message, refused.Pointer = 20019, "it is used by another rule", "/ref"
	case phase == steps.PhaseCustom && len(set.Rules) >= 5:
		refused.Code, refused.Message, refused.Pointer = 20014, "exceeded maximum number of rules", "/rules"
	default:
		return nil
	}
	return refused
}

func (c cloud) ChangeRule(ctx context.Context, _, rulesetID string, r steps.Rule, index int, dry bool) error {
	if strings.Contains(r.Expression, "nonsense") {
		return &steps.ServiceError{Service: "Cloudflare", Call: "PATCH /rules", Status: 400, Code: 20127, Message: "unknown identifier", Pointer: "/expression"}
	}
	if dry {
		return nil
	}
	return c.change(ctx, "ChangeRule", r.Ref, func() {
		for phase, set := range c.phases {
			i := slices.IndexFunc(set.Rules, func(old steps.Rule) bool { return old.ID == r.ID })
			if set.ID != rulesetID || i < 0 {
				continue
			}
			set.Rules[i] = r
			if index >= 0 {
				set.Rules = slices.Insert(slices.Delete(set.Rules, i, i+1), index, r)
			}
			c.phases[phase] = set
		}
	})
}

func (c cloud) DeleteRule(ctx context.Context, _, rulesetID, id string) error {
	return c.change(ctx, "DeleteRule", id, func() {
		for phase, set := range c.phases {
			if set.ID == rulesetID {
				set.Rules = slices.DeleteFunc(set.Rules, func(r steps.Rule) bool { return r.ID == id })
				c.phases[phase] = set
			}
		}
	})
}

func (c cloud) DeleteRuleset(ctx context.Context, _, rulesetID string) error {
	return c.change(ctx, "DeleteRuleset", rulesetID, func() {
		for phase, set := range c.phases {
			if set.ID == rulesetID {
				delete(c.phases, phase)
			}
		}
	})
}

func (c cloud) AccessApps(context.Context, string) ([]steps.AccessApp, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.apps), nil
}

func (c cloud) CreateAccessApp(ctx context.Context, _ string, a steps.AccessApp) error {
	return c.change(ctx, "CreateAccessApp", a.Host, func() {
		a.ID, a.Reading = c.id("app"), c.reading()
		c.apps = append(c.apps, a)
	})
}

func (c cloud) ChangeAccessApp(ctx context.Context, _ string, a steps.AccessApp) error {
	return c.change(ctx, "ChangeAccessApp", a.Host, func() {
		for i := range c.apps {
			if c.apps[i].ID == a.ID {
				c.apps[i] = a
			}
		}
	})
}

func (c cloud) DeleteAccessApp(ctx context.Context, _, id string) error {
	return c.change(ctx, "DeleteAccessApp", id, func() {
		c.apps = slices.DeleteFunc(c.apps, func(a steps.AccessApp) bool { return a.ID == id })
	})
}

func (c cloud) Setting(_ context.Context, _, id string) (steps.ZoneSetting, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return steps.ZoneSetting{ID: id, Value: c.settings[id], Editable: true, Reading: c.reading()}, nil
}

func (c cloud) ChangeSetting(ctx context.Context, _, id string, value any) error {
	return c.change(ctx, "ChangeSetting", id, func() { c.settings[id] = fmt.Sprint(value) })
}

func (c cloud) BotFightMode(context.Context, string) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fight, nil
}

func (c cloud) ChangeBotFightMode(ctx context.Context, _ string, on bool) error {
	return c.change(ctx, "ChangeBotFightMode", fmt.Sprint(on), func() { c.fight = on })
}

func (c cloud) CacheStatuses(context.Context, string, string, time.Time, time.Time) ([]steps.Count, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.counts), nil
}

func (c cloud) Blocked(context.Context, string, string, time.Time, time.Time) ([]steps.Count, error) {
	return nil, steps.ErrNoAnalytics
}

func (c cloud) AlertTypes(context.Context, string) (map[string]steps.AlertType, error) {
	return map[string]steps.AlertType{steps.AlertTunnel: {Name: "Tunnel Health Alert"}, "universal_ssl_event_type": {Name: "Universal SSL Alert"}}, nil
}

func (c cloud) AlertPolicies(context.Context, string) ([]steps.AlertPolicy, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := slices.Clone(c.policies)
	for i := range out {
		out[i].Reading = c.reading()
	}
	return out, nil
}

func (c cloud) CreateAlertPolicy(ctx context.Context, _ string, p steps.AlertPolicy) (string, error) {
	err := c.change(ctx, "CreateAlertPolicy", p.Type, func() {
		p.ID = c.id("policy")
		c.policies = append(c.policies, p)
	})
	return p.ID, err
}

func (c cloud) ChangeAlertPolicy(ctx context.Context, _ string, p steps.AlertPolicy) error {
	return c.change(ctx, "ChangeAlertPolicy", p.Type, func() {
		for i := range c.policies {
			if c.policies[i].ID == p.ID {
				c.policies[i] = p
			}
		}
	})
}

func (c cloud) DeleteAlertPolicy(ctx context.Context, _, id string) error {
	return c.change(ctx, "DeleteAlertPolicy", id, func() {
		c.policies = slices.DeleteFunc(c.policies, func(p steps.AlertPolicy) bool { return p.ID == id })
	})
}

package cloudflare

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"example.test/wizard/steps"
)

// probeSize is the smallest page that all lists give.
const probeSize = 5

// Allowed implements [steps.Tokens]. A successful read proves only that the
// token may read: Cloudflare tells about writing when it is tried. It is known
// nevertheless, because a token without the permission fails the read as well.
func (c *Client) Allowed(ctx context.Context, p steps.Permission, accountID, zoneID string) (allowed, known bool, err error) {
	probe := c.probe(p.Key, accountID, zoneID)
	if probe == nil {
		return false, false, nil
	}
	err = probe(ctx)
	e, failed := errors.AsType[*steps.ServiceError](err)
	switch {
	case err == nil:
		return true, true, nil
	case failed && e.Code == noZeroTrust:
		return false, false, nil // says nothing about the token
	case denied(err):
		return false, true, nil
	default:
		return false, false, err
	}
}

// probe is the read that needs the permission; nil when there is none, or none
// without the zone or account that is missing.
func (c *Client) probe(key, accountID, zoneID string) func(context.Context) error {
	ofAccount := map[string]func(context.Context) error{
		"account_settings": func(ctx context.Context) error { return c.probeAccount(ctx, accountID) },
		"zone":             func(ctx context.Context) error { return c.probeZones(ctx, accountID) },
		"argotunnel":       func(ctx context.Context) error { return c.probeTunnels(ctx, accountID) },
		"notifications":    func(ctx context.Context) error { _, err := c.AlertPolicies(ctx, accountID); return err },
		"user_details":     func(ctx context.Context) error { _, err := c.readSteady(ctx, nil, "user"); return err },
		keyAccess:          func(ctx context.Context) error { return c.probeApps(ctx, accountID) },
		keyAccessAccount:   func(ctx context.Context) error { _, err := c.organization(ctx, accountID); return err },
	}
	ofZone := map[string]func(context.Context) error{
		"dns":             func(ctx context.Context) error { return c.probeRecords(ctx, zoneID) },
		"zone_settings":   func(ctx context.Context) error { _, err := c.Setting(ctx, zoneID, "browser_check"); return err },
		"bot_management":  func(ctx context.Context) error { _, err := c.BotFightMode(ctx, zoneID); return err },
		"analytics":       func(ctx context.Context) error { _, err := c.limits(ctx, zoneID, cacheNode); return err },
		"cache_settings":  func(ctx context.Context) error { _, err := c.Ruleset(ctx, zoneID, steps.PhaseCache); return err },
		"zone_waf":        func(ctx context.Context) error { _, err := c.Ruleset(ctx, zoneID, steps.PhaseCustom); return err },
		"config_settings": func(ctx context.Context) error { _, err := c.Ruleset(ctx, zoneID, steps.PhaseConfig); return err },
	}
	if key == "zone" && zoneID != "" {
		return func(ctx context.Context) error { _, err := c.Zone(ctx, zoneID); return err }
	}
	if accountID != "" && ofAccount[key] != nil {
		return ofAccount[key]
	}
	if zoneID != "" {
		return ofZone[key]
	}
	return nil
}

// denied reports whether the token lacks the permission: 10000 in general, 9109
// and 1068 for a scope, 1007 from Access, and code 0 with words about the actor
// for zones. An unknown token (1000) is another matter.
func denied(err error) bool {
	e, ok := errors.AsType[*steps.ServiceError](err)
	if !ok {
		return false
	}
	switch e.Code {
	case 10000, 9109, 1068, 1007:
		return refused(e.Status)
	case 1000, 6003, 6111:
		return false
	}
	if _, query := errors.AsType[queryError](err); query {
		return strings.Contains(e.Message, "not authorized")
	}
	return e.Status == http.StatusForbidden && e.Message != ""
}

func (c *Client) probeAccount(ctx context.Context, accountID string) error {
	_, err := c.read(ctx, ids{accountID}, get("accounts/"+accountID))
	return err
}

func (c *Client) probeZones(ctx context.Context, accountID string) error {
	_, err := c.read(ctx, ids{accountID}, get("zones", "account.id", accountID, "per_page", strconv.Itoa(probeSize)))
	return err
}

func (c *Client) probeTunnels(ctx context.Context, accountID string) error {
	_, err := c.read(ctx, ids{accountID}, get("accounts/"+accountID+"/cfd_tunnel", "per_page", strconv.Itoa(probeSize)))
	return err
}

func (c *Client) probeApps(ctx context.Context, accountID string) error {
	_, err := c.read(ctx, ids{accountID}, get("accounts/"+accountID+"/access/apps"))
	return err
}

func (c *Client) probeRecords(ctx context.Context, zoneID string) error {
	_, err := c.read(ctx, ids{zoneID}, get("zones/"+zoneID+"/dns_records", paged(1, recordPage)...))
	return err
}

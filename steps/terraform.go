package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Export writes what the wizard made as Terraform for version 5 of Cloudflare's
// provider, so that whoever keeps their things in code can go on there. It is
// drawn from the objects as they are now, and holds no secret.
//
// The forms of the import ids are those of the provider's documentation.
type Export struct {
	Rules   Rulesets
	Zone    ZoneSettings
	Records Records
	Tunnels Tunnels
	Alerts  Alerts
	Access  Access
}

// tf collects blocks: each resource with the block that imports it.
type tf struct{ strings.Builder }

func (t *tf) resource(kind, name, id string, body fields) {
	t.WriteString("\n" + hclBlock("import", fields{{"to", reference(kind + "." + name)}, {"id", id}}))
	t.WriteString("\n" + hclBlock(fmt.Sprintf("resource %q %q", kind, name), body))
}

// reference is an address, which is written without quotes.
type reference string

// Terraform reads everything of ours and writes it down.
func (e *Export) Terraform(ctx context.Context, s Settings) (string, error) {
	t := &tf{}
	t.WriteString("# What the Plex Tunnel Wizard made for " + nameOr(s.Host(), "this computer") + ".\n" +
		"# The token is not here: set CLOUDFLARE_API_TOKEN. “terraform plan” takes everything over and should show no change.\n" +
		"# A list of rules is one resource, so your own rules beside ours are part of it.\n\n" +
		"terraform {\n  required_version = \">= 1.5\"\n  required_providers {\n" +
		"    cloudflare = {\n      source  = \"cloudflare/cloudflare\"\n      version = \"~> 5.0\"\n    }\n  }\n}\n\nprovider \"cloudflare\" {}\n")
	var errs []error
	if s.ZoneID != "" {
		if s.ZoneCreated {
			t.resource("cloudflare_zone", "domain", s.ZoneID, fields{{"account", fields{{"id", s.AccountID}}}, {"name", s.Domain}, {"type", "full"}})
		}
		for _, p := range []struct{ phase, name string }{{PhaseCache, "caching"}, {PhaseCustom, "security"}, {PhaseConfig, "configuration"}} {
			errs = append(errs, e.rules(ctx, s, t, p.phase, p.name))
		}
		errs = append(errs, e.settings(ctx, s, t), e.records(ctx, s, t))
	}
	if s.TunnelID != "" {
		errs = append(errs, e.tunnel(ctx, s, t), e.alerts(ctx, s, t))
	}
	if s.Security.Access {
		errs = append(errs, e.access(ctx, s, t))
	}
	return t.String(), errors.Join(errs...)
}

func (e *Export) rules(ctx context.Context, s Settings, t *tf, phase, name string) error {
	set, missing, err := readRules(ctx, e.Rules, s.ZoneID, phase)
	if err != nil {
		return fmt.Errorf("reading the rules: %w", err)
	}
	if missing != nil {
		t.WriteString("\n# The configuration rules are left out: the token may not see them. " + missing.Text + "\n")
	}
	if len(oursIn(s, set)) == 0 {
		return nil
	}
	var rules []fields
	for _, r := range set.Rules {
		f := fields{{"ref", r.Ref}, {"description", r.Description}, {"expression", r.Expression}, {"action", r.Action}}
		var params map[string]any
		if json.Unmarshal(r.Parameters, &params) == nil && len(params) > 0 {
			f = append(f, field{"action_parameters", objectFields(params)})
		}
		rules = append(rules, append(f, field{"enabled", r.Enabled}))
	}
	t.resource("cloudflare_ruleset", name, "zones/"+s.ZoneID+"/"+set.ID, fields{
		{"zone_id", s.ZoneID}, {"name", "default"}, {"description", set.Description}, {"kind", "zone"}, {"phase", phase}, {"rules", rules},
	})
	return nil
}

// settings are those of the whole domain that the wizard changed.
func (e *Export) settings(ctx context.Context, s Settings, t *tf) error {
	for _, id := range slices.Sorted(maps.Keys(s.ZoneBefore)) {
		now, err := zoneSetting(ctx, e.Zone, s.ZoneID, id)
		if err != nil {
			return fmt.Errorf("reading %s: %w", id, err)
		}
		if id == settingFight {
			t.resource("cloudflare_bot_management", id, s.ZoneID, fields{{"zone_id", s.ZoneID}, {"fight_mode", now.Value == "on"}})
			continue
		}
		var object map[string]any
		if json.Unmarshal([]byte(now.Value), &object) == nil && object != nil {
			t.resource("cloudflare_zone_setting", id, s.ZoneID+"/"+id, fields{{"zone_id", s.ZoneID}, {"setting_id", id}, {"value", objectFields(object)}})
			continue
		}
		t.resource("cloudflare_zone_setting", id, s.ZoneID+"/"+id, fields{{"zone_id", s.ZoneID}, {"setting_id", id}, {"value", now.Value}})
	}
	return nil
}

func (e *Export) records(ctx context.Context, s Settings, t *tf) error {
	for _, r := range []struct{ name, host string }{{"plex", s.Host()}, {"plex_in_browsers", s.BrowserHost()}} {
		if r.host == "" {
			continue
		}
		recs, err := e.Records.RecordsNamed(ctx, s.ZoneID, r.host)
		if err != nil {
			return fmt.Errorf("reading the records: %w", err)
		}
		for _, rec := range recs {
			if s.madeRecord(rec) {
				t.resource("cloudflare_dns_record", r.name, s.ZoneID+"/"+rec.ID, fields{
					{"zone_id", s.ZoneID}, {"name", rec.Name}, {"type", rec.Type}, {"content", rec.Content}, {"ttl", max(rec.TTL, 1)}, {"proxied", rec.Proxied}, {"comment", rec.Comment},
				})
			}
		}
	}
	return nil
}

func (e *Export) tunnel(ctx context.Context, s Settings, t *tf) error {
	id := s.AccountID + "/" + s.TunnelID
	tunnel, err := e.Tunnels.Tunnel(ctx, s.AccountID, s.TunnelID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the tunnel: %w", err)
	}
	in, err := e.Tunnels.Ingress(ctx, s.AccountID, s.TunnelID)
	if err != nil {
		return fmt.Errorf("reading the tunnel’s routes: %w", err)
	}
	t.resource("cloudflare_zero_trust_tunnel_cloudflared", "plex", id, fields{{"account_id", s.AccountID}, {"name", tunnel.Name}, {"config_src", "cloudflare"}})
	var routes []fields
	for _, r := range in.Rules {
		var f fields
		for _, part := range []struct{ name, value string }{{"hostname", r.Host}, {"path", r.Path}, {"service", r.Service}} {
			if part.value != "" {
				f = append(f, field{part.name, part.value})
			}
		}
		if origin := originOf(r); len(origin) > 0 {
			f = append(f, field{"origin_request", origin})
		}
		routes = append(routes, f)
	}
	if len(routes) > 0 {
		t.resource("cloudflare_zero_trust_tunnel_cloudflared_config", "plex", id, fields{
			{"account_id", s.AccountID}, {"tunnel_id", s.TunnelID}, {"source", "cloudflare"}, {"config", fields{{"ingress", routes}}},
		})
	}
	return nil
}

// originOf is how the connector talks to what is behind a route.
func originOf(r IngressRule) fields {
	var rest struct {
		Origin json.RawMessage `json:"originRequest"`
	}
	if json.Unmarshal(r.Rest, &rest) == nil && len(rest.Origin) > 0 {
		return hclJSON(rest.Origin)
	}
	if r.NoTLSVerify {
		return fields{{"no_tls_verify", true}}
	}
	return nil
}

func (e *Export) alerts(ctx context.Context, s Settings, t *tf) error {
	all, err := e.Alerts.AlertPolicies(ctx, s.AccountID)
	if err != nil {
		return fmt.Errorf("reading the notifications: %w", err)
	}
	for _, p := range all {
		if !s.oursAlert(p) {
			continue
		}
		var mail []fields
		for _, address := range p.Emails {
			mail = append(mail, fields{{"id", address}})
		}
		body := fields{
			{"account_id", s.AccountID},
			{"name", p.Name},
			{"description", p.Description},
			{"alert_type", p.Type},
			{"enabled", p.Enabled},
			{"mechanisms", fields{{"email", mail}}},
		}
		var filters fields
		for _, key := range slices.Sorted(maps.Keys(p.Filters)) {
			filters = append(filters, field{key, p.Filters[key]})
		}
		if len(filters) > 0 {
			body = append(body, field{"filters", filters})
		}
		t.resource("cloudflare_notification_policy", p.Type, s.AccountID+"/"+p.ID, body)
	}
	return nil
}

func (e *Export) access(ctx context.Context, s Settings, t *tf) error {
	apps, err := e.Access.AccessApps(ctx, s.AccountID)
	if err != nil {
		return fmt.Errorf("reading the sign-in page: %w", err)
	}
	for _, a := range apps {
		if !s.oursApp(a) {
			continue
		}
		var who []fields
		for _, address := range a.Emails {
			who = append(who, fields{{"email", fields{{"email", address}}}})
		}
		t.resource("cloudflare_zero_trust_access_application", "plex_in_browsers", "accounts/"+s.AccountID+"/"+a.ID, fields{
			{"account_id", s.AccountID},
			{"name", a.Name},
			{"domain", a.Host},
			{"type", "self_hosted"},
			{"session_duration", a.Session},
			{"policies", []fields{{{"name", a.Name}, {"decision", "allow"}, {"include", who}}}},
		})
	}
	return nil
}

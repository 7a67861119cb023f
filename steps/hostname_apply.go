package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"example.test/wizard/steps/zone"
)

// Apply implements [Step].
func (h *HostnameStep) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	switch a.ID {
	case "clear-allowed":
		return emptyAllowed(ctx, h.Plex, s)
	case "set-route":
		return h.setRoute(ctx, s)
	case "set-record":
		return s, h.setRecord(ctx, s)
	}
	return s, fmt.Errorf("step hostname has no action %q", a.ID)
}

// emptyAllowed closes the gate and keeps what stood there, for undo.
func emptyAllowed(ctx context.Context, plex PlexServer, s Settings) (Settings, error) {
	g, err := lookAtGate(ctx, plex, s)
	if err != nil {
		return s, err
	}
	if g.allowed == "" {
		return s, nil
	}
	if err := plex.SetPrefs(ctx, g.server, map[string]string{"allowedNetworks": ""}); err != nil {
		return s, fmt.Errorf("emptying the list: %w", err)
	}
	s.Plex.Before = keepBefore(s.Plex.Before, "allowedNetworks", g.allowed)
	return s, nil
}

// keepBefore notes a preference's value before our first change of it.
func keepBefore(before map[string]string, id, value string) map[string]string {
	out := map[string]string{id: value}
	for k, v := range before {
		out[k] = v
	}
	return out
}

func (h *HostnameStep) setRoute(ctx context.Context, s Settings) (Settings, error) {
	g, err := lookAtGate(ctx, h.Plex, s)
	if err != nil {
		return s, err
	}
	if _, safe := g.checks(); !safe {
		return s, ErrPlanChanged // a hole has opened since the plan was shown
	}
	in, err := h.Tunnels.Ingress(ctx, s.AccountID, s.TunnelID)
	if err != nil {
		return s, fmt.Errorf("reading the tunnel’s routes: %w", err)
	}
	want := wantRule(s.Host(), g.server.Origin)
	if i, have := ourRule(in, s.Host()); have && sameIngress(in.Rules[i], want) {
		return withServer(s, g), nil
	}
	in.Rules = withRule(in.Rules, want)
	if err := h.Tunnels.SaveIngress(ctx, s.AccountID, s.TunnelID, in); err != nil {
		return s, fmt.Errorf("writing the tunnel’s routes: %w", err)
	}
	return withServer(s, g), nil
}

func withServer(s Settings, g gateSeen) Settings {
	s.PlexID, s.RouteDownFor = g.server.ID, ""
	return s
}

// withRule puts our rule in its place: where it was, or before the catch-all,
// which is added when there is none. Everything else stays as it is.
func withRule(rules []IngressRule, want IngressRule) []IngressRule {
	out := slices.Clone(rules)
	if i, have := ourRule(Ingress{Rules: out}, want.Host); have {
		out[i] = want
		return out
	}
	end := len(out)
	if end > 0 && out[end-1].Host == "" && out[end-1].Path == "" {
		end--
	} else {
		out = append(out, IngressRule{Service: catchAll})
	}
	return slices.Insert(out, end, want)
}

// withoutRule removes our rule and leaves the rest.
func withoutRule(rules []IngressRule, host string) []IngressRule {
	out := slices.Clone(rules)
	if i, have := ourRule(Ingress{Rules: out}, host); have {
		out = slices.Delete(out, i, i+1)
	}
	return out
}

func (h *HostnameStep) setRecord(ctx context.Context, s Settings) error {
	there, err := h.Records.RecordsNamed(ctx, s.ZoneID, s.Host())
	if err != nil {
		return fmt.Errorf("reading the records: %w", err)
	}
	want := CloudRecord{
		Record:  zone.Record{Name: s.Host(), Type: "CNAME", TTL: 1, Content: tunnelTarget(s.TunnelID)},
		Proxied: true, Comment: s.Marker(),
	}
	if len(there) == 0 {
		if err := h.Records.CreateRecords(ctx, s.ZoneID, []CloudRecord{want}); err != nil {
			return fmt.Errorf("creating the record: %w", err)
		}
		return nil
	}
	r := there[0]
	right := r.Type == "CNAME" && strings.TrimSuffix(r.Content, ".") == want.Content
	if right && r.Proxied {
		return nil
	}
	if !right && !strings.Contains(r.Comment, s.Marker()) && s.RecordAdopt != r.ID || len(there) > 1 {
		return ErrPlanChanged
	}
	want.ID = r.ID
	if r.Comment != "" && !strings.Contains(r.Comment, s.Marker()) {
		want.Comment = r.Comment
	}
	if err := h.Records.ChangeRecords(ctx, s.ZoneID, []CloudRecord{want}); err != nil {
		return fmt.Errorf("changing the record: %w", err)
	}
	return nil
}

package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

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
		return h.setRecord(ctx, s)
	case "take-route-down":
		return takeRouteDown(ctx, h.Tunnels, s)
	}
	if host, ok := strings.CutPrefix(a.ID, closeRouteID); ok {
		f, _ := s.former(host)
		return s, closeRoute(ctx, h.Tunnels, s, f)
	}
	if host, ok := strings.CutPrefix(a.ID, closeRecordID); ok {
		f, _ := s.former(host)
		return s, closeRecord(ctx, h.Records, s, f)
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
	s.Plex = s.Plex.changing(g.server, prefOpen, g.allowed)
	if err := keep(ctx, s); err != nil {
		return s, err
	}
	if err := plex.SetPrefs(ctx, g.server, map[string]string{prefOpen: ""}); err != nil {
		return s, fmt.Errorf("emptying the list: %w", err)
	}
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

// routeDown closes the way from outside. It needs no yes: the person agreed to a
// way that asks strangers to sign in.
func routeDown(s Settings) Action {
	return Action{
		ID: "take-route-down", Verb: Delete, Auto: true, What: "Take the route down", From: s.Host(),
		Why: "Plex answered without a sign-in.",
	}
}

// takeRouteDown removes our rules from the tunnel, those of former addresses too,
// and notes why.
func takeRouteDown(ctx context.Context, tunnels Tunnels, s Settings) (Settings, error) {
	in, err := tunnels.Ingress(ctx, s.AccountID, s.TunnelID)
	if err != nil {
		return s, fmt.Errorf("reading the tunnel’s routes: %w", err)
	}
	s.RouteDownFor = "Taken down: Plex answered strangers without a sign-in"
	rules := withoutRule(in.Rules, s.Host())
	for _, f := range s.Former {
		if f.TunnelID == s.TunnelID {
			rules = f.closed(rules)
		} else if err := closeRoute(ctx, tunnels, s, f); err != nil {
			return s, err
		}
	}
	if sameRules(rules, in.Rules) {
		return s, nil
	}
	in.Rules = rules
	if err := tunnels.SaveIngress(ctx, s.AccountID, s.TunnelID, in); err != nil {
		return s, fmt.Errorf("taking the route down: %w", err)
	}
	return s, nil
}

func (h *HostnameStep) setRoute(ctx context.Context, s Settings) (Settings, error) {
	g, err := lookAtGate(ctx, h.Plex, s)
	if err != nil {
		return s, err
	}
	if _, safe := g.checks(); !safe || undecided(s, g.servers) {
		return s, ErrPlanChanged // a hole has opened, or a second server has come, since the plan was shown
	}
	in, err := h.Tunnels.Ingress(ctx, s.AccountID, s.TunnelID)
	if err != nil {
		return s, fmt.Errorf("reading the tunnel’s routes: %w", err)
	}
	want := wantRule(s.Host(), g.server.Origin)
	s = withServer(s, g)
	if i, have := ourRule(in, s.Host()); have && sameIngress(in.Rules[i], want) && i == placeOf(in.Rules, s.Host()) {
		return s, nil
	}
	s = keepRoute(s, in.Rules)
	if err := keep(ctx, s); err != nil {
		return s, err
	}
	in.Rules = withRule(in.Rules, want)
	if err := h.Tunnels.SaveIngress(ctx, s.AccountID, s.TunnelID, in); err != nil {
		return s, fmt.Errorf("writing the tunnel’s routes: %w", err)
	}
	return s, nil
}

// Remember implements [Rememberer]: the Plex that the address leads to, when
// the route was there already, and no former address at which nothing is left.
func (*HostnameStep) Remember(s Settings, f Finding, _ time.Time) (Settings, bool) {
	d, ok := f.Detail.(*HostnameDetail)
	if !ok {
		return s, false
	}
	leads := d.Leads != "" && s.PlexID == ""
	if leads {
		s.PlexID = d.Leads
	}
	left := slices.DeleteFunc(slices.Clone(s.Former), func(f FormerHost) bool { return slices.Contains(d.Gone, f.Host) })
	fewer := len(left) < len(s.Former)
	if fewer {
		s.Former = left
	}
	return s, leads || fewer
}

func withServer(s Settings, g gateSeen) Settings {
	s.PlexID, s.RouteDownFor = g.server.ID, ""
	return s
}

// withRule puts our rule before the first that would take its requests, and
// adds the catch-all when there is none. Everything else stays as it is, also
// what the rule for this host holds beyond its service.
func withRule(rules []IngressRule, want IngressRule) []IngressRule {
	out := slices.Clone(rules)
	if i, have := ourRule(Ingress{Rules: out}, want.Host); have {
		want.Rest = out[i].Rest
		out = slices.Delete(out, i, i+1)
	}
	if !slices.ContainsFunc(out, func(r IngressRule) bool { return r.Path == "" && (r.Host == "" || r.Host == "*") }) {
		out = append(out, IngressRule{Service: catchAll})
	}
	return slices.Insert(out, placeOf(out, want.Host), want)
}

// withoutRule removes our rule and leaves the rest.
func withoutRule(rules []IngressRule, host string) []IngressRule {
	out := slices.Clone(rules)
	if i, have := ourRule(Ingress{Rules: out}, host); have {
		out = slices.Delete(out, i, i+1)
	}
	return out
}

func (h *HostnameStep) setRecord(ctx context.Context, s Settings) (Settings, error) {
	there, err := h.Records.RecordsNamed(ctx, s.ZoneID, s.Host())
	if err != nil {
		return s, fmt.Errorf("reading the records: %w", err)
	}
	want := CloudRecord{
		Record:  zone.Record{Name: s.Host(), Type: "CNAME", TTL: 1, Content: tunnelTarget(s.TunnelID)},
		Proxied: true, Comment: s.Marker(),
	}
	if len(there) == 0 {
		if err := h.Records.CreateRecords(ctx, s.ZoneID, []CloudRecord{want}); err != nil {
			return s, fmt.Errorf("creating the record: %w", err)
		}
		return s, nil
	}
	r := there[0]
	right := r.Type == "CNAME" && strings.TrimSuffix(r.Content, ".") == want.Content
	if right && r.Proxied {
		return s, nil
	}
	if !right && !s.markedRecord(r) && s.RecordAdopt != r.ID || len(there) > 1 {
		return s, ErrPlanChanged
	}
	want.ID = r.ID
	if r.Comment != "" && !s.markedRecord(r) {
		want.Comment = r.Comment
	}
	s = keepRecord(s, r)
	if err := keep(ctx, s); err != nil {
		return s, err
	}
	if err := h.Records.ChangeRecords(ctx, s.ZoneID, []CloudRecord{want}); err != nil {
		return s, fmt.Errorf("changing the record: %w", err)
	}
	return s, nil
}

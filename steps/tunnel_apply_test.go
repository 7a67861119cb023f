package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestTheTunnelCardShowsThisVeryConnector(t *testing.T) {
	seen := tunnelSeen{
		egress: Egress{Names: true, TCP: true, UDP: true}, exists: true, tunnel: CloudTunnel{ID: "tunnel-1", Name: "attic", Status: "healthy", Remote: true, Reading: here()},
		local:      LocalConnector{Installed: true, Running: true, AtBoot: true, Manager: "systemd", ID: "conn-1", TunnelID: "tunnel-1"},
		connectors: []CloudConnector{{ID: "conn-2"}, {ID: "conn-1", Version: "2026.8.2", Colos: []string{"lhr01"}, Since: noon().Add(-2 * time.Hour)}},
	}
	e := seen.finding(settled(), noon()).Evidence[0]
	var all []string
	for _, r := range e.Rows {
		all = append(all, r.Label+" "+r.Values[0].Text)
	}
	if got := strings.Join(all, "; "); !strings.Contains(got, "Connector ID conn-1") || !strings.Contains(got, "Uptime 2 hours") || e.Word != "Healthy" {
		t.Errorf("%s, %s", e.Word, got)
	}
}

func TestATunnelThatHasGoneIsNotMadeByAnotherName(t *testing.T) {
	for _, action := range []string{"adopt-tunnel", "use-tunnel"} {
		step := &TunnelStep{Tunnels: noTunnels{}, Computer: attic{}}
		if _, err := step.Apply(t.Context(), with(settled(), func(s *Settings) { s.TunnelID = "" }), Action{ID: action}); !errors.Is(err, ErrPlanChanged) {
			t.Errorf("%s: %v", action, err)
		}
	}
	step := &TunnelStep{Tunnels: oneTunnel{one: CloudTunnel{ID: "theirs", Name: "attic"}}, Computer: attic{}} // it has a file
	if _, err := step.Apply(t.Context(), with(settled(), func(s *Settings) { s.TunnelID = "" }), Action{ID: "use-tunnel"}); !errors.Is(err, ErrPlanChanged) {
		t.Errorf("one with a file: %v", err)
	}
	if _, err := (&TunnelStep{}).Apply(t.Context(), settled(), Action{ID: "nonsense"}); err == nil {
		t.Error("no such action")
	}
}

func TestValidTunnelName(t *testing.T) {
	for name, good := range map[string]bool{
		"attic": true, "My Tunnel 2": true, "küche": true, "a.b_c-d": true, strings.Repeat("a", 100): true,
		"": false, " a": false, "-a": false, "a/b": false, strings.Repeat("a", 101): false, "a\tb": false,
	} {
		if bad := ValidTunnelName(name); (bad == "") != good {
			t.Errorf("%q: %q", name, bad)
		}
	}
}

// attic is a computer of that name.
type attic struct{ Computer }

func (attic) Name() string { return "attic" }

// oneTunnel is an account with this one.
type oneTunnel struct {
	Tunnels
	one CloudTunnel
}

func (o oneTunnel) TunnelsNamed(context.Context, string, string) ([]CloudTunnel, error) {
	return []CloudTunnel{o.one}, nil
}

// noTunnels is an account without any.
type noTunnels struct{ Tunnels }

func (noTunnels) TunnelsNamed(context.Context, string, string) ([]CloudTunnel, error) {
	return nil, nil
}

// TestThePlanSaysWhichProgram: one that is there is named, and so is where ours goes.
func TestThePlanSaysWhichProgram(t *testing.T) {
	for name, tc := range map[string]struct {
		local LocalConnector
		says  []string
	}{
		"none":            {LocalConnector{Place: "/usr/local/bin/cloudflared"}, []string{"or newer", "downloaded from its maker"}},
		"one that fits":   {LocalConnector{Place: "/usr/local/bin/cloudflared", Found: true, FoundVersion: "2026.8.2"}, []string{"cloudflared 2026.8.2, which is there already", "/usr/local/bin/cloudflared", "used as it is"}},
		"one that is old": {LocalConnector{Place: "/usr/local/lib/plex-tunnel-wizard/cloudflared", Beside: true}, []string{"/usr/local/lib/plex-tunnel-wizard/cloudflared", "beside it", "downloaded from its maker"}},
	} {
		seen := tunnelSeen{exists: true, tunnel: CloudTunnel{ID: "tunnel-1", Name: "attic", Remote: true}, local: tc.local, egress: Egress{Names: true, TCP: true, UDP: true}}
		a := seen.finding(settled(), noon()).Plan()[0]
		text := fmt.Sprint(a.Why, a.Rows)
		for _, want := range tc.says {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %s does not say %s", name, text, want)
			}
		}
	}
}

package steps

import (
	"strings"
	"testing"
	"time"
)

// expect holds a finding to its state, the thing it asks for, its plan, and the
// named checks, written "token=fail port=pass dnssec=absent". Every finding must be sound.
func expect(t *testing.T, f Finding, state State, ask, plan, checks string) {
	t.Helper()
	sound(t, f)
	if got := f.State(); got != state {
		t.Errorf("state %s, not %s", got, state)
	}
	if f.Ask != ask {
		t.Errorf("asks for %q, not %q", f.Ask, ask)
	}
	var ids []string
	for _, a := range f.Actions {
		id := a.ID
		if a.Auto {
			id += "*"
		}
		ids = append(ids, strings.ReplaceAll(id, " ", "_"))
	}
	if got := strings.Join(ids, " "); got != plan {
		t.Errorf("plan %q, not %q", got, plan)
	}
	for _, pair := range strings.Fields(checks) {
		name, want, _ := strings.Cut(pair, "=")
		c := f.Check(name)
		if want == "absent" {
			if c.Name != "" {
				t.Errorf("check %s is there: %s", name, c.Detail)
			}
			continue
		}
		if got := c.Status.String(); c.Name == "" || got != want {
			t.Errorf("check %s is %s, not %s: %s", name, got, want, c.Detail)
		}
	}
	if t.Failed() {
		for _, c := range f.Checks {
			t.Logf("  %s=%s: %s", c.Name, c.Status, c.Detail)
		}
		t.Logf("  %q, %q, again %v", f.Heading, f.Summary, f.Again)
	}
}

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// here is a reading that a card may be drawn from.
func here() Reading { return Reading{At: noon(), Source: "api.cloudflare.com", Ray: "8f0"} }

// settled is an installation in the middle of its work.
func settled() Settings {
	return Settings{
		Installation: "k3xq81ab", AccountID: "acc-1", AccountName: "Home", TokenID: "tok-1", Domain: "example.com", ZoneID: "zone-1", Subdomain: "copper-otter",
		TunnelID: "tunnel-1", TunnelName: "attic", PlexID: "plex-1", OldServers: []string{"ns1.old.example", "ns2.old.example"},
	}
}

func with(s Settings, change func(*Settings)) Settings {
	change(&s)
	return s
}

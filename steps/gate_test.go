package steps

import (
	"strings"
	"testing"
	"time"
)

// Plex takes addresses, networks and address/netmask. What covers the address
// from which the connector asks opens Plex to the world (facts of plex, F1).
func TestExempt(t *testing.T) {
	for list, want := range map[string]bool{
		"": false, " ": false, ",": false, "192.168.1.0/24": false, "192.168.1.2": false, "10.0.0.0/255.0.0.0": false, "fe80::/10": false, "nonsense": false, "100.64.0.0/10": false, "fd00::/8": false, "203.0.113.7": true, "2001:db8::/32": true, "192.168.0.0/15": true, "8.0.0.0/5": true, "172.17.0.0/16,192.168.0.0/16": false,
		"127.0.0.1": true, "127.0.0.0/8": true, "127.0.0.1/255.255.255.255": true, "127.0.0.0/255.0.0.0": true, "127.0.0.5": true, "::1": true, "::1/128": true, "0.0.0.0/0": true, "::/0": true, "0.0.0.0/0.0.0.0": true,
		"192.168.1.0/24, 127.0.0.1": true, "192.168.1.0/24,127.0.0.0/8 ,10.0.0.1": true, "64.0.0.0/2": true, "::ffff:127.0.0.1": true, "nonsense,::1": true, "127.0.0.1/8": true,
	} {
		if got := exempt(list); got != want {
			t.Errorf("%q: %v", list, got)
		}
	}
}

func ofVersion(p PlexFound, version string) PlexFound {
	p.Version = version
	return p
}

// The rows of the table "Finding Plex on the box" (facts of plex, G).
func TestGate(t *testing.T) {
	ok := PlexFound{State: "ok", Origin: "https://127.0.0.1:32400", ID: "plex-1", Version: "1.43", Claimed: true, Took: 3 * time.Millisecond}
	http := ok
	http.Origin, http.HTTPOnly = "http://127.0.0.1:32400", true
	unclaimed := ok
	unclaimed.Claimed = false
	tests := []struct {
		name           string
		g              gateSeen
		origin, signin Status
		closed         bool
		says           string
	}{
		{"it answers", gateSeen{server: ok}, Pass, Pass, true, "https://127.0.0.1:32400"},
		{"an old version", gateSeen{server: ofVersion(ok, "1.40.2.8395-c67dce28e")}, Warn, Pass, true, "1.40.2"},
		{"just old enough", gateSeen{server: ofVersion(ok, "1.41.9.9961-46083195d")}, Pass, Pass, true, ""},
		{"http only", gateSeen{server: http}, Pass, Pass, true, "Without TLS"},
		{"installed, not running", gateSeen{server: PlexFound{State: "stopped", Start: "sudo systemctl start plexmediaserver"}}, Fail, Skip, false, "not running"},
		{"starting", gateSeen{server: PlexFound{State: "starting"}}, Wait, Skip, false, "updating its database"},
		{"nothing found", gateSeen{server: PlexFound{State: "none"}}, Fail, Skip, false, "No Plex"},
		{"an address that is not asked", gateSeen{server: PlexFound{State: "refused", Detail: "Only your home network is asked."}}, Fail, Skip, false, "home network"},
		{"another server", gateSeen{server: PlexFound{State: "other", Detail: "It is not the one."}}, Fail, Skip, false, "not the one"},
		{"not claimed", gateSeen{server: unclaimed}, Pass, Fail, false, "not claimed"},
		{"networks without sign-in", gateSeen{server: ok, allowed: "127.0.0.1"}, Pass, Fail, false, "127.0.0.1"},
		{"networks at home only", gateSeen{server: ok, allowed: "192.168.1.0/24"}, Pass, Pass, true, "401"},
		{"open, whatever the list", gateSeen{server: ok, open: true}, Pass, Fail, false, "Plex answered"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checks, closed := tt.g.checks()
			f := Finding{Summary: "x", Checks: checks, Again: time.Second}
			sound(t, f)
			if closed != tt.closed || f.Check("origin").Status != tt.origin || f.Check("signin").Status != tt.signin {
				t.Errorf("closed %v, %+v", closed, checks)
			}
			if all := f.Check("origin").Detail + f.Check("signin").Detail; !strings.Contains(all, tt.says) {
				t.Errorf("%q does not say %q", all, tt.says)
			}
			if tt.g.server.Start != "" && f.Check("origin").Fix.Command != tt.g.server.Start {
				t.Error("the command is missing")
			}
		})
	}
}

// A command that only PowerShell takes says so, wherever it is shown.
func TestCommandsOfWindows(t *testing.T) {
	const words = "Run it in PowerShell, because the Command Prompt does not understand it."
	for _, shell := range []string{"", "PowerShell"} {
		stopped := PlexFound{State: "stopped", Start: "& x", Shell: shell}
		start, _ := gateSeen{server: stopped}.checks()
		origin := urlSeen{server: stopped, visit: Visit{Identity: VisitAnswer{Status: 502}}}.originLayer(settled())
		again := Finding{}
		plexSeen{server: PlexFound{State: "ok", Restart: "& x", Shell: shell}, tvErr: ErrNotFound}.published(
			with(settled(), func(s *Settings) { s.Plex.Refreshed = noon().Add(-time.Hour) }), &PlexDetail{}, &again, noon(), 1)
		for _, fix := range []Fix{start[0].Fix, origin.Fix, again.Check("published").Fix} {
			if fix.Command != "& x" || strings.HasPrefix(fix.Text, words) != (shell != "") {
				t.Errorf("%q: %+v", shell, fix)
			}
		}
	}
	key := plexSeen{token: PlexToken{Reason: "permission-denied", From: "registry"}}.tokenCheck()
	if !strings.HasPrefix(key.Fix.Text, words) || !strings.HasSuffix(key.Detail, ".") {
		t.Errorf("%+v", key)
	}
}

func TestChosenServer(t *testing.T) {
	one, two := PlexFound{State: "ok", ID: "plex-1"}, PlexFound{State: "ok", ID: "plex-2", Origin: "http://nas:32400"}
	stopped, starting := PlexFound{State: "stopped"}, PlexFound{State: "starting"}
	tests := []struct {
		name  string
		id    string
		all   []PlexFound
		state string
		want  string
	}{
		{"the first", "", []PlexFound{two, one}, "ok", "plex-2"},
		{"the confirmed one", "plex-1", []PlexFound{two, one}, "ok", "plex-1"},
		{"it does not run", "plex-1", []PlexFound{stopped}, "stopped", ""},
		{"it starts", "plex-1", []PlexFound{starting}, "starting", ""},
		{"another answers", "plex-1", []PlexFound{two}, "other", ""},
		{"nothing", "plex-1", nil, "none", ""},
		{"nothing, nothing confirmed", "", nil, "none", ""},
	}
	for _, tt := range tests {
		if got := chosenServer(Settings{PlexID: tt.id}, tt.all); got.State != tt.state || got.ID != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

package steps

import (
	"strings"
	"testing"
	"time"
)

func TestTunnelFinding(t *testing.T) {
	s := settled()
	fresh := with(s, func(s *Settings) { s.TunnelID, s.TunnelName = "", "" })
	out := Egress{Names: true, TCP: true, UDP: true, API: true}
	tunnel := func(status string) CloudTunnel {
		return CloudTunnel{ID: "tunnel-1", Name: "attic", Status: status, Remote: true, Created: noon(), Reading: here()}
	}
	theirs := CloudTunnel{ID: "theirs", Name: "attic", Status: "inactive", Remote: true, Created: noon().AddDate(0, -1, 0), Reading: here()}
	byFile := theirs
	byFile.Remote = false
	local := LocalConnector{Installed: true, Ours: true, Running: true, AtBoot: true, Manager: "systemd", Version: "2026.8.2", TunnelID: "tunnel-1", ID: "conn-1", Ready: 4}
	change := func(do func(l *LocalConnector)) LocalConnector { l := local; do(&l); return l }
	joined := []CloudConnector{{ID: "conn-1", Version: "2026.8.2", Colos: []string{"lhr01", "ams01"}, Since: noon().Add(-time.Hour)}}
	running := func(version string) []CloudConnector {
		return []CloudConnector{{ID: "conn-1", Version: version, Colos: []string{"lhr01"}, Since: noon().Add(-time.Hour)}}
	}
	nas := CloudConnector{ID: "conn-2", Arch: "linux_arm64", IP: "203.0.113.7", Since: noon().AddDate(0, -1, 0)}
	beside := append([]CloudConnector{nas}, joined...)
	young := func(since time.Time) []CloudConnector { // the one of before was not forgotten yet
		return []CloudConnector{{ID: "conn-1", Version: "2026.8.2", Since: since, IP: nas.IP, Arch: nas.Arch}, nas}
	}
	pending := with(fresh, func(s *Settings) { s.Pending = []Intent{{Step: IDTunnel, Action: "create-tunnel", At: noon()}} })
	tests := []struct {
		name         string
		seen         tunnelSeen
		set          Settings
		state        State
		ask, plan    string
		checks, says string
	}{
		{"nothing there", tunnelSeen{name: "attic", egress: out, how: "as root"}, fresh, StateTodo, "", "create-tunnel install-connector", "names=pass port=pass tunnel=skip service=skip", "One tunnel to create"},
		{"the name is taken", tunnelSeen{name: "attic", egress: out, taken: []CloudTunnel{theirs}}, fresh, StateProblem, "tunnel_name", "", "tunnel-name=fail", "there already"},
		{"taken, and to be used", tunnelSeen{name: "attic", egress: out, taken: []CloudTunnel{theirs}}, with(fresh, func(s *Settings) { s.TunnelAdopt = true }), StateTodo, "", "use-tunnel install-connector", "", ""},
		{"the name is taken by one with a file", tunnelSeen{name: "attic", egress: out, taken: []CloudTunnel{byFile}}, fresh, StateProblem, "tunnel_name", "", "tunnel-name=fail", "there already"},
		{"taken by one with a file, and yet to be used", tunnelSeen{name: "attic", egress: out, taken: []CloudTunnel{byFile}}, with(fresh, func(s *Settings) { s.TunnelAdopt = true }), StateProblem, "tunnel_name", "", "tunnel-name=fail", "there already"},
		{"taken up, and it has a file", tunnelSeen{name: "attic", egress: out, exists: true, tunnel: byFile, local: LocalConnector{}}, with(s, func(s *Settings) { s.TunnelID = "theirs" }), StateProblem, "tunnel_name", "", "tunnel=fail", "by a file"},
		{"the name is taken, and another computer serves it", tunnelSeen{name: "attic", egress: out, taken: []CloudTunnel{theirs}, takenBy: []CloudConnector{nas}}, fresh, StateProblem, "tunnel_name", "", "tunnel-name=fail", "there already"},
		{"another computer serves it too", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: local, connectors: beside}, s, StateAttention, "", "", "connector=pass healthy=pass alone=warn", "Another computer"},
		{"it was started again a moment ago", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: local, connectors: young(noon().Add(-time.Minute))}, s, StateDone, "", "", "alone=skip", "Healthy"},
		{"it was started again an hour ago", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: local, connectors: young(noon().Add(-time.Hour))}, s, StateAttention, "", "", "alone=warn", "Another computer"},
		{"another one began after it", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: local, connectors: young(nas.Since.Add(-time.Minute))}, s, StateAttention, "", "", "alone=warn", "Another computer"},
		{"another one for a Plex elsewhere", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: local, connectors: beside}, with(s, func(s *Settings) { s.PlexAddress = "192.168.1.9" }), StateDone, "", "", "alone=pass", "Healthy"},
		{"our own orphan", tunnelSeen{name: "attic", egress: out, taken: []CloudTunnel{tunnel("inactive")}}, pending, StateWaiting, "", "adopt-tunnel*", "", "Taking up"},
		{"an older namesake beside an open attempt", tunnelSeen{name: "attic", egress: out, taken: []CloudTunnel{theirs}}, pending, StateProblem, "tunnel_name", "", "", ""},
		{"the connector is to be installed", tunnelSeen{name: "attic", egress: out, exists: true, tunnel: tunnel("inactive")}, s, StateTodo, "", "install-connector", "tunnel=pass service=skip", "Ready to install"},
		{"joining", tunnelSeen{egress: out, exists: true, tunnel: tunnel("inactive"), local: local}, s, StateWaiting, "", "", "service=pass connector=wait healthy=wait", "Waiting"},
		{"up", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: local, connectors: joined}, s, StateDone, "", "", "service=pass boot=pass key=pass connector=pass healthy=pass alone=pass", "Healthy, 4 connections"},
		{"outdated", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: change(func(l *LocalConnector) { l.Renewable = true }), connectors: running("2026.7.2")}, s, StateTodo, "", "update-connector", "connector=pass healthy=pass version=warn", "outdated: version 2026.7.2"},
		{"outdated, and not ours to update", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: change(func(l *LocalConnector) { l.Ours = false }), connectors: running("2025.12.0")}, s, StateAttention, "", "", "version=warn", "outdated"},
		{"far behind the newest", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: change(func(l *LocalConnector) { l.Renewable = true }), connectors: running("2026.11.1"), newest: "2027.1.0"}, s, StateTodo, "", "update-connector", "version=warn", "outdated"},
		{"the last but one", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: local, connectors: joined, newest: "2026.9.0"}, s, StateDone, "", "", "version=pass", "Healthy"},
		{"newer than what is published", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: local, connectors: joined, newest: "2026.5.0"}, s, StateDone, "", "", "version=pass", "Healthy"},
		{"built by hand", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: local, connectors: running("DEV"), newest: "2026.9.0"}, s, StateDone, "", "", "version=skip", "Healthy"},
		{"degraded", tunnelSeen{egress: out, exists: true, tunnel: tunnel("degraded"), local: local, connectors: joined}, s, StateAttention, "", "", "healthy=warn", ""},
		{"down", tunnelSeen{egress: out, exists: true, tunnel: tunnel("down"), local: local}, s, StateWaiting, "", "", "healthy=wait connector=wait", ""},
		{"healthy through another computer", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: local, connectors: []CloudConnector{{ID: "conn-2"}}}, s, StateWaiting, "", "", "connector=wait healthy=pass", ""},
		{"neither side tells an id", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), local: change(func(l *LocalConnector) { l.ID = "" }), connectors: []CloudConnector{{}}}, s, StateWaiting, "", "", "connector=wait", ""},
		{"installed, not running", tunnelSeen{egress: out, exists: true, tunnel: tunnel("down"), local: change(func(l *LocalConnector) { l.Running, l.Manual = false, "sudo systemctl start cloudflared" })}, s, StateProblem, "", "start-connector", "service=fail", "does not run"},
		{"somebody else’s, not running", tunnelSeen{egress: out, exists: true, tunnel: tunnel("down"), local: change(func(l *LocalConnector) { l.Running, l.Ours = false, false })}, s, StateProblem, "", "", "service=fail connector=skip healthy=skip", "does not run"},
		{"its key is refused", tunnelSeen{egress: out, exists: true, tunnel: tunnel("inactive"), local: change(func(l *LocalConnector) { l.Refused, l.Ready = "Unauthorized: Invalid tunnel secret", 0 })}, s, StateProblem, "", "", "service=pass connector=fail", "does not accept"},
		{"a system whose services are not known", tunnelSeen{egress: out, exists: true, tunnel: tunnel("inactive"), local: LocalConnector{ByHand: true}}, s, StateTodo, "", "install-connector", "service=skip", "Ready to install"},
		{"prepared, and not started", tunnelSeen{egress: out, exists: true, tunnel: tunnel("inactive"), local: LocalConnector{ByHand: true, Prepared: "tunnel-1", Compose: "services:"}}, s, StateWaiting, "", "", "service=wait", "Start the connector yourself"},
		{"prepared for another tunnel", tunnelSeen{egress: out, exists: true, tunnel: tunnel("inactive"), local: LocalConnector{ByHand: true, Prepared: "other"}}, s, StateTodo, "", "install-connector", "service=skip", ""},
		{"a container runs it", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), connectors: joined, local: LocalConnector{Running: true, TunnelID: "tunnel-1", ID: "conn-1", Ready: 4}}, s, StateDone, "", "", "service=pass boot=skip connector=pass", "Healthy"},
		{"a container runs another", tunnelSeen{egress: out, exists: true, tunnel: tunnel("inactive"), local: LocalConnector{Running: true, TunnelID: "other", ID: "conn-1", Ready: 4}}, s, StateTodo, "", "install-connector", "service=skip", ""},
		{"a proxy, and the port is open", tunnelSeen{egress: Egress{Names: true, TCP: true, UDP: true, Proxy: "proxy.lan:3128"}, exists: true, tunnel: tunnel("healthy"), connectors: joined, local: local}, s, StateDone, "", "", "proxy=pass", ""},
		{"a proxy, and the port is blocked", tunnelSeen{name: "attic", egress: Egress{Names: true, Proxy: "proxy.lan:3128"}}, fresh, StateProblem, "", "create-tunnel install-connector", "port=fail proxy=warn", ""},
		{"it serves another tunnel", tunnelSeen{egress: out, exists: true, tunnel: tunnel("inactive"), local: change(func(l *LocalConnector) { l.TunnelID, l.Ours = "other", false })}, s, StateProblem, "tunnel_name", "", "service=fail", "another tunnel"},
		{"it serves another tunnel, and none of ours is there", tunnelSeen{name: "attic", egress: out, local: change(func(l *LocalConnector) { l.TunnelID = "other" })}, fresh, StateProblem, "tunnel_name", "", "service=fail", "another tunnel"},
		{"it serves the tunnel to be used", tunnelSeen{name: "attic", egress: out, taken: []CloudTunnel{theirs}, local: change(func(l *LocalConnector) { l.TunnelID = "theirs" })}, with(fresh, func(s *Settings) { s.TunnelAdopt = true }), StateTodo, "", "use-tunnel", "service=pass", ""},
		{"its key cannot be read", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), connectors: joined, local: change(func(l *LocalConnector) { l.TunnelID = "" })}, s, StateDone, "", "", "service=pass", ""},
		{"its key is on the command line", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), connectors: joined, local: change(func(l *LocalConnector) { l.KeyOnArgv = true })}, s, StateAttention, "", "", "key=warn", ""},
		{"a child of the wizard", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), connectors: joined, local: change(func(l *LocalConnector) { l.AtBoot, l.Child = false, true })}, s, StateDone, "", "", "boot=skip", ""},
		{"a service that does not start with the computer", tunnelSeen{egress: out, exists: true, tunnel: tunnel("healthy"), connectors: joined, local: change(func(l *LocalConnector) { l.AtBoot, l.Enable = false, "sudo systemctl enable cloudflared" })}, s, StateAttention, "", "", "boot=warn", ""},
		{"an installation broke off", tunnelSeen{egress: out, exists: true, tunnel: tunnel("inactive"), local: LocalConnector{Unfinished: true}}, s, StateTodo, "", "install-connector", "service=skip", "Ready to install"},
		{"an installation of before still runs", tunnelSeen{egress: out, exists: true, tunnel: tunnel("inactive"), local: LocalConnector{Unfinished: true, Busy: true}}, s, StateWaiting, "", "", "service=wait", "being installed"},
		{"UDP is blocked", tunnelSeen{name: "attic", egress: Egress{Names: true, TCP: true}, exists: true, tunnel: tunnel("healthy"), connectors: joined, local: local}, s, StateAttention, "", "", "port=warn", ""},
		{"TCP is blocked", tunnelSeen{name: "attic", egress: Egress{Names: true, UDP: true}, exists: true, tunnel: tunnel("healthy"), connectors: joined, local: local}, s, StateDone, "", "", "port=pass", ""},
		{"both are blocked", tunnelSeen{name: "attic", egress: Egress{Names: true, Detail: map[string]string{"tcp": "timeout"}}}, fresh, StateProblem, "", "create-tunnel install-connector", "port=fail", ""},
		{"the names do not resolve", tunnelSeen{name: "attic", egress: Egress{}}, fresh, StateProblem, "", "create-tunnel install-connector", "names=fail port=skip", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.seen.how = "as root, with systemd"
			f := tt.seen.finding(tt.set, noon())
			expect(t, f, tt.state, tt.ask, tt.plan, tt.checks)
			if !strings.Contains(f.Summary, tt.says) {
				t.Errorf("%q does not say %q", f.Summary, tt.says)
			}
		})
	}
}

package steps

import (
	"strings"
	"testing"
	"time"
)

func TestPlexFinding(t *testing.T) {
	s := settled()
	url := "https://" + testHost + ":443"
	conn := func(address string, port int, change func(*PlexConnection)) PlexConnection {
		c := PlexConnection{URI: "u", Protocol: "https", Address: address, Port: port}
		if change != nil {
			change(&c)
		}
		return c
	}
	base := plexSeen{
		server:  PlexFound{State: "ok", Origin: "https://127.0.0.1:32400", ID: "plex-1", Version: "1.43", Claimed: true},
		token:   PlexToken{Have: true, From: "Preferences.xml"},
		details: PlexDetails{Name: "Attic", SignedIn: true, Pass: true, Reading: here()},
		prefs:   map[string]string{prefURLs: url, prefRemote: "1", prefRelay: "1", prefSecure: "1"},
		resource: PlexResource{Found: true, Owned: true, Online: true, Reading: here(), Connections: []PlexConnection{
			conn("192.168.1.2", 32400, func(c *PlexConnection) { c.Local = true }), conn(testHost, 443, nil),
		}},
		through: VisitAnswer{Status: 200, Body: `machineIdentifier="plex-1"`},
		inside:  SignedIn{Status: 200, ServerID: "plex-1"},
	}
	told := func(ago, refreshedAgo time.Duration) Settings {
		return with(s, func(s *Settings) {
			s.Plex.Published = noon().Add(-ago)
			if refreshedAgo >= 0 {
				s.Plex.Refreshed = noon().Add(-refreshedAgo)
			}
		})
	}
	lists := func(cs ...PlexConnection) func(*plexSeen) {
		return func(p *plexSeen) { p.resource.Connections = cs }
	}
	pref := func(id, v string) func(*plexSeen) {
		return func(p *plexSeen) {
			prefs := map[string]string{}
			for k, old := range p.prefs {
				prefs[k] = old
			}
			prefs[id] = v
			p.prefs = prefs
		}
	}
	tests := []struct {
		name         string
		spoil        func(p *plexSeen)
		set          Settings
		state        State
		ask, plan    string
		checks, says string
	}{
		{"published", func(*plexSeen) {}, s, StateDone, "", "", "origin=pass plex-token=pass plex-account=pass plex-pass=pass custom-url=pass published=pass through=pass", "Published: " + url},
		{"in capitals, with a slash", func(p *plexSeen) {
			pref(prefURLs, "https://COPPER-otter.example.com:443/")(p)
			lists(conn("COPPER-OTTER.example.com", 443, nil), conn("192.168.1.2", 32400, func(c *PlexConnection) { c.Local = true }))(p)
		}, s, StateDone, "", "", "custom-url=pass published=pass", ""},
		{"not told yet", pref(prefURLs, ""), s, StateTodo, "", "set-url", "custom-url=skip", "Ready to tell"},
		{"without the port", pref(prefURLs, "https://"+testHost), s, StateTodo, "", "set-url", "custom-url=skip", ""},
		{"with another port", pref(prefURLs, "https://"+testHost+":32400"), s, StateTodo, "", "set-url", "custom-url=skip", ""},
		{"Plex stopped", func(p *plexSeen) { p.server = PlexFound{State: "stopped"} }, s, StateProblem, "", "", "origin=fail", "not running"},
		{"Plex is starting", func(p *plexSeen) { p.server = PlexFound{State: "starting"} }, s, StateWaiting, "", "", "origin=wait", ""},
		{"no token at hand", func(p *plexSeen) { p.token = PlexToken{Reason: "permission-denied", Path: "/p"} }, s, StateTodo, "plex-signin", "", "plex-token=skip", "sign-in"},
		{"a key that is good only here", func(p *plexSeen) { p.token.Local, p.resource, p.tvErr = true, PlexResource{}, noKeyAtTV() }, s, StateTodo, "plex-signin", "", "plex-token=skip", "sign-in"},
		{"the same, and Plex is not told yet", func(p *plexSeen) {
			p.token.Local, p.resource, p.tvErr = true, PlexResource{}, noKeyAtTV()
			pref(prefURLs, "")(p)
		}, s, StateTodo, "plex-signin", "", "plex-token=skip", "sign-in"},
		{"a key that plex.tv refuses, long after", func(p *plexSeen) { p.resource, p.tvErr = PlexResource{}, noKeyAtTV() }, told(5*time.Minute, 3*time.Minute), StateTodo, "plex-signin", "", "plex-token=skip", "sign-in"},
		{"a key that is good only here, and the sign-in of somebody else", func(p *plexSeen) { p.token.Local, p.resource = true, PlexResource{Reading: here()} }, s, StateTodo, "plex-signin", "", "plex-token=skip", "sign-in"},
		{"a key that is good only here, and a sign-in", func(p *plexSeen) { p.token.Local = true }, s, StateDone, "", "", "plex-token=pass published=pass", ""},
		{"a key that is good only here, and plex.tv is away", func(p *plexSeen) { p.token.Local, p.resource, p.tvErr = true, PlexResource{}, ErrNotFound }, told(5*time.Second, -1), StateWaiting, "", "", "published=wait", ""},
		{"no Plex Pass", func(p *plexSeen) { p.details.Pass = false }, s, StateAttention, "", "", "plex-pass=warn", ""},
		{"signed out", func(p *plexSeen) { p.details.SignedIn, p.resource = false, PlexResource{} }, told(time.Second, -1), StateProblem, "", "", "plex-account=fail", ""},
		{"signed out, and so unknown at plex.tv", func(p *plexSeen) {
			p.details.SignedIn, p.resource, p.tvErr = false, PlexResource{}, noKeyAtTV()
		}, told(time.Second, -1), StateProblem, "", "", "plex-account=fail", ""},
		{"told a moment ago", lists(), told(5*time.Second, -1), StateWaiting, "", "", "published=wait", "Waiting for plex.tv"},
		{"told, and plex.tv sees no server", func(p *plexSeen) { p.resource = PlexResource{Found: true, Reading: here()} }, told(5*time.Second, -1), StateWaiting, "", "", "published=wait", ""},
		{"told a while ago", lists(), told(2*time.Minute, -1), StateWaiting, "", "refresh*", "published=wait", ""},
		{"it was there before us", lists(), s, StateWaiting, "", "refresh*", "published=wait", ""},
		{"asked to publish again", lists(), told(2*time.Minute, 10*time.Second), StateWaiting, "", "", "published=wait", ""},
		{"asked, and in vain", lists(), told(5*time.Minute, 90*time.Second), StateProblem, "", "", "published=fail", ""},
		{"asked, and a restart did not help", lists(), told(5*time.Minute, 3*time.Minute), StateProblem, "", "toggle", "published=fail", ""},
		{"turned over, and in vain", lists(), with(told(5*time.Minute, 3*time.Minute), func(s *Settings) { s.Plex.Toggled = noon().Add(-time.Minute) }), StateProblem, "", "", "published=fail", ""},
		{"plex.tv does not answer", func(p *plexSeen) { p.resource, p.tvErr = PlexResource{}, ErrNotFound }, told(5*time.Second, -1), StateWaiting, "", "", "published=wait", ""},
		{"no address at home", lists(conn(testHost, 443, nil)), s, StateAttention, "", "", "published=pass home-way=warn", ""},
		{"another address is dead", func(p *plexSeen) {
			pref(prefURLs, url+",http://old.lan:32400")(p)
			p.answers = map[string]PlexAnswer{"http://old.lan:32400": {Err: "nobody knows the name old.lan"}}
		}, s, StateDone, "", "", "other-urls=skip", ""},
		{"another address leads elsewhere", func(p *plexSeen) {
			pref(prefURLs, url+",http://nas.lan:32400")(p)
			p.answers = map[string]PlexAnswer{"http://nas.lan:32400": {ID: "plex-2"}}
		}, s, StateAttention, "", "", "other-urls=warn", ""},
		{"another address answers", func(p *plexSeen) {
			pref(prefURLs, url+",http://nas.lan:32400")(p)
			p.answers = map[string]PlexAnswer{"http://nas.lan:32400": {ID: "plex-1"}}
		}, s, StateDone, "", "", "other-urls=pass", ""},
		{"nobody watches", func(*plexSeen) {}, s, StateDone, "", "", "viewer=skip own-test=pass home-way=pass", ""},
		{"a viewer from outside", func(p *plexSeen) {
			p.viewers = []PlexViewer{{Title: "x", Address: "127.0.0.1", Public: "203.0.113.9", Location: "cellular"}}
		}, s, StateDone, "", "", "viewer=pass", ""},
		{"a viewer through the tunnel who is taken for one at home", func(p *plexSeen) {
			p.viewers = []PlexViewer{{Address: "203.0.113.9", Location: "wan"}, {Title: "x", Address: "127.0.0.1", Location: "lan", Local: true}}
		}, s, StateAttention, "", "", "viewer=warn", ""},
		{"a viewer at home", func(p *plexSeen) {
			p.viewers = []PlexViewer{{Address: "192.168.1.9", Location: "lan", Local: true}}
		}, s, StateDone, "", "", "viewer=skip", ""},
		{"a viewer over Relay", func(p *plexSeen) { p.viewers = []PlexViewer{{Location: "wan", Relayed: true}} }, s, StateAttention, "", "", "viewer=warn", ""},
		{"told again after it was asked in vain", lists(), told(10*time.Second, time.Hour), StateWaiting, "", "", "published=wait", ""},
		{"told again, a while ago", lists(), told(2*time.Minute, time.Hour), StateWaiting, "", "refresh*", "published=wait", ""},
		{"with another port at plex.tv", lists(conn(testHost, 32400, nil)), told(5*time.Second, -1), StateWaiting, "", "", "published=wait", ""},
		{"with another port, in vain", lists(conn(testHost, 32400, nil)), told(5*time.Minute, 90*time.Second), StateProblem, "", "", "published=fail", ""},
		{"http only", lists(conn(testHost, 443, func(c *PlexConnection) { c.Protocol = "http" })), told(5*time.Second, -1), StateWaiting, "", "", "published=wait", ""},
		{"as local", lists(conn(testHost, 443, func(c *PlexConnection) { c.Local = true })), told(5*time.Second, -1), StateWaiting, "", "", "published=wait", ""},
		{"as relay", lists(conn(testHost, 443, func(c *PlexConnection) { c.Relay = true })), told(5*time.Second, -1), StateWaiting, "", "", "published=wait", ""},
		{"Relay and Remote Access to be off", func(*plexSeen) {}, with(s, func(s *Settings) { s.Plex.RelayOff, s.Plex.RemoteAccessOff = true, true }), StateTodo, "", "remote-off relay-off", "published=pass", ""},
		{"only after it is proven", lists(), with(told(time.Second, -1), func(s *Settings) { s.Plex.RelayOff = true }), StateWaiting, "", "", "published=wait", ""},
		{"they are off", func(p *plexSeen) { pref(prefRelay, "0")(p); pref(prefRemote, "false")(p) }, with(s, func(s *Settings) { s.Plex.RelayOff, s.Plex.RemoteAccessOff = true, true }), StateDone, "", "", "", ""},
		{"they are not turned off while the address does not answer", func(p *plexSeen) { p.through = VisitAnswer{Status: 530} }, with(s, func(s *Settings) { s.Plex.RelayOff, s.Plex.RemoteAccessOff = true, true }), StateProblem, "", "", "published=pass through=fail", ""},
		{"nor while an app that is signed in is refused", func(p *plexSeen) { p.inside = SignedIn{Status: 403} }, with(s, func(s *Settings) { s.Plex.RelayOff = true }), StateProblem, "", "", "through=fail", ""},
		{"Relay is to be on again", pref(prefRelay, "0"), with(s, func(s *Settings) { s.Plex.Before = map[string]string{prefRelay: "1"} }), StateTodo, "", "relay-on", "", ""},
		{"both are, also while the address does not answer", func(p *plexSeen) {
			pref(prefRelay, "0")(p)
			pref(prefRemote, "0")(p)
			p.through = VisitAnswer{Status: 530}
		}, with(s, func(s *Settings) { s.Plex.Before = map[string]string{prefRelay: "true", prefRemote: "1"} }), StateProblem, "", "remote-on relay-on", "through=fail", ""},
		{"what was off before us stays so", pref(prefRelay, "0"), with(s, func(s *Settings) { s.Plex.Before = map[string]string{prefRemote: "1"} }), StateDone, "", "", "", ""},
		{"the address does not answer", func(p *plexSeen) { p.through = VisitAnswer{Status: 530} }, s, StateProblem, "", "", "through=fail", ""},
		{"an app that is signed in is refused", func(p *plexSeen) { p.inside = SignedIn{Status: 403} }, s, StateProblem, "", "", "through=fail", ""},
		{"an app that is signed in gets no answer", func(p *plexSeen) { p.inside = SignedIn{Err: "reset"} }, s, StateProblem, "", "", "through=fail", ""},
		{"an app that is signed in reaches another server", func(p *plexSeen) { p.inside.ServerID = "plex-2" }, s, StateProblem, "", "", "through=fail", ""},
		{"there is no key to ask with", func(p *plexSeen) { p.inside = SignedIn{} }, s, StateDone, "", "", "through=pass", ""},
		{"an address that refuses apps is not told to them", func(p *plexSeen) { p.inside = SignedIn{Status: 403}; pref(prefURLs, "")(p) }, s, StateProblem, "", "", "through=fail", ""},
		{"another server answers at the address", func(p *plexSeen) { p.through.Body = `machineIdentifier="plex-2"` }, s, StateProblem, "", "", "through=fail", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := base
			tt.spoil(&seen)
			f := seen.finding(tt.set, noon(), 1)
			expect(t, f, tt.state, tt.ask, tt.plan, tt.checks)
			if !strings.Contains(f.Summary, tt.says) {
				t.Errorf("%q does not say %q", f.Summary, tt.says)
			}
		})
	}
	t.Run("apps are not told an address that does not work", func(t *testing.T) {
		seen := base
		pref(prefURLs, "")(&seen)
		seen.through = VisitAnswer{Status: 530}
		f := seen.finding(s, noon(), 1)
		expect(t, f, StateTodo, "", "", "")
		if f.Blocked == "" {
			t.Error("it is not blocked")
		}
	})
}

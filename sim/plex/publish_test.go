package plex_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/sim/plex"
)

const host = "copper-lantern.attic-films.com"

// published tells whether plex.tv holds the tunnel's address now.
func (w *world) published() bool {
	return slices.ContainsFunc(w.tv.Connections(w.server.MachineIdentifier()), func(c plex.Connection) bool { return c.Address == host })
}

func TestPublishing(t *testing.T) {
	const put, refresh, restart, off, on = "put", "refresh", "restart", "off", "on"
	everything := []string{put, refresh, restart, off, on}
	for _, c := range []struct {
		mode  plex.Publishing
		acts  []string
		after time.Duration
		want  bool
	}{
		{plex.PublishAtOnce, []string{put}, 0, true},
		{plex.PublishSlowly, []string{put}, 9 * time.Second, false},
		{plex.PublishSlowly, []string{put}, 10 * time.Second, true},
		{plex.PublishOnRefresh, []string{put, restart, off, on}, time.Hour, false},
		{plex.PublishOnRefresh, []string{put, refresh}, 0, true},
		{plex.PublishOnToggle, []string{put, refresh, restart, off}, time.Hour, false},
		{plex.PublishOnToggle, []string{put, off, on}, 0, true},
		{plex.PublishOnRestart, []string{put, refresh, off, on}, time.Hour, false},
		{plex.PublishOnRestart, []string{put, restart}, 0, true},
		{plex.PublishNever, everything, time.Hour, false},
	} {
		w := newWorld(t, func(cfg *plex.ServerConfig) {
			cfg.Publishing, cfg.StartupTime = c.mode, -1
			cfg.Prefs = map[string]string{"PublishServerOnPlexOnlineKey": "1"}
		})
		for _, act := range c.acts {
			switch act {
			case put:
				w.pms("PUT", "/:/prefs?customConnections=https://"+host+":443", w.server.Token())
			case refresh:
				w.pms("PUT", "/myplex/refreshReachability", w.server.Token())
			case restart:
				must(t, w.server.Restart())
			case off:
				w.pms("PUT", "/:/prefs?PublishServerOnPlexOnlineKey=0", w.server.Token())
			case on:
				w.pms("PUT", "/:/prefs?PublishServerOnPlexOnlineKey=1", w.server.Token())
			}
		}
		w.advance(c.after)
		if got := w.published(); got != c.want {
			t.Errorf("%s after %v and %v: published %v", c.mode, c.acts, c.after, got)
		}
	}
}

func TestSpeedDividesTheDelay(t *testing.T) {
	w := newWorld(t, func(c *plex.ServerConfig) { c.Publishing, c.Speed = plex.PublishSlowly, 10 })
	must(t, w.server.SetPreferences(map[string]string{"customConnections": "https://" + host + ":443"}))
	w.advance(999 * time.Millisecond)
	if w.published() {
		t.Error("too early")
	}
	w.advance(time.Millisecond)
	if !w.published() {
		t.Error("10 s at speed 10 are 1 s")
	}
}

func TestLaterChangeWins(t *testing.T) {
	w := newWorld(t, func(c *plex.ServerConfig) { c.Publishing = plex.PublishSlowly })
	set := func(v string) { must(t, w.server.SetPreferences(map[string]string{"customConnections": v})) }
	set("https://" + host + ":443")
	w.advance(time.Second)
	set("")
	w.advance(9 * time.Second)
	if !w.published() {
		t.Error("the first change is due")
	}
	w.advance(time.Second)
	if w.published() {
		t.Error("the second change is due")
	}
	w.server.SetPublishing(plex.PublishAtOnce)
	set("https://" + host + ":443")
	if !w.published() {
		t.Error("the mode was changed")
	}
}

func TestCustomConnections(t *testing.T) {
	custom := func(protocol, address string, port int, uri string) plex.Connection {
		return plex.Connection{Protocol: protocol, Address: address, Port: port, URI: uri}
	}
	local := custom("http", "192.168.1.5", 32400, "http://192.168.1.5:32400")
	local.Local = true
	v6 := custom("https", "2001:db8::5", 443, "https://[2001:db8::5]:443")
	v6.IPv6 = true
	good := custom("https", "a.example", 443, "https://a.example:443")
	for name, c := range map[string]struct {
		value string
		prefs map[string]string
		want  []plex.Connection
	}{
		"with port":             {"https://a.example:443", nil, []plex.Connection{good}},
		"trailing slash":        {"https://a.example:443/", nil, []plex.Connection{good}},
		"trailing space":        {"https://a.example:443 ,http://192.168.1.5:32400", nil, []plex.Connection{good, local}},
		"space after the comma": {"https://a.example:443, http://192.168.1.5:32400", nil, []plex.Connection{good}},
		"no port":               {"https://a.example", nil, []plex.Connection{custom("https", "a.example", 32400, "https://a.example:32400")}},
		"no port, mapped":       {"https://a.example", map[string]string{"LastAutomaticMappedPort": "17422"}, []plex.Connection{custom("https", "a.example", 17422, "https://a.example:17422")}},
		"no port, manual":       {"https://a.example", map[string]string{"ManualPortMappingMode": "1", "ManualPortMappingPort": "443"}, []plex.Connection{good}},
		"IPv6":                  {"https://[2001:db8::5]:443", nil, []plex.Connection{v6}},
		"IPv6 without port":     {"https://[2001:db8::5]", nil, nil},
		"not a URL":             {"a.example:443,ftp://a.example,https://", nil, nil},
		"empty":                 {"", nil, nil},
	} {
		w := newWorld(t, func(cfg *plex.ServerConfig) { cfg.Prefs = c.prefs })
		must(t, w.server.SetPreferences(map[string]string{"RelayEnabled": "0", "customConnections": c.value}))
		got := w.tv.Connections(w.server.MachineIdentifier())
		if len(got) == 0 || !got[0].Local || got[0].Address != "192.168.1.5" {
			t.Fatalf("%s: no local connection: %+v", name, got)
		}
		if diff := cmp.Diff(append([]plex.Connection{}, c.want...), append([]plex.Connection{}, got[1:]...)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestRemoteAccessAndRelayArePublished(t *testing.T) {
	w := newWorld(t, nil)
	count := func() (public, relay int) {
		for _, c := range w.tv.Connections(w.server.MachineIdentifier()) {
			if c.Address == "203.0.113.7" {
				public++
			}
			if c.Relay {
				relay++
			}
		}
		return public, relay
	}
	if public, relay := count(); public != 0 || relay != 1 {
		t.Errorf("at first: %d public, %d relay", public, relay)
	}
	must(t, w.server.SetPreferences(map[string]string{"PublishServerOnPlexOnlineKey": "1", "RelayEnabled": "0"}))
	if public, relay := count(); public != 1 || relay != 0 {
		t.Errorf("then: %d public, %d relay", public, relay)
	}
	if w.tv.Connections("no such server") != nil {
		t.Error("connections of nothing")
	}
}

func TestSignedOutServerPublishesNothing(t *testing.T) {
	w := newWorld(t, nil)
	owner := w.signIn("morgan")
	must(t, w.server.SetMood(plex.Mood{SignedOut: true}))
	must(t, w.server.SetPreferences(map[string]string{"customConnections": "https://" + host + ":443"}))
	if mine, ok := w.mine(owner); !ok || mine.Presence || w.published() {
		t.Errorf("%+v", mine)
	}
	if r := w.plexTV("GET", "/api/v2/user", w.server.Token()); r.StatusCode != 401 {
		t.Errorf("its own token at plex.tv: %d", r.StatusCode)
	}
	var got struct{ MediaContainer map[string]any }
	w.pms("GET", "/", w.server.Token()).json(t, &got)
	if got.MediaContainer["myPlexSigninState"] == "ok" || got.MediaContainer["myPlex"] != true {
		t.Errorf("%v", got)
	}
}

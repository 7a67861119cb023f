package plex_test

import (
	"slices"
	"strings"
	"testing"

	"example.test/wizard/sim/plex"
)

func TestUser(t *testing.T) {
	w := newWorld(t, nil)
	for name, c := range map[string]struct {
		token, username string
		pass            bool
	}{
		"owner":        {w.signIn("morgan"), "morgan", true},
		"friend":       {w.signIn("robin"), "robin", false},
		"server token": {w.server.Token(), "morgan", true},
	} {
		var got struct {
			Username     string
			Subscription struct {
				Active   bool
				Features []string
			}
		}
		w.plexTV("GET", "/api/v2/user", c.token).json(t, &got)
		if got.Username != c.username || got.Subscription.Active != c.pass || slices.Contains(got.Subscription.Features, "pass") != c.pass {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for name, token := range map[string]string{"none": "", "bad": "bad", "local admin": w.server.LocalAdminToken()} {
		wantError(t, name, w.plexTV("GET", "/api/v2/user", token), 401, 1001)
		wantError(t, name, w.plexTV("GET", allKinds, token), 401, 1001)
	}
}

func TestResources(t *testing.T) {
	w := newWorld(t, nil)
	must(t, w.server.SetPreferences(map[string]string{"customConnections": "https://" + host + ":443", "secureConnections": "0"}))
	owner := w.signIn("morgan")
	mine, ok := w.mine(owner)
	want := plex.Connection{Protocol: "https", Address: host, Port: 443, URI: "https://" + host + ":443"}
	if !ok || !mine.Owned || mine.OwnerID != nil || !mine.Presence || !mine.HTTPSRequired || mine.Provides != "server" || !slices.Contains(mine.Connections, want) {
		t.Errorf("%+v", mine)
	}
	var owned, shared, players int
	for _, one := range w.resources(owner) {
		switch {
		case !strings.Contains(one.Provides, "server"):
			players++
		case one.Owned:
			owned++
		default:
			shared++
		}
	}
	if owned != 2 || shared != 1 || players != 1 {
		t.Errorf("noise: %d owned, %d shared, %d players", owned, shared, players)
	}
	if byServer, ok := w.mine(w.server.Token()); !ok || !byServer.Owned {
		t.Error("the server's own token reads the list too")
	}
}

func TestResourcesIncludeWhatIsAsked(t *testing.T) {
	w := newWorld(t, nil)
	must(t, w.server.SetPreferences(map[string]string{"customConnections": "https://[2001:db8::5]:443"}))
	count := func(query string) (relay, v6, direct int) {
		var list []resourceAnswer
		w.plexTV("GET", "/api/v2/resources"+query, w.server.Token()).json(t, &list)
		for _, one := range list {
			for _, c := range one.Connections {
				if one.ClientIdentifier != w.server.MachineIdentifier() {
					continue
				}
				if c.Relay {
					relay++
				}
				if c.IPv6 {
					v6++
				}
				if strings.Contains(c.URI, "plex.direct") {
					direct++
				}
			}
		}
		return relay, v6, direct
	}
	for query, want := range map[string][3]int{
		"":                {0, 0, 0},
		"?includeHttps=1": {0, 0, 1},
		"?includeRelay=1": {1, 0, 0},
		"?includeIPv6=1":  {0, 1, 0},
		"?includeHttps=1&includeRelay=1&includeIPv6=1": {1, 1, 2},
	} {
		relay, v6, direct := count(query)
		if [3]int{relay, v6, direct} != want {
			t.Errorf("%q: %d relay, %d IPv6, %d plex.direct, want %v", query, relay, v6, direct, want)
		}
	}
}

func TestResourcesInXML(t *testing.T) {
	w := newWorld(t, nil)
	var got struct {
		XMLName   struct{} `xml:"resources"`
		Resources []struct {
			ID          string `xml:"clientIdentifier,attr"`
			Owned       string `xml:"owned,attr"`
			Connections []struct {
				URI string `xml:"uri,attr"`
			} `xml:"connections>connection"`
		} `xml:"resource"`
	}
	w.do("GET", w.tv.URL()+allKinds, header{"X-Plex-Client-Identifier": clientID, "X-Plex-Token": w.server.Token()}, nil).xml(t, &got)
	for _, one := range got.Resources {
		if one.ID == w.server.MachineIdentifier() && one.Owned == "1" && len(one.Connections) == 2 {
			return
		}
	}
	t.Errorf("%+v", got)
}

func TestSignOut(t *testing.T) {
	w := newWorld(t, nil)
	mine := w.signIn("morgan")
	writes := w.tv.Writes()
	if r := w.plexTV("DELETE", "/api/v2/users/signout", mine); r.StatusCode != 204 || len(r.body) != 0 {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
	wantError(t, "the token afterwards", w.plexTV("GET", "/api/v2/user", mine), 401, 1001)
	wantError(t, "signing out twice", w.plexTV("DELETE", "/api/v2/users/signout", mine), 401, 1001)
	if r := w.pms("GET", "/", mine); r.StatusCode != 401 {
		t.Errorf("the token at the server: %d", r.StatusCode)
	}
	if w.tv.Writes() != writes+1 || len(w.tv.Violations()) != 0 {
		t.Errorf("%d writes, %q", w.tv.Writes(), w.tv.Violations())
	}
}

func TestServerTokensAreGuarded(t *testing.T) {
	w := newWorld(t, nil)
	for i, token := range []string{w.server.Token(), w.server.AccountToken()} {
		wantError(t, "signing out a server's token", w.plexTV("DELETE", "/api/v2/users/signout", token), 403, 9999)
		found := w.tv.Violations()
		if len(found) != i+1 || strings.Contains(found[i], token) {
			t.Errorf("violations %q", found)
		}
		if r := w.plexTV("GET", "/api/v2/user", token); r.StatusCode != 200 {
			t.Errorf("the token afterwards: %d", r.StatusCode)
		}
	}
	must(t, w.server.SetMood(plex.Mood{SignedOut: true}))
	wantError(t, "also while signed out", w.plexTV("DELETE", "/api/v2/users/signout", w.server.Token()), 403, 9999)
	w.plexTV("GET", "/api/v2/user?X-Plex-Token=x", "")
	if n := len(w.tv.Violations()); n != 4 {
		t.Errorf("%d violations, one for a token in a query: %q", n, w.tv.Violations())
	}
}

package plex_test

import (
	"net/netip"
	"strings"
	"testing"

	"example.test/wizard/sim/plex"
)

func TestLevels(t *testing.T) {
	w := newWorld(t, nil)
	owner, friend := w.signIn("morgan"), w.signIn("robin")
	mine, _ := w.mine(owner)
	theirs, _ := w.mine(friend)
	if mine.AccessToken == nil || theirs.AccessToken == nil || *mine.AccessToken == owner {
		t.Fatalf("%+v %+v", mine, theirs)
	}
	type want struct{ root, prefs int }
	for name, c := range map[string]struct {
		token string
		want  want
	}{
		"none":                {"", want{401, 401}},
		"bad":                 {"not-a-token", want{401, 401}},
		"server":              {w.server.Token(), want{200, 200}},
		"local admin":         {w.server.LocalAdminToken(), want{200, 200}},
		"owner":               {owner, want{200, 200}},
		"owner, this server":  {*mine.AccessToken, want{200, 200}},
		"friend":              {friend, want{200, 403}},
		"friend, this server": {*theirs.AccessToken, want{200, 403}},
		"canary":              {w.server.AccountToken(), want{200, 200}},
	} {
		got := want{w.pms("GET", "/", c.token).StatusCode, w.pms("GET", "/:/prefs", c.token).StatusCode}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if r := w.pms("PUT", "/:/prefs?RelayEnabled=0", friend); r.StatusCode != 403 || !strings.Contains(string(r.body), "403 Forbidden") {
		t.Errorf("friend writes: %d %s", r.StatusCode, r.body)
	}
	if w.server.Preference("RelayEnabled") != "1" || w.server.Writes() != 0 {
		t.Error("a refused write left a trace")
	}
}

func TestTokenInQueryWorksAndIsRecorded(t *testing.T) {
	w := newWorld(t, nil)
	if r := w.pms("GET", "/?X-Plex-Token="+w.server.Token(), ""); r.StatusCode != 200 {
		t.Errorf("status %d", r.StatusCode)
	}
	found := w.server.Violations()
	if len(found) != 1 || strings.Contains(found[0], w.server.Token()) {
		t.Errorf("violations %q", found)
	}
}

func TestExemption(t *testing.T) {
	const public, other = "198.51.100.4", "203.0.113.9"
	for name, c := range map[string]struct {
		allowed   string
		forwarded string
		peer      string
		reading   plex.ForwardedFor
		status    int
	}{
		"nothing allowed":               {status: 401},
		"loopback network":              {allowed: "127.0.0.0/8", status: 200},
		"address and netmask":           {allowed: "10.0.0.1,127.0.0.0/255.0.0.0", status: 200},
		"single address":                {allowed: "127.0.0.1", status: 200},
		"everything":                    {allowed: "0.0.0.0/0", status: 200},
		"another network":               {allowed: "192.168.1.0/24", status: 401},
		"nonsense":                      {allowed: "localhost,127.0.0.1/255.0.255.0,/", status: 401},
		"visitor from the internet":     {allowed: "127.0.0.1", forwarded: public, status: 401},
		"forwarded private address":     {allowed: "127.0.0.1", forwarded: "192.168.1.2", status: 200},
		"forwarded carrier address":     {allowed: "127.0.0.1", forwarded: "100.64.3.4", status: 200},
		"forwarded loopback":            {allowed: "127.0.0.1", forwarded: "127.0.0.1", status: 200},
		"forwarded and allowed":         {allowed: public, forwarded: public, status: 200},
		"first of a list":               {allowed: public, forwarded: public + ", " + other, status: 200},
		"last of a list":                {allowed: public, forwarded: other + "," + public, reading: plex.ForwardedLast, status: 200},
		"not the last":                  {allowed: public, forwarded: public + ", " + other, reading: plex.ForwardedLast, status: 401},
		"header ignored":                {allowed: "127.0.0.1", forwarded: public, reading: plex.ForwardedIgnored, status: 200},
		"container gateway":             {allowed: "172.16.0.0/12", peer: "172.17.0.1", status: 200},
		"container gateway not allowed": {allowed: "127.0.0.1", peer: "172.17.0.1", status: 401},
		"public peer forwards nothing":  {allowed: public, forwarded: public, peer: other, status: 401},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(cfg *plex.ServerConfig) {
				cfg.Forwarded = c.reading
				cfg.Prefs = map[string]string{"allowedNetworks": c.allowed}
			})
			if c.peer != "" {
				must(t, w.server.SetMood(plex.Mood{PeerAddress: netip.MustParseAddr(c.peer)}))
			}
			h := header{}
			if c.forwarded != "" {
				h["X-Forwarded-For"] = c.forwarded
			}
			if r := w.do("GET", w.server.URL()+"/", h, nil); r.StatusCode != c.status {
				t.Errorf("status %d, want %d", r.StatusCode, c.status)
			}
		})
	}
}

func TestUnclaimedServerLetsLoopbackIn(t *testing.T) {
	w := newWorld(t, nil)
	must(t, w.server.SetMood(plex.Mood{Unclaimed: true}))
	for name, c := range map[string]struct {
		h      header
		status int
	}{
		"loopback":           {header{}, 200},
		"from the internet":  {header{"X-Forwarded-For": "198.51.100.4"}, 401},
		"server's old token": {header{"X-Forwarded-For": "198.51.100.4", "X-Plex-Token": w.server.Token()}, 401},
		"local admin":        {header{"X-Forwarded-For": "198.51.100.4", "X-Plex-Token": w.server.LocalAdminToken()}, 200},
	} {
		if r := w.do("GET", w.server.URL()+"/:/prefs", c.h, nil); r.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, r.StatusCode, c.status)
		}
	}
	if _, found := w.mine(w.signIn("morgan")); found {
		t.Error("plex.tv lists an unclaimed server")
	}
}

func TestHostCheckTakesTheExemptionAway(t *testing.T) {
	w := newWorld(t, func(c *plex.ServerConfig) {
		c.HostCheck = true
		c.Prefs = map[string]string{"allowedNetworks": "127.0.0.1"}
	})
	for name, c := range map[string]struct {
		h      header
		status int
	}{
		"address":       {header{}, 200},
		"localhost":     {header{"Host": "localhost:32400"}, 200},
		"public name":   {header{"Host": "plex.attic-films.com"}, 401},
		"public origin": {header{"Origin": "https://plex.attic-films.com"}, 401},
		"local origin":  {header{"Origin": "http://127.0.0.1:32400"}, 200},
		"public page":   {header{"Referer": "https://plex.attic-films.com/web/index.html"}, 401},
	} {
		if r := w.do("GET", w.server.URL()+"/", c.h, nil); r.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, r.StatusCode, c.status)
		}
	}
}

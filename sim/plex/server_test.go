package plex_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"example.test/wizard/sim/plex"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestBothProtocolsOnOnePort(t *testing.T) {
	w := newWorld(t, nil)
	for _, scheme := range []string{"http", "https"} {
		var got struct {
			MediaContainer struct {
				Size                       int
				Claimed                    bool
				MachineIdentifier, Version string
			}
		}
		r := w.do("GET", scheme+"://"+w.server.Addr()+"/identity", header{"Accept": "application/json"}, nil)
		r.json(t, &got)
		if got.MediaContainer.MachineIdentifier != w.server.MachineIdentifier() || !got.MediaContainer.Claimed {
			t.Errorf("%s: %s", scheme, r.body)
		}
		if (r.TLS != nil) != (scheme == "https") {
			t.Errorf("%s: TLS %v", scheme, r.TLS)
		}
	}
}

func TestCertificateIsForPlexDirectOnly(t *testing.T) {
	w := newWorld(t, nil)
	leaf := w.do("GET", w.server.URL()+"/identity", nil, nil).TLS.PeerCertificates[0]
	if err := leaf.VerifyHostname("192-168-1-5." + w.server.Preference("CertificateUUID") + ".plex.direct"); err != nil {
		t.Error(err)
	}
	if leaf.VerifyHostname("localhost") == nil {
		t.Error("the certificate names localhost")
	}
}

func TestXMLUnlessJSONIsAsked(t *testing.T) {
	w := newWorld(t, nil)
	var got struct {
		Claimed string `xml:"claimed,attr"`
		ID      string `xml:"machineIdentifier,attr"`
	}
	r := w.do("GET", w.server.URL()+"/identity", nil, nil)
	r.xml(t, &got)
	if got.Claimed != "1" || got.ID != w.server.MachineIdentifier() {
		t.Errorf("%s", r.body)
	}
}

func TestAnswers(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct {
		method, path, token string
		status              int
		kind                string
	}{
		{"GET", "/identity", "", 200, "application/json"},
		{"GET", "/", "", 401, "text/html"},
		{"GET", "/", "wrong", 401, "text/html"},
		{"GET", "/", w.server.Token(), 200, "application/json"},
		{"GET", "/web/index.html", "", 200, "text/html"},
		{"GET", "/web/js/of-another-version.js", "", 404, "text/html"},
		{"GET", "/media/providers", w.server.Token(), 200, "application/json"},
		{"GET", "/servers", w.server.Token(), 200, "application/json"},
		{"GET", "/clients", w.server.Token(), 200, "application/json"},
		{"GET", "/library/sections", w.server.Token(), 200, "application/json"},
		{"GET", "/library/sections/9/all", w.server.Token(), 404, "text/html"},
		{"GET", "/library/sections/9/all", "", 401, "text/html"},
		{"DELETE", "/:/prefs", w.server.Token(), 404, "text/html"},
		{"GET", "/:/websockets/notifications", w.server.Token(), 400, "text/html"},
	} {
		r := w.pms(c.method, c.path, c.token)
		if r.StatusCode != c.status || r.Header.Get("Content-Type") != c.kind {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, r.StatusCode, r.Header.Get("Content-Type"), c.status, c.kind)
		}
		if r.Header.Get("X-Plex-Protocol") != "1.0" || r.Header.Get("Cache-Control") != "no-cache" || r.Header.Get("Keep-Alive") != "timeout=20" {
			t.Errorf("%s %s: headers %v", c.method, c.path, r.Header)
		}
		if c.status == 401 && !strings.Contains(string(r.body), "<h1>401 Unauthorized</h1>") {
			t.Errorf("%s: %s", c.path, r.body)
		}
	}
}

func TestWebRedirectsToWhatTheClientCalledTheServer(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct{ scheme, path, want string }{
		{"https", "/web", "https://plex.attic-films.com/web/index.html"},
		{"http", "/web/", "http://plex.attic-films.com/web/index.html"},
	} {
		r := w.do("GET", c.scheme+"://"+w.server.Addr()+c.path, header{"Host": "plex.attic-films.com"}, nil)
		if r.StatusCode != http.StatusMovedPermanently || r.Header.Get("Location") != c.want {
			t.Errorf("%d %s", r.StatusCode, r.Header.Get("Location"))
		}
	}
}

func TestRootDescribesTheServer(t *testing.T) {
	w := newWorld(t, func(c *plex.ServerConfig) { c.Prefs = map[string]string{"PublishServerOnPlexOnlineKey": "1"} })
	var got struct{ MediaContainer map[string]any }
	w.pms("GET", "/", w.server.Token()).json(t, &got)
	for name, want := range map[string]any{
		"friendlyName": "Attic", "myPlex": true, "myPlexSigninState": "ok", "myPlexMappingState": "mapped",
		"myPlexSubscription": true, "certificate": true, "machineIdentifier": w.server.MachineIdentifier(),
	} {
		if got.MediaContainer[name] != want {
			t.Errorf("%s: %v, want %v", name, got.MediaContainer[name], want)
		}
	}
}

func TestAccountHasItsOwnEnvelopeAndTheCanary(t *testing.T) {
	w := newWorld(t, func(c *plex.ServerConfig) { c.AccountToken = "canary-account-token" })
	var got struct{ MyPlex map[string]string }
	w.pms("GET", "/myplex/account", w.server.Token()).json(t, &got)
	if got.MyPlex["authToken"] != "canary-account-token" || w.server.AccountToken() != "canary-account-token" {
		t.Errorf("%v", got)
	}
	if got.MyPlex["mappingState"] != "unknown" || got.MyPlex["signInState"] != "ok" || got.MyPlex["subscriptionActive"] != "1" {
		t.Errorf("%v", got)
	}
	var tree struct {
		XMLName  struct{} `xml:"MyPlex"`
		Username string   `xml:"username,attr"`
	}
	w.do("GET", w.server.URL()+"/myplex/account", header{"X-Plex-Token": w.server.Token()}, nil).xml(t, &tree)
	if tree.Username != w.tv.Owner().Email {
		t.Errorf("%+v", tree)
	}
}

func TestSessions(t *testing.T) {
	w := newWorld(t, nil)
	w.server.SetSessions([]plex.Session{{
		Title: "The Attic", User: "Robin", Product: "Plex for iOS", Address: "198.51.100.4", RemotePublicAddress: "198.51.100.4",
		Secure: true, Location: "wan", Bandwidth: 8000,
	}})
	var got struct {
		MediaContainer struct {
			Size     int
			Metadata []struct {
				Title  string
				Player struct {
					Local               bool
					RemotePublicAddress string
				}
				Session struct {
					Location  string
					Bandwidth int
				}
			}
		}
	}
	w.pms("GET", "/status/sessions", w.server.Token()).json(t, &got)
	if got.MediaContainer.Size != 1 || len(got.MediaContainer.Metadata) != 1 {
		t.Fatalf("%+v", got)
	}
	one := got.MediaContainer.Metadata[0]
	if one.Session.Location != "wan" || one.Session.Bandwidth != 8000 || one.Player.Local || one.Player.RemotePublicAddress != "198.51.100.4" {
		t.Errorf("%+v", one)
	}
}

func TestConfigurationIsRefused(t *testing.T) {
	for name, cfg := range map[string]plex.ServerConfig{
		"no directory":       {},
		"every network":      {Dir: t.TempDir(), Addr: "0.0.0.0:0"},
		"discovery outside":  {Dir: t.TempDir(), GDMAddr: "192.0.2.1:32414"},
		"unknown preference": {Dir: t.TempDir(), Prefs: map[string]string{"foo": "1"}},
		"no port":            {Dir: t.TempDir(), Addr: "127.0.0.1"},
	} {
		if server, err := plex.StartServer(cfg); err == nil {
			t.Errorf("%s: started", name)
			must(t, server.Close())
		}
	}
	if tv, err := plex.StartPlexTV(plex.Config{Addr: "0.0.0.0:0"}); err == nil {
		t.Error("plex.tv on every network started")
		must(t, tv.Close())
	}
}

func TestWrapSeesEveryCall(t *testing.T) {
	var seen []string
	note := func(name string) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				seen = append(seen, name+r.URL.Path)
				next.ServeHTTP(rw, r)
			})
		}
	}
	tv, err := plex.StartPlexTV(plex.Config{Wrap: note("tv")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, tv.Close()) })
	w := &world{t: t, tv: tv, client: newClient(t)}
	w.server = startServer(t, plex.ServerConfig{Dir: t.TempDir(), PlexTV: tv, Wrap: note("server")})
	w.pms("GET", "/identity", "")
	w.plexTV("GET", "/api/v2/user", w.server.Token())
	if got := strings.Join(seen, " "); got != "server/identity tv/api/v2/user" {
		t.Errorf("seen %q", got)
	}
}

func TestServerWithoutPlexTV(t *testing.T) {
	w := &world{t: t, client: newClient(t)}
	w.server = startServer(t, plex.ServerConfig{Dir: t.TempDir(), FriendlyName: "Loft"})
	for token, status := range map[string]int{w.server.Token(): 200, w.server.LocalAdminToken(): 200, w.server.AccountToken(): 401} {
		if r := w.pms("PUT", "/:/prefs?FriendlyName=Loft+2", token); r.StatusCode != status {
			t.Errorf("%d, want %d", r.StatusCode, status)
		}
	}
	if w.server.Preference("FriendlyName") != "Loft 2" {
		t.Error("not set")
	}
}

// The page loads a file that Cloudflare would keep, as Plex Web does.
func TestWebPageHasAScript(t *testing.T) {
	w := newWorld(t, nil)
	page := string(w.pms("GET", "/web/index.html", "").body)
	_, rest, found := strings.Cut(page, `<script src="`)
	name, _, _ := strings.Cut(rest, `"`)
	if !found {
		t.Fatal(page)
	}
	r := w.pms("GET", "/web/"+name, "")
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "application/javascript" || !strings.Contains(r.Header.Get("Cache-Control"), "max-age") || len(r.body) < 50<<10 {
		t.Errorf("%s: %d, %v, %d bytes", name, r.StatusCode, r.Header, len(r.body))
	}
}

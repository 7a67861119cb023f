package plex

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	simplex "example.test/wizard/sim/plex"
	"example.test/wizard/steps"
)

// A server that listens elsewhere than usual is found by Plex's own discovery.
func TestFindByDiscovery(t *testing.T) {
	server, err := simplex.StartServer(simplex.ServerConfig{Dir: t.TempDir(), GDMAddr: "127.0.0.1:0", StartupTime: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}()
	closed := freePort(t)
	c, err := New(Config{GDM: []string{server.GDMAddr()}, DataDirs: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.usual, c.own = []string{closed}, func() []netip.Addr { return nil }
	list, err := c.Find(t.Context(), "")
	if err != nil || len(list) != 1 || list[0].Origin != "https://"+server.Addr() || list[0].State != "ok" {
		t.Errorf("Find = %+v, %v; want the server at %s", list, err, server.Addr())
	}
	if err := server.SetPreferences(map[string]string{"GdmEnabled": "0"}); err != nil {
		t.Fatal(err)
	}
	if list, err = c.Find(t.Context(), ""); err != nil || len(list) != 1 || list[0].State != "none" {
		t.Errorf("without discovery: Find = %+v, %v; want none", list, err)
	}
}

// freePort is an address where nothing listens.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func TestParseHeard(t *testing.T) {
	from := netip.MustParseAddr("192.168.1.7")
	ok := "HTTP/1.0 200 OK\r\nContent-Type: plex/media-server\r\nName: At\ttic\r\nPort: 32400\r\n\r\n"
	got, found := parseHeard(ok, from)
	if !found || got.at != "192.168.1.7:32400" || strings.ContainsAny(got.name, "\t") {
		t.Errorf("heard %+v, %v", got, found)
	}
	for name, packet := range map[string]string{
		"empty":      "",
		"noise":      "\x00\x01\x02",
		"a request":  "M-SEARCH * HTTP/1.0\r\n\r\n",
		"a player":   strings.Replace(ok, "media-server", "media-player", 1),
		"no port":    strings.Replace(ok, "32400", "0", 1),
		"large port": strings.Replace(ok, "32400", "324000", 1),
		"an error":   strings.Replace(ok, "200 OK", "404 No", 1),
	} {
		if got, found := parseHeard(packet, from); found {
			t.Errorf("%s: heard %+v", name, got)
		}
	}
}

func TestReasonOf(t *testing.T) {
	for err, want := range map[error]string{
		&fs.PathError{Op: "open", Err: fs.ErrPermission}: "permission-denied",
		&fs.PathError{Op: "stat", Err: fs.ErrNotExist}:   "not-installed",
		errors.New("disk on fire"):                       "parse-error",
	} {
		if got := reasonOf(err); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
	denied, none := stored{reason: reasonDenied, path: "a"}, stored{reason: reasonNone, path: "b"}
	if got := worse(worse(none, denied), stored{reason: reasonSignIn}); got.path != "a" {
		t.Errorf("the reason to show is %+v, want the permission", got)
	}
}

func TestStoredTokenFits(t *testing.T) {
	own := []netip.Addr{netip.MustParseAddr("192.168.1.2")}
	for _, c := range []struct {
		p      stored
		origin string
		want   bool
	}{
		{stored{server: "id"}, "https://192.168.1.9:32400", true},
		{stored{server: "other"}, "https://127.0.0.1:32400", false},
		{stored{}, "https://127.0.0.1:32400", true},
		{stored{}, "http://localhost:32400", true},
		{stored{}, "https://[::1]:32400", true},
		{stored{}, "https://192.168.1.2:32400", true},
		{stored{}, "https://192.168.1.9:32400", false},
		{stored{}, "https://nas.local:32400", false},
		{stored{given: true}, "https://nas.local:32400", true},
	} {
		if got := c.p.fits(steps.PlexFound{Origin: c.origin, ID: "id"}, own); got != c.want {
			t.Errorf("%+v at %s: %v, want %v", c.p, c.origin, got, c.want)
		}
	}
}

// Registry and plist come after Preferences.xml, whose copy is the fresher one.
func TestNativeTokenIsTriedAfterTheFile(t *testing.T) {
	server, err := simplex.StartServer(simplex.ServerConfig{Dir: t.TempDir(), StartupTime: -1, Token: "native-token"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}()
	c, err := New(Config{Address: server.URL(), DataDirs: []string{t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := steps.PlexFound{Origin: server.URL(), ID: server.MachineIdentifier()}
	c.native = func() (steps.Secret, string, error) { return steps.Secret{}, "registry", fs.ErrPermission }
	if got, err := c.Token(t.Context(), s); err != nil || got.Have || got.Reason != "permission-denied" || got.From != "registry" {
		t.Errorf("Token = %+v, %v", got, err)
	}
	c.native = func() (steps.Secret, string, error) { return steps.NewSecret("native-token"), "registry", nil }
	if got, err := c.Token(t.Context(), s); err != nil || !got.Have || got.From != "registry" {
		t.Errorf("Token = %+v, %v", got, err)
	}
	c.dataDirs = []string{server.DataDir()}
	c.forget(s.ID)
	if got, err := c.Token(t.Context(), s); err != nil || got.From != "Preferences.xml" {
		t.Errorf("Token = %+v, %v", got, err)
	}
}

// A read goes to the second host when the first has trouble; a write does not,
// because the first may have carried it out.
func TestSecondHostOfPlexTV(t *testing.T) {
	type call struct{ host, method string }
	var calls []call
	serve := func(name string, status int, body string) string {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			calls = append(calls, call{name, r.Method})
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}))
		t.Cleanup(srv.Close)
		return srv.URL
	}
	sick := serve("sick", http.StatusBadGateway, "<h1>Bad gateway</h1>")
	well := serve("well", http.StatusOK, `{"id":1,"code":"abc","expiresIn":60}`)
	for name, c := range map[string]struct {
		hosts  []string
		method string
		want   []call
		fails  bool
	}{
		"a read":                         {[]string{sick, well}, "GET", []call{{"sick", "GET"}, {"well", "GET"}}, false},
		"a write":                        {[]string{sick, well}, "POST", []call{{"sick", "POST"}}, true},
		"a write that could not be sent": {[]string{"http://" + freePort(t), well}, "POST", []call{{"well", "POST"}}, false},
		"both sick":                      {[]string{sick, sick}, "GET", []call{{"sick", "GET"}, {"sick", "GET"}}, true},
	} {
		calls = nil
		client, err := New(Config{ClientID: "x"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.askTV(t.Context(), c.method, "/api/v2/pins", steps.Secret{}, c.hosts)
		client.Close()
		if fmt.Sprint(calls) != fmt.Sprint(c.want) || (err != nil) != c.fails {
			t.Errorf("%s: calls %v, %v; want %v", name, calls, err, c.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	const date = "Sun, 22 Nov 2026 12:00:00 GMT"
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-1": 0, "86400": 5 * time.Minute, "99999999999999999999": 5 * time.Minute, "soon": 0,
		"Sun, 22 Nov 2026 12:00:30 GMT": 30 * time.Second, "Sun, 22 Nov 2026 11:00:00 GMT": 0,
	} {
		a := answer{header: http.Header{"Retry-After": {value}, "Date": {date}}}
		if got := a.retryAfter(); got != want {
			t.Errorf("Retry-After %q: %v, want %v", value, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for body, want := range map[string]string{
		"<html><head><title>Unauthorized</title></head>\n<body><h1>401 Unauthorized</h1></body></html>": "Unauthorized 401 Unauthorized",
		"cannot set preference value for unknown preference foo":                                        "cannot set preference value for unknown preference foo",
		"no such token: canary-1 <broken":                                                               "no such token: •••••••• <broken",
		strings.Repeat("ä", 150):                                                                        strings.Repeat("ä", 100) + "…",
	} {
		if got := (answer{body: []byte(body)}).words("canary-1", ""); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}

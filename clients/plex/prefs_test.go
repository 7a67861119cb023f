package plex_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.test/wizard/clients/plex"
	simplex "example.test/wizard/sim/plex"
	"example.test/wizard/steps"
)

func TestDetails(t *testing.T) {
	w := newWorld(t, nil)
	d, err := w.Details(t.Context(), w.found())
	if err != nil {
		t.Fatal(err)
	}
	if d.Name != "Attic" || d.Version == "" || !d.SignedIn || !d.Pass || d.Username == "" || d.Mapping == "" || d.Source != w.server.Addr() {
		t.Errorf("details are %+v", d)
	}
	noCanary(t, d, w.Client)

	must(t, w.server.SetMood(simplex.Mood{SignedOut: true}))
	if d, err = w.Details(t.Context(), w.found()); err != nil || d.SignedIn {
		t.Errorf("after signing out: %+v, %v", d, err)
	}
}

// /myplex/account holds the owner's token, whatever shape it has today.
func TestDetailsNeverRepeatTheAccount(t *testing.T) {
	for name, body := range map[string]string{
		"JSON cut":  `{"MyPlex":{"authToken":"canary-abc","username":"m`,
		"XML":       `<MyPlex authToken="canary-abc" username="morgan" mappingState="mapped" publicPort="32400"/>`,
		"odd types": `{"MyPlex":{"authToken":"canary-abc","username":["canary-abc"]}}`,
		"refusal":   "",
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(&handler{id: "id", f: func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path != "/myplex/account":
					fmt.Fprint(w, `{"MediaContainer":{"friendlyName":"Attic","myPlexSubscription":1,"myPlexSigninState":"ok"}}`)
				case body == "":
					w.WriteHeader(http.StatusInternalServerError)
					fmt.Fprint(w, "cannot reach plex.tv with canary-abc")
				default:
					fmt.Fprint(w, body)
				}
			}})
			defer srv.Close()
			w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.Token = secret("canary-env") })
			d, err := w.Details(t.Context(), steps.PlexFound{Origin: srv.URL, ID: "id"})
			noCanary(t, d, w.Client)
			if name == "XML" {
				if err != nil || d.Username != "morgan" || d.Mapping != "mapped" || d.PublicPort != "32400" || !d.Pass {
					t.Errorf("details are %+v, %v", d, err)
				}
				return
			}
			if err == nil {
				t.Error("no error")
			}
			noCanary(t, err)
		})
	}
}

func TestPrefs(t *testing.T) {
	w := newWorld(t, func(sc *simplex.ServerConfig, _ *plex.Config) {
		sc.NoLanNetworks = true
		sc.Prefs = map[string]string{"customConnections": "https://attic.lan:32400"}
	})
	s := w.found()
	for name, c := range map[string]struct {
		ids  []string
		want map[string]string
	}{
		"one":         {[]string{"RelayEnabled"}, map[string]string{"RelayEnabled": "1"}},
		"one unknown": {[]string{"LanNetworksBandwidth"}, map[string]string{}},
		"several, a hidden one too": {
			[]string{"RelayEnabled", "customConnections", "LanNetworksBandwidth", "PublishServerOnPlexOnlineKey", "secureConnections"},
			map[string]string{"RelayEnabled": "1", "customConnections": "https://attic.lan:32400", "PublishServerOnPlexOnlineKey": w.server.Preference("PublishServerOnPlexOnlineKey"), "secureConnections": "1"},
		},
	} {
		got, err := w.Prefs(t.Context(), s, c.ids...)
		if err != nil || !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, c.want)
		}
	}
	all, err := w.Prefs(t.Context(), s)
	if err != nil || len(all) < 15 || all["customConnections"] != "https://attic.lan:32400" {
		t.Errorf("all: %v, %v", all, err)
	}
}

func TestPrefsReadsXML(t *testing.T) {
	srv := httptest.NewServer(&handler{id: "id", f: func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<MediaContainer size="3"><Setting id="RelayEnabled" type="bool" value="true"/><Setting id="GdmEnabled" type="bool" value="0"/><Setting id="FriendlyName" type="text" value="true"/></MediaContainer>`)
	}})
	defer srv.Close()
	w := newWorld(t, nil)
	got, err := w.Prefs(t.Context(), steps.PlexFound{Origin: srv.URL, ID: "id"})
	if err == nil {
		t.Fatalf("the server of another id took our token: %v", got)
	}
	cfg := w.cfg
	cfg.Token = secret("canary-env")
	got, err = w.another(cfg).Prefs(t.Context(), steps.PlexFound{Origin: srv.URL, ID: "id"})
	want := map[string]string{"RelayEnabled": "1", "GdmEnabled": "0", "FriendlyName": "true"}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("Prefs = %v, %v; want %v", got, err, want)
	}
}

func TestSetPrefs(t *testing.T) {
	w := newWorld(t, nil)
	s := w.found()
	want := map[string]string{
		"customConnections": "https://storeroom-parachute.example.com:443,https://attic.lan:32400",
		"FriendlyName":      "Ä b+c & d=1 #2, 100%",
		"RelayEnabled":      "0",
	}
	must(t, w.SetPrefs(t.Context(), s, want))
	for id, value := range want {
		if got := w.server.Preference(id); got != value {
			t.Errorf("%s is %q, want %q", id, got, value)
		}
	}
	if n := w.server.Writes(); n != 1 {
		t.Errorf("%d writes, want one for all", n)
	}

	e := refused(t, w.SetPrefs(t.Context(), s, map[string]string{"foo": "1", "RelayEnabled": "1"}), "Plex", http.StatusBadRequest)
	if !strings.Contains(e.Message, "unknown preference foo") || e.Unclear {
		t.Errorf("refusal is %+v", e)
	}
	if got := w.server.Preference("RelayEnabled"); got != "0" {
		t.Errorf("RelayEnabled is %q after a refusal", got)
	}
	must(t, w.SetPrefs(t.Context(), s, nil))
	if n := w.server.Writes(); n != 1 {
		t.Errorf("%d writes; the refused and the empty one must not count", n)
	}
	must(t, w.RefreshReachability(t.Context(), s))
	if n := w.server.Writes(); n != 2 {
		t.Errorf("%d writes after the refresh, want 2", n)
	}
}

// A blank in a query is a plus sign to some and a blank to others; %20 is a
// blank to all.
func TestSetPrefsWritesBlanksAsPercent20(t *testing.T) {
	query := make(chan string, 1)
	srv := httptest.NewServer(&handler{id: "id", f: func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			query <- r.URL.RawQuery
		}
	}})
	defer srv.Close()
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.Token = secret("canary-env") })
	must(t, w.SetPrefs(t.Context(), steps.PlexFound{Origin: srv.URL, ID: "id"}, map[string]string{"a": "b c+d"}))
	if got := <-query; got != "a=b%20c%2Bd" {
		t.Errorf("query is %q", got)
	}
}

func TestWriteOfUnknownFateSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		f       http.HandlerFunc
		unclear bool
	}{
		"reply lost": {func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }, true},
		"500":        {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, true},
		"403": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, "<html><head><title>Forbidden</title></head><body><h1>403 Forbidden</h1> canary-env</body></html>")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			writes := 0
			srv := httptest.NewServer(&handler{id: "id", f: func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPut {
					writes++
					c.f(w, r)
				}
			}})
			w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.Token = secret("canary-env") })
			err := w.SetPrefs(t.Context(), steps.PlexFound{Origin: srv.URL, ID: "id"}, map[string]string{"customConnections": "https://x:443"})
			srv.Close()
			e, ok := errors.AsType[*steps.ServiceError](err)
			if !ok || e.Unclear != c.unclear || e.Call != "PUT /:/prefs" {
				t.Errorf("got %+v (%v), want unclear %v", e, err, c.unclear)
			}
			noCanary(t, err)
			if strings.Contains(err.Error(), "customConnections") {
				t.Errorf("the error repeats the query: %v", err)
			}
			if writes != 1 {
				t.Errorf("%d writes, want one", writes)
			}
		})
	}
}

func TestOpen(t *testing.T) {
	w := newWorld(t, nil)
	s := w.found()
	if open, err := w.Open(t.Context(), s); open || err != nil {
		t.Errorf("Open = %v, %v; want a closed door", open, err)
	}
	must(t, w.server.SetPreferences(map[string]string{"allowedNetworks": "127.0.0.0/8"}))
	if open, err := w.Open(t.Context(), s); !open || err != nil {
		t.Errorf("with loopback exempt: Open = %v, %v; want an open door", open, err)
	}
	must(t, w.server.SetMood(simplex.Mood{Maintenance: 3}))
	if _, err := w.Open(t.Context(), s); err == nil {
		t.Error("a server that is starting proves nothing, and there is no error")
	}
}

func TestSessions(t *testing.T) {
	w := newWorld(t, nil)
	w.server.SetSessions([]simplex.Session{
		{Title: "x", Product: "Plex for Android", Address: "198.51.100.4", RemotePublicAddress: "198.51.100.4", Location: "wan"},
		{Title: "y", Address: "192.168.1.9", Local: true, Location: "lan"},
	})
	got, err := w.Viewers(t.Context(), w.found())
	if err != nil || len(got) != 2 || got[0].Title != "x" || got[0].Location != "wan" || got[0].Local || got[0].Public != "198.51.100.4" || !got[1].Local || got[1].Location != "lan" {
		t.Errorf("Sessions = %+v, %v", got, err)
	}
}

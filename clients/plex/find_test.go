package plex_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.test/wizard/clients/plex"
	simplex "example.test/wizard/sim/plex"
	"example.test/wizard/steps"
)

func TestFindPrefersHTTPS(t *testing.T) {
	w := newWorld(t, nil)
	f := w.found()
	if f.State != "ok" || f.Origin != "https://"+w.server.Addr() || f.ID != w.server.MachineIdentifier() || !f.Claimed || f.HTTPOnly || f.Took <= 0 {
		t.Errorf("found %+v", f)
	}
	if f.At != w.clock.now() || f.Source != w.server.Addr() {
		t.Errorf("reading is %+v", f.Reading)
	}
}

func TestFindMoods(t *testing.T) {
	for name, c := range map[string]struct {
		mood simplex.Mood
		want steps.PlexFound
	}{
		"http only": {simplex.Mood{NoHTTPS: true}, steps.PlexFound{State: "ok", HTTPOnly: true, Claimed: true, Detail: "http only"}},
		"unclaimed": {simplex.Mood{Unclaimed: true}, steps.PlexFound{State: "ok"}},
		"starting":  {simplex.Mood{Maintenance: 2}, steps.PlexFound{State: "starting", Detail: "database migrations"}},
		"refusing":  {simplex.Mood{Refuse: true}, steps.PlexFound{State: "stopped", Start: "docker start plex", Detail: "installed here"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			must(t, w.server.SetMood(c.mood))
			got := w.found()
			if got.State != c.want.State || got.HTTPOnly != c.want.HTTPOnly || got.Claimed != c.want.Claimed || got.Start != c.want.Start || !strings.Contains(got.Detail, c.want.Detail) {
				t.Errorf("found %+v, want %+v", got, c.want)
			}
			if got.HTTPOnly && !strings.Contains(got.Detail, "EOF") && !strings.Contains(got.Detail, "reset") {
				t.Errorf("%q does not say why", got.Detail)
			}
			if got.HTTPOnly && got.Origin != "http://"+w.server.Addr() {
				t.Errorf("origin is %s", got.Origin)
			}
		})
	}
}

func TestFindNothingInstalled(t *testing.T) {
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.DataDirs = []string{} })
	must(t, w.server.Stop())
	if got := w.found(); got.State != "none" || got.Detail == "" || got.Start != "" {
		t.Errorf("found %+v, want none", got)
	}
	// Typed by a person, the same address is answered for in its own words.
	list, err := w.Find(t.Context(), w.server.Addr())
	if err != nil || len(list) != 1 || list[0].State != "none" || !strings.Contains(list[0].Detail, w.server.Addr()) {
		t.Errorf("Find(typed) = %+v, %v", list, err)
	}
}

// A data directory tells about this computer, not about another one.
func TestFindElsewhereDoesNotLookAtOurFolders(t *testing.T) {
	w := newWorld(t, nil)
	list, err := w.Find(t.Context(), "nobody.invalid")
	if err != nil || len(list) != 1 || list[0].State != "none" || list[0].Start != "" {
		t.Errorf("Find = %+v, %v; want none", list, err)
	}
}

func TestFindRefusesAddressesOutsideTheHome(t *testing.T) {
	w := newWorld(t, nil)
	for _, addr := range []string{"203.0.113.5", "http://169.254.169.254/latest/meta-data", "[fe80::1]:80", "0.0.0.0:80", "224.0.0.1", "[fd00:ec2::254]"} {
		list, err := w.Find(t.Context(), addr)
		if err != nil || len(list) != 1 || list[0].State != "refused" || !strings.Contains(list[0].Detail, "home network") {
			t.Errorf("Find(%q) = %+v, %v; want it refused", addr, list, err)
		}
	}
}

func TestFindWhatIsNotPlex(t *testing.T) {
	elsewhere := httptest.NewServer(&handler{id: "the-redirect-was-followed"})
	defer elsewhere.Close()
	for name, f := range map[string]http.HandlerFunc{
		"a web site":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html><p>Hello") },
		"other JSON":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"MediaContainer":{"size":0}}`) },
		"other XML":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `<Other machineIdentifier="x"/>`) },
		"sign-in":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"its own 503": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/identity", http.StatusFound)
		},
		"an endless body": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"MediaContainer":{"machineIdentifier":"endless"}}`, strings.Repeat(" ", 2<<20))
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(f)
			defer srv.Close()
			w := newWorld(t, nil)
			list, err := w.Find(t.Context(), srv.URL)
			if err != nil || len(list) != 1 || list[0].State == "ok" || list[0].State == "starting" || list[0].ID != "" {
				t.Errorf("Find = %+v, %v; want nothing", list, err)
			}
		})
	}
}

// Servers answer XML when they do not care for what was asked.
func TestFindReadsXML(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<?xml version="1.0"?><MediaContainer size="0" claimed="0" machineIdentifier="abc" version="1.40"/>`)
	}))
	defer srv.Close()
	w := newWorld(t, nil)
	list, err := w.Find(t.Context(), srv.URL)
	if err != nil || len(list) != 1 || list[0].ID != "abc" || list[0].Claimed || list[0].Version != "1.40" {
		t.Errorf("Find = %+v, %v", list, err)
	}
}

func TestNewRefusesPlexTVInTheClear(t *testing.T) {
	for _, base := range []string{"http://plex.example.com", "ftp://127.0.0.1", "://", "http://192.168.1.5:8080", "https://user:pw@plex.tv"} {
		if _, err := plex.New(plex.Config{PlexTV: base}); err == nil {
			t.Errorf("%q is taken; a token would travel there", base)
		}
	}
	if _, err := plex.New(plex.Config{Address: "ftp://127.0.0.1"}); err == nil {
		t.Error("an address without http is taken")
	}
}

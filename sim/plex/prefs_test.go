package plex_test

import (
	"encoding/xml"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.test/wizard/sim/plex"
)

type settingsAnswer struct {
	MediaContainer struct {
		Size    int
		Setting []struct {
			ID, Type, Group  string
			Value, Default   any
			Hidden, Advanced bool
		}
	}
}

func TestPrefsKeepTheirTypesInJSON(t *testing.T) {
	w := newWorld(t, nil)
	var got settingsAnswer
	w.pms("GET", "/:/prefs", w.server.Token()).json(t, &got)
	if n := len(got.MediaContainer.Setting); n < 25 || n != got.MediaContainer.Size {
		t.Errorf("%d settings, size %d", n, got.MediaContainer.Size)
	}
	values := map[string]any{}
	hidden := map[string]bool{}
	for _, one := range got.MediaContainer.Setting {
		values[one.ID], hidden[one.ID] = one.Value, one.Hidden
	}
	for id, want := range map[string]any{"RelayEnabled": true, "secureConnections": 1.0, "customConnections": "", "FriendlyName": "Attic", "ManualPortMappingPort": 32400.0} {
		if values[id] != want {
			t.Errorf("%s: %v (%T)", id, values[id], values[id])
		}
	}
	if !hidden["PublishServerOnPlexOnlineKey"] || !hidden["enableLocalSecurity"] || hidden["customConnections"] {
		t.Errorf("hidden: %v", hidden)
	}
	if r := w.do("GET", w.server.URL()+"/:/prefs", header{"X-Plex-Token": w.server.Token()}, nil); !strings.Contains(string(r.body), `id="RelayEnabled"`) || !strings.Contains(string(r.body), `value="1" hidden="0"`) {
		t.Errorf("XML: %s", r.body)
	}
}

func TestPutPrefs(t *testing.T) {
	for name, c := range map[string]struct {
		query  string
		status int
		text   string
		after  map[string]string
	}{
		"one":                      {"customConnections=https%3A%2F%2Fa.example%3A443%2Chttp%3A%2F%2Fb.lan%3A80", 200, "", map[string]string{"customConnections": "https://a.example:443,http://b.lan:80"}},
		"several":                  {"RelayEnabled=0&PublishServerOnPlexOnlineKey=true&WanPerUserStreamCount=3", 200, "", map[string]string{"RelayEnabled": "0", "PublishServerOnPlexOnlineKey": "1", "WanPerUserStreamCount": "3"}},
		"false":                    {"RelayEnabled=false", 200, "", map[string]string{"RelayEnabled": "0"}},
		"unknown":                  {"RelayEnabled=0&foo=1", 400, "cannot set preference value for unknown preference foo", map[string]string{"RelayEnabled": "1"}},
		"not a number":             {"secureConnections=often", 400, "not a number", map[string]string{"secureConnections": "1"}},
		"not a boolean":            {"EnableIPv6=2", 400, "not a boolean", map[string]string{"EnableIPv6": "0"}},
		"product is no preference": {"X-Plex-Product=x&RelayEnabled=0", 200, "", map[string]string{"RelayEnabled": "0"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			r := w.pms("PUT", "/:/prefs?"+c.query, w.server.Token())
			if r.StatusCode != c.status || !strings.Contains(string(r.body), c.text) || c.status == 200 && len(r.body) > 0 {
				t.Errorf("%d %q", r.StatusCode, r.body)
			}
			for id, want := range c.after {
				if got := w.server.Preference(id); got != want {
					t.Errorf("%s is %q, want %q", id, got, want)
				}
			}
			if writes := w.server.Writes(); (writes == 1) != (c.status == 200) {
				t.Errorf("%d writes", writes)
			}
		})
	}
}

func TestFileHoldsOnlyWhatDiffers(t *testing.T) {
	w := newWorld(t, nil)
	for value, want := range map[string]bool{"0": true, "1": false} {
		must(t, w.server.SetPreferences(map[string]string{"RelayEnabled": value}))
		if _, written := preferencesFile(t, w.server.DataDir())["RelayEnabled"]; written != want {
			t.Errorf("RelayEnabled=%s: written %v", value, written)
		}
	}
	if w.server.SetPreferences(map[string]string{"foo": "1"}) == nil || w.server.Writes() != 0 {
		t.Error("an unknown setting was taken, or the owner's change counts as a program's")
	}
}

func TestOnePref(t *testing.T) {
	w := newWorld(t, func(c *plex.ServerConfig) { c.NoLanNetworks = true })
	var got settingsAnswer
	w.pms("GET", "/:/prefs/get?id=RelayEnabled", w.server.Token()).json(t, &got)
	if len(got.MediaContainer.Setting) != 1 || got.MediaContainer.Setting[0].Value != true {
		t.Errorf("%+v", got)
	}
	if r := w.pms("GET", "/:/prefs/get?id=LanNetworksBandwidth", w.server.Token()); r.StatusCode != http.StatusNotFound {
		t.Errorf("a setting of older servers: %d", r.StatusCode)
	}
	if r := w.pms("PUT", "/:/prefs?LanNetworksBandwidth=10.0.0.0/8", w.server.Token()); r.StatusCode != http.StatusBadRequest {
		t.Errorf("writing it: %d", r.StatusCode)
	}
}

// preferencesFile reads the attributes that a program looking for a token sees.
func preferencesFile(t *testing.T, dir string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, "Preferences.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var root struct {
		XMLName xml.Name   `xml:"Preferences"`
		Attrs   []xml.Attr `xml:",any,attr"`
	}
	if err := xml.Unmarshal(content, &root); err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, a := range root.Attrs {
		values[a.Name.Local] = a.Value
	}
	return values
}

func TestPreferencesSurvive(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, func(c *plex.ServerConfig) { c.Dir, c.Token = dir, "server-token-1" })
	if r := w.pms("PUT", "/:/prefs?customConnections=https://a.example:443%26%22", w.server.Token()); r.StatusCode != 200 {
		t.Fatalf("%d", r.StatusCode)
	}
	file := preferencesFile(t, dir)
	if file["PlexOnlineToken"] != "server-token-1" || file["customConnections"] != `https://a.example:443&"` || file["ProcessedMachineIdentifier"] != w.server.MachineIdentifier() {
		t.Errorf("%v", file)
	}
	admin, err := os.Stat(filepath.Join(dir, ".LocalAdminToken"))
	if err != nil || admin.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", admin, err)
	}
	before := w.server.LocalAdminToken()
	must(t, w.server.Restart())
	if after := w.server.LocalAdminToken(); after == before || !strings.HasPrefix(after, "local-") {
		t.Errorf("local token %q after %q", after, before)
	}
	must(t, w.server.Close())

	again := startServer(t, plex.ServerConfig{Dir: dir, FriendlyName: "Other"})
	if again.Preference("customConnections") != `https://a.example:443&"` || again.Token() != "server-token-1" ||
		again.MachineIdentifier() != w.server.MachineIdentifier() || again.Preference("FriendlyName") != "Attic" || again.DataDir() != dir {
		t.Errorf("a new server on the same directory forgot something")
	}
}

func TestFileWrittenByHand(t *testing.T) {
	w := newWorld(t, nil)
	path := filepath.Join(w.server.DataDir(), "Preferences.xml")
	write := func(text string) { must(t, os.WriteFile(path, []byte(text), 0o600)) }
	hand := `<?xml version="1.0"?><Preferences MachineIdentifier="u" PlexOnlineToken="by-hand" RelayEnabled="0"/>`

	write(hand)
	must(t, w.server.Restart())
	if w.server.Preference("RelayEnabled") != "1" {
		t.Error("a file changed while Plex runs is rewritten at its exit")
	}
	must(t, w.server.Stop())
	write(hand)
	must(t, w.server.Start())
	if w.server.Preference("RelayEnabled") != "0" || w.server.Token() != "by-hand" {
		t.Error("a file changed while Plex is stopped is read at its start")
	}
	must(t, w.server.Stop())
	write(`<Preferences PlexOnlineToken=""/>`)
	must(t, w.server.Start())
	if !w.server.Mood().Unclaimed {
		t.Error("an empty token means nobody is signed in")
	}
	must(t, w.server.Stop())
	write(`<Preferences`)
	if err := w.server.Start(); err == nil {
		t.Error("started with half a file")
	}
}

func TestFullDisk(t *testing.T) {
	w := newWorld(t, func(c *plex.ServerConfig) { c.Dir = filepath.Join(t.TempDir(), "plex") })
	moved := w.server.DataDir() + "-moved"
	must(t, os.Rename(w.server.DataDir(), moved))
	if r := w.pms("PUT", "/:/prefs?RelayEnabled=0", w.server.Token()); r.StatusCode != 500 || w.server.Writes() != 0 {
		t.Errorf("%d, %d writes", r.StatusCode, w.server.Writes())
	}
	must(t, os.Rename(moved, w.server.DataDir()))
}

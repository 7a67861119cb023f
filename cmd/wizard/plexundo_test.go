package main

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"example.test/wizard/clients/plex"
	simplex "example.test/wizard/sim/plex"
	"example.test/wizard/steps"
)

// noConnector is a computer without one: the undo asks for it.
type noConnector struct{ steps.ConnectorHost }

func (noConnector) Status(context.Context) (steps.LocalConnector, error) {
	return steps.LocalConnector{}, nil
}

// works is a public address behind which Plex answers.
type works struct {
	steps.Visitor
	id string
}

func (v works) Get(context.Context, string, string, map[string]string) (steps.VisitAnswer, error) {
	return steps.VisitAnswer{Status: 200, Body: v.id}, nil
}

// Whatever a person had in the three settings that the wizard changes comes back
// to the letter: through the real client, over the wire, into the server's own
// file and back.
func TestPlexSettingsSurvive(t *testing.T) {
	dir := t.TempDir()
	server, err := simplex.StartServer(simplex.ServerConfig{Dir: dir, StartupTime: -1})
	must(t, err)
	t.Cleanup(func() { must(t, server.Close()) })
	client, err := plex.New(plex.Config{Address: server.URL(), DataDirs: []string{dir}})
	must(t, err)
	t.Cleanup(client.Close)
	now := time.Now
	step := &steps.PlexStep{Server: client, TV: client, Viewers: client, Addresses: client, Visitor: works{id: server.MachineIdentifier()}, Now: now, Pace: 1}
	gate := &steps.HostnameStep{Plex: client}

	values := []string{
		"", " ", ",", "http://a:1", "http://a:1,", ",http://a:1", "http://a:1, http://b:2 ,", "  http://a:1 ,,http://b:2", "https://sofa-lamp.example.com", "https://sofa-lamp.example.com:32400/, x",
		"https://SOFA-lamp.example.com:443/path", "http://[fd00::5]:32400", "http://a:1/?q=a+b&c=%20d#e;f", `"<quoted>" & 'said'`, "ünï×ødé 🛋", "a=b", "plus+plus", "100%", "%41", "tab\there", strings.Repeat("http://long.example:1,", 40),
	}
	for range 60 {
		values = append(values, odd(rand.IntN(40)))
	}
	for _, before := range values {
		must(t, server.SetPreferences(map[string]string{"customConnections": before, "RelayEnabled": "1", "PublishServerOnPlexOnlineKey": "1", "allowedNetworks": "127.0.0.1/8 ," + before}))
		s := steps.Settings{Installation: "abcd1234", Domain: "example.com", Subdomain: "sofa-lamp", PlexID: server.MachineIdentifier()}
		s.Plex.RelayOff, s.Plex.RemoteAccessOff = true, true
		for _, id := range []string{"set-url", "relay-off", "remote-off"} {
			s, err = step.Apply(t.Context(), s, steps.Action{ID: id})
			must(t, err)
		}
		s, err = gate.Apply(t.Context(), s, steps.Action{ID: "clear-allowed"})
		must(t, err)
		got := server.Preference("customConnections")
		if !strings.HasPrefix(got, "https://sofa-lamp.example.com:443") || server.Preference("RelayEnabled") != "0" || server.Preference("PublishServerOnPlexOnlineKey") != "0" || server.Preference("allowedNetworks") != "" {
			t.Fatalf("%q: nothing was changed: %q", before, got)
		}
		wanted := []string{"plex-url", "plex-RelayEnabled", "plex-PublishServerOnPlexOnlineKey", "plex-allowedNetworks"}
		undo := &steps.Undo{Plex: client, Host: noConnector{}, Wanted: func() []string { return wanted }, Now: now}
		f, err := undo.Inspect(t.Context(), s)
		must(t, err)
		if len(f.Plan()) != len(wanted) {
			t.Fatalf("%q: the plan has %d parts", before, len(f.Plan()))
		}
		for _, a := range f.Plan() {
			s, err = undo.Apply(t.Context(), s, a)
			must(t, err)
		}
		for id, want := range map[string]string{"customConnections": before, "RelayEnabled": "1", "PublishServerOnPlexOnlineKey": "1", "allowedNetworks": "127.0.0.1/8 ," + before} {
			if got := server.Preference(id); got != want {
				t.Errorf("%s was %q and is %q", id, want, got)
			}
		}
		if len(s.Plex.Before) != 0 {
			t.Errorf("still remembered: %v", s.Plex.Before)
		}
	}
}

// odd is a text such as a person's settings may hold.
func odd(n int) string {
	const parts = " ,,;:/?#&=+%<>'\"[]@!$()*\\|~abcXYZ019é×–"
	all := []rune(parts)
	var b strings.Builder
	for range n {
		b.WriteRune(all[rand.IntN(len(all))])
	}
	return b.String()
}

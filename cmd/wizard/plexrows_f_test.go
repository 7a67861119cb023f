package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"example.test/wizard/sim"
	"example.test/wizard/sim/plex"
)

// rowsBefore is what a person reads before they invest time.
func rowsBefore() []row {
	return []row{
		{"F3/Plex Pass, said on the first page", func(w *plexWorld) {
			w.shows("/before", `"You need Plex Pass, or each viewer needs Remote Watch Pass`, `"Attic has Plex Pass`)
		}},
		{"F3/no Plex Pass, said on the first page", func(w *plexWorld) {
			w.PlexTV.SetPass(false)
			w.shows("/before", `"Attic has no Plex Pass: browsing will work, playing will ask`)
			w.PlexTV.SetPass(true)
		}},
	}
}

// rowsOfPublishing is how the address comes to be known to apps (F8, F9).
func rowsOfPublishing() []row {
	return []row{
		{"F8/a URL without port, as in the guide", func(w *plexWorld) {
			must(w.t, w.Plex.SetPreferences(map[string]string{"customConnections": "http://192.168.1.5:32400, https://" + w.host() + " ,"}))
			w.Plex.SetPublishing(plex.PublishOnRefresh)
			w.apply("plex", "https://"+w.host()+":443", "http://192.168.1.5:32400", "yours, kept")
			w.shows("/steps/plex", is("published", "pass"), is("custom-url", "pass"), `"Plex knows its new address`)
			w.preference("customConnections", "https://"+w.host()+":443,http://192.168.1.5:32400")
		}},
		{"F8/the undo brings back what was there, to the letter", func(w *plexWorld) {
			w.undo("plex-url")
			w.preference("customConnections", "http://192.168.1.5:32400, https://"+w.host()+" ,")
		}},
		{"ladder/only a restart helps", func(w *plexWorld) {
			w.forgotten()
			w.Plex.SetPublishing(plex.PublishOnRestart)
			w.apply("plex", w.host())
			w.shows("/steps/plex", is("published", "fail"), `"Restart Plex Media Server`, `"docker restart plex`)
			must(w.t, w.Plex.Restart())
			w.shows("/steps/plex", is("published", "pass"))
		}},
		{"ladder/only turning Remote Access over helps", func(w *plexWorld) {
			w.forgotten()
			w.Plex.SetPublishing(plex.PublishOnToggle)
			w.apply("plex", w.host())
			w.shows("/steps/plex", is("published", "fail"), `"Turn Remote Access on and off again`)
			w.apply("plex", "may open a port of your router")
			w.shows("/steps/plex", is("published", "pass"))
			w.preference("PublishServerOnPlexOnlineKey", "0")
			w.Plex.SetPublishing(plex.PublishAtOnce)
		}},
		{"F9/Plex's own test says that it cannot be reached", func(w *plexWorld) {
			w.shows("/steps/plex", is("own-test", "pass"), `"at present: unknown`, `"Ignore it`, `"Not available outside your network`)
		}},
		{"F8/a wrong port at plex.tv is named", func(w *plexWorld) {
			w.Plex.SetPublishing(plex.PublishNever)
			must(w.t, w.Plex.SetPreferences(map[string]string{"customConnections": "https://" + w.host() + ":443"}))
			w.Plex.SetPublishing(plex.PublishAtOnce)
			must(w.t, w.Plex.SetPreferences(map[string]string{"customConnections": "https://" + w.host()}))
			w.shows("/steps/plex", `[data-card="plex-tv"]`, `"`+w.host()+"32400Remote", `form[action="/steps/plex/apply"]`)
			w.apply("plex", w.host()+":443")
			w.shows("/steps/plex", is("published", "pass"), `"`+w.host()+"443Remote")
		}},
	}
}

// rowsMet is what users meet when all is done (F).
func rowsMet() []row {
	session := func(s plex.Session, want ...string) func(*plexWorld) {
		return func(w *plexWorld) {
			w.Plex.SetSessions([]plex.Session{s})
			defer w.Plex.SetSessions(nil)
			w.shows("/steps/plex", want...)
		}
	}
	return []row{
		{"F2/nobody plays", func(w *plexWorld) {
			w.shows("/steps/plex", is("viewer", "skip"), `"play something on a phone with mobile data`)
		}},
		{"F2/on mobile data, counted as remote", session(plex.Session{Title: "Film", Product: "Plex for Android", Address: "198.51.100.4", RemotePublicAddress: "198.51.100.4", Location: "cellular"}, is("viewer", "pass"), `"comes from 198.51.100.4, and Plex counts it as cellular`)},
		{"F2/on mobile data, taken for one at home", session(plex.Session{Title: "Film", Product: "Plex for iOS", Address: "127.0.0.1", RemotePublicAddress: "198.51.100.4", Local: true, Location: "lan"}, is("viewer", "warn"), `"Limits for remote viewers do not work`)},
		{"F2/at home after all", session(plex.Session{Title: "Film", Address: "192.168.1.9", Local: true, Location: "lan"}, is("viewer", "skip"), `"plays at home`)},
		{"F3/no Plex Pass, said at step 7", func(w *plexWorld) {
			w.PlexTV.SetPass(false)
			w.shows("/steps/plex", is("plex-pass", "warn"), `"Needs a pass`, `"Browsing works without`)
			w.PlexTV.SetPass(true)
			w.shows("/steps/plex", is("plex-pass", "pass"))
		}},
		{"F4/no address at home is told", func(w *plexWorld) {
			must(w.t, w.Plex.SetMood(plex.Mood{NoLAN: true}))
			w.shows("/steps/plex", is("home-way", "warn"), `"host networking`, is("published", "pass"))
			must(w.t, w.Plex.SetMood(plex.Mood{}))
			w.shows("/steps/plex", is("home-way", "pass"))
		}},
		{"F5/Bot Fight Mode is on", func(w *plexWorld) {
			w.dashboard("PUT", "/zones/"+w.zone()+"/bot_management", map[string]any{"fight_mode": true})
			w.shows("/steps/security", is("bot-fight-mode", "fail"), `"Turn it off`, `"whole domain`)
			w.dashboard("PUT", "/zones/"+w.zone()+"/bot_management", map[string]any{"fight_mode": false})
			w.shows("/steps/security", is("bot-fight-mode", "pass"))
		}},
		{"F5/Under Attack mode challenges apps", func(w *plexWorld) {
			w.dashboard("PATCH", "/zones/"+w.zone()+"/settings/security_level", map[string]any{"value": "under_attack"})
			w.shows("/steps/url", is("cloudflare", "fail"), `"puzzle`)
			w.dashboard("PATCH", "/zones/"+w.zone()+"/settings/security_level", map[string]any{"value": "medium"})
			w.shows("/steps/url", is("cloudflare", "pass"))
		}},
		{"F10/Relay is used and not noticed", func(w *plexWorld) {
			session(plex.Session{Title: "Film", Product: "Roku", Address: "198.51.100.77", Location: "wan", Relayed: true}, is("viewer", "warn"), `"came over Plex Relay, which is slow`)(w)
			p := w.shows("/steps/plex", `[name="relay"][checked]`, `"if the tunnel is down, so is remote playback`)
			p.Find(`[name="relay"]`).RemoveAttr("checked")
			w.submit(p, `form[action="/steps/plex/choose"] button`, nil)
			w.apply("plex", "Turn Relay off")
			w.shows("/steps/plex", `[name="relay"]:not([checked])`, `[name="remote_access"]`)
			w.preference("RelayEnabled", "0")
			w.undo("plex-RelayEnabled")
			w.preference("RelayEnabled", "1")
		}},
		{"F15/only http answers at the origin", func(w *plexWorld) {
			must(w.t, w.Plex.SetMood(plex.Mood{NoHTTPS: true}))
			w.shows("/steps/url", is("origin", "fail"))
			w.shows("/steps/hostname", `"Without TLS`)
			w.apply("hostname", "http://"+w.Plex.Addr())
			w.shows("/steps/url", is("web", "pass"))
			must(w.t, w.Plex.SetMood(plex.Mood{}))
			w.apply("hostname", "https://"+w.Plex.Addr())
			w.shows("/steps/url", is("web", "pass"))
		}},
		{"F16/an Access application covers the address", func(w *plexWorld) {
			w.dashboard("POST", "/accounts/"+w.account()+"/access/organizations", map[string]any{"name": "Robin", "auth_domain": "robin"})
			app := w.dashboard("POST", "/accounts/"+w.account()+"/access/apps", map[string]any{"type": "self_hosted", "name": "lock", "domain": w.host()})
			w.shows("/steps/url", is("cloudflare", "fail"), `"sign-in page of Cloudflare Access`, `"Plex apps cannot pass it`)
			w.dashboard("DELETE", "/accounts/"+w.account()+"/access/apps/"+ids(w.t, app)[0], nil)
			w.shows("/steps/url", is("cloudflare", "pass"))
		}},
		{"F18/an old address is dead, another leads to another server", func(w *plexWorld) {
			second := secondServer(w, plex.ServerConfig{})
			was := w.Plex.Preference("customConnections")
			must(w.t, w.Plex.SetPreferences(map[string]string{"customConnections": was + ",http://127.0.0.1:1,http://" + second.Addr() + ",http://" + w.Plex.Addr()}))
			w.shows("/steps/plex", is("other-urls", "warn"), `"http://127.0.0.1:1 does not answer: the connection was refused`, `"http://`+second.Addr()+" leads to another server", `"http://`+w.Plex.Addr()+" answers")
			must(w.t, w.Plex.SetPreferences(map[string]string{"customConnections": was}))
		}},
		{"F18/the server was replaced by another", func(w *plexWorld) {
			must(w.t, w.Plex.SetMood(plex.Mood{OtherID: "after-a-reinstall"}))
			w.shows("/steps/plex", is("origin", "fail"), `"not the one that this address was made for`)
			must(w.t, w.Plex.SetMood(plex.Mood{}))
			w.shows("/steps/plex", is("origin", "pass"))
		}},
		{"F18/the undo offers our address", func(w *plexWorld) {
			w.shows("/undo", `[value="plex-url"]`, `"The line https://`+w.host()+":443 in Plex")
		}},
		{"G/claimed, and signed out of plex.tv", func(w *plexWorld) {
			must(w.t, w.Plex.SetMood(plex.Mood{SignedOut: true}))
			w.shows("/steps/plex", is("plex-account", "fail"), `"is signed out, so plex.tv tells no app about it`)
			must(w.t, w.Plex.SetMood(plex.Mood{}))
			w.shows("/steps/plex", is("plex-account", "pass"))
		}},
		{"G/503 at step 7, without an alarm", func(w *plexWorld) {
			must(w.t, w.Plex.SetMood(plex.Mood{Maintenance: 1000}))
			p := w.shows("/steps/plex", is("origin", "wait"))
			if p.Find(`[data-status="fail"]`).Length() > 0 {
				w.t.Error("a server that starts is shown as a fault")
			}
			must(w.t, w.Plex.SetMood(plex.Mood{}))
			w.shows("/steps/plex", is("published", "pass"))
		}},
	}
}

// rowsOfTheHole is F1 after everything was set up: a hole opens, and the way
// from outside is closed at once, without a yes.
func rowsOfTheHole() []row {
	routed := func(w *plexWorld) bool { return w.host() != "" }
	return []row{
		{"F1/a hole opens later, is closed, and everything comes back", func(w *plexWorld) {
			host := w.host()
			must(w.t, w.Plex.SetPreferences(map[string]string{"allowedNetworks": "127.0.0.0/8, 192.168.1.0/24"}))
			w.shows("/", `[data-step="hostname"][data-status="problem"]`)
			p := w.shows("/steps/hostname", is("signin", "fail"), `"127.0.0.0/8, 192.168.1.0/24`, `form[action="/steps/hostname/apply"]`, `"Empty Plex’s list of networks without sign-in`)
			w.shows("/steps/url", `"Taken down: Plex answered strangers without a sign-in`)
			if routed(w) {
				w.t.Error("the route is still there")
			}
			w.shows("/history", `"Take the route down`)
			if text := p.Find(".plan").Text(); strings.Contains(text, "route") {
				w.t.Errorf("a route is planned while strangers get in: %s", text)
			}
			// One click, and what the person had can be brought back.
			w.apply("hostname", "Empty Plex’s list")
			w.shows("/steps/hostname", is("signin", "pass"), `"Create a route in your tunnel`)
			w.preference("allowedNetworks", "")
			w.apply("hostname", host)
			w.shows("/steps/url", is("web", "pass"), is("signin", "pass"))
			w.shows("/undo", `[value="plex-allowedNetworks"]:not([checked])`, `"Lets strangers in`)
		}},
		{"F1/only a forged header would get in", func(w *plexWorld) {
			must(w.t, w.Plex.SetPreferences(map[string]string{"allowedNetworks": "198.51.100.0/24"}))
			w.shows("/steps/url", `"Taken down`)
			if routed(w) {
				w.t.Error("the route is still there")
			}
			must(w.t, w.Plex.SetPreferences(map[string]string{"allowedNetworks": ""}))
			w.apply("hostname", "Create a route")
			w.shows("/steps/url", is("signin", "pass"))
		}},
		{"F1/the server is given up by its owner", func(w *plexWorld) {
			must(w.t, w.Plex.SetMood(plex.Mood{Unclaimed: true}))
			w.shows("/steps/hostname", is("signin", "fail"), `"belongs to nobody`)
			w.shows("/steps/url", `"Taken down`)
			must(w.t, w.Plex.SetMood(plex.Mood{}))
			w.apply("hostname", "Create a route")
			w.shows("/steps/url", is("signin", "pass"))
		}},
		{"F1/found by a look from the terminal", func(w *plexWorld) {
			must(w.t, w.Plex.SetPreferences(map[string]string{"allowedNetworks": "127.0.0.1"}))
			w.stop()
			w.t.Setenv("CLOUDFLARE_API_TOKEN", sim.DemoToken)
			var code int
			var out, errs string
			found := func() bool { // on a busy computer one look may not end in time
				code, out, errs = call("wizard", "check", "-data", w.data(), "-world", w.dir+"/addresses.json")
				return code == exitAttention && strings.Contains(out, "127.0.0.1") && strings.Contains(out, "in without a sign-in")
			}
			if !eventually(w.t, found) {
				w.t.Errorf("code %d\n%s\n%s", code, out, errs)
			}
			must(w.t, w.Plex.SetPreferences(map[string]string{"allowedNetworks": ""}))
		}},
	}
}

// undo takes back one thing of the undo page.
func (w *plexWorld) undo(id string) {
	w.t.Helper()
	p := w.shows("/undo", `[value="`+id+`"]`)
	p.Find(`[name="remove"]`).Each(func(_ int, s *gq) { s.RemoveAttr("checked") })
	p.Find(`[value="`+id+`"]`).SetAttr("checked", "")
	p = w.submit(p, `form[action="/undo"] button`, nil)
	p = w.shows(p.At(), `form[action="/undo/apply"]`)
	w.submit(p, `form[action="/undo/apply"] button`, nil)
	w.gone("/undo", `[value="`+id+`"]`)
}

// forgotten makes Plex and plex.tv as they were before our address.
func (w *plexWorld) forgotten() {
	w.t.Helper()
	w.Plex.SetPublishing(plex.PublishAtOnce)
	must(w.t, w.Plex.SetPreferences(map[string]string{"customConnections": "http://192.168.1.5:32400"}))
	w.until("plex.tv forgets the address", func() bool {
		return !slices.ContainsFunc(w.PlexTV.Connections(w.Plex.MachineIdentifier()), func(c plex.Connection) bool { return c.Address == w.host() })
	})
	w.gone("/steps/plex", is("custom-url", "pass"))
}

func (w *plexWorld) dashboard(method, path string, body any) string {
	w.t.Helper()
	out, err := w.Cloudflare.Dashboard(method, path, body)
	must(w.t, err)
	return string(out)
}

func (w *plexWorld) zone() string {
	return ids(w.t, w.dashboard("GET", "/zones?name="+sim.DemoDomain, nil))[0]
}

func (w *plexWorld) account() string { return ids(w.t, w.dashboard("GET", "/accounts", nil))[0] }

// ids are those of a list, or of one object, as JSON.
func ids(t *testing.T, text string) (out []string) {
	t.Helper()
	type object struct{ ID string }
	var all []object
	if !strings.HasPrefix(text, "[") {
		text = "[" + text + "]"
	}
	must(t, json.Unmarshal([]byte(text), &all))
	for _, o := range all {
		out = append(out, o.ID)
	}
	return out
}

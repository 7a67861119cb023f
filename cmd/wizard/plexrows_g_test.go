package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"example.test/wizard/sim"
	"example.test/wizard/sim/plex"
)

// rowsOfFinding is the table "Finding Plex on the box" (G), at the step that
// needs it first.
func rowsOfFinding() []row {
	mood := func(m plex.Mood, want ...string) func(*plexWorld) {
		return func(w *plexWorld) {
			must(w.t, w.Plex.SetMood(m))
			defer w.calm()
			w.shows("/steps/hostname", want...)
		}
	}
	return []row{
		{"G/refused everywhere, data directory found", func(w *plexWorld) {
			must(w.t, w.Plex.Stop())
			w.shows("/steps/hostname", is("origin", "fail"), `"installed but not running`, `"docker start plex`, `#checks[hx-trigger]`)
			must(w.t, w.Plex.Start())
			w.shows("/steps/hostname", is("origin", "pass"), `form[action="/steps/hostname/apply"]`)
		}},
		{"G/503: it is starting", mood(plex.Mood{Maintenance: 1000}, is("origin", "wait"), `"Plex is starting, or updating its database`)},
		{"G/not claimed", func(w *plexWorld) {
			must(w.t, w.Plex.SetMood(plex.Mood{Unclaimed: true}))
			defer w.calm()
			p := w.shows("/steps/hostname", is("signin", "fail"), `"belongs to nobody`, `a[href="http://127.0.0.1:32400/web/index.html"]`)
			if p.Find(`form[action="/steps/hostname/apply"]`).Length() > 0 {
				w.t.Error("a route may be made to a server that belongs to nobody")
			}
		}},
		{"G/https fails, http works (F15)", mood(plex.Mood{NoHTTPS: true}, is("origin", "pass"), `"Without TLS, which is fine`, `"http://127.0.0.1:`)},
		{"F1/before the route", func(w *plexWorld) {
			for _, list := range []string{"127.0.0.1/8,192.168.1.0/24", "0.0.0.0/0", "203.0.113.0/24"} {
				must(w.t, w.Plex.SetPreferences(map[string]string{"allowedNetworks": list}))
				p := w.shows("/steps/hostname", is("signin", "fail"), `form[action="/steps/hostname/apply"]`, `"`+list)
				if text := p.Find(".plan").Text(); strings.Contains(text, "route") || !strings.Contains(text, "Empty Plex’s list") {
					w.t.Errorf("%s: the plan is %s", list, text)
				}
			}
			must(w.t, w.Plex.SetPreferences(map[string]string{"allowedNetworks": ""}))
		}},
		{"G/nothing found, an address is typed (other port)", func(w *plexWorld) {
			elsewhere(w, func(f *sim.File) { f.Plex, f.PlexData = "http://127.0.0.1:1", filepath.Join(emptyDir(w), "nothing") })
			p := w.shows("/steps/hostname", is("origin", "fail"), `"No Plex Media Server answers`, `"Run this wizard on the computer where Plex runs`, `details[open] [name="plex_address"]`)
			for typed, says := range map[string]string{
				"8.8.8.8": `"Only this computer and addresses in your home network are asked`, "169.254.169.254": `"home network`, "http://127.0.0.1:2": `"the connection was refused`,
			} {
				w.submit(p, "[data-next]", url.Values{"plex_address": {typed}})
				p = w.shows("/steps/hostname", is("origin", "fail"), says, `[name="plex_address"][value="`+typed+`"]`)
			}
			a := w.submit(p, "[data-next]", url.Values{"plex_address": {w.Plex.Addr()}})
			w.shows(a.At(), is("origin", "pass"), `"`+w.Plex.Addr(), `form[action="/steps/hostname/apply"]`)
			w.submit(w.get("/steps/hostname?part=address"), "[data-next]", url.Values{"plex_address": {""}})
		}},
		{"G/several servers answer", func(w *plexWorld) { chooseSecond(w, "1.43.4.10903-5d2e1f0aa", is("origin", "pass")) }},
		{"G/an old version", func(w *plexWorld) {
			chooseSecond(w, "1.40.2.8395-c67dce28e", is("origin", "warn"), `"Old version`, `"An update of Plex is worthwhile`)
		}},
	}
}

// chooseSecond lets a second server answer, chooses it, and goes back to the first.
func chooseSecond(w *plexWorld, version string, want ...string) {
	w.t.Helper()
	second := secondServer(w, plex.ServerConfig{FriendlyName: "Cellar", Version: version})
	elsewhere(w, func(f *sim.File) { f.Plex += "," + second.URL() })
	p := w.get("/steps/hostname")
	if p.Find(`input[name="plex_server"]`).Length() == 0 { // chosen by the row before
		p = w.get("/steps/hostname?part=server")
	}
	for _, one := range []string{second.MachineIdentifier(), w.Plex.MachineIdentifier(), "Version " + version, `input[name="plex_server"][value]`} {
		if p.lacks([]string{one}) != "" && p.lacks([]string{`"` + one}) != "" {
			w.t.Errorf("the choice has no %s: %s", one, p.words())
		}
	}
	w.submit(p, "[data-next]", url.Values{"plex_server": {second.MachineIdentifier()}})
	w.shows("/steps/hostname", append(want, `"`+second.URL(), `a[href="/steps/hostname?part=server"]`)...)
	w.submit(w.get("/steps/hostname?part=server"), "[data-next]", url.Values{"plex_server": {w.Plex.MachineIdentifier()}})
	w.shows("/steps/hostname", is("origin", "pass"), `"`+w.Plex.URL())
}

// rowsOfToken are the rows of G about the key, at step 7.
func rowsOfToken() []row {
	at := func(text string) func(w *plexWorld) string {
		return func(w *plexWorld) string {
			dir := emptyDir(w)
			must(w.t, os.WriteFile(filepath.Join(dir, "Preferences.xml"), []byte(strings.ReplaceAll(text, "ID", w.Plex.MachineIdentifier())), 0o600))
			return dir
		}
	}
	reads := func(dir func(*plexWorld) string, want ...string) func(*plexWorld) {
		return func(w *plexWorld) {
			elsewhere(w, func(f *sim.File) { f.PlexData = dir(w) })
			w.shows("/steps/plex", append(want, is("plex-token", "skip"), `button[value="signin"][data-next]`)...)
		}
	}
	return []row{
		{"token/not installed", reads(emptyDir, `"No key of Plex was found`)},
		{"token/not signed in", reads(at(`<Preferences ProcessedMachineIdentifier="ID" PlexOnlineToken=""/>`), `"is not signed in`)},
		{"token/parse error", reads(at(`<Preferences PlexOnlineToken="damaged-key-0815`), `"cannot be understood`)},
		{"token/permission denied", func(w *plexWorld) {
			if os.Geteuid() == 0 {
				w.t.Skip("root may read everything; clients/plex runs its test as nobody, and the words are held by TestReadKey and TestPlexFinding")
			}
			dir := at(`<Preferences ProcessedMachineIdentifier="ID" PlexOnlineToken="hidden-key-0815"/>`)(w)
			must(w.t, os.Chmod(filepath.Join(dir, "Preferences.xml"), 0))
			reads(func(*plexWorld) string { return dir }, `"may not read`, `"sudo sed -n`)(w)
		}},
		{"G/token refused: a stale one", reads(at(`<Preferences ProcessedMachineIdentifier="ID" PlexOnlineToken="stale-key-0815"/>`), `"Plex does not take it`)},
		{"G/token refused: the key is pasted instead", func(w *plexWorld) {
			p := w.submit(w.get("/steps/plex"), `button[value="key"]`, url.Values{"token": {"wrong-key-0815"}})
			if p.Status != 422 || !strings.Contains(p.words(), "Plex does not take this key") || strings.Contains(string(p.Body), "wrong-key-0815") {
				w.t.Errorf("a wrong key gives %d: %s", p.Status, p.words())
			}
			w.submit(w.get("/steps/plex"), `button[value="key"]`, url.Values{"token": {w.Plex.Token()}})
			p = w.shows("/steps/plex", is("plex-token", "pass"), `"With the key that you pasted`)
			if strings.Contains(string(p.Body), w.Plex.Token()) {
				w.t.Error("the key is on the page")
			}
		}},
		{"G/token refused: signed in as somebody else, then as the owner", func(w *plexWorld) {
			reads(emptyDir, `"No key of Plex`)(w)
			w.signIn("robin")
			w.shows("/steps/plex", is("plex-token", "skip"), `"this server belongs to Morgan`, `button[value="signin"]`)
			w.signIn("morgan")
			w.shows("/steps/plex", is("plex-token", "pass"), `"With your sign-in at plex.tv`)
			// It is given back on the last page, with plex.tv's word for it.
			writes := w.PlexTV.Writes()
			w.submit(w.shows("/summary", `form[action="/plex/signout"]`), `form[action="/plex/signout"] button`, nil)
			w.shows("/steps/plex", is("plex-token", "skip"))
			if w.PlexTV.Writes() != writes+2 { // that of the other account too
				w.t.Errorf("%d sign-outs", w.PlexTV.Writes()-writes)
			}
		}},
		{"token/one that is good only on this computer", func(w *plexWorld) {
			elsewhere(w, func(f *sim.File) {
				f.PlexData = emptyDir(w)
				must(w.t, os.WriteFile(filepath.Join(f.PlexData, ".LocalAdminToken"), []byte(w.Plex.LocalAdminToken()), 0o600))
			})
			p := w.shows("/steps/plex", is("plex-token", "skip"), `"is good on this computer only`, `button[value="signin"][data-next]`)
			if strings.Contains(p.words(), "Restart Plex") {
				w.t.Error("a restart would not help")
			}
			w.signIn("morgan")
			w.shows("/steps/plex", is("plex-token", "pass"), is("published", "pass"), is("through", "pass"), `"lets in an app that is signed in`)
			w.submit(w.get("/summary"), `form[action="/plex/signout"] button`, nil)
			w.shows("/steps/plex", is("plex-token", "skip"))
		}},
		{"token/the sign-in is given back when the program ends", func(w *plexWorld) {
			w.signIn("morgan")
			w.shows("/steps/plex", is("plex-token", "pass"))
			writes := w.PlexTV.Writes()
			w.stop()
			if w.PlexTV.Writes() != writes+1 {
				w.t.Errorf("%d sign-outs", w.PlexTV.Writes()-writes)
			}
		}},
	}
}

// signIn goes through the sign-in at plex.tv as the person of that name.
func (w *plexWorld) signIn(who string) { w.signInAt("/steps/plex", who) }

func (w *plexWorld) signInAt(page, who string) {
	w.t.Helper()
	p := w.submit(w.shows(page, `button[value="signin"]`), `button[value="signin"]`, nil)
	p = w.shows(p.At(), `a[data-next][target="_blank"]`, `"Waiting for you to allow it`, `"The link works until`)
	u, err := url.Parse(p.Find("a[data-next]").AttrOr("href", ""))
	must(w.t, err)
	v, err := url.ParseQuery(strings.TrimPrefix(u.Fragment, "?"))
	must(w.t, err)
	must(w.t, w.PlexTV.Allow(v.Get("code"), who))
}

func emptyDir(w *plexWorld) string { return w.t.TempDir() }

// secondServer is another Plex of the same owner on this computer.
func secondServer(w *plexWorld, c plex.ServerConfig) *plex.Server {
	w.t.Helper()
	c.Dir, c.PlexTV, c.StartupTime = w.t.TempDir(), w.PlexTV, -1
	s, err := plex.StartServer(c)
	must(w.t, err)
	w.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			w.t.Error(err)
		}
		for _, v := range s.Violations() {
			w.t.Error(fmt.Errorf("violation: %s", v))
		}
	})
	return s
}

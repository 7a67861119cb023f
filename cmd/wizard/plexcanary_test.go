package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.test/wizard/sim"
	"example.test/wizard/steps"
)

// secrets are Plex's: the server's own key of Preferences.xml, the one of its
// administrator file, the owner's that /myplex/account gives away, and every one
// that plex.tv has issued for a sign-in.
func (w *plexWorld) secrets() []string {
	out := []string{w.Plex.Token(), w.Plex.LocalAdminToken(), w.Plex.AccountToken()}
	var tv struct{ Tokens map[string]any }
	b, err := w.PlexTV.Snapshot()
	if err == nil {
		err = json.Unmarshal(b, &tv)
	}
	if err != nil {
		w.t.Error(err)
	}
	for token := range tv.Tokens {
		out = append(out, token)
	}
	return out
}

// rowsOfSecrets looks for Plex's secrets wherever the program leaves anything,
// after everything that the other rows did.
func rowsOfSecrets() []row {
	return []row{{"canary/no secret of Plex is anywhere", func(w *plexWorld) {
		// A sign-in of the wizard's own that is still there while we look.
		w.start(func(f *sim.File) { f.PlexData = w.t.TempDir() })
		w.signIn("morgan")
		w.shows("/steps/plex", is("plex-token", "pass"))
		secrets := w.secrets()
		if len(secrets) < 4 {
			w.t.Fatalf("%d secrets, and the wizard has one of its own", len(secrets))
		}
		pages := []string{"/", "/before", "/history", "/summary", "/summary.md", "/undo"}
		for _, id := range []steps.ID{steps.IDHostname, steps.IDURL, steps.IDPlex} {
			pages = append(pages, stepAt(id))
		}
		look := func() {
			for _, path := range pages {
				w.get(path)
			}
		}
		look()
		w.leaky.Store(true)
		look()
		w.shows("/steps/plex", `"Plex`)
		code, out, errs := call("wizard", "check", "-json", "-log-level", "debug", "-data", w.data(), "-world", filepath.Join(w.dir, "addresses.json"))
		w.leaky.Store(false)
		if code == exitDone {
			w.t.Error("Plex fails, and nothing needs attention")
		}
		places := map[string][]byte{"check": []byte(out + errs), "pages": []byte(w.seen.String()), "processes": processes(w)}
		for _, said := range w.said {
			places["terminal"] = append(places["terminal"], said.String()...)
		}
		must(w.t, filepath.WalkDir(w.data(), func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || strings.HasPrefix(e.Name(), "cloudflared") && !strings.HasSuffix(e.Name(), ".log") {
				return err // the program itself is a copy of this test
			}
			places[path], err = os.ReadFile(path)
			return err
		}))
		w.stop()
		// The looking is worth something only if it finds what is there.
		for place, there := range map[string]string{"check": `"steps"`, "pages": w.Plex.MachineIdentifier(), "terminal": "/start?k=", "processes": "--token-file"} {
			if !bytes.Contains(places[place], []byte(there)) {
				w.t.Errorf("%s does not even have %s", place, there)
			}
		}
		databases := 0
		for place, b := range places {
			if bytes.Contains(b, []byte(w.Plex.MachineIdentifier())) && strings.HasPrefix(place, w.data()) {
				databases++
			}
			for _, secret := range secrets {
				if i := bytes.Index(b, []byte(secret)); i >= 0 {
					w.t.Errorf("%s has a secret of Plex: …%.60q", place, b[max(0, i-40):i])
				}
			}
		}
		if databases == 0 {
			w.t.Error("no database was read")
		}
	}}}
}

func stepAt(id steps.ID) string { return "/steps/" + string(id) }

// processes are the command lines of everything that runs, where Linux tells them.
func processes(w *plexWorld) (out []byte) {
	w.t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	must(w.t, err)
	if len(files) == 0 {
		return []byte("--token-file") // no list of processes on this system
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err == nil { // it may have ended meanwhile
			out = append(out, bytes.ReplaceAll(append(b, '\n'), []byte{0}, []byte{' '})...)
		}
	}
	return out
}

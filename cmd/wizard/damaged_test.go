package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
	"example.test/wizard/tools/walker"
)

// made is the list of the undo, with what each thing would become.
func (in *wired) made() (out []string) {
	in.t.Helper()
	in.undo.Forget()
	seen, err := in.undo.Look(in.t.Context(), steps.IDUndo)
	if err != nil || seen.Problem != nil {
		in.t.Fatal(err, seen.Problem)
	}
	for _, b := range seen.Finding.Detail.(*steps.UndoDetail).Made {
		out = append(out, b.ID+": "+b.What+": "+b.Detail+" "+b.Word)
	}
	return out
}

// planned is what would be made or changed now, by steps.
func (in *wired) planned(of ...steps.ID) (out []string) {
	in.t.Helper()
	for _, seen := range in.engine.LookAll(in.t.Context()) {
		if len(of) > 0 && !slices.Contains(of, seen.Info.ID) {
			continue
		}
		if seen.Problem != nil {
			in.t.Errorf("%s: %v", seen.Info.ID, seen.Problem)
		}
		for _, a := range seen.Finding.Actions {
			out = append(out, string(seen.Info.ID)+": "+a.What)
		}
	}
	return out
}

// spoil damages a file as a bad disk does: a page in its middle is another's.
func spoil(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	must(t, err)
	must(t, os.WriteFile(path, slices.Repeat([]byte("no page of ours "), int(info.Size())/16), 0o600))
}

// TestDamagedProgressIsRebuilt: after the whole journey the progress file is
// damaged. The wizard that starts then plans nothing anew, can undo all that the
// one before could, and its Finish finds the token that the other one kept.
func TestDamagedProgressIsRebuilt(t *testing.T) {
	long(t)
	t.Setenv("CLOUDFLARE_API_TOKEN", "")
	o, data := lived(t), t.TempDir()
	o.dashboard("POST", "/accounts/"+o.account()+"/access/organizations", object{"name": "Robin", "auth_domain": "robin"})
	in := o.start(t, data)
	w := o.sit(t, in)
	w.Answers["keep"] = walker.Tick
	w.walk("/summary")
	w.everything()
	w.allDone()
	set, err := in.engine.Settings()
	must(t, err)
	made := in.made()
	if len(made) < 12 || len(in.planned()) > 0 {
		t.Fatalf("made %q, planned %q", made, in.planned())
	}
	in.close()

	t.Run("with the copy beside it", func(t *testing.T) {
		spoil(t, filepath.Join(data, progressFile))
		in := o.start(t, data)
		defer in.close()
		again, err := in.engine.Settings()
		must(t, err)
		if d := cmp.Diff(set, again); d != "" {
			t.Errorf("the settings are others:\n%s", d)
		}
		until(t, "the connector is up again", func() bool {
			seen, err := in.engine.Look(t.Context(), steps.IDTunnel)
			return err == nil && seen.State() == steps.StateDone
		})
		if got := in.planned(); len(got) > 0 {
			t.Errorf("planned anew: %q", got)
		}
		if d := cmp.Diff(made, in.made()); d != "" {
			t.Errorf("the undo lists something else:\n%s", d)
		}
		if !in.vault.Has() {
			t.Error("the token that was kept is out of reach")
		}
	})

	t.Run("with the mark alone", func(t *testing.T) {
		spoil(t, filepath.Join(data, progressFile))
		spoil(t, filepath.Join(data, copyOfProgress))
		in := o.start(t, data)
		defer in.close()
		if !in.vault.Has() {
			t.Error("the token that was kept is out of reach")
		}
		fresh, err := in.engine.Settings()
		must(t, err)
		if fresh.Installation != set.Installation || fresh.Domain != "" {
			t.Errorf("%+v", fresh)
		}
		in.engine.LookAll(t.Context()) // which finds the account
		// The same choices, given again; the domain and the tunnel are there to be used.
		must(t, in.engine.Update(func(s *steps.Settings) error {
			s.Agreed, s.Domain, s.Subdomain, s.TunnelName, s.Security, s.Alerts = set.Agreed, set.Domain, set.Subdomain, set.TunnelName, set.Security, set.Alerts
			s.ZoneID, s.TunnelID = set.ZoneID, set.TunnelID
			return nil
		}))
		if got := in.planned(steps.IDAccount, steps.IDCache, steps.IDSecurity, steps.IDNotifications); len(got) > 0 {
			t.Errorf("planned anew: %q", got)
		}
		list := strings.Join(in.made(), "\n")
		for _, b := range made {
			id, _, _ := strings.Cut(b, ":")
			replaced := id == "tunnel" || strings.HasPrefix(id, "setting-") || strings.HasPrefix(id, "plex-") && id != "plex-url"
			if !replaced && !strings.Contains(list, id+":") {
				t.Errorf("the undo does not know %s any more", b)
			}
		}
		must(t, in.vault.Forget(t.Context()))
		if left, err := filepath.Glob(filepath.Join(data, "token.*")); err != nil || len(left) > 0 {
			t.Errorf("of the token is left: %q, %v", left, err)
		}
	})

	t.Run("with nothing", func(t *testing.T) {
		for _, name := range []string{progressFile, copyOfProgress, installationFile} {
			spoil(t, filepath.Join(data, name))
		}
		in := o.start(t, data)
		defer in.close()
		fresh, err := in.engine.Settings()
		must(t, err)
		if fresh.Installation == set.Installation || !isInstallation(fresh.Installation) {
			t.Errorf("the installation is %q", fresh.Installation)
		}
	})
}

// TestDamagedProgressIsTold with what is left, and what is not.
func TestDamagedProgressIsTold(t *testing.T) {
	for text, want := range map[string]string{
		damagedText("wizard.db.bad-1", true, true):   "come from the copy beside it",
		damagedText("wizard.db.bad-1", false, true):  "Undo cannot put that back",
		damagedText("wizard.db.bad-1", false, false): "counts as made by somebody else",
	} {
		if !strings.Contains(text, want) || !strings.Contains(text, "It is kept as wizard.db.bad-1.") {
			t.Errorf("%s", text)
		}
	}
}

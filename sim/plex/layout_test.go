package plex_test

import (
	"encoding/xml"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.test/wizard/sim/plex"
)

func TestLayouts(t *testing.T) {
	in := plex.Install{Token: `a"b&c`, LocalAdminToken: "local-1", MachineUUID: "uuid", Settings: map[string]string{"FriendlyName": "Attic"}}
	for _, l := range plex.Layouts() {
		root := t.TempDir()
		dir, err := plex.LayOut(root, l, in)
		if err != nil {
			t.Fatal(err)
		}
		admin, err := os.ReadFile(filepath.Join(dir, ".LocalAdminToken"))
		if err != nil || string(admin) != "local-1" {
			t.Errorf("%s: %q %v", l, admin, err)
		}
		if l == plex.LayoutMacOS {
			wantPropertyList(t, root)
			continue
		}
		got := preferencesFile(t, dir)
		if got["PlexOnlineToken"] != in.Token || got["FriendlyName"] != "Attic" || len(got["ProcessedMachineIdentifier"]) != 40 {
			t.Errorf("%s: %v", l, got)
		}
	}
	if _, err := plex.LayOut(t.TempDir(), "amiga", in); err == nil {
		t.Error("laid out an unknown system")
	}
}

func wantPropertyList(t *testing.T, root string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "Library/Preferences/com.plexapp.plexmediaserver.plist"))
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Keys    []string `xml:"dict>key"`
		Strings []string `xml:"dict>string"`
	}
	if err := xml.Unmarshal(content, &list); err != nil {
		t.Fatal(err)
	}
	for i, key := range list.Keys {
		if key == "PlexOnlineToken" && list.Strings[i] == `a"b&c` {
			return
		}
	}
	t.Errorf("no token in %s", content)
}

func TestLayoutsInTrouble(t *testing.T) {
	root := t.TempDir()
	dir, err := plex.LayOut(root, plex.LayoutDebMoved, plex.Install{Damaged: true})
	must(t, err)
	content, err := os.ReadFile(filepath.Join(dir, "Preferences.xml"))
	must(t, err)
	if xml.Unmarshal(content, new(struct{})) == nil {
		t.Error("a damaged file parses")
	}
	if _, err := os.Stat(filepath.Join(dir, ".LocalAdminToken")); !os.IsNotExist(err) {
		t.Errorf("a token nobody asked for: %v", err)
	}
	hint, err := os.ReadFile(filepath.Join(root, "etc/default/plexmediaserver"))
	if err != nil || !strings.Contains(string(hint), `SUPPORT_DIR="/srv/plex"`) || dir != filepath.Join(root, "srv/plex/Plex Media Server") {
		t.Errorf("%s %v", hint, err)
	}

	dir, err = plex.LayOut(t.TempDir(), plex.LayoutSynology, plex.Install{Bare: true})
	must(t, err)
	must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			t.Errorf("a bare directory holds %s", path)
		}
		return err
	}))
}

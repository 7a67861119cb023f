package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOwnFolder: a folder that is ours is closed to others, one that holds
// something else is left as it is, and the person is told.
func TestOwnFolder(t *testing.T) {
	if filepath.Separator != '/' {
		t.Skip("modes are those of Unix; e2e/windows has the test of rights on Windows")
	}
	at := t.TempDir()
	made := func(name string, mode os.FileMode, file string) string {
		dir := filepath.Join(at, name)
		must(t, os.Mkdir(dir, 0o700))
		must(t, os.Chmod(dir, mode))
		if file != "" {
			must(t, os.WriteFile(filepath.Join(dir, file), nil, 0o600))
		}
		return dir
	}
	for name, c := range map[string]struct {
		dir  string
		ours bool
		mode os.FileMode
	}{
		"there is none":        {filepath.Join(at, "above", "new"), false, 0o700},
		"an empty one":         {made("empty", 0o755, ""), false, 0o700},
		"the usual one":        {made("usual", 0o777, progressFile), true, 0o700},
		"somebody else's":      {made("photos", 0o755, "photo.jpg"), false, 0o755},
		"somebody's, but shut": {made("shut", 0o700, "photo.jpg"), false, 0o700},
	} {
		for range 2 { // a second start finds what the first has left
			open, err := ownFolder(c.dir, c.ours)
			info, serr := os.Stat(c.dir)
			if err != nil || serr != nil || info.Mode().Perm() != c.mode || open != (c.mode != 0o700) {
				t.Errorf("%s: open %v, %v, %v, %v", name, open, err, info.Mode(), serr)
			}
		}
	}
	if _, err := ownFolder(filepath.Join(at, "photos", "photo.jpg"), false); err == nil || !strings.Contains(err.Error(), "-data DIR") {
		t.Errorf("a file: %v", err)
	}
}

// TestFolderOfOthers is said in the terminal, and the door of “wizard link”
// stands elsewhere.
func TestFolderOfOthers(t *testing.T) {
	if filepath.Separator != '/' {
		t.Skip("modes are those of Unix")
	}
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "photo.jpg"), nil, 0o600))
	var said strings.Builder
	o, err := parse("serve", []string{"-data", dir}, io.Discard)
	must(t, err)
	must(t, o.ownFolder(&said, func(string) string { return "" }))
	if !strings.Contains(said.String(), "Others on this computer may look into the folder "+dir) {
		t.Errorf("%q", said.String())
	}
	d, err := openDoor(dir, func() string { return "" })
	must(t, err)
	defer func() { must(t, d.close()) }()
	info, err := os.Stat(filepath.Dir(d.path))
	if err != nil || filepath.Dir(d.path) == dir || info.Mode().Perm() != 0o700 {
		t.Errorf("the door is at %s, %v, %v", d.path, info, err)
	}
}

// TestNetworkDriveIsSaid in the terminal; the wizard starts all the same.
func TestNetworkDriveIsSaid(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for kind, want := range map[string]string{
		"NFS": "The folder " + dir + " is on a network drive (NFS), where the progress file can be damaged. Better give the wizard a folder on this computer: -data DIR.\n",
		"":    "",
	} {
		var said strings.Builder
		must(t, options{data: dir}.ownFolder(&said, func(at string) string {
			if info, err := os.Stat(at); err != nil || !info.IsDir() || at != dir {
				t.Errorf("asked about %s, which is not there yet", at)
			}
			return kind
		}))
		if said.String() != want {
			t.Errorf("%q", said.String())
		}
	}
}

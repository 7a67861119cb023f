package main

import (
	"fmt"
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

// TestFolderThatOthersWriteTo is refused by every command, because what lies in it
// could be theirs; nothing is written into it.
func TestFolderThatOthersWriteTo(t *testing.T) {
	if filepath.Separator != '/' {
		t.Skip("modes are those of Unix; TestWriters has the rights of Windows")
	}
	for _, mode := range []os.FileMode{0o770, 0o702, 0o777, 0o777 | os.ModeSticky} {
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, "photo.jpg"), nil, 0o600))
		must(t, os.Chmod(dir, mode))
		for _, command := range [][]string{{"serve", "-open=false", "-addr", "127.0.0.1:0"}, {"check"}, {"link"}} {
			code, out, errs := call(append(append([]string{"wizard"}, command...), "-data", dir)...)
			if code == 0 || out != "" || !strings.Contains(errs, "others on this computer may write to it. Take that right away from them, or give another folder with -data DIR") {
				t.Errorf("%s, %v: %d, %q, %q", command[0], mode, code, out, errs)
			}
		}
		if got := list(t, dir); len(got) != 1 {
			t.Errorf("%v: there is %q", mode, got)
		}
	}
}

// TestNothingIsWrittenThroughLinks that were in the folder before it was closed.
func TestNothingIsWrittenThroughLinks(t *testing.T) {
	dir, theirs := t.TempDir(), filepath.Join(t.TempDir(), "theirs")
	must(t, os.WriteFile(theirs, []byte("their own words"), 0o600))
	first, err := openStore(dir)
	must(t, err)
	defer func() { must(t, first.Close()) }()
	for _, name := range []string{runningFile, installationFile, fmt.Sprintf("check-%d.db", os.Getpid())} {
		if err := os.Symlink(theirs, filepath.Join(dir, name)); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	if got := runningAt(dir); got != "" {
		t.Errorf("it is said to run at %q", got)
	}
	_, err = installation(dir, first)
	must(t, err)
	forget, err := markRunning(dir, "http://localhost:1", "")
	must(t, err)
	forget()
	db, remove, err := openBeside(dir)
	must(t, err)
	must(t, db.Close())
	must(t, remove())
	if text, err := os.ReadFile(theirs); err != nil || string(text) != "their own words" {
		t.Errorf("it holds %q, %v", text, err)
	}
}

// TestForgedRunningFile moves no cursor and leads nowhere else.
func TestForgedRunningFile(t *testing.T) {
	dir, err := os.MkdirTemp("", "d") // a short path, for a socket
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for _, forged := range []string{
		"https://evil.test/start?k=AAAA", "http://localhost.evil.test:80/start?k=AAAA", "http://localhost:8080@evil.test/start?k=AAAA", "http://localhost:1/start?k=AAAA\x1b[2J",
		"http://localhost:1/start?k=AAAA\nhttp://evil.test/", "see http://localhost:1/start?k=AAAA", "",
	} {
		d, err := openDoor(dir, func() string { return forged })
		must(t, err)
		forget, err := markRunning(dir, "http://localhost:1\x1b[2J", d.path)
		must(t, err)
		code, out, errs := call("wizard", "link", "-data", dir)
		if code != 1 || out != "" || !strings.Contains(errs, "gave no link") || strings.ContainsRune(errs, 0x1b) {
			t.Errorf("%q: %d, %q, %q", forged, code, out, errs)
		}
		forget()
		must(t, d.close())
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

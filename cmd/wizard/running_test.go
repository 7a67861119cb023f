package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"example.test/wizard/store"
)

func TestRunningFile(t *testing.T) {
	dir := t.TempDir()
	if got := runningAt(dir); got != "" {
		t.Errorf("nobody runs at %q", got)
	}
	forget, err := markRunning(dir, "http://localhost:8080", "/somewhere/link")
	if err != nil {
		t.Fatal(err)
	}
	if got := runningAt(dir); !strings.HasPrefix(got, "http://localhost:8080 (process ") || strings.Contains(got, "start") {
		t.Errorf("%q", got)
	}
	if info, err := os.Stat(filepath.Join(dir, runningFile)); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	forget()
	forget() // gone already
	if got := runningAt(dir); got != "" {
		t.Errorf("%q is left", got)
	}
	if _, err := markRunning(filepath.Join(dir, "none"), "x", ""); err == nil {
		t.Error("a folder that is not there was written to")
	}
}

// TestOneWizardPerFolder: the second one says where the first one is.
func TestOneWizardPerFolder(t *testing.T) {
	dir := t.TempDir()
	first, err := openStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := first.Close(); err != nil {
			t.Error(err)
		}
	}()
	forget, err := markRunning(dir, "http://localhost:8123", "")
	if err != nil {
		t.Fatal(err)
	}
	defer forget()
	if _, err := openStore(dir); !errors.Is(err, store.ErrLocked) || !strings.Contains(err.Error(), "already running at http://localhost:8123") {
		t.Errorf("%v", err)
	}
	// Who only looks gets a copy, which is removed afterwards.
	db, remove, err := openBeside(dir)
	if err != nil || remove == nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Close(), remove()); err != nil {
		t.Error(err)
	}
	if got := strings.Join(list(t, dir), " "); got != runningFile+" "+progressFile {
		t.Errorf("left: %s", got)
	}
}

func TestProgressIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	db, err := openStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := installation(dir, db); err != nil { // and with it there is something to copy
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	for path, mode := range map[string]os.FileMode{
		dir: 0o700, filepath.Join(dir, progressFile): 0o600, filepath.Join(dir, copyOfProgress): 0o600, filepath.Join(dir, installationFile): 0o600,
	} {
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openStore(filepath.Join(file, "below")); err == nil || !strings.Contains(err.Error(), "-data DIR") {
		t.Errorf("%v", err)
	}
}

// TestDamagedProgress is set aside, never thrown away, and work goes on.
func TestDamagedProgress(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, progressFile), []byte(strings.Repeat("no database ", 4096)), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := openStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	if id, err := installation(dir, db); err != nil || len(id) != 8 || strings.ToLower(id) != id {
		t.Errorf("%q, %v", id, err)
	}
	first, err := installation(dir, db)
	if again, err2 := installation(dir, db); err != nil || err2 != nil || first != again {
		t.Errorf("the installation changes its name from %q to %q", first, again)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	kept := false
	for _, name := range list(t, dir) {
		kept = kept || strings.HasPrefix(name, progressFile+".bad-")
	}
	if !kept {
		t.Errorf("nothing was kept: %q", list(t, dir))
	}
}

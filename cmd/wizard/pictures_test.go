package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestOldProfile: the browser's profile of a wizard that was killed while it took
// a picture is gone after the next start, and one of another folder stays.
func TestOldProfile(t *testing.T) {
	data := t.TempDir()
	left := filepath.Join(os.TempDir(), "plex-tunnel-wizard-"+ownerOf(data)+"-left")
	foreign := filepath.Join(os.TempDir(), "plex-tunnel-wizard-"+ownerOf(t.TempDir())+"-left")
	for _, dir := range []string{left, foreign} {
		if err := os.MkdirAll(filepath.Join(dir, "Default"), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
	}
	newPretend(t).start(t, data)
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old profile is still there: %v", err)
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Errorf("the other folder's profile: %v", err)
	}
}

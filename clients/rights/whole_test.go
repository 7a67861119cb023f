package rights

import (
	"os"
	"path/filepath"
	"testing"
)

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func reads(t *testing.T, path, want string) {
	t.Helper()
	if b, err := os.ReadFile(path); err != nil || string(b) != want {
		t.Errorf("%s holds %q, %v", path, b, err)
	}
}

// TestWrite puts down all or nothing, and takes the place of a link without
// touching what it leads to.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path, theirs := filepath.Join(dir, "file"), filepath.Join(t.TempDir(), "theirs")
	for _, text := range []string{"first", "second", ""} {
		if err := Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		reads(t, path, text)
		if b, err := Read(path); err != nil || string(b) != text {
			t.Errorf("%q, %v", b, err)
		}
	}
	put(t, theirs, "theirs")
	for _, name := range []string{path, path + ".new"} { // and what a power cut left behind
		_ = os.Remove(name)
		if err := os.Symlink(theirs, name); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	if err := Write(path, []byte("ours")); err != nil {
		t.Fatal(err)
	}
	reads(t, path, "ours")
	reads(t, theirs, "theirs")
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left: %v, %v", left, err)
	}
	if err := Write(filepath.Join(dir, "none", "file"), nil); err == nil {
		t.Error("a folder was made up")
	}
}

// TestOpen opens plain files and nothing in their place.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	put(t, file, "text")
	link := filepath.Join(dir, "link")
	if err := os.Symlink(file, link); err != nil {
		t.Skip("no links here: ", err)
	}
	for _, path := range []string{link, dir, filepath.Join(dir, "none")} {
		if f, err := Open(path, os.O_RDONLY); err == nil {
			t.Errorf("%s was opened: %v", path, f.Close())
		}
		if _, err := Read(path); err == nil {
			t.Errorf("%s was read", path)
		}
	}
	if _, err := Read(file); err != nil {
		t.Error(err)
	}
}

package rights

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestFolderRights are those of one user, the system and the administrators.
func TestFolderRights(t *testing.T) {
	const user = "S-1-5-21-1-2-3-1001"
	folder := ofFolder(user)
	if want := "D:P(A;OICI;FA;;;" + user + ")(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"; folder != want {
		t.Errorf("%s", folder)
	}
	if got := ofFile(); got != "D:P(A;;FA;;;OW)(A;;FA;;;SY)(A;;FA;;;BA)" {
		t.Errorf("a file: %s", got)
	}
	for descriptor, want := range map[string][]string{
		folder: {user, "SY", "BA"},
		"O:BAG:SYD:AI(A;OICIID;0x1200a9;;;BU)(A;ID;FA;;;SY)(D;;FA;;;WD)S:(AU;SA;FA;;;WD)": {"BU", "SY"},
		"D:P": nil,
	} {
		if who, all := allowed(descriptor); all || !slices.Equal(who, want) {
			t.Errorf("%s: %q, %v", descriptor, who, all)
		}
	}
	for _, descriptor := range []string{"D:NO_ACCESS_CONTROL", "O:BAG:SY", ""} {
		if _, all := allowed(descriptor); !all {
			t.Errorf("%q allows everything", descriptor)
		}
	}
}

// TestModes are those of Unix. e2e/windows has the test of a folder on Windows.
func TestModes(t *testing.T) {
	if filepath.Separator != '/' {
		t.Skip("modes are those of Unix")
	}
	dir := filepath.Join(t.TempDir(), "new")
	file := filepath.Join(dir, "file")
	for _, err := range []error{NewFolder(dir), os.Chmod(dir, 0o755), os.WriteFile(file, nil, 0o644), File(file)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := NewFolder(dir); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made twice: %v", err)
	}
	if open, err := Enterable(dir); !open || err != nil {
		t.Errorf("open %v, %v", open, err)
	}
	if err := Folder(dir); err != nil {
		t.Error(err)
	}
	if open, err := Enterable(dir); open || err != nil {
		t.Errorf("open %v, %v", open, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := Enterable(file + "-none"); err == nil {
		t.Error("nothing is enterable")
	}
}

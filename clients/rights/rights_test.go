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
		if who, _, all := allowed(descriptor); all || !slices.Equal(who, want) {
			t.Errorf("%s: %q, %v", descriptor, who, all)
		}
	}
	for _, descriptor := range []string{"D:NO_ACCESS_CONTROL", "O:BAG:SY", ""} {
		if _, _, all := allowed(descriptor); !all {
			t.Errorf("%q allows everything", descriptor)
		}
	}
}

// TestWriters tells who may change what is in a folder from who may only look.
func TestWriters(t *testing.T) {
	for rights, want := range map[string]bool{
		"FA": true, "GA": true, "FW": true, "GW": true, "WD": true, "WO": true, "SD": true, "DC": true, "LC": true, "DT": true, "FRFX": false, "FR": false, "GRGX": false, "RC": false,
		"0x1200a9": false, "0x1301bf": true, "0x1f01ff": true, "0x100116": true, "0x40000000": true, "0x120089": false, "0x2": true, "": false, "FRDT": true, "??": true, "F": true,
		"CCSWRPLORC": false, "CCDCLCSWRPWPDTLOCRSDRCWDWO": true,
	} {
		if got := changes(rights); got != want {
			t.Errorf("%q: %v", rights, got)
		}
	}
	_, writers, all := allowed("O:BAG:SYD:AI(A;OICIID;0x1200a9;;;BU)(A;CIID;LC;;;BU)(A;CIIOID;DC;;;AU)(A;ID;FA;;;SY)(D;;FA;;;WD)")
	if all || !slices.Equal(writers, []string{"BU", "AU", "SY"}) {
		t.Errorf("%q, %v", writers, all)
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
	for mode, want := range map[os.FileMode]bool{0o700: false, 0o755: false, 0o750: false, 0o770: true, 0o702: true, 0o777: true, 0o777 | os.ModeSticky: true} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		if writable, err := Writable(dir); writable != want || err != nil {
			t.Errorf("%v: writable %v, %v", mode, writable, err)
		}
	}
	if _, err := Enterable(file + "-none"); err == nil {
		t.Error("nothing is enterable")
	}
}

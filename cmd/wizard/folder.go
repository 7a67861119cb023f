package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ownFolder makes the data folder, for this user alone. One that was there
// before is closed to others when it is ours: by its name, or because nothing is
// in it. Another is left as it is; open then reports that others may enter it.
func ownFolder(dir string, ours bool) (open bool, err error) {
	fail := func(err error) (bool, error) {
		return false, fmt.Errorf("the folder %s cannot be made; give another with -data DIR: %w", dir, err)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return fail(err)
	}
	switch err := makePrivate(dir); {
	case err == nil:
		return enterable(dir)
	case !errors.Is(err, fs.ErrExist):
		return fail(err)
	}
	inside, err := os.ReadDir(dir)
	if err != nil {
		return fail(err)
	}
	if open, err = enterable(dir); err != nil || !open || !ours && len(inside) > 0 {
		return open, err
	}
	// Some file systems keep no rights; then it stays open, and that is said.
	_ = restrict(dir)
	return enterable(dir)
}

// ownFolder makes the folder of these options, and says when it is no private one.
func (o options) ownFolder(stderr io.Writer) error {
	usual, err := defaultData(o.demo)
	open, err := ownFolder(o.data, err == nil && usual == o.data)
	if err != nil {
		return err
	}
	if open {
		fmt.Fprintf(stderr, "Others on this computer may look into the folder %s. Better give the wizard one that does not exist yet: -data DIR.\n", o.data)
	}
	return nil
}

// folderRights is the security descriptor of the data folder on Windows, in
// Microsoft's notation (SDDL): everything for one user, the system and the
// administrators, inherited by all that is put inside (OICI), nothing inherited
// from above (P).
func folderRights(user string) string {
	rights := "D:P"
	for _, who := range []string{user, "SY", "BA"} {
		rights += "(A;OICI;FA;;;" + who + ")"
	}
	return rights
}

// allowed lists to whom a descriptor in that notation allows anything. all is
// true when it has no list, which allows everything to everybody.
func allowed(descriptor string) (who []string, all bool) {
	_, list, found := strings.Cut(descriptor, "D:")
	list, _, _ = strings.Cut(list, "S:") // the list for audits
	if !found || strings.HasPrefix(list, "NO_ACCESS_CONTROL") {
		return nil, true
	}
	for entry := range strings.SplitSeq(list, "(") {
		fields := strings.Split(strings.TrimSuffix(strings.TrimSpace(entry), ")"), ";")
		if len(fields) >= 6 && (fields[0] == "A" || fields[0] == "OA" || fields[0] == "XA") {
			who = append(who, fields[5])
		}
	}
	return who, false
}

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"example.test/wizard/clients/rights"
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
	switch err := rights.NewFolder(dir); {
	case err == nil:
		return rights.Enterable(dir)
	case !errors.Is(err, fs.ErrExist):
		return fail(err)
	}
	inside, err := os.ReadDir(dir)
	if err != nil {
		return fail(err)
	}
	if open, err = rights.Enterable(dir); err != nil || !open || !ours && len(inside) > 0 {
		return open, err
	}
	// Some file systems keep no rights; then it stays open, and that is said.
	_ = rights.Folder(dir)
	return rights.Enterable(dir)
}

// ownFolder makes the folder of these options, and says when it is no private
// one, and when drive, which is [computer.NetworkDrive], finds it on another computer.
func (o options) ownFolder(stderr io.Writer, drive func(dir string) string) error {
	usual, err := defaultData(o.demo)
	open, err := ownFolder(o.data, err == nil && usual == o.data)
	if err != nil {
		return err
	}
	if open {
		fmt.Fprintf(stderr, "Others on this computer may look into the folder %s. Better give the wizard one that does not exist yet: -data DIR.\n", o.data)
	}
	// The progress file is mapped into memory, and its writes are ordered by the
	// disk. Over a network neither holds when the connection breaks, or when
	// another computer opens the file.
	if kind := drive(o.data); kind != "" {
		fmt.Fprintf(stderr, "The folder %s is on a network drive (%s), where the progress file can be damaged. Better give the wizard a folder on this computer: -data DIR.\n", o.data, kind)
	}
	return nil
}

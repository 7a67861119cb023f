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

// errWritable means that others may put things into the data folder.
var errWritable = errors.New("others on this computer may write to it")

// closed refuses a folder that others may write to: what lies in it could be
// theirs, such as a link in the place of a file that is to be written or wiped.
func closed(dir string) error {
	switch others, err := rights.Writable(dir); {
	case err != nil:
		return fmt.Errorf("the folder %s: %w", dir, err)
	case others:
		return fmt.Errorf("the folder %s cannot be used: %w. Take that right away from them, or give another folder with -data DIR", dir, errWritable)
	}
	return nil
}

// ownFolder makes the data folder, for this user alone. One that was there
// before is closed to others when it is ours: by its name, or because nothing is
// in it. Another is left as it is; open then reports that others may enter it. One
// that others may write to is refused.
func ownFolder(dir string, ours bool) (open bool, err error) {
	if open, err = madeFolder(dir, ours); err == nil {
		err = closed(dir)
	}
	return open, err
}

func madeFolder(dir string, ours bool) (open bool, err error) {
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

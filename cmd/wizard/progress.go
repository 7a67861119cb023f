package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.test/wizard/store"
)

const progressFile = "wizard.db"

// copyOfProgress is the copy beside the progress file.
const copyOfProgress = progressFile + ".copy"

// openStore opens the progress file, with the copy beside it. A
// damaged one is set aside, and a fresh one takes up that copy; what was made, and
// how it stands, is then looked up at Cloudflare as always.
func openStore(dir string) (*store.DB, error) {
	if _, err := ownFolder(dir, false); err != nil {
		return nil, err
	}
	path, aside := filepath.Join(dir, progressFile), ""
	db, err := store.Open(path)
	if errors.Is(err, store.ErrLocked) {
		if url := runningAt(dir); url != "" {
			return nil, fmt.Errorf("already running at %s: %w", url, err)
		}
	}
	if errors.Is(err, store.ErrDamaged) {
		var rerr error
		if aside, rerr = store.SetAside(path, time.Now()); rerr != nil {
			return nil, errors.Join(err, rerr)
		}
		db, err = store.Open(path)
	}
	if err != nil {
		return nil, err
	}
	restored, err := db.KeepCopy(filepath.Join(dir, copyOfProgress))
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if aside != "" {
		fmt.Fprintln(os.Stderr, damagedText(aside, restored, installationBeside(dir) != ""))
	}
	return db, nil
}

// damagedText says what is left when the progress file was damaged, and what is not.
func damagedText(aside string, restored, marked bool) string {
	text := "The progress file was damaged. It is kept as " + aside + ". "
	switch {
	case restored:
		return text + "Your choices, and what stood there before each change, come from the copy beside it. The history is only in the damaged file. The wizard looks at everything anew."
	case marked:
		return text + "There is no copy of your choices, so the wizard asks for them again. What it made at Cloudflare it knows by its mark, all but the tunnel: choose to use the one that is there. What stood there before a change is not known any more, so Undo cannot put that back."
	}
	return text + "Neither your choices nor the mark of this installation are left, so the wizard begins afresh. What it made before counts as made by somebody else: nothing of it is changed without your yes, and Undo does not list it. At Cloudflare it bears “Plex Tunnel Wizard” in its name or comment."
}

// openBeside opens the progress file for looking only. A wizard that runs holds
// the file for itself, so a copy is read then; it holds no secret.
func openBeside(dir string) (db *store.DB, remove func() error, err error) {
	db, err = openStore(dir)
	if !errors.Is(err, store.ErrLocked) {
		return db, nil, err
	}
	path := filepath.Join(dir, fmt.Sprintf("check-%d.db", os.Getpid()))
	remove = func() error { return os.Remove(path) }
	if err := copyFile(filepath.Join(dir, progressFile), path); err != nil {
		return nil, nil, fmt.Errorf("copying the progress file: %w", err)
	}
	if db, err = store.Open(path); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("the running wizard was just writing; try again: %w", err), remove())
	}
	return db, remove, nil
}

// held reports whether a wizard runs with this folder.
func held(dir string) bool {
	db, err := store.Open(filepath.Join(dir, progressFile))
	if err == nil {
		err = db.Close()
	}
	return errors.Is(err, store.ErrLocked)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // through no link
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

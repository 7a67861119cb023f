package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"example.test/wizard/store"
)

const progressFile = "wizard.db"

// openStore opens the progress file. A damaged one is set aside, and the state
// is rebuilt by looking at Cloudflare.
func openStore(dir string) (*store.DB, error) {
	if _, err := ownFolder(dir, false); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, progressFile)
	db, err := store.Open(path)
	switch {
	case errors.Is(err, store.ErrLocked):
		if url := runningAt(dir); url != "" {
			return nil, fmt.Errorf("already running at %s: %w", url, err)
		}
		return nil, err
	case errors.Is(err, store.ErrDamaged):
		aside, rerr := store.SetAside(path, time.Now())
		if rerr != nil {
			return nil, errors.Join(err, rerr)
		}
		fmt.Fprintf(os.Stderr, "The progress file was damaged. It is kept as %s; the wizard begins afresh and finds what it made by looking at Cloudflare.\n", aside)
		return store.Open(path)
	}
	return db, err
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
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// create makes an empty file where there is none. A power cut during BoltDB's
// very first initialisation can leave a file that never opens, so it happens
// under another name.
func create(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	tmp := path + ".new"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	b, err := bolt.Open(tmp, 0o600, &bolt.Options{Timeout: lockTimeout})
	if err != nil {
		return err
	}
	if err := b.Close(); err != nil {
		return err
	}
	return rename(tmp, path)
}

// open opens the file, reads every record once and writes once, so that damage
// shows at the start and not in the middle of a change. Mapping a truncated
// file can fault, and BoltDB panics on some damage; both become an error here.
func open(path string) (b *bolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			release(b)
			b, err = nil, fmt.Errorf("%w: %v", ErrDamaged, p)
		}
	}()
	b, err = bolt.Open(path, 0o600, &bolt.Options{Timeout: lockTimeout})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, ErrLocked
	case err != nil && fromSystem(err):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := prepare(b, path); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// fromSystem reports whether err is the operating system's: no permission, no
// memory, a full disk. What BoltDB says by itself is about the file.
func fromSystem(err error) bool {
	_, path := errors.AsType[*fs.PathError](err)
	_, call := errors.AsType[*os.SyscallError](err)
	_, number := errors.AsType[syscall.Errno](err)
	return path || call || number
}

// prepare brings the tree to the present schema and makes sure that all of it
// can be read and written. A newer file is refused before anything else is
// judged: its records may have a form that only looks like damage.
func prepare(b *bolt.DB, path string) error {
	have, err := schema(b)
	if err != nil {
		return err
	}
	if known := uint64(len(migrations())); have > known {
		return fmt.Errorf("%w: it has schema %d and this program knows %d", ErrNewer, have, known)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := b.View(func(tx *bolt.Tx) error { return inside(tx, file) }); err != nil {
		return err
	}
	if err := b.View(whole); err != nil {
		return err
	}
	if err := b.View(sound); err != nil {
		return err
	}
	if err := migrate(b, path, have); err != nil {
		return fmt.Errorf("migrating: %w", err)
	}
	if err := b.View(buckets); err != nil {
		return err
	}
	// Damage in the list of free pages shows only when something is written.
	return b.Update(func(tx *bolt.Tx) error { return putSchema(root(tx)) })
}

// sound makes sure that every page is either in use or free, never both, and that
// none outside of the file counts as free: that would show only at some later
// write, as a panic or as a record that is written over.
func sound(tx *bolt.Tx) error {
	var found []error
	for err := range tx.Check() { // to its end, or BoltDB waits for ever
		found = append(found, err)
	}
	if len(found) > 0 {
		return fmt.Errorf("%w: %w", ErrDamaged, found[0])
	}
	free := 0
	for id := 0; ; id++ {
		p, err := tx.Page(id)
		if err != nil {
			return err
		}
		if p == nil {
			break // behind the last page
		}
		if p.Type == "free" {
			free++
		} else {
			id += p.OverflowCount
		}
	}
	if listed := tx.DB().Stats().FreePageN; listed != free {
		return fmt.Errorf("%w: %d pages are free, and %d are listed", ErrDamaged, free, listed)
	}
	return nil
}

// whole reads every record.
func whole(tx *bolt.Tx) error {
	if v1 := root(tx); v1 != nil {
		return walk(v1)
	}
	return nil
}

func walk(b *bolt.Bucket) error {
	return b.ForEach(func(k, v []byte) error {
		if v == nil {
			return walk(b.Bucket(k))
		}
		if string(k) == keySchema {
			return nil
		}
		if err := decode(v, new(any)); err != nil {
			return fmt.Errorf("record %q: %w", k, err)
		}
		return nil
	})
}

// buckets makes sure that the tree is complete.
func buckets(tx *bolt.Tx) error {
	for _, name := range []string{bucketIntents, bucketEvents, bucketFound} {
		if root(tx).Bucket([]byte(name)) == nil {
			return fmt.Errorf("%w: there is no bucket %s", ErrDamaged, name)
		}
	}
	return nil
}

// release closes a file in which BoltDB panicked, so that it can be renamed. A
// panic inside a transaction can leave a lock of BoltDB's held; then the file
// stays open until the process ends.
func release(b *bolt.DB) {
	if b == nil {
		return
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		defer func() { _ = recover() }()
		_ = b.Close() // the damage is what is reported
	}()
	select {
	case <-closed:
	case <-time.After(lockTimeout):
	}
}

// SetAside renames a damaged file, so that a fresh one can be begun and filled
// from its copy. It returns the new name.
func SetAside(path string, now time.Time) (string, error) {
	to := path + ".bad-" + now.Format("20060102-150405")
	for n := 2; ; n++ { // never over an earlier one
		if _, err := os.Lstat(to); err != nil {
			break // it is free, or the renaming tells why not
		}
		to = fmt.Sprintf("%s.bad-%s-%d", path, now.Format("20060102-150405"), n)
	}
	if err := rename(path, to); err != nil {
		return "", fmt.Errorf("setting %s aside: %w", filepath.Base(path), err)
	}
	return to, nil
}

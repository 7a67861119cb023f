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
	return os.Rename(tmp, path)
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
	if err := b.View(inside); err != nil {
		return err
	}
	if err := b.View(whole); err != nil {
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

// inside makes sure that no page claims to reach over the end of the file, which
// has no checksum. BoltDB would free what is claimed, write there, and so make
// the file as large as a damaged number says.
func inside(tx *bolt.Tx) error {
	end := int(tx.Size() / int64(tx.DB().Info().PageSize))
	for id := 0; id < end; id++ {
		p, err := tx.Page(id)
		if err != nil {
			return err
		}
		if p == nil || p.Type == "free" {
			continue // what lies there means nothing
		}
		if id += p.OverflowCount; id >= end {
			return fmt.Errorf("%w: page %d reaches over the end", ErrDamaged, p.ID)
		}
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

// SetAside renames a damaged file, so that a fresh one can be begun and the
// state rebuilt by looking at Cloudflare. It returns the new name.
func SetAside(path string, now time.Time) (string, error) {
	to := path + ".bad-" + now.Format("20060102-150405")
	if err := os.Rename(path, to); err != nil {
		return "", fmt.Errorf("setting %s aside: %w", filepath.Base(path), err)
	}
	return to, nil
}

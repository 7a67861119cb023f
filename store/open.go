package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
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

// open opens the file. Mapping a truncated file can fault, and BoltDB panics on
// some damage; both become an error here.
func open(path string) (b *bolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			b, err = nil, fmt.Errorf("%w: %v", ErrDamaged, p)
		}
	}()
	b, err = bolt.Open(path, 0o600, &bolt.Options{Timeout: lockTimeout})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, ErrLocked
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	case err != nil:
		return nil, err
	}
	if err := probe(b); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// probe reads every record once, so that damage shows at the start and not in
// the middle of a change.
func probe(b *bolt.DB) error {
	return b.View(func(tx *bolt.Tx) error {
		v1 := root(tx)
		if v1 == nil {
			return nil
		}
		return walk(v1)
	})
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

// SetAside renames a damaged file, so that a fresh one can be begun and the
// state rebuilt by looking at Cloudflare. It returns the new name.
func SetAside(path string, now time.Time) (string, error) {
	to := path + ".bad-" + now.Format("20060102-150405")
	if err := os.Rename(path, to); err != nil {
		return "", fmt.Errorf("setting %s aside: %w", filepath.Base(path), err)
	}
	return to, nil
}

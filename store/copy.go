package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"

	bolt "go.etcd.io/bbolt"

	"example.test/wizard/steps"
)

// A beside is the tree once more, in a small file of its own: all but the history.
// What the wizard made can be found at Cloudflare, but not what was chosen, what
// stood there before, and what old servers answered that are off by now. For the
// day that the tree is damaged, that is kept apart from it.
type beside struct {
	mu      sync.Mutex // one copy at a time, in the order of the commits
	path    string     // empty for none
	written []byte
}

// copied is the one record in that file.
type copied struct {
	Schema   int                    `json:"schema"`
	Settings steps.Settings         `json:"settings"`
	Intents  []steps.Intent         `json:"intents,omitempty"`
	Found    map[string]steps.Found `json:"found,omitempty"`
}

// KeepCopy keeps a copy of all but the history in the file of that name from now
// on. A tree without settings is filled from it first; restored reports that. A
// copy that is damaged, or that another version wrote, is not used, and set aside.
func (db *DB) KeepCopy(path string) (restored bool, err error) {
	db.copy.mu.Lock()
	defer db.copy.mu.Unlock()
	db.copy.path = path
	err = db.bolt.Update(func(tx *bolt.Tx) error {
		if root(tx).Get([]byte(keySettings)) != nil {
			return errSame
		}
		old, usable, err := readCopy(path)
		switch {
		case err != nil:
			return err
		case !usable:
			return errSame
		}
		restored = true
		return old.into(root(tx))
	})
	if err != nil && !errors.Is(err, errSame) {
		return false, fmt.Errorf("restoring from the copy: %w", err)
	}
	return restored, db.writeCopy()
}

// readCopy is the copy that is there; usable is false when there is none.
func readCopy(path string) (c copied, usable bool, err error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, false, nil
	}
	if err != nil {
		return c, false, err
	}
	if decode(data, &c) != nil || c.Schema != len(migrations()) {
		return c, false, rename(path, path+".bad")
	}
	return c, true, nil
}

// into fills an empty tree.
func (c copied) into(v1 *bolt.Bucket) error {
	err := put(v1, []byte(keySettings), c.Settings)
	for _, in := range c.Intents {
		err = errors.Join(err, put(v1.Bucket([]byte(bucketIntents)), []byte(in.Attempt), in))
	}
	for domain, f := range c.Found {
		err = errors.Join(err, put(v1.Bucket([]byte(bucketFound)), []byte(domain), f))
	}
	return err
}

// from reads the tree; ok is false while there is nothing to keep.
func (c *copied) from(v1 *bolt.Bucket) (ok bool, err error) {
	c.Schema, c.Found = len(migrations()), map[string]steps.Found{}
	if ok, err = get(v1, []byte(keySettings), &c.Settings); err != nil || !ok {
		return false, err
	}
	return true, errors.Join(
		each(v1.Bucket([]byte(bucketIntents)), func(_ []byte, in steps.Intent) { c.Intents = append(c.Intents, in) }),
		each(v1.Bucket([]byte(bucketFound)), func(domain []byte, f steps.Found) { c.Found[string(domain)] = f }),
	)
}

// writeCopy writes the copy anew where something has changed. The lock is held.
func (db *DB) writeCopy() error {
	if db.copy.path == "" {
		return nil
	}
	var c copied
	var ok bool
	err := db.bolt.View(func(tx *bolt.Tx) (err error) {
		ok, err = c.from(root(tx))
		return err
	})
	if err != nil || !ok {
		return err
	}
	data, err := encode(c)
	if err != nil || bytes.Equal(data, db.copy.written) {
		return err
	}
	if err := writeWhole(db.copy.path, data); err != nil {
		return fmt.Errorf("writing the copy: %w", err)
	}
	db.copy.written = data
	return nil
}

// commit changes the tree, and then the copy. A copy that cannot be written undoes
// no change: the tree has it, and the next change writes the copy anew.
func (db *DB) commit(change func(tx *bolt.Tx) error) error {
	db.copy.mu.Lock()
	defer db.copy.mu.Unlock()
	err := db.bolt.Update(change)
	if err == nil {
		_ = db.writeCopy()
	}
	return err
}

// writeWhole writes a file of this user's: all of it or nothing, and on the disk
// when it returns.
func writeWhole(path string, data []byte) error {
	tmp := path + ".new"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return rename(tmp, path)
}

// rename gives a file its name, and returns when the disk knows it: until the
// folder is written, a power cut may leave the old name or none. Windows has no
// call for that, and some file systems refuse it.
func rename(from, to string) error {
	if err := os.Rename(from, to); err != nil || runtime.GOOS == "windows" {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	if err = dir.Sync(); errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}

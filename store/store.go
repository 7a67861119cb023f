// Package store keeps the wizard's progress in one BoltDB file. It knows how
// records lie in the file and nothing of what they mean. It holds no secrets:
// bytes survive in a BoltDB file after they were deleted.
//
//	v1
//	├── schema         : uint64            version of this tree, see migrate.go
//	├── settings       : record            steps.Settings
//	├── intents
//	│   └── *attempt*  : record            steps.Intent, changes whose outcome is open
//	├── events
//	│   └── *seq*      : record            steps.Event, oldest first
//	└── found
//	    └── *domain*   : record            steps.Found, records of the old servers
//
// A record is 4 bytes CRC-32C, big endian, and then JSON. BoltDB checks its own
// pages' structure but not their data.
package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"example.test/wizard/steps"
)

const (
	bucketV1      = "v1"
	bucketIntents = "intents"
	bucketEvents  = "events"
	bucketFound   = "found"
	keySchema     = "schema"
	keySettings   = "settings"
)

// ErrLocked means that another process has the file open.
var ErrLocked = errors.New("another wizard has the file open")

// ErrNewer means that the file is whole, and that only a newer wizard can read it.
var ErrNewer = errors.New("the file was written by a newer wizard")

// lockTimeout is how long Open waits for another process. BoltDB's own default is for ever.
const lockTimeout = time.Second

// DB is an open progress file. One process can hold it.
type DB struct {
	bolt *bolt.DB
	copy beside
}

var _ steps.Store = (*DB)(nil)

// Open opens the file, creating or migrating it as needed. When another process
// holds it, the error is [ErrLocked]. A damaged file gives an error that is
// [ErrDamaged], one of a newer version an error that is [ErrNewer].
func Open(path string) (*DB, error) {
	if err := create(path); err != nil {
		return nil, fmt.Errorf("creating %s: %w", path, err)
	}
	b, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return &DB{bolt: b}, nil
}

// Close releases the file.
func (db *DB) Close() error { return db.bolt.Close() }

// Settings implements [steps.Store].
func (db *DB) Settings() (s steps.Settings, err error) {
	err = db.bolt.View(func(tx *bolt.Tx) error {
		_, err := get(root(tx), []byte(keySettings), &s)
		return err
	})
	return s, err
}

// SaveSettings replaces the settings, whatever they are.
func (db *DB) SaveSettings(s steps.Settings) error {
	return db.commit(func(tx *bolt.Tx) error { return put(root(tx), []byte(keySettings), s) })
}

// errSame ends a transaction that would change nothing, without a write.
var errSame = errors.New("nothing changed")

// ChangeSettings implements [steps.Store].
func (db *DB) ChangeSettings(change func(*steps.Settings) error) error {
	err := db.commit(func(tx *bolt.Tx) error {
		var s steps.Settings
		if _, err := get(root(tx), []byte(keySettings), &s); err != nil {
			return err
		}
		if err := change(&s); err != nil {
			return err
		}
		data, err := encode(s)
		if err != nil {
			return fmt.Errorf("encoding settings: %w", err)
		}
		if bytes.Equal(data, root(tx).Get([]byte(keySettings))) {
			return errSame
		}
		return root(tx).Put([]byte(keySettings), data)
	})
	if errors.Is(err, errSame) {
		return nil
	}
	return err
}

// Begin implements [steps.Store].
func (db *DB) Begin(in steps.Intent) error {
	return db.commit(func(tx *bolt.Tx) error {
		return put(root(tx).Bucket([]byte(bucketIntents)), []byte(in.Attempt), in)
	})
}

// Finish implements [steps.Store]. An unknown outcome leaves the intent open.
func (db *DB) Finish(in steps.Intent, ev steps.Event) error {
	return db.commit(func(tx *bolt.Tx) error {
		if ev.Result != steps.Unknown {
			if err := settle(root(tx).Bucket([]byte(bucketIntents)), in, ev); err != nil {
				return err
			}
		}
		events := root(tx).Bucket([]byte(bucketEvents))
		n, err := events.NextSequence()
		if err != nil {
			return err
		}
		return put(events, binary.BigEndian.AppendUint64(nil, n), ev)
	})
}

// settle removes the intent, and with a success every older one for the same
// action: what they wanted is there now.
func settle(intents *bolt.Bucket, in steps.Intent, ev steps.Event) error {
	var gone [][]byte
	err := each(intents, func(key []byte, old steps.Intent) {
		if old.Attempt == in.Attempt || ev.Result == steps.Done && old.Step == in.Step && old.Action == in.Action {
			gone = append(gone, key)
		}
	})
	for _, key := range gone {
		err = errors.Join(err, intents.Delete(key))
	}
	return err
}

// Intents implements [steps.Store].
func (db *DB) Intents() (out []steps.Intent, err error) {
	err = db.bolt.View(func(tx *bolt.Tx) error {
		return each(root(tx).Bucket([]byte(bucketIntents)), func(_ []byte, in steps.Intent) { out = append(out, in) })
	})
	return out, err
}

// Events implements [steps.Store].
func (db *DB) Events() (out []steps.Event, err error) {
	err = db.bolt.View(func(tx *bolt.Tx) error {
		return each(root(tx).Bucket([]byte(bucketEvents)), func(_ []byte, ev steps.Event) { out = append(out, ev) })
	})
	return out, err
}

// Found implements [steps.Store].
func (db *DB) Found(domain string) (f steps.Found, err error) {
	err = db.bolt.View(func(tx *bolt.Tx) error {
		_, err := get(root(tx).Bucket([]byte(bucketFound)), []byte(domain), &f)
		return err
	})
	return f, err
}

// SaveFound implements [steps.Store].
func (db *DB) SaveFound(domain string, f steps.Found) error {
	return db.commit(func(tx *bolt.Tx) error {
		return put(root(tx).Bucket([]byte(bucketFound)), []byte(domain), f)
	})
}

func root(tx *bolt.Tx) *bolt.Bucket { return tx.Bucket([]byte(bucketV1)) }

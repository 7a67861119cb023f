package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// migrations bring the tree from version i to i+1. Append only. Each has a file
// in testdata that was written by the version before it.
func migrations() []func(v1 *bolt.Bucket) error {
	return []func(v1 *bolt.Bucket) error{
		// 0 → 1. Before: an empty bucket. After: the buckets of the journal.
		func(v1 *bolt.Bucket) error {
			for _, name := range []string{bucketIntents, bucketEvents} {
				if _, err := v1.CreateBucketIfNotExists([]byte(name)); err != nil {
					return err
				}
			}
			return nil
		},
		// 1 → 2. Before: no memory of the old servers' records. After: found.
		func(v1 *bolt.Bucket) error {
			_, err := v1.CreateBucketIfNotExists([]byte(bucketFound))
			return err
		},
	}
}

// migrate brings the tree from version have to the present one in one
// transaction, after saving a copy of what is not empty.
func migrate(b *bolt.DB, path string, have uint64) error {
	steps := migrations()
	if have == uint64(len(steps)) {
		return nil
	}
	if have > 0 {
		if err := backup(b, fmt.Sprintf("%s.schema%d", path, have)); err != nil {
			return fmt.Errorf("saving a copy first: %w", err)
		}
	}
	err := b.Update(func(tx *bolt.Tx) error {
		v1, err := tx.CreateBucketIfNotExists([]byte(bucketV1))
		if err != nil {
			return err
		}
		for i, step := range steps[have:] {
			if err := step(v1); err != nil {
				return fmt.Errorf("to schema %d: %w", int(have)+i+1, err)
			}
		}
		return putSchema(v1)
	})
	if errors.Is(err, berrors.ErrIncompatibleValue) { // a value where a bucket belongs
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

func schema(b *bolt.DB) (have uint64, err error) {
	err = b.View(func(tx *bolt.Tx) error {
		v1 := root(tx)
		if v1 == nil {
			return nil
		}
		data := v1.Get([]byte(keySchema))
		if len(data) != 8 {
			return fmt.Errorf("%w: no schema number", ErrDamaged)
		}
		have = binary.BigEndian.Uint64(data)
		return nil
	})
	return have, err
}

func putSchema(v1 *bolt.Bucket) error {
	return v1.Put([]byte(keySchema), binary.BigEndian.AppendUint64(nil, uint64(len(migrations()))))
}

// backup writes a consistent copy beside the file.
func backup(b *bolt.DB, to string) error {
	tmp := to + ".tmp"
	if err := b.View(func(tx *bolt.Tx) error { return tx.CopyFile(tmp, 0o600) }); err != nil {
		return err
	}
	return rename(tmp, to)
}

package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"

	bolt "go.etcd.io/bbolt"
)

// ErrDamaged means that the file, or a record in it, is not what was written.
var ErrDamaged = errors.New("the file is damaged")

func encode(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return append(binary.BigEndian.AppendUint32(nil, sum(b)), b...), nil
}

func decode(b []byte, v any) error {
	if len(b) < 4 || binary.BigEndian.Uint32(b) != sum(b[4:]) {
		return fmt.Errorf("%w: wrong checksum", ErrDamaged)
	}
	if err := json.Unmarshal(b[4:], v); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

func sum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

func put(b *bolt.Bucket, key []byte, v any) error {
	data, err := encode(v)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", key, err)
	}
	return b.Put(key, data)
}

// get decodes the record at key into v; ok is false when there is none.
func get(b *bolt.Bucket, key []byte, v any) (ok bool, err error) {
	data := b.Get(key)
	if data == nil {
		return false, nil
	}
	if err := decode(data, v); err != nil {
		return false, fmt.Errorf("reading %s: %w", key, err)
	}
	return true, nil
}

// each decodes every record of a bucket in the order of its keys.
func each[T any](b *bolt.Bucket, do func(key []byte, v T)) error {
	return b.ForEach(func(k, data []byte) error {
		if data == nil {
			return nil
		}
		var v T
		if err := decode(data, &v); err != nil {
			return fmt.Errorf("reading %x: %w", k, err)
		}
		do(append([]byte(nil), k...), v)
		return nil
	})
}

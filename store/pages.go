package store

import (
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// The form of a page in BoltDB's file (go.etcd.io/bbolt, internal/common/page.go):
// id uint64, flags uint16, count uint16, overflow uint32; then the elements,
// which say where in the page their key and value lie, counted from the element.
const (
	pageHead      = 16
	branchElement = 16 // position uint32, size of the key uint32, page uint64
	leafElement   = 16 // flags uint32, position uint32, size of the key uint32, size of the value uint32
)

// inPage makes sure that no key or value reaches over the end of its page.
// BoltDB believes what a page says of itself; what it would read there is
// another page, and a fault where the file ends.
func inPage(data []byte, kind string) error {
	count := int(binary.LittleEndian.Uint16(data[10:]))
	for i := range count {
		at := pageHead + i*branchElement
		if kind == "leaf" {
			at = pageHead + i*leafElement
		}
		if at+leafElement > len(data) {
			return fmt.Errorf("%w: a page lists more than it holds", ErrDamaged)
		}
		e := data[at:]
		position, size := uint64(binary.LittleEndian.Uint32(e)), uint64(binary.LittleEndian.Uint32(e[4:]))
		if kind == "leaf" {
			position = uint64(binary.LittleEndian.Uint32(e[4:]))
			size = uint64(binary.LittleEndian.Uint32(e[8:])) + uint64(binary.LittleEndian.Uint32(e[12:]))
		}
		if uint64(at)+position+size > uint64(len(data)) {
			return fmt.Errorf("%w: a record reaches over the end of its page", ErrDamaged)
		}
	}
	return nil
}

// inside makes sure that no page that is in use reaches over the end of the
// file, and nothing in it over its own. Neither has a checksum. BoltDB would free
// what a page claims, write there, and so make the file as large as a damaged
// number says.
func inside(tx *bolt.Tx, file []byte) error {
	size := tx.DB().Info().PageSize
	end := len(file) / size
	for id := 0; id < end; id++ {
		p, err := tx.Page(id)
		if err != nil {
			return err
		}
		if p == nil || p.Type == "free" {
			continue // what lies there means nothing
		}
		first := id
		if id += p.OverflowCount; id >= end {
			return fmt.Errorf("%w: page %d reaches over the end", ErrDamaged, p.ID)
		}
		if p.Type == "leaf" || p.Type == "branch" {
			if err := inPage(file[first*size:(id+1)*size], p.Type); err != nil {
				return err
			}
		}
	}
	return nil
}

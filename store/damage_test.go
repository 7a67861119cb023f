package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"example.test/wizard/steps"
	"example.test/wizard/store"
)

const pageSize = 4096

// A spoiler damages a file's bytes in a way that its seed decides.
type spoiler struct {
	name   string
	files  int
	damage func(r *rand.Rand, data []byte) []byte
}

func spoilers() []spoiler {
	page := func(r *rand.Rand, data []byte) []byte {
		at := r.IntN(len(data)/pageSize) * pageSize
		return data[at : at+pageSize]
	}
	return []spoiler{
		{"truncated anywhere", 50, func(r *rand.Rand, d []byte) []byte { return d[:r.IntN(len(d))] }},
		{"truncated at a page", 20, func(r *rand.Rand, d []byte) []byte { return d[:r.IntN(len(d)/pageSize)*pageSize] }},
		{"one flipped bit", 40, func(r *rand.Rand, d []byte) []byte { d[r.IntN(len(d))] ^= 1 << r.IntN(8); return d }},
		{"sixteen random bytes", 50, func(r *rand.Rand, d []byte) []byte {
			for range 16 {
				d[r.IntN(len(d))] = byte(r.Uint32())
			}
			return d
		}},
		{"random bytes in the heads of pages", 40, func(r *rand.Rand, d []byte) []byte {
			for range 4 {
				page(r, d)[r.IntN(32)] = byte(r.Uint32())
			}
			return d
		}},
		{"a zeroed page", 40, func(r *rand.Rand, d []byte) []byte { clear(page(r, d)); return d }},
		{"a page written to the wrong place", 20, func(r *rand.Rand, d []byte) []byte { copy(page(r, d), page(r, d)); return d }},
		{"a random head", 15, func(r *rand.Rand, d []byte) []byte {
			for i := range r.IntN(2*pageSize) + 1 {
				d[i] = byte(r.Uint32())
			}
			return d
		}},
		{"random bytes behind the end", 5, func(r *rand.Rand, d []byte) []byte {
			for range r.IntN(3 * pageSize) {
				d = append(d, byte(r.Uint32()))
			}
			return d
		}},
		{"something else", 10, func(r *rand.Rand, _ []byte) []byte {
			return [][]byte{
				{},
				[]byte("\n"), []byte("SQLite format 3\x00"), append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 9000)...), []byte(`{"domain":"example.com"}`),
				make([]byte, 1), make([]byte, pageSize), make([]byte, 4*pageSize), make([]byte, 100*pageSize), []byte("PK\x03\x04"),
			}[r.IntN(10)]
		}},
	}
}

// TestDamage opens 300 files, damaged in ways that are the same on every run,
// and uses each that opens. Nothing may crash, and whatever is refused must say
// that it is damaged, so that it is set aside and a fresh one is begun.
func TestDamage(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "wizard.db")
	fill(t, whole)
	healthy, err := os.ReadFile(whole)
	must(t, err)
	opened, refused := 0, 0
	for _, sp := range spoilers() {
		for i := range sp.files {
			name := fmt.Sprintf("%s, %d", sp.name, i)
			data := sp.damage(rand.New(rand.NewPCG(uint64(i), uint64(len(sp.name)))), append([]byte(nil), healthy...))
			if tryDamaged(t, name, data) {
				opened++
			} else {
				refused++
			}
		}
	}
	for i := range 10 { // whole, and from the future
		if tryDamaged(t, fmt.Sprintf("newer, %d", i), newer(t, uint64(3+i*i*1000))) {
			t.Errorf("schema %d opened", 3+i*i*1000)
		}
		refused++
	}
	t.Logf("%d opened, %d refused", opened, refused)
	if opened+refused != 300 || opened == 0 || refused < 100 {
		t.Errorf("%d opened, %d refused: this is not the corpus", opened, refused)
	}
}

// TestAPageOverTheEnd: a page that claims to be larger than the file makes it
// damaged; BoltDB would write there, and the file would grow to gigabytes.
func TestAPageOverTheEnd(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "wizard.db")
	fill(t, whole)
	healthy, err := os.ReadFile(whole)
	must(t, err)
	for at := 0; at < len(healthy); at += pageSize {
		data := bytes.Clone(healthy)
		binary.LittleEndian.PutUint32(data[at+12:], 0xc10000) // the page's overflow
		tryDamaged(t, fmt.Sprintf("page %d", at/pageSize), data)
	}
}

func newer(t *testing.T, schema uint64) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wizard.db")
	writeBolt(t, path, func(tx *bolt.Tx) error {
		v1, err := tx.CreateBucket([]byte("v1"))
		if err != nil {
			return err
		}
		return v1.Put([]byte("schema"), be64(schema))
	})
	data, err := os.ReadFile(path)
	must(t, err)
	return data
}

func tryDamaged(t *testing.T, name string, data []byte) (opened bool) {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	must(t, err)
	path := filepath.Join(dir, "wizard.db")
	must(t, os.WriteFile(path, data, 0o600))
	db, err := store.Open(path)
	switch {
	case err == nil:
		if err := use(db); err != nil {
			t.Errorf("%s: opened, and then: %v", name, err)
		}
		must(t, db.Close())
		if info, err := os.Stat(path); err != nil || info.Size() > 4*int64(len(data))+1<<20 {
			t.Errorf("%s: it grew from %d to %d bytes: %v", name, len(data), info.Size(), err)
		}
		return true
	case errors.Is(err, store.ErrNewer):
		return false
	case !errors.Is(err, store.ErrDamaged):
		t.Errorf("%s: refused without the reason: %v", name, err)
	}
	aside, err := store.SetAside(path, day(1))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return false
	}
	if kept, err := os.ReadFile(aside); err != nil || !bytes.Equal(kept, data) {
		t.Errorf("%s: of %d bytes %d were kept, or others: %v", name, len(data), len(kept), err)
	}
	again, err := store.Open(path)
	if err != nil {
		t.Errorf("%s: no fresh start: %v", name, err)
		return false
	}
	must(t, errors.Join(use(again), again.Close()))
	return false
}

// use does with a file what a wizard does.
func use(db *store.DB) error {
	_, err := db.Settings()
	in := steps.Intent{Attempt: "ZZZZ", Step: steps.IDCache, Action: "create-cache-rule", At: day(1)}
	errs := []error{err, db.Begin(in), db.ChangeSettings(func(s *steps.Settings) error { s.Subdomain = "otter"; return nil })}
	errs = append(errs, db.Finish(in, steps.Event{Result: steps.Done}), db.SaveFound("example.org", steps.Found{Asked: 1}))
	_, err = db.Intents()
	errs = append(errs, err)
	_, err = db.Events()
	errs = append(errs, err)
	_, err = db.Found("example.com")
	return errors.Join(append(errs, err)...)
}

// Every record has its own checksum: BoltDB does not notice changed data.
func TestOneChangedLetterInARecordIsNoticed(t *testing.T) {
	for _, tt := range []struct{ bucket, key string }{{"", "settings"}, {"intents", "AAAA"}, {"events", string(be64(1))}, {"found", "example.com"}} {
		t.Run(tt.bucket+tt.key, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "wizard.db")
			fill(t, path)
			b, err := bolt.Open(path, 0o600, nil)
			must(t, err)
			must(t, b.Update(func(tx *bolt.Tx) error {
				at := tx.Bucket([]byte("v1"))
				if tt.bucket != "" {
					at = at.Bucket([]byte(tt.bucket))
				}
				v := append([]byte(nil), at.Get([]byte(tt.key))...)
				v[len(v)/2] ^= 1
				return at.Put([]byte(tt.key), v)
			}))
			must(t, b.Close())
			if _, err := store.Open(path); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A tree that lacks a part, or has something else in its place, is damaged too.
func TestAnIncompleteTreeIsDamaged(t *testing.T) {
	change := func(do func(tx *bolt.Tx, v1 *bolt.Bucket) error) func(tx *bolt.Tx) error {
		return func(tx *bolt.Tx) error { return do(tx, tx.Bucket([]byte("v1"))) }
	}
	tests := map[string]func(*bolt.Tx) error{
		"no bucket of events":   change(func(_ *bolt.Tx, v1 *bolt.Bucket) error { return v1.DeleteBucket([]byte("events")) }),
		"no schema number":      change(func(_ *bolt.Tx, v1 *bolt.Bucket) error { return v1.Delete([]byte("schema")) }),
		"a short schema number": change(func(_ *bolt.Tx, v1 *bolt.Bucket) error { return v1.Put([]byte("schema"), []byte{2}) }),
		"an older schema number": change(func(_ *bolt.Tx, v1 *bolt.Bucket) error {
			return errors.Join(v1.DeleteBucket([]byte("found")), v1.Put([]byte("found"), record(`{}`)), v1.Put([]byte("schema"), be64(1)))
		}),
		"a record without a sum":  change(func(_ *bolt.Tx, v1 *bolt.Bucket) error { return v1.Put([]byte("settings"), []byte("{}")) }),
		"a sum over no JSON":      change(func(_ *bolt.Tx, v1 *bolt.Bucket) error { return v1.Put([]byte("settings"), record(`{"domain":`)) }),
		"a record that is a list": change(func(_ *bolt.Tx, v1 *bolt.Bucket) error { return v1.Put([]byte("intents2"), []byte{}) }),
	}
	for name, do := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "wizard.db")
			fill(t, path)
			writeBolt(t, path, do)
			if _, err := store.Open(path); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("got %v", err)
			}
		})
	}
}

package store_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"example.test/wizard/steps"
	"example.test/wizard/store"
)

// The files in testdata were written by the versions of this program that had
// these schemas. This is how; the code is frozen with them and does not use the
// package. WRITE_TESTDATA=1 writes missing files, never one that is there.
func golden() map[string]func(*bolt.Tx) error {
	return map[string]func(*bolt.Tx) error{
		"schema0.db": func(*bolt.Tx) error { return nil },
		"schema1.db": func(tx *bolt.Tx) error {
			v1, err := tx.CreateBucket([]byte("v1"))
			if err != nil {
				return err
			}
			intents, err := v1.CreateBucket([]byte("intents"))
			if err != nil {
				return err
			}
			events, err := v1.CreateBucket([]byte("events"))
			if err != nil {
				return err
			}
			return errors.Join(
				v1.Put([]byte("schema"), be64(1)),
				v1.Put([]byte("settings"), record(`{"installation":"k3xq81ab","agreed":"2026-11-01T15:42:10Z","domain":"example.com","zone_id":"z1","story":[{"at":"2026-11-02T15:42:10Z","what":"first"}],"plex":{"relay_off":true}}`)),
				intents.Put([]byte("AAAA"), record(`{"attempt":"AAAA","step":"tunnel","action":"create-tunnel","what":"Create a tunnel","at":"2026-11-03T15:42:10Z"}`)),
				events.Put(be64(1), record(`{"at":"2026-11-02T15:42:10Z","took":1000000000,"attempt":"BBBB","step":"cache","action":"create-cache-rule","verb":"create","what":"Create a cache rule","result":"done"}`)),
				events.SetSequence(1),
			)
		},
	}
}

func be64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func record(js string) []byte {
	sum := crc32.Checksum([]byte(js), crc32.MakeTable(crc32.Castagnoli))
	return append(binary.BigEndian.AppendUint32(nil, sum), js...)
}

// TestFilesOfOldVersions are all there.
func TestFilesOfOldVersions(t *testing.T) {
	for name, write := range golden() {
		path := filepath.Join("testdata", name)
		_, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) && os.Getenv("WRITE_TESTDATA") == "1" {
			writeBolt(t, path, write)
		} else if err != nil {
			t.Errorf("%v; WRITE_TESTDATA=1 writes it", err)
		}
	}
}

func writeBolt(t *testing.T, path string, write func(*bolt.Tx) error) {
	t.Helper()
	b, err := bolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, b.Update(write))
	must(t, b.Close())
}

func TestOldFilesAreMigrated(t *testing.T) {
	for name := range golden() {
		t.Run(name, func(t *testing.T) {
			original := filepath.Join("testdata", name)
			path := copyOf(t, original)
			must(t, open(t, path).Close())
			db := open(t, path) // once more: what was migrated is whole
			must(t, db.SaveFound("example.com", steps.Found{Domain: "example.com", Asked: 7}))
			if f, err := db.Found("example.com"); err != nil || f.Asked != 7 {
				t.Errorf("found: %v %v", f, err)
			}
			must(t, db.Finish(steps.Intent{}, steps.Event{What: "new", Result: steps.Done}))
		})
	}
}

func TestSchema1KeepsItsContent(t *testing.T) {
	path := copyOf(t, filepath.Join("testdata", "schema1.db"))
	db := open(t, path)
	set, err := db.Settings()
	must(t, err)
	want := steps.Settings{
		Installation: "k3xq81ab", Agreed: day(1), Domain: "example.com", ZoneID: "z1",
		Story: []steps.Moment{{At: day(2), What: "first"}}, Plex: steps.PlexChoices{RelayOff: true},
	}
	if d := cmp.Diff(want, set); d != "" {
		t.Error(d)
	}
	intents, err := db.Intents()
	must(t, err)
	if len(intents) != 1 || intents[0].Attempt != "AAAA" || !intents[0].At.Equal(day(3)) {
		t.Errorf("intents: %+v", intents)
	}
	must(t, db.Finish(steps.Intent{}, steps.Event{What: "second", Result: steps.Done}))
	events, err := db.Events()
	must(t, err)
	if len(events) != 2 || events[0].Attempt != "BBBB" || events[1].What != "second" {
		t.Errorf("events: %+v", events)
	}
}

// The copy is the file as it was: the version before can open it.
func TestABackupIsMadeBeforeAMigration(t *testing.T) {
	path := copyOf(t, filepath.Join("testdata", "schema1.db"))
	must(t, open(t, path).Close())
	backups, err := filepath.Glob(path + ".*")
	must(t, err)
	if d := cmp.Diff([]string{path + ".schema1"}, backups); d != "" {
		t.Fatal(d)
	}
	info, err := os.Stat(backups[0])
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode().Perm())
	}
	b, err := bolt.Open(backups[0], 0o600, &bolt.Options{ReadOnly: true})
	must(t, err)
	defer b.Close()
	must(t, b.View(func(tx *bolt.Tx) error {
		v1 := tx.Bucket([]byte("v1"))
		if n := v1.Get([]byte("schema")); binary.BigEndian.Uint64(n) != 1 {
			t.Errorf("schema %x", n)
		}
		if v1.Bucket([]byte("found")) != nil {
			t.Error("the backup is migrated")
		}
		if !json.Valid(v1.Get([]byte("settings"))[4:]) {
			t.Error("the settings are not there")
		}
		return nil
	}))
}

func TestNothingIsBackedUpWhenThereIsNothingToLose(t *testing.T) {
	for _, name := range []string{"schema0.db", ""} {
		path := filepath.Join(t.TempDir(), "wizard.db")
		if name != "" {
			path = copyOf(t, filepath.Join("testdata", name))
		}
		must(t, open(t, path).Close())
		must(t, open(t, path).Close())
		if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
			t.Errorf("%s: %v", name, left)
		}
	}
}

// A newer file is whole and must not be set aside as damaged, even if its
// records have another form.
func TestANewerSchemaIsRefused(t *testing.T) {
	for name, settings := range map[string][]byte{"same form": record(`{}`), "other form": []byte("\x01binary")} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "wizard.db")
			writeBolt(t, path, func(tx *bolt.Tx) error {
				v1, err := tx.CreateBucket([]byte("v1"))
				if err != nil {
					return err
				}
				return errors.Join(v1.Put([]byte("schema"), be64(9)), v1.Put([]byte("settings"), settings))
			})
			before, err := os.ReadFile(path)
			must(t, err)
			_, err = store.Open(path)
			if !errors.Is(err, store.ErrNewer) || errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), "newer wizard") || !strings.Contains(err.Error(), "schema 9") {
				t.Errorf("got %v", err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was changed")
			}
			if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

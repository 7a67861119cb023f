package store_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
	"example.test/wizard/store"
)

// kept opens a file with its copy beside it.
func kept(t *testing.T, path string) (db *store.DB, restored bool) {
	t.Helper()
	db = open(t, path)
	restored, err := db.KeepCopy(path + ".copy")
	must(t, err)
	return db, restored
}

// TestCopy: a tree that is gone is filled from its copy, with all but the history.
func TestCopy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wizard.db")
	set, intents, events, found := used()
	db, restored := kept(t, path)
	if _, err := os.Stat(path + ".copy"); restored || err == nil {
		t.Errorf("restored %v, and there is a copy of nothing", restored)
	}
	must(t, db.ChangeSettings(func(s *steps.Settings) error { *s = set; return nil }))
	must(t, db.Begin(intents[0]))
	settled := steps.Intent{Attempt: "settled", Step: steps.IDDNS, Action: "create-records"}
	must(t, db.Begin(settled))
	must(t, db.Finish(settled, events[0]))
	must(t, db.SaveFound(found.Domain, found))
	must(t, db.Close())

	_, err := store.SetAside(path, time.Now())
	must(t, err)
	db, restored = kept(t, path)
	if !restored {
		t.Fatal("nothing was restored")
	}
	again, err := db.Settings()
	must(t, err)
	open, err := db.Intents()
	must(t, err)
	records, err := db.Found(found.Domain)
	must(t, err)
	for _, d := range []string{cmp.Diff(set, again), cmp.Diff(intents, open), cmp.Diff(found, records)} {
		if d != "" {
			t.Error(d)
		}
	}
	// A tree with settings of its own is the true one, and the copy follows it.
	must(t, db.ChangeSettings(func(s *steps.Settings) error { s.Domain = "example.net"; return nil }))
	must(t, db.Close())
	must(t, os.WriteFile(path+".copy", []byte("old"), 0o600))
	if _, restored = kept(t, path); restored {
		t.Error("a whole tree was filled from a copy")
	}
	must(t, os.Remove(path))
	db, _ = kept(t, path)
	if s, err := db.Settings(); err != nil || s.Domain != "example.net" {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestDamagedCopy: each damage, and a copy of another version, leaves an empty
// tree, and what was there is set aside.
func TestDamagedCopy(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "wizard.db")
	db, _ := kept(t, path)
	set, _, _, _ := used()
	must(t, db.ChangeSettings(func(s *steps.Settings) error { *s = set; return nil }))
	must(t, db.Close())
	good, err := os.ReadFile(path + ".copy")
	must(t, err)
	damages := map[string][]byte{"empty": {}, "foreign": []byte("no copy"), "cut": good[:len(good)/2]}
	for at := range len(good) {
		if at%41 == 0 {
			bad := slices.Clone(good)
			bad[at] ^= 1
			damages["flipped at "+strconv.Itoa(at)] = bad
		}
	}
	for name, bad := range damages {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "wizard.db")
			must(t, os.WriteFile(path+".copy", bad, 0o600))
			db, restored := kept(t, path)
			s, err := db.Settings()
			if restored || err != nil || s.Installation != "" {
				t.Errorf("restored %v: %+v, %v", restored, s, err)
			}
			if aside, err := os.ReadFile(path + ".copy.bad"); err != nil || !slices.Equal(aside, bad) {
				t.Errorf("it was not set aside: %v", err)
			}
		})
	}
}

// TestSetAsideTwice never loses an earlier damaged file.
func TestSetAsideTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wizard.db")
	for _, text := range []string{"first", "second", "third"} {
		must(t, os.WriteFile(path, []byte(text), 0o600))
		to, err := store.SetAside(path, day(1))
		must(t, err)
		if b, err := os.ReadFile(to); err != nil || string(b) != text {
			t.Errorf("%s: %q, %v", to, b, err)
		}
	}
	if all, err := filepath.Glob(path + ".bad-*"); err != nil || len(all) != 3 {
		t.Errorf("%q, %v", all, err)
	}
}

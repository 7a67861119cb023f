package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/store"
)

// BenchmarkCommit is one change of the settings, as it lies safely on the disk.
func BenchmarkCommit(b *testing.B) {
	db, err := store.Open(filepath.Join(b.TempDir(), "wizard.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	}()
	s := steps.Settings{Installation: "abcd1234", Domain: "example.com"}
	for b.Loop() {
		s.Agreed = time.Unix(s.Agreed.Unix()+1, 0)
		if err := db.SaveSettings(s); err != nil {
			b.Fatal(err)
		}
	}
}

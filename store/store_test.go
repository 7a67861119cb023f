package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
	"example.test/wizard/store"
)

func TestEverythingComesBackAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wizard.db")
	fill(t, path)
	db := open(t, path)
	set, intents, events, found := used()
	gotSet, err := db.Settings()
	must(t, err)
	gotIntents, err := db.Intents()
	must(t, err)
	gotEvents, err := db.Events()
	must(t, err)
	gotFound, err := db.Found("example.com")
	must(t, err)
	for what, d := range map[string]string{
		"settings": cmp.Diff(set, gotSet), "intents": cmp.Diff(intents, gotIntents), "events": cmp.Diff(events, gotEvents), "found": cmp.Diff(found, gotFound),
	} {
		if d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
}

func TestAFreshFileIsEmptyAndPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wizard.db")
	db := open(t, path)
	set, err := db.Settings()
	must(t, err)
	intents, err := db.Intents()
	must(t, err)
	events, err := db.Events()
	must(t, err)
	found, err := db.Found("example.com")
	must(t, err)
	if d := cmp.Diff(steps.Settings{}, set); d != "" || intents != nil || events != nil || !found.At.IsZero() {
		t.Errorf("a fresh file holds something: %s %v %v %v", d, intents, events, found)
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode().Perm())
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestALeftoverOfAnInterruptedCreationIsNoObstacle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wizard.db")
	must(t, os.WriteFile(path+".new", []byte("half a file"), 0o600))
	if _, err := open(t, path).Settings(); err != nil {
		t.Error(err)
	}
}

// The outcome decides what becomes of the intents of the same action.
func TestFinish(t *testing.T) {
	create := func(attempt string) steps.Intent {
		return steps.Intent{Attempt: attempt, Step: steps.IDTunnel, Action: "create-tunnel", At: day(1)}
	}
	others := []steps.Intent{
		{Attempt: "other-action", Step: steps.IDTunnel, Action: "install-connector", At: day(1)},
		{Attempt: "other-step", Step: steps.IDDNS, Action: "create-tunnel", At: day(1)},
	}
	tests := []struct {
		name   string
		result steps.Result
		left   []string
	}{
		{"done closes it and every older one of the same action", steps.Done, []string{"other-action", "other-step"}},
		{"failed closes only itself", steps.Failed, []string{"first", "other-action", "other-step"}},
		{"unknown leaves it open", steps.Unknown, []string{"first", "other-action", "other-step", "second"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := fresh(t)
			for _, in := range append(others, create("first"), create("second")) {
				must(t, db.Begin(in))
			}
			must(t, db.Finish(create("second"), steps.Event{Attempt: "second", Result: tt.result}))
			open, err := db.Intents()
			must(t, err)
			var left []string
			for _, in := range open {
				left = append(left, in.Attempt)
			}
			if d := cmp.Diff(tt.left, left); d != "" {
				t.Error(d)
			}
			events, err := db.Events()
			must(t, err)
			if len(events) != 1 || events[0].Result != tt.result {
				t.Errorf("history: %+v", events)
			}
		})
	}
}

func TestEventsStayInTheOrderInWhichTheyWereWritten(t *testing.T) {
	db := fresh(t)
	for i := range 300 { // more than one byte of the sequence number
		must(t, db.Finish(steps.Intent{}, steps.Event{Took: time.Duration(i)}))
	}
	events, err := db.Events()
	must(t, err)
	for i, ev := range events {
		if ev.Took != time.Duration(i) {
			t.Fatalf("event %d is %d", i, ev.Took)
		}
	}
	if len(events) != 300 {
		t.Errorf("%d events", len(events))
	}
}

func TestFoundIsKeptForEachDomain(t *testing.T) {
	db := fresh(t)
	must(t, db.SaveFound("example.com", steps.Found{Domain: "example.com", Asked: 1}))
	must(t, db.SaveFound("example.org", steps.Found{Domain: "example.org", Asked: 2}))
	must(t, db.SaveFound("example.com", steps.Found{Domain: "example.com", Asked: 3}))
	for domain, asked := range map[string]int{"example.com": 3, "example.org": 2, "example.net": 0} {
		if f, err := db.Found(domain); err != nil || f.Asked != asked {
			t.Errorf("%s: %d, %v", domain, f.Asked, err)
		}
	}
}

// The journal's open intents come from the journal, not from the settings.
func TestPendingIntentsAreNotSavedWithTheSettings(t *testing.T) {
	db := fresh(t)
	must(t, db.SaveSettings(steps.Settings{Domain: "example.com", Pending: []steps.Intent{{Attempt: "x"}}}))
	if s, err := db.Settings(); err != nil || s.Pending != nil {
		t.Errorf("%v %v", s.Pending, err)
	}
}

func TestChangeSettings(t *testing.T) {
	db := fresh(t)
	must(t, db.SaveSettings(steps.Settings{Domain: "example.com"}))
	must(t, db.ChangeSettings(func(s *steps.Settings) error { s.Subdomain = "otter"; return nil }))
	no := errors.New("no")
	if err := db.ChangeSettings(func(s *steps.Settings) error { s.Domain = "example.org"; return no }); !errors.Is(err, no) {
		t.Errorf("got %v", err)
	}
	must(t, db.ChangeSettings(func(*steps.Settings) error { return nil }))
	s, err := db.Settings()
	must(t, err)
	if s.Host() != "otter.example.com" {
		t.Errorf("got %q", s.Host())
	}
}

// Two engines share one file, so a change is read, made and saved as one.
func TestChangesAtTheSameTimeAllCount(t *testing.T) {
	db := fresh(t)
	const each, writers = 25, 4
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				if err := db.ChangeSettings(func(s *steps.Settings) error {
					s.Story = append(s.Story, steps.Moment{At: day(1), What: "x"})
					return nil
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if s, err := db.Settings(); err != nil || len(s.Story) != each*writers {
		t.Errorf("%d changes, %v", len(s.Story), err)
	}
}

func TestLockedByAnotherWizard(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wizard.db")
	first := open(t, path)
	begun := time.Now()
	_, err := store.Open(path)
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("it took %v to say so", took)
	}
	if !errors.Is(err, store.ErrLocked) || errors.Is(err, store.ErrDamaged) {
		t.Errorf("got %v", err)
	}
	must(t, first.Close())
	open(t, path)
}

func TestSetAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wizard.db")
	must(t, os.WriteFile(path, []byte("not a database at all, and rather short"), 0o600))
	_, err := store.Open(path)
	if !errors.Is(err, store.ErrDamaged) {
		t.Fatalf("got %v", err)
	}
	to, err := store.SetAside(path, day(5))
	must(t, err)
	if want := path + ".bad-20261105-154210"; to != want {
		t.Errorf("got %s", to)
	}
	if data, err := os.ReadFile(to); err != nil || string(data[:3]) != "not" {
		t.Errorf("%q %v", data, err)
	}
	open(t, path)
	if _, err := store.SetAside(filepath.Join(t.TempDir(), "none"), day(5)); err == nil {
		t.Error("there was nothing to set aside")
	}
}

// A full disk or a missing permission is not damage: nothing may be set aside.
func TestTroubleOfTheSystemIsNotDamage(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "wizard.db")
	must(t, os.Mkdir(folder, 0o700))
	for _, path := range []string{folder, filepath.Join(t.TempDir(), "no", "such", "folder", "wizard.db")} {
		if _, err := store.Open(path); err == nil || errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrLocked) {
			t.Errorf("%s: got %v", filepath.Base(path), err)
		}
	}
}

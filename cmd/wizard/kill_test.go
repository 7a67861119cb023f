package main

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestKilledEverywhere kills the wizard with signal 9 before and after every call
// to the outside and every commit of the whole journey. A few journeys share the
// boundaries: each dies at one that none has died at, is started again and goes
// on, to the end.
//
// With WIZARD_NIGHTLY=1 each boundary also gets a journey of its own.
func TestKilledEverywhere(t *testing.T) {
	long(t)
	exe, began := victim(t), time.Now()
	d := &deaths{at: map[string]bool{}}
	var all lives
	t.Run("together", func(t *testing.T) {
		for range 2 {
			t.Run("life", func(t *testing.T) {
				t.Parallel()
				l := newLife(t, exe)
				l.b.dies = func(name string, _ int) bool { return d.first(name) }
				l.walk()
				l.b.allow()
				l.judge()
				all.add(l)
			})
		}
	})
	for _, name := range all.names {
		if !d.at[name] {
			t.Errorf("nobody died %s", name)
		}
	}
	if len(all.names) < 200 {
		t.Errorf("only %d boundaries; the journey has over 200", len(all.names))
	}
	t.Logf("%d boundaries, killed at %d, %d starts, %s; duplicates %d, lost answers %d, unmarked objects touched %d",
		len(all.names), len(d.at), all.starts, time.Since(began).Round(100*time.Millisecond), all.duplicates, all.lost, all.touched)
	if os.Getenv("WIZARD_NIGHTLY") == "" {
		return
	}
	t.Run("alone", func(t *testing.T) {
		for _, name := range all.names {
			t.Run(strings.ReplaceAll(name, "/", "|"), func(t *testing.T) {
				t.Parallel()
				l := newLife(t, exe)
				l.b.dies = (&once{name: name}).now
				l.walk()
				l.b.allow()
				l.judge()
			})
		}
	})
}

// deaths are the boundaries at which a wizard has died.
type deaths struct {
	mu sync.Mutex
	at map[string]bool
}

// first reports whether nobody has died there before.
func (d *deaths) first(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.at[name]
	d.at[name] = true
	return !before
}

// once is one death at one boundary.
type once struct {
	mu   sync.Mutex
	name string
	done bool
}

func (o *once) now(name string, _ int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	here := !o.done && name == o.name
	o.done = o.done || here
	return here
}

// lives sums up.
type lives struct {
	mu                                sync.Mutex
	names                             []string
	starts, duplicates, lost, touched int
}

func (a *lives) add(l *life) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, name := range l.b.names() {
		if !slices.Contains(a.names, name) {
			a.names = append(a.names, name)
		}
	}
	a.starts += l.starts
	a.duplicates += l.duplicates
	a.lost += l.lost
	a.touched += l.touched
}

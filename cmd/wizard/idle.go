package main

import (
	"context"
	"sync"
	"time"

	"example.test/wizard/steps"
)

// idler knows when the wizard was last used. A program that holds such keys
// should not run for longer than it is needed.
type idler struct {
	now func() time.Time

	mu   sync.Mutex
	last time.Time // wall-clock, because timers stop while a computer sleeps
}

func (u *idler) touch() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.last = u.now().Round(0)
}

func (u *idler) unused() time.Duration {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.now().Round(0).Sub(u.last)
}

// wait returns true when nobody has used the wizard for as long as limit, and it
// has nothing to do meanwhile; false when ctx ends. A limit of 0 is for ever.
func (u *idler) wait(ctx context.Context, limit time.Duration, busy func() bool) bool {
	if limit <= 0 {
		return false
	}
	tick := time.NewTicker(min(limit/4+time.Millisecond, 15*time.Second))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
		if busy() {
			u.touch()
		} else if u.unused() >= limit {
			return true
		}
	}
}

// busy reports whether a job runs, or a step waits for the world with the
// person's yes: then the program watches on, although nobody looks.
func (g *program) busy() bool {
	for _, e := range []*steps.Engine{g.engine, g.undo} {
		for _, i := range e.Infos() {
			if j, ok := e.Job(i.ID); ok && j.Running() {
				return true
			}
			if seen, ok := e.Last(i.ID); ok && seen.State() == steps.StateWaiting && !seen.At.IsZero() {
				return true
			}
		}
	}
	return false
}

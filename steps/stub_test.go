package steps_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.test/wizard/steps"
)

// A stub is a step whose world is two functions.
type stub struct {
	id       steps.ID
	inspect  func(context.Context, steps.Settings) (steps.Finding, error)
	apply    func(context.Context, steps.Settings, steps.Action) (steps.Settings, error)
	remember func(steps.Settings, steps.Finding) (steps.Settings, bool)

	mu      sync.Mutex
	looks   []time.Time
	applied []string
}

func (s *stub) Info() steps.Info { return steps.Info{ID: s.id, Number: 1, Title: "A stub"} }

func (s *stub) Inspect(ctx context.Context, set steps.Settings) (steps.Finding, error) {
	s.mu.Lock()
	s.looks = append(s.looks, time.Now())
	s.mu.Unlock()
	return s.inspect(ctx, set)
}

func (s *stub) Apply(ctx context.Context, set steps.Settings, a steps.Action) (steps.Settings, error) {
	s.mu.Lock()
	s.applied = append(s.applied, a.ID)
	s.mu.Unlock()
	return s.apply(ctx, set, a)
}

func (s *stub) Remember(set steps.Settings, f steps.Finding, _ time.Time) (steps.Settings, bool) {
	if s.remember == nil {
		return set, false
	}
	return s.remember(set, f)
}

func (s *stub) looked() int  { s.mu.Lock(); defer s.mu.Unlock(); return len(s.looks) }
func (s *stub) applies() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.applied) }

// finds makes an inspect that always finds the same.
func finds(f steps.Finding) func(context.Context, steps.Settings) (steps.Finding, error) {
	return func(context.Context, steps.Settings) (steps.Finding, error) { return f, nil }
}

// does makes an apply that always ends the same.
func does(err error) func(context.Context, steps.Settings, steps.Action) (steps.Settings, error) {
	return func(_ context.Context, s steps.Settings, _ steps.Action) (steps.Settings, error) { return s, err }
}

func action(id string) steps.Action {
	return steps.Action{ID: id, Verb: steps.Update, What: "Do " + id, To: id}
}

func auto(id string) steps.Action {
	a := action(id)
	a.Auto = true
	return a
}

// stubbed runs a test with an engine of stubs on the bubble's clock.
func stubbed(t *testing.T, all []*stub, do func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{store: newMemory(steps.Settings{Installation: "k3xq81ab"}), skew: new(atomic.Int64)}
		for _, s := range all {
			r.steps = append(r.steps, s)
		}
		r.Engine = steps.New(steps.Config{Steps: r.steps, Store: r.store, Log: quiet(), Now: r.now, Woke: func() { r.woke.Add(1) }})
		defer r.close(t)
		do(t, r)
	})
}

var errNo = errors.New("no")

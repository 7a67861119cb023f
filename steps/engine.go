package steps

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Config is what an engine needs.
type Config struct {
	Steps []Step
	Store Store
	Log   *slog.Logger
	Now   func() time.Time
	// Pace divides every waiting time. It is 1 in life; the pretend world, whose
	// name servers change within seconds, sets it higher.
	Pace float64
	// Woke is called when the clock has jumped, as after a sleep: connections that
	// were kept open are dead by then, which shows only after a long wait. Nil for nothing.
	Woke func()
}

// Engine runs steps: look, show, confirm, change, look again. Jobs run on the
// engine's own context, so that a closed browser tab cancels nothing.
type Engine struct {
	steps []Step
	store Store
	log   *slog.Logger
	now   func() time.Time
	pace  float64
	woke  func()

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	seen    map[ID]Seen
	good    map[ID]time.Time // until when the latest look is as good as a fresh one
	turned  time.Time        // when a look last showed a step to be otherwise than before
	flights map[ID]*flight
	jobs    map[ID]*job
	row     []ID // steps that are being carried out together
	halted  bool // the person asked the row to end
	ended   RowEnd
	wake    chan struct{}
}

// Seen is the latest look at one step.
type Seen struct {
	Info    Info
	Finding Finding
	Plan    string   // digest of the actions that need a yes; empty when there are none
	Problem *Problem // why the look failed; the finding is then empty
	At      time.Time
	Old     bool // the present look did not end in time; this is the one before
}

// State is the step's state, with a failed look as a problem. A look that
// failed only for want of the token leaves the step undecided.
func (s Seen) State() State {
	switch {
	case s.At.IsZero() && s.Old:
		return StateWaiting // the first look has not ended yet
	case s.At.IsZero():
		return StateTodo
	case s.Problem == nil:
		return s.Finding.State()
	case errors.Is(s.Problem, ErrNoToken):
		return StateTodo
	}
	return StateProblem
}

// lookTimeout bounds one look at one step.
const lookTimeout = 30 * time.Second

// New makes an engine. Close it.
func New(c Config) *Engine {
	e := &Engine{
		steps: c.Steps, store: c.Store, log: c.Log, now: c.Now, pace: max(c.Pace, 1), woke: c.Woke,
		seen: map[ID]Seen{}, good: map[ID]time.Time{}, flights: map[ID]*flight{}, jobs: map[ID]*job{},
		wake: make(chan struct{}, 1),
	}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	return e
}

// Close stops taking jobs, lets the call in progress end, and returns when
// everything that the engine started has ended or ctx is done.
func (e *Engine) Close(ctx context.Context) error {
	e.mu.Lock() // whoever holds it may be about to start something
	e.cancel()
	e.mu.Unlock()
	ended := make(chan struct{})
	go func() { e.wg.Wait(); close(ended) }()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for running jobs: %w", ctx.Err())
	}
}

// Pace is the factor by which waiting times are shortened.
func (e *Engine) Pace() float64 { return e.pace }

// Infos lists the steps in order.
func (e *Engine) Infos() []Info {
	out := make([]Info, len(e.steps))
	for i, s := range e.steps {
		out[i] = s.Info()
	}
	return out
}

// Settings returns what is remembered, with the journal's open intents.
func (e *Engine) Settings() (Settings, error) {
	s, err := e.store.Settings()
	if err != nil {
		return s, fmt.Errorf("reading settings: %w", err)
	}
	if s.Pending, err = e.store.Intents(); err != nil {
		return s, fmt.Errorf("reading the journal: %w", err)
	}
	return s, nil
}

// Update changes settings by a choice of the person. The looks that it makes
// stale are taken again.
func (e *Engine) Update(change func(*Settings) error) error {
	if err := e.store.ChangeSettings(change); err != nil {
		return fmt.Errorf("changing settings: %w", err)
	}
	e.Forget()
	return nil
}

// Choose is [Engine.Update] for a choice that concerns one step. What was seen of
// the world a moment ago still holds, so a step that can think again about it is
// not asked to look again. Nothing is confirmed by it: [Engine.Start] looks.
func (e *Engine) Choose(id ID, change func(*Settings) error) error {
	st, err := e.step(id)
	if err != nil {
		return err
	}
	last, _ := e.Last(id)
	if err := e.Update(change); err != nil {
		return err
	}
	r, ok := st.(Rethinker)
	age := e.now().Sub(last.At)
	if !ok || last.Old || last.Problem != nil || last.At.IsZero() || age < 0 || age > rethinkFor {
		return nil
	}
	s, err := e.Settings()
	if err != nil {
		return err
	}
	if last.Finding, ok = r.Rethink(last.Finding, s); ok {
		last.Plan = digest(last.Finding.Plan())
		e.keep(last)
	}
	return nil
}

// Forget makes the next look at every step a fresh one. Looks in progress may
// have begun before whatever made them stale; their outcome is not kept.
func (e *Engine) Forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for id, s := range e.seen {
		s.Old = true
		e.seen[id] = s
	}
	clear(e.flights)
	clear(e.good)
}

// Events returns the history, oldest first.
func (e *Engine) Events() ([]Event, error) { return e.store.Events() }

// ErrNoStep means that there is no step of that id.
var ErrNoStep = errors.New("no such step")

func (e *Engine) step(id ID) (Step, error) {
	for _, s := range e.steps {
		if s.Info().ID == id {
			return s, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrNoStep, id)
}

// digest names a plan. Two plans with the same digest change the same things to
// the same values.
func digest(as []Action) string {
	if len(as) == 0 {
		return ""
	}
	b, err := json.Marshal(as)
	if err != nil {
		panic(err) // strings, bools and slices of them
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:8])
}

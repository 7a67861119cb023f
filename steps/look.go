package steps

import (
	"context"
	"time"

	"example.test/wizard/steps/beside"
)

// A Rememberer notes in the settings what a look showed for the first time,
// such as the only account of a token or the first sighting of a name server.
// It is pure; the engine saves.
type Rememberer interface {
	Remember(s Settings, f Finding, now time.Time) (Settings, bool)
}

// A flight is a look in progress; whoever asks meanwhile waits for its outcome.
type flight struct {
	ended chan struct{}
	seen  Seen
}

// fresh is how long a look is good enough for a second page or tab.
const fresh = 700 * time.Millisecond

// goodFor is how long the next page may show a look that a job took at its end,
// or that was thought over again after a choice.
const goodFor = 3 * time.Second

// A Rethinker can say what an earlier finding of its own means under other
// settings, without asking the world. It is pure. ok is false when the finding
// does not hold enough.
type Rethinker interface {
	Rethink(f Finding, s Settings) (_ Finding, ok bool)
}

// rethinkFor is how old a look may be to be thought over again.
const rethinkFor = time.Minute

// keep remembers a look as the latest one, good enough for the page that follows;
// the zero Seen is none.
func (e *Engine) keep(last Seen) {
	if last.At.IsZero() {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.turn(e.seen[last.Info.ID], last)
	e.seen[last.Info.ID], e.good[last.Info.ID] = last, e.now().Add(goodFor)
}

// isGood reports whether a look is good enough for another page.
func (e *Engine) isGood(last Seen) bool {
	if last.Old || last.At.IsZero() {
		return false
	}
	now, until := e.now(), last.At.Add(fresh)
	if g := e.good[last.Info.ID]; g.After(until) {
		until = g
	}
	return now.Before(until) && now.After(last.At.Add(-fresh))
}

// Look inspects one step, or joins a look in progress. The look itself runs on
// the engine's context; when ctx ends first, the one before is returned as old.
func (e *Engine) Look(ctx context.Context, id ID) (Seen, error) {
	st, err := e.step(id)
	if err != nil {
		return Seen{}, err
	}
	e.mu.Lock()
	last := e.seen[id]
	if e.isGood(last) {
		e.mu.Unlock()
		return last, nil
	}
	f := e.flights[id]
	if f == nil && e.ctx.Err() != nil {
		e.mu.Unlock()
		return unfinished(st, last, e.ctx.Err()), nil
	}
	if f == nil {
		f = &flight{ended: make(chan struct{})}
		e.flights[id] = f
		e.wg.Go(func() { e.fly(st, f) })
	}
	e.mu.Unlock()
	select {
	case <-f.ended:
		return f.seen, nil
	case <-ctx.Done():
		return unfinished(st, last, ctx.Err()), nil
	}
}

// unfinished is what can be said when a look did not end in time: what was seen
// before, or that nothing was seen yet.
func unfinished(st Step, last Seen, why error) Seen {
	last.Info, last.Old = st.Info(), true
	if last.At.IsZero() {
		last.Problem = &Problem{Title: "Not looked at yet", Text: "The first look takes longer than usual. It goes on.", Err: why}
	}
	return last
}

// LookAll inspects all steps side by side and returns them in order.
func (e *Engine) LookAll(ctx context.Context) []Seen {
	return e.LookOn(ctx, func(Seen, time.Duration) bool { return false })
}

// LookOn is LookAll for a page that follows on others: a step that was seen to be
// done, and whose look is good enough at its age, is shown as it was seen.
func (e *Engine) LookOn(ctx context.Context, enough func(last Seen, age time.Duration) bool) []Seen {
	out := make([]Seen, len(e.steps))
	var wg beside.Group
	for i, st := range e.steps {
		last, good := e.latest(st.Info().ID)
		if age := e.now().Sub(last.At); good || !last.At.IsZero() && last.State() == StateDone && age >= 0 && enough(last, age) {
			out[i] = last
			continue
		}
		wg.Go(func() { out[i], _ = e.Look(ctx, st.Info().ID) })
	}
	wg.Wait()
	return out
}

// latest returns the latest look, and whether it is good enough for another page.
func (e *Engine) latest(id ID) (last Seen, good bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.seen[id], e.isGood(e.seen[id])
}

// Last returns the latest look without taking another.
func (e *Engine) Last(id ID) (Seen, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s, ok := e.seen[id]
	return s, ok
}

func (e *Engine) fly(st Step, f *flight) {
	id := st.Info().ID
	var left []Intent
	err := e.rescued(id, "reading the journal", func() (err error) {
		left, err = e.store.Intents()
		return err
	})
	f.seen = e.inspect(e.ctx, st)
	if err == nil && len(left) > 0 {
		err = e.rescued(id, "tidying the journal", func() error { return e.tidy(e.ctx, st, f.seen, left) })
	}
	if err != nil {
		e.log.Error("tidying the journal", "step", id, "err", err)
	}
	e.mu.Lock()
	if e.flights[id] == f { // not forgotten meanwhile
		delete(e.flights, id)
		delete(e.good, id)
		e.turn(e.seen[id], f.seen)
		e.seen[id] = f.seen
	}
	e.mu.Unlock()
	close(f.ended)
	e.nudge()
}

func (e *Engine) inspect(ctx context.Context, st Step) Seen {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	seen := Seen{Info: st.Info()}
	var s Settings
	err := e.rescued(seen.Info.ID, "looking", func() (err error) {
		if s, err = e.Settings(); err == nil {
			seen.Finding, err = st.Inspect(ctx, s)
		}
		return err
	})
	seen.At = e.now().Round(0)
	if err != nil {
		seen.Problem, seen.Finding = Explain(err), Finding{}
		e.log.InfoContext(ctx, "look failed", "step", seen.Info.ID, "err", err)
		return seen
	}
	seen.Plan = digest(seen.Finding.Plan())
	if r, ok := st.(Rememberer); ok {
		if err := e.rescued(seen.Info.ID, "remembering", func() error { return e.remember(r, s, seen.Finding) }); err != nil {
			e.log.ErrorContext(ctx, "remembering", "step", seen.Info.ID, "err", err)
		}
	}
	return seen
}

// remember notes what was seen under the settings base. If the person chose
// something else while the look ran, it says nothing about the present choice.
func (e *Engine) remember(r Rememberer, base Settings, f Finding) error {
	if _, news := r.Remember(base, f, e.now().Round(0)); !news {
		return nil
	}
	return e.store.ChangeSettings(func(s *Settings) error {
		if !sameSettings(base, *s) {
			return nil
		}
		*s, _ = r.Remember(*s, f, e.now().Round(0))
		return nil
	})
}

// nudge makes the watcher think again about what is due.
func (e *Engine) nudge() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

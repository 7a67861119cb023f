package steps

import (
	"context"
	"slices"
	"time"
)

// Watch looks again at whatever waits, when it is due, and carries out what was
// agreed to before, such as asking Cloudflare to look at the delegation.
// Nothing depends on it: an open page looks for itself. It returns when ctx or
// the engine ends.
//
// Timers stop while a computer sleeps, so the watcher compares wall-clock times
// every few seconds and a jump makes everything due at once.
func (e *Engine) Watch(ctx context.Context) {
	tick := time.NewTicker(max(e.shorten(5*time.Second), 250*time.Millisecond))
	defer tick.Stop()
	for {
		began := e.now().Round(0)
		select {
		case <-ctx.Done():
			return
		case <-e.ctx.Done():
			return
		case <-tick.C:
		case <-e.wake:
		}
		if waited := e.now().Round(0).Sub(began); e.woke != nil && (waited < -asleep || waited > asleep) {
			e.woke()
		}
		for _, st := range e.steps {
			_ = e.rescued(st.Info().ID, "watching", func() error { e.attend(ctx, st); return nil }) // it is in the log
		}
	}
}

// asleep is by how much the wall clock is wrong about a wait of a few seconds
// when the computer slept. Less is a busy computer.
const asleep = 20 * time.Second

// attend gives one step what is due.
func (e *Engine) attend(ctx context.Context, st Step) {
	id := st.Info().ID
	last, ok := e.Last(id)
	if !ok {
		return
	}
	j, worked := e.Job(id)
	recent := worked && e.now().Sub(j.Ended) < e.shorten(time.Minute)
	if j.Running() || recent && j.Problem != nil {
		return // at work, or it has failed a moment ago
	}
	if e.due(last) || last.Old && len(last.Finding.Auto()) > 0 {
		last, _ = e.Look(ctx, id)
	}
	if auto := last.Finding.Auto(); len(auto) > 0 && !last.Old && !(recent && j.did(auto)) {
		if err := e.begin(st, auto); err != nil {
			e.log.DebugContext(ctx, "not begun", "step", id, "err", err)
		}
	}
}

// retryFailedLook is how soon a look that failed is taken again.
const retryFailedLook = 15 * time.Second

// again is how soon to look again; zero means no need.
func (s Seen) again() time.Duration {
	if s.Problem != nil {
		return retryFailedLook
	}
	return s.Finding.Again
}

func (e *Engine) due(s Seen) bool {
	again := s.again()
	if again == 0 {
		return false
	}
	since := e.now().Round(0).Sub(s.At)
	return since < 0 || since >= e.shorten(again)
}

// did reports whether the job carried out one of these actions. What it did and
// is due again at once has had no effect; it is tried again later.
func (j Job) did(as []Action) bool {
	return slices.ContainsFunc(j.Items, func(it JobItem) bool {
		return slices.ContainsFunc(as, func(a Action) bool { return a.ID == it.Action.ID })
	})
}

package steps

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.test/wizard/locale"
)

// Changes whose outcome is not known, because an answer was lost or the process
// ended in the middle, are settled by looking, never by trying again.

// settling are the pauses before each look for a change whose reply was lost: a
// minute in all, because a list may lag behind what was made.
func settling() []time.Duration {
	return []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second, 30 * time.Second}
}

// settle finds out whether a change was made whose reply was lost. It looks
// until the change shows, at most a minute, and never makes it a second time.
// It returns what must be remembered when it was made, else cause.
func (e *Engine) settle(ctx context.Context, st Step, a Action, result Settings, cause error) (Settings, error) {
	e.log.WarnContext(ctx, "outcome unclear, looking", "step", st.Info().ID, "action", a.ID, "err", cause)
	since := e.now()
	for looks, wait := range settling() {
		wait = e.shorten(wait)
		Report(ctx, Part{ID: "settle", Title: "Looking whether it was done", Detail: "The answer was lost. The wizard looks before it tries again. " + lookedSo(looks, since, e.now().Add(wait))})
		if err := sleep(ctx, wait); err != nil {
			break
		}
		seen := e.inspect(ctx, st)
		if seen.Problem != nil || seen.Finding.MayBeDue(a.ID) {
			continue
		}
		if t, ok := st.(Taker); ok {
			taken, err := e.takeUp(ctx, t, a, result)
			if err != nil {
				e.log.WarnContext(ctx, "not taken up", "step", st.Info().ID, "action", a.ID, "err", err)
				continue
			}
			result = taken
		}
		Report(ctx, Part{ID: "settle", Title: "It was done", Ended: true})
		return result, nil
	}
	return result, cause
}

// lookedSo says how often the wizard has looked, and when it looks next.
func lookedSo(times int, since, next time.Time) string {
	at := locale.Second(next.Local())
	switch times {
	case 0:
		return "It looks at " + at + "."
	case 1:
		return "It looked once, and looks again at " + at + "."
	}
	return fmt.Sprintf("It looked %d times since %s, and looks again at %s.", times, locale.Second(since.Local()), at)
}

// takeUp gives the step its own open intent to tell the object by.
func (e *Engine) takeUp(ctx context.Context, t Taker, a Action, result Settings) (Settings, error) {
	open, err := e.store.Intents()
	if err != nil {
		return result, fmt.Errorf("reading the journal: %w", err)
	}
	result.Pending = open
	return t.TakeUp(ctx, result, a)
}

// clearUp closes the open intents of an action whose outcome has come to light,
// and notes in the history that it was done after all.
func (e *Engine) clearUp(id ID, action string) error {
	open, err := e.store.Intents()
	if err != nil {
		return fmt.Errorf("reading the journal: %w", err)
	}
	for _, in := range open {
		if in.Step == id && in.Action == action {
			if err := e.cameTrue(in); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Engine) cameTrue(in Intent) error {
	ev := Event{At: in.At, Attempt: in.Attempt, Step: in.Step, Action: in.Action, Verb: in.Verb, What: in.What, Result: Done}
	if err := e.store.Finish(in, ev); err != nil {
		return fmt.Errorf("writing the history: %w", err)
	}
	return nil
}

// tidy closes the intents that an earlier process left open, once the step needs
// nothing more: what they wanted is there. Those are the intents that the look
// began with and that no job works on.
func (e *Engine) tidy(ctx context.Context, st Step, seen Seen, left []Intent) error {
	id := seen.Info.ID
	if j, ok := e.Job(id); seen.Problem != nil || !seen.Finding.Done() || ok && j.Running() {
		return nil
	}
	open, err := e.store.Intents()
	if err != nil {
		return fmt.Errorf("reading the journal: %w", err)
	}
	for _, in := range open {
		if in.Step != id || !slices.ContainsFunc(left, func(l Intent) bool { return l.Attempt == in.Attempt }) {
			continue
		}
		if t, ok := st.(Taker); ok {
			s, err := e.Settings()
			if err != nil {
				return err
			}
			if _, err := t.TakeUp(ctx, s, Action{ID: in.Action}); err != nil {
				continue // what is there may be somebody else's
			}
		}
		if err := e.cameTrue(in); err != nil {
			return err
		}
	}
	return nil
}

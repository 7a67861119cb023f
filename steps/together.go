package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Several steps can be agreed to with one yes: those whose plans need no further
// choice. They run one after the other, each with its own look, plan and checks.

// together lists the steps that can be confirmed at once, in order. Plex is last:
// it is told an address that works, and a new certificate may let that wait.
func together() []ID { return []ID{IDCache, IDTunnel, IDHostname, IDNotifications, IDPlex} }

// TogetherPlan is one step's share of a common plan. A later step's exact values
// may depend on an earlier one's result; its actions are then taken from its own
// look when its turn comes, and must be among those named here.
type TogetherPlan struct {
	Info    Info
	Actions []Action
	Digest  string
}

// A Previewer can say what it would do once the steps before it are done.
type Previewer interface {
	Preview(ctx context.Context, s Settings) ([]Action, error)
}

// Together looks at the steps that can be confirmed with one yes and returns
// their plans. Steps that are done, or that need a choice, are left out.
func (e *Engine) Together(ctx context.Context) ([]TogetherPlan, error) {
	s, err := e.Settings()
	if err != nil {
		return nil, err
	}
	var out []TogetherPlan
	for _, id := range together() {
		if id == IDPlex && !e.addressComes(ctx, out) {
			continue
		}
		seen, err := e.Look(ctx, id)
		if err != nil {
			return nil, err
		}
		actions := seen.Finding.Plan()
		if seen.Problem != nil || seen.Finding.Ask != "" || seen.Finding.State() == StateProblem {
			continue
		}
		if seen.Finding.Blocked != "" {
			st, err := e.step(id)
			if err != nil {
				return nil, err
			}
			p, ok := st.(Previewer)
			if !ok || len(out) == 0 {
				continue
			}
			if actions, err = p.Preview(ctx, s); err != nil {
				return nil, err
			}
		}
		if len(actions) > 0 {
			out = append(out, TogetherPlan{Info: seen.Info, Actions: actions, Digest: digest(actions)})
		}
	}
	return out, nil
}

// addressComes reports whether the row would make the address, at a domain that
// the world finds at Cloudflare already: only then can Plex be told in the same row.
func (e *Engine) addressComes(ctx context.Context, row []TogetherPlan) bool {
	if !slices.ContainsFunc(row, func(p TogetherPlan) bool { return p.Info.ID == IDHostname }) {
		return false
	}
	if seen, ok := e.Last(IDDNS); ok && seen.Finding.Done() && e.now().Sub(seen.At) < rethinkFor {
		return true
	}
	seen, err := e.Look(ctx, IDDNS)
	return err == nil && seen.Finding.Done()
}

// StartTogether carries out a common plan. digests are those that the person saw.
func (e *Engine) StartTogether(ctx context.Context, digests map[ID]string) error {
	// A row that runs changes the plans, so it is asked for before they are read.
	if e.Row() != nil {
		return ErrBusy
	}
	e.Forget()
	plans, err := e.Together(ctx)
	if err != nil {
		return err
	}
	var agreed []TogetherPlan
	for _, p := range plans {
		want, ok := digests[p.Info.ID]
		if !ok {
			continue
		}
		if want != p.Digest {
			return ErrPlanChanged
		}
		agreed = append(agreed, p)
	}
	if len(agreed) == 0 || len(agreed) != len(digests) {
		return ErrPlanChanged
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ctx.Err() != nil {
		return e.ctx.Err()
	}
	if e.row != nil {
		return ErrBusy
	}
	e.ended, e.halted = RowEnd{}, false
	for _, p := range agreed {
		e.row = append(e.row, p.Info.ID)
		if old := e.jobs[p.Info.ID]; old != nil && !old.snapshot().Running() {
			delete(e.jobs, p.Info.ID) // it is no part of this row
		}
	}
	e.wg.Go(func() { e.walk(agreed) })
	return nil
}

// Row lists the steps that are being carried out together; nil when none are.
func (e *Engine) Row() []ID {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.row
}

// settleTime is how long a step of a row may take until the next can begin,
// such as a connector that joins.
const settleTime = 3 * time.Minute

// RowEnd is how the latest row ended.
type RowEnd struct {
	Steps   []ID
	Stopped ID       // the step at which it ended early; empty when all were carried out
	Problem *Problem // why
}

// LastRow tells how the latest row ended. While one runs, and before the first,
// it has no steps.
func (e *Engine) LastRow() RowEnd {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ended
}

// walk runs the jobs one after the other and ends at the first that fails.
func (e *Engine) walk(agreed []TogetherPlan) {
	var end RowEnd
	defer func() {
		e.mu.Lock()
		e.row, e.ended = nil, end
		e.mu.Unlock()
	}()
	for _, p := range agreed {
		end.Steps = append(end.Steps, p.Info.ID)
	}
	for _, p := range agreed {
		if err := e.rescued(p.Info.ID, "a row of steps", func() error { return e.walkOne(p) }); err != nil {
			e.log.Info("a row of steps ended early", "step", p.Info.ID, "err", err)
			end.Stopped, end.Problem = p.Info.ID, rowProblem(p.Info, err)
			return
		}
	}
}

// rowProblem words why a row ended at a step.
func rowProblem(at Info, err error) *Problem {
	step := fmt.Sprintf("Step %d", at.Number)
	switch p, ok := errors.AsType[*Problem](err); {
	case ok:
		return p
	case errors.Is(err, ErrPlanChanged):
		return &Problem{Title: "The plan of step " + strconv.Itoa(at.Number) + " has changed", Text: "You said yes to other values, so it was left alone.", Fix: "Look at its plan as it is now.", Err: err}
	case errors.Is(err, errStopped):
		return &Problem{Title: "Stopped, as you asked", Text: "What was done before stays. The rest was not begun.", Err: err}
	default:
		return &Problem{Title: step + " could not be begun", Text: "What was done before stays.", Fix: "Its own page says what is in the way.", Err: err}
	}
}

func (e *Engine) walkOne(p TogetherPlan) error {
	id := p.Info.ID
	st, err := e.step(id)
	if err != nil {
		return err
	}
	begun := false
	deadline := e.now().Add(settleTime)
	again := true
	for {
		if e.rowHalted() {
			return errStopped
		}
		if again { // else the end of its job has just looked
			e.Forget()
		}
		again = true
		seen, err := e.Look(e.ctx, id)
		if err != nil {
			return err
		}
		f := seen.Finding
		plan := f.Plan()
		switch {
		case f.Ask != "" || e.now().After(deadline):
			return needsPerson(seen)
		case seen.Problem == nil && f.Blocked == "" && len(plan) > 0 && !begun:
			if !p.covers(plan) {
				return fmt.Errorf("step %s: %w", id, ErrPlanChanged)
			}
			if err := e.begin(st, plan); err != nil {
				return err
			}
			if err := e.await(id); err != nil {
				return err
			}
			// Once is what was agreed to. If the plan is still there, the world is
			// slow to show what was done.
			begun, deadline, again = true, e.now().Add(settleTime), false
			continue
		case seen.Problem == nil && f.Blocked == "" && len(plan) == 0 && f.State() != StateProblem:
			return nil // done, or waiting for the world: the next step may begin
		}
		if err := sleep(e.ctx, max(e.shorten(time.Second), 50*time.Millisecond)); err != nil {
			return err
		}
	}
}

func (e *Engine) rowHalted() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.halted
}

// needsPerson is why a step of a row could not be begun or ended in time.
func needsPerson(seen Seen) *Problem {
	if seen.Problem != nil {
		return seen.Problem
	}
	p := &Problem{Title: fmt.Sprintf("Step %d, “%s”, is not ready", seen.Info.Number, seen.Info.Title), Text: seen.Finding.Summary, Fix: "Its own page says what it waits for."}
	if seen.Finding.Ask != "" {
		p.Title, p.Fix = fmt.Sprintf("Step %d, “%s”, asks you something", seen.Info.Number, seen.Info.Title), "Answer it on its own page."
	}
	return p
}

// covers reports whether the person agreed to every one of these actions. The
// exact values of a preview may have become known since.
func (p TogetherPlan) covers(plan []Action) bool {
	for _, a := range plan {
		if !slices.ContainsFunc(p.Actions, func(b Action) bool { return b.ID == a.ID && b.Verb == a.Verb }) {
			return false
		}
	}
	return true
}

// errStopped means that the person stopped a job of the row, and so the row.
var errStopped = errors.New("stopped by the person")

// await waits until the job of a step has ended.
func (e *Engine) await(id ID) error {
	for {
		j, ok := e.Job(id)
		switch {
		case ok && j.Running():
		case j.Problem != nil:
			return j.Problem
		case j.Stopping:
			return errStopped
		default:
			return nil
		}
		if err := sleep(e.ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

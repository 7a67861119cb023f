package steps

import (
	"context"
	"fmt"
	"time"
)

// Several steps can be agreed to with one yes: those whose plans need no further
// choice. They run one after the other, each with its own look, plan and checks.

// together lists the steps that can be confirmed at once, in order.
func together() []ID { return []ID{IDCache, IDTunnel, IDHostname, IDNotifications} }

// TogetherPlan is one step's share of a common plan. A later step's exact values
// may depend on an earlier one's result; its actions are then taken from its own
// look when its turn comes, and must be of the kinds named here.
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

// StartTogether carries out a common plan. digests are those that the person saw.
func (e *Engine) StartTogether(ctx context.Context, digests map[ID]string) error {
	e.Forget()
	plans, err := e.Together(ctx)
	if err != nil {
		return err
	}
	var ids []ID
	for _, p := range plans {
		want, ok := digests[p.Info.ID]
		if !ok {
			continue
		}
		if want != p.Digest {
			return ErrPlanChanged
		}
		ids = append(ids, p.Info.ID)
	}
	if len(ids) == 0 || len(ids) != len(digests) {
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
	e.row = ids
	e.wg.Go(func() { e.walk(ids) })
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

// walk runs the jobs one after the other and ends at the first that fails.
func (e *Engine) walk(ids []ID) {
	defer func() {
		e.mu.Lock()
		e.row = nil
		e.mu.Unlock()
	}()
	for _, id := range ids {
		if err := e.walkOne(id); err != nil {
			e.log.Info("a row of steps ended early", "step", id, "err", err)
			return
		}
	}
}

func (e *Engine) walkOne(id ID) error {
	st, err := e.step(id)
	if err != nil {
		return err
	}
	deadline := e.now().Add(settleTime)
	for {
		e.Forget()
		seen, err := e.Look(e.ctx, id)
		if err != nil {
			return err
		}
		f := seen.Finding
		switch {
		case f.Ask != "" || e.now().After(deadline):
			return fmt.Errorf("step %s needs the person: %s", id, f.Summary)
		case seen.Problem == nil && f.Blocked == "" && len(f.Plan()) > 0:
			if err := e.begin(st, f.Plan()); err != nil {
				return err
			}
			if err := e.await(id); err != nil {
				return err
			}
		case seen.Problem == nil && f.Blocked == "" && f.State() != StateProblem:
			return nil // done, or waiting for the world: the next step may begin
		}
		if err := sleep(e.ctx, max(e.shorten(time.Second), 50*time.Millisecond)); err != nil {
			return err
		}
	}
}

// await waits until the job of a step has ended.
func (e *Engine) await(id ID) error {
	for {
		j, ok := e.Job(id)
		if !ok || !j.Running() {
			if j.Problem != nil {
				return j.Problem
			}
			return nil
		}
		if err := sleep(e.ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

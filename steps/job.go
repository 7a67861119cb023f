package steps

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A Job is a snapshot of the work on one step.
type Job struct {
	Step     ID
	Items    []JobItem
	Started  time.Time
	Ended    time.Time // zero while it runs
	Stopping bool      // the person asked it to stop after the present part
	Problem  *Problem  // why it ended early
}

// Running reports whether the job still works.
func (j Job) Running() bool { return !j.Started.IsZero() && j.Ended.IsZero() }

// Auto reports whether the wizard began the job by itself.
func (j Job) Auto() bool {
	return !slices.ContainsFunc(j.Items, func(it JobItem) bool { return !it.Action.Auto })
}

// JobItem is one action of a job.
type JobItem struct {
	Action Action
	State  string    // "todo", "running", "done", "failed"
	At     time.Time // of that state
	Began  time.Time // zero while it is to do
	Parts  []Part
}

type job struct {
	mu      sync.Mutex
	view    Job
	stopped bool
	cancel  context.CancelFunc // ends a search early; nil while something else runs
}

type reportKey struct{}

// Report tells the page how far the present action is. Parts with the same ID
// replace each other. Outside a job it does nothing.
func Report(ctx context.Context, p Part) {
	if r, ok := ctx.Value(reportKey{}).(func(Part)); ok {
		r(p)
	}
}

type stopKey struct{}

// stopAsked reports whether the present job is to end: because the person asked
// it to stop, or because the program ends. An action that waits before its change
// asks; one that has begun its change does not.
func stopAsked(ctx context.Context) bool {
	asked, ok := ctx.Value(stopKey{}).(func() bool)
	return ok && asked()
}

type keepKey struct{}

// keep commits what an action notes of the value that it is about to replace,
// before it does: a process that dies in between, or an answer that is lost for
// good, must not take the way back with it. Outside a job it does nothing.
func keep(ctx context.Context, s Settings) error {
	if k, ok := ctx.Value(keepKey{}).(func(Settings) error); ok {
		return k(s)
	}
	return nil
}

// ErrBusy means that a job works on this step already; the page shows it.
var ErrBusy = errors.New("a job is running for this step")

// Start begins to carry out the plan that the person confirmed. It returns once
// the job is begun: [ErrPlanChanged] when the world moved since the plan was
// shown, [ErrBusy] when a job runs already.
func (e *Engine) Start(ctx context.Context, id ID, plan string) error {
	st, err := e.step(id)
	if err != nil {
		return err
	}
	if j, ok := e.Job(id); ok && j.Running() {
		return ErrBusy
	}
	e.Forget()
	seen, err := e.Look(ctx, id)
	if err != nil {
		return err
	}
	if seen.Problem != nil {
		return seen.Problem
	}
	if plan == "" || seen.Plan != plan {
		return ErrPlanChanged
	}
	return e.begin(st, seen.Finding.Plan())
}

// begin starts the one job of a step.
func (e *Engine) begin(st Step, actions []Action) error {
	id := st.Info().ID
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ctx.Err() != nil {
		return e.ctx.Err()
	}
	if old := e.jobs[id]; old != nil && old.snapshot().Running() {
		return ErrBusy
	}
	j := &job{view: Job{Step: id, Started: e.now().Round(0)}}
	for _, a := range actions {
		j.view.Items = append(j.view.Items, JobItem{Action: a, State: "todo"})
	}
	e.jobs[id] = j
	e.wg.Go(func() { e.run(st, j) })
	return nil
}

// Job returns the present or latest job of a step.
func (e *Engine) Job(id ID) (Job, bool) {
	e.mu.Lock()
	j := e.jobs[id]
	e.mu.Unlock()
	if j == nil {
		return Job{}, false
	}
	return j.snapshot(), true
}

// Stop lets the job of a step end after the present call. A search ends at once
// and keeps what it has. A row that the step is part of ends too, also while it
// waits for the step to be ready.
func (e *Engine) Stop(id ID) {
	e.mu.Lock()
	j := e.jobs[id]
	e.halted = e.halted || slices.Contains(e.row, id)
	e.mu.Unlock()
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stopped, j.view.Stopping = true, true
	if j.cancel != nil {
		j.cancel()
	}
}

// Dismiss forgets a job that has ended, after the person has seen its problem.
func (e *Engine) Dismiss(id ID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if j := e.jobs[id]; j != nil && !j.snapshot().Running() {
		delete(e.jobs, id)
	}
}

func (e *Engine) run(st Step, j *job) {
	var last Seen
	failed := e.rescued(st.Info().ID, "a job", func() (err error) {
		last, err = e.carryOut(st, j)
		return err
	})
	e.Forget()
	e.keep(last)
	j.mu.Lock()
	j.view.Ended = e.now().Round(0)
	if failed != nil {
		j.view.Problem = Explain(failed)
	}
	j.mu.Unlock()
	e.nudge()
}

// carryOut does all actions of a job, and returns its look afterwards when that
// is still how things stand.
func (e *Engine) carryOut(st Step, j *job) (last Seen, failed error) {
	for i, it := range j.snapshot().Items {
		if j.halted() || e.ctx.Err() != nil {
			break
		}
		a := it.Action
		j.set(i, "running", e.now())
		if failed = e.rescued(st.Info().ID, "applying "+a.ID, func() error { return e.applyOne(st, a, j, i) }); failed != nil {
			j.set(i, "failed", e.now())
			break
		}
		j.set(i, "done", e.now())
	}
	if failed == nil && !j.halted() {
		last, failed = e.finishUp(st, j)
	}
	return last, failed
}

// finishUp carries out what the step still has to do by itself, such as taking
// up a tunnel whose creation was answered into the void. It returns its look
// when that is still how things stand.
func (e *Engine) finishUp(st Step, j *job) (Seen, error) {
	if e.ctx.Err() != nil {
		return Seen{}, nil
	}
	seen := e.inspect(e.ctx, st)
	changed := false
	for _, a := range seen.Finding.Auto() {
		if slices.ContainsFunc(j.snapshot().Items, func(it JobItem) bool { return it.Action.ID == a.ID }) {
			continue
		}
		changed = true
		j.mu.Lock()
		i := len(j.view.Items)
		now := e.now().Round(0)
		j.view.Items = append(j.view.Items, JobItem{Action: a, State: "running", At: now, Began: now})
		j.mu.Unlock()
		if err := e.rescued(st.Info().ID, "applying "+a.ID, func() error { return e.applyOne(st, a, j, i) }); err != nil {
			j.set(i, "failed", e.now())
			return Seen{}, err
		}
		j.set(i, "done", e.now())
	}
	if changed {
		return Seen{}, nil
	}
	return seen, nil
}

// applyOne carries out one action with the journal around it.
func (e *Engine) applyOne(st Step, a Action, j *job, i int) error {
	id := st.Info().ID
	begun := e.now().Round(0)
	in := Intent{Attempt: rand.Text()[:12], Step: id, Action: a.ID, Verb: a.Verb, What: a.What, At: begun}
	s, err := e.Settings()
	if err != nil {
		return err
	}
	kept := s // what the store has of this action
	ctx := context.WithValue(e.ctx, reportKey{}, j.reporter(i, e.now))
	ctx = context.WithValue(ctx, stopKey{}, func() bool { return j.halted() || e.ctx.Err() != nil })
	ctx, cancel := context.WithCancel(context.WithValue(ctx, keepKey{}, func(noted Settings) error {
		err := e.merge(kept, noted)
		if err == nil {
			kept = noted
		}
		return err
	}))
	defer cancel()
	if a.Verb == Look {
		j.onStop(cancel)
		defer j.onStop(nil)
	} else {
		// A change that has begun is not torn in the middle by a shutdown: it gets
		// its own time to end.
		var free context.CancelFunc
		ctx, free = e.unhurried(ctx)
		defer free()
		if err := e.store.Begin(in); err != nil {
			return fmt.Errorf("writing the journal: %w", err)
		}
	}
	var result Settings
	err = e.rescued(id, "applying "+a.ID, func() (err error) {
		result, err = st.Apply(ctx, s, a)
		return err
	})
	if Unclear(err) && a.Verb != Look {
		result, err = e.settle(ctx, st, a, result, err)
	}
	if err == nil || a.Verb == Look {
		if merr := e.merge(kept, result); merr != nil {
			err = errors.Join(err, merr)
		}
	}
	if a.Verb == Look {
		if j.halted() && errors.Is(err, context.Canceled) {
			return nil // the person ended the search before it had anything to keep
		}
		return err
	}
	return errors.Join(err, e.record(in, a, begun, err))
}

// grace is how long a change in progress may still take after a shutdown began.
const grace = 20 * time.Second

// unhurried returns a context that outlives the engine's by grace.
func (e *Engine) unhurried(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(e.ctx, func() {
		t := time.NewTimer(grace)
		defer t.Stop()
		select {
		case <-t.C:
			cancel()
		case <-out.Done():
		}
	})
	return out, func() { stop(); cancel() }
}

func (e *Engine) record(in Intent, a Action, begun time.Time, failed error) error {
	ev := Event{
		At: begun, Took: e.now().Sub(begun), Attempt: in.Attempt, Step: in.Step, Action: a.ID,
		Verb: a.Verb, What: a.What, From: a.From, To: a.To, Result: Done,
	}
	if failed != nil {
		p := Explain(failed)
		ev.Result, ev.Problem = Failed, p.Title
		if se, ok := errors.AsType[*ServiceError](failed); ok {
			ev.Detail = se.Error()
		}
		if Unclear(failed) || errors.Is(failed, errFault) || errors.Is(failed, context.Canceled) || errors.Is(failed, context.DeadlineExceeded) {
			ev.Result = Unknown // cut off, perhaps after it was sent
		}
	}
	e.log.Info("applied", "step", in.Step, "action", a.ID, "result", ev.Result, "err", failed)
	if err := e.store.Finish(in, ev); err != nil {
		return fmt.Errorf("writing the history: %w", err)
	}
	if failed == nil && a.Settles != "" {
		return e.clearUp(in.Step, a.Settles)
	}
	return nil
}

// shorten divides a waiting time by the pace.
func (e *Engine) shorten(d time.Duration) time.Duration {
	return time.Duration(float64(d) / e.pace)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (j *job) snapshot() Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	v := j.view
	v.Items = slices.Clone(v.Items)
	for i := range v.Items {
		v.Items[i].Parts = slices.Clone(v.Items[i].Parts)
	}
	return v
}

func (j *job) set(i int, state string, at time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	it := &j.view.Items[i]
	it.State, it.At = state, at.Round(0)
	if it.Began.IsZero() {
		it.Began = it.At
	}
}

func (j *job) halted() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.stopped
}

func (j *job) onStop(cancel context.CancelFunc) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cancel = cancel
	if j.stopped && cancel != nil {
		cancel() // the person was quicker
	}
}

// reporter keeps what is told of the parts of action i, with the times of it.
func (j *job) reporter(i int, now func() time.Time) func(Part) {
	return func(p Part) {
		j.mu.Lock()
		defer j.mu.Unlock()
		parts := &j.view.Items[i].Parts
		k := slices.IndexFunc(*parts, func(q Part) bool { return q.ID == p.ID })
		if k < 0 {
			k = len(*parts)
			*parts = append(*parts, Part{})
		}
		(*parts)[k] = p.after((*parts)[k], now().Round(0))
	}
}

// after gives what is told of a part now the times of what was told before.
func (p Part) after(before Part, now time.Time) Part {
	p.Began, p.From, p.Since = before.Began, before.From, before.Since
	if p.Began.IsZero() {
		p.Began = now
	}
	if p.Since.IsZero() && p.Done > 0 {
		p.From, p.Since = p.Done, now
	}
	if p.Ended {
		p.Over = now
	}
	return p
}

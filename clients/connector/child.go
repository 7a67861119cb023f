package connector

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"example.test/wizard/steps/beside"
)

const (
	firstPause   = time.Second
	longestPause = 64 * time.Second
	steady       = time.Minute // a process that lived this long was well
	// stopGrace is how long a connector may take to let requests finish; its own limit is 30 s.
	stopGrace = 35 * time.Second
)

// child keeps cloudflared running as a child process of the wizard.
type child struct {
	h    *Host
	free func(before string) string // an address for its health server

	mu     sync.Mutex
	cancel context.CancelFunc
	done   chan struct{} // closed when the supervisor has ended; nil when there is none
	proc   *os.Process   // nil between two processes
	ended  string        // how the last process ended; empty when none has
	log    *childLog     // of the current or last process
	lost   int           // how many ended because their address was taken
}

func newChild(h *Host) *child { return &child{h: h, free: freeAddr} }

// installed reports whether an installation left a program and a key.
func (c *child) installed() bool {
	for _, file := range []string{c.h.files.program, c.h.files.token} {
		if _, err := os.Stat(file); err != nil {
			return false
		}
	}
	return true
}

// start begins to supervise, after a process of an earlier run was stopped.
func (c *child) start(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done != nil {
		return nil
	}
	if err := c.endLeftover(ctx); err != nil {
		return err
	}
	run, cancel := context.WithCancel(context.Background())
	c.cancel, c.done, c.ended, c.log, c.lost = cancel, make(chan struct{}), "", nil, 0 // what an earlier key met counts no more
	done := c.done
	go func() {
		if f := beside.Caught(func() { c.supervise(run, done) }); f != nil {
			c.h.cfg.Log.Error("panic", "while", "supervising the connector", "panic", f.String(), "stack", f.Stack)
		}
	}()
	return nil
}

// stop ends the process in good order, or by force when ctx ends first.
func (c *child) stop(ctx context.Context) error {
	c.mu.Lock()
	cancel, done := c.cancel, c.done
	c.mu.Unlock()
	if done == nil {
		return nil
	}
	cancel()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("stopping the connector: it had to be killed: %w", ctx.Err())
		c.kill()
		<-done
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == done {
		c.cancel, c.done = nil, nil
	}
	return err
}

func (c *child) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proc != nil {
		_ = c.proc.Kill()
	}
}

// supervise starts the process again whenever it ends.
func (c *child) supervise(ctx context.Context, done chan struct{}) {
	defer close(done)
	// Linux ends the child with the thread that started it, not with the
	// process: this goroutine keeps its thread until the child has ended.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pause := firstPause
	for ctx.Err() == nil {
		began := time.Now()
		err := c.run(ctx)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) >= c.h.scaled(steady) {
			pause = firstPause
		}
		c.h.cfg.Log.Warn("the connector ended", "how", err, "again_in", pause)
		if !c.h.wait(ctx, pause) {
			return
		}
		pause = min(2*pause, longestPause)
	}
}

// run runs one process until it ends. Its error always says how.
func (c *child) run(ctx context.Context) error {
	f := c.h.files
	st := readState(f.state)
	tunnel := tunnelOf(f.token)
	if st.Metrics != "" {
		if other, err := c.h.ask(ctx, st.Metrics); err == nil && tunnel != "" && other.tunnel == tunnel {
			return errors.New("another process serves this tunnel already, and is left alone")
		}
	}
	st.Metrics = c.free(st.Metrics)
	log, err := openLog(f.log, f.token)
	if err != nil {
		return c.note(nil, fmt.Errorf("opening the connector’s log: %w", err))
	}
	defer log.close()
	cmd := exec.CommandContext(ctx, f.program, c.argv(st.Metrics)...)
	cmd.Dir, cmd.Env = f.dir, cleanEnv(os.Environ())
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return interrupt(cmd.Process) }
	cmd.WaitDelay = stopGrace
	tie(cmd)
	if err := cmd.Start(); err != nil {
		return c.note(log, fmt.Errorf("starting the connector: %w", err))
	}
	release, err := tied(cmd.Process)
	defer release()
	if err != nil {
		c.h.cfg.Log.Warn("tying the connector to the wizard", "err", err)
	}
	st.PID, st.Start = cmd.Process.Pid, startOf(cmd.Process.Pid)
	if err := writeState(f.state, st); err != nil {
		c.h.cfg.Log.Warn("remembering the connector’s process", "err", err)
	}
	c.mu.Lock()
	c.proc, c.log, c.ended = cmd.Process, log, ""
	c.mu.Unlock()
	c.h.cfg.Log.Info("the connector was started", "pid", st.PID, "metrics", st.Metrics)
	err = cmd.Wait()
	log.flush()
	if err == nil {
		err = errors.New("it ended by itself")
	}
	return c.note(log, err)
}

// note remembers how a process ended.
func (c *child) note(log *childLog, err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.proc, c.ended = nil, err.Error()
	if log != nil {
		c.log = log
		if log.lostItsAddress() {
			c.lost++
		}
	}
	return err
}

func (c *child) argv(metrics string) []string {
	argv := append([]string{"tunnel", "--no-autoupdate", "--metrics", metrics}, c.h.cfg.Args...)
	return append(argv, "run", "--token-file", c.h.files.token)
}

// childSeen is what the supervisor knows without asking anybody.
type childSeen struct {
	running  bool
	ended    string
	protocol string
	refused  string // what Cloudflare said when it did not accept the key
	lastErr  string
	lost     int // how many processes ended because their address was taken
}

func (c *child) seen() childSeen {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := childSeen{running: c.proc != nil, ended: c.ended, lost: c.lost}
	if c.log != nil {
		s.protocol, s.refused, s.lastErr = c.log.facts()
	}
	return s
}

// endLeftover stops a process that a killed wizard left behind, so that there
// are never two. It touches only a process that is provably the one which was
// remembered: the same number, the same start, the same program.
func (c *child) endLeftover(ctx context.Context) error {
	st := readState(c.h.files.state)
	if st.PID == 0 || !c.isLeftover(st) {
		return nil
	}
	c.h.cfg.Log.Info("stopping a connector that an earlier run left behind", "pid", st.PID)
	p, err := os.FindProcess(st.PID)
	if err != nil {
		return nil // it has ended meanwhile
	}
	defer func() { _ = p.Release() }()
	for _, end := range []func(*os.Process) error{interrupt, (*os.Process).Kill} {
		if err := end(p); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stopping the connector of an earlier run: %w", err)
		}
		limit := time.Now().Add(10 * time.Second)
		for c.isLeftover(st) && time.Now().Before(limit) {
			if !poll(ctx) {
				return ctx.Err()
			}
		}
		if !c.isLeftover(st) {
			return nil
		}
	}
	return fmt.Errorf("stopping the connector of an earlier run: process %d does not end", st.PID)
}

func (c *child) isLeftover(st childState) bool {
	start := startOf(st.PID)
	if start == "" || start != st.Start {
		return false
	}
	running, ours := programOf(st.PID), c.h.files.program
	if link, err := filepath.EvalSymlinks(ours); err == nil && strings.EqualFold(link, running) {
		return true
	}
	return strings.EqualFold(ours, running)
}

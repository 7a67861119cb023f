package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"

	"example.test/wizard/steps"
)

// mortal is a store of a process that may die: from then on nothing is committed
// any more, whatever its goroutines still do.
type mortal struct {
	steps.Store
	dead atomic.Bool
}

var errDead = errors.New("the process is dead")

func (m *mortal) alive() error {
	if m.dead.Load() {
		return errDead
	}
	return nil
}

func (m *mortal) ChangeSettings(change func(*steps.Settings) error) error {
	return m.Store.ChangeSettings(func(s *steps.Settings) error { return errors.Join(m.alive(), change(s)) })
}

func (m *mortal) Begin(in steps.Intent) error {
	if err := m.alive(); err != nil {
		return err
	}
	return m.Store.Begin(in)
}

func (m *mortal) Finish(in steps.Intent, ev steps.Event) error {
	if err := m.alive(); err != nil {
		return err
	}
	return m.Store.Finish(in, ev)
}

func (m *mortal) SaveFound(domain string, f steps.Found) error {
	if err := m.alive(); err != nil {
		return err
	}
	return m.Store.SaveFound(domain, f)
}

// reaper ends a process at one of its calls that change something: before the
// service hears of it, or when it is done and the answer is on its way.
type reaper struct {
	service http.Handler

	mu    sync.Mutex
	in    int // calls until it strikes; 0 for never
	after bool
	kill  func()
}

func (r *reaper) arm(in int, after bool, kill func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.in, r.after, r.kill = in, after, kill
}

func (r *reaper) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	strikes := false
	if req.Method != http.MethodGet && !strings.HasSuffix(req.URL.Path, "/graphql") && r.in > 0 {
		r.in--
		strikes = r.in == 0
	}
	after, kill := r.after, r.kill
	r.mu.Unlock()
	if !strikes {
		r.service.ServeHTTP(w, req)
		return
	}
	if after {
		r.service.ServeHTTP(httptest.NewRecorder(), req)
	}
	kill()
	panic(http.ErrAbortHandler) // the connection ends without an answer
}

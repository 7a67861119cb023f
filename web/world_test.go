package web_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.test/wizard/steps"
	"example.test/wizard/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// canary is what the tests paste as a token. It must never come back.
const canary = "cfut_canary0123456789abcdefghijklmnopqrstuv"

// world is a server among fakes: nine steps whose looks a test decides, a store
// in memory, and outside services that count what is asked of them.
type world struct {
	t      *testing.T
	clock  *clock
	store  *memory
	steps  map[steps.ID]*fakeStep
	undo   *fakeStep
	ticked *web.Ticked
	token  *fakeToken
	tv     *fakeTV
	dns    *fakeDNS
	rules  *fakeRules
	demo   *fakeDemo
	github *fakeGitHub
	ended  counter
	log    *logBuffer
	config web.Config
	engine *steps.Engine
	server *web.Server
	web    http.Handler
}

// infos are the nine steps as the real ones name themselves.
func infos() []steps.Info {
	return []steps.Info{
		(*steps.AccountStep)(nil).Info(), (*steps.DNSStep)(nil).Info(), (*steps.CacheStep)(nil).Info(), (*steps.TunnelStep)(nil).Info(), (*steps.HostnameStep)(nil).Info(),
		(*steps.URLStep)(nil).Info(), (*steps.PlexStep)(nil).Info(), (*steps.SecurityStep)(nil).Info(), (*steps.NotificationsStep)(nil).Info(),
	}
}

// newWorld starts a server whose steps are all done and whose page "Before you
// start" is agreed to, then lets change alter the configuration.
func newWorld(t *testing.T, change ...func(*web.Config)) *world {
	t.Helper()
	w := &world{
		t: t, clock: &clock{at: time.Date(2026, time.November, 22, 15, 42, 10, 0, time.UTC)}, steps: map[steps.ID]*fakeStep{},
		token: &fakeToken{}, tv: &fakeTV{}, dns: &fakeDNS{}, rules: &fakeRules{}, demo: &fakeDemo{}, github: &fakeGitHub{}, log: &logBuffer{}, ticked: &web.Ticked{},
	}
	w.store = &memory{found: map[string]steps.Found{}, set: steps.Settings{Installation: "abcd1234", Agreed: w.clock.Now()}}
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var nine []steps.Step
	for _, info := range infos() {
		w.steps[info.ID] = &fakeStep{info: info, find: always(done("Works"))}
		nine = append(nine, w.steps[info.ID])
	}
	w.engine = steps.New(steps.Config{Steps: nine, Store: w.store, Log: log, Now: w.clock.Now})
	w.token.prove = w.steps[steps.IDAccount].Inspect
	w.undo = &fakeStep{info: (*steps.Undo)(nil).Info(), find: always(steps.Finding{})}
	undo := steps.New(steps.Config{Steps: []steps.Step{w.undo}, Store: w.store, Log: log, Now: w.clock.Now})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		for _, s := range w.steps {
			s.release()
		}
		w.undo.release()
		if err := w.engine.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := undo.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	w.config = web.Config{
		Engine: w.engine, Undo: web.Undo{Engine: undo, Ticked: w.ticked},
		DNS:      &steps.DNSStep{DNS: w.dns, Store: w.store, Now: w.clock.Now},
		Security: &steps.SecurityStep{Rules: w.rules, Now: w.clock.Now},
		Before:   &steps.Preflight{Plex: noPlex{}, Host: openWay{}, Computer: attic{}, Settings: w.engine.Settings},
		Token:    w.token, Plex: w.tv, Words: twoWords{}, Pictures: onePicture{},
		Email:      func(context.Context) (string, error) { return "robin@example.com", nil },
		AllowHosts: []string{"nas.lan"}, SSH: "ssh -N -L 8080:127.0.0.1:8080 robin@attic", Computer: "attic, Linux on amd64", Version: "1.2.3-canary", Release: "1.2.3", Support: "wizard 1.2.3-canary, go1",
		Newest: w.github.newest,
		Log:    log, Now: w.clock.Now, Stop: w.ended.add,
	}
	for _, c := range change {
		c(&w.config)
	}
	w.server = web.New(w.config)
	w.web = w.server.Handler()
	return w
}

// demonstration gives a world its control panel.
func demonstration(w *world) *world {
	w.config.Demo = &web.Demo{Token: "cfut_pretend", Events: []web.DemoEvent{{Name: "plex-stop", Title: "Plex stops"}}, Do: w.demo.do}
	w.server = web.New(w.config)
	w.web = w.server.Handler()
	return w
}

// shows makes a step see f from now on.
func (w *world) shows(id steps.ID, f steps.Finding) {
	w.steps[id].set(always(f))
	w.engine.Forget()
}

// fails makes every look at a step fail from now on.
func (w *world) fails(id steps.ID, err error) {
	w.steps[id].set(func(steps.Settings) (steps.Finding, error) { return steps.Finding{}, err })
	w.engine.Forget()
}

// settings changes what is remembered, as an earlier run would have left it.
func (w *world) settings(change func(*steps.Settings)) {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	change(&w.store.set)
}

// changes counts everything that was changed anywhere, and what only a press may ask.
func (w *world) changes() int {
	n := w.store.count() + w.token.count() + w.tv.count() + w.demo.count() + w.github.count() + w.rules.count() + w.undo.count() + w.ended.count()
	for _, s := range w.steps {
		n += s.count()
	}
	return n
}

func always(f steps.Finding) func(steps.Settings) (steps.Finding, error) {
	return func(steps.Settings) (steps.Finding, error) { return f, nil }
}

func done(summary string) steps.Finding {
	return steps.Finding{Summary: summary, Checks: []steps.Check{{Name: "it", Title: "It works", Status: steps.Pass, Detail: summary}}}
}

func planned(actions ...steps.Action) steps.Finding {
	return steps.Finding{Summary: "To be made", Actions: actions, Checks: []steps.Check{{Name: "it", Title: "It is there", Detail: "Not yet"}}}
}

// clock is a time that stands still until it is told otherwise.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

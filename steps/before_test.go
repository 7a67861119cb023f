package steps_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// slowBox is a computer with a wrong clock, or one that may not install.
type slowBox struct {
	box
	skew    time.Duration
	clock   error
	forbids bool
	blind   error // the ways out cannot be tried
}

func (b slowBox) ClockSkew(context.Context) (time.Duration, error) { return b.skew, b.clock }
func (b slowBox) MayInstall(context.Context) (bool, string)        { return !b.forbids, "Not as this user" }
func (b slowBox) PreCheck(context.Context) (steps.Egress, error)   { return b.way, b.blind }

func TestPreflight(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(w *world, b *slowBox)
		check string
		want  steps.Status
	}{
		{"everything is ready", func(*world, *slowBox) {}, "", 0},
		{"Plex is stopped", func(w *world, _ *slowBox) { w.plex = steps.PlexFound{State: "stopped"} }, "plex", steps.Warn},
		{"Plex is starting", func(w *world, _ *slowBox) { w.plex = steps.PlexFound{State: "starting"} }, "plex", steps.Wait},
		{"Cloudflare does not answer", func(w *world, _ *slowBox) { w.way.API = false }, "api", steps.Fail},
		{"nothing can be tried", func(_ *world, b *slowBox) { b.blind = errNo }, "api", steps.Fail},
		{"UDP is blocked", func(w *world, _ *slowBox) { w.way.UDP = false }, "port", steps.Warn},
		{"the port is blocked", func(w *world, _ *slowBox) { w.way.UDP, w.way.TCP = false, false }, "port", steps.Fail},
		{"the names do not resolve", func(w *world, _ *slowBox) { w.way.Names = false }, "names", steps.Fail},
		{"the clock is wrong", func(_ *world, b *slowBox) { b.skew = -5 * time.Minute }, "clock", steps.Warn},
		{"the clock cannot be compared", func(_ *world, b *slowBox) { b.clock = errNo }, "clock", steps.Skip},
		{"no service may be installed", func(_ *world, b *slowBox) { b.forbids = true }, "system", steps.Warn},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld()
			b := slowBox{box: box{w}, skew: 300 * time.Millisecond}
			tt.spoil(w, &b)
			p := &steps.Preflight{Plex: plexServer{w}, Host: b, Computer: b, Settings: func() (steps.Settings, error) { return begun(), nil }}
			ready := p.Look(t.Context())
			f := steps.Finding{Summary: "x", Checks: ready.Checks, Again: 1}
			for _, complaint := range steps.Sound(f) {
				t.Error(complaint)
			}
			for _, name := range []string{"plex", "api", "names", "port", "clock", "system"} {
				c := f.Check(name)
				switch {
				case name == tt.check && c.Status != tt.want:
					t.Errorf("%s is %s: %s", name, c.Status, c.Detail)
				case tt.check == "" && c.Status != steps.Pass:
					t.Errorf("%s is %s: %s", name, c.Status, c.Detail)
				}
			}
			if ready.Server.State == "ok" && (!ready.Known || !ready.Plex.Pass) {
				t.Errorf("what Plex tells its owner: %+v", ready)
			}
		})
	}
}

// What cannot be read is a check, never an error and never a crash.
func TestPreflightWithoutSettings(t *testing.T) {
	w := newWorld()
	b := slowBox{box: box{w}}
	p := &steps.Preflight{Plex: plexServer{w}, Host: b, Computer: b, Settings: func() (steps.Settings, error) { return steps.Settings{}, errors.New("damaged") }}
	f := steps.Finding{Checks: p.Look(t.Context()).Checks}
	if c := f.Check("plex"); c.Status != steps.Warn || c.Detail == "" {
		t.Errorf("%+v", c)
	}
}

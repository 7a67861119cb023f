package connector

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"example.test/wizard/steps"
)

// installChild puts program and key into the wizard's own folder and starts it.
func (h *Host) installChild(ctx context.Context, s staged, token steps.Secret, report func(steps.Part)) (err error) {
	var u undo
	defer func() {
		if err != nil {
			err = errors.Join(err, u.run(ctx))
		}
	}()
	err = do(ctx, report, "place", "Put it in place", func(p *part) error {
		p.Detail = h.files.program
		h.forgetVersion(h.files.program)
		if err := os.Rename(s.file, h.files.program); err != nil {
			return problemWrite(h.files.program, err)
		}
		u.addRemove(h.files.program)
		if err := os.RemoveAll(h.files.download); err != nil {
			h.cfg.Log.Warn("removing what is left of older downloads", "err", err)
		}
		st := readState(h.files.state)
		st.Version = s.version
		if err := writeState(h.files.state, st); err != nil {
			return problemWrite(h.files.state, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = do(ctx, report, "key", "Give it the key of the tunnel", func(p *part) error {
		p.Detail = "In a file that only you can read"
		if err := writeKey(h.files.token, token); err != nil {
			return problemWrite(h.files.token, err)
		}
		u.addRemove(h.files.token)
		return nil
	})
	if err != nil {
		return err
	}
	err = do(ctx, report, "service", "Start it", func(p *part) error {
		p.Detail = "As a child process of this wizard"
		u.add(h.child.stop)
		return h.child.start(ctx)
	})
	if err != nil {
		return err
	}
	return do(ctx, report, "join", "Join Cloudflare", func(p *part) error { return h.join(ctx, p) })
}

// join watches until the first connection is up. A key that is refused, or a
// process that ends at once, is a failure; a blocked way out is not: the check of
// the step says so, and the connector goes on trying.
func (h *Host) join(ctx context.Context, p *part) error {
	limit := time.Now().Add(h.cfg.Patience)
	for look := 0; ; look++ {
		l, err := h.Status(ctx)
		if err != nil {
			return err
		}
		if l.Ready > 0 {
			p.Detail = "The first connection is up"
			return nil
		}
		if err := h.failed(ctx, look); err != nil {
			return err
		}
		if !time.Now().Before(limit) {
			p.Detail = "Not yet. It goes on trying."
			return nil
		}
		if !poll(ctx) {
			return ctx.Err()
		}
	}
}

// failed looks for a reason to give up.
func (h *Host) failed(ctx context.Context, look int) error {
	if h.child != nil {
		seen := h.child.seen()
		switch {
		case seen.refused != "":
			return problemRefused(seen.refused)
		case seen.ended != "" && seen.lost == 1:
			// Between the choice of its address and its start, somebody else took it. It is
			// about to be started again, on another one.
		case seen.ended != "", seen.lost > 1:
			return problemStart(seen.why())
		}
		return nil
	}
	if look%20 != 10 { // about once a second: this starts a program
		return nil
	}
	if i := lastRefusal(h.manager.said(ctx)); i != "" {
		return problemRefused(i)
	}
	return nil
}

// lastRefusal finds Cloudflare's refusal of the key in a log, unless a connection came up after it.
func lastRefusal(log string) (said string) {
	for line := range strings.Lines(log) {
		switch {
		case strings.Contains(line, "Unauthorized:"):
			said = errorIn(strings.TrimSpace(line))
		case strings.Contains(line, "Registered tunnel connection"):
			said = ""
		}
	}
	return said
}

func (s childSeen) why() string {
	if s.lastErr != "" {
		return s.lastErr
	}
	return s.ended
}

// Uninstall implements [steps.ConnectorHost]. What it did not install it leaves
// alone.
func (h *Host) Uninstall(ctx context.Context) error {
	if err := h.begin(ctx); err != nil {
		return err
	}
	defer func() { <-h.installs }()
	if h.child == nil {
		return h.removeService(ctx)
	}
	stopped := errors.Join(h.child.stop(ctx), h.child.endLeftover(ctx))
	h.forgetVersion(h.files.program)
	var u undo
	for _, file := range []string{h.files.program, h.files.token, h.files.state, h.files.log, h.files.log + ".1"} {
		u.addRemove(file)
	}
	u.add(func(context.Context) error { return os.RemoveAll(h.files.download) })
	return errors.Join(stopped, u.run(ctx))
}

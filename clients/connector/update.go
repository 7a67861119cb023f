package connector

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"example.test/wizard/steps"
)

// beforeName is the program that an update replaces, kept until the new one has
// joined. What clears away after a killed installation knows its beginning.
const beforeName = ".cloudflared-before"

// Update implements [steps.ConnectorHost]. The new program is downloaded and
// verified as for an installation; only then is the old one stopped. When the new
// one does not join, the old one is put back and started.
func (h *Host) Update(ctx context.Context, report func(steps.Part)) error {
	if err := h.begin(ctx); err != nil {
		return err
	}
	defer func() { <-h.installs }()
	if h.child != nil {
		return h.updateChild(ctx, report)
	}
	svc, err := h.renewable()
	if err != nil {
		return err
	}
	s, err := h.stage(ctx, report)
	if err != nil {
		return err
	}
	defer h.forgetVersion(h.sys.path(svc.path()))
	return h.asAdministrator(ctx, "update", handover{Program: s.file, Sum: s.sum}, report, h.renew)
}

// renewable is the service whose program may be replaced: ours, with a program
// that we put in place.
func (h *Host) renewable() (*service, error) {
	if h.manager == nil {
		return nil, problemNoManager()
	}
	svc, err := h.manager.find()
	switch {
	case err != nil:
		return nil, err
	case svc == nil:
		return nil, problemNone()
	case !svc.program:
		return nil, problemForeign(h.manager.name(), svc.path())
	}
	return svc, nil
}

// renew is what needs the rights of an administrator.
func (h *Host) renew(ctx context.Context, hand handover, report func(steps.Part)) error {
	svc, err := h.renewable()
	if err != nil {
		return err
	}
	return h.replaceProgram(ctx, replacement{
		program: h.sys.path(svc.path()), before: filepath.Join(filepath.Dir(h.sys.path(svc.path())), beforeName), from: hand.Program, sum: hand.Sum,
		stop: h.manager.stopNow, start: h.manager.startNow,
	}, report)
}

func (h *Host) updateChild(ctx context.Context, report func(steps.Part)) error {
	if !h.child.installed() {
		return problemNone()
	}
	s, err := h.stageChild(ctx, report)
	if err != nil {
		return err
	}
	if s.sum == "" {
		if s.sum, err = sumOf(s.file); err != nil {
			return problemProgram(s.file, err)
		}
	}
	defer h.forgetVersion(h.files.program)
	old := readState(h.files.state).Version
	err = h.replaceProgram(ctx, replacement{
		program: h.files.program, before: filepath.Join(h.files.dir, beforeName), from: s.file, sum: s.sum,
		stop: h.child.stop,
		start: func(ctx context.Context) error {
			st := readState(h.files.state)
			st.Version = s.version
			if sum, err := sumOf(h.files.program); err != nil || sum != s.sum {
				st.Version = old
			}
			return errors.Join(writeState(h.files.state, st), h.child.start(ctx))
		},
	}, report)
	return errors.Join(err, os.RemoveAll(h.files.download))
}

// replacement is a program that is to take another's place.
type replacement struct {
	program, before, from, sum string
	stop, start                func(context.Context) error
}

// replaceProgram always leaves a whole program in place, also when this process is
// killed: the old one or the new one.
func (h *Host) replaceProgram(ctx context.Context, r replacement, report func(steps.Part)) (err error) {
	var u undo
	defer func() {
		if err != nil {
			err = errors.Join(err, u.run(ctx))
			return
		}
		err = removeIfThere(r.before)
	}()
	err = do(ctx, report, "keep", "Keep the old one until the new one works", func(p *part) error {
		in, err := os.Open(r.program)
		if err != nil {
			return problemProgram(r.program, err)
		}
		defer in.Close()
		u.addRemove(r.before)
		return h.writeProgram(r.before, in, nil)
	})
	if err != nil {
		return err
	}
	err = do(ctx, report, "place", "Put the new one in place", func(p *part) error {
		p.Detail = r.program
		u.add(func(ctx context.Context) error {
			defer h.forgetActive()
			return errors.Join(r.stop(ctx), h.gone(ctx), os.Rename(r.before, r.program), r.start(ctx))
		})
		if err := errors.Join(r.stop(ctx), h.gone(ctx)); err != nil {
			return err
		}
		in, err := os.Open(r.from)
		if err != nil {
			return problemWrite(r.from, err)
		}
		defer in.Close()
		d := sha256.New()
		return h.writeProgram(r.program, io.TeeReader(in, d), func() error {
			if got := hex.EncodeToString(d.Sum(nil)); got != r.sum {
				return problemSum(filepath.Base(r.program), r.sum, got)
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	err = do(ctx, report, "service", "Start it", func(p *part) error { return r.start(ctx) })
	if err != nil {
		return err
	}
	h.forgetActive()
	return do(ctx, report, "join", "Join Cloudflare", func(p *part) error { return h.join(ctx, p) })
}

// gone waits until a connector that was told to stop answers no more: it lets
// requests finish first, and some service managers do not wait for that.
func (h *Host) gone(ctx context.Context) error {
	limit := time.Now().Add(stopGrace)
	for time.Now().Before(limit) {
		h.forgetActive()
		if l, err := h.Status(ctx); err != nil || l.ID == "" {
			return err
		}
		if !poll(ctx) {
			return ctx.Err()
		}
	}
	return &steps.Problem{Title: "The connector does not stop", Text: "It was told to, and still answers.", Fix: "Stop it by hand, and try again."}
}

func removeIfThere(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

package connector

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"example.test/wizard/steps"
)

// part tells how one part of an installation goes.
type part struct {
	steps.Part
	report func(steps.Part)
}

// progress reports at most two hundred times over a download.
func (p *part) progress(done, total int64) {
	step := total / 200
	if total == 0 {
		step = 256 << 10
	}
	if done-p.Done < step && done != total {
		return
	}
	p.Done, p.Total, p.Unit = done, total, "bytes"
	p.report(p.Part)
}

// do carries out one part and reports its beginning and its end.
func do(ctx context.Context, report func(steps.Part), id, title string, f func(*part) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := &part{Part: steps.Part{ID: id, Title: title}, report: report}
	report(p.Part)
	err := f(p)
	p.Ended, p.Failed = true, err != nil
	if err != nil {
		p.Detail = steps.Explain(err).Title
	}
	report(p.Part)
	return err
}

// undo takes back, in reverse, what a failed installation did.
type undo struct{ back []func(context.Context) error }

func (u *undo) add(f func(context.Context) error) { u.back = append(u.back, f) }

// addRemove removes a file that was made. One that is gone is no failure.
func (u *undo) addRemove(file string) {
	u.add(func(context.Context) error {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	})
}

// run goes on after a failure, and after the person has cancelled.
func (u *undo) run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
	defer cancel()
	var errs []error
	for _, f := range slices.Backward(u.back) {
		errs = append(errs, f(ctx))
	}
	return errors.Join(errs...)
}

// staged is a program that was downloaded and verified, ready to be put in place.
type staged struct {
	file, version, sum string
}

// Install implements [steps.ConnectorHost]. Whatever it did is taken back when a
// later part fails; a download that broke off is kept, and gone on with.
func (h *Host) Install(ctx context.Context, token steps.Secret, report func(steps.Part)) error {
	if err := h.begin(ctx); err != nil {
		return err
	}
	defer func() { <-h.installs }()
	if _, err := parseKey(token.Reveal()); err != nil {
		return problemKey()
	}
	if err := h.refuseExisting(ctx); err != nil {
		return err
	}
	if h.child == nil {
		return h.installService(ctx, token, report)
	}
	s, err := h.stageChild(ctx, report)
	if err != nil {
		return err
	}
	return h.installChild(ctx, s, token, report)
}

// begin waits until no other installation or removal runs.
func (h *Host) begin(ctx context.Context) error {
	select {
	case h.installs <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Host) refuseExisting(ctx context.Context) error {
	l, err := h.Status(ctx)
	if err != nil {
		return fmt.Errorf("looking for a connector: %w", err)
	}
	if l.Installed {
		return problemExists(l)
	}
	return nil
}

// stageChild is the program of a child of the wizard: one that is there, where the
// configuration names it, else the newest release.
func (h *Host) stageChild(ctx context.Context, report func(steps.Part)) (staged, error) {
	if h.cfg.Program != "" {
		return h.stageLocal(ctx, report)
	}
	return h.stage(ctx, report)
}

// stage downloads the newest release and verifies it.
func (h *Host) stage(ctx context.Context, report func(steps.Part)) (s staged, err error) {
	var r release
	err = do(ctx, report, "release", "Find the newest version", func(p *part) error {
		r, err = h.latest(ctx)
		p.Detail = r.version
		return err
	})
	if err != nil {
		return s, err
	}
	err = do(ctx, report, "download", "Download "+r.name, func(p *part) error {
		p.Total, p.Unit = r.size, "bytes"
		s.file, err = h.download(ctx, r, p.progress)
		return err
	})
	if err != nil {
		return s, err
	}
	if err := h.verifyStaged(ctx, report, r, &s); err != nil {
		return s, err
	}
	err = do(ctx, report, "version", "See that it runs", func(p *part) error {
		s.version, err = h.checkVersion(ctx, s.file)
		p.Detail = s.version
		return errors.Join(err, removeOn(err, s.file))
	})
	return s, err
}

// stageLocal takes a copy of the program that the configuration names. It was
// chosen by whoever started the wizard, so there is no sum to compare with.
func (h *Host) stageLocal(ctx context.Context, report func(steps.Part)) (s staged, err error) {
	err = do(ctx, report, "find", "Take the cloudflared that is there", func(p *part) error {
		p.Detail = h.cfg.Program
		if err := os.MkdirAll(h.files.download, 0o700); err != nil {
			return problemWrite(h.files.download, err)
		}
		in, err := os.Open(h.cfg.Program)
		if err != nil {
			return problemProgram(h.cfg.Program, err)
		}
		defer in.Close()
		s.file = filepath.Join(h.files.download, filepath.Base(h.files.program))
		return h.writeProgram(s.file, in, nil)
	})
	if err != nil {
		return s, err
	}
	err = do(ctx, report, "version", "See that it runs", func(p *part) error {
		s.version, err = h.checkVersion(ctx, s.file)
		p.Detail = s.version
		return errors.Join(err, removeOn(err, s.file))
	})
	return s, err
}

// verifyStaged compares sums: before an archive is opened when its own sum is
// published, after that when only the program's is.
func (h *Host) verifyStaged(ctx context.Context, report func(steps.Part), r release, s *staged) error {
	unpack := func() error {
		return do(ctx, report, "unpack", "Unpack it", func(*part) error {
			archive := s.file
			file, err := h.unpack(archive, r.name)
			s.file = file
			return errors.Join(err, os.Remove(archive))
		})
	}
	if r.sum == "" {
		if err := unpack(); err != nil {
			return err
		}
	}
	err := do(ctx, report, "sum", "Compare its checksum", func(p *part) error {
		want := r.sum
		if want == "" {
			want = r.program
		}
		p.Detail = "SHA-256 " + want[:12] + "…"
		return verify(s.file, r.name, want)
	})
	if err != nil {
		return err
	}
	if r.sum != "" && r.archive() {
		if err := unpack(); err != nil {
			return err
		}
	}
	if err := os.Chmod(s.file, 0o755); err != nil {
		return problemWrite(s.file, err)
	}
	if !r.archive() {
		ready := filepath.Join(h.files.download, filepath.Base(h.files.program))
		if err := os.Rename(s.file, ready); err != nil {
			return problemWrite(ready, err)
		}
		s.file = ready
	}
	if s.sum, err = sumOf(s.file); err != nil {
		return fmt.Errorf("reading the program: %w", err)
	}
	return nil
}

func removeOn(err error, file string) error {
	if err == nil {
		return nil
	}
	return os.Remove(file)
}

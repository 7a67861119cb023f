package connector

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"

	"example.test/wizard/steps"
)

// installService downloads as the person who runs the wizard, unless a program
// that fits is there, and lets an elevated process of its own do the rest where
// that person may not.
func (h *Host) installService(ctx context.Context, token steps.Secret, report func(steps.Part)) error {
	if h.manager == nil {
		return h.prepareByHand(ctx, token, report)
	}
	hand, err := h.choose(ctx, report)
	if err != nil {
		return err
	}
	hand.Key, hand.Args = token.Reveal(), h.cfg.Args
	defer h.forgetVersion(h.sys.path(programPlace(h.sys)))
	defer h.forgetVersion(h.sys.path(besidePlace(h.sys)))
	return h.asAdministrator(ctx, "install", hand, report, h.setUp)
}

// choose takes the program that is there, or downloads one. What an installation
// that broke off left is not there to stay.
func (h *Host) choose(ctx context.Context, report func(steps.Part)) (hand handover, err error) {
	left, _ := h.halfDone()
	if p := h.places(ctx); left == nil && p.found {
		err = do(ctx, report, "find", "Take the cloudflared that is there", func(part *part) error {
			part.Detail = p.program + ", version " + p.version
			hand.Found = true
			hand.Sum, err = sumOf(h.sys.path(p.program))
			return err
		})
		return hand, err
	}
	s, err := h.stage(ctx, report)
	return handover{Program: s.file, Sum: s.sum}, err
}

// setUp is what needs the rights of an administrator. All of it is taken back
// when a later part fails.
func (h *Host) setUp(ctx context.Context, hand handover, report func(steps.Part)) (err error) {
	if err := h.clearHalfDone(ctx); err != nil {
		return err
	}
	var u undo
	defer func() {
		if err != nil {
			err = errors.Join(err, u.run(ctx))
		}
	}()
	pl := plan{program: h.programFor(hand), tokenFile: h.keyPlace(), args: hand.Args}
	if err := h.beginSetUp(hand, pl, &u); err != nil {
		return err
	}
	err = do(ctx, report, "place", "Put it in place", func(p *part) (err error) {
		p.Detail = pl.program
		pl.placed, err = h.place(hand, pl.program, &u)
		return err
	})
	if err != nil {
		return err
	}
	err = do(ctx, report, "key", "Give it the key of the tunnel", func(p *part) error {
		p.Detail = "In a file that only administrators can read"
		return h.placeKey(steps.NewSecret(hand.Key), pl.tokenFile, &u)
	})
	if err != nil {
		return err
	}
	err = do(ctx, report, "service", "Start it with the computer", func(p *part) error {
		p.Detail = h.manager.name()
		return h.manager.install(ctx, pl, &u)
	})
	if err != nil {
		return err
	}
	h.forgetActive()
	err = do(ctx, report, "join", "Join Cloudflare", func(p *part) error { return h.join(ctx, p) })
	if err != nil {
		return err
	}
	return h.endSetUp()
}

// programFor is where the program of an installation is, or is put.
func (h *Host) programFor(hand handover) string {
	usual := programPlace(h.sys)
	if hand.Found || !h.sys.exists(usual) || h.same(usual, hand.Sum) {
		return usual
	}
	return besidePlace(h.sys)
}

// same reports whether the very same program is there, and will stay so.
func (h *Host) same(program, sum string) bool {
	got, err := sumOf(h.sys.path(program))
	return err == nil && got == sum && h.guarded(program)
}

// place copies the program and compares its sum on the way: between the check
// and the copy another program of the same person could have changed it.
func (h *Host) place(hand handover, dest string, u *undo) (placed bool, err error) {
	real := h.sys.path(dest)
	switch {
	case hand.Found && !h.same(dest, hand.Sum):
		return false, problemMoved(dest)
	case hand.Found || h.sys.exists(dest) && h.same(dest, hand.Sum):
		return false, nil // the very same; it is not ours to remove
	case h.sys.exists(dest):
		return false, problemInTheWay(dest)
	}
	in, err := os.Open(hand.Program)
	if err != nil {
		return false, problemWrite(hand.Program, err)
	}
	defer in.Close()
	made, err := makeDirs(filepath.Dir(real), u)
	if err != nil {
		return false, problemWrite(made, err)
	}
	d := sha256.New()
	err = h.writeProgram(real, io.TeeReader(in, d), func() error {
		if got := hex.EncodeToString(d.Sum(nil)); got != hand.Sum {
			return problemSum(filepath.Base(dest), hand.Sum, got)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	u.addRemove(real)
	return true, nil
}

// placeKey writes the key where there is none yet.
func (h *Host) placeKey(token steps.Secret, file string, u *undo) error {
	real := h.sys.path(file)
	if h.sys.exists(file) {
		return problemInTheWay(file)
	}
	if err := makeKeyFolder(filepath.Dir(real), u); err != nil {
		return err
	}
	if err := writeKey(real, token); err != nil {
		return problemWrite(file, err)
	}
	u.addRemove(real)
	return nil
}

// makeDirs makes a folder and those above it. Undoing it removes those that it
// made, as long as they are empty.
func makeDirs(dir string, u *undo) (string, error) {
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if parent := filepath.Dir(dir); parent != dir {
		if at, err := makeDirs(parent, u); err != nil {
			return at, err
		}
	}
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return dir, err
	}
	u.add(func(context.Context) error { _ = os.Remove(dir); return nil })
	return dir, nil
}

// removeService removes what setUp made, after looking at whose it is.
func (h *Host) removeService(ctx context.Context) error {
	if h.manager == nil {
		return h.dropPrepared(ctx)
	}
	svc, err := h.manager.find()
	if err != nil {
		return err
	}
	defer h.forgetActive()
	left, busy := h.halfDone()
	switch {
	case busy:
		return problemBusy()
	case left != nil && h.sys.Elevated:
		return h.clearHalfDone(ctx)
	case svc == nil && left == nil:
		return nil
	case svc != nil && !svc.ours:
		return problemForeign(h.manager.name(), svc.path())
	}
	if !h.sys.Elevated {
		return h.elevate(ctx, "uninstall", handover{}, func(steps.Part) {})
	}
	defer h.forgetVersion(h.sys.path(svc.path()))
	if err := h.manager.remove(ctx); err != nil {
		return err
	}
	var u undo
	u.add(func(context.Context) error {
		_ = os.Remove(filepath.Dir(h.sys.path(h.manager.keyFile()))) // only when it is empty
		return nil
	})
	u.addRemove(h.sys.path(h.ownKey(svc)))
	if svc.program {
		u.add(func(context.Context) error { h.dropBeside(); return nil })
		u.addRemove(h.sys.path(svc.path()))
		u.addRemove(filepath.Join(filepath.Dir(h.sys.path(svc.path())), beforeName))
	}
	return u.run(ctx)
}

// dropBeside removes the folder that is ours alone, when it is empty.
func (h *Host) dropBeside() { _ = os.Remove(filepath.Dir(h.sys.path(besidePlace(h.sys)))) }

func problemMoved(program string) error {
	return &steps.Problem{
		Title: "The cloudflared that is there has changed", Text: "It was updated or removed since the wizard looked. " + nothingChanged,
		Fix: "Look again, and confirm the plan once more.", Detail: []steps.Row{steps.Code("Program", program)},
	}
}

func problemNoManager() error {
	return &steps.Problem{
		Title: "The wizard does not know how this system starts services",
		Text:  "It knows systemd, OpenRC, init scripts, launchd and Windows services. " + nothingChanged,
		Fix:   "Install cloudflared by hand, as its maker describes for your system, and look again.",
		Link:  steps.Link{Text: "See how cloudflared is installed", URL: "https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/downloads/"},
	}
}

func problemForeign(manager, program string) error {
	return &steps.Problem{
		Title: "This connector was not installed by the wizard", Text: "So it is left alone.",
		Fix:    "Remove it the way it was installed, if nothing else uses it.",
		Detail: []steps.Row{steps.Text("Managed by", manager), steps.Code("Program", program)},
	}
}

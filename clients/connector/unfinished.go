package connector

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.test/wizard/clients/rights"
	"example.test/wizard/steps"
)

// unfinished says what an installation of a service is about to make. It is
// written before the first change and removed after the last, so that what a
// killed installation left can be told from what others made. It holds no
// secret, only sums.
type unfinished struct {
	PID     int    `json:"pid"`
	Start   string `json:"start,omitempty"` // when that process began: numbers are given again
	Program string `json:"program,omitempty"`
	Sum     string `json:"sum,omitempty"`     // of the program that is put there; empty when one was there before
	KeyFile string `json:"key,omitempty"`     // where the key is put
	KeySum  string `json:"key_sum,omitempty"` // of the file with the key
}

// unfinishedFile lies beside the key, where only an administrator can write. It is
// believed only if one wrote it: before there was such a folder, anybody could
// have put a file there.
func (h *Host) unfinishedFile() string {
	return filepath.Join(filepath.Dir(h.manager.keyFile()), "plex-tunnel-wizard-unfinished.json")
}

// halfDone is an installation that broke off, or that another process works on;
// nil when there is none. busy tells the two apart. This process's own does not count.
func (h *Host) halfDone() (left *unfinished, busy bool) {
	if h.manager == nil {
		return nil, false
	}
	file := h.sys.path(h.unfinishedFile())
	if !rights.Trusted(file) {
		return nil, false
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, false
	}
	left = &unfinished{}
	if json.Unmarshal(b, left) != nil {
		return &unfinished{}, false // cut off: nothing else was begun
	}
	alive := left.Start != "" && startOf(left.PID) == left.Start
	if alive && left.PID == os.Getpid() {
		return nil, false
	}
	return left, alive
}

// beginSetUp remembers what is about to be made. Taking it back is what forgets it.
func (h *Host) beginSetUp(hand handover, pl plan, u *undo) error {
	left := unfinished{PID: os.Getpid(), Start: startOf(os.Getpid()), KeyFile: pl.tokenFile, KeySum: textSum(hand.Key + "\n")}
	if !h.sys.exists(pl.program) {
		left.Program, left.Sum = pl.program, hand.Sum
	}
	file := h.sys.path(h.unfinishedFile())
	if err := makeKeyFolder(filepath.Dir(file), u); err != nil {
		return err
	}
	b, err := json.Marshal(left)
	if err != nil {
		return err
	}
	if err := replaceFile(file, b, 0o644); err != nil {
		return problemWrite(file, err)
	}
	u.addRemove(file)
	if err := rights.Entrust(file); err != nil { // it may be theirs already; else it is not believed later, which costs nothing else
		h.cfg.Log.Info("giving the list of what is unfinished to the administrators", "err", err)
	}
	return nil
}

// makeKeyFolder makes the folder of the key and of what is unfinished, in which
// only administrators may put anything.
func makeKeyFolder(dir string, u *undo) error {
	if at, err := makeDirs(filepath.Dir(dir), u); err != nil {
		return problemWrite(at, err)
	}
	made, err := rights.AdminFolder(dir)
	switch {
	case errors.Is(err, rights.ErrForeign):
		return problemFolder(dir)
	case err != nil:
		return problemWrite(dir, err)
	case made:
		u.add(func(context.Context) error { _ = os.Remove(dir); return nil })
	}
	return nil
}

func problemFolder(dir string) error {
	return &steps.Problem{
		Title: "A folder of another user is in the way", Text: "Whoever owns it could change what the wizard puts there, and that runs with the rights of an administrator. " + nothingChanged,
		Fix:    "Look at what is in it. Then have an administrator move it away, and try again.",
		Detail: []steps.Row{steps.Code("Folder", dir)},
	}
}

func (h *Host) endSetUp() error {
	if err := os.Remove(h.sys.path(h.unfinishedFile())); err != nil && !errors.Is(err, os.ErrNotExist) {
		return problemWrite(h.unfinishedFile(), err)
	}
	return nil
}

// clearHalfDone takes away what a killed installation left. A service without
// our mark, and files with another content than ours had, stay.
func (h *Host) clearHalfDone(ctx context.Context) error {
	left, busy := h.halfDone()
	switch {
	case left == nil:
		return nil
	case busy:
		return problemBusy()
	}
	svc, err := h.manager.find()
	if err != nil {
		return err
	}
	if svc == nil || svc.ours {
		h.manager.clear(ctx)
		key := h.ours(left.KeyFile, h.manager.keyFile(), besideKey(h.manager.keyFile()))
		if b, err := os.ReadFile(h.sys.path(key)); err == nil && textSum(string(b)) == left.KeySum {
			if err := os.Remove(h.sys.path(key)); err != nil {
				return problemWrite(key, err)
			}
		}
		program := h.ours(left.Program, programPlace(h.sys), besidePlace(h.sys))
		if sum, err := sumOf(h.sys.path(program)); left.Program == program && err == nil && sum == left.Sum {
			if err := os.Remove(h.sys.path(program)); err != nil {
				return problemWrite(program, err)
			}
		}
	}
	for _, dir := range []string{filepath.Dir(h.manager.keyFile()), filepath.Dir(programPlace(h.sys)), filepath.Dir(besidePlace(h.sys))} {
		sweep(h.sys.path(dir), ".key-", ".cloudflared-")
	}
	h.dropBeside()
	err = h.endSetUp()
	_ = os.Remove(filepath.Dir(h.sys.path(h.manager.keyFile()))) // only when it is empty
	return err
}

// ours is a path of the list, or else one of our own places: the first. Nothing
// else is ever removed, whatever the list says.
func (*Host) ours(path string, places ...string) string {
	if slices.Contains(places, path) {
		return path
	}
	return places[0]
}

// sweep removes what a killed process was writing: files whose names begin as
// only ours do.
func sweep(dir string, prefixes ...string) {
	for _, prefix := range prefixes {
		files, _ := filepath.Glob(filepath.Join(dir, prefix+"*"))
		for _, f := range files {
			_ = os.Remove(f)
		}
	}
}

func textSum(s string) string {
	d := sha256.Sum256([]byte(strings.TrimSpace(s)))
	return hex.EncodeToString(d[:])
}

func problemBusy() error {
	return &steps.Problem{
		Title: "The connector is being installed just now", Text: "An installation that was started before still runs. " + nothingChanged,
		Fix: "Wait a minute, and look again.",
	}
}

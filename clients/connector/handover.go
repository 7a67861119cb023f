package connector

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"time"

	"example.test/wizard/steps"
)

// handover is what the elevated child must be told. It holds the key, so it
// travels on standard input, or in a file that its reader removes.
type handover struct {
	Key     string   `json:"key,omitempty"`
	Program string   `json:"program,omitempty"` // verified, ready to be put in place
	Sum     string   `json:"sum,omitempty"`     // its SHA-256, hex
	Found   bool     `json:"found,omitempty"`   // the program is in its place already, and is used as it is
	Args    []string `json:"args,omitempty"`
}

// handoverLife is how long a handover waits for the person to run the command.
const handoverLife = time.Hour

var errHandover = errors.New("what the wizard handed over cannot be read")

// readHandover never tells what it read: that is a secret.
func readHandover(r io.Reader) (handover, error) {
	var hand handover
	if err := json.NewDecoder(io.LimitReader(r, 64<<10)).Decode(&hand); err != nil {
		return handover{}, errHandover
	}
	return hand, nil
}

// takeHandover reads a file and removes it at once.
func takeHandover(file string) (handover, error) {
	f, err := os.Open(file)
	if err != nil {
		return handover{}, err
	}
	hand, err := readHandover(f)
	return hand, errors.Join(err, f.Close(), os.Remove(file))
}

func (hand handover) encode() string {
	b, _ := json.Marshal(hand) // strings cannot fail
	return string(b)
}

// leaveHandover writes the file, for its owner's eyes only.
func (h *Host) leaveHandover(hand handover) error {
	if err := os.MkdirAll(h.files.dir, 0o700); err != nil {
		return problemWrite(h.files.dir, err)
	}
	if err := writeKey(h.files.handover, steps.NewSecret(hand.encode())); err != nil {
		return problemWrite(h.files.handover, err)
	}
	return nil
}

func (h *Host) dropHandover() { _ = os.Remove(h.files.handover) }

// handoverCommand is the command for a person while a handover waits, else "".
func (h *Host) handoverCommand() string {
	info, err := os.Stat(h.files.handover)
	if err != nil {
		return ""
	}
	if h.cfg.Now().Sub(info.ModTime()) > handoverLife {
		h.dropHandover()
		return ""
	}
	return h.byHand("install", "--handover", h.files.handover)
}

package connector

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	"example.test/wizard/steps"
)

// errNeedsHand means that only the person can do it, with a command.
var errNeedsHand = errors.New("this user may not install services, and there is no way to ask for the right to")

// elevatedLimit is how long the elevated child may take, the person's thinking
// about a password included.
const elevatedLimit = 10 * time.Minute

// message is one line of what the elevated child reports.
type message struct {
	Part    *steps.Part   `json:"part,omitempty"`
	Problem *problemLines `json:"problem,omitempty"`
	Done    bool          `json:"done,omitempty"`
}

// problemLines is a problem without its cause, which is no data.
type problemLines struct {
	Title, Text, Fix string
	Link             steps.Link
	Detail           []steps.Row
}

// listener takes in what the elevated child reports.
type listener struct {
	report  func(steps.Part)
	done    bool
	problem error
}

func (l *listener) line(s string) {
	var m message
	if json.Unmarshal([]byte(s), &m) != nil {
		return // something else that spoke
	}
	switch {
	case m.Part != nil:
		l.report(*m.Part)
	case m.Problem != nil:
		p := m.Problem
		l.problem = &steps.Problem{Title: p.Title, Text: p.Text, Fix: p.Fix, Link: p.Link, Detail: p.Detail}
	case m.Done:
		l.done = true
	}
}

// ended reports whether the child said how it went, and how.
func (l *listener) ended() (bool, error) { return l.done || l.problem != nil, l.problem }

// asAdministrator does what needs those rights: itself where it has them, else by
// an elevated child that is told verb. The download that hand names is removed,
// unless the person's own command still needs it.
func (h *Host) asAdministrator(ctx context.Context, verb string, hand handover, report func(steps.Part), act func(context.Context, handover, func(steps.Part)) error) (err error) {
	defer h.forgetActive()
	if h.sys.Elevated {
		err = act(ctx, hand, report)
	} else {
		err = h.elevate(ctx, verb, hand, report)
	}
	if errors.Is(err, errNeedsHand) {
		return err
	}
	return errors.Join(err, os.RemoveAll(h.files.download))
}

// elevate runs the wizard's own program as an administrator, by whatever way
// this system has. Without one the person gets the command.
func (h *Host) elevate(ctx context.Context, verb string, hand handover, report func(steps.Part)) error {
	h.dropHandover()
	if err := ctx.Err(); err != nil {
		return err
	}
	// Half an installation would be worse than one that cannot be cancelled.
	run, cancel := context.WithTimeout(context.WithoutCancel(ctx), elevatedLimit)
	defer cancel()
	l := &listener{report: report}
	for _, way := range h.ways(run) {
		if err := way(run, verb, hand, l); err != nil {
			h.cfg.Log.Info("asking for the rights of an administrator", "err", err)
		}
		if ended, err := l.ended(); ended {
			h.dropHandover()
			return err
		}
	}
	h.dropHandover()
	if hand.Program == "" && hand.Key == "" {
		return h.problemByHand(h.byHand(verb))
	}
	if err := h.leaveHandover(hand); err != nil {
		return err
	}
	return h.problemByHand(h.byHand(verb, "--handover", h.files.handover))
}

// way is one way to become an administrator.
type way func(ctx context.Context, verb string, hand handover, l *listener) error

func (h *Host) ways(ctx context.Context) []way {
	if h.sys.GOOS == "windows" {
		return []way{h.runAs}
	}
	var out []way
	c := caller{sys: h.sys, run: h.cfg.Run}
	if _, err := h.cfg.Run.Look("sudo"); err == nil {
		if ok, _ := c.succeeds(ctx, "sudo", "-n", "true"); ok { // without a question
			out = append(out, h.through("sudo", "-n"))
		}
	}
	if h.sys.GOOS == "darwin" {
		return append(out, h.osascript)
	}
	if _, err := h.cfg.Run.Look("pkexec"); err == nil && h.sys.Graphical {
		out = append(out, h.through("pkexec"))
	}
	return out
}

// through runs the child below a program that passes standard input on.
func (h *Host) through(prefix ...string) way {
	return func(ctx context.Context, verb string, hand handover, l *listener) error {
		argv := append(append([]string{}, prefix...), h.sys.Executable, "connector", verb, "--json")
		r, err := h.cfg.Run.Run(ctx, Command{Argv: argv, Stdin: hand.encode(), Line: l.line, Limit: elevatedLimit})
		if err == nil && r.Code != 0 {
			err = errors.New(prefix[0] + ": " + lastLine(r.Stderr))
		}
		return err
	}
}

// osascript lets macOS ask for the password. It passes no standard input on and
// tells what was said only at the end.
func (h *Host) osascript(ctx context.Context, verb string, hand handover, l *listener) error {
	if err := h.leaveHandover(hand); err != nil {
		return err
	}
	command := quoteAll([]string{h.sys.Executable, "connector", verb, "--json", "--handover", h.files.handover})
	script := `do shell script "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(command+" || true") + `" without altering line endings with administrator privileges`
	r, err := h.cfg.Run.Run(ctx, Command{Argv: []string{"osascript", "-e", script}, Line: l.line, Limit: elevatedLimit})
	if err == nil && r.Code != 0 {
		err = errors.New("osascript: " + lastLine(r.Stderr))
	}
	return err
}

// follow reads what an elevated child writes to a file, until it has said how it
// went, or has ended without a word.
func follow(ctx context.Context, file string, l *listener, alive func() bool) error {
	read := 0
	for {
		running := alive() // before reading: what it said last is then in the file
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for {
			line, _, whole := strings.Cut(string(b[read:]), "\n")
			if !whole {
				break
			}
			read += len(line) + 1
			l.line(line)
		}
		if ended, _ := l.ended(); ended {
			return nil
		}
		if !running {
			l.problem = problemSilent()
			return nil
		}
		if !poll(ctx) {
			return ctx.Err()
		}
	}
}

func problemSilent() error {
	return &steps.Problem{
		Title: "The part with the rights of an administrator ended without a word",
		Text:  "It was stopped, by a virus scanner or by somebody, so the work is not done.",
		Fix:   "Look again. What it may have left behind is cleared away before the next try.",
	}
}

func (h *Host) problemByHand(command string) error {
	where := "in a terminal"
	if h.sys.GOOS == "windows" {
		where = "in a terminal that was opened as administrator"
	}
	return &steps.Problem{
		Title: "The wizard needs the rights of an administrator for this",
		Text:  "It could not ask for them. Nothing was changed.",
		Fix:   "Run this " + where + ", then look again: " + command,
		Err:   errNeedsHand,
	}
}

package connector

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"example.test/wizard/steps"
)

// ChildMain is "wizard connector install", "update", "uninstall", "start" and
// "stop": the elevated child. args are the words after "connector". What is to be installed
// comes on standard input, or in the file that --handover names. With --json,
// or --report FILE, it reports in lines of JSON, else in plain words. It returns
// the exit code: 0 done, 1 not done, 2 wrong use.
func ChildMain(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return childMain(System{}, programs{}, args, stdin, stdout, stderr)
}

func childMain(sys System, run Runner, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := childCall{args: args, stdin: stdin, stdout: stdout}
	if err := c.parse(args); err != nil {
		fmt.Fprintf(stderr, "wizard connector: %v\n", err)
		return 2
	}
	// The wizard may be killed while this child works. The child goes on to the
	// end, although nobody reads what it says.
	signal.Ignore(syscall.SIGPIPE)
	defer signal.Reset(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if c.report != "" {
		f, err := os.OpenFile(c.report, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			fmt.Fprintf(stderr, "wizard connector: %v\n", err)
			return 1
		}
		defer f.Close()
		c.stdout, c.json = f, true
	}
	err := c.do(ctx, sys, run)
	c.end(err)
	if err != nil {
		return 1
	}
	return 0
}

// childCall is one call of the elevated child.
type childCall struct {
	args   []string
	stdin  io.Reader
	stdout io.Writer

	verb     string
	handover string
	report   string
	json     bool
}

func (c *childCall) parse(args []string) error {
	if len(args) == 0 || !slices.Contains([]string{"install", "update", "uninstall", "start", "stop"}, args[0]) {
		return errors.New("say install, update, uninstall, start or stop")
	}
	c.verb = args[0]
	fs := flag.NewFlagSet(c.verb, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&c.handover, "handover", "", "")
	fs.StringVar(&c.report, "report", "", "")
	fs.BoolVar(&c.json, "json", false, "")
	if err := fs.Parse(args[1:]); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("%q is one word too many", fs.Arg(0))
	}
	return nil
}

func (c *childCall) do(ctx context.Context, sys System, run Runner) error {
	h := New(Config{Mode: ModeInstall, Run: run, System: sys})
	defer h.local.CloseIdleConnections()
	switch {
	case h.manager == nil:
		return problemNoManager()
	case !h.sys.Elevated:
		return h.problemByHand(h.byHand(c.args...))
	case c.verb == "uninstall":
		return h.removeService(ctx)
	case c.verb == "start", c.verb == "stop":
		return h.driveService(ctx, c.verb)
	}
	hand, err := c.take()
	if err != nil {
		return problemHandover(err)
	}
	if c.verb == "update" {
		return h.renew(ctx, hand, c.part)
	}
	if _, err := parseKey(hand.Key); err != nil {
		return problemKey()
	}
	if err := h.refuseExisting(ctx); err != nil {
		return err
	}
	return h.setUp(ctx, hand, c.part)
}

func (c *childCall) take() (handover, error) {
	if c.handover != "" {
		return takeHandover(c.handover)
	}
	return readHandover(c.stdin)
}

// part reports one part: each change for the wizard, only the end for a person.
func (c *childCall) part(p steps.Part) {
	switch {
	case c.json:
		c.send(message{Part: &p})
	case p.Failed:
		fmt.Fprintf(c.stdout, "%s: failed\n", p.Title)
	case p.Ended:
		fmt.Fprintf(c.stdout, "%s: %s\n", p.Title, p.Detail)
	}
}

func (c *childCall) end(err error) {
	switch {
	case err == nil && c.json:
		c.send(message{Done: true})
	case err == nil:
		fmt.Fprintln(c.stdout, "Done. Go back to the wizard.")
	default:
		p := steps.Explain(err)
		if c.json {
			c.send(message{Problem: &problemLines{p.Title, p.Text, p.Fix, p.Link, p.Detail}})
			return
		}
		fmt.Fprintf(c.stdout, "%s. %s %s\n", p.Title, p.Text, p.Fix)
		for _, row := range p.Detail {
			for _, v := range row.Values {
				fmt.Fprintf(c.stdout, "  %s: %s\n", row.Label, v.Text)
			}
		}
	}
}

func (c *childCall) send(m message) { _ = json.NewEncoder(c.stdout).Encode(m) } // nobody listens any more

func problemHandover(err error) error {
	return &steps.Problem{
		Title: "The wizard’s instructions cannot be read", Text: "They are valid once, and for an hour. " + nothingChanged,
		Fix: "Start the installation again in the wizard, and run the command that it shows.", Err: err,
	}
}

package connector

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"example.test/wizard/steps"
)

// findManager picks the service manager, in cloudflared's own order. It returns
// nil where there is none that the package knows.
func findManager(sys System, run Runner) manager {
	c := caller{sys: sys, run: run}
	switch sys.GOOS {
	case "windows":
		return windowsManager(c)
	case "darwin":
		return launchd{c}
	case "linux":
		switch {
		case sys.exists("/run/systemd/system"):
			return systemd{c}
		case sys.exists("/sbin/openrc-run"), sys.exists("/usr/sbin/openrc-run"), sys.exists("/usr/bin/openrc-run"):
			return openRC{c}
		case sys.exists("/etc/init.d"):
			return sysV{c}
		}
	}
	return nil
}

// caller is what all managers need: where files are, and programs to call.
type caller struct {
	sys System
	run Runner
}

// call runs a program of the system. An exit code other than 0 is an error that
// holds the end of what it said.
func (c caller) call(ctx context.Context, argv ...string) error {
	r, err := c.run.Run(ctx, Command{Argv: argv})
	if err != nil {
		return problemCall(argv, err.Error())
	}
	if r.Code != 0 {
		return problemCall(argv, fmt.Sprintf("exit code %d: %s", r.Code, lastLine(r.Stderr+r.Stdout)))
	}
	return nil
}

// succeeds runs a program that answers by its exit code.
func (c caller) succeeds(ctx context.Context, argv ...string) (bool, error) {
	r, err := c.run.Run(ctx, Command{Argv: argv})
	return err == nil && r.Code == 0, err
}

// output is what a program says; empty when it cannot be run.
func (c caller) output(ctx context.Context, argv ...string) string {
	r, err := c.run.Run(ctx, Command{Argv: argv})
	if err != nil {
		return ""
	}
	return r.Stdout
}

// define writes the definition of a service where there is none yet.
func (c caller) define(file, content string, mode os.FileMode, u *undo) error {
	real := c.sys.path(file)
	if c.sys.exists(file) {
		return problemInTheWay(file)
	}
	if err := os.MkdirAll(filepath.Dir(real), 0o755); err != nil {
		return problemWrite(file, err)
	}
	if err := replaceFile(real, []byte(content), mode); err != nil {
		return problemWrite(file, err)
	}
	u.addRemove(real)
	return nil
}

// newLogs takes log files away with the service that is to write them, unless
// they are there already.
func (c caller) newLogs(u *undo, files ...string) {
	for _, f := range files {
		if !c.sys.exists(f) {
			u.addRemove(c.sys.path(f))
		}
	}
}

// discard removes files of ours; those that are gone are no failure.
func (c caller) discard(files ...string) error {
	var u undo
	for _, f := range files {
		u.addRemove(c.sys.path(f))
	}
	return u.run(context.Background())
}

// discardDefinition removes a definition of ours, and what a killed process was
// writing in its place.
func (c caller) discardDefinition(file string) {
	_ = c.discard(file)
	sweep(c.sys.path(filepath.Dir(file)), "."+filepath.Base(file)+"-")
}

// tail is the last lines of a log file; empty when it cannot be read.
func (c caller) tail(file string) string {
	f, err := os.Open(c.sys.path(file))
	if err != nil {
		return ""
	}
	defer f.Close()
	const most = 16 << 10
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	b := make([]byte, min(info.Size(), most))
	if _, err := f.ReadAt(b, info.Size()-int64(len(b))); err != nil {
		return ""
	}
	return string(b)
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	return last[:min(len(last), 300)]
}

// quoteShell quotes a word for a POSIX shell.
func quoteShell(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func quoteAll(argv []string) string {
	out := make([]string, len(argv))
	for i, a := range argv {
		out[i] = quoteShell(a)
	}
	return strings.Join(out, " ")
}

// splitWords undoes quoting, of shells and of systemd, as far as command lines
// of services use it.
func splitWords(s string) []string {
	var out []string
	var word strings.Builder
	var quote rune
	in, escaped := false, false
	for _, r := range s {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, in = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, in = r, true
		case quote == 0 && (r == ' ' || r == '\t' || r == '\n'):
			if in {
				out = append(out, word.String())
			}
			word.Reset()
			in = false
		default:
			word.WriteRune(r)
			in = true
		}
	}
	if in {
		out = append(out, word.String())
	}
	return out
}

func problemCall(argv []string, said string) error {
	return &steps.Problem{
		Title: "The service manager refused", Text: "What was begun has been taken back.", Fix: "Its own words are in the details.",
		Detail: []steps.Row{steps.Code("Command", strings.Join(argv, " ")), steps.Text("Answer", said)},
	}
}

func problemInTheWay(file string) error {
	return &steps.Problem{
		Title: "A file of an earlier installation is in the way", Text: "The wizard does not overwrite what it did not make. What was begun has been taken back.",
		Fix:    "Move the file away, and try again.",
		Detail: []steps.Row{steps.Code("File", file)},
	}
}

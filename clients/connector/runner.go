package connector

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A Command is one call of a program.
type Command struct {
	Argv  []string // the program first
	Stdin string
	Env   []string // nil is the wizard's, without its secrets
	Dir   string
	Line  func(string)  // told about each line of standard output as it comes; nil for none
	Limit time.Duration // it is ended after this; zero is programLimit
}

// programLimit is how long a program of the system may take. A service manager
// waits a minute and a half for a service at most.
const programLimit = 2 * time.Minute

// A Result is what a program that has ended left behind.
type Result struct {
	Stdout, Stderr string // at most 64 KiB each
	Code           int
}

// Runner runs programs.
type Runner interface {
	// Run waits until the program has ended. An exit code other than 0 is not
	// an error; that it could not be started, or did not end in time, is.
	Run(ctx context.Context, c Command) (Result, error)
	// Look finds a program in the search path.
	Look(name string) (string, error)
}

// programs is the Runner of this computer.
type programs struct{}

const outputLimit = 64 << 10

// Look implements [Runner].
func (programs) Look(name string) (string, error) { return exec.LookPath(name) }

// Run implements [Runner].
func (programs) Run(ctx context.Context, c Command) (Result, error) {
	limit := cmp.Or(c.Limit, programLimit)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%s did not end within %s: %w", filepath.Base(c.Argv[0]), limit, context.DeadlineExceeded))
	defer cancel()
	cmd := exec.CommandContext(ctx, c.Argv[0], c.Argv[1:]...)
	cmd.Dir, cmd.Env = c.Dir, c.Env
	if cmd.Env == nil {
		cmd.Env = cleanEnv(os.Environ())
	}
	cmd.WaitDelay = 2 * time.Second
	cmd.Stdin = strings.NewReader(c.Stdin)
	hide(cmd)
	var stdout, stderr limited
	cmd.Stderr = &stderr
	cmd.Stdout = &stdout
	if c.Line != nil {
		lines := &lineWriter{line: c.Line, copy: &stdout}
		cmd.Stdout = lines
		defer lines.flush()
	}
	err := cmd.Run()
	r := Result{Stdout: stdout.String(), Stderr: stderr.String(), Code: cmd.ProcessState.ExitCode()}
	if ctx.Err() != nil {
		return r, context.Cause(ctx)
	}
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		err = nil
	}
	if err != nil {
		return r, fmt.Errorf("running %s: %w", c.Argv[0], err)
	}
	return r, nil
}

// cleanEnv takes the wizard's own secrets out of an environment.
func cleanEnv(env []string) []string {
	var out []string
	for _, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		switch strings.ToUpper(name) { // names have no case on Windows
		case "CLOUDFLARE_API_TOKEN", "PLEX_TOKEN":
		default:
			out = append(out, kv)
		}
	}
	return out
}

// limited keeps the first outputLimit bytes.
type limited struct{ bytes.Buffer }

// Write implements io.Writer. It never fails, so that the program is not killed by a broken pipe.
func (l *limited) Write(p []byte) (int, error) {
	_, _ = l.Buffer.Write(p[:min(len(p), max(0, outputLimit-l.Len()))])
	return len(p), nil
}

// lineWriter hands on whole lines.
type lineWriter struct {
	line func(string)
	copy *limited
	rest []byte
}

// Write implements io.Writer.
func (w *lineWriter) Write(p []byte) (int, error) {
	if w.copy != nil {
		_, _ = w.copy.Write(p)
	}
	w.rest = append(w.rest, p...)
	for {
		advance, line, _ := bufio.ScanLines(w.rest, false)
		if advance == 0 {
			break
		}
		w.line(string(line))
		w.rest = w.rest[advance:]
	}
	if len(w.rest) > outputLimit {
		w.flush()
	}
	return len(p), nil
}

// flush hands on what came without an end of line.
func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.line(string(w.rest))
		w.rest = nil
	}
}

package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take before it counts as never. The machine
// may be slow; what is waited for is a condition, never a time.
const patience = 60 * time.Second

// wizard is one running program.
type wizard struct {
	t      *testing.T
	cmd    *exec.Cmd
	data   string
	base   string // http://localhost:port
	link   string // the start link
	stderr *tail
	ended  chan struct{}
	err    error // of Wait; valid once ended is closed
}

// tail keeps what a program wrote.
type tail struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *tail) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// command prepares the program with an environment of its own.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	home := t.TempDir()
	c := exec.Command(shared.binary, args...)
	c.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "CLOUDFLARE_API_TOKEN=", "PLEX_TOKEN=", "GORACE=halt_on_error=1")
	return c
}

// start starts the program and waits for its start link.
func start(t *testing.T, data string, args ...string) *wizard {
	t.Helper()
	return startIn(t, data, nil, args...)
}

// startIn starts it with more in its environment.
func startIn(t *testing.T, data string, env []string, args ...string) *wizard {
	t.Helper()
	return startAs(t, data, func(c *exec.Cmd) { c.Env = append(c.Env, env...) }, args...)
}

// startAs starts it as change wants.
func startAs(t *testing.T, data string, change func(*exec.Cmd), args ...string) *wizard {
	t.Helper()
	w := &wizard{t: t, data: data, stderr: &tail{}, ended: make(chan struct{})}
	w.cmd = command(t, append([]string{"-open=false", "-addr", "127.0.0.1:0", "-data", data}, args...)...)
	change(w.cmd)
	w.cmd.Stderr = w.stderr
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	links := make(chan string, 1)
	go w.follow(out, links)
	t.Cleanup(func() { w.end(syscall.SIGTERM) })
	select {
	case w.link = <-links:
		w.base, _, _ = strings.Cut(w.link, "/start?")
	case <-w.ended:
		t.Fatalf("the wizard ended at once: %v\n%s", w.err, w.stderr)
	case <-time.After(patience):
		t.Fatalf("no start link\n%s", w.stderr)
	}
	return w
}

// follow reads standard output to its end and then waits for the program.
func (w *wizard) follow(out io.Reader, links chan<- string) {
	defer close(w.ended)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); strings.Contains(line, "/start?k=") {
			select {
			case links <- line:
			default: // only the first is used
			}
		}
	}
	w.err = w.cmd.Wait()
}

// end stops the program with a signal and waits until it is gone. After a
// SIGTERM it must have ended well.
func (w *wizard) end(with os.Signal) {
	w.t.Helper()
	select {
	case <-w.ended:
		return
	default:
	}
	if runtime.GOOS == "windows" {
		with = os.Kill // it knows no other signal
	}
	if err := w.cmd.Process.Signal(with); err != nil && !errors.Is(err, os.ErrProcessDone) {
		w.t.Errorf("stopping the wizard: %v", err)
	}
	select {
	case <-w.ended:
	case <-time.After(patience):
		_ = w.cmd.Process.Kill()
		w.t.Errorf("the wizard does not stop\n%s", w.stderr)
		<-w.ended
	}
	if with == syscall.SIGTERM && w.err != nil {
		w.t.Errorf("the wizard ended with %v\n%s", w.err, w.stderr)
	}
	if strings.Contains(w.stderr.String(), "DATA RACE") {
		w.t.Errorf("data race\n%s", w.stderr)
	}
}

// until waits for a condition of the world, not of a page.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-ctx.Done():
			t.Fatalf("never: %s", what)
		case <-tick.C:
		}
	}
}

package wine

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long anything may take before it counts as never.
const patience = time.Minute

// A Console is a window with a program in it: what it writes can be read, and
// keys can be pressed.
type Console struct {
	cmd   *exec.Cmd
	tty   *os.File
	ended chan struct{}
	err   error // of Wait; valid once ended is closed

	mu  sync.Mutex
	out bytes.Buffer
	new chan struct{} // closed and replaced when something was written
}

// Open starts a program in a console of its own. It is ended with the test.
func (w *Windows) Open(t testing.TB, program string, args ...string) *Console {
	t.Helper()
	keys, screen, err := terminal()
	if err != nil {
		t.Fatalf("opening a terminal: %v", err)
	}
	c := &Console{cmd: w.Command(program, args...), tty: keys, ended: make(chan struct{}), new: make(chan struct{})}
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = screen, screen, screen
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	err = c.cmd.Start()
	if err = errors.Join(err, screen.Close()); err != nil {
		t.Fatalf("starting %s: %v", program, errors.Join(err, keys.Close()))
	}
	go c.follow()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill() // it may have ended
		<-c.ended
		_ = keys.Close()
	})
	return c
}

// follow reads the screen to its end and then waits for the program.
func (c *Console) follow() {
	defer close(c.ended)
	b := make([]byte, 4096)
	for {
		n, err := c.tty.Read(b)
		c.mu.Lock()
		c.out.Write(b[:n])
		close(c.new)
		c.new = make(chan struct{})
		c.mu.Unlock()
		if err != nil { // the last one has closed the screen
			break
		}
	}
	c.err = c.cmd.Wait()
}

// Wait waits until the screen shows what fits, and returns that.
func (c *Console) Wait(t testing.TB, what *regexp.Regexp) string {
	t.Helper()
	late := time.After(patience)
	for {
		c.mu.Lock()
		found, more := what.FindString(c.out.String()), c.new
		c.mu.Unlock()
		if found != "" {
			return found
		}
		select {
		case <-more:
		case <-c.ended:
			t.Fatalf("ended (%v) and never showed %s:\n%s", c.err, what, c.Screen())
		case <-late:
			t.Fatalf("never showed %s:\n%s", what, c.Screen())
		}
	}
}

// Screen is all that was written, with the terminal's own codes.
func (c *Console) Screen() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.String()
}

// Type presses keys; "\x03" is Ctrl-C.
func (c *Console) Type(t testing.TB, keys string) {
	t.Helper()
	if _, err := c.tty.WriteString(keys); err != nil {
		t.Fatalf("typing: %v", err)
	}
}

// End waits for the end of the program and returns how it ended.
func (c *Console) End(t testing.TB) error {
	t.Helper()
	select {
	case <-c.ended:
		return c.err
	case <-time.After(patience):
		t.Fatalf("it does not end:\n%s", c.Screen())
		return nil
	}
}

// terminal opens a pair of a terminal's ends, 200 columns wide.
func terminal() (keys, screen *os.File, err error) {
	keys, err = os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, keys.Close())
		}
	}()
	fd := int(keys.Fd())
	if err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return nil, nil, err
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		return nil, nil, err
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	// Enter is a return, not the line feed that a terminal of Linux makes of it.
	mode, err := unix.IoctlGetTermios(int(screen.Fd()), unix.TCGETS)
	if err == nil {
		mode.Iflag &^= unix.ICRNL
		err = unix.IoctlSetTermios(int(screen.Fd()), unix.TCSETS, mode)
	}
	if err != nil {
		return nil, nil, errors.Join(err, screen.Close())
	}
	if err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 50, Col: 200}); err != nil {
		return nil, nil, errors.Join(err, screen.Close())
	}
	return keys, screen, nil
}

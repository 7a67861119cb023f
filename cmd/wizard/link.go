package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"example.test/wizard/clients/rights"
	"example.test/wizard/steps/beside"
)

// A door hands out new start links to whoever may open a socket in a folder that
// this user alone may enter: the rights of the folder are the proof, so that no
// key lies on the disk. Where others may enter the data folder, it stands in one of its own.
type door struct {
	path  string // empty when there is none
	l     net.Listener
	extra string // a folder made for it; empty when it is in the data folder
	wg    sync.WaitGroup
}

// longest is how long a socket's path may be on every system.
const longest = 100

// openDoor listens in the folder. The door it returns can be closed in any case.
func openDoor(dir string, fresh func() string) (*door, error) {
	d := &door{}
	path, err := filepath.Abs(filepath.Join(dir, "link"))
	if err != nil {
		return d, err
	}
	if open, err := rights.Enterable(dir); err != nil {
		return d, err
	} else if open || len(path) > longest {
		if d.extra, err = os.MkdirTemp("", "wizard-"); err != nil { // with rights for this user only
			return d, err
		}
		path = filepath.Join(d.extra, "link")
	}
	// One that was killed left its socket; the progress file's lock says that it is gone.
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return d, err
	}
	if d.l, err = net.Listen("unix", path); err != nil {
		return d, err
	}
	d.path = path
	if err := os.Chmod(path, 0o600); err != nil {
		return d, err
	}
	d.wg.Go(func() { _ = beside.Caught(func() { d.serve(fresh) }) }) // it hands out nothing more then; Enter does
	return d, nil
}

func (d *door) serve(fresh func() string) {
	for {
		c, err := d.l.Accept()
		if err != nil {
			return // closed
		}
		_ = c.SetDeadline(time.Now().Add(5 * time.Second))
		_, _ = io.WriteString(c, fresh()+"\n") // who does not listen asks again
		_ = c.Close()
	}
}

func (d *door) close() error {
	var err error
	if d.l != nil {
		err = d.l.Close() // which removes the socket
		d.wg.Wait()
	}
	if d.extra != "" {
		err = errors.Join(err, os.RemoveAll(d.extra))
	}
	return err
}

// isStartLink tells a start link from whatever else may come through the socket: it
// leads to this computer, and nothing in it moves the cursor of a terminal.
func isStartLink(line string) bool {
	return regexp.MustCompile(`^http://(localhost|127\.0\.0\.1|\[::1\]):[0-9]{1,5}/start\?k=[A-Z2-7]+$`).MatchString(line)
}

// link prints a new start link of the wizard that runs with the same folder.
func link(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse("link", args, stderr)
	if err != nil {
		return err
	}
	if err := closed(o.data); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	at, path := running(o.data)
	if at == "" {
		return fmt.Errorf("no wizard runs with the folder %s; start one, or name its folder with -data DIR", o.data)
	}
	if path == "" {
		return fmt.Errorf("the wizard at %s cannot be asked; press Enter in its own terminal for a new link", at)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err != nil {
		return fmt.Errorf("the wizard at %s does not answer; if it has ended, start it again: %w", at, err)
	}
	defer c.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(deadline); err != nil {
			return err
		}
	}
	b, err := io.ReadAll(io.LimitReader(c, 1<<10))
	if line := strings.TrimSpace(string(b)); isStartLink(line) {
		fmt.Fprintln(stdout, line)
		return nil
	}
	return errors.Join(fmt.Errorf("the wizard at %s gave no link; try again", at), err)
}

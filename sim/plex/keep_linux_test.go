package plex_test

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
)

// TestStoppedServerKeepsItsPort: nobody is given the port of a server that is stopped,
// and a server that is closed for good leaves it.
func TestStoppedServerKeepsItsPort(t *testing.T) {
	w := newWorld(t, nil)
	take := func(addr string) error {
		t.Helper()
		// As the system chooses a port for others: one that is bound is taken.
		alone := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) (err error) {
			failed := c.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 0) })
			return errors.Join(err, failed)
		}}
		l, err := alone.Listen(context.Background(), "tcp", addr)
		if err == nil {
			must(t, l.Close())
		}
		return err
	}
	server, tv := w.server.Addr(), w.tv.URL()[len("http://"):]
	must(t, w.server.Stop())
	must(t, w.tv.Stop())
	for _, addr := range []string{server, tv} {
		if err := take(addr); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("%s is to be had while it is stopped: %v", addr, err)
		}
	}
	must(t, w.tv.Start())
	must(t, w.server.Start())
	if now := w.server.Addr(); now != server {
		t.Errorf("it was at %s and is at %s", server, now)
	}
	must(t, w.server.Close())
	must(t, w.tv.Close())
	for _, addr := range []string{server, tv} {
		if l, err := net.Listen("tcp", addr); err != nil {
			t.Errorf("%s is not left: %v", addr, err)
		} else {
			must(t, l.Close())
		}
	}
}

// TestAPortOfOthersIsSaid: a server of the pretend world whose port is taken says so.
func TestAPortOfOthersIsSaid(t *testing.T) {
	w := newWorld(t, nil)
	must(t, w.tv.Stop())
	must(t, w.tv.Close())
	addr := w.tv.URL()[len("http://"):]
	other, err := net.Listen("tcp", addr)
	must(t, err)
	t.Cleanup(func() { _ = other.Close() })
	if err := w.tv.Start(); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("its port is taken, and it says %v", err)
	}
}

package main

import (
	"net"
	"strings"
	"testing"
)

// sixToo skips a test where the computer has no IPv6 at all.
func sixToo(t *testing.T) {
	t.Helper()
	if noFamily("::1") {
		t.Skip("this computer has no [::1], so there is no second family to take")
	}
}

func closeAll(t *testing.T, ls []net.Listener) {
	t.Helper()
	for _, l := range ls {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

// taken holds a port that is free on both families, on one of them.
func taken(t *testing.T, host string) (port string) {
	t.Helper()
	ls, port, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range ls {
		if h, _, _ := net.SplitHostPort(l.Addr().String()); h != host {
			closeAll(t, []net.Listener{l})
			continue
		}
		t.Cleanup(func() { closeAll(t, []net.Listener{l}) })
	}
	return port
}

func TestListenTakesBothFamilies(t *testing.T) {
	sixToo(t)
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "[::1]:0"} {
		ls, port, err := listen(addr)
		if err != nil {
			t.Fatal(err)
		}
		var hosts []string
		for _, l := range ls {
			h, p, err := net.SplitHostPort(l.Addr().String())
			if err != nil || p != port {
				t.Errorf("%s serves at %s, not %s", addr, l.Addr(), port)
			}
			hosts = append(hosts, h)
		}
		if got := strings.Join(hosts, " "); got != "127.0.0.1 ::1" && got != "::1 127.0.0.1" {
			t.Errorf("%s serves at %s", addr, got)
		}
		closeAll(t, ls)
	}
}

// TestListenMovesBothFamilies when either is taken: whoever sits on the other
// one would get what is meant for us.
func TestListenMovesBothFamilies(t *testing.T) {
	sixToo(t)
	for _, squatter := range []string{"::1", "127.0.0.1"} {
		t.Run(squatter, func(t *testing.T) {
			busy := taken(t, squatter)
			ls, port, err := listen("127.0.0.1:" + busy)
			if err != nil {
				t.Fatal(err)
			}
			defer closeAll(t, ls)
			if port == busy || len(ls) != 2 {
				t.Errorf("%d listeners at %s beside a squatter at %s", len(ls), port, busy)
			}
			free := map[string]string{"::1": "127.0.0.1", "127.0.0.1": "::1"}[squatter]
			l, err := net.Listen("tcp", net.JoinHostPort(free, busy))
			if err != nil {
				t.Fatalf("half of the taken port was kept: %v", err)
			}
			closeAll(t, []net.Listener{l})
		})
	}
}

func TestListenRefuses(t *testing.T) {
	for addr, says := range map[string]string{"127.0.0.1": "missing port", "127.0.0.1:http": "not a number", "127.0.0.1:70000": "no port from 70000"} {
		ls, _, err := listen(addr)
		closeAll(t, ls)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

package main

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestTheBrowsersLinkOverTheWire: the link that stands on the command line of a
// browser lets in the user who runs the wizard, and nobody else of this computer,
// as the kernel tells them apart.
func TestTheBrowsersLinkOverTheWire(t *testing.T) {
	in := newPretend(t).start(t, t.TempDir())
	in.link()
	at, key, _ := strings.Cut(in.browserLink(), "?k=")
	ask := func(uid int) int {
		t.Helper()
		transport := &http.Transport{DisableKeepAlives: true, DialContext: func(_ context.Context, _, address string) (net.Conn, error) {
			return dialAs(uid, address)
		}}
		client := &http.Client{Timeout: mostTime, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at, strings.NewReader(url.Values{"k": {key}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
		return res.StatusCode
	}
	if c, err := dialAs(65534, strings.TrimPrefix(in.base, "http://")); err == nil { // only root can be somebody else
		_ = c.Close()
		if code := ask(65534); code != http.StatusUnauthorized {
			t.Errorf("another user: %d", code)
		}
	}
	if code := ask(os.Getuid()); code != http.StatusSeeOther {
		t.Errorf("the user: %d", code)
	}
}

// dialAs connects as another user, who is one of the thread.
func dialAs(uid int, address string) (net.Conn, error) {
	to, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if uid != os.Getuid() {
		if err := unix.Setfsuid(uid); err != nil {
			return nil, err
		}
		defer func() { _ = unix.Setfsuid(os.Getuid()) }()
	}
	return net.DialTCP("tcp", nil, to)
}

package main

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener for connections of this process, whose deadlines follow the
// clock of a bubble.
type pipes struct {
	arrive chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.arrive:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }

// TestLimitsOfTime, by a clock of their own: a header that does not end is given
// up after five seconds, a body after fifteen, and a connection that nobody uses
// after a minute.
func TestLimitsOfTime(t *testing.T) {
	const whole = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
	for name, c := range map[string]struct {
		sends  string
		limit  time.Duration
		answer string // the first line; empty for none
	}{
		"nothing":                {"", 5 * time.Second, ""},
		"half a header":          {"GET / HTTP/1.1\r\nHost: local", 5 * time.Second, ""},
		"half a body":            {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf", 15 * time.Second, "HTTP/1.1 408 Request Timeout"},
		"a request, and no more": {whole, time.Minute, "HTTP/1.1 200 OK"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if _, err := io.Copy(io.Discard, r.Body); err != nil {
						w.WriteHeader(http.StatusRequestTimeout)
					}
				})
				h, l := limited(pages, slog.New(slog.DiscardHandler)), &pipes{make(chan net.Conn), make(chan struct{})}
				ended := make(chan error, 1)
				go func() { ended <- h.Serve(l) }()
				here, there := net.Pipe()
				l.arrive <- there
				began := time.Now()
				go func() { _, _ = io.WriteString(here, c.sends) }() // a pipe holds nothing
				all, err := io.ReadAll(bufio.NewReader(here))
				if took := time.Since(began); err != nil || took != c.limit {
					t.Errorf("it ended after %s, %v", took, err)
				}
				if first, _, _ := strings.Cut(string(all), "\r\n"); first != c.answer {
					t.Errorf("it answered %q", first)
				}
				must(t, here.Close())
				must(t, h.Close())
				if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
					t.Error(err)
				}
			})
		})
	}
}

// TestTheProgramKeepsItsLimits is the real program: it takes the header that a
// browser sends and not one of many kilobytes, and after an interrupt it is gone
// within two seconds, although somebody holds a connection.
func TestTheProgramKeepsItsLimits(t *testing.T) {
	dir := t.TempDir()
	p := startProcess(t, victim(t), "127.0.0.1:1", filepath.Join(dir, "data"), deadWorld(t), func(func()) {})
	defer p.kill()
	if p.base == "" {
		t.Fatalf("it did not start\n%s", p.said)
	}
	for kilobytes, want := range map[int]int{8: http.StatusUnauthorized, 32: http.StatusRequestHeaderFieldsTooLarge} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+"/", nil)
		must(t, err)
		r.Header.Set("X-Long", strings.Repeat("x", kilobytes<<10))
		own := &http.Transport{}
		res, err := own.RoundTrip(r)
		must(t, err)
		must(t, res.Body.Close())
		own.CloseIdleConnections()
		if res.StatusCode != want {
			t.Errorf("a header of %d KB: %s", kilobytes, res.Status)
		}
	}
	if runtime.GOOS == "windows" {
		return // which knows no interrupt from outside
	}
	c, err := net.Dial("tcp", strings.TrimPrefix(strings.Replace(p.base, "localhost", "127.0.0.1", 1), "http://"))
	must(t, err)
	defer c.Close()
	began := time.Now()
	must(t, p.cmd.Process.Signal(os.Interrupt))
	<-p.ended
	if took := time.Since(began); took > 2*time.Second || !p.cmd.ProcessState.Success() {
		t.Errorf("it ended after %s: %v\n%s", took, p.cmd.ProcessState, p.said)
	}
}

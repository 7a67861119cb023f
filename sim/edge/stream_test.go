package edge_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"runtime"
	"testing"

	"example.test/wizard/sim/edge"

	"golang.org/x/net/websocket"
)

const (
	bigSize     = 100 << 20
	memoryLimit = 48 << 20 // flow-control windows of four hops and the collector's slack; the body is twice that
)

// block is what a pattern repeats; its length is odd, so that a lost or doubled buffer shows.
func block() []byte {
	b := make([]byte, 64<<10-1)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return b
}

// pattern is an endless stream of bytes that are worth checking.
type pattern struct {
	block []byte
	n     int
}

func (p *pattern) Read(b []byte) (int, error) {
	n := copy(b, p.block[p.n:])
	p.n = (p.n + n) % len(p.block)
	return n, nil
}

// meter checks a pattern and keeps an eye on the heap.
type meter struct {
	want     pattern
	n        int64
	bad      bool
	heap     uint64
	lastLook int64
}

func (m *meter) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(len(rest), len(m.want.block)-m.want.n)
		m.bad = m.bad || !bytes.Equal(rest[:n], m.want.block[m.want.n:][:n])
		m.want.n = (m.want.n + n) % len(m.want.block)
		rest = rest[n:]
	}
	m.n += int64(len(p))
	if m.n-m.lastLook > 8<<20 {
		m.lastLook = m.n
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		m.heap = max(m.heap, s.HeapAlloc)
	}
	return len(p), nil
}

func (m *meter) check(t *testing.T, way string, before uint64) {
	t.Helper()
	if m.n != bigSize || m.bad {
		t.Errorf("%s: %d bytes arrived, damaged: %v", way, m.n, m.bad)
	}
	if m.heap > before+memoryLimit {
		t.Errorf("%s: the heap grew from %d to %d MB", way, before>>20, m.heap>>20)
	}
}

func TestBigBodies(t *testing.T) {
	eachConnector(t, func(t *testing.T, run starter) {
		up := make(chan *meter, 1)
		w := newWorld()
		w.serve(1, origin(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				m := &meter{want: pattern{block: block()}}
				_, _ = io.Copy(m, r.Body)
				up <- m
				return
			}
			_, _ = io.Copy(rw, io.LimitReader(&pattern{block: block()}, bigSize))
		})))
		e := start(t, w)
		run(t, e, w.token())
		connected(t, w, e, 2)
		visitor := visitorFor(t, e)
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)

		resp, err := visitor.Get("https://" + host + "/big")
		if err != nil {
			t.Fatal(err)
		}
		down := &meter{want: pattern{block: block()}}
		_, err = io.Copy(down, resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		down.check(t, "down", s.HeapAlloc)

		req, err := http.NewRequest(http.MethodPut, "https://"+host+"/big", io.LimitReader(&pattern{block: block()}, bigSize))
		if err != nil {
			t.Fatal(err)
		}
		resp, err = visitor.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		(<-up).check(t, "up", s.HeapAlloc)
	})
}

func TestTornAnswer(t *testing.T) {
	eachConnector(t, func(t *testing.T, run starter) {
		w := newWorld()
		w.serve(1, origin(t, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Length", "1000000")
			_, _ = rw.Write(make([]byte, 100_000))
			panic(http.ErrAbortHandler)
		})))
		e := start(t, w)
		run(t, e, w.token())
		connected(t, w, e, 1)
		resp, err := visitorFor(t, e).Get("https://" + host + "/")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if b, err := io.ReadAll(resp.Body); err == nil || resp.StatusCode != http.StatusOK {
			t.Errorf("an answer that broke off arrives as %d with %d bytes, %v", resp.StatusCode, len(b), err)
		}
	})
}

// dialSocket opens a WebSocket through the edge.
func dialSocket(t *testing.T, e *edge.Edge) (*websocket.Conn, error) {
	t.Helper()
	config, err := websocket.NewConfig("wss://"+host+"/:/websockets/notifications", "https://"+host)
	if err != nil {
		t.Fatal(err)
	}
	var d net.Dialer
	raw, err := d.DialContext(t.Context(), "tcp", e.PublicAddr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	secure := tls.Client(raw, &tls.Config{ServerName: host, RootCAs: roots(e), NextProtos: []string{"http/1.1"}})
	stop := context.AfterFunc(t.Context(), func() { raw.Close() })
	t.Cleanup(func() { stop() })
	return websocket.NewClient(config, secure)
}

func TestWebSocket(t *testing.T) {
	eachConnector(t, func(t *testing.T, run starter) {
		over := make(chan struct{}, 2)
		w := newWorld()
		w.serve(1, origin(t, websocket.Handler(func(ws *websocket.Conn) {
			_, _ = io.Copy(ws, ws)
			over <- struct{}{}
		})))
		e := start(t, w)
		run(t, e, w.token())
		connected(t, w, e, 1)

		ws, err := dialSocket(t, e)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"one", "two", "three"} {
			if err := websocket.Message.Send(ws, word); err != nil {
				t.Fatal(err)
			}
			var back string
			if err := websocket.Message.Receive(ws, &back); err != nil || back != word {
				t.Fatalf("sent %q, got %q, %v", word, back, err)
			}
		}
		ws.Close()
		<-over // the visitor's end reaches the origin
		eventually(t, "the hit", func() bool { return w.lastHit(t).Status == http.StatusSwitchingProtocols })

		ws, err = dialSocket(t, e)
		if err != nil {
			t.Fatal(err)
		}
		e.DropConnections(tunnel)
		var nothing string
		if err := websocket.Message.Receive(ws, &nothing); err == nil {
			t.Errorf("the socket outlived its tunnel connection and said %q", nothing)
		}
		<-over

		connected(t, w, e, 1)
		e.SetMood(host, edge.MoodNoUpgrade)
		if _, err := dialSocket(t, e); err == nil {
			t.Error("a stripped upgrade still opens a socket")
		}
	})
}

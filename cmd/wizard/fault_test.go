package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// kinds are the ways in which a call goes wrong. Those of the second list act
// all the same.
func kinds() (idle, acting []string) {
	return []string{"reset", "429", "500", "503", "web page", "unsuccessful"}, []string{"lost reply", "half body", "slow"}
}

// trouble makes every call go wrong in every way, one way for each time that it
// is made. A change that has been made once is not made again, so each way that
// acts needs a journey of its own.
type trouble struct {
	t      *testing.T
	b      *boundaries
	acting string // the last way for changes

	mu    sync.Mutex
	times map[string]int // of each call: how many times it went wrong
	sent  map[string]int // of each change in each intent: how often it was made
	twice []string
	total int
}

// next is the way in which this call goes wrong; empty when it has gone through all.
func (f *trouble) next(what string, change bool) string {
	idle, acting := kinds()
	ways := append(idle, acting...)
	switch {
	case change:
		ways = append(idle, f.acting)
	case f.acting != acting[0]:
		return "" // reads go through all of them in the first journey
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.times[what]
	if n >= len(ways) {
		return ""
	}
	f.times[what]++
	f.total++
	return ways[n]
}

// made notes a change that reached the service and acted. Within one intent, no
// change may act twice.
func (f *trouble) made(r *http.Request) {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	f.b.mu.Lock()
	during := f.b.attempt
	f.b.mu.Unlock()
	key := fmt.Sprintf("%s %s %x, try %d", r.Method, r.URL.RequestURI(), sha256.Sum256(body), during)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.sent[key]++; f.sent[key] > 1 && r.Method == http.MethodPost || err != nil {
		f.twice = append(f.twice, key)
	}
}

// reading tells calls that only look: graphql asks by POST.
func reading(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || strings.HasSuffix(r.URL.Path, "/graphql")
}

func (f *trouble) wrap(service string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" || r.Header.Get("Cf-Ray") != "" { // visitors come through the tunnel
			h.ServeHTTP(w, r)
			return
		}
		what := f.b.plain(callName(service, r))
		change := !reading(r)
		if change {
			f.b.mu.Lock()
			what += f.b.during
			f.b.mu.Unlock()
		}
		way := f.next(what, change)
		if idle, _ := kinds(); change && !strings.Contains(strings.Join(idle, ","), way) || way == "" && change {
			f.made(r)
		}
		misbehave(w, r, h, way)
	})
}

// misbehave answers a call in one of the ways of [kinds]; in the empty one, well.
func misbehave(w http.ResponseWriter, r *http.Request, h http.Handler, way string) {
	say := func(code int, kind, body string) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
	const no = `{"success":false,"errors":[{"code":10013,"message":"internal error"}],"messages":[],"result":null}`
	switch way {
	case "reset":
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			_ = c.Close()
			return
		}
		panic(http.ErrAbortHandler)
	case "429":
		w.Header().Set("Retry-After", "1")
		say(http.StatusTooManyRequests, "application/json", no)
	case "500":
		say(http.StatusInternalServerError, "application/json", no)
	case "503":
		say(http.StatusServiceUnavailable, "application/json", no)
	case "web page":
		say(http.StatusOK, "text/html", "<!doctype html><title>Sign in to the hotel’s network</title><h1>Welcome</h1>")
	case "unsuccessful":
		say(http.StatusOK, "application/json", no)
	case "lost reply":
		h.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	case "half body":
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		w.Header().Set("Content-Length", fmt.Sprint(rec.Body.Len()))
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes()[:rec.Body.Len()/2])
		panic(http.ErrAbortHandler)
	case "slow":
		if reading(r) {
			pause(r.Context(), 300*time.Millisecond)
			h.ServeHTTP(w, r)
			return
		}
		// It acts at once, and tells so when the wizard has given up.
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		pause(r.Context(), 3*shortTry)
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		say(rec.Code, rec.Header().Get("Content-Type"), rec.Body.String())
	default:
		h.ServeHTTP(w, r)
	}
}

// shortTry is how long one request to Cloudflare may take while changes are slow.
const shortTry = 3 * time.Second

// pause waits, or until nobody waits for the answer any more.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// TestTroubleEverywhere lets every call of the journey go wrong in every way,
// over real sockets. Whatever happens, the person gets to the end by pressing
// on, everything is there once, and no change was sent again that had acted.
func TestTroubleEverywhere(t *testing.T) {
	long(t)
	exe := victim(t)
	_, acting := kinds()
	for _, way := range acting {
		if way == "slow" && os.Getenv("WIZARD_NIGHTLY") == "" {
			continue
		}
		t.Run(strings.ReplaceAll(way, " ", "-"), func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			f := &trouble{t: t, acting: way, times: map[string]int{}, sent: map[string]int{}}
			l := newLife(t, exe, func(b *boundaries) func(string, http.Handler) http.Handler { f.b = b; return f.wrap })
			if way == "slow" {
				l.env = []string{tryFor + "=" + shortTry.String()}
			}
			l.walk()
			l.judge()
			for _, key := range f.twice {
				t.Errorf("made twice: %s", key)
			}
			t.Logf("%d calls went wrong %d times, in %s; duplicates %d, unmarked objects touched %d", len(f.times), f.total, time.Since(began).Round(100*time.Millisecond), l.duplicates, l.touched)
			if len(f.times) < 40 && way == acting[0] {
				t.Errorf("only %d calls", len(f.times))
			}
		})
	}
}

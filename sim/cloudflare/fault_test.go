package cloudflare_test

import (
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.test/wizard/sim/cloudflare"
)

// fault adds a fault and fails the test if it cannot.
func (w *world) fault(f cloudflare.Fault) {
	w.t.Helper()
	if err := w.Faults().Add(f); err != nil {
		w.t.Fatal(err)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		kind   cloudflare.FaultKind
		acts   bool // the tunnel is there afterwards
		verify func(t *testing.T, r reply, err error)
	}{
		{cloudflare.LostReply, true, func(t *testing.T, _ reply, err error) {
			if !errors.Is(err, io.EOF) {
				t.Errorf("error %v, want the end of the connection", err)
			}
		}},
		{cloudflare.Reset, false, func(t *testing.T, _ reply, err error) {
			if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
				t.Errorf("error %v, want a reset", err)
			}
		}},
		{cloudflare.HalfBody, true, func(t *testing.T, _ reply, err error) {
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("error %v, want an unexpected end", err)
			}
		}},
		{cloudflare.TooMany, false, func(t *testing.T, r reply, _ error) {
			if r.Status != 429 || r.Header.Get("Retry-After") != "2" || r.code() != 971 {
				t.Errorf("%d, retry-after %q, %s", r.Status, r.Header.Get("Retry-After"), r.Raw)
			}
		}},
		{cloudflare.ServerError, false, status(500)},
		{cloudflare.Unavailable, false, status(503)},
		{cloudflare.BadGateway, false, func(t *testing.T, r reply, _ error) {
			if r.Status != 502 || !strings.Contains(string(r.Raw), "<html>") || r.Header.Get("Content-Type") != "text/html" {
				t.Errorf("%d %s", r.Status, r.Raw)
			}
		}},
		{cloudflare.Unsuccess, false, func(t *testing.T, r reply, _ error) {
			if r.Status != 200 || r.Success || r.code() == -1 {
				t.Errorf("%d %s", r.Status, r.Raw)
			}
		}},
		{cloudflare.Refuse, false, func(t *testing.T, r reply, _ error) {
			if r.Status != 418 || r.code() != 4711 || r.Errors[0].Message != "100% no" {
				t.Errorf("%d %s", r.Status, r.Raw)
			}
		}},
		{cloudflare.Slow, true, status(200)},
	} {
		t.Run(string(tt.kind), func(t *testing.T) {
			w := newWorld(t)
			all := "/accounts/" + w.account + "/cfd_tunnel"
			w.fault(cloudflare.Fault{
				Kind: tt.kind, Method: "POST", Path: `^/accounts/[0-9a-f]+/cfd_tunnel$`, Delay: 1500 * time.Millisecond / time.Duration(1+slowly(tt.kind)),
				Status: 418, Code: 4711, Message: "100% no",
			})
			if n := w.must("GET", all, nil).Info.TotalCount; n != 0 || len(w.Faults().List()) != 1 {
				t.Fatalf("another method took the fault: %v", w.Faults().List())
			}
			r, err := send(w.url, userToken, "POST", all, obj{"name": "a", "config_src": "cloudflare"})
			tt.verify(t, r, err)
			if acted := w.must("GET", all, nil).Info.TotalCount == 1; acted != tt.acts || (w.Writes() == 1) != tt.acts {
				t.Errorf("acted %v with %d writes, want %v", acted, w.Writes(), tt.acts)
			}
			if left := w.Faults().List(); len(left) != 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

// slowly is how much shorter the delay of Slow is, for the sake of the test.
func slowly(k cloudflare.FaultKind) int {
	if k == cloudflare.Slow {
		return 99
	}
	return 0
}

func status(want int) func(*testing.T, reply, error) {
	return func(t *testing.T, r reply, err error) {
		t.Helper()
		if err != nil || r.Status != want {
			t.Errorf("%v %d %s, want %d", err, r.Status, r.Raw, want)
		}
	}
}

func TestFaultsCountDownAndClear(t *testing.T) {
	w := newWorld(t)
	w.fault(cloudflare.Fault{Kind: cloudflare.ServerError, Times: 2})
	w.fault(cloudflare.Fault{Kind: cloudflare.Unavailable, Path: "zones", Times: -1})
	for i, want := range []int{500, 500, 503, 503} {
		if r := w.call("GET", "/zones", nil); r.Status != want {
			t.Errorf("call %d: %d, want %d", i, r.Status, want)
		}
	}
	if l := w.Faults().List(); len(l) != 1 || l[0].Times != -1 {
		t.Errorf("left: %+v", l)
	}
	w.Faults().Clear()
	w.must("GET", "/zones", nil)
	if w.Requests() != 5 {
		t.Errorf("%d requests", w.Requests())
	}
	if err := w.Faults().Add(cloudflare.Fault{Kind: cloudflare.Slow, Path: "("}); err == nil {
		t.Error("a path that is no expression was taken")
	}
}

func TestRateLimit(t *testing.T) {
	w := newWorld(t, func(c *cloudflare.Config) { c.RateLimit = 3 })
	for want := 2; want >= 0; want-- {
		r := w.must("GET", "/zones", nil)
		if got := r.Header.Get("X-Ratelimit-Remaining"); got != string(rune('0'+want)) || r.Header.Get("X-Ratelimit-Limit") != "3" {
			t.Errorf("remaining %q, want %d", got, want)
		}
	}
	w.pass(time.Minute)
	r := w.refused(429, 971, "GET", "/zones", nil)
	if got := r.Header.Get("Retry-After"); got != "300" {
		t.Errorf("retry-after %q", got)
	}
	w.pass(4*time.Minute + 30*time.Second) // a new window, but the block of five minutes lasts
	if r := w.refused(429, 971, "GET", "/zones", nil); r.Header.Get("Retry-After") != "30" {
		t.Errorf("retry-after %q", r.Header.Get("Retry-After"))
	}
	w.pass(30 * time.Second)
	w.must("GET", "/zones", nil)
}

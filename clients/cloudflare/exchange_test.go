package cloudflare_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.test/wizard/clients/cloudflare"
	sim "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What a write says when its answer is not one of plain success. Each is sent
// once, whatever comes back.
func TestWriteFaults(t *testing.T) {
	tests := []struct {
		fault   sim.Fault
		status  int
		unclear bool
		made    bool
	}{
		{sim.Fault{Kind: sim.LostReply}, 0, true, true},
		{sim.Fault{Kind: sim.Reset}, 0, true, false},
		{sim.Fault{Kind: sim.HalfBody}, 200, true, true},
		{sim.Fault{Kind: sim.TooMany, Delay: 7 * time.Second}, 429, false, false},
		{sim.Fault{Kind: sim.ServerError}, 500, true, false},
		{sim.Fault{Kind: sim.Unavailable}, 503, true, false},
		{sim.Fault{Kind: sim.BadGateway}, 502, true, false},
		{sim.Fault{Kind: sim.Unsuccess}, 200, false, false},
		{sim.Fault{Kind: sim.Refuse, Status: 403, Code: 10000, Message: "Authentication error"}, 403, false, false},
	}
	for _, tt := range tests {
		t.Run(string(tt.fault.Kind), func(t *testing.T) {
			w := newWorld(t)
			// The connection is warm: net/http itself must not repeat the write either.
			if _, err := w.Zone(t.Context(), w.zone); err != nil {
				t.Fatal(err)
			}
			tt.fault.Method = "POST"
			w.fault(t, tt.fault)
			before := w.api.Requests()
			_, err := w.CreateTunnel(t.Context(), w.account, "plex")
			e := failure(t, err)
			if e.Status != tt.status || e.Unclear != tt.unclear {
				t.Errorf("status %d, unclear %t; want %d, %t: %v", e.Status, e.Unclear, tt.status, tt.unclear, err)
			}
			if want := "POST /accounts/" + w.account + "/cfd_tunnel"; e.Call != want || e.Service != "Cloudflare" {
				t.Errorf("call %q of %q, want %q", e.Call, e.Service, want)
			}
			if e.Status != 0 && e.Ray == "" {
				t.Error("the ray id is missing")
			}
			if tt.fault.Kind == sim.TooMany && e.Wait != 7*time.Second {
				t.Errorf("wait %v, want 7s", e.Wait)
			}
			if n, sent := w.api.Requests()-before, w.spy.sent(); n != 1 || len(sent) != 2 {
				t.Errorf("%d requests arrived, sent %q; want one POST", n, sent)
			}
			list, err := w.TunnelsNamed(t.Context(), w.account, "plex")
			if err != nil || (len(list) == 1) != tt.made {
				t.Errorf("tunnels %v, %v; want made %t", list, err, tt.made)
			}
		})
	}
}

// A read comes through whatever goes away by itself, and gives up at once on
// the rest.
func TestReadFaults(t *testing.T) {
	tests := []struct {
		fault sim.Fault
		tries int
		fails bool
	}{
		{sim.Fault{Kind: sim.LostReply}, 2, false},
		{sim.Fault{Kind: sim.Reset, Times: 3}, 4, false},
		{sim.Fault{Kind: sim.Reset, Times: 4}, 4, true},
		{sim.Fault{Kind: sim.HalfBody}, 2, false},
		{sim.Fault{Kind: sim.TooMany, Delay: 7 * time.Second}, 2, false},
		{sim.Fault{Kind: sim.ServerError, Times: 2}, 3, false},
		{sim.Fault{Kind: sim.BadGateway, Times: 9}, 4, true},
		{sim.Fault{Kind: sim.Unsuccess}, 1, true},
		{sim.Fault{Kind: sim.Refuse, Status: 403, Code: 10000, Message: "Authentication error"}, 1, true},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.fault.Kind, tt.fault.Times), func(t *testing.T) {
			w := newWorld(t)
			w.fault(t, tt.fault)
			z, err := w.Zone(t.Context(), w.zone)
			if (err != nil) != tt.fails || err == nil && z.ID != w.zone {
				t.Errorf("zone %q, error %v; want failure %t", z.ID, err, tt.fails)
			}
			if err != nil && failure(t, err).Unclear {
				t.Error("a read cannot be unclear")
			}
			if n := len(w.spy.sent()); n != tt.tries {
				t.Errorf("%d tries, want %d", n, tt.tries)
			}
			if tt.fault.Kind == sim.TooMany && w.spy.waits[0] != 7*time.Second {
				t.Errorf("waited %v, want what was asked", w.spy.waits)
			}
		})
	}
}

// Answers that Cloudflare's library takes for success, or prints in its errors.
func TestForeignAnswers(t *testing.T) {
	html := "<!DOCTYPE html><h1>" + canary + "</h1>"
	tests := map[string]struct {
		status  int
		body    string
		unclear bool
	}{
		"page":               {200, html, true},
		"page of a gateway":  {502, html, true},
		"page of refusal":    {403, html, false},
		"redirect":           {302, "", true},
		"nothing":            {200, "", true},
		"half":               {200, `{"success":true,"result":{"id":"f00`, true},
		"no envelope":        {200, `{"id":"x"}`, true},
		"success false":      {200, `{"success":false,"errors":[],"result":null}`, false},
		"no result":          {200, `{"success":true,"errors":[],"result":null}`, true},
		"no id":              {200, `{"success":true,"errors":[],"result":{"name":"x"}}`, true},
		"an array":           {200, `[]`, true},
		"success of refusal": {400, `{"success":true,"errors":[],"result":{"id":"x"}}`, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, s := connect(t, page(tt.status, tt.body))
			_, err := c.CreateZone(t.Context(), "a1", "example.com")
			e := failure(t, err)
			if e.Status != tt.status || e.Unclear != tt.unclear || e.Ray != "8f00-LHR" {
				t.Errorf("got %+v", e)
			}
			if strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "DOCTYPE") {
				t.Errorf("the error repeats the answer: %v", err)
			}
			if len(s.sent()) != 1 {
				t.Errorf("sent %q", s.sent())
			}
			if _, err := c.Zone(t.Context(), "z1"); err == nil {
				t.Error("the read succeeded")
			}
		})
	}
}

// The service's words arrive whole: its first code, the chain, the pointer; but
// not the token, and nothing that would break a line of a log.
func TestServiceWords(t *testing.T) {
	c, _ := connect(t, page(400, `{"success":false,"result":null,"errors":[
		{"code":6003,"message":"Invalid request headers","error_chain":[{"code":6111,"message":"Bad value 'Bearer `+canary+`'\nsecond line"}],"source":{"pointer":"/rules/0"}},
		{"code":7,"message":"and more"}]}`))
	_, err := c.Zone(t.Context(), "z1")
	e := failure(t, err)
	want := "Invalid request headers: Bad value 'Bearer ••••••••' second line: and more"
	if e.Code != 6003 || e.Message != want || e.Pointer != "/rules/0" {
		t.Errorf("got %+v", e)
	}
}

// Without a connection nothing was sent, so a write is clear.
func TestNobodyThere(t *testing.T) {
	srv := httptest.NewServer(nil)
	base := srv.URL
	srv.Close()
	c := cloudflare.New(cloudflare.Config{BaseURL: base, Token: func() steps.Secret { return steps.NewSecret(canary) }})
	_, err := c.CreateZone(t.Context(), "a1", "example.com")
	e := failure(t, err)
	if e.Unclear || e.Status != 0 || e.Err == nil || strings.Contains(err.Error(), base) {
		t.Errorf("got %+v: %v", e, err)
	}
}

// The caller's deadline ends a call; a write that was on its way is unclear.
func TestDeadline(t *testing.T) {
	gone := make(chan struct{})
	var arrived atomic.Bool
	h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived.Store(true)
		select {
		case <-r.Context().Done():
		case <-gone:
		}
	})
	c, _ := connect(t, h)
	defer close(gone)
	// On a busy computer the deadline may pass before anything was sent: it is longer then.
	var ctx context.Context
	var err error
	for limit := 50 * time.Millisecond; !arrived.Load(); limit *= 2 {
		if limit > time.Minute {
			t.Fatal("the write never arrives")
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(t.Context(), limit)
		defer cancel()
		_, err = c.CreateZone(ctx, "a1", "example.com")
	}
	if e := failure(t, err); !e.Unclear || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %+v", e)
	}
	// Once it is over nothing is sent, and nothing is unclear.
	_, err = c.CreateZone(ctx, "a1", "example.com")
	if e := failure(t, err); e.Unclear || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %+v", e)
	}
	if _, err = c.Zone(ctx, "z1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// A request that hangs is given up; a read is then made anew, a write is not.
func TestHangingRequest(t *testing.T) {
	var mu sync.Mutex
	arrived := 0
	gone := make(chan struct{})
	c, s := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		mu.Lock()
		arrived++
		hangs := arrived%2 == 1
		mu.Unlock()
		if hangs {
			select {
			case <-r.Context().Done():
			case <-gone:
			}
			return
		}
		page(200, `{"success":true,"errors":[],"result":{"id":"z1"}}`).ServeHTTP(w, r)
	}))
	defer close(gone)
	c.SetTryTime(2 * time.Second) // ample for the one that is answered
	if z, err := c.Zone(t.Context(), "z1"); err != nil || z.ID != "z1" || len(s.sent()) != 2 {
		t.Errorf("%+v, %v after %q", z, err, s.sent())
	}
	_, err := c.CreateZone(t.Context(), "a1", "example.com")
	if e := failure(t, err); !e.Unclear || !errors.Is(err, context.DeadlineExceeded) || len(s.sent()) != 3 {
		t.Errorf("%+v after %q", e, s.sent())
	}
}

// A Retry-After beyond the deadline is reported at once, with the wait.
func TestWaitBeyondDeadline(t *testing.T) {
	w := newWorld(t)
	w.fault(t, sim.Fault{Kind: sim.TooMany, Delay: 2 * time.Minute, Times: 9})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := w.Zone(ctx, w.zone)
	if e := failure(t, err); e.Status != 429 || e.Wait != 2*time.Minute || len(w.spy.waits) != 0 || len(w.spy.sent()) != 1 {
		t.Errorf("%+v, waits %v, sent %d", e, w.spy.waits, len(w.spy.sent()))
	}
}

// A call without a deadline gets one.
func TestUsualDeadline(t *testing.T) {
	w := newWorld(t)
	w.fault(t, sim.Fault{Kind: sim.TooMany, Delay: 70 * time.Second, Times: 9})
	if _, err := w.Zone(context.Background(), w.zone); failure(t, err).Wait != 70*time.Second || len(w.spy.waits) != 0 {
		t.Errorf("%v, waits %v", err, w.spy.waits)
	}
}

func TestNoToken(t *testing.T) {
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer srv.Close()
	for _, token := range []func() steps.Secret{
		nil,
		func() steps.Secret { return steps.Secret{} },
		func() steps.Secret { return steps.NewSecret(` Bearer "" `) },
	} {
		c := cloudflare.New(cloudflare.Config{BaseURL: srv.URL, Token: token})
		_, first := c.VerifyToken(t.Context())
		_, second := c.CacheStatuses(t.Context(), "z1", "h", at, at)
		third := c.DeleteTunnel(t.Context(), "a1", "t1")
		for _, err := range []error{first, second, third} {
			if !errors.Is(err, steps.ErrNoToken) {
				t.Errorf("got %v", err)
			}
		}
	}
	if asked != 0 {
		t.Errorf("%d calls", asked)
	}
}

// An id that would lead elsewhere is not sent: the library does not escape.
func TestStrangeIDs(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"", "../accounts", "a/b", "a?b=c", "a%2fb"} {
		if _, err := w.Zone(t.Context(), id); err == nil {
			t.Errorf("%q was taken", id)
		}
		if err := w.DeleteRecord(t.Context(), w.zone, id); err == nil || steps.Unclear(err) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if n := len(w.spy.sent()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestBadBase(t *testing.T) {
	for _, base := range []string{"api.cloudflare.com", "ftp://x/", "http://", "http://%zz/"} {
		c := cloudflare.New(cloudflare.Config{BaseURL: base, Token: func() steps.Secret { return steps.NewSecret(canary) }})
		if _, err := c.Zone(t.Context(), "z1"); failure(t, err).Unclear {
			t.Errorf("%q: %v", base, err)
		}
	}
}

// The token goes nowhere but into the header of its own host.
func TestTokenStaysPut(t *testing.T) {
	var elsewhere, here []string
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		elsewhere = append(elsewhere, r.Method)
	}))
	defer other.Close()
	c, _ := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		here = append(here, r.Header.Get("Authorization"))
		if strings.Contains(r.URL.String(), canary) {
			t.Errorf("the token is in %s", r.URL)
		}
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	}))
	if _, err := c.CreateZone(t.Context(), "a1", "example.com"); failure(t, err).Status != 307 {
		t.Error(err)
	}
	if len(elsewhere) != 0 || len(here) != 1 || here[0] != "Bearer "+canary {
		t.Errorf("elsewhere %q, here %q", elsewhere, here)
	}
}

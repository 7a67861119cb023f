package edge_test

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"syscall"
	"testing"

	"example.test/wizard/sim/edge"
)

// TestACutIsNeverAnAnswer: whoever asks while connections break gets the
// origin's answer, an error page or a broken line, and never an empty success.
func TestACutIsNeverAnAnswer(t *testing.T) {
	w := newWorld()
	w.serve(1, origin(t, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("X-Origin", "yes")
		rw.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(rw, "sign in")
	})))
	e := start(t, w)
	standIn(t, e, w.token())
	for range 20 {
		e.RefuseConnections(false)
		connected(t, w, e, 2)
		askWhile(t, e, func() {
			e.RefuseConnections(true)
			e.DropConnections(tunnel)
		})
	}
	e.RefuseConnections(false)
	connected(t, w, e, 2)
	askWhile(t, e, func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
}

// askWhile lets several visitors ask again and again until the tunnel or the edge is gone.
func askWhile(t *testing.T, e *edge.Edge, cut func()) {
	t.Helper()
	var wg sync.WaitGroup
	for range 6 {
		c := visitorFor(t, e)
		wg.Go(func() {
			for {
				resp, err := c.Get("https://" + host + "/")
				if err != nil {
					if errors.Is(err, syscall.ECONNREFUSED) {
						return // the edge is gone
					}
					continue // the line broke
				}
				body, err := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				switch {
				case resp.StatusCode == http.StatusUnauthorized && resp.Header.Get("X-Origin") == "yes":
				case resp.StatusCode == 530:
					return
				case resp.StatusCode < 500:
					t.Errorf("a cut came out as %d with %q (%v), headers %v", resp.StatusCode, body, err, resp.Header)
					return
				}
			}
		})
	}
	cut()
	wg.Wait()
}

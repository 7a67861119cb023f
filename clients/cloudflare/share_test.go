package cloudflare_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"example.test/wizard/steps"
)

// A gate holds requests until it is opened.
type gate struct {
	open chan struct{}
	at   chan string // of each request that waits
}

func newGate() gate { return gate{make(chan struct{}), make(chan string, 20)} }

func (g gate) before(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.at <- r.Method
		if r.Method == http.MethodGet {
			<-g.open
		}
		h.ServeHTTP(w, r)
	})
}

// Steps that look side by side ask for some things twice; Cloudflare is asked once.
func TestEqualReadsAreOne(t *testing.T) {
	g := newGate()
	w := newWorldBehind(t, g.before)
	var wg sync.WaitGroup
	ask := func() {
		wg.Go(func() {
			if s, err := w.Setting(t.Context(), w.zone, "browser_check"); err != nil || s.Value != "on" {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
	ask()
	<-g.at // the first is under way
	for range 4 {
		ask()
	}
	// A write ends the sharing: what is asked after it is asked anew.
	if err := w.ChangeSetting(t.Context(), w.zone, "always_use_https", "on"); err != nil {
		t.Fatal(err)
	}
	<-g.at
	ask()
	close(g.open)
	wg.Wait()
	reads := 0
	for _, call := range w.spy.sent() {
		if call == "GET /zones/"+w.zone+"/settings/browser_check" {
			reads++
		}
	}
	// The four may have begun before or after the write.
	if reads < 2 || reads > 3 {
		t.Errorf("%d reads", reads)
	}
}

// Whoever gives up takes nobody with them.
func TestSharedReadIsNotAbandoned(t *testing.T) {
	g := newGate()
	w := newWorldBehind(t, g.before)
	ctx, giveUp := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() { _, err := w.Ruleset(ctx, w.zone, steps.PhaseCustom); first <- err }()
	<-g.at
	second := make(chan error, 1)
	go func() { _, err := w.Ruleset(t.Context(), w.zone, steps.PhaseCustom); second <- err }()
	giveUp()
	if err := <-first; err == nil {
		t.Error("the first did not give up")
	}
	close(g.open)
	if err := <-second; err != nil {
		t.Error(err)
	}
}

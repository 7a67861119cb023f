package main

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"example.test/wizard/sim"
	"example.test/wizard/tools/walker"
)

// newSurvivor is a person who goes on whatever happens: a service that fails is a
// page like any other, and [walker.ErrGone] only means to start the wizard again.
// given is told of every answer that the wizard took, saw of every page.
func newSurvivor(t *testing.T, w *sim.World, given func(form string, values url.Values), saw func(body []byte)) *walker.Person {
	t.Helper()
	p := newPerson(t, w, passing{answers: func(_ *http.Request, _ http.Header, body []byte) { saw(body) }})
	p.Answers["keep"] = walker.Tick // the token
	p.Bears = func(status int) bool {
		return status < http.StatusInternalServerError || status == http.StatusBadGateway
	}
	p.Sent = func(path string, values url.Values) {
		if !p.Has(".field--error") {
			given(path, values)
		}
	}
	return p
}

// mostTime is how long a person tries before the journey counts as lost.
const mostTime = 12 * time.Minute

// walk goes to the end of the journey, with a wizard that may die.
func (l *life) walk() {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), mostTime)
	defer cancel()
	for l.start(); ; l.start() {
		err := l.v.Walk(ctx, "/summary")
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			l.t.Fatalf("not there in %s: %v\n%s", mostTime, err, tailOf(l.p.said.String()))
		}
		l.died(err)
	}
}

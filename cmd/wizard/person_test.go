package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"example.test/wizard/sim"
	"example.test/wizard/tools/walker"
)

// newPerson sits down in a pretend world, and knows what people of the
// demonstration know. Every answer of the wizard passes by.
func newPerson(t *testing.T, w *sim.World, by passing) *walker.Person {
	t.Helper()
	p, err := walker.New()
	if err != nil {
		t.Fatal(err)
	}
	p.Transport = by.over(p.Transport)
	p.Answers["token"], p.Answers["domain"] = sim.DemoToken, sim.DemoDomain
	p.Blanks["email"] = sim.DemoEmail // Cloudflare could not be asked for it
	p.Registrar = func(context.Context) error { return w.Do("ns") }
	t.Cleanup(p.CloseIdleConnections)
	return p
}

// passing is told of what goes between a person and the wizard; either may be nil.
type passing struct {
	asks    func()
	answers func(r *http.Request, header http.Header, body []byte)
}

func (by passing) over(next http.RoundTripper) http.RoundTripper { return passenger{by, next} }

type passenger struct {
	passing
	http.RoundTripper
}

func (p passenger) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.asks != nil {
		p.asks()
	}
	res, err := p.RoundTripper.RoundTrip(r)
	var body []byte
	if err == nil {
		body, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
		res.Body = io.NopCloser(bytes.NewReader(body))
	}
	if p.answers != nil {
		header := http.Header{}
		if err == nil {
			header = res.Header
		}
		p.answers(r, header, body)
	}
	if err != nil {
		return nil, err
	}
	return res, nil
}

// CloseIdleConnections is what [http.Client] looks for.
func (p passenger) CloseIdleConnections() {
	if c, ok := p.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

package cloudflare

import (
	"crypto/sha256"
	"net/http"
	"sync"

	"github.com/cloudflare/cloudflare-go/v7/option"

	"example.test/wizard/steps"
)

// sharing joins equal reads that are under way at the same time: nine steps that
// look side by side ask for some things twice. Nothing is kept once the answer
// is there.
type sharing struct {
	mu      sync.Mutex
	writes  int // a read that begins after a write never joins one from before it
	flights map[flightKey]*flight
}

type flightKey struct {
	url    string
	asker  [sha256.Size]byte // of the token
	writes int
}

// A flight is a read under way.
type flight struct {
	ended     chan struct{}
	out       answer
	err       *steps.ServiceError
	abandoned bool // whoever began it has stopped waiting
}

// wrote notes that a write was sent, whatever became of it.
func (s *sharing) wrote() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
}

// board joins the read of this key, or begins it.
func (s *sharing) board(url string, token steps.Secret) (f *flight, mine bool, end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := flightKey{url, sha256.Sum256([]byte(token.Reveal())), s.writes}
	if f := s.flights[key]; f != nil {
		return f, false, nil
	}
	f = &flight{ended: make(chan struct{})}
	if s.flights == nil {
		s.flights = map[flightKey]*flight{}
	}
	s.flights[key] = f
	return f, true, func() {
		s.mu.Lock()
		delete(s.flights, key)
		s.mu.Unlock()
		close(f.ended)
	}
}

// share sends a read, or waits for the answer of one that is the same.
func (x *exchange) share(req *http.Request, next option.MiddlewareNext) error {
	x.named(req)
	for {
		f, mine, end := x.c.sharing.board(req.URL.String(), x.secret)
		if mine {
			defer end()
			err := x.run(req, next)
			f.out, f.err, f.abandoned = x.out, x.err, req.Context().Err() != nil
			return err
		}
		select {
		case <-f.ended:
		case <-req.Context().Done():
			x.err = x.fail(steps.ServiceError{Err: req.Context().Err()})
			return x.err
		}
		if f.abandoned {
			continue
		}
		x.out, x.err = f.out, f.err
		if x.err != nil {
			return x.err
		}
		x.out.exchange = x
		return nil
	}
}

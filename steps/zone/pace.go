package zone

import (
	"context"
	"sync"
	"time"
)

// A pace spaces questions to one server.
type pace struct {
	mu    sync.Mutex
	every time.Duration
	next  time.Time
}

// newPace allows rate questions a second.
func newPace(rate float64) *pace {
	if rate <= 0 {
		rate = 20
	}
	return &pace{every: time.Duration(float64(time.Second) / rate)}
}

// wait takes the next free moment and waits for it.
func (p *pace) wait(ctx context.Context) error {
	p.mu.Lock()
	now := time.Now()
	at := p.next
	if at.Before(now) {
		at = now
	}
	p.next = at.Add(p.every)
	p.mu.Unlock()
	if err := ctx.Err(); err != nil || !at.After(now) {
		return err
	}
	timer := time.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// slow halves the rate, down to one question a second: a server that drops
// questions is usually one that limits them.
func (p *pace) slow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.every = max(p.every, min(2*p.every, time.Second))
}

// free is when the next question may be asked.
func (p *pace) free() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.next
}

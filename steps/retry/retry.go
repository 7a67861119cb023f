// Package retry is the one policy of trying again, for all clients: how often,
// after which wait, and for how long a service may ask to be left alone. It
// knows neither HTTP nor who asks. What changes something is never tried again
// by a client; the engine looks first.
package retry

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"time"
)

// How often and how long a read is tried again.
const (
	Tries     = 4 // of one call, the first among them
	baseDelay = 500 * time.Millisecond
	maxDelay  = 30 * time.Second
	maxAsked  = 5 * time.Minute  // Cloudflare's longest block; a longer Retry-After is cut to it
	tryTime   = 20 * time.Second // one request with its answer
	callTime  = 60 * time.Second // a whole call when the caller sets no deadline
)

// A Policy waits between tries: full jitter under an exponential roof, or what
// the service asks for. Make it with [New].
type Policy struct {
	Try    time.Duration  // most that one request with its answer may take
	Jitter func() float64 // in [0, 1)
	Sleep  func(context.Context, time.Duration) error
	pace   float64
}

// New makes the policy; waits are divided by pace, and 0 means 1.
func New(pace float64) Policy {
	if pace <= 0 {
		pace = 1
	}
	return Policy{Try: tryTime, Jitter: rand.Float64, Sleep: sleep, pace: pace}
}

// sleep returns early, with ctx's error, when ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// delay is the wait after the given number of failed tries. asked is what the
// service wants; 0 when it does not say.
func (p Policy) delay(failed int, asked time.Duration) time.Duration {
	d := min(asked, maxAsked)
	if d <= 0 {
		roof := min(maxDelay, baseDelay<<(failed-1))
		d = time.Duration(p.Jitter() * float64(roof))
	}
	return time.Duration(float64(d) / p.pace)
}

// Pause waits before the next try, after failed ones; asked is what the service
// wants, 0 when it does not say. It reports false, without waiting, when no try
// is left or the wait would outlast ctx, and when ctx ends meanwhile.
func (p Policy) Pause(ctx context.Context, failed int, asked time.Duration) bool {
	if failed >= Tries || ctx.Err() != nil {
		return false
	}
	d := p.delay(failed, asked)
	if end, ok := ctx.Deadline(); ok && time.Until(end) <= d {
		return false
	}
	return p.Sleep(ctx, d) == nil
}

// After reads the header Retry-After of RFC 9110 section 10.2.3: seconds or a
// date. The result is at most five minutes, and 0 when there is none.
func After(value string, now time.Time) time.Duration {
	if s, err := strconv.ParseFloat(value, 64); err == nil {
		if math.IsNaN(s) || s <= 0 {
			return 0
		}
		return time.Duration(min(s, maxAsked.Seconds()) * float64(time.Second))
	}
	// The three forms of RFC 9110 section 5.6.7.
	for _, form := range []string{"Mon, 02 Jan 2006 15:04:05 GMT", time.RFC850, time.ANSIC} {
		if at, err := time.Parse(form, value); err == nil {
			return max(0, min(at.Sub(now), maxAsked))
		}
	}
	return 0
}

// Bounded gives ctx the usual deadline of a whole call when it has none.
func Bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, callTime)
}

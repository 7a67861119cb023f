package cloudflare

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// How often and how long a read is tried again. Writes are never repeated.
const (
	maxTries  = 4
	baseDelay = 500 * time.Millisecond
	maxDelay  = 30 * time.Second
	maxAsked  = 5 * time.Minute  // Cloudflare's longest block; a longer Retry-After is cut to it
	tryTime   = 20 * time.Second // one request with its answer
	callTime  = 60 * time.Second // a whole call when the caller sets no deadline
)

// retry waits between tries: full jitter under an exponential roof, or what the
// service asks for.
type retry struct {
	try    time.Duration // most that one request with its answer may take
	pace   float64
	jitter func() float64 // in [0, 1)
	sleep  func(context.Context, time.Duration) error
}

func newRetry(pace float64) retry {
	if pace <= 0 {
		pace = 1
	}
	return retry{try: tryTime, pace: pace, jitter: rand.Float64, sleep: sleep}
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
func (r retry) delay(failed int, asked time.Duration) time.Duration {
	d := min(asked, maxAsked)
	if d <= 0 {
		roof := min(maxDelay, baseDelay<<(failed-1))
		d = time.Duration(r.jitter() * float64(roof))
	}
	return time.Duration(float64(d) / r.pace)
}

// pause waits before the next try. It reports false, without waiting, when the
// wait would outlast ctx, and when ctx ends meanwhile.
func (r retry) pause(ctx context.Context, failed int, asked time.Duration) bool {
	d := r.delay(failed, asked)
	if end, ok := ctx.Deadline(); ok && time.Until(end) <= d {
		return false
	}
	return r.sleep(ctx, d) == nil
}

// retryAfter reads the header of RFC 9110 section 10.2.3: seconds or a date.
// The result is at most [maxAsked], and 0 when there is none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		if math.IsNaN(s) || s <= 0 {
			return 0
		}
		return time.Duration(min(s, maxAsked.Seconds()) * float64(time.Second))
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(0, min(at.Sub(now), maxAsked))
	}
	return 0
}

// bounded gives ctx the usual deadline when it has none.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, callTime)
}

package cloudflare

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limiter counts requests per token: so many in five minutes, then every call is
// refused for as long again. (The real one counts per user.)
type limiter struct {
	max    int
	window time.Duration

	mu   sync.Mutex
	seen map[string]*window
}

type window struct {
	since   time.Time
	count   int
	blocked time.Time // until then
}

// count notes a request, sets the headers that tell how many are left, and
// answers a refusal if there are none.
func (l *limiter) count(h http.Header, token string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.seen[token]
	if w == nil || !now.Before(w.since.Add(l.window)) {
		blocked := time.Time{}
		if w != nil {
			blocked = w.blocked
		}
		w = &window{since: now, blocked: blocked}
		l.seen[token] = w
	}
	w.count++
	if w.count == l.max+1 {
		w.blocked = now.Add(l.window)
	}
	reset := w.since.Add(l.window)
	if now.Before(w.blocked) {
		reset = w.blocked
	}
	h.Set("X-Ratelimit-Limit", strconv.Itoa(l.max))
	h.Set("X-Ratelimit-Remaining", strconv.Itoa(max(0, l.max-w.count)))
	h.Set("X-Ratelimit-Reset", strconv.Itoa(seconds(reset.Sub(now))))
	if now.Before(w.blocked) {
		h.Set("Retry-After", strconv.Itoa(seconds(w.blocked.Sub(now))))
		return tooMany()
	}
	return nil
}

// tooMany is the answer beyond the limit; the code is from memory.
func tooMany() *apiError {
	return fail(http.StatusTooManyRequests, 971, "Please wait and consider throttling your request speed")
}

// seconds rounds a wait up to whole seconds, at least one.
func seconds(d time.Duration) int { return max(1, int(math.Ceil(d.Seconds()))) }

package dns

import (
	"maps"
	"sync"
	"time"
)

// Questions counts what was asked over the sockets since the start. What the
// pretend resolvers ask among themselves is not counted.
type Questions struct {
	Total   int
	Servers map[string]Count // by the first name of the server
}

// Count is the questions to one server.
type Count struct {
	UDP, TCP int
	Dropped  int // of UDP, because of [Fault.Limit]
	Peak     int // the most in one second of the world's clock
}

// Questions returns the counters so far.
func (w *World) Questions() Questions {
	q := Questions{Servers: map[string]Count{}}
	w.counters.mu.Lock()
	defer w.counters.mu.Unlock()
	maps.Copy(q.Servers, w.counters.counts)
	for _, c := range q.Servers {
		q.Total += c.UDP + c.TCP
	}
	return q
}

type counters struct {
	mu      sync.Mutex
	counts  map[string]Count
	windows map[string]*window
}

// window is the second that is being counted now.
type window struct {
	second int64
	all    int
	udp    int
}

// add counts one question and says whether the limit drops it.
func (c *counters) add(server string, tcp bool, limit int, now time.Time) (drop bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts, c.windows = map[string]Count{}, map[string]*window{}
	}
	win := c.windows[server]
	if win == nil || win.second != now.Unix() {
		win = &window{second: now.Unix()}
		c.windows[server] = win
	}
	count := c.counts[server]
	win.all++
	count.Peak = max(count.Peak, win.all)
	if tcp {
		count.TCP++
	} else {
		count.UDP++
		win.udp++
	}
	if drop = !tcp && limit > 0 && win.udp > limit; drop {
		count.Dropped++
	}
	c.counts[server] = count
	return drop
}

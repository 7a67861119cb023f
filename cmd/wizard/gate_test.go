package main

import (
	"sync"
	"time"
)

// A gate stands before a service and holds every call, until none has arrived for a
// while; then it lets all of them through at once. That is a round: the calls of one
// round are asked side by side, and those of the next wait for an answer of an earlier
// one. It counts the same on a computer of any speed.
type gate struct {
	quiet time.Duration

	mu     sync.Mutex
	rounds int
	open   chan struct{} // of the present round; nil when nobody is held
	timer  *time.Timer
}

// pass waits for the end of the present round.
func (g *gate) pass() {
	g.mu.Lock()
	if g.open == nil {
		g.open = make(chan struct{})
		g.timer = time.AfterFunc(g.quiet, g.release)
	} else {
		g.timer.Reset(g.quiet)
	}
	open := g.open
	g.mu.Unlock()
	<-open
}

func (g *gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == nil {
		return // a call came in the moment in which the timer ran out
	}
	g.rounds++
	close(g.open)
	g.open = nil
}

// passed is how many rounds there were.
func (g *gate) passed() int { g.mu.Lock(); defer g.mu.Unlock(); return g.rounds }

// lazyTimes is by how much slower a [lazyClock] goes.
const lazyTimes = 10

// A lazyClock goes slower while it rests, and shows the time else. What was seen a
// moment ago is then still fresh for a person who presses on at once, on a computer
// too that is a tenth as fast.
type lazyClock struct {
	mu          sync.Mutex
	shows, read time.Time
	slow        bool
}

func (c *lazyClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tick()
}

func (c *lazyClock) tick() time.Time {
	now := time.Now()
	if c.slow {
		c.shows = c.shows.Add(now.Sub(c.read) / lazyTimes)
	} else {
		c.shows = now
	}
	c.read = now
	return c.shows
}

// rest begins or ends the slow time; nothing on no clock.
func (c *lazyClock) rest(slow bool) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tick()
	c.slow = slow
}

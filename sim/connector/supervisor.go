package connector

import (
	"context"
	"crypto/x509"
	"errors"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"example.test/wizard/sim/edge/wire"
)

const (
	maxConnections   = 4
	firstBackoff     = 2 * time.Second
	longestBackoff   = 64 * time.Second
	betweenFirstOnes = time.Second // connections are opened one after another
)

// shared is what all connections of a connector have in common.
type shared struct {
	log          *logger
	token        wire.Token
	connectorID  wire.UUID
	roots        *x509.CertPool
	grace        time.Duration
	version      string
	orchestrator *orchestrator
	counters     *counters
	supervisor   *supervisor
}

// supervisor keeps the connections up.
type supervisor struct {
	shared  *shared
	edges   []string
	speed   float64
	pidFile string

	mu     sync.Mutex
	conns  map[int]*conn
	first  chan struct{} // closed when the first connection is up
	once   sync.Once
	timers []*time.Timer
}

// run returns when ctx has ended and every connection has left.
func (s *supervisor) run(ctx context.Context) {
	if n := len(s.edges); n < maxConnections {
		s.shared.log.info("You requested 4 HA connections but I can give you at most " + strconv.Itoa(n) + ".")
	}
	var wg sync.WaitGroup
	for i, addr := range s.edges[:min(len(s.edges), maxConnections)] {
		wg.Go(func() { s.keep(ctx, i, addr) })
	}
	wg.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.timers {
		t.Stop()
	}
}

// keep keeps one connection up.
func (s *supervisor) keep(ctx context.Context, index int, addr string) {
	if index > 0 {
		select {
		case <-s.first:
		case <-ctx.Done():
			return
		}
		if !s.wait(ctx, time.Duration(index)*betweenFirstOnes) {
			return
		}
	}
	failed := 0
	for ctx.Err() == nil {
		c := &conn{shared: s.shared, index: index, edge: addr, attempts: failed}
		registered, err := c.serve(ctx)
		if ctx.Err() != nil {
			return
		}
		if registered {
			failed = 0
		}
		failed++
		message, cause := "Connection terminated", err
		var de *dialError
		if errors.As(err, &de) {
			message, cause = de.message, de.err
		}
		s.shared.log.error(message, field{"error", cause}, field{"connIndex", index}, field{"event", 0}, field{"ip", hostOnly(addr)})
		pause := min(firstBackoff<<min(failed-1, 10), longestBackoff)
		s.shared.log.info("Retrying connection in up to "+pause.String(), field{"connIndex", index}, field{"event", 0}, field{"ip", hostOnly(addr)})
		if !s.wait(ctx, pause) {
			return
		}
	}
}

// wait lets d of life's time pass; false means that ctx has ended.
func (s *supervisor) wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(time.Duration(float64(d) / s.speed))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// later runs f after d unless the supervisor ends before.
func (s *supervisor) later(d time.Duration, f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timers = append(s.timers, time.AfterFunc(d, f))
}

// up notes a registered connection.
func (s *supervisor) up(c *conn, d wire.Details) {
	s.mu.Lock()
	s.conns[c.index] = c
	s.mu.Unlock()
	s.shared.counters.location(c.index, d.Location)
	s.shared.log.info("Registered tunnel connection", field{"connIndex", c.index}, field{"connection", d.ConnectionID}, field{"event", 0},
		field{"ip", hostOnly(c.edge)}, field{"location", d.Location}, field{"protocol", "http2"})
	s.once.Do(func() {
		close(s.first)
		if s.pidFile == "" {
			return
		}
		if err := os.WriteFile(s.pidFile, []byte(strconv.Itoa(os.Getpid())), 0o644); err != nil {
			s.shared.log.error("Unable to write pid to "+s.pidFile, field{"error", err})
		}
	})
}

// down notes that a connection is no longer registered.
func (s *supervisor) down(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns[c.index] == c {
		delete(s.conns, c.index)
	}
}

// ready returns the edge addresses of the registered connections, by index.
func (s *supervisor) ready() map[int]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[int]string, len(s.conns))
	for i, c := range s.conns {
		out[i] = c.edge
	}
	return out
}

// features are those that cloudflared 2026.8.2 was seen to present.
func features() []string {
	return []string{"support_quic_eof", "management_logs", "allow_remote_config", "serialized_headers", "support_datagram_v2"}
}

func arch() string { return runtime.GOOS + "_" + runtime.GOARCH }

package connector

import (
	"context"
	"strings"
	"sync"
	"time"

	"example.test/wizard/steps"
)

// How long an answer about the newest release is good for, and how long a page
// waits for one.
const (
	newestFor     = 24 * time.Hour
	newestFailed  = time.Hour
	newestPatient = 1500 * time.Millisecond
)

// newestCache keeps GitHub from being asked each time a page is drawn.
type newestCache struct {
	mu      sync.Mutex
	version string
	until   time.Time
}

// Newest implements [steps.ConnectorHost].
func (h *Host) Newest(ctx context.Context) string {
	if h.cfg.Program != "" {
		return "" // another program than the published one
	}
	c := &h.newest
	c.mu.Lock()
	defer c.mu.Unlock()
	now := h.cfg.Now()
	if now.Before(c.until) && c.until.Sub(now) <= newestFor {
		return c.version
	}
	ask, cancel := context.WithTimeout(ctx, newestPatient)
	defer cancel()
	got, err := h.askReleases(ask)
	if ctx.Err() != nil {
		return c.version
	}
	version := strings.TrimPrefix(got.Tag, "v")
	if err != nil || !steps.KnownConnector(version) {
		h.cfg.Log.Info("asking for the newest release of the connector", "err", err)
		c.until = now.Add(newestFailed)
		return c.version
	}
	c.version, c.until = version, now.Add(newestFor)
	return version
}

package connector

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"example.test/wizard/steps"
)

// versionCache keeps a program from being started each time a page is drawn.
type versionCache struct {
	mu   sync.Mutex
	seen map[string]versionSeen
}

type versionSeen struct {
	version string
	at      time.Time
}

// versionOf asks a program for its version, at most once a minute.
func (h *Host) versionOf(ctx context.Context, program string) string {
	h.versions.mu.Lock()
	defer h.versions.mu.Unlock()
	now := h.cfg.Now()
	if s, ok := h.versions.seen[program]; ok && now.Sub(s.at) < time.Minute && !now.Before(s.at) {
		return s.version
	}
	v, err := h.runVersion(ctx, program)
	if ctx.Err() != nil {
		return ""
	}
	if err != nil {
		h.cfg.Log.Debug("asking cloudflared for its version", "err", err)
	}
	h.rememberVersion(program, v, now)
	return v
}

// rememberVersion must be called with the cache locked.
func (h *Host) rememberVersion(program, version string, now time.Time) {
	if h.versions.seen == nil {
		h.versions.seen = map[string]versionSeen{}
	}
	h.versions.seen[program] = versionSeen{version, now}
}

// forgetVersion is for when a program was put in place or taken away.
func (h *Host) forgetVersion(program string) {
	h.versions.mu.Lock()
	defer h.versions.mu.Unlock()
	delete(h.versions.seen, program)
}

func (h *Host) runVersion(ctx context.Context, program string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second) // a first start may be scanned for viruses
	defer cancel()
	r, err := h.cfg.Run.Run(ctx, Command{Argv: []string{program, "version", "--short"}})
	if err != nil {
		return "", err
	}
	v := strings.TrimSpace(r.Stdout)
	if r.Code != 0 || !steps.KnownConnector(v) {
		return "", fmt.Errorf("%s version --short: exit code %d", program, r.Code)
	}
	return v, nil
}

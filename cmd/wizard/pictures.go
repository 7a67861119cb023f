package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"example.test/wizard/clients/visitor"
)

// pictures takes the screenshot of step 6 beside the page, because a browser
// needs seconds to start, and keeps the latest one in memory.
type pictures struct {
	visit *visitor.Visitor
	log   *slog.Logger

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu     sync.Mutex
	taken  map[string][]byte
	at     map[string]time.Time
	taking bool
	none   bool // no browser on this computer
}

// pictureLife is how long a picture is good enough.
const pictureLife = 5 * time.Minute

func newPictures(v *visitor.Visitor, log *slog.Logger) *pictures {
	p := &pictures{visit: v, log: log, taken: map[string][]byte{}, at: map[string]time.Time{}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// ownerOf is the name under which the pictures of one data folder are taken: no
// two wizards work on one folder, so what bears its name is nobody else's.
func ownerOf(data string) string {
	if whole, err := filepath.Abs(data); err == nil {
		data = whole
	}
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:6])
}

// Picture implements steps.Pictures: the address of the latest picture. When
// there is none, or it is old, a new one is begun.
func (p *pictures) Picture(host string) (path string, soon bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.taking && !p.none && time.Since(p.at[host]) > pictureLife && p.ctx.Err() == nil {
		p.taking = true
		p.wg.Go(func() { _ = caught(p.log, "taking a picture", func() error { p.take(host); return nil }) })
	}
	if p.taken[host] == nil {
		return "", p.taking
	}
	return "/picture/" + host + ".png", p.taking
}

func (p *pictures) take(host string) {
	ctx, cancel := context.WithTimeout(p.ctx, 20*time.Second)
	defer cancel()
	png, ok, err := p.visit.Picture(ctx, host)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taking = false
	p.at[host] = time.Now()
	switch {
	case err != nil:
		p.log.Info("no picture", "host", host, "err", err)
	case !ok:
		p.none = true
	default:
		p.taken[host] = png
	}
}

// PNG implements web.Pictures.
func (p *pictures) PNG(host string) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b, ok := p.taken[host]
	return b, ok
}

func (p *pictures) close(context.Context) error {
	p.cancel()
	p.wg.Wait()
	return nil
}

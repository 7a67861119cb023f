package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"example.test/wizard/sim"
	"example.test/wizard/tools/walker"
)

// journey walks the nine steps with one program, in the pretend world of a
// second one, so that the memory is the wizard's alone.
func (b bench) journey(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	world, err := b.start(ctx, "world", io.Discard, "-demo")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, world.stop()) }()
	outside, err := walker.New()
	if err != nil {
		return err
	}
	if err := outside.SignIn(ctx, world.link); err != nil {
		return err
	}
	calls := &counter{by: map[string]int{}, at: "start"}
	w, err := b.start(ctx, "journey", calls, "-world", filepath.Join(b.dir, "world", "data", "world.json"), "-log-level", "debug")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.stop()) }()
	p, err := walker.New()
	if err != nil {
		return err
	}
	p.Answers["token"], p.Answers["domain"], p.Blanks["email"] = sim.DemoToken, sim.DemoDomain, sim.DemoEmail
	p.Registrar = func(ctx context.Context) error { return outside.Press(ctx, `.demo__panel button[value="ns"]`) }
	p.Seen = func(at *walker.Page) { calls.move(at.URL.Path) }
	visit, err := firstVisit(ctx, w.link)
	if err != nil {
		return err
	}
	// That visit has used the link, as a person's does; the next has its own.
	link, err := b.fresh(ctx, "journey")
	if err != nil {
		return err
	}
	began := time.Now()
	if err := p.SignIn(ctx, link); err != nil {
		return err
	}
	if err := p.Walk(ctx, "/summary"); err != nil {
		return err
	}
	took := time.Since(began)
	b.report.add("memory after the journey", "MiB", w.memory(), 25)
	b.report.add("journey, without waiting", "s", (took - p.Waited).Seconds(), 0)
	b.report.add("journey, waiting (200 times faster than life)", "s", p.Waited.Seconds(), 0)
	b.report.add("first visit, bytes on the wire", "kB", float64(visit)/1000, 60)
	for _, path := range calls.order {
		b.report.add("calls to Cloudflare at "+path, "", float64(calls.by[path]), 0)
	}
	return b.pages(ctx, p)
}

// counter reads the log of the program, and counts the calls to Cloudflare by
// the page on which the person was.
type counter struct {
	mu    sync.Mutex
	at    string
	by    map[string]int
	order []string
}

func (c *counter) move(path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = path
}

func (c *counter) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := bytes.Count(b, []byte("asking Cloudflare"))
	if n > 0 {
		if c.by[c.at] == 0 {
			c.order = append(c.order, c.at)
		}
		c.by[c.at] += n
	}
	return len(b), nil
}

// fresh asks the running program for a new link, as `wizard link` does.
func (b bench) fresh(ctx context.Context, name string) (string, error) {
	out, err := output(ctx, b.binary, "link", "-data", filepath.Join(b.dir, name, "data"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); strings.Contains(line, "/start?k=") {
			return line[strings.Index(line, "http"):], nil
		}
	}
	return "", fmt.Errorf("no link in %q", out)
}

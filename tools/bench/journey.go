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

// A traveller is a person before a wizard, in the pretend world of a second
// program, so that the memory is the wizard's alone.
type traveller struct {
	*walker.Person
	wizard *process
	calls  *counter
	end    func() error
}

// traveller starts both programs, in folders of this name.
func (b bench) traveller(ctx context.Context, name string) (_ *traveller, err error) {
	t := &traveller{calls: &counter{by: map[string]int{}, at: "start"}}
	world, err := b.start(ctx, name+"-world", io.Discard, "-demo")
	if err != nil {
		return nil, err
	}
	t.end = world.stop
	defer func() {
		if err != nil {
			err = errors.Join(err, t.end())
		}
	}()
	outside, err := walker.New()
	if err != nil {
		return nil, err
	}
	if err := outside.SignIn(ctx, world.link); err != nil {
		return nil, err
	}
	if t.wizard, err = b.start(ctx, name, t.calls, "-world", filepath.Join(b.dir, name+"-world", "data", "world.json"), "-log-level", "debug"); err != nil {
		return nil, err
	}
	t.end = func() error { return errors.Join(t.wizard.stop(), world.stop()) }
	if t.Person, err = walker.New(); err != nil {
		return nil, err
	}
	t.Answers["token"], t.Answers["domain"], t.Blanks["email"] = sim.DemoToken, sim.DemoDomain, sim.DemoEmail
	t.Registrar = func(ctx context.Context) error { return outside.Press(ctx, `.demo__panel button[value="ns"]`) }
	t.Seen = func(at *walker.Page) { t.calls.move(at.URL.Path) }
	return t, nil
}

// count tells the calls to Cloudflare by page.
func (t *traveller) count(r *report, how string) {
	for _, path := range t.calls.order {
		r.add("calls to Cloudflare"+how+" at "+path, "", float64(t.calls.by[path]), 0)
	}
}

// journey walks the nine steps as the pages offer it, several with one yes.
func (b bench) journey(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	t, err := b.traveller(ctx, "journey")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.end()) }()
	visit, err := firstVisit(ctx, t.wizard.link)
	if err != nil {
		return err
	}
	// That visit has used the link, as a person's does; the next has its own.
	link, err := b.fresh(ctx, "journey")
	if err != nil {
		return err
	}
	began := time.Now()
	if err := t.SignIn(ctx, link); err != nil {
		return err
	}
	if err := t.Walk(ctx, "/summary"); err != nil {
		return err
	}
	took := time.Since(began)
	b.report.add("memory after the journey", "MiB", t.wizard.memory(), 25)
	b.report.add("journey, without waiting", "s", (took - t.Waited).Seconds(), 0)
	b.report.add("journey, waiting (200 times faster than life)", "s", t.Waited.Seconds(), 0)
	b.report.add("first visit, bytes on the wire", "kB", float64(visit)/1000, 60)
	t.count(b.report, "")
	return b.pages(ctx, t.Person)
}

// oneByOne walks the nine steps one after the other, which tells what each of
// them asks of Cloudflare.
func (b bench) oneByOne(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	t, err := b.traveller(ctx, "one-by-one")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.end()) }()
	t.ByStep = true
	if err := t.SignIn(ctx, t.wizard.link); err != nil {
		return err
	}
	if err := t.Walk(ctx, "/summary"); err != nil {
		return err
	}
	t.count(b.report, ", step by step,")
	return nil
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

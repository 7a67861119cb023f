package walker

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	// again is how many presses in a row may lead to the same page, which says the
	// same, before the journey counts as stuck.
	again = 20
	// stale is how many presses of one walk may show nothing that was not seen
	// before, and patience how long one page may wait: for walks that go in circles
	// and worlds that never come.
	stale    = 150
	patience = 2 * time.Minute
)

// end is the last page of the journey.
const end = "/summary"

// Forward takes one turn as a person does who takes every default: presses the
// one next action with what is asked filled in, or looks again a moment later
// where there is none. On the page of the name servers it first does what a person
// does at the registrar. It fails when the turns lead nowhere any more; who has
// pressed the same in vain waits longer each time.
func (p *Person) Forward(ctx context.Context) error {
	waits := p.page.waits()
	if p.Turns != nil {
		p.Turns(waits)
	}
	if waits {
		return p.look(ctx)
	}
	if strings.HasPrefix(p.Path(), "/steps/dns") && p.Has(`button[value="changed"]`) {
		if err := p.registrar(ctx); err != nil {
			return err
		}
	}
	before, next := p.page.sight(), "[data-next]"
	if p.ByStep && p.Has("[data-by-step]") {
		next = "[data-by-step]"
	}
	if err := p.Press(ctx, next); err != nil {
		return err
	}
	if p.page.sight() != before {
		p.same = 0
		return nil
	}
	if p.same++; p.same >= again {
		return fmt.Errorf("at %s: %d times in a row the same: %s", p.page.At(), p.same, p.page.short())
	}
	return p.rest(ctx, time.Duration(2*p.same)*p.Pause)
}

// look opens the page again after a pause.
func (p *Person) look(ctx context.Context) error {
	began := time.Now()
	if err := p.rest(ctx, p.Pause); err != nil {
		return err
	}
	err := p.Open(ctx, p.page.At())
	p.Waited += time.Since(began)
	return err
}

func (p *Person) rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("at %s: %w: %s", p.page.At(), context.Cause(ctx), p.page.short())
	case <-timer.C:
		return nil
	}
}

// registrar changes the name servers.
func (p *Person) registrar(ctx context.Context) error {
	if p.Registrar != nil {
		return p.Registrar(ctx)
	}
	return p.Press(ctx, `.demo__panel button[value="ns"]`)
}

// Walk goes forward to a path.
func (p *Person) Walk(ctx context.Context, to string) error {
	return p.WalkUntil(ctx, to, func() bool { return p.Path() == to })
}

// WalkUntil goes forward until it is there; what is a word for that. However long
// ctx lets it, it ends when nothing changes any more.
func (p *Person) WalkUntil(ctx context.Context, what string, there func() bool) error {
	known, news, last, since := map[string]bool{}, p.Pressed, "", time.Now()
	for !there() {
		if p.Path() == end {
			return fmt.Errorf("the journey is over and did not lead by %s: %v", what, p.Pages)
		}
		s := p.page.sight()
		if s != last {
			last, since = s, time.Now()
		}
		if !known[s] {
			known[s], news = true, p.Pressed
		}
		if n := p.Pressed - news; n > stale {
			return fmt.Errorf("at %s: nothing new in %d presses, and not at %s: %s", p.page.At(), n, what, p.page.short())
		}
		if p.page.waits() && time.Since(since) > patience {
			return fmt.Errorf("at %s: nothing changes and there is nothing to press, and not at %s: %s", p.page.At(), what, p.page.short())
		}
		if err := p.Forward(ctx); err != nil {
			return err
		}
	}
	return nil
}

// States is what the list of the steps on the home page says of each.
func (p *Person) States(ctx context.Context) (map[string]string, error) {
	if err := p.Open(ctx, "/"); err != nil {
		return nil, err
	}
	return p.page.States(), nil
}

package walker

import (
	"context"
	"fmt"
	"time"
)

// most is how many presses a whole journey may take before it counts as lost.
const most = 100

// end is the last page of the journey.
const end = "/summary"

// Walk goes forward as a person does who takes every default: fills what is
// asked, presses the one next action, and looks again where there is none. On
// the page of the name servers it does, by the control panel of the
// demonstration, what a person does at the registrar. It ends at a path.
func (p *Person) Walk(ctx context.Context, to string) error {
	from := p.Pressed
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for p.Path() != to {
		if p.Path() == end {
			return fmt.Errorf("the journey is over and did not lead by %s: %v", to, p.Pages)
		}
		if p.Pressed-from > most {
			return fmt.Errorf("at %s after %d presses, and not at %s: %s", p.Path(), most, to, p.said())
		}
		if p.Path() == "/steps/dns" && p.Has(`button[value="changed"]`) {
			if err := p.registrar(ctx); err != nil {
				return err
			}
		}
		if p.Has("[data-next]") {
			if err := p.Next(ctx); err != nil {
				return err
			}
			continue
		}
		began := time.Now()
		select {
		case <-ctx.Done():
			return fmt.Errorf("at %s, where nothing is left to press: %w: %s", p.Path(), ctx.Err(), p.said())
		case <-tick.C:
		}
		if err := p.Open(ctx, p.at.RequestURI()); err != nil {
			return err
		}
		p.Waited += time.Since(began)
	}
	return nil
}

// registrar changes the name servers.
func (p *Person) registrar(ctx context.Context) error {
	if p.Registrar != nil {
		return p.Registrar(ctx)
	}
	return p.Press(ctx, `.demo__panel button[value="ns"]`)
}

// States is what the list of the steps on the home page says of each.
func (p *Person) States(ctx context.Context) (map[string]string, error) {
	if err := p.Open(ctx, "/"); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, s := range p.doc.Find("[data-step]").EachIter() {
		out[s.AttrOr("data-step", "")] = s.AttrOr("data-status", "")
	}
	return out, nil
}

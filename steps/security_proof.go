package steps

import (
	"context"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps/beside"
)

// A change of step 8 can break what no single question shows: a rule may block
// some paths only. So all probes of step 6, and the one of an app that is signed
// in, run before the first change of a job and after the last, and what worked
// before must work still.

// A Proof is what worked at the address before a change of step 8, kept until it
// was seen to work after it.
type Proof struct {
	Host   string    `json:"host,omitzero"`
	Worked []string  `json:"worked,omitzero"` // names of probes
	At     time.Time `json:"at,omitzero"`     // of the latest change
}

// spreads is how long a change may take to be in force everywhere: a probe that
// passes sooner proves nothing yet.
const spreads = 30 * time.Second

// proving reports whether a change is to be proved at the present address.
func (s Settings) proving() bool { return s.Proof.Host != "" && s.Proof.Host == s.Host() }

// probes asks the address as step 6 does, and as an app that is signed in;
// nothing when it could not be asked.
func (c *SecurityStep) probes(ctx context.Context, s Settings) (VisitAnswer, []Check) {
	if all, err := c.Plex.Find(ctx, s.PlexAddress); err == nil {
		if server := chosenServer(s, all); server.State == "ok" {
			_, _ = c.Plex.Token(ctx, server) // so that the visitor has a key
		}
	}
	var visit Visit
	var inside plexSeen
	var err error
	var wg beside.Group
	wg.Go(func() { visit, err = c.Visitor.Visit(ctx, s.Host(), VisitWant{PlexID: s.PlexID}) })
	wg.Go(func() { inside.through, inside.inside, _ = c.Visitor.SignedIn(ctx, s.Host(), s.PlexID) })
	wg.Wait()
	if err != nil {
		return VisitAnswer{}, nil
	}
	out := urlSeen{visit: visit}.layers(s)
	if inside.inside != (SignedIn{}) { // else there is no key
		app := inside.insideCheck(s)
		app.Title = "Apps that are signed in"
		out = append(out, app)
	}
	return visit.Identity, out
}

// measure notes what works before the first change of a job. What an earlier one
// left unproved is still to be proved, and is not measured again.
func (c *SecurityStep) measure(ctx context.Context, s Settings) (Settings, error) {
	if !s.proving() {
		Report(ctx, Part{ID: "measure", Title: "Asking the address", Detail: "So that the wizard knows afterwards what worked before."})
		s.Proof = Proof{Host: s.Host()}
		_, probes := c.probes(ctx, s)
		for _, p := range probes {
			if p.Status == Pass {
				s.Proof.Worked = append(s.Proof.Worked, p.Name)
			}
		}
		Report(ctx, Part{ID: "measure", Title: "Asking the address", Ended: true})
	}
	s.Proof.At = c.Now().Round(0)
	return s, keep(ctx, s)
}

// broken are the probes that passed before the change and do not now. A failure
// that no change of step 8 makes, such as a Plex that is off, hides what is behind
// it and is not one of them.
func (seen securitySeen) broken(s Settings) (out []Check) {
	if !s.proving() || seen.answer.Status == 0 {
		return nil
	}
	for _, p := range seen.probes {
		bad := p.Status == Warn || p.Status == Wait || p.Status == Fail
		switch {
		case !bad:
		case p.Name == "dns" || p.Name == "tunnel" || p.Name == "origin":
			return out
		case slices.Contains(s.Proof.Worked, p.Name):
			out = append(out, p)
		}
	}
	return out
}

// brokenCheck says what no longer works since the change.
func brokenCheck(c Check, broken []Check) Check {
	var names []string
	for _, p := range broken {
		names = append(names, "“"+p.Title+"”")
	}
	c.Status = Fail
	c.Detail = "This worked before the last change, and does not now: " + strings.Join(names, ", ") + ". " + strings.TrimSuffix(broken[0].Detail, ".") + "."
	c.Fix = Fix{Title: "Take the last change back", Text: "Switch off what you added last, below."}
	return c
}

// Remember implements [Rememberer]: a change is proved once its whole plan is
// carried out and everything that worked before has been seen to work since.
func (*SecurityStep) Remember(s Settings, f Finding, now time.Time) (Settings, bool) {
	works := f.Check("still-works").Status
	switch {
	case s.Proof.Host == "" || works == Skip && len(s.Proof.Worked) > 0:
		return s, false // there is nothing to prove, or it could not be asked
	case s.proving() && (works == Fail || len(f.Plan()) > 0 || now.Sub(s.Proof.At) < spreads && len(s.Proof.Worked) > 0):
		return s, false
	}
	s.Proof = Proof{}
	return s, true
}

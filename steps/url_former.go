package steps

import (
	"context"
	"fmt"
)

// before is the step while the address has no route yet. An address that was chosen
// before may still lead to Plex; it is watched for a hole in Plex's sign-in.
func (u *URLStep) before(ctx context.Context, s Settings, now Ingress) (Finding, error) {
	f := Finding{Blocked: "After step 5", Summary: "After step 5"}
	if s.RouteDownFor != "" {
		f.Blocked, f.Summary = s.RouteDownFor, s.RouteDownFor
	}
	for _, old := range s.Former {
		in, err := now, error(nil)
		if old.TunnelID != s.TunnelID {
			in, err = u.Tunnels.Ingress(ctx, s.AccountID, old.TunnelID)
		}
		if err != nil {
			continue // step 5 says that it cannot be read
		}
		if _, ours := (formerSeen{FormerHost: old, ingress: in}).route(); !ours {
			continue
		}
		f.Again = holeWatch
		var seen urlSeen
		if seen.visit, err = u.Visitor.Visit(ctx, old.Host, VisitWant{PlexID: s.PlexID}); err != nil {
			return Finding{}, fmt.Errorf("visiting https://%s: %w", old.Host, err)
		}
		if seen.hole() && seen.visit.ServerID != "" {
			c := seen.signinLayer()
			return Finding{Heading: "Plex would let strangers in", Summary: c.Detail, Checks: []Check{c}, Actions: []Action{routeDown(s)}, Again: holeWatch, Detail: &URLDetail{Host: old.Host, Broken: c.Name, Visit: seen.visit}}, nil
		}
	}
	return f, nil
}

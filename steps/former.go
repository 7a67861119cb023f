package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.test/wizard/steps/beside"
)

// A FormerHost is a public address that was chosen before another one. What the
// wizard made for it leads to Plex until it is taken away.
type FormerHost struct {
	Host         string         `json:"host"`
	ZoneID       string         `json:"zone_id"`
	TunnelID     string         `json:"tunnel_id"`
	RouteMade    bool           `json:"route_made,omitzero"` // by us: there was none
	RouteBefore  ReplacedRoute  `json:"route_before,omitzero"`
	RecordBefore ReplacedRecord `json:"record_before,omitzero"`
}

// Named gives the public address another name or domain. Where the present one may
// have been made already, it is remembered until nothing of ours is left there; one
// that was remembered is taken up again.
func (s Settings) Named(subdomain, domain string) Settings {
	old := s
	s.Subdomain, s.Domain = subdomain, domain
	if s.Host() == old.Host() {
		return s
	}
	s.RouteMade, s.RouteBefore, s.RecordBefore, s.RecordAdopt = "", ReplacedRoute{}, ReplacedRecord{}, ""
	s.Former = nil
	for _, f := range old.Former {
		if f.Host != s.Host() {
			s.Former = append(s.Former, f)
			continue
		}
		s.RouteBefore, s.RecordBefore = f.RouteBefore, f.RecordBefore
		if f.RouteMade {
			s.RouteMade = f.Host
		}
	}
	if old.Host() != "" && old.ZoneID != "" && old.TunnelID != "" {
		f := FormerHost{Host: old.Host(), ZoneID: old.ZoneID, TunnelID: old.TunnelID, RouteMade: old.RouteMade == old.Host(), RecordBefore: old.RecordBefore}
		if old.RouteBefore.Host == old.Host() {
			f.RouteBefore = old.RouteBefore
		}
		s.Former = append(s.Former, f)
	}
	return s
}

// formerSeen is what stands at a former address.
type formerSeen struct {
	FormerHost
	ingress Ingress
	records []CloudRecord
	err     error
}

// lookAtFormer looks at every former address. What is gone altogether, such as a
// tunnel, holds nothing of ours any more.
func lookAtFormer(ctx context.Context, tunnels Tunnels, records Records, s Settings) []formerSeen {
	out := make([]formerSeen, len(s.Former))
	var wg beside.Group
	for i, f := range s.Former {
		out[i].FormerHost = f
		var errs [2]error
		wg.Go(func() {
			var both beside.Group
			both.Go(func() { out[i].ingress, errs[0] = tunnels.Ingress(ctx, s.AccountID, f.TunnelID) })
			both.Go(func() { out[i].records, errs[1] = records.RecordsNamed(ctx, f.ZoneID, f.Host) })
			both.Wait()
			for _, err := range errs {
				if err != nil && !errors.Is(err, ErrNotFound) {
					out[i].err = errors.Join(out[i].err, err)
				}
			}
		})
	}
	wg.Wait()
	return out
}

// route is our rule of the tunnel that is still there. One that was right already
// when we came is not ours.
func (f formerSeen) route() (IngressRule, bool) {
	i, have := ourRule(f.ingress, f.Host)
	if !have {
		return IngressRule{}, false
	}
	r := f.ingress.Rules[i]
	if f.RouteBefore.Host == f.Host {
		return r, r.Service != f.RouteBefore.Service || i != f.RouteBefore.Place
	}
	return r, f.RouteMade
}

// record is our DNS record that is still there; before is how it stood, empty when
// we made it.
func (f formerSeen) record(s Settings) (r CloudRecord, before ReplacedRecord, ours bool) {
	for _, r := range f.records {
		if f.RecordBefore.ID == r.ID {
			if r.Type == "CNAME" && strings.TrimSuffix(r.Content, ".") == tunnelTarget(f.TunnelID) {
				return r, f.RecordBefore, true
			}
			continue // somebody has changed it since
		}
		if s.madeRecord(r) {
			return r, ReplacedRecord{}, true
		}
	}
	return CloudRecord{}, ReplacedRecord{}, false
}

// gone reports whether nothing of ours is left at the address.
func (f formerSeen) gone(s Settings) bool {
	_, route := f.route()
	_, _, record := f.record(s)
	return f.err == nil && !route && !record
}

// closed is the tunnel's rules without ours, or with it as it stood before.
func (f FormerHost) closed(rules []IngressRule) []IngressRule {
	if f.RouteBefore.Host == f.Host {
		return f.RouteBefore.restored(rules)
	}
	if !f.RouteMade {
		return rules
	}
	return withoutRule(rules, f.Host)
}

// closeRoute takes our rule for a former address out of its tunnel.
func closeRoute(ctx context.Context, tunnels Tunnels, s Settings, f FormerHost) error {
	in, err := tunnels.Ingress(ctx, s.AccountID, f.TunnelID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the tunnel’s routes: %w", err)
	}
	rules := f.closed(in.Rules)
	if sameRules(rules, in.Rules) {
		return nil
	}
	in.Rules = rules
	if err := tunnels.SaveIngress(ctx, s.AccountID, f.TunnelID, in); err != nil {
		return fmt.Errorf("closing the route of %s: %w", f.Host, err)
	}
	return nil
}

// sameRules compares what the connector goes by.
func sameRules(a, b []IngressRule) bool {
	return slices.EqualFunc(a, b, func(a, b IngressRule) bool { return a.Path == b.Path && sameIngress(a, b) })
}

// closeRecord takes our record of a former address away, or puts it back as it stood.
func closeRecord(ctx context.Context, records Records, s Settings, f FormerHost) error {
	recs, err := records.RecordsNamed(ctx, f.ZoneID, f.Host)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the records: %w", err)
	}
	r, before, ours := formerSeen{FormerHost: f, records: recs}.record(s)
	switch {
	case !ours:
		return nil
	case before.ID != "":
		err = records.ChangeRecords(ctx, f.ZoneID, []CloudRecord{before.record(r.Name)})
	default:
		err = records.DeleteRecord(ctx, f.ZoneID, r.ID)
	}
	if err != nil {
		return fmt.Errorf("closing the record of %s: %w", f.Host, err)
	}
	return nil
}

// former finds the address of that name among those of before.
func (s Settings) former(host string) (FormerHost, bool) {
	for _, f := range s.Former {
		if f.Host == host {
			return f, true
		}
	}
	return FormerHost{}, false
}

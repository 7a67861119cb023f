package steps

import (
	"context"
	"slices"
	"strings"
)

// access lists what stands of the second address for browsers: the door before
// its lock.
func (u *Undo) access(ctx context.Context, s Settings) (out []Belonging, err error) {
	if s.BrowserHost() == "" || s.TunnelID == "" {
		return nil, nil
	}
	step := &SecurityStep{Access: u.Access, Tunnels: u.Tunnels, Records: u.Records}
	seen, err := step.access(ctx, s)
	if err != nil {
		return nil, err
	}
	host := s.BrowserHost()
	add := func(part, what, detail string, rows ...Row) {
		out = append(out, Belonging{
			ID: "access-" + part, What: what, Detail: detail, State: Pass, Suggest: true, rows: rows,
			remove: func(ctx context.Context, s Settings) (Settings, error) {
				s.Security.Access = false // or step 8 would offer it again
				return s, step.removeAccess(ctx, s, seen, part)
			},
		})
	}
	if slices.ContainsFunc(seen.records, func(r CloudRecord) bool { return s.madeRecord(r) }) {
		add("record", "DNS record "+host, "The address for browsers", Code("Name", host))
	}
	if _, have := ourRule(seen.ingress, host); have {
		add("route", "Route "+host+" in the tunnel", "Other routes stay", Code("Hostname", host))
	}
	if seen.app.ID != "" {
		add("app", "The sign-in page in front of "+host, strings.Join(seen.app.Emails, ", ")+" may sign in", Text("Name", seen.app.Name))
	}
	return out, seen.noApps
}

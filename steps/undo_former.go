package steps

import "context"

// former lists what the wizard made for addresses that were chosen before, in the
// words of the plan that step 5 has for it.
func (u *Undo) former(ctx context.Context, s Settings) (out []Belonging) {
	for _, f := range lookAtFormer(ctx, u.Tunnels, u.Records, s) {
		if f.err != nil {
			out = append(out, Belonging{ID: "former-" + f.Host, What: "What was made for " + f.Host, Detail: "The address from before. The token may lack the rights for that domain", State: Warn, Word: "Could not be read", Later: true})
			continue
		}
		if r, before, ours := f.record(s); ours {
			b := Belonging{ID: "record-" + f.Host, What: "DNS record " + r.Name, Detail: r.Type + " " + r.Content + ", of the address from before", State: Pass, Suggest: true, rows: f.recordAction(r, before).Rows}
			if before.ID != "" {
				b.What, b.Detail = b.What+" as it was", "Back to: "+before.Type+" "+before.Content
			}
			b.remove = func(ctx context.Context, s Settings) (Settings, error) {
				return s, closeRecord(ctx, u.Records, s, f.FormerHost)
			}
			out = append(out, b)
		}
		if rule, ours := f.route(); ours {
			b := Belonging{ID: "route-" + f.Host, What: "Route " + f.Host + " in the tunnel", Detail: "The address from before. Other routes stay", State: Pass, Suggest: true, rows: f.routeAction(rule).Rows}
			if f.RouteBefore.Host == f.Host {
				b.What, b.Detail = b.What+" as it was", "Back to: "+f.RouteBefore.Service
			}
			b.remove = func(ctx context.Context, s Settings) (Settings, error) {
				return s, closeRoute(ctx, u.Tunnels, s, f.FormerHost)
			}
			out = append(out, b)
		}
	}
	return out
}

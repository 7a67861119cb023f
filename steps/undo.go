package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.test/wizard/locale"
)

// IDUndo names the undo in URLs and in the history. It runs on the engine like a
// step: look, plan, journal, job.
const IDUndo ID = "undo"

// Undo takes away what the wizard made, and nothing else. What is ours is told
// by the marks on the objects themselves, not by memory.
type Undo struct {
	Alerts  Alerts
	Rules   Rulesets
	Access  Access
	Zone    ZoneSettings
	Plex    PlexServer
	Records Records
	Tunnels Tunnels
	Host    ConnectorHost
	Wanted  func() []string // ids of the belongings that the person ticked
	Now     func() time.Time
	Pace    float64 // divides every waiting time; 1 when it is less
}

var _ Step = (*Undo)(nil)

// A Belonging is one thing that the wizard made, as it stands now.
type Belonging struct {
	ID      string
	What    string
	Detail  string
	State   Status // Pass: there, unchanged; Warn: there, with a caveat; Skip: gone
	Word    string
	Suggest bool // ticked at first
	Later   bool // remembered, and not to be had yet: the detail says what comes first
	remove  func(context.Context, Settings) (Settings, error)
	rows    []Row
}

// UndoDetail is what the undo page shows.
type UndoDetail struct {
	Made   []Belonging
	Unread []Unread
	Plex   PlexAccess
}

// Info implements [Step].
func (*Undo) Info() Info { return Info{ID: IDUndo, Title: "Undo"} }

// Inspect implements [Step]: the list, and a plan for what was ticked.
func (u *Undo) Inspect(ctx context.Context, s Settings) (Finding, error) {
	made, unread, access, err := u.belongings(ctx, s)
	if err != nil {
		return Finding{}, err
	}
	f := Finding{Detail: &UndoDetail{Made: made, Unread: unread, Plex: access}}
	for _, b := range made {
		if !b.Later && slices.Contains(u.Wanted(), b.ID) {
			f.Actions = append(f.Actions, Action{ID: "remove " + b.ID, Verb: Delete, What: "Remove: " + b.What, From: b.Detail, Rows: b.rows})
		}
	}
	return f, nil
}

// Apply implements [Step].
func (u *Undo) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	b, there, err := u.belonging(ctx, s, strings.TrimPrefix(a.ID, "remove "))
	if err != nil || !there {
		return s, err // gone already, when nothing went wrong
	}
	if b.Later {
		return s, ErrPlanChanged // Plex has stopped, or its key is gone, since the plan was shown
	}
	return b.remove(ctx, s)
}

func (u *Undo) alerts(ctx context.Context, s Settings) (out []Belonging, err error) {
	all, err := u.Alerts.AlertPolicies(ctx, s.AccountID)
	if err != nil {
		return nil, fmt.Errorf("reading the notifications: %w", err)
	}
	for _, p := range all {
		if !s.oursAlert(p) {
			continue
		}
		out = append(out, Belonging{
			ID: "alert-" + p.Type, What: "Notification “" + p.Name + "”", Detail: "To " + strings.Join(p.Emails, ", "), State: Pass, Suggest: true,
			rows: []Row{Text("Name", p.Name)},
			remove: func(ctx context.Context, s Settings) (Settings, error) {
				s.Alerts.Types = slices.DeleteFunc(slices.Clone(s.Alerts.Types), func(t string) bool { return t == p.Type })
				if len(s.Alerts.Types) == 0 {
					s.Alerts = AlertChoices{}
				}
				return s, u.Alerts.DeleteAlertPolicy(ctx, s.AccountID, p.ID)
			},
		})
	}
	return out, nil
}

func (u *Undo) rules(ctx context.Context, s Settings, phase string) (out []Belonging, err error) {
	set, missing, err := readRules(ctx, u.Rules, s.ZoneID, phase)
	if err != nil {
		return nil, fmt.Errorf("reading the rules: %w", err)
	}
	if missing != nil {
		return nil, missing
	}
	for _, r := range oursIn(s, set) {
		b := Belonging{
			ID: r.Ref, What: "Rule “" + strings.TrimPrefix(r.Description, s.Marker()+": ") + "”", Detail: r.Expression, State: Pass, Suggest: true,
			rows: []Row{Text("Rule", r.Description), Code("When", r.Expression)},
			remove: func(ctx context.Context, s Settings) (Settings, error) {
				if phase != PhaseCache {
					s.Security = forgetRule(s, r.Ref)
				}
				return s, removeRule(ctx, u.Rules, s, set, r.ID)
			},
		}
		// One that the person has switched off in step 8, and not yet confirmed, is
		// compared with nothing.
		wants := slices.Concat(customRules(s), configRules(s), []Rule{cacheRule(s)})
		if slices.ContainsFunc(wants, func(w Rule) bool { return w.Ref == r.Ref && !sameRule(w, r) }) {
			b.State, b.Word, b.Suggest = Warn, "Differs from what you chose", false
		}
		out = append(out, b)
	}
	return out, nil
}

// settings offers the settings of the whole domain as they were, where they are
// still as we set them.
func (u *Undo) settings(ctx context.Context, s Settings) (out []Belonging, err error) {
	for _, w := range zoneWishes(s) {
		before, changed := s.ZoneBefore[w.id]
		if !changed {
			continue
		}
		now, err := zoneSetting(ctx, u.Zone, s.ZoneID, w.id)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", w.id, err)
		}
		if !w.asWeLeft(now.Value, before) {
			continue // somebody has changed it since
		}
		out = append(out, Belonging{
			ID: "setting-" + w.id, What: "“" + w.title + "” as it was", Detail: "Back to: " + w.words(before), State: Pass, Suggest: true,
			rows: []Row{{Label: w.title, Values: []Value{{Text: w.words(before), Before: w.words(now.Value)}}}},
			remove: func(ctx context.Context, s Settings) (Settings, error) {
				if err := changeZoneSetting(ctx, u.Zone, s.ZoneID, w.id, settingValue(before)); err != nil {
					return s, fmt.Errorf("restoring %s: %w", w.id, err)
				}
				return forgetWish(s, w.id), nil
			},
		})
	}
	return out, nil
}

// forgetWish takes a restored setting out of the wish list and of what is kept for undo.
func forgetWish(s Settings, id string) Settings {
	was := s.ZoneBefore[id]
	s.ZoneBefore = lacking(s.ZoneBefore, id)
	switch id {
	case settingTLS:
		s.Security.MinTLS = false
	case settingHTTPS:
		s.Security.HTTPS = false
	case settingBIC:
		s.Security.Integrity = false
	case settingHSTS:
		s.Security.HSTS = false
	case settingFight: // one that was on before our change may stay so
		s.Security.Fight = was == "on"
	}
	return s
}

// forgetRule takes a removed rule out of the wish list, so that it is not
// offered again as missing.
func forgetRule(s Settings, ref string) SecurityChoices {
	c := s.Security
	switch ref {
	case s.Ref("country"):
		c.Countries = nil
	case s.Ref("bots"):
		c.Bots = false
	case s.Ref("tor"):
		c.Tor = false
	case s.Ref("own"):
		c.Expression = ""
	case s.Ref("config"):
		c.NoRewrite = false
	}
	return c
}

func (u *Undo) record(ctx context.Context, s Settings) (out []Belonging, err error) {
	recs, err := u.Records.RecordsNamed(ctx, s.ZoneID, s.Host())
	if err != nil {
		return nil, fmt.Errorf("reading the records: %w", err)
	}
	for _, r := range recs {
		if before := s.RecordBefore; before.ID == r.ID {
			if r.Type != "CNAME" || strings.TrimSuffix(r.Content, ".") != tunnelTarget(s.TunnelID) {
				continue // somebody has changed it since
			}
			out = append(out, Belonging{
				ID: "record", What: "DNS record " + r.Name + " as it was", Detail: "Back to: " + before.Type + " " + before.Content, State: Pass, Suggest: true,
				rows: []Row{Code("Name", r.Name), {Label: "Content", Values: []Value{{Text: before.Content, Code: true, Before: r.Content}}}},
				remove: func(ctx context.Context, s Settings) (Settings, error) {
					s.RecordBefore, s.RecordAdopt = ReplacedRecord{}, ""
					return s, u.Records.ChangeRecords(ctx, s.ZoneID, []CloudRecord{before.record(r.Name)})
				},
			})
			continue
		}
		if !s.madeRecord(r) {
			continue
		}
		out = append(out, Belonging{
			ID: "record", What: "DNS record " + r.Name, Detail: r.Type + " " + r.Content, State: Pass, Suggest: true,
			rows: []Row{Code("Name", r.Name), Code("Content", r.Content)},
			remove: func(ctx context.Context, s Settings) (Settings, error) {
				return s, u.Records.DeleteRecord(ctx, s.ZoneID, r.ID)
			},
		})
	}
	return out, nil
}

// route offers our rule of the tunnel: to be removed where we made it, as it was
// where we changed it, and by name only where it was right when we came.
func (u *Undo) route(s Settings, in Ingress) []Belonging {
	i, have := ourRule(in, s.Host())
	if !have {
		return nil
	}
	b := Belonging{ID: "route", What: "Route " + s.Host() + " in the tunnel", Detail: "Other routes stay", State: Pass, Suggest: true, rows: []Row{Code("Hostname", s.Host())}}
	to := func(rules []IngressRule) []IngressRule { return withoutRule(rules, s.Host()) }
	switch before := s.RouteBefore; {
	case before.Host == s.Host():
		if in.Rules[i].Service == before.Service && i == before.Place {
			return nil // it was put back already
		}
		b.What, b.Detail, to = b.What+" as it was", "Back to: "+before.Service, before.restored
		b.rows = append(b.rows, Row{Label: "Service", Values: []Value{{Text: before.Service, Code: true, Before: in.Rules[i].Service}}})
	case s.RouteMade != s.Host():
		b.State, b.Word, b.Suggest = Warn, "Was there before", false
	}
	b.remove = func(ctx context.Context, s Settings) (Settings, error) {
		in, err := u.Tunnels.Ingress(ctx, s.AccountID, s.TunnelID)
		if err != nil {
			return s, err
		}
		in.Rules = to(in.Rules)
		s.PlexID, s.RouteMade, s.RouteBefore = "", "", ReplacedRoute{} // the next route may lead to another Plex
		return s, u.Tunnels.SaveIngress(ctx, s.AccountID, s.TunnelID, in)
	}
	return []Belonging{b}
}

func (u *Undo) tunnel(ctx context.Context, s Settings) ([]Belonging, error) {
	var t CloudTunnel
	var in Ingress
	err := ErrNotFound
	if s.TunnelID != "" {
		t, err = u.Tunnels.Tunnel(ctx, s.AccountID, s.TunnelID)
	}
	there := err == nil
	switch {
	case errors.Is(err, ErrNotFound): // the connector may still be there
	case err != nil:
		return nil, fmt.Errorf("reading the tunnel: %w", err)
	default:
		if in, err = u.Tunnels.Ingress(ctx, s.AccountID, s.TunnelID); err != nil {
			return nil, fmt.Errorf("reading the tunnel’s routes: %w", err)
		}
	}
	local, err := u.Host.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking for the connector: %w", err)
	}
	others := 0
	for _, r := range in.Rules {
		if f, _ := s.former(strings.ToLower(r.Host)); r.Host != "" && !strings.EqualFold(r.Host, s.Host()) && !strings.EqualFold(r.Host, s.BrowserHost()) && !f.RouteMade {
			others++
		}
	}
	out := u.route(s, in)
	if local.Installed && local.Ours {
		out = append(out, Belonging{
			ID: "connector", What: "The connector on this computer", Detail: local.Manager, State: Pass, Suggest: others == 0, rows: []Row{Code("Program", local.Path)},
			remove: func(ctx context.Context, s Settings) (Settings, error) { return s, u.Host.Uninstall(ctx) },
		})
	}
	if there && s.TunnelCreated {
		b := Belonging{
			ID: "tunnel", What: "The tunnel “" + t.Name + "”", Detail: capital(t.Status), State: Pass, Suggest: true, rows: []Row{Text("Name", t.Name), Code("Tunnel ID", t.ID)},
			remove: u.removeTunnel,
		}
		connected, err := u.Tunnels.Connectors(ctx, s.AccountID, s.TunnelID)
		if err != nil {
			return out, fmt.Errorf("looking for connections of the tunnel: %w", err)
		}
		if more := elsewhere(connected, local); len(more) > 0 {
			b.State, b.Word, b.Suggest, b.Detail = Warn, "Another computer uses it too", false, capital(more[0].name())
		}
		if others > 0 {
			b.State, b.Word, b.Suggest = Warn, "Also serves "+locale.Count(others, "route of yours", "routes of yours"), false
		}
		out = append(out, b)
	}
	return out, nil
}

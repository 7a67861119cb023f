package steps

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// An undoPart is a part of the list that is read by itself: what cannot be read
// takes nothing else with it.
type undoPart struct {
	name  string               // as the page calls it
	holds func(id string) bool // whether a belonging of this id would be in it
	read  func(context.Context, Settings) ([]Belonging, error)
}

// Unread is a part of the list that could not be read, and why.
type Unread struct {
	What    string
	Problem *Problem
}

// parts are all that apply, newest step first. Reading that of Plex tells in access
// whether its settings could be had.
func (u *Undo) parts(s Settings, access *PlexAccess) []undoPart {
	begins := func(prefix string) func(string) bool {
		return func(id string) bool { return strings.HasPrefix(id, prefix) }
	}
	are := func(ids ...string) func(string) bool {
		return func(id string) bool { return slices.Contains(ids, id) }
	}
	custom := func(id string) bool {
		return strings.HasPrefix(id, s.Ref("")) && id != s.Ref("config") && id != s.Ref("cache")
	}
	rules := func(phase string) func(context.Context, Settings) ([]Belonging, error) {
		return func(ctx context.Context, s Settings) ([]Belonging, error) { return u.rules(ctx, s, phase) }
	}
	var out []undoPart
	add := func(applies bool, p undoPart) {
		if applies {
			out = append(out, p)
		}
	}
	add(s.AccountID != "" && s.TunnelID != "", undoPart{"Notifications", begins("alert-"), u.alerts})
	add(s.ZoneID != "", undoPart{"The sign-in page for browsers", begins("access-"), u.access})
	add(s.ZoneID != "", undoPart{"Security rules", custom, rules(PhaseCustom)})
	add(s.ZoneID != "", undoPart{"Configuration rules", are(s.Ref("config")), rules(PhaseConfig)})
	add(s.ZoneID != "", undoPart{"Settings of the domain", begins("setting-"), u.settings})
	add(s.Host() != "" || s.Plex.told(), undoPart{"Plex’s settings", begins("plex-"), func(ctx context.Context, s Settings) (out []Belonging, err error) {
		out, *access, err = u.plex(ctx, s)
		return out, err
	}})
	add(s.ZoneID != "" && s.Host() != "", undoPart{"The DNS record", are("record"), u.record})
	before := func(id string) bool {
		return slices.ContainsFunc([]string{"former-", "record-", "route-"}, func(prefix string) bool { return strings.HasPrefix(id, prefix) })
	}
	add(len(s.Former) > 0, undoPart{"The address from before", before, func(ctx context.Context, s Settings) ([]Belonging, error) { return u.former(ctx, s), nil }})
	add(true, undoPart{"The tunnel and its connector", are("route", "connector", "tunnel"), u.tunnel})
	add(s.ZoneID != "", undoPart{"Cache rules", are(s.Ref("cache")), rules(PhaseCache)})
	return out
}

// belongings lists everything of ours that could be read. It fails when nothing
// could, and when there is no token: one paste then mends all of it.
func (u *Undo) belongings(ctx context.Context, s Settings) (made []Belonging, unread []Unread, access PlexAccess, err error) {
	var errs []error
	parts := u.parts(s, &access)
	for _, p := range parts {
		more, err := p.read(ctx, s)
		made = append(made, more...)
		if err == nil {
			continue
		}
		unread, errs = append(unread, Unread{p.name, Explain(err)}), append(errs, err)
	}
	if err := errors.Join(errs...); len(errs) == len(parts) || errors.Is(err, ErrNoToken) || ctx.Err() != nil {
		return nil, nil, access, err
	}
	return made, unread, access, nil
}

// belonging reads one thing of the list; there is false when it is gone. A part
// that could not be read whole says nothing about what was not found in it.
func (u *Undo) belonging(ctx context.Context, s Settings, id string) (b Belonging, there bool, err error) {
	parts := u.parts(s, new(PlexAccess))
	p := slices.IndexFunc(parts, func(p undoPart) bool { return p.holds(id) })
	if p < 0 {
		return Belonging{}, false, nil
	}
	made, err := parts[p].read(ctx, s)
	if i := slices.IndexFunc(made, func(b Belonging) bool { return b.ID == id }); i >= 0 {
		return made[i], true, nil
	}
	return Belonging{}, false, err
}

// errStillThere means that what an undo wanted to remove was not removed.
var errStillThere = errors.New("it is still there")

// TakeUp implements [Taker]. A removal whose answer was lost has come true when the
// thing is gone; that it is not ticked any more says nothing.
func (u *Undo) TakeUp(ctx context.Context, s Settings, a Action) (Settings, error) {
	_, there, err := u.belonging(ctx, s, strings.TrimPrefix(a.ID, "remove "))
	if there {
		err = errStillThere
	}
	return s, err
}

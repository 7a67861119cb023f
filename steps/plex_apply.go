package steps

import (
	"context"
	"fmt"
	"time"
)

// Apply implements [Step].
func (p *PlexStep) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	all, err := p.Server.Find(ctx, s.PlexAddress)
	if err != nil {
		return s, fmt.Errorf("looking for Plex: %w", err)
	}
	server := chosenServer(s, all)
	if server.State != "ok" {
		return s, &Problem{Title: "Plex does not answer any more", Text: "Nothing was changed.", Fix: "Start it and look again."}
	}
	now := p.Now().Round(0)
	switch a.ID {
	case "set-url":
		s, err = p.change(ctx, s, server, prefURLs, func(old string) string { return withOurs(old, s) })
		s.Plex.Published, s.Plex.Host = now, s.Host()
	case "refresh":
		if err = p.Server.RefreshReachability(ctx, server); Unclear(err) {
			err = nil // asking twice would say nothing more; plex.tv shows whether it helped
		}
		s.Plex.Refreshed = now
	case "toggle":
		s, err = p.turnOver(ctx, s, server)
		s.Plex.Toggled = now
	case "remote-off":
		s, err = p.change(ctx, s, server, prefRemote, func(string) string { return "0" })
	case "relay-off":
		s, err = p.change(ctx, s, server, prefRelay, func(string) string { return "0" })
	case "remote-on", "remote-back":
		s, err = p.restore(ctx, s, server, prefRemote)
	case "relay-on", "relay-back":
		s, err = p.restore(ctx, s, server, prefRelay)
	default:
		err = fmt.Errorf("step plex has no action %q", a.ID)
	}
	return s, err
}

// change writes one preference and keeps what stood there before our first change.
func (p *PlexStep) change(ctx context.Context, s Settings, server PlexFound, id string, to func(old string) string) (Settings, error) {
	prefs, err := p.Server.Prefs(ctx, server, id)
	if err != nil {
		return s, fmt.Errorf("reading %s: %w", id, err)
	}
	want := to(prefs[id])
	if prefs[id] == want {
		return s, nil
	}
	s.Plex = s.Plex.changing(server, id, prefs[id])
	if err := keep(ctx, s); err != nil {
		return s, err
	}
	if err := p.Server.SetPrefs(ctx, server, map[string]string{id: want}); err != nil {
		return s, fmt.Errorf("changing %s: %w", id, err)
	}
	return s, nil
}

// restore writes what stood in a preference before our first change, and forgets it:
// from there on it is the person's again.
func (p *PlexStep) restore(ctx context.Context, s Settings, server PlexFound, id string) (Settings, error) {
	before, changed := s.Plex.Before[id]
	if !changed {
		return s, nil // put back already
	}
	s.Plex = s.Plex.restored(id)
	if err := p.Server.SetPrefs(ctx, server, map[string]string{id: before}); err != nil {
		return s, fmt.Errorf("restoring %s: %w", id, err)
	}
	return s, nil
}

// changing notes a preference before our first change of it, and whose it is. What
// another server had would be wrong for this one.
func (c PlexChoices) changing(server PlexFound, id, value string) PlexChoices {
	if c.Server != "" && c.Server != server.ID {
		c.Before = nil
	}
	c.Server, c.Before = server.ID, keepBefore(c.Before, id, value)
	return c
}

// turnOver switches Remote Access and switches it back, whatever became of the
// first write: it ends as the person had it. Where the way back fails too, what the
// person had is kept, and the step plans the way back.
func (p *PlexStep) turnOver(ctx context.Context, s Settings, server PlexFound) (Settings, error) {
	prefs, err := p.Server.Prefs(ctx, server, prefRemote)
	if err != nil {
		return s, fmt.Errorf("reading %s: %w", prefRemote, err)
	}
	_, ours := s.Plex.Before[prefRemote]
	ours = ours && s.Plex.Server == server.ID
	s.Plex = s.Plex.changing(server, prefRemote, prefs[prefRemote])
	if err := keep(ctx, s); err != nil {
		return s, err
	}
	was, other := "1", "0"
	if !isOn(prefs[prefRemote]) {
		was, other = other, was
	}
	err = p.Server.SetPrefs(ctx, server, map[string]string{prefRemote: other})
	if err == nil || Unclear(err) {
		back, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = p.Server.SetPrefs(back, server, map[string]string{prefRemote: was})
	}
	if err != nil {
		return s, fmt.Errorf("turning Remote Access over: %w", err)
	}
	if !ours {
		s.Plex.Before = lacking(s.Plex.Before, prefRemote)
	}
	return s, nil
}

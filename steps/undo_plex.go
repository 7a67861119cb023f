package steps

import (
	"context"
	"fmt"
	"maps"
	"strings"
)

// PlexAccess is whether the undo can get at Plex's settings.
type PlexAccess struct {
	Server PlexFound
	Check  Check // what was seen of it, and what helps; zero when the wizard has changed nothing there
	SignIn bool  // it answers, and a key is missing
}

// Shut reports whether something of ours is there that cannot be had yet.
func (a PlexAccess) Shut() bool { return a.Check.Name != "" && a.Check.Status != Pass }

// told reports whether the wizard remembers a change of Plex's settings.
func (c PlexChoices) told() bool { return c.Host != "" || len(c.Before) > 0 }

// changedServer is the server whose settings the wizard changed. It is asked for by
// its own id, because the route may be undone before them.
func changedServer(s Settings, all []PlexFound) PlexFound {
	if s.Plex.Server != "" {
		s.PlexID = s.Plex.Server
	}
	return chosenServer(s, all)
}

// plex lists what the wizard changed in Plex's settings: as it stands there or,
// while Plex does not answer or its key is missing, as it is remembered.
func (u *Undo) plex(ctx context.Context, s Settings) (out []Belonging, access PlexAccess, err error) {
	all, err := u.Plex.Find(ctx, s.PlexAddress)
	if err != nil {
		return nil, access, fmt.Errorf("looking for Plex: %w", err)
	}
	access.Server = changedServer(s, all)
	if access.Server.State != "ok" {
		if !s.Plex.told() {
			return nil, access, nil
		}
		origin, _ := gateSeen{server: access.Server}.checks()
		access.Check = origin[0]
		if access.Server.State == "other" { // the usual advice is to come here
			access.Check.Fix = Fix{Title: "Start the Plex that was changed", Text: "If it is gone for good, there is nothing left to take back."}
		}
		return remembered(s, access), access, nil
	}
	token, err := u.Plex.Token(ctx, access.Server)
	if err != nil {
		return nil, access, err
	}
	if !token.Have {
		if !s.Plex.told() {
			return nil, access, nil
		}
		access.Check, access.SignIn = plexSeen{server: access.Server, token: token}.tokenCheck(), true
		return remembered(s, access), access, nil
	}
	out, err = u.inPlex(ctx, s, access.Server)
	return out, access, err
}

// plexSwitches are the settings of Plex that undo puts back as they were.
func plexSwitches() []struct{ id, what string } {
	return []struct{ id, what string }{{prefRemote, "Remote Access"}, {prefRelay, "Relay"}, {prefOpen, "The list of networks without sign-in"}}
}

// toldURL stands in for the settings under which our line was written: another host
// may have been chosen since.
func toldURL(s Settings) Settings {
	if s.Plex.Host != "" {
		s.Subdomain, s.Domain, _ = strings.Cut(s.Plex.Host, ".")
	}
	return s
}

// remembered lists what was changed in Plex while nobody can look whether it is
// still so.
func remembered(s Settings, access PlexAccess) (out []Belonging) {
	word := map[string]string{"stopped": "Start Plex first", "starting": "Plex is starting", "other": "Another Plex answers", "ok": "Sign in first"}[access.Server.State]
	add := func(id, what, detail string) {
		out = append(out, Belonging{ID: "plex-" + id, What: what, Detail: detail, State: Warn, Word: nameOr(word, "Plex does not answer"), Later: true})
	}
	if _, changed := s.Plex.Before[prefURLs]; changed || s.Plex.Host != "" {
		add("url", "The line "+ourURL(toldURL(s))+" in Plex", "As far as the wizard remembers. Your other lines stay")
	}
	for _, p := range plexSwitches() {
		if before, changed := s.Plex.Before[p.id]; changed {
			add(p.id, p.what+" as it was", "Back to: "+settingWord(p.id, before))
		}
	}
	return out
}

// settingWord is a setting's value as Plex's page shows it.
func settingWord(id, value string) string {
	if id == prefOpen {
		return nameOr(value, "empty")
	}
	return onOff(isOn(value))
}

// inPlex lists what stands in Plex's settings as we left it.
func (u *Undo) inPlex(ctx context.Context, s Settings, server PlexFound) (out []Belonging, err error) {
	prefs, err := u.Plex.Prefs(ctx, server, prefURLs, prefRemote, prefRelay, prefOpen)
	if err != nil {
		return nil, fmt.Errorf("reading Plex’s settings: %w", err)
	}
	restore := func(id, value string) func(context.Context, Settings) (Settings, error) {
		return func(ctx context.Context, s Settings) (Settings, error) {
			s.Plex = s.Plex.restored(id)
			if err := u.Plex.SetPrefs(ctx, server, map[string]string{id: value}); err != nil {
				return s, fmt.Errorf("restoring %s: %w", id, err)
			}
			return s, nil
		}
	}
	told := s
	if s.Plex.Host != "" && !listed(prefs[prefURLs], s) { // another host was chosen since
		told = toldURL(s)
	}
	if now := prefs[prefURLs]; listed(now, told) {
		back := withoutOurs(now, s)
		if before, ok := s.Plex.Before[prefURLs]; ok && now == withOurs(before, told) {
			back = before // exactly as it stood, spaces and all
		}
		out = append(out, Belonging{
			ID: "plex-url", What: "The line " + ourURL(told) + " in Plex", Detail: "Your other lines stay", State: Pass, Suggest: true,
			rows: []Row{{Label: "Custom server access URLs", Values: []Value{{Text: nameOr(back, "Empty"), Code: true, Before: now}}}}, remove: restore(prefURLs, back),
		})
	}
	for _, p := range plexSwitches() {
		before, ok := s.Plex.Before[p.id]
		if !ok || before == prefs[p.id] {
			continue
		}
		b := Belonging{
			ID: "plex-" + p.id, What: p.what + " as it was", Detail: "Back to: " + settingWord(p.id, before), State: Pass, Suggest: true,
			rows: []Row{{Label: p.what, Values: []Value{{Text: capital(settingWord(p.id, before)), Before: capital(settingWord(p.id, prefs[p.id]))}}}}, remove: restore(p.id, before),
		}
		if p.id == prefOpen {
			b.State, b.Word, b.Suggest = Warn, "Lets strangers in", false
		}
		out = append(out, b)
	}
	return out, nil
}

// lacking is a copy of a map without one of its keys.
func lacking(all map[string]string, key string) map[string]string {
	out := maps.Clone(all)
	delete(out, key)
	return out
}

// restored forgets what stood in a preference before, once it stands there again.
func (c PlexChoices) restored(id string) PlexChoices {
	c.Before = lacking(c.Before, id)
	switch id { // or the step would offer it again
	case prefURLs:
		c.Host = ""
	case prefRemote:
		c.RemoteAccessOff = false
	case prefRelay:
		c.RelayOff = false
	}
	return c
}

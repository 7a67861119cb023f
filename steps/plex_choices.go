package steps

// A PlexSwitch is one of the two ways of Plex's own that the tunnel takes the place
// of: Remote Access and Relay.
type PlexSwitch struct {
	ID   string // "remote", "relay"
	On   bool   // as it is in Plex
	Wish bool   // as it is when the plan is carried out
	Ours bool   // it was on until we turned it off
	May  bool   // it can be switched now
}

// choices plans what the person chose beyond the address. A way is turned off only
// while the address works, or nothing would be left; it is turned on again at any
// time, and only where we turned it off.
func (seen plexSeen) choices(s Settings, d *PlexDetail, f *Finding) {
	for _, way := range []struct {
		id, pref, name, label, offWhy, onWhy string
		off                                  bool
	}{
		{
			"remote", prefRemote, "Remote Access", "Remote Access", "The tunnel has taken its place. Your router can be closed.",
			"It was on before the wizard turned it off. Plex may open a port of your router again.", s.Plex.RemoteAccessOff,
		},
		{
			"relay", prefRelay, "Relay", "Enable Relay", "No app uses the slow way unnoticed. If the tunnel is down, so is remote playback.",
			"It was on before the wizard turned it off. Apps then have a slow way while the tunnel is down.", s.Plex.RelayOff,
		},
	} {
		before, changed := s.Plex.Before[way.pref]
		w := PlexSwitch{ID: way.id, On: isOn(seen.prefs[way.pref]), Ours: changed && isOn(before)}
		w.May = w.On && d.Works || !w.On && w.Ours
		w.Wish = w.On
		if w.May {
			w.Wish = !way.off
		}
		if way.off && w.On && !w.May {
			f.Unsure = append(f.Unsure, way.id+"-off") // it waits for the address
		}
		d.Switches = append(d.Switches, w)
		switch {
		case changed && !isOn(before) && w.On && !way.off: // turned over, and not back
			f.Actions = append(f.Actions, Action{ID: way.id + "-back", Verb: Update, What: "Turn " + way.name + " off again", From: "On", To: "Off", Why: "The wizard turned it on for a moment, and could not turn it off again.", Rows: []Row{{Label: way.label, Values: []Value{{Text: "Off", Before: "On"}}}}})
		case w.Wish == w.On:
		case w.On:
			f.Actions = append(f.Actions, Action{ID: way.id + "-off", Undo: true, Verb: Update, What: "Turn " + way.name + " off", From: "On", To: "Off", Why: way.offWhy, Rows: []Row{{Label: way.label, Values: []Value{{Text: "Off", Before: "On"}}}}})
		default:
			f.Actions = append(f.Actions, Action{ID: way.id + "-on", Verb: Update, What: "Turn " + way.name + " on again", From: "Off", To: "On", Why: way.onWhy, Rows: []Row{{Label: way.label, Values: []Value{{Text: "On", Before: "Off"}}}}})
		}
	}
}

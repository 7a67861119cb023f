package web

import (
	"slices"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

func (v *stepView) fillPlex(m *templates.Step, d *steps.PlexDetail) {
	if v.seen.Finding.Ask == "plex-signin" {
		m.Form = v.s.pin.form(templates.PlexKeyInput{Action: "/steps/plex/choose", TV: d.Token.Have, Error: v.form.error("token")})
		if url := v.s.pin.url(); url != "" {
			m.Page.Poll, m.Page.Favicon = "2s", "waiting"
		}
		return
	}
	if !slices.ContainsFunc(d.Switches, func(w steps.PlexSwitch) bool { return w.May }) {
		return
	}
	in := templates.PlexInput{Title: "Two things you may turn off now", Buttons: []templates.Button{{Text: "Review these changes"}}}
	if slices.ContainsFunc(d.Switches, func(w steps.PlexSwitch) bool { return !w.May || !w.On }) {
		in.Title = "Plex’s own ways"
	}
	for _, w := range d.Switches {
		in.Switches = append(in.Switches, plexSwitch(w))
	}
	switch {
	case len(v.seen.Finding.Plan()) == 0:
		m.After = templates.PlexOptions(in)
	case v.r.URL.Query().Get("part") == "choose":
		in.Buttons[0].Next, in.Buttons[0].Kind = true, "go"
		m.Form = templates.PlexOptions(in)
	case slices.ContainsFunc(d.Switches, func(w steps.PlexSwitch) bool { return w.Wish != w.On }):
		m.More = append(m.More, templates.More{Title: "Another choice", Text: "You chose this with the switches of Remote Access and Relay. [Choose again](/steps/plex?part=choose)."})
	}
}

// plexSwitch words one of Plex's own ways, as it can be switched now.
func plexSwitch(w steps.PlexSwitch) templates.PlexSwitch {
	out := templates.PlexSwitch{Name: plexField(w.ID), Label: "Remote Access", On: w.Wish, Fixed: !w.May}
	what, off, on := "Plex’s own open port.", "The tunnel has taken its place; off means your router can be closed.", "On means: Plex may open a port of your router again."
	if w.ID == "relay" {
		out.Label, what = "Relay", "Plex’s slow spare way, 1 to 2 Mbit/s."
		off, on = "Off means: if the tunnel is down, so is remote playback, but no app uses the slow way unnoticed.", "On means: apps have a way while the tunnel is down."
	}
	switch {
	case w.May && w.On:
		out.Text = what + " " + off
	case w.May:
		out.Text = what + " The wizard turned it off. " + on
	case w.On:
		out.Text = what + " It can be turned off once the address answers."
	default:
		out.Text = what + " The wizard did not turn it off. Plex’s own settings turn it on."
	}
	return out
}

// plexField is the name of a way's switch in the form.
func plexField(id string) string {
	if id == "remote" {
		return "remote_access"
	}
	return id
}

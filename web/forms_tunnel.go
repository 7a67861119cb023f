package web

import (
	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

func (v *stepView) fillTunnel(m *templates.Step, d *steps.TunnelDetail) {
	if len(d.Local.Said) > 0 && !v.seen.Finding.Done() {
		more := templates.More{Title: "What the connector says"}
		for _, line := range d.Local.Said {
			more.List = append(more.List, say(line))
		}
		m.More = append(m.More, more)
	}
	if v.seen.Finding.Ask != "tunnel_name" && v.form.error("tunnel_name") == "" {
		v.offerName(m, d)
		if d.Local.Compose != "" && !d.Local.Installed && !d.Local.Running {
			m.Page.Lead = "Everything is prepared. Start it in one of two ways; this page then goes on by itself."
			m.How = append(m.How, templates.HowTo{
				ID: "manual", Title: "Start it", Lead: "Take one of the two. Both read the key from a file, so that nobody sees it.",
				Steps:  []string{"**In a container:** save the first as compose.yaml, and run “docker compose up -d” beside it.", "**Without:** install cloudflared from your system’s packages, and have the second run whenever this computer starts."},
				Copies: []templates.Copy{{Value: d.Local.Compose, What: "the compose file"}, {Value: d.Manual, What: "the command"}},
			})
		} else if d.Manual != "" && !d.Local.Installed && !d.Local.ByHand {
			m.How = append(m.How, templates.HowTo{ID: "manual", Title: "Install it by hand", Steps: []string{"Run this in a terminal, and come back. On Windows, open that terminal as administrator."}, Copies: []templates.Copy{{Value: d.Manual, What: "the command"}}})
		}
		return
	}
	v.askTunnel(m, d)
}

// offerName leads to another name as long as nothing was made under the one there is.
func (v *stepView) offerName(m *templates.Step, d *steps.TunnelDetail) {
	text := "The name is this computer’s. [Choose another](/steps/tunnel?part=name)."
	switch {
	case v.seen.Finding.Plan() == nil:
		return
	case d.Tunnel.ID != "" && v.set.TunnelCreated:
		return
	case d.Tunnel.ID != "":
		text = "The tunnel was there before. [Make one for this computer alone](/steps/tunnel?part=name)."
	}
	if v.r.URL.Query().Get("part") != "name" {
		m.More = append(m.More, templates.More{Title: "Another name for the tunnel", Text: text})
		return
	}
	in := templates.TunnelInput{Value: d.Name}
	if d.Tunnel.ID != "" {
		in.Value = freeName(d)
	}
	m.Form = templates.TunnelForm(in)
}

// askTunnel asks for a name, and what shall happen with a tunnel that is there.
func (v *stepView) askTunnel(m *templates.Step, d *steps.TunnelDetail) {
	in := templates.TunnelInput{Value: v.form.value("tunnel_name", d.Name), Error: v.form.error("tunnel_name")}
	for _, t := range d.Taken {
		if !t.Remote { // configured by a file: a new one beside it is the only way
			in.Value = v.form.value("tunnel_name", freeName(d))
			continue
		}
		in.Adopt = append(in.Adopt, templates.Option{Value: "adopt", On: v.form.value("adopt", "new") == "adopt", Label: "Use the tunnel “" + say(t.Name) + "” that is there already", Hint: "Made on " + locale.Date(t.Created) + ". Its routes stay." + servedToo(d.TakenBy)})
	}
	if t := d.Served; t.ID != "" && t.Remote {
		in.Adopt = append(in.Adopt, templates.Option{Value: "served", On: true, Label: "Use the tunnel “" + say(t.Name) + "”, which the connector on this computer serves", Hint: "Its routes stay. Nothing is installed." + servedToo(d.ServedBy)})
		in.Fixed = true
		m.Form = templates.TunnelForm(in)
		return
	}
	if len(in.Adopt) > 0 {
		in.Adopt = append(in.Adopt, templates.Option{Value: "new", Label: "Make a new one with the name above", On: v.form.value("adopt", "new") == "new"})
		in.Value = v.form.value("tunnel_name", freeName(d))
	}
	m.Form = templates.TunnelForm(in)
}

// servedToo warns of a tunnel that is not for this computer alone.
func servedToo(others []steps.CloudConnector) string {
	if len(others) == 0 {
		return ""
	}
	return " Another computer serves it too (" + say(steps.NameConnectors(others)) + "), so Plex would fail a part of the time."
}

func freeName(d *steps.TunnelDetail) string { return d.Name + "-plex" }

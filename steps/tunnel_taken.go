package steps

import (
	"fmt"
	"time"

	"example.test/wizard/locale"
)

// orphan is a tunnel that we created and whose answer we never got: it has our
// name and was made when our open intent was written.
func orphan(s Settings, taken []CloudTunnel) (CloudTunnel, bool) {
	for _, t := range taken {
		if s.pending(IDTunnel, "create-tunnel", t.Created) {
			return t, true
		}
	}
	return CloudTunnel{}, false
}

// adopted is the tunnel of that name that is there and is to be used, as the
// person chose. One that is configured by a file is never used: it either goes
// on without what the wizard saves, or loses the routes of its file.
func (seen tunnelSeen) adopted(s Settings) CloudTunnel {
	if seen.exists || !s.TunnelAdopt || len(seen.taken) == 0 || !seen.taken[0].Remote {
		return CloudTunnel{}
	}
	return seen.taken[0]
}

// spread is why a tunnel should have one computer.
const spread = "With two computers on one tunnel, Cloudflare spreads requests over both, and Plex fails a part of the time."

// takenCheck tells of a tunnel with the name that a new one should have.
func (seen tunnelSeen) takenCheck() Check {
	t := seen.taken[0]
	c := Check{
		Name: "tunnel-name", Title: "The name is free", Status: Fail,
		Detail: fmt.Sprintf("A tunnel named “%s” was made on %s. The wizard did not make it.", seen.name, locale.Date(t.Created)),
		Fix:    Fix{Text: "Use that one, or choose another name below."},
	}
	if others := seen.elsewhere(seen.takenBy); len(others) > 0 {
		c.Detail += " It is served by another computer: " + NameConnectors(others) + "."
		c.Fix = Fix{Title: "Make a new tunnel beside it", Text: "Choose another name below. " + spread}
	}
	if !t.Remote {
		c.Detail = fmt.Sprintf("A tunnel named “%s” was made on %s. This tunnel is configured by a file on the computer where it runs, so the wizard cannot use it.", seen.name, locale.Date(t.Created))
		c.Fix = besideIt()
	}
	return c
}

// tunnelCheck judges the tunnel that is used. One that was taken up may turn out
// to be configured by a file.
func (seen tunnelSeen) tunnelCheck() Check {
	c := Check{Name: "tunnel", Title: "The tunnel exists", Status: Pass, Detail: seen.tunnel.Name + ", configured at Cloudflare"}
	if !seen.tunnel.Remote {
		c.Title, c.Status, c.Fix = "The tunnel is configured at Cloudflare", Fail, besideIt()
		c.Detail = "This tunnel, " + seen.tunnel.Name + ", is configured by a file on the computer where it runs, so the wizard cannot use it."
	}
	return c
}

func besideIt() Fix {
	return Fix{Title: "Make a new tunnel beside it", Text: "Choose another name below. The one with the file goes on as it is: a configuration saved at Cloudflare would take the place of the file’s routes, or be ignored."}
}

func (seen tunnelSeen) findTunnel(s Settings, d *TunnelDetail, f *Finding) {
	if t, ok := orphan(s, seen.taken); ok {
		f.Actions = append(f.Actions, Action{ID: "adopt-tunnel", Verb: Update, Auto: true, What: "Take up the tunnel that was made a moment ago", To: t.Name, Settles: "create-tunnel"})
		f.Summary, f.Again = "Taking up the tunnel", 3*time.Second
		return
	}
	if len(seen.taken) > 0 && seen.adopted(s).ID == "" {
		d.Taken, d.TakenBy = seen.taken, seen.elsewhere(seen.takenBy)
		f.Ask, f.Summary = "tunnel_name", "A tunnel named "+seen.name+" is there already"
		f.Checks = append(f.Checks, seen.takenCheck())
		return
	}
	if t := seen.adopted(s); t.ID != "" {
		a := Action{
			ID: "use-tunnel", Verb: Update, What: "Use the tunnel “" + t.Name + "” that is there", To: t.ID,
			Why: "As you chose. Its other routes stay.", Rows: []Row{Text("Name", t.Name), Code("Tunnel ID", t.ID), Text("Status", t.Status)},
		}
		if others := seen.elsewhere(seen.takenBy); len(others) > 0 {
			a.Why += " " + spread
			a.Rows = append(a.Rows, Text("Served by others", NameConnectors(others)))
		}
		f.Actions = append(f.Actions, a)
		f.Summary = "One tunnel to take up"
		return
	}
	f.Actions = append(f.Actions, Action{
		ID: "create-tunnel", Undo: true, Verb: Create, What: "Create a tunnel", To: seen.name,
		Why:  "The way from Cloudflare to this computer. It is dialled from here, so your router stays closed.",
		Rows: []Row{Text("Name", seen.name), Text("Configured", "At Cloudflare")},
	})
	f.Summary = "One tunnel to create"
}

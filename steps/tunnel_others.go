package steps

import (
	"strings"
	"time"
)

// A tunnel can have several connectors. Cloudflare spreads requests over all of
// them, so one on another computer makes this Plex fail a part of the time.

// lingers is how long Cloudflare may go on to list a connector that has ended,
// such as this computer's own before it was started again.
const lingers = 3 * time.Minute

// elsewhere are those of a tunnel's connectors that do not run here.
func (seen tunnelSeen) elsewhere(all []CloudConnector) (out []CloudConnector) {
	for _, c := range all {
		if c.ID != seen.local.ID {
			out = append(out, c)
		}
	}
	return out
}

// NameConnectors says which connectors are meant: id, platform, address.
func NameConnectors(list []CloudConnector) string {
	var out []string
	for _, c := range list {
		name := nameOr(c.ID, "without an id")
		if c.Arch != "" {
			name += ", " + c.Arch
		}
		if c.IP != "" {
			name += ", at " + c.IP
		}
		out = append(out, name)
	}
	return strings.Join(out, "; ")
}

// alone judges whether this computer is the only one that serves the tunnel.
func (seen tunnelSeen) alone(s Settings, d *TunnelDetail, f *Finding, now time.Time) {
	c := Check{Name: "alone", Title: "No other computer serves the tunnel", Status: Pass, Detail: "This connector is the only one."}
	others := seen.elsewhere(seen.connectors)
	switch {
	case len(others) == 0:
	case s.PlexAddress != "":
		c.Title = "Every connector of the tunnel is known"
		c.Detail = "Another one serves it too: " + NameConnectors(others) + ". That is well as long as it reaches Plex at " + s.PlexAddress + "."
	case d.Connector.ownBefore(others, now):
		c.Status, c.Word, f.Again = Skip, "In a moment", 10*time.Second
		c.Detail = "One more is listed: " + NameConnectors(others) + ". It can be the one that ran here until a moment ago."
	default:
		c.Status, c.Word = Warn, "Another one"
		c.Detail = "Another connector serves it too: " + NameConnectors(others) + ". Cloudflare spreads requests over both, and those that go there do not reach this Plex."
		c.Fix = Fix{
			Title: "Let one computer serve this tunnel", Text: "Find out which computer that is. Cloudflare shows it too, with the tunnel.",
			Steps: []string{"An old installation, such as this computer’s before it was set up anew: stop cloudflared there.", seen.ownTunnel(s)},
			Link:  linkTunnels(),
		}
		f.Heading, f.Summary = "The tunnel is up, and another computer serves it too", "Another computer serves the tunnel too"
	}
	f.Checks = append(f.Checks, c)
}

// ownTunnel is what to do when the other computer needs the tunnel.
func (seen tunnelSeen) ownTunnel(s Settings) string {
	if s.TunnelCreated {
		return "A computer that serves something else: the wizard made this tunnel for this one. Give that one a tunnel of its own, in Cloudflare."
	}
	return "A computer that serves something else, and had the tunnel first: give this one a tunnel of its own. Remove the route and the connector under Undo, and choose another name for the tunnel here."
}

// ownBefore reports whether what else is listed can be this very connector
// before it was started again: from the same address, of the same kind, older,
// and this one is young.
func (c CloudConnector) ownBefore(others []CloudConnector, now time.Time) bool {
	if now.Sub(c.Since) > lingers {
		return false
	}
	for _, o := range others {
		if o.IP != c.IP || o.Arch != c.Arch || o.Since.After(c.Since) {
			return false
		}
	}
	return true
}

func linkTunnels() Link {
	return Link{"Open in Cloudflare", "https://dash.cloudflare.com/?to=/:account/tunnels"}
}

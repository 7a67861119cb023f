package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// connectionsEnd is how long Cloudflare may go on listing the connections of a
// connector that has stopped. It removes no tunnel before.
const connectionsEnd = time.Minute

// tunnelConnected is Cloudflare's code for a tunnel that still has connections.
const tunnelConnected = 1022

// removeTunnel waits until nothing is connected to the tunnel, and removes it. A
// connector that stays is another's: it is named, and the tunnel is left.
func (u *Undo) removeTunnel(ctx context.Context, s Settings) (Settings, error) {
	if err := u.stillHere(ctx, s); err != nil {
		return s, err
	}
	gone := s
	gone.TunnelID, gone.TunnelCreated = "", false
	for deadline := u.Now().Add(u.shorten(connectionsEnd)); ; {
		all, err := u.Tunnels.Connectors(ctx, s.AccountID, s.TunnelID)
		if err != nil {
			return s, fmt.Errorf("looking for connections of the tunnel: %w", err)
		}
		if len(all) == 0 {
			err := u.Tunnels.DeleteTunnel(ctx, s.AccountID, s.TunnelID)
			if e, ok := errors.AsType[*ServiceError](err); !ok || e.Code != tunnelConnected {
				Report(ctx, Part{ID: "connections", Title: "Nothing is connected to the tunnel any more", Ended: true})
				return gone, err
			}
		}
		switch {
		case stopAsked(ctx):
			return s, &Problem{Title: "Stopped, as you asked", Text: "The tunnel was not removed.", Err: errStopped}
		case !u.Now().Before(deadline):
			return s, stillConnected(all)
		}
		Report(ctx, Part{ID: "connections", Title: "Waiting until nothing is connected to the tunnel", Detail: "Cloudflare lists connections for a moment after their end. Usually it takes less than a minute."})
		if err := sleep(ctx, u.shorten(2*time.Second)); err != nil {
			return s, err
		}
	}
}

// stillHere refuses to wait for a connector that runs on this computer: it will
// not end by itself.
func (u *Undo) stillHere(ctx context.Context, s Settings) error {
	local, err := u.Host.Status(ctx)
	if err != nil {
		return fmt.Errorf("looking for the connector: %w", err)
	}
	if !local.Running || local.TunnelID != s.TunnelID {
		return nil
	}
	p := &Problem{Title: "The connector on this computer still uses the tunnel", Text: "Cloudflare removes no tunnel that something is connected to. Nothing was changed.", Fix: "Remove the connector as well: choose both on the list."}
	if !local.Ours {
		p.Fix = "The wizard did not install this connector, so it is not on the list. Stop it first."
	}
	return p
}

// stillConnected names what is connected to a tunnel that was to be removed.
func stillConnected(all []CloudConnector) *Problem {
	p := &Problem{Title: "Something is still connected to the tunnel", Text: "Cloudflare removes no tunnel before all its connections have ended. The tunnel was not removed.", Fix: "Wait a minute, and try once more."}
	if len(all) == 0 {
		return p
	}
	var names []string
	for _, c := range all {
		names = append(names, c.name())
	}
	p.Title = "Another connector still uses the tunnel"
	p.Text = "Cloudflare lists " + strings.Join(names, ", and ") + ". The tunnel was not removed."
	p.Fix = "Stop it where it runs, and then try once more."
	return p
}

// name tells a connector from others.
func (c CloudConnector) name() string {
	out := "a connector of version " + nameOr(c.Version, "unknown")
	if c.IP != "" {
		out += " at " + c.IP
	}
	if !c.Since.IsZero() {
		out += ", connected since " + When(c.Since)
	}
	return out
}

// elsewhere are the connectors of a tunnel that are not the one that runs here.
func elsewhere(all []CloudConnector, local LocalConnector) []CloudConnector {
	if !local.Running || local.ID == "" {
		return nil // it cannot be told
	}
	return slices.DeleteFunc(slices.Clone(all), func(c CloudConnector) bool { return c.ID == local.ID })
}

// shorten divides a waiting time by the pace.
func (u *Undo) shorten(d time.Duration) time.Duration {
	return time.Duration(float64(d) / max(u.Pace, 1))
}

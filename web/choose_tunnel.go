package web

import (
	"net/http"
	"strings"

	"example.test/wizard/steps"
)

func (s *Server) chooseTunnel(r *http.Request, f form) (string, error) {
	if f.values["adopt"] == "served" {
		return s.useServedTunnel(r)
	}
	name := strings.TrimSpace(f.values["tunnel_name"])
	adopt := f.values["adopt"] == "adopt"
	if bad := steps.ValidTunnelName(name); bad != "" && !adopt {
		return "", steps.Invalid("tunnel_name", bad)
	}
	return "", s.Engine.Update(func(set *steps.Settings) error {
		set.TunnelAdopt = adopt
		if adopt {
			return nil
		}
		if name != set.TunnelName && set.TunnelID != "" && !set.TunnelCreated {
			if set.RouteMade != "" || set.RouteBefore.Host != "" {
				return steps.Invalid("tunnel_name", "The wizard has a route in the tunnel “"+set.TunnelName+"”. Remove it under Undo first")
			}
			set.TunnelID = "" // it was taken up, and stays as it is
		}
		set.TunnelName = name
		return nil
	})
}

// useServedTunnel takes up the tunnel of the connector that is here already.
func (s *Server) useServedTunnel(r *http.Request) (string, error) {
	seen, err := s.Engine.Look(r.Context(), steps.IDTunnel)
	if err != nil {
		return "", err
	}
	d, _ := seen.Finding.Detail.(*steps.TunnelDetail)
	if d == nil || d.Served.ID == "" || !d.Served.Remote {
		return "", steps.Invalid("tunnel_name", "The connector on this computer serves no such tunnel any more")
	}
	return "", s.Engine.Update(func(set *steps.Settings) error {
		set.TunnelName, set.TunnelAdopt = d.Served.Name, true
		set.TunnelID, set.TunnelCreated = "", false
		return nil
	})
}

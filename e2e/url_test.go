package e2e_test

import (
	"strings"
)

func urlTroubles() []trouble {
	return []trouble{
		{step: "url", name: "Plex stops", run: func(p *person, o *outside) {
			p.must(o.Plex.Stop())
			p.expect("/steps/url", `[data-check="origin"][data-status="fail"]`)
			for _, fine := range []string{"dns", "tls", "cloudflare", "tunnel"} {
				if got := p.status(fine); got != "pass" {
					p.t.Errorf("the layer %s is %q, want pass", fine, got)
				}
			}
			if got := p.status("same"); got != "skip" {
				p.t.Errorf("the layer behind is %q, want skip", got)
			}
			p.must(o.Plex.Start())
			p.see(`[data-check="origin"][data-status="pass"]`) // the page looks by itself
		}},
		{step: "url", name: "the connector is cut off", run: func(p *person, o *outside) {
			o.Edge.RefuseConnections(true)
			for _, id := range o.Cloudflare.TunnelIDs() {
				o.Edge.DropConnections(id)
			}
			p.expect("/steps/url", `[data-check="tunnel"][data-status="fail"]`)
			o.Edge.RefuseConnections(false)
			p.see(`[data-check="tunnel"][data-status="pass"]`)
		}},
		{step: "url", name: "Plex lets strangers in", run: func(p *person, o *outside) {
			p.must(o.Plex.SetPreferences(map[string]string{"allowedNetworks": "127.0.0.1"}))
			p.open("/steps/url")
			until(p.t, "the route is taken down", func() bool { return !o.routed() })
			until(p.t, "the person is told", func() bool {
				p.open("/")
				return strings.Contains(p.text("figure.path"), "lets strangers in") && strings.Contains(p.text("main"), "Problem: step 5")
			})
			p.open("/steps/hostname")
			p.see(`form[action="/steps/hostname/apply"]`)
			p.walk(o, p.at("/steps/plex"))
			if !o.routed() || o.Plex.Preference("allowedNetworks") != "" {
				p.t.Errorf("in the end: routed %t, allowedNetworks %q", o.routed(), o.Plex.Preference("allowedNetworks"))
			}
			p.open("/steps/url")
		}},
	}
}

// routed reports whether the tunnel leads anywhere but to a 404.
func (o *outside) routed() bool {
	for _, id := range o.Cloudflare.TunnelIDs() {
		if _, config := o.Cloudflare.Configuration(id); strings.Contains(string(config), "attic-films.com") {
			return true
		}
	}
	return false
}

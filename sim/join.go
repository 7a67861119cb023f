package sim

import (
	"crypto/tls"
	"net/url"
	"strings"

	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/sim/dns"
	"example.test/wizard/sim/edge"
)

// How the parts see each other.

func (w *World) cloudflareConfig() cloudflare.Config {
	return cloudflare.Config{
		Now: w.opts.Now, Speed: w.opts.Speed, Changed: w.save,
		Delegation: func(zone string) []string { return w.DNS.Delegation(zone) },
		Registrar:  func(string) string { return "namecheap, inc. (id: 1068)" },
		Lookup:     w.lookup,
		Connectors: w.connectors,
		Disconnect: func(tunnelID, _ string) { w.Edge.DropConnections(tunnelID) },
		Configured: func(tunnelID string) { w.Edge.Push(tunnelID) },
		Traffic:    w.traffic.between,
	}
}

func (w *World) connectors(tunnelID string) []cloudflare.Connector {
	if w.Edge == nil {
		return nil
	}
	var out []cloudflare.Connector
	for _, c := range w.Edge.Connectors(tunnelID) {
		row := cloudflare.Connector{ID: c.ID, Version: c.Version, Arch: c.Arch, Features: c.Features, RunAt: c.RunAt, ConfigVersion: c.ConfigVersion}
		for _, conn := range c.Conns {
			row.Conns = append(row.Conns, cloudflare.Connection{ID: conn.ID, Colo: conn.Colo, OpenedAt: conn.OpenedAt, OriginIP: conn.OriginIP})
		}
		out = append(out, row)
	}
	return out
}

// zoneAtCloudflare is what the two assigned servers answer from. Proxying
// begins when the zone is active.
func (w *World) zoneAtCloudflare(zone string) (recs []dns.ZoneRecord, nameServers []string, ok bool) {
	all, ns, _, ok := w.Cloudflare.ZoneRecords(zone)
	proxies := w.Cloudflare.Proxies(zone)
	for _, r := range all {
		recs = append(recs, dns.ZoneRecord{Name: r.Name, Type: r.Type, TTL: uint32(r.TTL), Content: r.Content, Proxied: r.Proxied && proxies})
	}
	return recs, ns, ok
}

func (w *World) edgeConfig() edge.Config {
	return edge.Config{
		Now: w.opts.Now, Dir: w.opts.Dir, Tunnel: w.Cloudflare.TunnelSecret, Config: w.Cloudflare.Configuration,
		Route: w.route, Policy: w.policy, Log: w.traffic.note,
	}
}

// route is what DNS and the zone say for a host: a proxied record of an active
// zone leads to a tunnel or to a web server of the old days.
func (w *World) route(host string) edge.Route {
	zone, ok := w.Cloudflare.ZoneFor(host)
	if !ok {
		return edge.Route{Kind: edge.RouteNone}
	}
	recs, _, _, _ := w.Cloudflare.ZoneRecords(zone)
	r := edge.Route{Kind: edge.RouteNone, Zone: zone, ZoneActive: w.Cloudflare.Proxies(zone)}
	if v, ok := w.Cloudflare.Setting(zone, "min_tls_version").(string); ok {
		r.MinTLS = map[string]uint16{"1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}[v]
	}
	for _, rec := range recs {
		if rec.Name != host || !rec.Proxied {
			continue
		}
		if id, ok := strings.CutSuffix(strings.TrimSuffix(rec.Content, "."), ".cfargotunnel.com"); ok && rec.Type == "CNAME" {
			r.Kind = edge.RouteTunnel
			if w.Cloudflare.Together(zone, id) {
				r.TunnelID = id
			}
			return r
		}
		r.Kind = edge.RouteOrigin // nothing answers behind the records of the demonstration: 522
		if cloudflare.OwnAddress(rec.Content) {
			r.Kind = edge.RouteItself
		}
	}
	return r
}

func addressOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return u.Host
}

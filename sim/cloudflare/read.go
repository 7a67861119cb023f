package cloudflare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// ZoneRecords answers what the assigned name servers serve for a zone: its
// records, the key of a zone that is signed, the pair, and the status (pending,
// active, moved).
func (a *API) ZoneRecords(zone string) (records []Record, nameServers []string, status string, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	z := a.state.zoneByName(zone)
	if z == nil {
		return nil, nil, "", false
	}
	for _, r := range z.Records {
		records = append(records, Record{
			ID: r.ID, Name: r.Name, Type: r.Type, TTL: r.TTL, Content: r.RData, Proxied: r.Proxied, Comment: r.Comment,
		})
	}
	if z.DNSSEC.Key != "" {
		key := z.DNSSEC.dnskey(z.Name)
		records = append(records, Record{Name: z.Name, Type: "DNSKEY", TTL: 3600, Content: fmt.Sprintf("%d %d %d %s", key.Flags, key.Protocol, key.Algorithm, key.PublicKey)})
	}
	return records, slices.Clone(z.NameServers), z.Status, true
}

// Proxies tells whether the edge stands before the proxied names of a zone: it is
// active, and its owner has not paused Cloudflare. Else they answer as they are.
func (a *API) Proxies(zone string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	z := a.state.zoneByName(zone)
	return z != nil && z.Status == statusActive && !z.Paused
}

// ZoneFor answers the zone that a host name belongs to.
func (a *API) ZoneFor(host string) (zone string, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	for _, z := range a.state.Zones {
		if within(host, z.Name) && len(z.Name) > len(zone) {
			zone = z.Name
		}
	}
	return zone, zone != ""
}

// Together tells whether a zone and a tunnel are in the same account. A record
// of another account leads into no tunnel.
func (a *API) Together(zone, tunnelID string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	z, t := a.state.zoneByName(zone), a.state.tunnel(tunnelID)
	return z != nil && t != nil && z.AccountID == t.AccountID
}

// TunnelSecret answers what a connector's registration is checked against: the
// account, the 32 bytes of the secret, and whether the tunnel has been deleted.
func (a *API) TunnelSecret(tunnelID string) (accountTag string, secret []byte, deleted, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.state.tunnel(tunnelID)
	if t == nil {
		return "", nil, false, false
	}
	return t.AccountID, bytes.Clone(t.Secret), !t.Deleted.IsZero(), true
}

// Configuration answers a tunnel's remote configuration and its version; version
// 0 and nil for one that was never configured or is unknown.
func (a *API) Configuration(tunnelID string) (version int, config json.RawMessage) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.state.tunnel(tunnelID)
	if t == nil {
		return 0, nil
	}
	return t.ConfigVersion, bytes.Clone(t.Config)
}

// Rules answers the rules of a phase's entry point in their order of evaluation.
func (a *API) Rules(zone, phase string) []Rule {
	a.mu.Lock()
	defer a.mu.Unlock()
	z := a.state.zoneByName(zone)
	if z == nil {
		return nil
	}
	rs := z.entrypoint(phase)
	if rs == nil {
		return nil
	}
	rules := slices.Clone(rs.Rules)
	for i := range rules {
		rules[i].ActionParameters = bytes.Clone(rules[i].ActionParameters)
	}
	return rules
}

// Setting answers the value of a zone setting as JSON would decode it (a string,
// a number or a map); nil for an unknown zone or setting.
func (a *API) Setting(zone, id string) any {
	a.mu.Lock()
	defer a.mu.Unlock()
	z := a.state.zoneByName(zone)
	if z == nil {
		return nil
	}
	s, ok := z.setting(id)
	if !ok {
		return nil
	}
	var v any
	if json.Unmarshal(s.Value, &v) != nil {
		return nil
	}
	return v
}

// BotFightMode tells whether Bot Fight Mode is on.
func (a *API) BotFightMode(zone string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	z := a.state.zoneByName(zone)
	return z != nil && z.Bots.FightMode
}

// AccessApps answers the Access applications that guard a host.
func (a *API) AccessApps(host string) []AccessApp {
	a.mu.Lock()
	defer a.mu.Unlock()
	var apps []AccessApp
	for _, acc := range a.state.Accounts {
		for _, app := range acc.Apps {
			if !app.guards(host) {
				continue
			}
			apps = append(apps, AccessApp{ID: app.ID, Name: app.text("name"), Domain: app.text("domain"), Type: app.text("type")})
		}
	}
	return apps
}

// within tells whether a name is a zone's apex or below it.
func within(name, zone string) bool { return name == zone || strings.HasSuffix(name, "."+zone) }

// TunnelIDs answers the ids of all tunnels that are not deleted.
func (a *API) TunnelIDs() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var ids []string
	for _, t := range a.state.Tunnels {
		if t.Deleted.IsZero() {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

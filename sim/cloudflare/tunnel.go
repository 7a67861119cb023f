package cloudflare

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// tunnelRow is a tunnel; deleted ones stay in the list with their time.
type tunnelRow struct {
	ID            string          `json:"id"`
	AccountID     string          `json:"account"`
	Name          string          `json:"name"`
	ConfigSrc     string          `json:"config_src"` // cloudflare or local
	Secret        []byte          `json:"secret"`
	Created       time.Time       `json:"created"`
	Deleted       time.Time       `json:"deleted,omitzero"`
	ActiveSince   time.Time       `json:"active_since,omitzero"`   // first seen with a connection
	InactiveSince time.Time       `json:"inactive_since,omitzero"` // last lost its connections
	ConfigVersion int             `json:"config_version"`
	Config        json.RawMessage `json:"config,omitempty"`
	ConfigTime    time.Time       `json:"config_time,omitzero"`
}

func tunnelRoutes() []route {
	const all, one = "/accounts/{account}/cfd_tunnel", "/accounts/{account}/cfd_tunnel/{tunnel}"
	return []route{
		{method: "GET", pattern: all, need: TunnelRead, handle: listTunnels, prepare: askConnectors},
		{method: "POST", pattern: all, need: TunnelEdit, handle: createTunnel},
		{method: "GET", pattern: one, need: TunnelRead, handle: getTunnel, prepare: askConnectors},
		{method: "PATCH", pattern: one, need: TunnelEdit, handle: patchTunnel, prepare: askConnectors},
		{method: "DELETE", pattern: one, need: TunnelEdit, handle: deleteTunnel, prepare: askConnectors},
		{method: "GET", pattern: one + "/token", need: TunnelEdit, handle: getTunnelToken},
		{method: "GET", pattern: one + "/connections", need: TunnelRead, handle: listConnections, prepare: askConnectors},
		{method: "DELETE", pattern: one + "/connections", need: TunnelEdit, handle: cleanConnections},
		{method: "GET", pattern: one + "/configurations", need: TunnelRead, handle: getConfiguration},
		{method: "PUT", pattern: one + "/configurations", need: TunnelEdit, handle: putConfiguration},
	}
}

// askConnectors asks the edge about the tunnels of the account in the path.
func askConnectors(c *call) {
	c.outside.connectors = map[string][]Connector{}
	c.api.mu.Lock()
	var ids []string
	for _, t := range c.api.state.Tunnels {
		if t.AccountID == c.params["account"] && t.Deleted.IsZero() {
			ids = append(ids, t.ID)
		}
	}
	c.api.mu.Unlock()
	if c.api.cfg.Connectors == nil {
		return
	}
	for _, id := range ids {
		c.outside.connectors[id] = c.api.cfg.Connectors(id)
	}
}

// observe notes in the state what was just seen of connectors: whether a tunnel
// was ever connected, and since when it is not.
func (c *call) observe() {
	for id := range c.outside.connectors {
		list := c.linger(id)
		t := c.api.state.tunnel(id)
		if t == nil {
			continue
		}
		live := connections(list) > 0
		switch {
		case live && (t.ActiveSince.IsZero() || !t.InactiveSince.IsZero()):
			t.ActiveSince, t.InactiveSince = c.now, time.Time{}
		case !live && !t.ActiveSince.IsZero() && t.InactiveSince.IsZero():
			t.InactiveSince = c.now
		}
	}
}

func connections(list []Connector) int {
	n := 0
	for _, k := range list {
		n += len(k.Conns)
	}
	return n
}

// status says how a tunnel is: inactive was never connected, down is not now,
// degraded has connections that are to be made again, else healthy.
func (c *call) status(t *tunnelRow) string {
	list := c.outside.connectors[t.ID]
	switch {
	case connections(list) == 0 && t.ActiveSince.IsZero():
		return "inactive"
	case connections(list) == 0:
		return "down"
	}
	for _, k := range list {
		for _, conn := range k.Conns {
			if conn.PendingReconnect {
				return "degraded"
			}
		}
	}
	return "healthy"
}

// view writes a tunnel as the API does.
func (c *call) tunnelView(t *tunnelRow) map[string]any {
	conns := []map[string]any{}
	for _, k := range c.outside.connectors[t.ID] {
		conns = append(conns, k.connViews()...)
	}
	return map[string]any{
		"id": t.ID, "account_tag": t.AccountID, "name": t.Name, "tun_type": "cfd_tunnel", "config_src": t.ConfigSrc,
		"remote_config": t.ConfigSrc == "cloudflare", "status": c.status(t), "connections": conns, "metadata": map[string]any{},
		"created_at": stamp(t.Created), "deleted_at": stamp(t.Deleted),
		"conns_active_at": stamp(t.ActiveSince), "conns_inactive_at": stamp(t.InactiveSince),
	}
}

func (k Connector) connViews() []map[string]any {
	views := []map[string]any{}
	for _, conn := range k.Conns {
		views = append(views, map[string]any{
			"id": conn.ID, "uuid": conn.ID, "client_id": k.ID, "client_version": k.Version, "colo_name": conn.Colo,
			"is_pending_reconnect": conn.PendingReconnect, "opened_at": stamp(conn.OpenedAt), "origin_ip": conn.OriginIP,
		})
	}
	return views
}

// tunnel finds the tunnel in the path. Its code is from memory.
func (c *call) tunnel(deletedToo bool) (*tunnelRow, error) {
	t := c.st.tunnel(c.params["tunnel"])
	if t == nil || t.AccountID != c.account.ID || (!deletedToo && !t.Deleted.IsZero()) {
		return nil, fail(http.StatusNotFound, 1003, "Tunnel not found")
	}
	return t, nil
}

func listTunnels(c *call) (answer, error) {
	list := []map[string]any{}
	for i := range c.st.Tunnels {
		t := &c.st.Tunnels[i]
		if t.AccountID == c.account.ID && c.wantsTunnel(t) {
			list = append(list, c.tunnelView(t))
		}
	}
	cut, info := page(c, list, 100, 1000)
	return answer{result: cut, info: info}, nil
}

func (c *call) wantsTunnel(t *tunnelRow) bool {
	deleted := c.param("is_deleted")
	switch {
	case c.param("name") != "" && c.param("name") != t.Name,
		c.param("uuid") != "" && c.param("uuid") != t.ID,
		c.param("status") != "" && c.param("status") != c.status(t),
		c.param("include_prefix") != "" && !strings.HasPrefix(t.Name, c.param("include_prefix")),
		c.param("exclude_prefix") != "" && strings.HasPrefix(t.Name, c.param("exclude_prefix")),
		deleted != "" && (deleted == "true") == t.Deleted.IsZero():
		return false
	}
	return true
}

type tunnelInput struct {
	Name      string `json:"name"`
	ConfigSrc string `json:"config_src"`
	Secret    string `json:"tunnel_secret"`
}

func createTunnel(c *call) (answer, error) {
	var in tunnelInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if err := c.freeName(in.Name, ""); err != nil {
		return answer{}, err
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: crypto/rand.Read
	if in.Secret != "" {
		given, err := base64.StdEncoding.DecodeString(in.Secret)
		if err != nil || len(given) < 32 {
			return answer{}, bad(1002, "tunnel_secret must be at least 32 bytes, base64 encoded") // from memory
		}
		secret = given
	}
	if in.ConfigSrc == "" {
		in.ConfigSrc = "local"
	}
	if in.ConfigSrc != "local" && in.ConfigSrc != "cloudflare" {
		return answer{}, bad(1002, "config_src must be local or cloudflare")
	}
	t := tunnelRow{ID: newUUID(), AccountID: c.account.ID, Name: in.Name, ConfigSrc: in.ConfigSrc, Secret: secret, Created: c.now}
	c.st.Tunnels = append(c.st.Tunnels, t)
	v := c.tunnelView(&t)
	v["token"] = t.token()
	v["credentials_file"] = map[string]any{
		"AccountTag": t.AccountID, "TunnelID": t.ID, "TunnelName": t.Name, "TunnelSecret": base64.StdEncoding.EncodeToString(t.Secret),
	}
	return answer{result: v}, nil
}

// freeName refuses a name that is empty or taken by a tunnel that is not deleted.
func (c *call) freeName(name, except string) error {
	if strings.TrimSpace(name) == "" {
		return bad(1002, "Tunnel name is required") // from memory
	}
	for _, t := range c.st.Tunnels {
		if t.AccountID == c.account.ID && t.Name == name && t.ID != except && t.Deleted.IsZero() {
			return fail(http.StatusConflict, 1013,
				"You already have a tunnel with this name. Delete the existing tunnel, or choose a different name for your new tunnel")
		}
	}
	return nil
}

// token is what a connector runs with: account, tunnel and secret.
func (t *tunnelRow) token() string {
	b, _ := json.Marshal(struct { // three strings
		A string `json:"a"`
		T string `json:"t"`
		S string `json:"s"`
	}{t.AccountID, t.ID, base64.StdEncoding.EncodeToString(t.Secret)})
	return base64.StdEncoding.EncodeToString(b)
}

func getTunnel(c *call) (answer, error) {
	t, err := c.tunnel(true)
	if err != nil {
		return answer{}, err
	}
	return answer{result: c.tunnelView(t)}, nil
}

func patchTunnel(c *call) (answer, error) {
	t, err := c.tunnel(false)
	if err != nil {
		return answer{}, err
	}
	var in tunnelInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if in.Name != "" {
		if err := c.freeName(in.Name, t.ID); err != nil {
			return answer{}, err
		}
		t.Name = in.Name
	}
	if in.Secret != "" {
		secret, err := base64.StdEncoding.DecodeString(in.Secret)
		if err != nil || len(secret) < 32 {
			return answer{}, bad(1002, "tunnel_secret must be at least 32 bytes, base64 encoded")
		}
		t.Secret = secret
	}
	return answer{result: c.tunnelView(t)}, nil
}

// deleteTunnel refuses while connectors are connected, unless told to cascade.
func deleteTunnel(c *call) (answer, error) {
	t, err := c.tunnel(false)
	if err != nil {
		return answer{}, err
	}
	live := connections(c.outside.connectors[t.ID]) > 0
	if live && c.param("cascade") != "true" {
		return answer{}, bad(1022, "Cannot delete tunnel because it has active connections. Please clean up the connections first")
	}
	t.Deleted = c.now
	v := c.tunnelView(t)
	if live {
		c.disconnect(t.ID, "")
	}
	return answer{result: v}, nil
}

// disconnect has the edge drop connections, once the call has succeeded.
func (c *call) disconnect(tunnel, connector string) {
	if f := c.api.cfg.Disconnect; f != nil {
		c.after = append(c.after, func() { f(tunnel, connector) })
	}
}

func getTunnelToken(c *call) (answer, error) {
	t, err := c.tunnel(false)
	if err != nil {
		return answer{}, err
	}
	return answer{result: t.token()}, nil
}

func listConnections(c *call) (answer, error) {
	t, err := c.tunnel(false)
	if err != nil {
		return answer{}, err
	}
	list := []map[string]any{}
	for _, k := range c.outside.connectors[t.ID] {
		features := k.Features
		if features == nil {
			features = []string{}
		}
		list = append(list, map[string]any{
			"id": k.ID, "version": k.Version, "arch": k.Arch, "features": features, "run_at": stamp(k.RunAt),
			"config_version": k.ConfigVersion, "conns": k.connViews(),
		})
	}
	return answer{result: list}, nil
}

func cleanConnections(c *call) (answer, error) {
	t, err := c.tunnel(false)
	if err != nil {
		return answer{}, err
	}
	delete(c.api.ended, t.ID)
	c.disconnect(t.ID, c.param("client_id"))
	return answer{result: map[string]any{}}, nil
}

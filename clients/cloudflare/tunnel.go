package cloudflare

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"example.test/wizard/steps"
)

// A wireTunnel is a tunnel as the API shows it.
type wireTunnel struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Status    string    `json:"status"`
	ConfigSrc string    `json:"config_src"`
	Remote    bool      `json:"remote_config"` // the older form of config_src
	Created   time.Time `json:"created_at"`
	Deleted   time.Time `json:"deleted_at"`
	Active    time.Time `json:"conns_active_at"`
}

func (w wireTunnel) tunnel(out answer) (steps.CloudTunnel, error) {
	if w.ID == "" {
		return steps.CloudTunnel{}, out.lacks("id")
	}
	return steps.CloudTunnel{
		ID: w.ID, Name: w.Name, Status: w.Status, Remote: w.ConfigSrc == "cloudflare" || w.Remote,
		Created: w.Created, Active: w.Active, Reading: out.reading,
	}, nil
}

// TunnelsNamed implements [steps.Tunnels].
func (c *Client) TunnelsNamed(ctx context.Context, accountID, name string) ([]steps.CloudTunnel, error) {
	var list []steps.CloudTunnel
	ask := func(page int) request {
		return get("accounts/"+accountID+"/cfd_tunnel", paged(page, pageSize, "name", name, "is_deleted", "false")...)
	}
	err := c.pages(ctx, ids{accountID}, pageSize, ask, func(out answer) (int, error) {
		var page []wireTunnel
		if err := out.into(&page); err != nil {
			return 0, err
		}
		for _, w := range page {
			t, err := w.tunnel(out)
			if err != nil {
				return 0, err
			}
			if w.Name == name && w.Deleted.IsZero() {
				list = append(list, t)
			}
		}
		return len(page), nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Tunnel implements [steps.Tunnels]. A deleted tunnel is [steps.ErrNotFound],
// although Cloudflare still shows it.
func (c *Client) Tunnel(ctx context.Context, accountID, id string) (steps.CloudTunnel, error) {
	out, err := c.read(ctx, ids{accountID, id}, get("accounts/"+accountID+"/cfd_tunnel/"+id))
	if err != nil {
		return steps.CloudTunnel{}, err
	}
	var w wireTunnel
	if err := out.into(&w); err != nil {
		return steps.CloudTunnel{}, err
	}
	if !w.Deleted.IsZero() {
		return steps.CloudTunnel{}, out.bad(fmt.Errorf("the tunnel was deleted: %w", steps.ErrNotFound))
	}
	return w.tunnel(out)
}

// CreateTunnel implements [steps.Tunnels].
func (c *Client) CreateTunnel(ctx context.Context, accountID, name string) (steps.CloudTunnel, error) {
	out, err := c.write(ctx, ids{accountID}, send(http.MethodPost, "accounts/"+accountID+"/cfd_tunnel", join(object{"name": text(name), "config_src": text("cloudflare")})))
	if err != nil {
		return steps.CloudTunnel{}, err
	}
	var w wireTunnel
	if err := out.into(&w); err != nil {
		return steps.CloudTunnel{}, err
	}
	return w.tunnel(out)
}

// DeleteTunnel implements [steps.Tunnels]. Cloudflare refuses while a connector
// is connected.
func (c *Client) DeleteTunnel(ctx context.Context, accountID, id string) error {
	_, err := c.write(ctx, ids{accountID, id}, send(http.MethodDelete, "accounts/"+accountID+"/cfd_tunnel/"+id, nil))
	return err
}

// TunnelToken implements [steps.Tunnels].
func (c *Client) TunnelToken(ctx context.Context, accountID, id string) (steps.Secret, error) {
	out, err := c.read(ctx, ids{accountID, id}, get("accounts/"+accountID+"/cfd_tunnel/"+id+"/token"))
	if err != nil {
		return steps.Secret{}, err
	}
	var token string
	if err := out.into(&token); err != nil {
		return steps.Secret{}, err
	}
	if token == "" {
		return steps.Secret{}, out.lacks("token")
	}
	return steps.NewSecret(token), nil
}

// Connectors implements [steps.Tunnels].
func (c *Client) Connectors(ctx context.Context, accountID, id string) ([]steps.CloudConnector, error) {
	out, err := c.read(ctx, ids{accountID, id}, get("accounts/"+accountID+"/cfd_tunnel/"+id+"/connections"))
	if err != nil {
		return nil, err
	}
	if string(out.result) == "null" {
		return nil, nil // a tunnel that never ran
	}
	var clients []wireConnector
	if err := out.into(&clients); err != nil {
		return nil, err
	}
	var list []steps.CloudConnector
	for _, k := range clients {
		if k.ID == "" {
			return nil, out.lacks("id")
		}
		cc := steps.CloudConnector{ID: k.ID, Version: k.Version, Arch: k.Arch, Since: k.RunAt, Reading: out.reading}
		for _, conn := range k.Conns {
			cc.Colos = append(cc.Colos, conn.ColoName)
			if cc.IP == "" {
				cc.IP = conn.OriginIP
			}
		}
		list = append(list, cc)
	}
	return list, nil
}

// A wireConnector is a running connector as the API shows it.
type wireConnector struct {
	ID      string    `json:"id"`
	Version string    `json:"version"`
	Arch    string    `json:"arch"`
	RunAt   time.Time `json:"run_at"`
	Conns   []struct {
		ColoName string `json:"colo_name"`
		OriginIP string `json:"origin_ip"`
	} `json:"conns"`
}

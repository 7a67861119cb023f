package steps_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps"
)

// alive reports whether this computer's connector serves the tunnel; the caller
// holds the lock.
func (w *world) alive(tunnel string) bool {
	return w.local.Running && w.local.TunnelID == tunnel
}

func (c cloud) seen(t steps.CloudTunnel) steps.CloudTunnel {
	t.Reading, t.Status = c.reading(), "inactive"
	if c.alive(t.ID) || len(c.others[t.ID]) > 0 {
		t.Status = "healthy"
	}
	return t
}

func (c cloud) TunnelsNamed(_ context.Context, _, name string) ([]steps.CloudTunnel, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []steps.CloudTunnel
	for _, t := range c.tunnels {
		if t.Name == name {
			out = append(out, c.seen(t))
		}
	}
	return out, nil
}

func (c cloud) Tunnel(_ context.Context, _, id string) (steps.CloudTunnel, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.tunnels {
		if t.ID == id {
			return c.seen(t), nil
		}
	}
	return steps.CloudTunnel{}, absent("GET /cfd_tunnel/" + id)
}

func (c cloud) CreateTunnel(ctx context.Context, _, name string) (steps.CloudTunnel, error) {
	var t steps.CloudTunnel
	err := c.change(ctx, "CreateTunnel", name, func() {
		t = steps.CloudTunnel{ID: c.id("tunnel"), Name: name, Remote: true, Created: time.Now().Round(0)}
		c.tunnels = append(c.tunnels, t)
	})
	if err != nil {
		return steps.CloudTunnel{}, err
	}
	return t, nil
}

func (c cloud) DeleteTunnel(ctx context.Context, _, id string) error {
	c.mu.Lock()
	busy := len(c.connected(id)) > 0
	c.mu.Unlock()
	if busy {
		return &steps.ServiceError{Service: "Cloudflare", Call: "DELETE /accounts/acc-1/cfd_tunnel/" + id, Status: 400, Code: 1022, Message: "Cannot delete tunnel because it has active connections"}
	}
	return c.change(ctx, "DeleteTunnel", id, func() {
		c.tunnels = slices.DeleteFunc(c.tunnels, func(t steps.CloudTunnel) bool { return t.ID == id })
		delete(c.ingress, id)
	})
}

func (c cloud) TunnelToken(_ context.Context, _, id string) (steps.Secret, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.ContainsFunc(c.tunnels, func(t steps.CloudTunnel) bool { return t.ID == id }) {
		return steps.Secret{}, absent("GET token")
	}
	return steps.NewSecret("key of " + id), nil
}

func (c cloud) Connectors(_ context.Context, _, id string) ([]steps.CloudConnector, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.connected(id), nil
}

// connected are the connectors that Cloudflare lists: others, the one here, and
// for some seconds the one that was here. The caller holds the lock.
func (c cloud) connected(id string) []steps.CloudConnector {
	out := slices.Clone(c.others[id])
	if !c.alive(id) && !(c.left.TunnelID == id && time.Since(c.leftAt) < lingers) {
		return out
	}
	here := cmp.Or(c.local.ID, c.left.ID)
	return append(out, steps.CloudConnector{ID: here, Version: c.local.Version, Arch: "linux_amd64", Colos: []string{"lhr01", "lhr02", "ams01", "ams02"}, Since: time.Now().Add(-time.Minute)})
}

// lingers is how long Cloudflare lists a connector that has stopped.
const lingers = 10 * time.Second

func (c cloud) Ingress(_ context.Context, _, id string) (steps.Ingress, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.ContainsFunc(c.tunnels, func(t steps.CloudTunnel) bool { return t.ID == id }) {
		return steps.Ingress{}, absent("GET configurations")
	}
	in := c.ingress[id]
	in.Rules, in.Reading = slices.Clone(in.Rules), c.reading()
	return in, nil
}

func (c cloud) SaveIngress(ctx context.Context, _, id string, in steps.Ingress) error {
	return c.change(ctx, "SaveIngress", id, func() {
		in.Version = c.ingress[id].Version + 1
		c.ingress[id] = in
		for i := range c.tunnels {
			if c.tunnels[i].ID == id {
				c.tunnels[i].Remote = true // the routes of its file are served no more
			}
		}
	})
}

// box is this computer and the connector on it.
type box struct{ *world }

var (
	_ steps.ConnectorHost = box{}
	_ steps.Computer      = box{}
)

func (b box) Name() string                                     { return "attic" }
func (b box) System() string                                   { return "Linux on amd64" }
func (b box) MayInstall(context.Context) (bool, string)        { return true, "As root, with systemd" }
func (b box) ClockSkew(context.Context) (time.Duration, error) { return time.Second, nil }
func (b box) PreCheck(context.Context) (steps.Egress, error)   { return b.way, nil }
func (b box) Status(context.Context) (steps.LocalConnector, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.local
	l.ConfigSeen = -1
	if l.Running {
		l.ConfigSeen = b.ingress[l.TunnelID].Version
	}
	l.Reading = b.read("this computer")
	return l, nil
}

func (b box) Install(ctx context.Context, token steps.Secret, report func(steps.Part)) error {
	report(steps.Part{ID: "download", Title: "Download", Done: 1, Total: 2})
	return b.change(ctx, "Install", "", func() {
		tunnel := strings.TrimPrefix(token.Reveal(), "key of ")
		b.local = steps.LocalConnector{Installed: true, Ours: true, Running: true, AtBoot: true, Manager: "systemd", Version: "2026.8.2", Path: "/usr/local/bin/cloudflared", TunnelID: tunnel, ID: "connector-1", Ready: 4}
	})
}

func (b box) Start(context.Context) error { return nil }

func (b box) Newest(context.Context) string { b.mu.Lock(); defer b.mu.Unlock(); return b.newest }

func (b box) Update(ctx context.Context, report func(steps.Part)) error {
	report(steps.Part{ID: "download", Title: "Download", Done: 1, Total: 2})
	return b.change(ctx, "Update", "", func() { b.local.Version = cmp.Or(b.newest, "2026.8.2") })
}

func (b box) Uninstall(ctx context.Context) error {
	return b.change(ctx, "Uninstall", "", func() { b.left, b.leftAt, b.local = b.local, time.Now(), steps.LocalConnector{} })
}

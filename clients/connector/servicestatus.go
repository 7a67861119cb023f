package connector

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/beside"
)

func (h *Host) serviceStatus(ctx context.Context) (steps.LocalConnector, error) {
	l := steps.LocalConnector{ConfigSeen: -1}
	var svc *service
	if h.manager != nil {
		var err error
		if svc, err = h.manager.find(); err != nil {
			return l, fmt.Errorf("reading the service of the connector: %w", err)
		}
	}
	if left, busy := h.halfDone(); left != nil {
		l.Unfinished, l.Busy = true, busy
		if svc == nil || svc.ours {
			return l, nil // to be cleared away by the next installation
		}
	}
	if svc == nil {
		if running := h.askAll(ctx, h.sys.Ports); len(running) > 0 { // somebody runs one by hand
			l.Running, l.TunnelID = true, running[0].tunnel
			l.ID, l.Ready, l.ConfigSeen = running[0].connector, running[0].ready, running[0].config
		}
		if h.manager == nil {
			h.prepared(&l)
		} else {
			l.Manual = h.handoverCommand()
			p := h.places(ctx)
			l.Place, l.Found, l.FoundVersion = p.program, p.found, p.version
			l.Beside = p.program == besidePlace(h.sys)
		}
		return l, nil
	}
	l.Installed, l.Ours, l.Renewable, l.Manager, l.Path = true, svc.ours, svc.program, h.manager.name(), svc.path()
	l.AtBoot, l.KeyOnArgv, l.TunnelID = svc.atBoot, svc.keyOnArgv(), svc.tunnel(h.sys)
	if p := svc.flag("protocol"); p == "quic" || p == "http2" {
		l.Protocol = p
	}
	ports := h.sys.Ports
	if addr := svc.flag("metrics"); addr != "" && !slices.Contains(ports, addr) {
		ports = append([]string{addr}, ports...)
	}
	got, ok := chooseHealth(h.askAll(ctx, ports), svc.flag("metrics"), l.TunnelID)
	if ok {
		l.ID, l.Ready, l.ConfigSeen = got.connector, got.ready, got.config
		if l.TunnelID == "" {
			l.TunnelID = got.tunnel
		}
	}
	if !l.AtBoot {
		l.Enable = h.manager.enable()
	}
	if l.Running = ok || h.serviceActive(ctx); !l.Running {
		l.Manual = h.manager.start()
	}
	if l.Ready == 0 { // only then is it asked why: this may start a program
		log := h.serviceSaid(ctx)
		l.Refused, l.Said = lastRefusal(log), said(log, h.sys.path(h.ownKey(svc)))
	}
	if l.Path != "" {
		l.Version = h.versionOf(ctx, h.sys.path(l.Path))
	}
	return l, nil
}

// chooseHealth picks the health server of a service: the one at its address,
// else the one that serves its tunnel, else the only one.
func chooseHealth(all []health, addr, tunnel string) (health, bool) {
	other := func(g health) bool { return tunnel != "" && g.tunnel != "" && g.tunnel != tunnel }
	for _, fits := range []func(health) bool{
		func(g health) bool { return addr != "" && g.addr == addr && !other(g) },
		func(g health) bool { return tunnel != "" && g.tunnel == tunnel },
		func(g health) bool { return len(all) == 1 && addr == "" && !other(g) },
	} {
		if i := slices.IndexFunc(all, fits); i >= 0 {
			return all[i], true
		}
	}
	return health{}, false
}

// askAll asks several health servers at once and returns those that answer.
func (h *Host) askAll(ctx context.Context, addrs []string) []health {
	all := make([]health, len(addrs))
	var wg beside.Group
	for i, addr := range addrs {
		wg.Go(func() {
			if got, err := h.ask(ctx, addr); err == nil {
				all[i] = got
			}
		})
	}
	wg.Wait()
	return slices.DeleteFunc(all, func(g health) bool { return g.connector == "" })
}

// activeCache keeps the service manager from being asked each time a page is drawn.
type activeCache struct {
	mu     sync.Mutex
	at     time.Time
	active bool
	saidAt time.Time
	said   string
}

// serviceActive asks the service manager, at most once a minute. A service that
// comes up in between is seen by its health server.
func (h *Host) serviceActive(ctx context.Context) bool {
	c := &h.actives
	c.mu.Lock()
	defer c.mu.Unlock()
	now := h.cfg.Now()
	if age := now.Sub(c.at); age >= 0 && age < time.Minute {
		return c.active
	}
	active, err := h.manager.active(ctx)
	if ctx.Err() != nil {
		return false
	}
	if err != nil {
		h.cfg.Log.Debug("asking whether the service runs", "err", err)
	}
	c.at, c.active = now, active
	return active
}

// serviceSaid reads the service's log, at most three times a minute.
func (h *Host) serviceSaid(ctx context.Context) string {
	c := &h.actives
	c.mu.Lock()
	defer c.mu.Unlock()
	now := h.cfg.Now()
	if age := now.Sub(c.saidAt); age >= 0 && age < h.scaled(20*time.Second) {
		return c.said
	}
	said := h.manager.said(ctx)
	if ctx.Err() == nil {
		c.saidAt, c.said = now, said
	}
	return said
}

// forgetActive is for when the service was made, started or removed.
func (h *Host) forgetActive() {
	h.actives.mu.Lock()
	defer h.actives.mu.Unlock()
	h.actives.at, h.actives.saidAt = time.Time{}, time.Time{}
}

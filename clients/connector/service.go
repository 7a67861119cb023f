package connector

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"example.test/wizard/steps"
)

// service is a service of the system that runs cloudflared.
type service struct {
	argv    []string // how the manager starts it, the program first
	ours    bool     // it bears our mark
	running bool
	atBoot  bool
}

// mark is in every definition of a service that the wizard writes. Readers of
// older definitions look for it, so it never changes.
const mark = "Installed by Plex Tunnel Wizard"

func (s service) program() string {
	if len(s.argv) == 0 {
		return ""
	}
	return s.argv[0]
}

// flag is the value of a flag of cloudflared, or "".
func (s service) flag(name string) string {
	for i, a := range s.argv {
		a, v, with := strings.Cut(a, "=")
		switch {
		case strings.TrimLeft(a, "-") != name || !strings.HasPrefix(a, "-"):
		case with:
			return v
		case i+1 < len(s.argv):
			return s.argv[i+1]
		}
	}
	return ""
}

// keyOnArgv reports whether everyone who may list processes can see the key.
func (s service) keyOnArgv() bool { return s.flag("token") != "" }

// tunnel is the one that the service's key is for, or "" when it cannot be read.
func (s service) tunnel(sys System) string {
	if text := s.flag("token"); text != "" {
		k, err := parseKey(text)
		if err != nil {
			return ""
		}
		return k.tunnel
	}
	if file := s.flag("token-file"); file != "" {
		return tunnelOf(sys.path(file))
	}
	return ""
}

// plan is the service that is to be made.
type plan struct {
	program   string
	tokenFile string
	metrics   string
	args      []string
}

func (p plan) argv() []string {
	argv := append([]string{p.program, "tunnel", "--no-autoupdate", "--metrics", p.metrics}, p.args...)
	return append(argv, "run", "--token-file", p.tokenFile)
}

// manager is one kind of service manager. It knows one service: cloudflared's.
type manager interface {
	name() string
	// find returns nil when there is no such service.
	find(ctx context.Context) (*service, error)
	// install defines the service, has it started with the computer, and starts
	// it now. What it did it adds to u as it goes.
	install(ctx context.Context, p plan, u *undo) error
	// remove stops the service and removes its definition, nothing else.
	remove(ctx context.Context) error
	// start is the command for a person to start it with.
	start() string
	// said is the service's own log, the last lines; empty when it cannot be read.
	said(ctx context.Context) string
}

func (h *Host) serviceStatus(ctx context.Context) (steps.LocalConnector, error) {
	l := steps.LocalConnector{ConfigSeen: -1}
	var running []health
	var wg sync.WaitGroup
	wg.Go(func() { running = h.askAll(ctx, h.sys.Ports) })
	var svc *service
	var err error
	if h.manager != nil {
		svc, err = h.manager.find(ctx)
	}
	wg.Wait()
	if err != nil {
		return l, err
	}
	if svc == nil {
		if len(running) > 0 { // somebody runs one by hand
			l.Running, l.TunnelID = true, running[0].tunnel
			l.ID, l.Ready, l.ConfigSeen = running[0].connector, running[0].ready, running[0].config
		}
		l.Manual = h.handoverCommand()
		return l, nil
	}
	l.Installed, l.Ours, l.Manager, l.Path = true, svc.ours, h.manager.name(), svc.program()
	l.Running, l.AtBoot, l.KeyOnArgv = svc.running, svc.atBoot, svc.keyOnArgv()
	l.TunnelID = svc.tunnel(h.sys)
	if p := svc.flag("protocol"); p == "quic" || p == "http2" {
		l.Protocol = p
	}
	if addr := svc.flag("metrics"); addr != "" && !slices.Contains(h.sys.Ports, addr) {
		running = append(h.askAll(ctx, []string{addr}), running...)
	}
	if got, ok := chooseHealth(running, svc.flag("metrics"), l.TunnelID); ok && l.Running {
		l.ID, l.Ready, l.ConfigSeen = got.connector, got.ready, got.config
		if l.TunnelID == "" {
			l.TunnelID = got.tunnel
		}
	}
	if l.Path != "" {
		l.Version = h.versionOf(ctx, h.sys.path(l.Path))
	}
	if !l.Running {
		l.Manual = h.manager.start()
	}
	return l, nil
}

// chooseHealth picks the health server of a service: the one at its address,
// else the one that serves its tunnel, else the only one.
func chooseHealth(all []health, addr, tunnel string) (health, bool) {
	for _, fits := range []func(health) bool{
		func(g health) bool { return addr != "" && g.addr == addr && (tunnel == "" || g.tunnel == "" || g.tunnel == tunnel) },
		func(g health) bool { return tunnel != "" && g.tunnel == tunnel },
		func(g health) bool { return len(all) == 1 && addr == "" && (tunnel == "" || g.tunnel == "") },
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
	var wg sync.WaitGroup
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

func findManager(*Host) manager { return nil }

func (h *Host) handoverCommand() string { return "" }

func (h *Host) installService(context.Context, steps.Secret, func(steps.Part)) error {
	return errors.New("no service manager")
}
func (h *Host) removeService(context.Context) error { return errors.New("no service manager") }

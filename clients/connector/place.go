package connector

import (
	"context"
	"path/filepath"

	"example.test/wizard/clients/rights"
	"example.test/wizard/steps"
)

// places is where an installation has its program. What others put there stays as
// it is: a program that fits is used, and ours goes beside one that does not.
type places struct {
	program string
	found   bool // the program is there, and is used as it is
	version string
}

// programPlace is where the program usually is: cloudflared's own installers put
// it there too. The service keeps its path.
func programPlace(s System) string {
	if s.GOOS == "windows" {
		return windowsPlace()
	}
	return "/usr/local/bin/cloudflared"
}

// besidePlace is for ours when another program is at [programPlace].
func besidePlace(s System) string {
	if s.GOOS == "windows" {
		return filepath.Join(filepath.Dir(filepath.Dir(windowsPlace())), "Plex Tunnel Wizard", filepath.Base(windowsPlace()))
	}
	return "/usr/local/lib/plex-tunnel-wizard/cloudflared"
}

// besideKey is for our key when another file has its name.
func besideKey(file string) string { return file + "-plex-tunnel-wizard" }

// places looks where the program is to be put. It may start the program that is there.
func (h *Host) places(ctx context.Context) places {
	p := places{program: programPlace(h.sys)}
	if !h.sys.exists(p.program) {
		return p
	}
	if p.version = h.fitting(ctx, p.program); p.version == "" {
		p.program = besidePlace(h.sys)
	}
	p.found = p.version != ""
	return p
}

// keyPlace is where the key is to be put.
func (h *Host) keyPlace() string {
	if key := h.manager.keyFile(); h.sys.exists(key) {
		return besideKey(key)
	}
	return h.manager.keyFile()
}

// fitting is the version of a program that may run as the service: new enough,
// and nobody but an administrator may put another in its place, for it will run
// with the rights of one. It is empty for any other.
func (h *Host) fitting(ctx context.Context, program string) string {
	if !h.guarded(program) {
		return ""
	}
	if v := h.versionOf(ctx, h.sys.path(program)); v != "" && !steps.OlderConnector(v, steps.MinimumConnector) {
		return v
	}
	return ""
}

func (h *Host) guarded(program string) bool {
	if h.sys.Guarded != nil {
		return h.sys.Guarded(program)
	}
	return rights.Guarded(h.sys.path(program))
}

// ownKey is the key of a service of ours: where it says, if that is one of our
// two places for it.
func (h *Host) ownKey(svc *service) string {
	key := h.manager.keyFile()
	if svc != nil && svc.flag("token-file") == besideKey(key) {
		return besideKey(key)
	}
	return key
}

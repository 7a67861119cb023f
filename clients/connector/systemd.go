package connector

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// systemd is the service manager of most Linux systems.
type systemd struct{ caller }

const (
	unitName = "cloudflared.service"
	unitFile = "/etc/systemd/system/cloudflared.service"
	linuxKey = "/etc/cloudflared/token"
)

// Type is simple, unlike in cloudflared's own unit: there the start counts as
// failed when no connection is up after 15 s, and the fallback to HTTP/2 behind
// a firewall that swallows UDP takes longer than two minutes.
//
// The connector updates itself and then ends with exit code 11, so that it is
// started again.
const unitText = `# MARK
[Unit]
Description=cloudflared, the connector of a Cloudflare Tunnel
After=network-online.target
Wants=network-online.target

[Service]
Type=simple
ExecStart=ARGV
Restart=on-failure
RestartSec=5s

[Install]
WantedBy=multi-user.target
`

func (systemd) name() string    { return "systemd" }
func (systemd) start() string   { return "sudo systemctl start cloudflared" }
func (systemd) enable() string  { return "sudo systemctl enable cloudflared" }
func (systemd) keyFile() string { return linuxKey }

func (s systemd) find() (*service, error) {
	for _, dir := range []string{"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"} {
		b, err := os.ReadFile(s.sys.path(dir + "/" + unitName))
		switch {
		case errors.Is(err, os.ErrNotExist):
			continue
		case errors.Is(err, os.ErrPermission):
			return &service{}, nil // it is there, which is what matters
		case err != nil:
			return nil, err
		}
		out := &service{}
		out.readMarks(string(b))
		text := string(b)
		extra, _ := filepath.Glob(s.sys.path("/etc/systemd/system/" + unitName + ".d/*.conf"))
		for _, file := range extra {
			if more, err := os.ReadFile(file); err == nil {
				text += "\n" + string(more)
			}
		}
		out.argv = execStart(text)
		wanted, _ := filepath.Glob(s.sys.path("/etc/systemd/system/*.wants/" + unitName))
		out.atBoot = len(wanted) > 0
		return out, nil
	}
	return nil, nil
}

// execStart takes the last command line out of a unit and what is added to it.
func execStart(unit string) []string {
	unit = strings.ReplaceAll(unit, "\\\n", " ")
	var argv []string
	for line := range strings.Lines(unit) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "ExecStart="); ok {
			argv = splitWords(strings.NewReplacer("%%", "%", "$$", "$").Replace(strings.TrimLeft(v, "@-:+!")))
		}
	}
	return argv
}

func (s systemd) active(ctx context.Context) (bool, error) {
	return s.succeeds(ctx, "systemctl", "is-active", "--quiet", unitName)
}

func (s systemd) install(ctx context.Context, p plan, u *undo) error {
	argv := p.argv(true)
	for i, a := range argv {
		argv[i] = quoteUnit(a)
	}
	text := strings.NewReplacer("MARK", p.marks(), "ARGV", strings.Join(argv, " ")).Replace(unitText)
	reload := func(ctx context.Context) error { return s.call(ctx, "systemctl", "daemon-reload") }
	u.add(reload) // after the unit is gone again
	if err := s.define(unitFile, text, 0o644, u); err != nil {
		return err
	}
	if err := reload(ctx); err != nil {
		return err
	}
	u.add(func(ctx context.Context) error { return s.call(ctx, "systemctl", "disable", unitName) })
	if err := s.call(ctx, "systemctl", "enable", unitName); err != nil {
		return err
	}
	u.add(func(ctx context.Context) error { return s.call(ctx, "systemctl", "stop", unitName) })
	return s.call(ctx, "systemctl", "start", unitName)
}

// quoteUnit quotes a word for a unit file (systemd.service(5), "Command lines").
func quoteUnit(s string) string {
	s = strings.NewReplacer("%", "%%", "$", "$$").Replace(s)
	if s != "" && !strings.ContainsAny(s, " \t\n\"'\\;") {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func (s systemd) remove(ctx context.Context) error {
	stop := s.call(ctx, "systemctl", "stop", unitName)
	disable := s.call(ctx, "systemctl", "disable", unitName)
	if err := errors.Join(stop, disable); err != nil {
		return err
	}
	return errors.Join(s.discard(unitFile), s.call(ctx, "systemctl", "daemon-reload"))
}

func (s systemd) startNow(ctx context.Context) error {
	return s.call(ctx, "systemctl", "start", unitName)
}

func (s systemd) stopNow(ctx context.Context) error {
	return s.call(ctx, "systemctl", "stop", unitName)
}

func (s systemd) clear(ctx context.Context) {
	_ = s.call(ctx, "systemctl", "daemon-reload")
	_ = s.remove(ctx)
	s.discardDefinition(unitFile)
	_ = s.call(ctx, "systemctl", "daemon-reload")
}

func (s systemd) said(ctx context.Context) string {
	return s.output(ctx, "journalctl", "--unit", unitName, "--output", "cat", "--lines", "50", "--no-pager")
}

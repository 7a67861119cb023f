package connector

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// openRC is the service manager of Alpine and Gentoo.
type openRC struct{ caller }

const (
	initFile = "/etc/init.d/cloudflared"
	initLog  = "/var/log/cloudflared.log"
)

const openRCText = `#!/sbin/openrc-run
# MARK

name="cloudflared"
description="The connector of a Cloudflare Tunnel"
supervisor="supervise-daemon"
respawn_delay=5
command=PROGRAM
command_args=ARGS
output_log="LOG"
error_log="LOG"

depend() {
	need net
	after firewall
}
`

func (openRC) name() string    { return "OpenRC" }
func (openRC) start() string   { return "sudo rc-service cloudflared start" }
func (openRC) enable() string  { return "sudo rc-update add cloudflared default" }
func (openRC) keyFile() string { return linuxKey }

func (o openRC) find() (*service, error) {
	out, text, err := readInit(o.sys)
	if out == nil || err != nil {
		return nil, err
	}
	for line := range strings.Lines(text) {
		k, v, _ := strings.Cut(strings.TrimSpace(line), "=")
		words := splitWords(v)
		if len(words) == 0 {
			continue
		}
		switch k {
		case "command":
			out.argv = append([]string{words[0]}, out.argv...)
		case "command_args":
			out.argv = append(out.argv, splitWords(words[0])...)
		}
	}
	levels, _ := filepath.Glob(o.sys.path("/etc/runlevels/*/cloudflared"))
	out.atBoot = len(levels) > 0
	return out, nil
}

// readInit reads an init script; nil when there is none.
func readInit(sys System) (*service, string, error) {
	b, err := os.ReadFile(sys.path(initFile))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, "", nil
	case errors.Is(err, os.ErrPermission):
		return &service{}, "", nil // it is there, which is what matters
	case err != nil:
		return nil, "", err
	}
	out := &service{}
	out.readMarks(string(b))
	return out, string(b), nil
}

func (o openRC) active(ctx context.Context) (bool, error) {
	return o.succeeds(ctx, "rc-service", "cloudflared", "status")
}

func (o openRC) install(ctx context.Context, p plan, u *undo) error {
	argv := p.argv(true) // it is started again after an update
	// The shell reads the assignment once, supervise-daemon reads the words in
	// it again: hence two layers of quotes.
	text := strings.NewReplacer("MARK", p.marks(), "PROGRAM", quoteAlways(argv[0]), "ARGS", quoteAlways(quoteAll(argv[1:])), "LOG", initLog).Replace(openRCText)
	o.newLogs(u, initLog)
	if err := o.define(initFile, text, 0o755, u); err != nil {
		return err
	}
	u.add(func(ctx context.Context) error { return o.call(ctx, "rc-update", "delete", "cloudflared", "default") })
	if err := o.call(ctx, "rc-update", "add", "cloudflared", "default"); err != nil {
		return err
	}
	u.add(func(ctx context.Context) error { return o.call(ctx, "rc-service", "cloudflared", "stop") })
	return o.call(ctx, "rc-service", "cloudflared", "start")
}

func quoteAlways(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func (o openRC) remove(ctx context.Context) error {
	stop := o.call(ctx, "rc-service", "cloudflared", "stop")
	if err := errors.Join(stop, o.call(ctx, "rc-update", "delete", "cloudflared", "default")); err != nil {
		return err
	}
	return o.discard(initFile, initLog)
}

func (o openRC) startNow(ctx context.Context) error {
	return o.call(ctx, "rc-service", "cloudflared", "start")
}

func (o openRC) stopNow(ctx context.Context) error {
	return o.call(ctx, "rc-service", "cloudflared", "stop")
}

func (o openRC) clear(ctx context.Context) {
	_ = o.remove(ctx)
	o.discardDefinition(initFile)
}

func (o openRC) said(context.Context) string { return o.tail(initLog) }

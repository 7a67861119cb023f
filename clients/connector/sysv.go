package connector

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// sysV is what Linux systems without systemd and OpenRC have: a script, and
// links to it for each run level.
type sysV struct{ caller }

const (
	upLink   = "S50cloudflared"
	downLink = "K02cloudflared"

	linkTarget = "../init.d/cloudflared"
)

// The script waits until the program has ended before it reports so, unlike
// cloudflared's own, which gives up after one second where /bin/sh is dash.
const sysVText = `#!/bin/sh
# MARK
### BEGIN INIT INFO
# Provides:          cloudflared
# Required-Start:    $network $remote_fs
# Required-Stop:     $network $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: The connector of a Cloudflare Tunnel
### END INIT INFO

pidfile=/var/run/cloudflared.pid
log=LOG
alone=$(command -v setsid) # away from the terminal of whoever starts it

running() {
	[ -s "$pidfile" ] && kill -0 "$(cat "$pidfile")" 2>/dev/null
}

start() {
	if running; then
		echo "cloudflared runs already"
		return 0
	fi
	$alone COMMAND </dev/null >>"$log" 2>&1 &
	echo $! >"$pidfile"
	echo "cloudflared was started"
}

stop() {
	if running; then
		kill "$(cat "$pidfile")"
		left=40
		while running && [ "$left" -gt 0 ]; do
			sleep 1
			left=$((left - 1))
		done
		if running; then
			kill -9 "$(cat "$pidfile")"
		fi
	fi
	rm -f "$pidfile"
	echo "cloudflared was stopped"
}

case "$1" in
start) start ;;
stop) stop ;;
restart) stop && start ;;
status)
	if running; then
		echo "cloudflared runs"
	else
		echo "cloudflared does not run"
		exit 3
	fi
	;;
*)
	echo "Usage: $0 start|stop|restart|status"
	exit 2
	;;
esac
`

func (sysV) name() string    { return "init scripts" }
func (sysV) start() string   { return "sudo " + initFile + " start" }
func (sysV) enable() string  { return "sudo update-rc.d cloudflared defaults" }
func (sysV) keyFile() string { return linuxKey }

func (s sysV) find() (*service, error) {
	out, text, err := readInit(s.sys)
	if out == nil || err != nil {
		return nil, err
	}
	for line := range strings.Lines(text) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "$alone ")
		line = strings.TrimPrefix(line, "cmd=") // as in cloudflared's own script
		words := splitWords(line)
		if len(words) == 1 {
			words = splitWords(words[0])
		}
		if len(words) > 2 && strings.HasPrefix(words[0], "/") && strings.Contains(line, " tunnel ") {
			out.argv = untilRedirect(words)
			break
		}
	}
	for _, name := range []string{upLink, "S50et", "S??cloudflared"} {
		links, _ := filepath.Glob(s.sys.path("/etc/rc?.d/" + name))
		out.atBoot = out.atBoot || len(links) > 0
	}
	return out, nil
}

func untilRedirect(words []string) []string {
	for i, w := range words {
		if w == "&" || strings.HasPrefix(w, "<") || strings.HasPrefix(w, ">") || strings.HasPrefix(w, "2>") {
			return words[:i]
		}
	}
	return words
}

func (s sysV) active(ctx context.Context) (bool, error) {
	return s.succeeds(ctx, s.sys.path(initFile), "status")
}

func (s sysV) install(ctx context.Context, p plan, u *undo) error {
	// Nothing would start it again after an update.
	text := strings.NewReplacer("MARK", p.marks(), "COMMAND", quoteAll(p.argv(false)), "LOG", initLog).Replace(sysVText)
	s.newLogs(u, initLog)
	if err := s.define(initFile, text, 0o755, u); err != nil {
		return err
	}
	for file, target := range s.links() {
		if s.sys.exists(file) {
			return problemInTheWay(file)
		}
		if err := os.Symlink(target, s.sys.path(file)); err != nil {
			return problemWrite(file, err)
		}
		u.addRemove(s.sys.path(file))
	}
	u.add(func(ctx context.Context) error { return s.call(ctx, s.sys.path(initFile), "stop") })
	return s.call(ctx, s.sys.path(initFile), "start")
}

// links are those of the run levels that this system has.
func (s sysV) links() map[string]string {
	out := map[string]string{}
	for level, name := range map[string]string{"0": downLink, "1": downLink, "2": upLink, "3": upLink, "4": upLink, "5": upLink, "6": downLink} {
		dir := "/etc/rc" + level + ".d"
		if s.sys.exists(dir) {
			out[dir+"/"+name] = linkTarget
		}
	}
	return out
}

func (s sysV) remove(ctx context.Context) error {
	if err := s.call(ctx, s.sys.path(initFile), "stop"); err != nil {
		return err
	}
	var errs []error
	for file := range s.links() {
		errs = append(errs, s.discard(file))
	}
	return errors.Join(append(errs, s.discard(initFile, initLog))...)
}

func (s sysV) startNow(ctx context.Context) error {
	return s.call(ctx, s.sys.path(initFile), "start")
}

func (s sysV) stopNow(ctx context.Context) error { return s.call(ctx, s.sys.path(initFile), "stop") }

func (s sysV) clear(ctx context.Context) {
	_ = s.remove(ctx)
	for file := range s.links() {
		if target, err := os.Readlink(s.sys.path(file)); err == nil && target == linkTarget {
			_ = s.discard(file)
		}
	}
	s.discardDefinition(initFile)
}

func (s sysV) said(context.Context) string { return s.tail(initLog) }

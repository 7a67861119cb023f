package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.test/wizard/steps"
)

// options is the command line.
type options struct {
	addr     string
	data     string
	open     bool
	demo     bool
	world    string
	worldOut string
	hosts    names
	level    slog.Level
	idle     time.Duration
	json     bool
	readOnly bool // only look: a running wizard is not in the way

	// around stands before the store; nil but in tests, which stop there.
	around func(steps.Store) steps.Store
	// now is the engine's clock, by which a look is fresh; nil but in tests.
	now func() time.Time
	// leaveIn is how long the goodbye to plex.tv may take; the usual when it is 0.
	leaveIn time.Duration
	// try is the most that one request to Cloudflare may take; the usual when it is 0.
	try time.Duration
}

// names is a flag that may be given several times.
type names []string

func (n *names) String() string     { return strings.Join(*n, ",") }
func (n *names) Set(v string) error { *n = append(*n, v); return nil }

// errUsage means that the command line is wrong; the reason has been printed.
var errUsage = errors.New("see wizard help")

func parse(command string, args []string, stderr io.Writer) (options, error) {
	o := options{level: slog.LevelWarn}
	f := flag.NewFlagSet("wizard "+command, flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() { fmt.Fprint(stderr, usage) }
	f.StringVar(&o.addr, "addr", "127.0.0.1:8080", "")
	f.StringVar(&o.data, "data", "", "")
	f.BoolVar(&o.open, "open", true, "")
	f.BoolVar(&o.demo, "demo", false, "")
	f.StringVar(&o.world, "world", "", "")
	f.StringVar(&o.worldOut, "world-out", "", "")
	f.Var(&o.hosts, "allow-host", "")
	f.DurationVar(&o.idle, "idle", 30*time.Minute, "")
	f.TextVar(&o.level, "log-level", slog.LevelWarn, "")
	if command == "check" {
		o.readOnly = true
		f.BoolVar(&o.json, "json", false, "")
	}
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return o, err
	} else if err != nil {
		return o, errUsage
	}
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("%q is not understood: %w", f.Arg(0), errUsage)
	case o.demo && o.world != "":
		return o, errors.New("-demo brings its own world; use it without -world")
	case o.worldOut != "" && !o.demo:
		return o, errors.New("-world-out writes the world of -demo; use both")
	}
	for _, h := range o.hosts {
		if h == "" || strings.ContainsAny(h, ":*/ ") {
			return o, fmt.Errorf("-allow-host %s: give one name without port, such as nas.lan", h)
		}
	}
	host, port, err := net.SplitHostPort(o.addr)
	if err != nil {
		return o, fmt.Errorf("-addr %s: %w", o.addr, err)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return o, fmt.Errorf("-addr %s: the port is not a number from 0 to 65535", o.addr)
	}
	if host != "localhost" && host != "127.0.0.1" && host != "::1" {
		return o, fmt.Errorf("-addr %s is not on this computer only. The wizard holds the keys to your account, so it serves 127.0.0.1 and [::1]; from another computer, forward the port: ssh -N -L 8080:127.0.0.1:8080 USER@HOST", o.addr)
	}
	if o.data == "" {
		if o.data, err = defaultData(o.demo); err != nil {
			return o, err
		}
	}
	return o, nil
}

// underSudo keeps what root makes out of the person's home: sudo leaves $HOME as
// it is on macOS, and with -E anywhere, and a folder of root's there would shut
// out the person and their other programs. root's own home takes its place.
func underSudo(base, person, root string) string {
	if rest, inside := strings.CutPrefix(base, person); inside && person != "" && root != "" && person != root && strings.HasPrefix(rest, string(filepath.Separator)) {
		return root + rest
	}
	return base
}

// homeOf is the home of a user by number; empty when that is nobody.
func homeOf(uid string) string {
	u, err := user.LookupId(uid)
	if err != nil || uid == "" {
		return ""
	}
	return filepath.Clean(u.HomeDir)
}

// defaultData is the folder for this program in the place that the system has
// for such folders. The demonstration has its own.
func defaultData(demo bool) (string, error) {
	base, err := os.UserConfigDir()
	if err == nil && os.Geteuid() == 0 {
		base = underSudo(base, homeOf(os.Getenv("SUDO_UID")), homeOf("0"))
	}
	if local := os.Getenv("LOCALAPPDATA"); local != "" && filepath.Separator == '\\' {
		base, err = local, nil // not the roaming profile
	}
	if err != nil {
		return "", fmt.Errorf("this system names no folder for settings; give one with -data DIR: %w", err)
	}
	name := "plex-tunnel-wizard"
	if demo {
		name += "-demo"
	}
	return filepath.Join(base, name), nil
}

package connector_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.test/wizard/clients/connector"
	simconnector "example.test/wizard/sim/connector"
	"example.test/wizard/sim/releases"
)

// box is a pretend computer: a root of its own, and programs of the system that
// start the stand-in where the real ones would start cloudflared.
type box struct {
	t     *testing.T
	world *world
	root  string
	port  string

	mu      sync.Mutex
	calls   []string
	failAt  string // the call that fails, from its beginning
	stop    context.CancelFunc
	stopped chan struct{}
	active  bool
	has     []string // programs that Look finds
	guarded bool     // only administrators may change a program
	journal buffer
}

var errNoProgram = errors.New("no such program")

func newBox(t *testing.T, w *world) *box {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, ln.Close())
	b := &box{t: t, world: w, root: t.TempDir(), port: ln.Addr().String()}
	t.Cleanup(b.end)
	return b
}

// folders makes folders of the pretend root.
func (b *box) folders(dirs ...string) {
	for _, d := range dirs {
		must(b.t, os.MkdirAll(filepath.Join(b.root, d), 0o755))
	}
}

// file writes a file of the pretend root.
func (b *box) file(path, content string) {
	b.folders(filepath.Dir(path))
	must(b.t, os.WriteFile(filepath.Join(b.root, path), []byte(content), 0o644))
}

// Look implements connector.Runner.
func (b *box) Look(name string) (string, error) {
	if slices.Contains(b.has, name) {
		return "/usr/bin/" + name, nil
	}
	return "", errNoProgram
}

// Run implements connector.Runner.
func (b *box) Run(ctx context.Context, c connector.Command) (connector.Result, error) {
	if strings.HasPrefix(filepath.Base(c.Argv[0]), "cloudflared") && c.Argv[1] == "version" {
		out, err := exec.CommandContext(ctx, c.Argv[0], c.Argv[1:]...).Output()
		return connector.Result{Stdout: string(out)}, err
	}
	call := strings.ReplaceAll(strings.Join(c.Argv, " "), b.root, "")
	b.mu.Lock()
	b.calls = append(b.calls, call)
	fails := b.failAt != "" && strings.HasPrefix(call, b.failAt)
	b.mu.Unlock()
	if fails {
		return connector.Result{Code: 1, Stderr: "it does not please me"}, nil
	}
	for verb, link := range map[string]string{
		"systemctl enable": "/etc/systemd/system/multi-user.target.wants/cloudflared.service", "rc-update add": "/etc/runlevels/default/cloudflared",
	} {
		if strings.HasPrefix(call, verb) {
			b.file(link, "")
		}
	}
	for verb, link := range map[string]string{
		"systemctl disable": "/etc/systemd/system/multi-user.target.wants", "rc-update delete": "/etc/runlevels",
	} {
		if strings.HasPrefix(call, verb) {
			must(b.t, os.RemoveAll(filepath.Join(b.root, link)))
		}
	}
	switch {
	case regexp.MustCompile(`is-active|cloudflared status|launchctl print`).MatchString(call):
		b.mu.Lock()
		defer b.mu.Unlock()
		if !b.active {
			return connector.Result{Code: 3}, nil
		}
		return connector.Result{Stdout: "state = running"}, nil
	case strings.HasPrefix(call, "journalctl"):
		return connector.Result{Stdout: b.journal.String()}, nil
	case regexp.MustCompile(`\b(start|bootstrap|kickstart)\b`).MatchString(call):
		b.begin()
	case regexp.MustCompile(`\b(stop|bootout|kill)\b`).MatchString(call):
		b.end()
	}
	return connector.Result{}, nil
}

// begin starts the service: the stand-in, with the key that lies where the definition says.
func (b *box) begin() {
	definition := ""
	for _, f := range []string{"/etc/systemd/system/cloudflared.service", "/etc/init.d/cloudflared", "/Library/LaunchDaemons/com.cloudflare.cloudflared.plist"} {
		if text, err := os.ReadFile(filepath.Join(b.root, f)); err == nil {
			definition = string(text)
		}
	}
	key := regexp.MustCompile(`/[A-Za-z/ .]*/token(-[a-z-]+)?\b`).FindString(definition)
	token, err := os.ReadFile(filepath.Join(b.root, key))
	if key == "" || err != nil {
		b.t.Errorf("the service has no key: %v\n%s", err, definition)
		return
	}
	if !strings.Contains(definition, b.port) {
		b.t.Errorf("the service does not listen at %s:\n%s", b.port, definition)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	b.mu.Lock()
	b.stop, b.stopped, b.active = cancel, done, true
	b.mu.Unlock()
	log := io.Writer(&b.journal)
	if file := map[bool]string{true: "/Library/Logs/com.cloudflare.cloudflared.err.log", false: "/var/log/cloudflared.log"}[strings.Contains(definition, "plist")]; !strings.Contains(definition, "[Unit]") {
		b.folders(filepath.Dir(file))
		f, err := os.Create(filepath.Join(b.root, file))
		must(b.t, err)
		log = f
	}
	go func() {
		defer close(done)
		err := simconnector.Run(ctx, simconnector.Options{
			Token: strings.TrimSpace(string(token)), Edges: b.world.edge.ConnectorAddrs(), CAFile: b.world.edge.CAFile(), Metrics: b.port, Speed: 200, Stderr: log, Version: b.release(),
		})
		if err != nil {
			b.t.Errorf("the stand-in: %v", err)
		}
		if f, ok := log.(io.Closer); ok {
			must(b.t, f.Close())
		}
	}()
}

// release is the version of the program that is in place, when it is an older one.
func (b *box) release() string {
	text, err := os.ReadFile(filepath.Join(b.root, beside))
	if err != nil {
		text, err = os.ReadFile(filepath.Join(b.root, program))
	}
	must(b.t, err)
	_, v, _ := strings.Cut(string(text), "STANDIN_VERSION=")
	v, _, _ = strings.Cut(v, " ")
	return v
}

func (b *box) end() {
	b.mu.Lock()
	stop, done := b.stop, b.stopped
	b.stop, b.active = nil, false
	b.mu.Unlock()
	if stop != nil {
		stop()
		<-done
	}
}

func (b *box) called() []string { b.mu.Lock(); defer b.mu.Unlock(); return slices.Clone(b.calls) }

// tree lists all files of the root with their modes.
func (b *box) tree() string {
	var out bytes.Buffer
	must(b.t, filepath.WalkDir(b.root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && path != b.root {
			out.WriteString(info.Mode().String() + " " + strings.TrimPrefix(path, b.root) + "\n")
		}
		return err
	}))
	return out.String()
}

func (b *box) mode(path string) fs.FileMode {
	info, err := os.Lstat(filepath.Join(b.root, path))
	if err != nil {
		b.t.Errorf("%v", err)
		return 0
	}
	return info.Mode().Perm()
}

func (b *box) read(path string) string {
	text, err := os.ReadFile(filepath.Join(b.root, path))
	must(b.t, err)
	return string(text)
}

// config is the wizard on this box.
func (b *box) config(goos string, elevated bool) connector.Config {
	cfg := b.world.config()
	cfg.Mode, cfg.Args, cfg.Run = connector.ModeInstall, []string{"--metrics", b.port}, b
	cfg.System = connector.System{GOOS: goos, GOARCH: "amd64", Root: b.root, Elevated: elevated, Executable: "/home/robin/wizard app", Ports: []string{b.port}}
	cfg.System.Guarded = func(string) bool { return b.guarded }
	return cfg
}

// systems are the kinds of system that the tests go through.
var systems = map[string]struct {
	goos    string
	folders []string // what tells the kind
	unit    string
	mode    fs.FileMode
	key     string
	calls   []string // of an installation
	remove  []string // of a removal
	fails   []string // each of these calls is made to fail once
}{
	"systemd": {
		"linux",
		[]string{"/run/systemd/system", "/etc/systemd/system"},
		"/etc/systemd/system/cloudflared.service", 0o644, "/etc/cloudflared/token",
		[]string{"systemctl daemon-reload", "systemctl enable cloudflared.service", "systemctl start cloudflared.service"},
		[]string{"systemctl stop cloudflared.service", "systemctl disable cloudflared.service", "systemctl daemon-reload"},
		[]string{"systemctl enable", "systemctl start"},
	},
	"OpenRC": {
		"linux",
		[]string{"/sbin/openrc-run", "/etc/init.d"},
		"/etc/init.d/cloudflared", 0o755, "/etc/cloudflared/token",
		[]string{"rc-update add cloudflared default", "rc-service cloudflared start"},
		[]string{"rc-service cloudflared stop", "rc-update delete cloudflared default"},
		[]string{"rc-update add", "rc-service cloudflared start"},
	},
	"init scripts": {
		"linux",
		[]string{"/etc/init.d", "/etc/rc0.d", "/etc/rc2.d", "/etc/rc3.d", "/etc/rc6.d"},
		"/etc/init.d/cloudflared", 0o755, "/etc/cloudflared/token",
		[]string{"/etc/init.d/cloudflared start"},
		[]string{"/etc/init.d/cloudflared stop"},
		[]string{"/etc/init.d/cloudflared start"},
	},
	"launchd": {
		"darwin",
		[]string{"/Library/LaunchDaemons"},
		"/Library/LaunchDaemons/com.cloudflare.cloudflared.plist", 0o644, "/Library/Application Support/com.cloudflare.cloudflared/token",
		[]string{"launchctl enable system/com.cloudflare.cloudflared", "launchctl bootstrap system /Library/LaunchDaemons/com.cloudflare.cloudflared.plist"},
		[]string{"launchctl bootout system/com.cloudflare.cloudflared"},
		[]string{"launchctl enable", "launchctl bootstrap"},
	},
}

// eachSystem runs a test on every kind of system.
func eachSystem(t *testing.T, test func(t *testing.T, kind string, b *box)) {
	worlds := map[string]*world{}
	for kind, s := range systems {
		if worlds[s.goos] == nil {
			worlds[s.goos] = newWorld(t, releases.Config{GOOS: s.goos, GOARCH: "amd64"})
		}
		t.Run(kind, func(t *testing.T) {
			w := *worlds[s.goos]
			w.t, w.dir = t, t.TempDir()
			b := newBox(t, &w)
			b.folders(s.folders...)
			test(t, kind, b)
		})
	}
}

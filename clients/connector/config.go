package connector

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
)

// How the connector is run.
const (
	ModeInstall = "install" // as a service of the system
	ModeChild   = "child"   // as a child process of the wizard
)

// Config of a Host. Only DataDir is required.
type Config struct {
	DataDir   string   // the wizard's own folder; the connector's things are in "connector" below it
	Mode      string   // ModeInstall or ModeChild; empty is ModeInstall
	Releases  string   // base URL of GitHub's API; empty is the real one
	API       string   // base URL of Cloudflare's API, whose port is tried; empty is the real one
	Program   string   // a cloudflared that is there, used by ModeChild instead of a download; empty downloads
	Args      []string // placed after "tunnel": --edge, --cacert, --protocol for an edge on loopback
	EdgeAddrs []string // host:port tried instead of port 7844 of the two regions; nil takes the --edge of Args

	HTTP   *http.Client // for GitHub; nil is one of its own
	Lookup func(ctx context.Context, name string) ([]netip.Addr, error)
	Dial   func(ctx context.Context, network, addr string) (net.Conn, error)
	Probe  time.Duration // the longest that one probe of a way out may take; zero is 5 s

	// Patience is how long an installation watches the connector join; zero is
	// 60 s. What takes longer is waited for by the step, which looks again.
	Patience time.Duration

	Log    *slog.Logger
	Now    func() time.Time
	Pace   float64 // how much faster than life waits pass; zero is 1
	Run    Runner  // nil runs programs
	System System  // the zero System is this computer
}

// Host is cloudflared on this computer.
type Host struct {
	cfg  Config
	sys  System
	http *http.Client
	own  bool // http is ours to close

	files    files
	local    *http.Client // for health servers on loopback
	child    *child       // nil unless ModeChild
	manager  manager      // nil in ModeChild, and where no service manager was found
	versions versionCache
	newest   newestCache
	actives  activeCache
	retry    retry.Policy  // of questions to GitHub and of downloads
	installs chan struct{} // holds one token while an installation or removal runs
	probing  chan struct{} // holds one token while probes run
	egress   steps.Egress  // written by the holder of probing
}

var _ steps.ConnectorHost = (*Host)(nil)

// New describes the connector of this computer. It starts nothing; see Resume.
func New(cfg Config) *Host {
	if cfg.Mode == "" {
		cfg.Mode = ModeInstall
	}
	if cfg.Releases == "" {
		cfg.Releases = "https://api.github.com"
	}
	if cfg.API == "" {
		cfg.API = "https://api.cloudflare.com"
	}
	if cfg.EdgeAddrs == nil {
		cfg.EdgeAddrs = edgesOf(cfg.Args)
	}
	if cfg.Lookup == nil {
		cfg.Lookup = func(ctx context.Context, name string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", name)
		}
	}
	if cfg.Dial == nil {
		cfg.Dial = new(net.Dialer).DialContext
	}
	if cfg.Probe == 0 {
		cfg.Probe = 5 * time.Second
	}
	if cfg.Patience == 0 {
		cfg.Patience = time.Minute
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Pace <= 0 {
		cfg.Pace = 1
	}
	if cfg.Run == nil {
		cfg.Run = programs{}
	}
	h := &Host{
		cfg: cfg, sys: cfg.System.orThis(), http: cfg.HTTP, local: newLocalClient(), retry: retry.New(cfg.Pace),
		installs: make(chan struct{}, 1), probing: make(chan struct{}, 1),
	}
	if h.http == nil {
		h.http, h.own = newDownloadClient(), true
	}
	h.files = filesIn(cfg.DataDir, h.sys.GOOS)
	if cfg.Mode == ModeChild {
		h.child = newChild(h)
	} else {
		h.manager = findManager(h.sys, cfg.Run)
	}
	return h
}

// edgesOf takes the values of --edge out of a list of arguments, each once.
func edgesOf(args []string) []string {
	var out []string
	seen := map[string]bool{}
	add := func(list string) {
		for addr := range strings.SplitSeq(list, ",") {
			if addr != "" && !seen[addr] {
				seen[addr] = true
				out = append(out, addr)
			}
		}
	}
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--edge="); ok {
			add(v)
		} else if a == "--edge" && i+1 < len(args) {
			add(args[i+1])
		}
	}
	return out
}

// wait lets d of life's time pass; false means that ctx has ended.
func (h *Host) wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(h.scaled(d))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// poll waits a moment between two looks at something on this computer.
func poll(ctx context.Context) bool {
	t := time.NewTimer(50 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// scaled is how long d of life's time takes here.
func (h *Host) scaled(d time.Duration) time.Duration { return time.Duration(float64(d) / h.cfg.Pace) }

// Resume starts the connector again if it was installed as a child process by
// an earlier run of the wizard. A process that such a run left behind is stopped
// first. It does not wait until the tunnel is up.
func (h *Host) Resume(ctx context.Context) error {
	h.dropHandover() // what a killed wizard left
	sweep(h.files.dir, ".key-", ".state.json-", ".cloudflared-")
	if h.child == nil || !h.child.installed() {
		return nil
	}
	return h.child.start(ctx)
}

// Close stops a child process in good order, or kills it when ctx ends first.
// A service of the system goes on.
func (h *Host) Close(ctx context.Context) error {
	h.dropHandover()
	var err error
	if h.child != nil {
		err = h.child.stop(ctx)
	}
	h.local.CloseIdleConnections()
	if h.own {
		h.http.CloseIdleConnections()
	}
	return err
}

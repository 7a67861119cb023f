// Package sim is one pretend world: Cloudflare, a registry with name servers
// and resolvers, Cloudflare's edge with a connector, Plex and plex.tv. They
// speak the real protocols on loopback and act on each other, so that the real
// clients walk the whole journey against it. It knows nothing of the wizard.
//
// The parts live in folders of their own; this package joins them, gives them
// one clock and saves their state, so that a stopped world goes on.
package sim

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/sim/dns"
	"example.test/wizard/sim/edge"
	"example.test/wizard/sim/plex"
	"example.test/wizard/sim/releases"
)

// Options says what world to start.
type Options struct {
	Dir   string  // where its state is kept; required
	Speed float64 // how much faster than life it waits; 1 when zero
	// Connector is the program that the pretend releases offer as cloudflared.
	// It must behave as the stand-in when its name begins with "cloudflared".
	Connector string
	Now       func() time.Time
	// Wrap stands before the pretend Cloudflare, Plex, plex.tv, RDAP and releases,
	// for tests that watch or disturb what is said.
	Wrap func(name string, h http.Handler) http.Handler
}

// World is a running pretend world. Its parts may be changed while it runs.
type World struct {
	Cloudflare *cloudflare.API
	DNS        *dns.World
	Edge       *edge.Edge
	Plex       *plex.Server
	PlexTV     *plex.PlexTV
	Releases   *releases.Releases

	opts    Options
	traffic traffic
	servers []*http.Server
	wg      sync.WaitGroup
	file    File

	saving sync.Mutex
	ready  bool // state is saved only once everything was restored
}

// Demo is the domain, the token and the address of the demonstration.
const (
	DemoDomain = dns.DemoDomain
	DemoToken  = "cfut_pretend0token0of0the0demonstration0000000"
	DemoEmail  = "robin@attic-films.com"
)

// Start starts a world, or goes on with the one kept in Dir.
func Start(o Options) (_ *World, err error) {
	if o.Speed <= 0 {
		o.Speed = 1
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wrap == nil {
		o.Wrap = func(_ string, h http.Handler) http.Handler { return h }
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the world's folder: %w", err)
	}
	saved, err := readState(o.Dir)
	if err != nil {
		return nil, err
	}
	w := &World{opts: o}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close())
		}
	}()
	w.Cloudflare = cloudflare.New(w.cloudflareConfig())
	if saved.Cloudflare == nil {
		w.seed()
	} else if err := w.Cloudflare.Restore(saved.Cloudflare); err != nil {
		return nil, fmt.Errorf("restoring Cloudflare: %w", err)
	}
	if err := w.startDNS(saved); err != nil {
		return nil, err
	}
	if err := w.startPlex(saved); err != nil {
		return nil, err
	}
	if w.Edge, err = edge.Start(w.edgeConfig()); err != nil {
		return nil, fmt.Errorf("starting the edge: %w", err)
	}
	if err := w.publish(); err != nil {
		return nil, err
	}
	w.saving.Lock()
	w.ready = true
	w.saving.Unlock()
	w.save()
	return w, nil
}

// File tells where the world is reached.
func (w *World) File() File {
	f := w.file
	f.DNSAddresses = w.DNS.Addresses()
	return f
}

// Close stops everything.
func (w *World) Close() error {
	var errs []error
	for _, s := range w.servers {
		errs = append(errs, s.Close())
	}
	if w.Edge != nil {
		errs = append(errs, w.Edge.Close())
	}
	if w.Plex != nil {
		errs = append(errs, w.Plex.Close())
	}
	if w.PlexTV != nil {
		errs = append(errs, w.PlexTV.Close())
	}
	if w.DNS != nil {
		errs = append(errs, w.DNS.Close())
	}
	w.wg.Wait()
	return errors.Join(errs...)
}

// Writes counts what was changed at Cloudflare, in Plex and at plex.tv.
func (w *World) Writes() int {
	return w.Cloudflare.Writes() + w.Plex.Writes() + w.PlexTV.Writes()
}

func (w *World) startDNS(saved state) (err error) {
	w.DNS, err = dns.Start(dns.Config{
		Now: w.opts.Now, Speed: w.opts.Speed, Cloudflare: w.zoneAtCloudflare, EdgeIPv4: []net.IP{net.IPv4(127, 0, 0, 1)}, Changed: w.save,
	})
	if err != nil {
		return fmt.Errorf("starting the name servers: %w", err)
	}
	if saved.DNS != nil {
		if err := w.DNS.Restore(saved.DNS); err != nil {
			return fmt.Errorf("restoring the name servers: %w", err)
		}
		return nil
	}
	for _, d := range dns.DemoDomains() {
		if err := w.DNS.Register(d); err != nil {
			return fmt.Errorf("registering %s: %w", d.Name, err)
		}
	}
	return nil
}

func (w *World) startPlex(saved state) (err error) {
	wrap := func(name string) func(http.Handler) http.Handler {
		return func(h http.Handler) http.Handler { return w.opts.Wrap(name, h) }
	}
	tv := plex.Config{Addr: saved.PlexTVAddr, Now: w.opts.Now, Speed: w.opts.Speed, Changed: w.save, Wrap: wrap("plex.tv")}
	if w.PlexTV, err = plex.StartPlexTV(tv); err != nil && tv.Addr != "" {
		tv.Addr = "" // somebody else has the port now
		w.PlexTV, err = plex.StartPlexTV(tv)
	}
	if err != nil {
		return fmt.Errorf("starting plex.tv: %w", err)
	}
	if saved.PlexTV != nil {
		if err := w.PlexTV.Restore(saved.PlexTV); err != nil {
			return fmt.Errorf("restoring plex.tv: %w", err)
		}
	}
	c := plex.ServerConfig{
		Addr: saved.PlexAddr, Dir: filepath.Join(w.opts.Dir, "plex"), PlexTV: w.PlexTV, Now: w.opts.Now, Speed: w.opts.Speed, Changed: w.save, Wrap: wrap("Plex"),
		Prefs: map[string]string{"customConnections": "https://attic.lan:32400"},
	}
	if w.Plex, err = plex.StartServer(c); err != nil && c.Addr != "" {
		c.Addr = ""
		w.Plex, err = plex.StartServer(c)
	}
	if err != nil {
		return fmt.Errorf("starting Plex: %w", err)
	}
	if saved.Plex != nil {
		if err := w.Plex.Restore(saved.Plex); err != nil {
			return fmt.Errorf("restoring Plex: %w", err)
		}
	}
	return nil
}

// publish opens the doors that have none of their own and writes down all of them.
func (w *World) publish() error {
	api, err := w.serve(w.opts.Wrap("Cloudflare", w.Cloudflare))
	if err != nil {
		return err
	}
	rdap, err := w.serve(w.opts.Wrap("RDAP", w.DNS.RDAP()))
	if err != nil {
		return err
	}
	w.file = File{
		CloudflareAPI: "http://" + api + "/client/v4", RDAP: "http://" + rdap + "/rdap/",
		Plex: w.Plex.URL(), PlexData: w.Plex.DataDir(), PlexTV: w.PlexTV.URL(),
		Resolvers: w.DNS.Resolvers(), PublicConnect: w.Edge.PublicAddr(), CAFile: w.Edge.CAFile(),
		Connector: "child", ClockSpeed: w.opts.Speed,
	}
	for _, a := range w.Edge.ConnectorAddrs() {
		w.file.ConnectorArgs = append(w.file.ConnectorArgs, "--edge", a)
	}
	w.file.ConnectorArgs = append(w.file.ConnectorArgs, "--cacert", w.Edge.CAFile(), "--protocol", "http2")
	if w.opts.Connector == "" {
		return nil
	}
	if w.Releases, err = releases.New(releases.Config{Program: w.opts.Connector}); err != nil {
		return fmt.Errorf("making the releases: %w", err)
	}
	addr, err := w.serve(w.opts.Wrap("releases", w.Releases))
	w.file.Releases = "http://" + addr
	return err
}

func (w *World) serve(h http.Handler) (addr string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listening: %w", err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	w.servers = append(w.servers, s)
	w.wg.Go(func() { _ = s.Serve(l) }) // ends with ErrServerClosed when Close is called
	return l.Addr().String(), nil
}

// seed fills the account of the demonstration: a person, their account, and a
// token that may do what the nine steps need.
func (w *World) seed() {
	w.Cloudflare.SeedUser(cloudflare.User{Email: DemoEmail})
	w.Cloudflare.SeedAccount(cloudflare.Account{Name: "Robin Ellery’s Account"})
	w.Cloudflare.SeedToken(cloudflare.Token{
		Value: DemoToken, Name: "Plex Tunnel Wizard", ExpiresOn: w.opts.Now().Add(48 * time.Hour),
		Permissions: DemoPermissions(),
	})
}

// DemoPermissions are those of the demonstration's token: what the wizard's link
// asks for, and nothing else. The wizard's tests hold the two against each other.
func DemoPermissions() []cloudflare.Permission {
	return []cloudflare.Permission{
		cloudflare.AccountRead, cloudflare.ZoneEdit, cloudflare.DNSEdit, cloudflare.CacheSettingsEdit, cloudflare.AnalyticsRead, cloudflare.TunnelEdit,
		cloudflare.ZoneWAFEdit, cloudflare.ZoneSettingsEdit, cloudflare.BotManagementEdit, cloudflare.NotificationsEdit, cloudflare.ConfigSettingsEdit,
		cloudflare.UserRead,
	}
}

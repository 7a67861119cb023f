package plex

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"example.test/wizard/steps"
)

// Config says where Plex is and who asks. The zero value means the real world.
type Config struct {
	// Address replaces the search on this computer, such as
	// "https://127.0.0.1:41000", or several with commas between them; empty for
	// the ordinary search.
	Address string
	// PlexTV replaces plex.tv, clients.plex.tv and the sign-in page of
	// app.plex.tv, such as "http://127.0.0.1:41001"; empty for the real ones.
	PlexTV string
	// DataDirs replaces the list of folders in which a server may keep its
	// Preferences.xml; nil for the list of this platform. An empty list that is
	// not nil means nowhere, and the registry and plist are not read either.
	DataDirs []string
	// GDM replaces the addresses that are asked by Plex's own discovery, as
	// host:port of UDP; nil for the usual ones.
	GDM []string
	// Token gives the token that the person put into the environment; nil for none.
	Token func() steps.Secret
	// ClientID names this installation to plex.tv. It must not change between
	// NewPin and SignOut.
	ClientID string
	// Device is how the sign-in is listed in the person's plex.tv account, such
	// as the host name.
	Device string
	// Version of the wizard, as told to plex.tv.
	Version string
	// RootCAs verifies plex.tv; nil for the system's.
	RootCAs *x509.CertPool
	// Now is the clock; nil for [time.Now].
	Now func() time.Time
	// Met is told of every token before it is sent; nil for none.
	Met func(steps.Secret)
	// Pace is the least time between two like questions to plex.tv; a sooner
	// one is answered with the last answer. Zero for one second (three for the
	// list of resources); negative for no limit.
	Pace time.Duration
}

// A Client finds the server and speaks to it and to plex.tv. It holds tokens in
// memory only. It is safe for use by several goroutines.
type Client struct {
	address  []string // host:port of Config.Address; empty for the search
	usual    []string // where a server on this computer listens
	tv       []string
	signIn   string
	dataDirs []string
	native   func() (steps.Secret, string, error) // registry or plist
	gdm      []string
	env      func() steps.Secret
	met      func(steps.Secret)
	clientID string
	device   string
	version  string
	now      func() time.Time
	pace     time.Duration

	lan   *http.Client // guarded, for servers at home
	world *http.Client // for plex.tv
	any   *http.Client // for addresses that the server tells apps; never with a token
	own   func() []netip.Addr

	mu       sync.Mutex
	heard    []heard               // by Plex's own discovery
	listened time.Time             // when it was last asked
	known    map[string]credential // by machine identifier: the one that the server last accepted
	pasted   stored                // what the person pasted, for the server that took it
	signed   ownToken              // the wizard's own sign-in
	former   []ownToken            // those that it took the place of, not given back yet
	pins     map[int64]answeredPin
	listed   map[string]listedResource // by server id
	tried    map[string]triedAnswer    // by URL
	quietTo  time.Time                 // plex.tv asked us to be quiet until then
}

var (
	_ steps.PlexServer = (*Client)(nil)
	_ steps.PlexTV     = (*Client)(nil)

	_ steps.PlexViewers   = (*Client)(nil)
	_ steps.PlexAddresses = (*Client)(nil)
)

// New checks the addresses in cfg and makes a client. It does no I/O.
func New(cfg Config) (*Client, error) {
	c := &Client{
		dataDirs: cfg.DataDirs, gdm: cfg.GDM, env: cfg.Token, met: cfg.Met, clientID: cfg.ClientID,
		device: cfg.Device, version: cfg.Version, now: cfg.Now, pace: cfg.Pace,
		tv:     []string{"https://plex.tv", "https://clients.plex.tv"},
		signIn: "https://app.plex.tv/auth",
		known:  map[string]credential{}, pins: map[int64]answeredPin{}, listed: map[string]listedResource{}, tried: map[string]triedAnswer{},
		own: ownAddresses, usual: []string{"127.0.0.1:" + plexPort, "[::1]:" + plexPort},
	}
	if cfg.Address != "" {
		for one := range strings.SplitSeq(cfg.Address, ",") {
			at, err := parseAddress(one)
			if err != nil {
				return nil, fmt.Errorf("plex: address: %w", err)
			}
			c.address = append(c.address, at)
		}
	}
	if cfg.PlexTV != "" {
		base, err := parseBase(cfg.PlexTV)
		if err != nil {
			return nil, fmt.Errorf("plex: plex.tv address: %w", err)
		}
		c.tv, c.signIn = []string{base}, base+"/auth"
	}
	c.native = nativeToken
	if c.dataDirs != nil {
		c.native = nil
	} else {
		c.dataDirs = dataDirs(runtime.GOOS, "", os.Getenv, movedData())
	}
	if c.gdm == nil {
		c.gdm = []string{"239.0.0.250:32414", "127.0.0.1:32414"}
	}
	if c.env == nil {
		c.env = func() steps.Secret { return steps.Secret{} }
	}
	if c.met == nil {
		c.met = func(steps.Secret) {}
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.pace == 0 {
		c.pace = time.Second
	}
	c.lan = lanClient(func() []netip.Addr { return c.own() })
	c.world = worldClient(cfg.RootCAs)
	c.any = anyClient()
	return c, nil
}

// Close ends idle connections. The client stays usable.
func (c *Client) Close() {
	c.lan.CloseIdleConnections()
	c.world.CloseIdleConnections()
	c.any.CloseIdleConnections()
}

// parseBase accepts https anywhere and http on this computer only, because a
// token is sent there.
func parseBase(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil {
		return "", fmt.Errorf("not a URL")
	}
	local := u.Hostname() == "localhost"
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		local = ip.IsLoopback()
	}
	if u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !local) {
		return "", fmt.Errorf("%s://%s is neither https nor on this computer", u.Scheme, u.Host)
	}
	return u.Scheme + "://" + u.Host + strings.TrimRight(u.Path, "/"), nil
}

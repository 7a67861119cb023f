package plex

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// ServerConfig says what server to pretend. Only Dir is required.
type ServerConfig struct {
	Addr string // loopback host:port; "127.0.0.1:0" when empty
	Dir  string // data directory: Preferences.xml and .LocalAdminToken live here

	FriendlyName  string // "Attic" when empty
	Version       string // a version of 2026 when empty
	MachineUUID   string // raw MachineIdentifier; made up when empty
	Token         string // the server's own PlexOnlineToken; made up when empty
	AccountToken  string // the owner's token that /myplex/account gives away; made up when empty
	LANAddress    string // "192.168.1.5" when empty
	PublicAddress string // "203.0.113.7" when empty
	PlexTV        *PlexTV
	Publishing    Publishing        // PublishAtOnce when empty
	Prefs         map[string]string // values that differ from Plex's defaults at the first start; a Preferences.xml in Dir wins
	NoLanNetworks bool              // the setting LanNetworksBandwidth does not exist, as one owner found in 2026
	Forwarded     ForwardedFor      // which entry of X-Forwarded-For counts; ForwardedFirst when empty
	HostCheck     bool              // exemptions from sign-in also need a Host, Origin and Referer that look local
	GDMAddr       string            // UDP host:port for discovery, "127.0.0.1:0" for any; none when empty
	StartupTime   time.Duration     // how long a restarted server answers 503; 3 s when zero, none when negative
	Now           func() time.Time  // time.Now when nil
	Speed         float64           // divides every delay; 1 when zero
	Changed       func()            // called after every change of state, with no lock held
	Wrap          func(http.Handler) http.Handler
}

// ForwardedFor names how a server reads X-Forwarded-For when its peer has a
// private address. No source tells which entry of a list counts, so both are
// here, and the reading of those who say that the header is ignored.
type ForwardedFor string

// The readings of X-Forwarded-For.
const (
	ForwardedFirst   ForwardedFor = "first"
	ForwardedLast    ForwardedFor = "last"
	ForwardedIgnored ForwardedFor = "ignored"
)

// Account is one person at plex.tv.
type Account struct {
	ID       int    `json:"id"`
	UUID     string `json:"uuid"`
	Username string `json:"username"`
	Title    string `json:"title"`
	Email    string `json:"email"`
	PlexPass bool   `json:"plexPass"`
}

// Config says what plex.tv to pretend. The zero value works.
type Config struct {
	Addr        string        // loopback host:port; "127.0.0.1:0" when empty
	Owner       Account       // owns every server that announces itself; "morgan" with Plex Pass when empty
	Friends     []Account     // accounts with which the servers are shared; one "robin" when nil
	PinLifetime time.Duration // 30 min for strong codes and 15 min for short ones when zero; not divided by Speed: a person has to press a button in it

	Now     func() time.Time // time.Now when nil
	Speed   float64          // divides every delay; 1 when zero
	Changed func()           // called after every change of state, with no lock held
	Wrap    func(http.Handler) http.Handler
}

func (c ServerConfig) withDefaults() (ServerConfig, error) {
	if c.Dir == "" {
		return c, errors.New("pretend Plex server: no data directory given")
	}
	setDefault(&c.Addr, "127.0.0.1:0")
	setDefault(&c.FriendlyName, "Attic")
	setDefault(&c.Version, "1.43.3.10828-1f2a3b4c5")
	setDefault(&c.MachineUUID, newUUID())
	setDefault(&c.Token, newToken(20))
	setDefault(&c.AccountToken, newToken(20))
	setDefault(&c.LANAddress, "192.168.1.5")
	setDefault(&c.PublicAddress, "203.0.113.7")
	setDefault(&c.Publishing, PublishAtOnce)
	setDefault(&c.Forwarded, ForwardedFirst)
	setDefault(&c.StartupTime, 3*time.Second)
	setDefault(&c.Speed, 1)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	if c.GDMAddr != "" {
		if err := needLoopback(c.GDMAddr); err != nil {
			return c, err
		}
	}
	return c, needLoopback(c.Addr)
}

func (c Config) withDefaults() (Config, error) {
	setDefault(&c.Addr, "127.0.0.1:0")
	setDefault(&c.Speed, 1)
	if c.Owner == (Account{}) {
		c.Owner = Account{ID: 4182734, UUID: "7d1c9f0e5b2a4638", Username: "morgan", Title: "Morgan", Email: "morgan@attic-films.example", PlexPass: true}
	}
	if c.Friends == nil {
		c.Friends = []Account{{ID: 9920115, UUID: "b83e60d1f4c75a29", Username: "robin", Title: "Robin", Email: "robin@friends.example"}}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	return c, needLoopback(c.Addr)
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// needLoopback keeps the pretend world off every network.
func needLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("pretend Plex address %q: %w", addr, err)
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.IsLoopback() {
		return fmt.Errorf("pretend Plex address %q is not a loopback address", addr)
	}
	return nil
}

// scaled divides a life-like delay by the speed of the pretend world.
func scaled(d time.Duration, speed float64) time.Duration {
	return time.Duration(float64(d) / speed)
}

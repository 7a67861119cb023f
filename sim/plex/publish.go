package plex

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Publishing says when a change of the server's addresses reaches plex.tv.
// Owners report all of these.
type Publishing string

// The ways of publishing. Each of the three "on" modes names the only remedy
// that helps.
const (
	PublishAtOnce    Publishing = "at-once"
	PublishSlowly    Publishing = "slowly"     // 10 s after whatever causes it
	PublishOnRefresh Publishing = "on-refresh" // PUT /myplex/refreshReachability
	PublishOnToggle  Publishing = "on-toggle"  // Remote Access off and on again
	PublishOnRestart Publishing = "on-restart"
	PublishNever     Publishing = "never" // custom URLs never arrive
)

const slowPublishing = 10 * time.Second

// trigger is what makes a server think of publishing.
type trigger int

const (
	triggerChange trigger = iota
	triggerRefresh
	triggerToggle
	triggerRestart
)

// answers tells whether the trigger publishes, and how long that takes.
func (p Publishing) answers(t trigger) (delay time.Duration, yes bool) {
	switch p {
	case PublishAtOnce:
		return 0, true
	case PublishSlowly:
		return slowPublishing, true
	case PublishOnRefresh:
		return 0, t == triggerRefresh
	case PublishOnToggle:
		return 0, t == triggerToggle
	case PublishOnRestart:
		return 0, t == triggerRestart
	}
	return 0, false
}

// SetPublishing changes when later changes reach plex.tv.
func (s *Server) SetPublishing(p Publishing) {
	s.mu.Lock()
	s.publishing = p
	s.mu.Unlock()
	s.cfg.Changed()
}

// publishChanges is called with the values as they were before a change, and
// with the lock held.
func (s *Server) publishChanges(before map[string]string) {
	relevant := []string{prefCustomConnections, prefRemoteAccess, prefManualMode, prefManualPort, prefRelay, prefSecure, prefFriendlyName}
	for _, id := range relevant {
		if _, ok := before[id]; ok {
			s.publish(triggerChange)
			break
		}
	}
	if old, ok := before[prefRemoteAccess]; ok && old == "0" {
		s.publish(triggerToggle)
	}
}

// publish sends the present connections to plex.tv; the caller holds the lock.
// A server that is signed out cannot.
func (s *Server) publish(t trigger) {
	if s.cfg.PlexTV == nil || s.mood.Unclaimed || s.mood.SignedOut {
		return
	}
	delay, yes := s.publishing.answers(t)
	if !yes {
		return
	}
	due := s.cfg.Now().Add(scaled(delay, s.cfg.Speed))
	s.cfg.PlexTV.publish(s.ownID(), publication{Due: due, Connections: s.connections(true), HTTPSRequired: s.prefs.number(prefSecure) == 0})
}

// Connection is one way to a server, as plex.tv tells the apps.
type Connection struct {
	Protocol string `json:"protocol"`
	Address  string `json:"address"`
	Port     int    `json:"port"`
	URI      string `json:"uri"`
	Local    bool   `json:"local"`
	Relay    bool   `json:"relay"`
	IPv6     bool   `json:"IPv6"`
}

// connections lists what the server would publish now; the caller holds the lock.
func (s *Server) connections(custom bool) []Connection {
	port := s.port()
	var list []Connection
	if !s.mood.NoLAN {
		list = append(list, s.direct(s.cfg.LANAddress, port, true))
	}
	if s.prefs.on(prefRemoteAccess) {
		list = append(list, s.direct(s.cfg.PublicAddress, s.publicPort(), false))
	}
	if custom {
		list = append(list, customConnections(s.prefs.text(prefCustomConnections), s.publicPort())...)
	}
	if s.prefs.on(prefRelay) {
		relay := s.direct("198.51.100.77", 8443, false)
		relay.Relay = true
		list = append(list, relay)
	}
	return list
}

// publicPort is the port of Remote Access, or 32400.
func (s *Server) publicPort() int {
	if s.prefs.on(prefManualMode) {
		return s.prefs.number(prefManualPort)
	}
	if port := s.prefs.number(prefMappedPort); port != 0 {
		return port
	}
	return 32400
}

func (s *Server) direct(ip string, port int, local bool) Connection {
	return plexDirect(ip, port, s.prefs.text(prefCertificate), local)
}

// plexDirect is an address under the name for which Plex has a certificate.
func plexDirect(ip string, port int, hash string, local bool) Connection {
	name := strings.ReplaceAll(ip, ".", "-") + "." + hash + ".plex.direct"
	return Connection{
		Protocol: "https", Address: ip, Port: port, Local: local,
		URI: "https://" + name + ":" + strconv.Itoa(port),
	}
}

// customConnections reads the setting as plex.tv gets it. A URL without a port
// is published with the port of Remote Access instead of 443, which is the
// fault that owners meet most. An entry that follows a space is left out: seen
// with the sister setting LAN Networks, assumed here. A trailing space and a
// trailing slash are tolerated.
func customConnections(list string, defaultPort int) []Connection {
	var out []Connection
	for entry := range strings.SplitSeq(list, ",") {
		if c, ok := customConnection(strings.TrimRight(entry, " "), defaultPort); ok {
			out = append(out, c)
		}
	}
	return out
}

func customConnection(entry string, defaultPort int) (Connection, bool) {
	if strings.HasPrefix(entry, " ") {
		return Connection{}, false
	}
	u, err := url.Parse(entry)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Connection{}, false
	}
	ip, _ := netip.ParseAddr(u.Hostname()) // a name is not an address: the zero Addr says so
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		if ip.Is6() {
			return Connection{}, false // "IPv6 addresses must specify a port"
		}
		port = defaultPort
	}
	c := Connection{
		Protocol: u.Scheme, Address: u.Hostname(), Port: port,
		Local: ip.IsPrivate(), IPv6: ip.Is6(),
	}
	host := u.Hostname()
	if c.IPv6 {
		host = "[" + host + "]"
	}
	c.URI = u.Scheme + "://" + host + ":" + strconv.Itoa(port)
	return c, true
}

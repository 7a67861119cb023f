package edge

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"time"
)

// Config says where the edge finds the state of its world. Every function may be called from many goroutines at once.
// Tunnel, Config and Route are required; the others have a default.
type Config struct {
	// Now is the world's clock; nil is time.Now. It stamps connections and ages the cache. Certificates always use the machine's own clock.
	Now func() time.Time
	// Tunnel tells what a registration must present. Unknown and deleted tunnels are refused with the same words.
	Tunnel func(tunnelID string) (accountTag string, secret []byte, deleted, ok bool)
	// Config is the remote configuration: the object with "ingress", "originRequest" and "warp-routing" (not only the list of rules), durations in
	// whole seconds. A nil configuration means that none was ever made, and nothing is pushed.
	Config func(tunnelID string) (version int, config json.RawMessage)
	// Route is what DNS and the zone's state say for a host name (lower case, no port).
	Route func(host string) Route
	// Policy is what the zone's rules decide about a request; nil allows everything. The request's body must not be read.
	Policy func(*http.Request, Visitor) Verdict
	// Country is the visitor's country, two letters; nil is always "GB".
	Country func(*http.Request) string
	// Address is the visitor's IP address as the edge sees it; nil is 203.0.113.10, because visitors do not come from loopback in life.
	Address func(*http.Request) string
	// Log is told about every answered request, after the last byte.
	Log func(Hit)
	// OriginTimeout is how long the edge waits for the first byte of an answer before it says 524; zero is 100 s, as on the free plan.
	OriginTimeout time.Duration
	// Dir is where ca.pem is written; empty is a temporary folder that Close removes.
	Dir string
}

// RouteKind says where the requests for a host go.
type RouteKind string

// The kinds of route.
const (
	RouteNone   RouteKind = "none"   // no proxied record: 530 with error 1016 in an active zone
	RouteTunnel RouteKind = "tunnel" // a proxied CNAME to <id>.cfargotunnel.com
	RouteOrigin RouteKind = "origin" // a proxied address record
	RouteItself RouteKind = "itself" // a proxied address record with an address of the edge: 403 with error 1000
)

// Route is the way of one host. Without an active zone there is no certificate, and the TLS handshake fails.
type Route struct {
	Kind       RouteKind
	TunnelID   string       // for RouteTunnel
	Origin     http.Handler // for RouteOrigin; nil cannot be reached: 522
	Zone       string       // the zone that holds the host; its certificate covers the zone and one level below
	ZoneActive bool
	MinTLS     uint16 // lowest TLS version accepted, as in crypto/tls; zero is TLS 1.0, Cloudflare's default
}

// Visitor is what the edge knows about who asks.
type Visitor struct {
	IP      string
	Country string
	Ray     string
}

// Action is what the rules decided.
type Action string

// The actions.
const (
	ActionAllow     Action = "allow"
	ActionBlock     Action = "block"           // 403, "Sorry, you have been blocked"
	ActionChallenge Action = "challenge"       // 403 with cf-mitigated: challenge
	ActionAccess    Action = "access-redirect" // 302 to the Access login page
)

// Verdict is the decision about one request. The zero value allows it and changes nothing.
type Verdict struct {
	Action       Action
	RuleID       string
	Location     string // for ActionAccess; empty is a login page at pretend.cloudflareaccess.com
	CacheBypass  bool
	RocketLoader bool
	NoWebSocket  bool        // the zone's WebSockets setting is off: the upgrade is stripped
	Header       http.Header // added to the answer, for example Strict-Transport-Security
}

// Hit is one answered request, for the analytics.
type Hit struct {
	Time        time.Time
	Host        string
	Method      string
	Path        string
	Status      int
	CacheStatus string // as in GraphQL: hit, miss, bypass, dynamic, expired, none (answered by the edge)
	Country     string
	IP          string
	Action      Action
	RuleID      string
	Ray         string
	Bytes       int64 // of the answer's body
}

// Connector is one running cloudflared as the edge sees it.
type Connector struct {
	ID            string
	Version       string
	Arch          string
	Features      []string
	RunAt         time.Time // when its first connection came
	ConfigVersion int       // the newest version that one of its connections has acknowledged; -1 for none
	Conns         []Conn
}

// Conn is one connection of a connector.
type Conn struct {
	ID       string
	Index    int
	Colo     string // data centre, for example lhr01
	OpenedAt time.Time
	OriginIP string // the connector's public address
}

// Reach is how a port behaves.
type Reach string

// The ways a port can behave.
const (
	Open    Reach = "open"
	Refused Reach = "refused" // nothing listens
	Silent  Reach = "silent"  // TCP is accepted and then nothing is ever said; UDP is swallowed
)

// Mood is a fault that a host shows to its visitors.
type Mood string

// The moods.
const (
	MoodNormal           Mood = ""
	MoodChallenge        Mood = "challenge"
	MoodAccess           Mood = "access"
	Mood1016             Mood = "1016"
	Mood1033             Mood = "1033"
	Mood502              Mood = "502"
	Mood522              Mood = "522"
	Mood524              Mood = "524"
	Mood526              Mood = "526"
	MoodRocketLoader     Mood = "rocket-loader"
	MoodNoUpgrade        Mood = "no-upgrade"
	MoodCached           Mood = "cached"       // everything is cached, whatever the origin says
	MoodOtherOrigin      Mood = "other-origin" // another web server answers
	MoodWrongCertificate Mood = "wrong-certificate"
	MoodNoCertificate    Mood = "no-certificate"
)

// lowestTLS is Cloudflare's default for "Minimum TLS Version".
const lowestTLS = tls.VersionTLS10

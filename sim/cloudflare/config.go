package cloudflare

import (
	"time"

	"github.com/miekg/dns"
)

// Config is what the API is told about the rest of the world. Every function may
// be nil; none is called while the API holds its own lock, so all of them may
// call the read side.
type Config struct {
	// Now is the world's clock; nil means time.Now.
	Now func() time.Time
	// Speed is how much faster than life delays pass: 1 (or 0) is life. It divides
	// every delay: looks at the parent, the scan, the hourly limit, rate limits.
	Speed float64
	// Delegation answers the name servers at the parent now: nil if the name is
	// not registered, empty if it is registered without a delegation.
	Delegation func(zone string) []string
	// Registrar names the registrar of a zone, "" if unknown.
	Registrar func(zone string) string
	// Lookup answers what the present authoritative servers of a name say; the
	// DNS scan asks it.
	Lookup func(name string, qtype uint16) []dns.RR
	// Connectors lists the live connectors of a tunnel as the edge sees them.
	Connectors func(tunnelID string) []Connector
	// Disconnect is called when connections of a tunnel are cleaned up; an empty
	// connector means all of them.
	Disconnect func(tunnelID, connectorID string)
	// Configured is called after a tunnel's configuration has changed.
	Configured func(tunnelID string)
	// Traffic answers rows for analytics; an empty host means every host.
	Traffic func(host string, since, until time.Time) []Traffic
	// Changed is called after every successful write, before the reply is sent.
	Changed func()
	// RateLimit is the number of requests allowed in five minutes; 0 means 1200.
	RateLimit int
	// Banned lists names that Cloudflare refuses to add.
	Banned []string
}

// Connector is one running cloudflared of a tunnel.
type Connector struct {
	ID            string // UUID
	Version       string // for example 2026.8.2
	Arch          string // for example linux_amd64
	Features      []string
	RunAt         time.Time
	ConfigVersion int
	Conns         []Connection
}

// Connection is one of a connector's connections to a data centre.
type Connection struct {
	ID               string // UUID
	Colo             string // for example lhr01
	OpenedAt         time.Time
	OriginIP         string
	PendingReconnect bool
}

// Traffic is one row of analytics: visits of one kind within one hour.
type Traffic struct {
	Host        string
	CacheStatus string // hit, miss, bypass, dynamic, none …
	Country     string // ISO 3166 code
	Action      string // block, challenge …; "" or "allow" when no rule acted
	RuleID      string
	Hour        time.Time
	Count       int
	Bytes       int64
}

// User is the person that signs in to the dashboard.
type User struct {
	ID    string `json:"id"`
	Email string `json:"email"`
}

// Account is a Cloudflare account.
type Account struct {
	ID      string    `json:"id"` // 32 hex digits; drawn if empty
	Name    string    `json:"name"`
	Type    string    `json:"type"` // "standard" if empty
	Created time.Time `json:"created_on"`
	// Foreign marks somebody else's account: its zones exist, nobody here sees it.
	Foreign bool `json:"foreign,omitempty"`
	// TeamDomain is the Zero Trust team domain; "" means never enabled.
	TeamDomain string `json:"team_domain,omitempty"`
}

// Token is an API token. A value that begins with cfat_ is an account's token,
// every other one a user's.
type Token struct {
	Value       string       `json:"value"`
	ID          string       `json:"id"` // 32 hex digits; drawn if empty
	Name        string       `json:"name"`
	Status      string       `json:"status"` // active (if empty) or disabled; expiry is by the clock
	Permissions []Permission `json:"permissions"`
	NotBefore   time.Time    `json:"not_before,omitzero"`
	ExpiresOn   time.Time    `json:"expires_on,omitzero"`
	Accounts    []string     `json:"accounts,omitempty"` // account ids; empty means all of the user's
	Zones       []string     `json:"zones,omitempty"`    // zone names; empty means all zones
	Issued      time.Time    `json:"issued_on,omitzero"`
}

// Zone is a zone that exists before the story begins.
type Zone struct {
	Name        string
	Account     string // account id
	Status      string // pending (if empty), active or moved
	Plan        string // free (if empty), pro, business or enterprise
	NameServers []string
}

// Record is a DNS record as a name server would serve it.
type Record struct {
	ID      string
	Name    string // lower case, no final dot
	Type    string
	TTL     int // seconds; 1 is automatic
	Content string
	Proxied bool
	Comment string
}

// AccessApp is a self-hosted Access application.
type AccessApp struct {
	ID     string
	Name   string
	Domain string // host, or host/path
	Type   string
}

package steps

import (
	"context"
	"encoding/json"
	"time"

	"example.test/wizard/steps/zone"
)

// What the steps need of Cloudflare's API, in small pieces. Every method makes
// as few calls as it can, honours ctx, sends each write once, and reports a
// refusal as a *[ServiceError]. Methods that read one object fill in its
// Reading, so that a card can say when and under which ray id it was read.

// Tokens is what step 1 needs.
type Tokens interface {
	// VerifyToken asks the user endpoint or, for an account's token, the
	// account's. It returns [ErrNoToken] when there is none in memory.
	VerifyToken(ctx context.Context) (Token, error)
	// Accounts lists the accounts that the token can see.
	Accounts(ctx context.Context) ([]Account, error)
	// Allowed tries one permission with a harmless read. zoneID may be empty for
	// account permissions. known is false when no read can tell.
	Allowed(ctx context.Context, p Permission, accountID, zoneID string) (allowed, known bool, err error)
	// Refused tells when Cloudflare last refused a change for want of this
	// permission, if none that needs it was allowed since; zero when it did not.
	Refused(p Permission) time.Time
	// Organization returns the Zero Trust team domain, or "" when there is none.
	Organization(ctx context.Context, accountID string) (string, error)
	// UserEmail returns the address of the user, or "" when the token may not tell.
	UserEmail(ctx context.Context) (string, error)
}

// A Token is Cloudflare's answer about the token, never the token itself.
type Token struct {
	ID      string
	Kind    string // "user" or "account"
	Last4   string // dots and the last four characters
	Status  string // "active", "disabled", "expired"
	Expires time.Time
	Reading
}

// An Account is a Cloudflare account.
type Account struct{ ID, Name string }

// A Permission is one row of the token page.
type Permission struct {
	Key  string // of the token link: "zone", "dns", "argotunnel" …
	Type string // "edit" or "read"
	Name string // as the dashboard writes it: "Zone: DNS: Edit"
	Zone bool   // probed on a zone, not on the account
	For  string // the steps that need it: "steps 2 and 5"
	Soft bool   // only an option needs it
	Page bool   // that option is the sign-in page of step 8: looked at when it is wanted
}

// Zones is what step 2 needs to hold a domain.
type Zones interface {
	// FindZone looks for the domain among the zones that the token can see, first
	// of all in this account.
	FindZone(ctx context.Context, accountID, name string) (Zone, bool, error)
	Zone(ctx context.Context, id string) (Zone, error)
	// ActiveZones lists the names of the account's active zones, the first fifty.
	ActiveZones(ctx context.Context, accountID string) ([]string, error)
	// CreateZone adds the domain as a full zone on the free plan.
	CreateZone(ctx context.Context, accountID, name string) (Zone, error)
	// CheckActivation asks Cloudflare to look at the delegation now. On the free
	// plan it may be asked once an hour.
	CheckActivation(ctx context.Context, id string) error
	// SignedWith returns the DS record of the key with which Cloudflare signs the
	// zone, as the parent would hold it; empty when it does not sign.
	SignedWith(ctx context.Context, id string) (string, error)
}

// A Zone as Cloudflare holds it.
type Zone struct {
	ID          string
	Name        string // ASCII, lower case, no final dot
	AccountID   string
	AccountName string
	Status      string // "initializing", "pending", "active", "moved"
	Plan        string
	NameServers []string // the assigned pair, lower case, no final dot
	OldServers  []string // original_name_servers
	Registrar   string   // original_registrar, often empty
	Created     time.Time
	Activated   time.Time
	Paused      bool
	Reading
}

// Records is what steps 2 and 5 need of a zone's records.
type Records interface {
	// Records lists all records of the zone, reading every page.
	Records(ctx context.Context, zoneID string) ([]CloudRecord, error)
	// RecordsNamed lists the records of one name.
	RecordsNamed(ctx context.Context, zoneID, name string) ([]CloudRecord, error)
	// CreateRecords creates all in one call, which succeeds or fails as a whole.
	CreateRecords(ctx context.Context, zoneID string, recs []CloudRecord) error
	// ChangeRecords gives the records with these ids new content in one call.
	ChangeRecords(ctx context.Context, zoneID string, recs []CloudRecord) error
	DeleteRecord(ctx context.Context, zoneID, recordID string) error
	// TriggerScan starts Cloudflare's own search; ScanResults lists what it has
	// found so far. Nothing is added to the zone. RejectScan discards the list.
	TriggerScan(ctx context.Context, zoneID string) error
	ScanResults(ctx context.Context, zoneID string) ([]zone.Record, error)
	RejectScan(ctx context.Context, zoneID string) error
}

// A CloudRecord is a record as Cloudflare holds it. A Type that Cloudflare
// cannot hold makes CreateRecords fail before anything is sent.
type CloudRecord struct {
	ID string
	zone.Record
	Proxied bool
	Comment string // at most 100 characters on the free plan
	Created time.Time
	Reading
}

// Rulesets is what steps 3 and 8 need.
type Rulesets interface {
	// Ruleset reads the zone's rules of one phase. A phase that was never used
	// gives an empty Ruleset without ID and no error.
	Ruleset(ctx context.Context, zoneID, phase string) (Ruleset, error)
	// AddRule appends one rule at the end (index < 0) or before the rule at
	// index of a ruleset that was just read, creating the phase's ruleset when
	// there is none. When dry is true Cloudflare only checks it.
	AddRule(ctx context.Context, zoneID string, to Ruleset, r Rule, index int, dry bool) error
	// ChangeRule replaces the rule with r.ID. index < 0 keeps its place. When dry
	// is true Cloudflare only checks it.
	ChangeRule(ctx context.Context, zoneID, rulesetID string, r Rule, index int, dry bool) error
	DeleteRule(ctx context.Context, zoneID, rulesetID, ruleID string) error
	// DeleteRuleset removes a phase's ruleset with everything in it.
	DeleteRuleset(ctx context.Context, zoneID, rulesetID string) error
}

// Plans is what steps 3 and 8 need to know how many rules there can be.
type Plans interface {
	// ZonePlan is the zone's plan as Cloudflare names it: "Free Website". It hardly
	// ever changes, so an answer of some minutes ago is good enough.
	ZonePlan(ctx context.Context, zoneID string) (string, error)
}

// The phases that the wizard uses.
const (
	PhaseCache  = "http_request_cache_settings"
	PhaseCustom = "http_request_firewall_custom"
	PhaseConfig = "http_config_settings"
)

// A Ruleset is a zone's rules of one phase, in order.
type Ruleset struct {
	ID      string // empty when the phase was never used
	Phase   string
	Version string
	Rules   []Rule
	// Description bears our marker when the phase was never used before us.
	Description string
	Reading
}

// A Rule of a ruleset.
type Rule struct {
	ID          string
	Ref         string
	Description string
	Expression  string
	Action      string          // "block", "set_cache_settings", "set_config" …
	Parameters  json.RawMessage // action_parameters as JSON; nil for none
	Enabled     bool
}

// ZoneSettings is what step 8 needs of the settings of a whole zone.
type ZoneSettings interface {
	Setting(ctx context.Context, zoneID, id string) (ZoneSetting, error)
	ChangeSetting(ctx context.Context, zoneID, id string, value any) error
	// BotFightMode reports whether it is on; it makes Plex apps solve puzzles.
	BotFightMode(ctx context.Context, zoneID string) (bool, error)
	ChangeBotFightMode(ctx context.Context, zoneID string, on bool) error
}

// A ZoneSetting such as browser_check.
type ZoneSetting struct {
	ID       string
	Value    string // text form: "on", "1.2"; JSON for compound values
	Editable bool
	Changed  time.Time
	Reading
}

// Analytics is the GraphQL part.
type Analytics interface {
	// CacheStatuses counts requests to host by cache status in the window.
	CacheStatuses(ctx context.Context, zoneID, host string, since, until time.Time) ([]Count, error)
	// Blocked counts blocked requests to host by rule, country and hour.
	Blocked(ctx context.Context, zoneID, host string, since, until time.Time) ([]Count, error)
}

// ErrNoAnalytics means that this zone's plan does not give these data.
var ErrNoAnalytics error = &Problem{Title: "This plan does not give these figures"}

// A Count of requests.
type Count struct {
	Key     string // cache status, or rule id
	Country string
	Hour    time.Time
	N       int64
	Bytes   int64
}

// Tunnels is what steps 4 and 5 need.
type Tunnels interface {
	// TunnelsNamed lists undeleted tunnels with exactly this name.
	TunnelsNamed(ctx context.Context, accountID, name string) ([]CloudTunnel, error)
	Tunnel(ctx context.Context, accountID, id string) (CloudTunnel, error)
	// CreateTunnel makes a remotely managed tunnel.
	CreateTunnel(ctx context.Context, accountID, name string) (CloudTunnel, error)
	DeleteTunnel(ctx context.Context, accountID, id string) error
	// TunnelToken is what the connector needs to run the tunnel.
	TunnelToken(ctx context.Context, accountID, id string) (Secret, error)
	Connectors(ctx context.Context, accountID, id string) ([]CloudConnector, error)
	// Ingress reads the tunnel's remote configuration. A tunnel that was never
	// configured gives version 0 and no rules.
	Ingress(ctx context.Context, accountID, tunnelID string) (Ingress, error)
	// SaveIngress replaces the configuration.
	SaveIngress(ctx context.Context, accountID, tunnelID string, in Ingress) error
}

// A CloudTunnel as Cloudflare holds it.
type CloudTunnel struct {
	ID, Name string
	Status   string // "inactive", "healthy", "degraded", "down"
	Remote   bool   // configured at Cloudflare, not by a file
	Created  time.Time
	Active   time.Time // conns_active_at
	Reading
}

// A CloudConnector is one running cloudflared of a tunnel.
type CloudConnector struct {
	ID      string
	Version string
	Arch    string
	Since   time.Time // run_at
	Colos   []string  // data centres of its connections, one for each
	IP      string
	Reading
}

// Ingress is a tunnel's remote configuration.
type Ingress struct {
	Version int
	Rules   []IngressRule
	Rest    json.RawMessage // the parts of the configuration that are not ingress, kept as they were
	Reading
}

// An IngressRule sends a host to a service. The last has no host and matches all.
type IngressRule struct {
	Host        string
	Path        string
	Service     string // "https://localhost:32400", "http_status:404"
	NoTLSVerify bool
	Rest        json.RawMessage // the rule as it was read; written back unchanged for others' rules
}

// Alerts is what step 9 needs.
type Alerts interface {
	// AlertTypes lists what this account may be told about, by alert type.
	AlertTypes(ctx context.Context, accountID string) (map[string]AlertType, error)
	AlertPolicies(ctx context.Context, accountID string) ([]AlertPolicy, error)
	CreateAlertPolicy(ctx context.Context, accountID string, p AlertPolicy) (string, error)
	ChangeAlertPolicy(ctx context.Context, accountID string, p AlertPolicy) error
	DeleteAlertPolicy(ctx context.Context, accountID, id string) error
}

// An AlertType is a kind of event.
type AlertType struct {
	Name  string   // as the dashboard shows it
	Needs []string // filters without which Cloudflare refuses a policy: "zones", "project_id"
}

// An AlertPolicy sends mail when something happens.
type AlertPolicy struct {
	ID, Name, Description string
	Type                  string
	Enabled               bool
	Emails                []string
	Filters               map[string][]string // "tunnel_id", "new_status", "zones"
	Created               time.Time
	Reading
}

// Access is what the sign-in page of step 8 needs.
type Access interface {
	// AccessApps lists the account's self-hosted applications; none when Zero
	// Trust was never enabled.
	AccessApps(ctx context.Context, accountID string) ([]AccessApp, error)
	// CreateAccessApp makes one that lets in its addresses and nobody else.
	CreateAccessApp(ctx context.Context, accountID string, a AccessApp) error
	ChangeAccessApp(ctx context.Context, accountID string, a AccessApp) error
	DeleteAccessApp(ctx context.Context, accountID, id string) error
	// Organization returns the Zero Trust team domain, or "" when there is none.
	Organization(ctx context.Context, accountID string) (string, error)
}

// An AccessApp is a sign-in page before a host.
type AccessApp struct {
	ID, Name string
	Host     string
	Session  string   // how long a sign-in lasts, such as "24h"
	Emails   []string // who may in, sorted
	Reading
}

package steps

import "time"

// Settings is what the person chose and the ids that must be remembered. It is
// saved after every action. It never holds the truth about the outside world,
// and never a secret.
type Settings struct {
	Installation string    `json:"installation"` // random, marks everything this installation creates
	Agreed       time.Time `json:"agreed,omitzero"`

	AccountID   string    `json:"account_id,omitzero"`
	AccountName string    `json:"account_name,omitzero"`
	TokenID     string    `json:"token_id,omitzero"` // Cloudflare's id of the token, not the token
	TokenEnds   time.Time `json:"token_ends,omitzero"`

	Domain      string        `json:"domain,omitzero"` // registrable domain, ASCII, lower case
	ZoneID      string        `json:"zone_id,omitzero"`
	ZoneCreated bool          `json:"zone_created,omitzero"` // by us, not adopted
	OldServers  []string      `json:"old_servers,omitzero"`  // name servers before the move
	Signed      Signature     `json:"signed,omitzero"`       // the DS that was at the parent before the move
	Records     RecordChoices `json:"records,omitzero"`
	Deep        bool          `json:"deep,omitzero"`  // ask for about 5000 names instead of 600
	Told        time.Time     `json:"told,omitzero"`  // when the person said that the registrar has the new name servers
	Asked       time.Time     `json:"asked,omitzero"` // when Cloudflare was last asked to look at the delegation
	Story       []Moment      `json:"story,omitzero"` // first sightings while waiting for the delegation

	TunnelName    string `json:"tunnel_name,omitzero"`
	TunnelID      string `json:"tunnel_id,omitzero"`
	TunnelCreated bool   `json:"tunnel_created,omitzero"`
	TunnelAdopt   bool   `json:"tunnel_adopt,omitzero"` // the person agreed to take up a tunnel that was there

	Subdomain    string `json:"subdomain,omitzero"`
	PlexAddress  string `json:"plex_address,omitzero"`   // as typed; empty for this computer
	PlexID       string `json:"plex_id,omitzero"`        // machine identifier that was confirmed
	RecordAdopt  string `json:"record_adopt,omitzero"`   // id of somebody else's record that the person agreed to take over
	RouteMade    string `json:"route_made,omitzero"`     // the host for which we made the route: there was none
	RouteDownFor string `json:"route_down_for,omitzero"` // why the wizard took the route down; empty when it did not

	Former []FormerHost `json:"former,omitzero"` // addresses that were chosen before, until nothing of ours is left there

	RouteBefore  ReplacedRoute  `json:"route_before,omitzero"`  // what was there and was changed with a yes, for undo
	RecordBefore ReplacedRecord `json:"record_before,omitzero"` // the same

	Plex     PlexChoices     `json:"plex,omitzero"`
	Security SecurityChoices `json:"security,omitzero"`
	// ZoneBefore holds settings of the whole domain before our first change, for undo.
	ZoneBefore map[string]string `json:"zone_before,omitzero"`
	Alerts     AlertChoices      `json:"alerts,omitzero"`
	Proof      Proof             `json:"proof,omitzero"` // what the latest change of step 8 must not have broken

	// Pending holds the journal's open intents. The engine fills it in before
	// Inspect and Apply; it is not saved here.
	Pending []Intent `json:"-"`
}

// RecordChoices is what the person decided about single records, by [zone.Record] key.
type RecordChoices struct {
	Skip     []string `json:"skip,omitzero"`     // do not create or change
	Proxy    []string `json:"proxy,omitzero"`    // create as proxied
	Override bool     `json:"override,omitzero"` // show the name servers although mail records differ
	Carried  bool     `json:"carried,omitzero"`  // everything was carried once; what differs since then somebody changed
	Want     []string `json:"want,omitzero"`     // to create or change all the same, once everything was carried
	Many     string   `json:"many,omitzero"`     // the [ManyChanges] that the person said yes to
	Alias    string   `json:"alias,omitzero"`    // what to write at a domain that may follow another name; empty for what is proposed
	Unsigned []string `json:"unsigned,omitzero"` // names below which a key that signs mail is not needed
	Unproven bool     `json:"unproven,omitzero"` // show them although they could not be asked from here
}

// Signature is when a domain that was signed stopped being so.
type Signature struct {
	Domain string        `json:"domain,omitzero"`
	TTL    time.Duration `json:"ttl,omitzero"`  // how long caches keep the DS
	Gone   time.Time     `json:"gone,omitzero"` // first look without it
}

// PlexChoices is what the person decided in step 7, and what stood there before.
type PlexChoices struct {
	RemoteAccessOff bool              `json:"remote_access_off,omitzero"`
	RelayOff        bool              `json:"relay_off,omitzero"`
	Published       time.Time         `json:"published,omitzero"` // when we last wrote our address
	Host            string            `json:"host,omitzero"`      // the host that we told Plex
	Server          string            `json:"server,omitzero"`    // machine identifier of the server whose settings we changed
	Refreshed       time.Time         `json:"refreshed,omitzero"` // when we last asked Plex to publish again
	Toggled         time.Time         `json:"toggled,omitzero"`   // when we last turned Remote Access over
	Before          map[string]string `json:"before,omitzero"`    // preferences before our first change, for undo
}

// SecurityChoices is the wish list of step 8.
type SecurityChoices struct {
	Chosen     bool     `json:"chosen,omitzero"`
	Countries  []string `json:"countries,omitzero"` // ISO 3166-1 alpha-2; empty for no country rule
	Bots       bool     `json:"bots,omitzero"`
	Tor        bool     `json:"tor,omitzero"`
	Expression string   `json:"expression,omitzero"` // the person's own rule; empty for none
	MinTLS     bool     `json:"min_tls,omitzero"`
	HTTPS      bool     `json:"https,omitzero"`
	Integrity  bool     `json:"integrity,omitzero"`  // Browser Integrity Check
	HSTS       bool     `json:"hsts,omitzero"`       // Strict Transport Security
	Fight      bool     `json:"fight,omitzero"`      // Bot Fight Mode, which breaks Plex apps
	NoRewrite  bool     `json:"no_rewrite,omitzero"` // Rocket Loader and rewriting off for the Plex host

	// A second address for browsers, behind Cloudflare's sign-in page.
	Access     bool     `json:"access,omitzero"`
	AccessName string   `json:"access_name,omitzero"` // its label, beside that of the Plex host
	AccessFor  []string `json:"access_for,omitzero"`  // addresses of those who may sign in
}

// AlertChoices is the wish list of step 9.
type AlertChoices struct {
	Chosen bool     `json:"chosen,omitzero"`
	Email  string   `json:"email,omitzero"`
	Types  []string `json:"types,omitzero"` // Cloudflare's alert types
}

// A Moment is something seen for the first time.
type Moment struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
}

// Host is the public host name, or empty while it is not chosen.
func (s Settings) Host() string {
	if s.Domain == "" || s.Subdomain == "" {
		return ""
	}
	return s.Subdomain + "." + s.Domain
}

// Marker is put into every comment, description and name that we create, so
// that it can be found again. Cloudflare allows 100 characters in a comment of
// a DNS record on the free plan.
func (s Settings) Marker() string { return "Plex Tunnel Wizard [" + s.Installation + "]" }

// Ref is the marker for fields that allow only letters, digits and underscores.
func (s Settings) Ref(what string) string { return "ptw_" + s.Installation + "_" + what }

// How far a service's clock and ours may differ, and how long a create may take
// from its intent to the service's own time of creation.
const (
	clockDrift = 2 * time.Minute
	createTime = 10 * time.Minute
)

// pending reports whether something that was made at the given time can be the
// outcome of an attempt of ours whose answer never came. Only what was made
// close to such an attempt counts: a namesake made later is somebody else's.
func (s Settings) pending(step ID, action string, made time.Time) bool {
	for _, in := range s.Pending {
		after := made.Sub(in.At)
		if in.Step == step && in.Action == action && after > -clockDrift && after < createTime {
			return true
		}
	}
	return false
}

package steps

import (
	"context"
	"io"
	"time"

	"example.test/wizard/steps/zone"
)

// What the steps need of DNS, registries, this computer, Plex and the public
// address.

// DNS answers questions to chosen servers, never through this computer's own
// resolver unless it says so.
type DNS interface {
	// Delegation asks each server of the parent zone, without recursion.
	Delegation(ctx context.Context, domain string) (Delegation, error)
	// NameServersSeen asks each public resolver, and the local one, which name
	// servers it believes in.
	NameServersSeen(ctx context.Context, domain string) ([]Sighting, error)
	// AddressesSeen asks each public resolver, and the local one, for A and AAAA.
	AddressesSeen(ctx context.Context, host string) ([]Sighting, error)
	// Find looks for every record of a domain at its authoritative servers.
	// It reports progress as it goes and ends early, with what it has, when ctx ends.
	Find(ctx context.Context, domain string, o FindOptions, report func(zone.Progress)) (Found, error)
	// Answers asks one record set at the given name servers directly and
	// returns what each said.
	Answers(ctx context.Context, servers []string, name, rtype string) ([]zone.Answer, error)
	// ReadZoneFile reads a BIND zone file. Errors name the line.
	ReadZoneFile(r io.Reader, origin string) ([]zone.Record, error)
}

// Found is what was found at the old servers and how complete it is.
type Found = zone.Found

// FindOptions says where to look.
type FindOptions struct {
	Servers []string      // names of the authoritative servers; nil for the parent's delegation
	Deep    bool          // about 5000 names instead of 600
	Extra   []zone.Record // records from elsewhere (zone file, Cloudflare's scan) to ask for as well
}

// A Delegation is what the parent's servers say about a domain.
type Delegation struct {
	Exists  bool           // false: the registry does not know the domain
	Servers []ParentAnswer // one for each server of the parent
	NS      []string       // the union, lower case, sorted, no final dot
	DS      []string       // presentation format; empty when the domain is not signed
	DSTTL   time.Duration
	Reading
}

// A ParentAnswer is what one server of the parent said.
type ParentAnswer struct {
	Server string
	NS     []string
	Err    string // empty when it answered
}

// A Sighting is what one resolver believes.
type Sighting struct {
	Resolver string // "Google, 8.8.8.8"
	ID       string // "google"
	Values   []string
	TTL      time.Duration // how long it will still believe it; zero when it does not say
	Err      string
	GaveUp   bool // it answered that it could not find out (SERVFAIL)
	Local    bool
}

// Registry tells who sold a domain (RDAP, with a guess from name servers when
// the registry has no RDAP).
type Registry interface {
	Registration(ctx context.Context, domain string) (Registration, error)
}

// A Registration as the registry publishes it.
type Registration struct {
	Found     bool
	Registrar string // as the registry writes it
	IANA      int    // 0 when unknown
	Expires   time.Time
	Status    []string // RDAP status values
	Signed    bool
	Guide     RegistrarGuide // how to change the name servers there
	Guessed   bool           // from the names of the name servers, not from the registry
	Reading
}

// A RegistrarGuide tells how to change name servers at one registrar, in its words.
type RegistrarGuide struct {
	Key      string // "namecheap"; "other" for the general text
	Name     string
	URL      string // deep link, with the domain filled in
	Steps    []string
	DNSSEC   []string // how to turn DNSSEC off
	DNSURL   string
	Warnings []string // what ends with the old name servers: mail forwarding and the like
}

// ConnectorHost is cloudflared on this computer.
type ConnectorHost interface {
	// Status looks for a service, a binary and a running connector.
	Status(ctx context.Context) (LocalConnector, error)
	// PreCheck tries the ways out that the connector needs.
	PreCheck(ctx context.Context) (Egress, error)
	// Install downloads, verifies and installs the connector as a service that
	// runs the tunnel of token, and reports its parts as it goes. It never
	// installs over an existing service.
	Install(ctx context.Context, token Secret, report func(Part)) error
	// Update replaces the program of what Install made by the newest one, as
	// verified as at the installation. The service and its key stay.
	Update(ctx context.Context, report func(Part)) error
	// Newest is the version of the newest release, asked at most once a day and
	// for a moment only; empty when it is not known.
	Newest(ctx context.Context) string
	// Start starts what Install made.
	Start(ctx context.Context) error
	// Uninstall removes what Install made.
	Uninstall(ctx context.Context) error
}

// A LocalConnector is what runs on this computer.
type LocalConnector struct {
	Installed    bool // a service (or our own child process) exists
	Ours         bool // we installed it
	Renewable    bool // and its program too, so that Update may replace that
	Child        bool // it is a child process of this wizard, no service
	Running      bool
	AtBoot       bool   // starts with the computer
	Enable       string // the one command that has it started with the computer, when it is not
	Manager      string // "systemd", "Windows services", "child process of this wizard" …
	Version      string
	Path         string
	TunnelID     string   // from the key it runs with; empty when that cannot be read
	KeyOnArgv    bool     // the key can be seen in the list of processes
	ID           string   // connector id, from its own /ready
	Ready        int      // connections to Cloudflare
	Protocol     string   // "quic", "http2"; empty when not known
	ConfigSeen   int      // version of the configuration that it applied; -1 for none
	Refused      string   // what Cloudflare said when it did not accept the key; empty when it did
	Said         []string // the last lines of its log, without secrets; may be empty when it is joined
	Unfinished   bool     // an installation of ours was killed; the next one clears away what it left
	Busy         bool     // and its process still works
	ByHand       bool     // no way is known to install a service here; Install only prepares it
	Prepared     string   // the tunnel for which that was done; empty when it was not
	Compose      string   // what then runs it in a container; never holds a secret
	Place        string   // where the program is to be; empty when that is not known, or one is installed
	Found        bool     // one is there that fits, and is used as it is
	Beside       bool     // one is there that does not fit, so ours is put beside it
	FoundVersion string   // of the one that is used
	Manual       string   // the one command to run by hand when we may not install; never holds a secret
	Reading
}

// Egress is whether the connector can get out.
type Egress struct {
	Names  bool // region1.v2.argotunnel.com resolves
	TCP    bool
	UDP    bool
	API    bool
	Proxy  string            // host of the proxy that this computer's programs are told to use; empty for none
	Detail map[string]string // per probe, for the check's text
	Reading
}

// A Part is one part of an installation, as it goes.
type Part struct {
	ID     string // "download", "sum", "place", "service", "join"
	Title  string
	Detail string
	Done   int64
	Total  int64  // 0 when it cannot be counted
	Unit   string // "bytes"
	Ended  bool
	Failed bool

	// Kept by the engine: when the part was first and last told of, and from where on
	// it is counted. A download that goes on where one broke off begins with a count.
	Began, Over time.Time
	From        int64
	Since       time.Time

	// Of a search only: records found by this part, by all parts, and the newest.
	Found, All int
	Last       []zone.Record
}

// PlexServer is Plex Media Server at one address.
type PlexServer interface {
	// Find looks for servers: at addr when it is given, else on this computer.
	Find(ctx context.Context, addr string) ([]PlexFound, error)
	// Token reports whether a token for this server is at hand, and from where.
	Token(ctx context.Context, s PlexFound) (PlexToken, error)
	// Details reads what the server tells its owner.
	Details(ctx context.Context, s PlexFound) (PlexDetails, error)
	Prefs(ctx context.Context, s PlexFound, ids ...string) (map[string]string, error)
	SetPrefs(ctx context.Context, s PlexFound, prefs map[string]string) error
	RefreshReachability(ctx context.Context, s PlexFound) error
	// Open reports whether the server answers / without a token, as it does on
	// this computer when strangers from the tunnel would be let in too.
	Open(ctx context.Context, s PlexFound) (bool, error)
}

// PlexFound is a server that answered, or the reason why none did.
type PlexFound struct {
	Origin   string // "https://127.0.0.1:32400", what the connector will be told
	ID       string // machine identifier
	Version  string
	Claimed  bool
	State    string // "ok", "starting", "stopped" (installed, not running), "none", "refused"
	Detail   string
	Start    string // command that starts it on this platform, when stopped
	Restart  string // command that restarts it, when it runs on this computer
	Shell    string // "PowerShell" where only that takes these commands; empty for any terminal
	Name     string // as it presents itself at home; empty when it does not
	Took     time.Duration
	HTTPOnly bool
	Reading
}

// PlexToken is where a token was found, never the token.
type PlexToken struct {
	Have   bool
	Local  bool   // it is good on this computer only: plex.tv does not take it
	From   string // "Preferences.xml", "registry", "plex.tv sign-in", "PLEX_TOKEN"
	Reason string // "not-installed", "permission-denied", "not-signed-in", "parse-error", "refused"; empty when Have
	Path   string // the file that could not be read
}

// PlexDetails is what the server tells its owner.
type PlexDetails struct {
	Name       string
	Version    string
	SignedIn   bool
	Pass       bool // Plex Pass of the owner
	Username   string
	Mapping    string // mappingState of Remote Access
	PublicPort string
	Reading
}

// PlexViewers tells who watches.
type PlexViewers interface {
	// Viewers lists what is played now, as the server classifies it.
	Viewers(ctx context.Context, s PlexFound) ([]PlexViewer, error)
}

// A PlexViewer is one playback as the server sees it.
type PlexViewer struct {
	Title    string
	Player   string
	Address  string // as the server takes it
	Public   string // the address in the internet that it came from
	Location string // "lan", "wan", "cellular"
	Local    bool
	Relayed  bool
}

// PlexAddresses tries the addresses of a server that are not ours.
type PlexAddresses interface {
	// Answers asks each URL who answers there, without a token. Every URL is in
	// the outcome.
	Answers(ctx context.Context, urls []string) map[string]PlexAnswer
}

// A PlexAnswer is who answers at an address.
type PlexAnswer struct {
	ID  string // machine identifier
	Err string // why nobody does, in words
}

// PlexTV is plex.tv.
type PlexTV interface {
	// NewPin begins a sign-in in the browser; PollPin reports whether it was
	// allowed. The token stays inside the client.
	NewPin(ctx context.Context) (Pin, error)
	PollPin(ctx context.Context, p Pin) (PinState, error)
	// Resources lists how plex.tv tells apps to reach the server with this id.
	Resources(ctx context.Context, serverID string) (PlexResource, error)
	// SignOut ends our own sign-in, never the server's.
	SignOut(ctx context.Context) error
}

// A Pin is a sign-in that waits for the person.
type Pin struct {
	ID      int64
	Code    string
	URL     string // where the person allows it
	Expires time.Time
}

// PinState is how far a sign-in is: "waiting", "allowed", "expired".
type PinState string

// PlexResource is a server as plex.tv tells apps.
type PlexResource struct {
	Found       bool
	Owned       bool
	Owner       string // who shared it, when it is not the account's own
	Name        string
	Online      bool // presence
	Connections []PlexConnection
	Reading
}

// A PlexConnection is one address of a server.
type PlexConnection struct {
	URI, Protocol, Address string
	Port                   int
	Local, Relay           bool
}

// Visitor asks the public address the way a stranger on the internet would.
type Visitor interface {
	// Visit makes every probe of the URL check against https://host.
	Visit(ctx context.Context, host string, want VisitWant) (Visit, error)
	// Get makes one request and returns its headers and the first bytes.
	Get(ctx context.Context, host, path string, header map[string]string) (VisitAnswer, error)
	// SignedIn asks who answers at https://host and, when it is that very Plex and
	// there is a key for it, makes the request with which apps try a connection.
	SignedIn(ctx context.Context, host, plexID string) (VisitAnswer, SignedIn, error)
	// Trace asks Cloudflare which country this computer is seen in.
	Trace(ctx context.Context, host string) (country, colo string, err error)
	// Picture takes a screenshot of https://host/web/index.html with a browser
	// found on this computer. ok is false when there is none.
	Picture(ctx context.Context, host string) (png []byte, ok bool, err error)
}

// VisitWant is what a visit compares with.
type VisitWant struct{ PlexID string }

// A Visit is the outcome of all probes of the public address.
type Visit struct {
	TLS       TLSSeen
	Identity  VisitAnswer   // /identity
	ServerID  string        // machineIdentifier in it
	Name      string        // what the server calls itself there, asked with its key; empty when there was none
	Root      VisitAnswer   // / without a token
	Spoofed   []VisitAnswer // the same with forged forwarding headers
	Web       VisitAnswer   // /web/index.html
	Rewritten bool          // Rocket Loader marks in the page
	Cache     []string      // cf-cache-status of two requests to a cacheable path
	WebSocket int           // status of the upgrade; 101 when it works; 0 when not tried
	RTT       []time.Duration
	Bytes     int64 // of the throughput sample
	Took      time.Duration
	Reading
}

// SignedIn is what Plex answered at the public address to a request with a key.
type SignedIn struct {
	Status   int    // 0 when it was not asked, or gave no answer
	ServerID string // machineIdentifier in it
	Err      string // why there was no answer; empty when it was not asked
}

// TLSSeen is the certificate that the address presents.
type TLSSeen struct {
	OK      bool
	Issuer  string
	Names   []string
	Expires time.Time
	Version string
	Err     string
}

// A VisitAnswer is one answer of the public address.
type VisitAnswer struct {
	Path   string
	Status int               // 0 when there was no answer
	Header map[string]string // lower-case names; only those that the checks need
	Body   string            // the first 4 KB
	Err    string
	Took   time.Duration
	Layer  string // what broke: "dns", "connect", "tls", "http"; empty when answered
}

// Computer is what the wizard knows about the box it runs on.
type Computer interface {
	Name() string   // host name
	System() string // "Linux on amd64"
	// MayInstall reports whether this user can install a service, and how.
	MayInstall(ctx context.Context) (ok bool, how string)
	// ClockSkew compares this computer's clock with Cloudflare's.
	ClockSkew(ctx context.Context) (time.Duration, error)
}

// Words makes names that are hard to guess.
type Words interface {
	// Pair returns two random words joined by a hyphen, fit for a DNS label.
	Pair() (string, error)
}

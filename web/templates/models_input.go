package templates

// TokenInput is the form for the API token, posted to /steps/account/choose.
type TokenInput struct {
	Error   string
	Keep    bool
	Keyring string // name of the place that could remember it, "" when there is none
	Label   string // words on the button; "Check this token" when empty
	Kept    string // where the token is that is there already, to be forgotten: "In memory."; "" for none
	Again   bool   // a token is there already: the form is behind a disclosure and has no next action
}

// AccountInput is the choice among several accounts, posted to /steps/account/choose.
type AccountInput struct {
	Accounts []Option // Value is the account's id
	Error    string
}

// DomainInput is the form for the domain, posted to /steps/dns/choose.
type DomainInput struct {
	Value, Error string
	Zones        []Option // domains that the account has already, as quick choices
}

// TunnelInput is the form for the tunnel's name, posted to /steps/tunnel/choose.
type TunnelInput struct {
	Value, Error string
	Fixed        bool // the name is not asked for
	Facts        []Row
	Notes        []Note
	Adopt        []Option // what to do about a tunnel or service that is there already, posted as "adopt"
}

// HostnameInput is the form for the public address, posted to /steps/hostname/choose.
type HostnameInput struct {
	Subdomain, Domain string
	Error             string
	Address           string // typed address of Plex, "" for the one that was found
	AddressError      string
	AddressOpen       bool // the field for it is shown at once
	Facts             []Row
	Notes             []Note
	Adopt             []Option // what to do about a record that is there already, posted as "adopt"
}

// SecurityInput is the form of the security step, posted to /steps/security/choose. Switches that are on are posted as "measure".
type SecurityInput struct {
	Host, Domain string
	Slots        []Slot
	SlotsNote    string // rich
	Rules        []Measure
	Zone         []Measure
	Extra        []Measure // for the Plex address only
	Browser      []Measure // for a second address
	Notes        []Note
	Skip         *Button
	Again        bool // the step is done: the form is below, and the next action is elsewhere
}

// NotifyInput is the form of the notifications step, posted to /steps/notifications/choose. Alerts that are on are posted as "alert".
type NotifyInput struct {
	Email, Error string
	Alerts       []Option
	Notes        []Note
	Skip         *Button
	Again        bool // the step is done: the form is below, and the next action is elsewhere
}

// PlexInput are the two things that may be turned off in Plex, or the way to sign in at plex.tv.
type PlexInput struct {
	Title    string
	Switches []PlexSwitch
	Buttons  []Button
	SignIn   *Link  // where to sign in at plex.tv when no token was found on this computer
	Until    string // when that link ends, "15:42"
	Away     bool   // plex.tv does not answer at present
}

// PlexSwitch is one of them, posted to /steps/plex/choose under its name with the value "on" when it is to be on.
type PlexSwitch struct {
	Name, Label, Text string
	On                bool
	Fixed             bool // it cannot be switched now; the text says why
}

// PlexKeyInput begins a sign-in at plex.tv, or takes the key of Plex instead; posted to Action as do=signin, and as do=key with "token".
type PlexKeyInput struct {
	Action string // /steps/plex/choose, or /undo/plex
	TV     bool   // there is a key, and plex.tv does not take it
	Late   bool   // the last sign-in was not allowed in time
	Error  string // what is wrong with the key
}

// ServersInput is the choice among several Plex servers, posted to /steps/hostname/choose as do=server with "plex_server".
type ServersInput struct {
	Servers []Option // Value is the machine identifier
	Error   string
}

// TakeBackInput is the offer to undo the latest change, posted to /undo.
type TakeBackInput struct {
	Text  string   // rich
	Names []string // what would be taken back, rich
	IDs   []string // posted as "remove"
}

package steps

import "time"

// A Store keeps progress between runs. Every method commits before it returns.
type Store interface {
	Settings() (Settings, error)
	// ChangeSettings reads, changes and saves the settings as one. An error of
	// change leaves them as they are. change must not use the store.
	ChangeSettings(change func(*Settings) error) error

	// Begin writes an intent before a change; Finish removes it and appends the
	// event that says how it ended. Open intents are changes whose outcome is
	// not known, from a crash or from a lost reply.
	Begin(Intent) error
	Finish(Intent, Event) error
	Intents() ([]Intent, error)

	Events() ([]Event, error)

	// Found keeps the records found at the old servers, because those servers
	// may be switched off after the move.
	Found(domain string) (Found, error)
	SaveFound(domain string, f Found) error
}

// An Intent is written before a change and removed after it.
type Intent struct {
	Attempt string    `json:"attempt"` // random, names this try in the history and in support texts
	Step    ID        `json:"step"`
	Action  string    `json:"action"` // Action.ID
	Verb    Verb      `json:"verb,omitzero"`
	What    string    `json:"what"`
	At      time.Time `json:"at"`
}

// An Event is one change, or one try of it, for the history. It is never replayed.
type Event struct {
	At      time.Time     `json:"at"`
	Took    time.Duration `json:"took"`
	Attempt string        `json:"attempt"`
	Step    ID            `json:"step"`
	Action  string        `json:"action"`
	Verb    Verb          `json:"verb"`
	What    string        `json:"what"`
	From    string        `json:"from,omitzero"`
	To      string        `json:"to,omitzero"`
	Result  Result        `json:"result"`
	Problem string        `json:"problem,omitzero"` // title of the problem
	Detail  string        `json:"detail,omitzero"`  // code and ray id for support
}

// Result says how a change ended.
type Result string

// How a change ended.
const (
	Done    Result = "done"
	Failed  Result = "failed"
	Unknown Result = "unknown" // the reply was lost and looking did not tell
)

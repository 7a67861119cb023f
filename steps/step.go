// Package steps holds the nine steps of the wizard and the engine that runs
// them. It knows what must be true for Plex to be reachable through a
// Cloudflare Tunnel and how to make it true; it knows nothing about HTTP, HTML,
// BoltDB or any SDK. What it needs from the outside it declares as small
// interfaces beside the step that needs it.
package steps

import (
	"context"
	"slices"
	"time"
)

// ID names a step in URLs, logs and the database. IDs never change.
type ID string

// The nine steps, in the order in which they are walked.
const (
	IDAccount       ID = "account"
	IDDNS           ID = "dns"
	IDCache         ID = "cache"
	IDTunnel        ID = "tunnel"
	IDHostname      ID = "hostname"
	IDURL           ID = "url"
	IDPlex          ID = "plex"
	IDSecurity      ID = "security"
	IDNotifications ID = "notifications"
)

// Info is what the wizard knows about a step before looking at anything.
type Info struct {
	ID     ID
	Number int    // 1 to 9
	Title  string // short, as in the list of steps
}

// A Step is one page of the wizard.
type Step interface {
	Info() Info

	// Inspect reads the outside world and reports what is true and what is
	// still missing. It changes nothing and may be called at any time.
	Inspect(ctx context.Context, s Settings) (Finding, error)

	// Apply carries out one action that Inspect proposed. It looks before it
	// writes, so applying an action twice is harmless. It returns what must be
	// remembered, such as the ID of a created tunnel. With an error that is
	// [Unclear] it returns what must be remembered if the change was made.
	Apply(ctx context.Context, s Settings, a Action) (Settings, error)
}

// A Taker can take up what an action made although its answer was lost. It
// finds the object and returns what must be remembered; it writes nothing.
// An error says that the object cannot be told from somebody else's.
type Taker interface {
	TakeUp(ctx context.Context, s Settings, a Action) (Settings, error)
}

// A Finding is the result of one Inspect.
type Finding struct {
	Blocked  string        // why the step cannot begin yet ("After step 4"); empty when it can
	Ask      string        // the one thing that the person must choose or give first; empty when nothing
	Heading  string        // the result as a headline; empty for the step's own
	Summary  string        // one line for the list of steps
	Checks   []Check       // facts, in the order in which a person should read them
	Actions  []Action      // what Apply would do now; empty when nothing is missing
	Unsure   []string      // IDs of actions that may be missing all the same; see [Finding.MayBeDue]
	Evidence []Evidence    // objects just read back; cards are drawn from these only
	Detail   any           // step-specific reading for its page, such as *DNSDetail; nil when there is none
	Again    time.Duration // when to look again; zero means no need
}

// Plan returns the actions that need the person's yes.
func (f Finding) Plan() []Action { return f.actions(false) }

// Auto returns the actions that the engine carries out by itself, because the
// person agreed to them when they started what these finish.
func (f Finding) Auto() []Action { return f.actions(true) }

func (f Finding) actions(auto bool) []Action {
	var out []Action
	for _, a := range f.Actions {
		if a.Auto == auto {
			out = append(out, a)
		}
	}
	return out
}

// AnyAction in [Finding.Unsure] stands for every action of the step.
const AnyAction = "*"

// MayBeDue reports whether an action may still have to be done. That it is not
// among Actions proves nothing where the look could not see what it changes, or
// where it has to wait for something else: such actions are in Unsure.
func (f Finding) MayBeDue(id string) bool {
	return f.Blocked != "" || slices.Contains(f.Unsure, AnyAction) || slices.Contains(f.Unsure, id) ||
		slices.ContainsFunc(f.Actions, func(a Action) bool { return a.ID == id })
}

// withhold takes the plan back and remembers what was in it.
func (f *Finding) withhold() {
	for _, a := range f.Actions {
		f.Unsure = append(f.Unsure, a.ID)
	}
	f.Actions = nil
}

// State is the one word for a step in the list of steps.
type State string

// The states of a step. [StateNext] is given by the list, not by a finding.
const (
	StateDone      State = "done"
	StateAttention State = "attention"
	StateWaiting   State = "waiting"
	StateNext      State = "next"
	StateTodo      State = "todo"
	StateProblem   State = "problem"
)

// State derives the step's state from what was seen, never from memory.
func (f Finding) State() State {
	worst := Pass
	for _, c := range f.Checks {
		switch c.Status {
		case Fail:
			return StateProblem
		case Wait:
			worst = Wait
		case Warn:
			if worst == Pass {
				worst = Warn
			}
		}
	}
	switch {
	case f.Blocked != "" || f.Ask != "" || len(f.Plan()) > 0:
		return StateTodo
	case worst == Wait || len(f.Auto()) > 0: // the engine is about to act
		return StateWaiting
	case worst == Warn:
		return StateAttention
	default:
		return StateDone
	}
}

// Done reports whether the step needs nothing more. A warning does not undo it.
func (f Finding) Done() bool {
	s := f.State()
	return s == StateDone || s == StateAttention
}

// Check returns the check with the given name, or the zero Check.
func (f Finding) Check(name string) Check {
	for _, c := range f.Checks {
		if c.Name == name {
			return c
		}
	}
	return Check{}
}

// A Check is one fact that the person can see.
type Check struct {
	Name   string // stable slug, such as "zone-active"
	Title  string
	Status Status
	Detail string // what was seen
	Word   string // the state in a word or two; empty for the status's own
	Fix    Fix    // what the person can do, when Status is Warn or Fail
}

// A Fix tells how to mend a check. The zero Fix says nothing.
type Fix struct {
	Title   string
	Text    string
	Steps   []string
	Command string // exact text to copy into a terminal; never holds a secret
	Link    Link
}

// IsZero reports whether there is nothing to say.
func (f Fix) IsZero() bool {
	return f.Title == "" && f.Text == "" && len(f.Steps) == 0 && f.Command == "" && f.Link == Link{}
}

// A Link leads to another page, ours (a path) or somebody else's (https).
type Link struct{ Text, URL string }

// Status is the outcome of a check. The zero value is Skip: not looked at.
type Status int

// What a check can say.
const (
	Skip Status = iota // not looked at, not made yet, or decided by an earlier check
	Pass
	Warn // true, but worth knowing
	Wait // not true yet, expected to become true by itself
	Fail
)

// String returns the word used in URLs, tests and JSON.
func (s Status) String() string {
	return [...]string{"skip", "pass", "warn", "wait", "fail"}[s]
}

// MarshalText makes the word, not the number, part of JSON.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// An Action is one change, worded so that the person can agree to it. Apply
// computes values from Settings; the texts here are for people and the digest.
type Action struct {
	ID       string // stable within the step, such as "create-tunnel"
	Verb     Verb
	What     string // "DNS record"
	Why      string
	Rows     []Row  // exact values
	From, To string // a short account of before and after, for the history
	Auto     bool   // finishes something already agreed to
	Undo     bool   // the undo lists what this makes, or puts back what it replaces
	Settles  string // id of an action whose unknown outcome this one clears up; empty for none
}

// Verb says how an action changes the world.
type Verb string

// What an action does. Look changes nothing but takes long enough to be a job.
const (
	Create Verb = "create"
	Update Verb = "change"
	Delete Verb = "remove"
	Look   Verb = "look"
)

// A Row is a label with the values under it.
type Row struct {
	Label  string
	Values []Value
}

// A Value is one value as a service holds it.
type Value struct {
	Text   string
	Code   bool   // exact text, shown in monospace
	Note   string // a remark of ours beside it
	Before string // the value that this one replaced
}

// Text returns a row of plain values.
func Text(label string, values ...string) Row {
	r := Row{Label: label}
	for _, v := range values {
		r.Values = append(r.Values, Value{Text: v})
	}
	return r
}

// Code returns a row of exact values.
func Code(label string, values ...string) Row {
	r := Text(label, values...)
	for i := range r.Values {
		r.Values[i].Code = true
	}
	return r
}

// Evidence is one object just read back from a service, under the labels and in
// the order of that service's own screen.
type Evidence struct {
	Card   string // slug, such as "tunnel"
	Title  string // empty for "As Cloudflare shows it now"
	Place  string // where the service shows it: "Networking › Tunnels › attic"
	Status Status
	Word   string // the service's own word for its state
	Rows   []Row
	Head   []string   // head of a table, when the object is a list
	Table  [][]string // its rows
	Reading
	Open Link
	URL  string // an address bar is drawn with it
	Shot string // path of a picture served by us; empty for none
}

// A Reading says when and where something was read.
type Reading struct {
	At     time.Time
	Source string // "api.cloudflare.com"
	Ray    string // the service's request id; empty when it gave none
}

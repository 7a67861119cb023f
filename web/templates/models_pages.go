package templates

import (
	"time"

	"github.com/a-h/templ"
)

// Start is the page behind the one-time start link.
type Start struct {
	Page Page
	Key  string // posted as "k"
}

// Locked is shown to a browser without a session.
type Locked struct {
	Page Page
	SSH  string // command that forwards the port, or ""
	Why  string // why a link was refused, or "", rich
}

// Before is the page "Before you start".
type Before struct {
	Page   Page
	Pass   *Note // what Plex's pass means for this server
	Ready  Section
	Agreed bool
	Errors *ErrorSummary
}

// Home is the list of the nine steps.
type Home struct {
	Page     Page
	Path     Path
	Next     *Next
	Together *Next // offer to confirm several steps at once
	Tasks    []Task
	Setup    []Row
	At       time.Time
	From     string // "Cloudflare, Plex and DNS"
}

// Next is the panel around the one next action.
type Next struct {
	State, Word string // tag above: "next", "Next: step 5"
	Title, Text string // Text is rich
	Buttons     []Button
}

// Task is one of the nine steps on the home page.
type Task struct {
	ID, Name, Href string // not a link without Href
	Status         string // data-status: done, attention, waiting, next, todo or problem
	Text           string // rich
	Word           string // a usual word when empty
	When           string // when it was looked at
}

// Step is the page of one step: whatever is set is drawn, in this order.
type Step struct {
	Page     Page
	Errors   *ErrorSummary
	Notes    []Note
	Offer    templ.Component // something to decide before all else
	Path     *Path
	Top      []Button // the way on of a step that is done: nobody scrolls for it
	Job      *Job
	How      []HowTo
	Form     templ.Component // the step's own form, in a panel of its own
	Sections []Section
	Plan     *Plan
	Cards    []Card
	After    templ.Component // a form below the cards, e.g. what may be changed now
	Lower    []Section       // after the cards
	Next     []Button        // the way on
	More     []More
}

// PlanView is a plan on a page of its own, for one step or for several.
type PlanView struct {
	Page   Page
	Plan   Plan        // for several steps: everything but Items and Digest
	Groups []PlanGroup // for several steps
}

// JobView is work in progress on a page of its own.
type JobView struct {
	Page  Page
	Notes []Note
	Jobs  []Job
	Next  []Button
}

// Summary is the page to print or save.
type Summary struct {
	Page    Page
	Path    Path
	Address string
	QR      QR
	Token   *Card // proof that the token is gone, or not yet

	PlexSignedIn bool // the wizard has a sign-in of its own at plex.tv, to be ended
	Runs         []Row
	Markdown     string // address of the same as text
	Code         string // address of what was made as Terraform, "" when there is nothing
	Notes        []Note
	Next         []Button
	Steps        []Task
	Waits        bool // something is still on its way
	Holds        bool // the tunnel closes with the wizard
	AppsKnow     bool // plex.tv was seen to tell the address to the apps
	TokenNeeded  bool // steps that are not done still need the token
}

// Finished is the page after the end.
type Finished struct {
	Page  Page
	Holds bool // the tunnel closed with the wizard
}

// Version is what this program is, and whether there is a newer one.
type Version struct {
	Page    Page
	Rows    []Row
	Answer  *Note  // what was said when it was asked last
	Text    string // before the button, rich
	Buttons []Button
	Support Copy // for whoever is asked for help
}

// History is every change the wizard made.
type History struct {
	Page    Page
	Entries []Entry
}

// Entry is one change.
type Entry struct {
	At          time.Time
	Step, Title string
	State, Word string // mark and result
	Detail      string // rich
}

// Undo is what the wizard made and can take away, in the order in which that is done.
type Undo struct {
	Page   Page
	Made   []Option // posted as "remove"
	Notes  []Note
	Errors *ErrorSummary
	Partly bool   // some parts could not be looked at; the notes say which
	Review string // the button's words: "Review: remove 6 things"
}

// Problem is a page that says what went wrong, inside the layout.
type Problem struct {
	Page    Page
	Fix     string   // what the person can do, rich
	You     []string // places to go to for it, rich
	Buttons []Button
	Detail  []Row // for support
}

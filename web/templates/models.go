// Package templates draws the wizard's pages from plain view models.
//
// It knows what a page looks like and the words that belong to the frame; it knows nothing of steps, stores or services, and imports nothing else of this
// program. Every page is a function of one struct, so it can be rendered in a test or in a gallery without a server.
//
// Texts about findings come in through the models. In those that say "rich", a pair of backticks makes `code`, a pair of double asterisks makes **strong**
// and [words](address) makes a link; everything else is shown as it is.
package templates

// Page is the frame around every page: tab, head, progress and the polled region.
type Page struct {
	Title      string     // text of the tab without the wizard's name; begins with the state while something waits: "Waiting (4 of 6) - Name servers"
	H1         string     // the result in one line; Title when empty
	Lead       string     // one or two sentences below it, rich
	Favicon    string     // "", "waiting" or "attention"
	Step       int        // 1 to 9; 0 outside the steps
	StepID     string     // id of that step, as in its URL
	Rail       []RailItem // the nine steps beside a step page
	Stages     []Stage    // parts of a long step
	Wide       bool       // a step page without the rail, for broad tables
	Broad      bool       // a page outside the steps that uses the whole width
	NoNav      bool       // no navigation: start and locked pages, which show nothing about this computer
	At         string     // current entry of the navigation: "home", "summary", "undo", "history" or ""
	Demo       *DemoBar   // set in the demonstration only
	Back       *Link      // way back of a page outside the steps
	Flash      *Note      // said once, above everything, after a redirect
	Poll       string     // "3s" while something on this page waits, else ""
	Reload     string     // as often a browser without scripts reads the page again; empty for as often as Poll
	PollURL    string     // what to poll: /steps/{id}/checks
	Fragment   bool       // draw only the polled region, #checks: the answer to PollURL
	Say        string     // said to screen readers when it changes during polling; Title when empty
	Version    string     // the wizard's version, in the foot
	Assets     Assets     // where style sheets, scripts and icons are
	ErrorTitle bool       // a form was refused: "Error: " before the title, and the focus is left to the error summary
}

// Assets are the addresses of the static files.
type Assets struct {
	Tokens, App   string // style sheets, in this order
	HTMX, Script  string
	Icon          string
	IconWaiting   string
	IconAttention string
}

// RailItem is one of the nine steps in the rail.
type RailItem struct {
	ID, Name, Href string
	State          string // done, attention, waiting, next, todo or problem
	Here           bool
}

// Stage is a part of a long step.
type Stage struct {
	Name string
	Done bool
	Here bool
}

// DemoBar is the banner and the control panel of the demonstration. The panel stands outside main and so outlives a boosted visit: a handler that goes back
// to where the person was reads HX-Current-URL first and Back only where that is absent.
type DemoBar struct {
	Action string // where the events are posted
	Back   string // path of this page, posted as "back"
	Token  string // the pretend token, offered with a copy button
	Events []DemoEvent
}

// DemoEvent is one thing that can be made to happen, posted as event=Value.
type DemoEvent struct{ Value, Text string }

// Link is a way to another page. External ones open in a tab of their own.
type Link struct {
	Text, Href string
	External   bool
}

// Button is a link (with Href) or a button of the form it stands in.
type Button struct {
	Text     string
	Name     string // posted with Value when set
	Value    string
	Kind     string // "" ordinary, "go" the one next action, "stop" takes something away, "s" small, "link" looks like a link; several with a space between
	Icon     string // "next" and "open" stand behind the text, all others before it
	Href     string
	Next     bool // the one next action of the page: data-next
	ByStep   bool // the way that takes one step at a time: data-by-step
	External bool // with Href: another site
	Disabled bool
	NoCheck  bool   // leaves the browser's own form checks out (formnovalidate)
	Hidden   string // words after the text for screen readers only
}

// Note is what must be known before going on.
type Note struct {
	Tone  string // done, attention, problem, waiting or info
	Title string
	Text  string   // rich; a blank line makes a new paragraph
	List  []string // rich
	Copy  *Copy
	Links []Link
	Post  *Post
}

// Post is one button with a form of its own.
type Post struct {
	Action string
	Button Button
}

// Copy is a value with a copy button. Never a secret.
type Copy struct {
	Value string
	What  string // for screen readers: "the first name server"
}

// HowTo is a numbered list of things to do elsewhere.
type HowTo struct {
	ID, Title string
	Lead      string // rich
	Steps     []string
	Copies    []Copy
	Note      string // soft line below, rich
	More      []More
}

// More is text behind a disclosure.
type More struct {
	Title string
	Text  string   // rich; a blank line makes a new paragraph
	List  []string // rich
	Rows  []Row
	Copy  *Copy
	Open  bool
}

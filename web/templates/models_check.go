package templates

// Check is one looked-at fact.
type Check struct {
	ID     string // data-check
	Status string // pass, warn, wait, fail or skip: data-status
	Name   string
	Detail string // what was seen, rich
	Word   string // beside the mark; a usual word when empty
	Mark   string // shape where the status leaves a choice: "todo" for a skip that simply has not been looked at yet
	When   string // soft words after the detail: "15:31", "21 s so far"
	Fix    *Fix
	Meter  *Meter
}

// Fix says how to mend what a check found.
type Fix struct {
	Tone  string // attention, problem or info draws a note; "" plain text
	Title string
	Text  string   // rich
	Steps []string // rich, numbered
	Copy  *Copy
	Links []Link
}

// Meter is progress that can be counted. Value and Max are in the same unit.
type Meter struct {
	Value, Max float64
	Text       string // "28.4 of 41.2 MB, about 9 seconds left"
}

// Section is a titled group of checks.
type Section struct {
	ID, Title   string // the heading is for screen readers only when HideTitle
	HideTitle   bool
	Lead        string // rich
	Checks      []Check
	Folded      *Folded // more of them, behind a disclosure
	Ordered     bool    // their order means something: drawn on a track
	Table       *Table
	Chart       *Chart
	Buttons     []Button // below, as links or as a form posted to Action
	Action      string
	ButtonsNote string // soft words beside the buttons, rich
}

// Folded are checks behind a disclosure, for what needs nobody.
type Folded struct {
	Title  string
	Checks []Check
}

// Job is work in progress or just done: rows in the order in which they run.
type Job struct {
	Title   string // for screen readers, and above the rows where several jobs are on a page
	Rows    []Check
	Since   string // when it began and how long it has taken: "Begun at 15:36:01, 24 seconds so far."
	Note    string // soft line below, rich
	Cancel  *Button
	Action  string // where Cancel is posted
	Running bool
}

// Story is what has happened so far, in order.
type Story struct {
	Title  string
	Events []Event
}

// Event is one entry of a story.
type Event struct{ State, When, Text string }

package templates

import "time"

// Card shows an object just read back from a service, under the labels and in the order of the service's own screen. Never anything sent or remembered.
type Card struct {
	ID        string // data-card
	Title     string // "As Cloudflare shows it now" when empty
	Place     string // where the service shows it: "Networking › Tunnels › attic", rich
	State     string // mark: done, attention, problem, waiting, skipped; "" none
	StateWord string
	Rows      []Row
	Table     *Table
	URLBar    string // instead of Place: an address as a browser shows it
	Shot      string // address of a true screenshot, or ""
	ShotAlt   string
	ShotNote  string
	From      string // "api.cloudflare.com"
	At        time.Time
	Ray       string // request id of the reading, or ""
	Again     string // GET address that reads again
	Open      *Link  // the very page of the dashboard
	Level     int    // heading level; 2 when 0
}

// Row is a name and its values, each on a line of its own.
type Row struct {
	Label  string
	Values []Value
}

// Value is one value of a row or cell.
type Value struct {
	Text   string // shown as it is
	Code   bool   // exact: monospace
	Soft   bool
	Before string // what it was, struck out before Text
	Tone   string // draws the mark of that state before it
	Aside  string // soft words after it, on the same line
	Link   *Link  // after it
}

// Table is a small table; rows become blocks on narrow screens.
type Table struct {
	Caption  string
	Head     []Column
	Rows     []TableRow
	Compact  bool // inside a card or disclosure: no panel around it
	HideCapt bool // caption for screen readers only
}

// Column is one column's head.
type Column struct {
	Name  string
	Right bool // numbers
}

// TableRow is one row; Ours stands out.
type TableRow struct {
	Ours  bool
	Cells []Value
}

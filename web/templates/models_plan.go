package templates

import "time"

// Plan is what would be done after a yes.
type Plan struct {
	Action  string // /steps/{id}/apply
	Digest  string // posted as "plan"
	Items   []PlanItem
	Notes   []Note
	Buttons []Button // the yes first
	At      time.Time
	Undo    string // what of it can be undone later; empty for nothing
}

// PlanItem is one change, with the exact values.
type PlanItem struct {
	ID    string
	Verb  string // create, change, remove or look
	Title string
	Why   string // rich
	Rows  []Row
}

// PlanGroup is the plan of one step on a page for several steps.
type PlanGroup struct {
	StepID, Title string // title: "Step 3: Turn off caching"
	Items         []PlanItem
	Digest        string // posted as "plan" in the form StepID=Digest
}

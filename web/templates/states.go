package templates

import (
	"time"

	"github.com/a-h/templ"
)

// State is one page in one named state, drawn from literals: for golden tests and for a gallery.
type State struct {
	Name      string // of the golden file
	Title     string
	Component templ.Component
}

// States are all named states of all pages, in the order of the journey. All their names, addresses and ids are made up.
func States(a Assets) []State {
	s := sample{assets: a}
	var all []State
	all = append(all, s.begin()...)
	all = append(all, s.account()...)
	all = append(all, s.dnsFind()...)
	all = append(all, s.dnsMove()...)
	all = append(all, s.tunnel()...)
	all = append(all, s.address()...)
	all = append(all, s.protect()...)
	all = append(all, s.trouble()...)
	all = append(all, s.after()...)
	return all
}

// sample makes pages of one imagined setup.
type sample struct{ assets Assets }

const (
	sampleHost   = "storeroom-parachute.example.com"
	sampleTunnel = "3f8b2c1e-9d47-4a60-b5e2-7c0d9a16f284"
	sampleRay    = "9a2f61c0be4d7e31-LHR"
)

// at is a time on the day of the samples.
func (sample) at(hour, minute, second int) time.Time {
	return time.Date(2026, time.November, 22, hour, minute, second, 0, time.UTC)
}

// page fills what every page has.
func (s sample) page(p Page) Page {
	p.Assets = s.assets
	p.Version = "1.0.0"
	return p
}

// step fills what every page of a step has. States are given for the first steps; those before the page's own are done, those after it not yet.
func (s sample) step(n int, p Page, states ...string) Page {
	ids := []string{"account", "dns", "cache", "tunnel", "hostname", "url", "plex", "security", "notifications"}
	names := []string{
		"Set up Cloudflare account", "Move DNS to Cloudflare", "Turn off caching", "Set up the tunnel", "Choose the public address",
		"Check the address", "Tell Plex its address", "Add security", "Get notified",
	}
	for i, id := range ids {
		state := "todo"
		switch {
		case i < len(states):
			state = states[i]
		case i+1 == n:
			state = "next"
		case i+1 < n:
			state = "done"
		}
		p.Rail = append(p.Rail, RailItem{ID: id, Name: names[i], Href: "/steps/" + id, State: state, Here: i+1 == n})
	}
	p.Step, p.StepID = n, ids[n-1]
	return s.page(p)
}

// polled makes a page that asks for itself again.
func polled(p Page, every string) Page {
	p.Favicon = "waiting"
	p.Poll = every
	p.PollURL = "/steps/" + p.StepID + "/checks"
	return p
}

// Short forms for rows of literals.
func text(s string) []Value           { return []Value{{Text: s}} }
func code(s string) []Value           { return []Value{{Text: s, Code: true}} }
func row(label string, v []Value) Row { return Row{Label: label, Values: v} }

func pass(id, name, detail, word string) Check {
	return Check{ID: id, Status: "pass", Name: name, Detail: detail, Word: word}
}

func todo(id, name, detail string) Check {
	return Check{ID: id, Status: "skip", Mark: "todo", Name: name, Detail: detail}
}

func goOn(words, href string) Button {
	return Button{Text: words, Kind: "go", Icon: "next", Href: href, Next: true}
}

func later() Button { return Button{Text: "All steps", Kind: "link", Href: "/"} }

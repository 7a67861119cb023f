package main

import (
	"testing"

	"example.test/wizard/sim"
)

// A row is one row of the tables of what people meet with Plex: the world
// behaves so, and the page says so. Its name is that of the row.
type row struct {
	name string
	do   func(w *plexWorld)
}

// TestPlexRows goes through the three tables in one world: how Plex is found
// (G) before there is a route, and what is seen through the tunnel (A) and met
// afterwards (F) when all nine steps are done.
func TestPlexRows(t *testing.T) {
	long(t)
	w := newPlexWorld(t)
	w.start(nil)
	run := func(rows []row) {
		for _, r := range rows {
			t.Run(r.name, func(t *testing.T) {
				outer := w.t
				w.t = t
				defer func() { w.calm(); w.t = outer }()
				r.do(w)
			})
		}
	}
	run(rowsBefore())
	w.walk("/steps/hostname")
	run(rowsOfFinding())
	w.start(nil)
	w.apply("hostname", "Create a route in your tunnel")
	w.shows("/steps/url", is("web", "pass"))
	run(rowsOfPublishing())
	w.walk("/summary")
	run(rowsThroughTheTunnel())
	run(rowsMet())
	run(rowsOfTheHole())
	w.start(nil)
	run(rowsOfToken())
	run(rowsOfSecrets())
}

// elsewhere starts the program again where edit changes the addresses, and
// leaves it so that the next row starts as it needs.
func elsewhere(w *plexWorld, edit func(*sim.File)) { w.start(edit) }

package steps

import (
	"fmt"
	"strconv"
	"strings"
)

// MinimumConnector is the first version of cloudflared that keeps its key off the
// command line on all three systems.
const MinimumConnector = "2026.7.3"

// monthsBehind is how far a connector may be behind the newest release before its
// update is offered: there is one every few weeks, and where the service manager
// starts it again it updates itself.
const monthsBehind = 2

// OlderConnector reports whether version a of cloudflared, such as "2026.8.2",
// comes before b. What cannot be read is older than anything.
func OlderConnector(a, b string) bool {
	x, okX := connectorVersion(a)
	y, okY := connectorVersion(b)
	if !okX || !okY {
		return !okX
	}
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}

// KnownConnector reports whether a version can be read: year, month, number.
func KnownConnector(v string) bool {
	_, ok := connectorVersion(v)
	return ok
}

func connectorVersion(s string) (out [3]int, ok bool) {
	s, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimSpace(s), "v"), "-")
	parts := strings.Split(s, ".")
	if len(parts) != len(out) {
		return out, false
	}
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 {
			return out, false
		}
		out[i] = n
	}
	return out, true
}

// behind is how many months of releases lie between two versions; 0 when either
// cannot be read.
func behind(version, newest string) int {
	a, okA := connectorVersion(version)
	b, okB := connectorVersion(newest)
	if !okA || !okB {
		return 0
	}
	return (b[0]-a[0])*12 + b[1] - a[1]
}

// outdated judges the version that runs: what Cloudflare was told by the process
// itself, not the program that lies on the disk.
func (seen tunnelSeen) outdated(d *TunnelDetail, f *Finding) {
	version := nameOr(d.Connector.Version, seen.local.Version)
	c := Check{Name: "version", Title: "The connector is up to date", Status: Pass, Detail: "Version " + nameOr(version, "unknown")}
	newer := OlderConnector(version, seen.newest) && KnownConnector(seen.newest)
	switch {
	case !KnownConnector(version): // built by hand: nobody can say
		c.Status, c.Word = Skip, "Not known"
	case OlderConnector(version, MinimumConnector):
		c.Status, c.Word = Warn, "Outdated"
		c.Detail = fmt.Sprintf("Version %s runs. Before %s its key could be seen on the command line, and Cloudflare stops serving old versions.", version, MinimumConnector)
	case newer && behind(version, seen.newest) >= monthsBehind:
		c.Status, c.Word = Warn, "Outdated"
		c.Detail = fmt.Sprintf("Version %s runs, and %s is out. Cloudflare stops serving old versions.", version, seen.newest)
	case newer:
		c.Detail += ". Version " + seen.newest + " is out; there is no hurry."
	}
	if c.Status == Warn {
		f.Heading, f.Summary = "The connector is outdated", "The connector is outdated: version "+version
		if seen.local.Renewable {
			c.Fix = Fix{Text: "The wizard can update it, as planned below."}
			f.Actions = append(f.Actions, updateAction(version, nameOr(seen.newest, "The newest version")))
		} else {
			c.Fix = Fix{Title: "Update it the way it was installed", Text: "The wizard did not put this program there, so it leaves it alone. A container takes the newest image; a program updates itself and is then started again:", Command: "cloudflared update"}
		}
	}
	f.Checks = append(f.Checks, c)
}

func updateAction(from, to string) Action {
	return Action{
		ID: "update-connector", Verb: Update, What: "Update the connector on this computer", From: from, To: to,
		Why: "The new program is downloaded from its maker and its checksum compared. Then the service is started again with it: whoever watches from outside is cut off for some seconds.",
		Rows: []Row{
			{Label: "Version", Values: []Value{{Text: to, Before: from}}},
			Text("If it does not join", "The old program is put back and started"),
			Text("Its key", "Stays as it is"),
		},
	}
}

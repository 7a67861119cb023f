package main

import (
	"net/url"
	"strings"
	"testing"

	"example.test/wizard/sim"
)

// TestLaterVisits is what a person does long after all nine steps are done: another
// name for the address, and taking everything of Plex back without a key of Plex.
func TestLaterVisits(t *testing.T) {
	long(t)
	w := newPlexWorld(t)
	w.start(nil)
	w.walk("/summary")
	old := w.host()
	told := w.Plex.Preference("customConnections")
	other := "another-name." + sim.DemoDomain

	w.submit(w.get("/steps/hostname?part=name"), "[data-next]", url.Values{"subdomain": {"another-name"}})
	w.shows("/steps/hostname", is("former", "warn"), `"https://`+old+" was made before", `"Remove the DNS record of the address from before`)
	w.shows("/undo", `[value="route-`+old+`"][checked]`, `[value="record-`+old+`"][checked]`)
	w.apply("hostname", "Create a route in your tunnel", "Remove the route of the address from before")
	w.gone("/steps/hostname", `[data-check="former"]`)
	w.apply("cache", other) // its rule names the host
	w.shows("/steps/url", is("web", "pass"))
	if w.host() != other {
		t.Errorf("the tunnel leads from %s", w.host())
	}
	for name, want := range map[string]int{old: 0, other: 1} {
		if got := len(ids(t, w.dashboard("GET", "/zones/"+w.zone()+"/dns_records?name="+name, nil))); got != want {
			t.Errorf("%s has %d records", name, got)
		}
	}
	w.apply("plex", "https://"+other+":443")
	w.preference("customConnections", strings.Replace(told, old, other, 1)) // what else is there stays
	w.shows("/steps/plex", is("published", "pass"))

	// The wizard has no key of Plex any more, and the route goes first.
	elsewhere(w, func(f *sim.File) { f.PlexData = emptyDir(w) })
	w.shows("/undo", `[value="plex-url"][disabled]`, `"Sign in first`, `a[href="/undo?part=plex"]`)
	w.undo("route")
	w.until("the route is gone", func() bool { return w.host() != other })
	w.signInAt("/undo?part=plex", "morgan")
	w.shows("/undo?part=plex", `[value="plex-url"][checked]:not([disabled])`)
	w.undo("plex-url")
	w.preference("customConnections", strings.TrimPrefix(strings.TrimPrefix(told, "https://"+old+":443"), ","))
}

package main

import (
	"strings"
	"testing"

	"example.test/wizard/clients/connector"
	"example.test/wizard/sim"
	"example.test/wizard/sim/releases"
)

// TestNewerVersionIsAsked presses the button on the page Version: the pretend
// GitHub names the newest of the wizard’s own releases, over a real socket.
func TestNewerVersionIsAsked(t *testing.T) {
	o := newPretend(t)
	in := o.start(t, t.TempDir())
	w := o.sit(t, in)
	w.get("/version")
	if strings.Contains(w.text("main"), releases.WizardVersion) {
		t.Error("the newest version is known before anybody asked")
	}
	w.submit(`form[action="/version"] button`, nil)
	if got := w.text("main"); !strings.Contains(got, releases.WizardVersion) || !strings.Contains(got, builtFrom()) {
		t.Errorf("the page says %q", got)
	}
	w.get("/")
	if got := w.text("footer"); !strings.Contains(got, builtFrom()) {
		t.Errorf("the foot says %q", got)
	}
}

// TestRepository: in life it is the one that was set at build time or none.
func TestRepository(t *testing.T) {
	if got := releasesOf(place{}, ""); got != "" {
		t.Errorf("without one: %q", got)
	}
	if got := releasesOf(place{}, "robin/tunnels"); got != "robin/tunnels" {
		t.Errorf("with one: %q", got)
	}
	if got := releasesOf(place{File: sim.File{Connector: connector.ModeChild, Releases: "http://127.0.0.1:1"}}, "robin/tunnels"); got != releases.WizardRepository {
		t.Errorf("in another world: %q", got)
	}
}

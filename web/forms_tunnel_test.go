package web_test

import (
	"strings"
	"testing"

	"example.test/wizard/steps"
)

// TestServedTunnel: a connector that is here already and serves another tunnel
// of this account can be taken up with one press.
func TestServedTunnel(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.TunnelID, s.TunnelName, s.TunnelCreated = "old", "attic", true })
	served := &steps.TunnelDetail{Name: "attic", Served: steps.CloudTunnel{ID: "t2", Name: "home", Remote: true}}
	w.shows(steps.IDTunnel, steps.Finding{Ask: "tunnel_name", Detail: served})
	b := w.open()
	form := b.get("/steps/tunnel")
	form.has(`input[name="adopt"][value="served"][checked]`)
	form.hasNot(`input[name="tunnel_name"]`) // it is asked for nothing
	if text := form.text(`label[for="adopt-served"]`); !strings.Contains(text, "home") && !strings.Contains(form.text("main"), "Use the tunnel “home”") {
		t.Errorf("the tunnel is not named: %s", form.text("main"))
	}
	b.post("/steps/tunnel/choose", "tunnel_name", "attic", "adopt", "served").leads("/steps/tunnel")
	if s := w.store.now(); s.TunnelName != "home" || !s.TunnelAdopt || s.TunnelID != "" || s.TunnelCreated {
		t.Errorf("%+v", s)
	}
	w.shows(steps.IDTunnel, steps.Finding{Ask: "tunnel_name", Detail: &steps.TunnelDetail{Name: "attic"}})
	refused(t, b.post("/steps/tunnel/choose", "tunnel_name", "attic", "adopt", "served"), "tunnel_name", "The connector on this computer serves no such tunnel any more")
}

// TestATunnelWithAFile: one that is configured by a file is not offered, and a
// new one beside it is proposed. One that was taken up is let go by another name.
func TestATunnelWithAFile(t *testing.T) {
	w := newWorld(t)
	file := steps.CloudTunnel{ID: "t1", Name: "attic"}
	w.shows(steps.IDTunnel, steps.Finding{Ask: "tunnel_name", Detail: &steps.TunnelDetail{Name: "attic", Taken: []steps.CloudTunnel{file}, Served: file}})
	b := w.open()
	form := b.get("/steps/tunnel")
	form.hasNot(`input[name="adopt"]`)
	if got := form.value("tunnel_name"); got != "attic-plex" {
		t.Errorf("proposed %q", got)
	}
	refused(t, b.post("/steps/tunnel/choose", "tunnel_name", "attic", "adopt", "served"), "tunnel_name", "The connector on this computer serves no such tunnel any more")
	for _, tt := range []struct {
		name, typed, route string
		created            bool
		left               string
	}{
		{"taken up", "attic-plex", "", false, ""},
		{"the same name", "attic", "", false, "t1"},
		{"made by the wizard", "attic-plex", "", true, "t1"},
		{"with a route", "attic-plex", "plex.example.com", false, "t1"},
	} {
		w.settings(func(s *steps.Settings) {
			s.TunnelID, s.TunnelName, s.TunnelCreated, s.RouteMade = "t1", "attic", tt.created, tt.route
		})
		a := b.post("/steps/tunnel/choose", "tunnel_name", tt.typed)
		if tt.route != "" {
			refused(t, a, "tunnel_name", "The wizard has a route in the tunnel “attic”. Remove it under Undo first")
		}
		if got := w.store.now().TunnelID; got != tt.left {
			t.Errorf("%s: %q, not %q", tt.name, got, tt.left)
		}
	}
}

// TestATunnelOfAnotherComputer: who serves it is named beside the choice, a new
// one is the default, and one that was taken up can be left for one of its own.
func TestATunnelOfAnotherComputer(t *testing.T) {
	w := newWorld(t)
	tunnel, nas := steps.CloudTunnel{ID: "t1", Name: "attic", Remote: true}, []steps.CloudConnector{{ID: "conn-nas", Arch: "linux_arm64", IP: "203.0.113.7"}}
	b := w.open()
	for _, d := range []*steps.TunnelDetail{{Name: "attic", Taken: []steps.CloudTunnel{tunnel}, TakenBy: nas}, {Name: "attic", Served: tunnel, ServedBy: nas}} {
		w.shows(steps.IDTunnel, steps.Finding{Ask: "tunnel_name", Detail: d})
		form := b.get("/steps/tunnel")
		if said := form.text("form"); !strings.Contains(said, "conn-nas, linux_arm64, at 203.0.113.7") {
			t.Errorf("it is not named: %s", said)
		}
		if d.Taken != nil {
			form.has(`input[name="adopt"][value="new"][checked]`)
		}
	}
	plan := steps.Finding{Actions: []steps.Action{{ID: "install-connector", Verb: steps.Create, What: "Install the connector"}}, Detail: &steps.TunnelDetail{Name: "attic", Tunnel: tunnel}}
	w.shows(steps.IDTunnel, plan)
	for _, made := range []bool{false, true} {
		w.settings(func(s *steps.Settings) { s.TunnelID, s.TunnelName, s.TunnelCreated = "t1", "attic", made })
		offered := strings.Contains(b.get("/steps/tunnel").text("main"), "Make one for this computer alone")
		if offered == made {
			t.Errorf("made by the wizard: %v, offered: %v", made, offered)
		}
		if !made {
			if got := b.get("/steps/tunnel?part=name").value("tunnel_name"); got != "attic-plex" {
				t.Errorf("proposed %q", got)
			}
		}
	}
}

// TestConnectorByHand: what runs the connector on a system whose services are
// not known is there to be copied, and what the connector says is told as text.
func TestConnectorByHand(t *testing.T) {
	w := newWorld(t)
	compose := "services:\n  cloudflared:\n    network_mode: host\n"
	w.shows(steps.IDTunnel, steps.Finding{
		Checks: []steps.Check{{Name: "service", Title: "The connector runs on this computer", Status: steps.Wait}},
		Detail: &steps.TunnelDetail{Manual: "cloudflared tunnel run --token-file /k", Tunnel: steps.CloudTunnel{ID: "t"}, Local: steps.LocalConnector{
			ByHand: true, Prepared: "t", Compose: compose, Manual: "cloudflared tunnel run --token-file /k", Said: []string{"ERR **no** <b>way</b>"},
		}},
	})
	page := w.open().get("/steps/tunnel")
	var copies []string
	for _, c := range page.page().Find("[data-copy]").EachIter() {
		copies = append(copies, c.AttrOr("data-copy", ""))
	}
	if text := page.text("main"); strings.Contains(text, "nothing to do") {
		t.Errorf("it says that there is nothing to do: %s", text)
	}
	if len(copies) != 2 || copies[0] != compose || copies[1] != "cloudflared tunnel run --token-file /k" {
		t.Errorf("%q", copies)
	}
	if text := page.text("main"); !strings.Contains(text, "<b>way</b>") {
		t.Errorf("what it says is not told as it is: %s", text)
	}
}

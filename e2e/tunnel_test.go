package e2e_test

import (
	"encoding/json"
	"strings"

	"example.test/wizard/sim"
	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/sim/releases"
)

func tunnelTroubles() []trouble {
	taken := func(p *person, o *outside) {
		name := p.text(`[data-action="create-tunnel"] .facts dd`)
		o.dashboard("POST", "/accounts/"+o.account()+"/cfd_tunnel", map[string]any{"name": name, "config_src": "cloudflare"})
		p.expect("/steps/tunnel", `[data-check="tunnel-name"][data-status="fail"]`)
		p.see(`[name="adopt"]`)
	}
	return []trouble{
		{step: "tunnel", name: "name is taken, another is made", run: func(p *person, o *outside) {
			taken(p, o)
			p.next()
			p.walk(o, p.at("/steps/hostname"))
			if n := len(o.Cloudflare.TunnelIDs()); n != 2 {
				p.t.Errorf("there are %d tunnels, want the old one and ours", n)
			}
			p.open("/steps/tunnel")
		}},
		{step: "tunnel", name: "name is taken, and taken up", run: func(p *person, o *outside) {
			taken(p, o)
			p.must(p.find(`[name="adopt"][value="adopt"]`).Check())
			p.next()
			p.walk(o, p.at("/steps/hostname"))
			if n := len(o.Cloudflare.TunnelIDs()); n != 1 {
				p.t.Errorf("there are %d tunnels, want only the old one", n)
			}
			p.open("/steps/tunnel")
		}},
		{step: "tunnel", name: "reply to the create is lost", run: func(p *person, o *outside) {
			o.fault(cloudflare.Fault{Kind: cloudflare.LostReply, Method: "POST", Path: "/cfd_tunnel$"})
			p.walk(o, p.at("/steps/hostname"))
			if n := o.count("POST", "/cfd_tunnel"); n != 1 || len(o.Cloudflare.TunnelIDs()) != 1 {
				p.t.Errorf("asked %d times, %d tunnels", n, len(o.Cloudflare.TunnelIDs()))
			}
			p.open("/steps/tunnel")
		}},
		{step: "tunnel", name: "the connector drops and comes back", run: func(p *person, o *outside) {
			p.walk(o, p.at("/steps/hostname"))
			o.Edge.RefuseConnections(true)
			for _, id := range o.Cloudflare.TunnelIDs() {
				o.Edge.DropConnections(id)
			}
			p.expect("/steps/tunnel", `[data-check="connector"][data-status="wait"]`)
			o.Edge.RefuseConnections(false)
			p.see(`[data-check="connector"][data-status="pass"]`) // the page looks by itself
			p.see(`[data-check="healthy"][data-status="pass"]`)
		}},
		{step: "tunnel", name: "download is not what was published", run: func(p *person, o *outside) {
			o.Releases.SetFault(releases.FaultTampered)
			p.next()
			p.see(".note--problem")
			if text := strings.ToLower(p.text(".note--problem")); !strings.Contains(text, "checksum") && !strings.Contains(text, "sha-256") && !strings.Contains(text, "published") {
				p.t.Errorf("it does not say why:\n%s", text)
			}
			if p.status("service") == "pass" {
				p.t.Error("the tampered program runs")
			}
			o.Releases.SetFault(releases.FaultNone)
		}},
	}
}

// account is the id of the only account.
func (o *outside) account() string {
	o.t.Helper()
	var all []struct{ ID string }
	o.read("/accounts", &all)
	return all[0].ID
}

// zone is the id of the demonstration's domain at Cloudflare.
func (o *outside) zone() string {
	o.t.Helper()
	var all []struct{ ID string }
	o.read("/zones?name="+sim.DemoDomain, &all)
	return all[0].ID
}

func (o *outside) read(path string, into any) {
	o.t.Helper()
	if err := json.Unmarshal([]byte(o.dashboard("GET", path, nil)), into); err != nil {
		o.t.Fatal(err)
	}
}

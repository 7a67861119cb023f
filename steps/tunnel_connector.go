package steps

import (
	"fmt"
	"strings"
	"time"

	"example.test/wizard/locale"
)

// goal is the tunnel that this computer shall serve; empty while it is not made.
func (seen tunnelSeen) goal(s Settings) string {
	return nameOr(seen.adopted(s).ID, seen.tunnel.ID)
}

func (seen tunnelSeen) findConnector(s Settings, d *TunnelDetail, f *Finding) {
	l := seen.local
	goal := seen.goal(s)
	service := Check{Name: "service", Title: "The connector runs on this computer", Detail: "Not installed yet"}
	switch {
	case l.Busy:
		service.Status, service.Detail = Wait, "It is being installed just now."
		f.Checks, f.Summary, f.Again = append(f.Checks, service), "The connector is being installed", 3*time.Second
		return
	case !l.Installed && l.Running && l.TunnelID != "" && l.TunnelID == goal:
		service.Status, service.Word, service.Detail = Pass, "By hand", "Somebody else runs it: you, a container or another program."
		f.Checks = append(f.Checks, service, Check{
			Name: "boot", Title: "It starts with the computer", Status: Skip, Word: "You look after this", Detail: "The wizard did not install it, and cannot tell.",
		})
		return
	case l.ByHand && l.Prepared != "" && l.Prepared == goal:
		service.Status, service.Detail = Wait, "Everything is prepared. It runs as soon as you start it, as told on this page."
		f.Checks, f.Summary, f.Again = append(f.Checks, service), "Start the connector yourself", 3*time.Second
		f.Heading = "Start the connector"
		return
	case !l.Installed:
		if l.Unfinished {
			service.Detail = "An installation broke off. What it left behind is cleared away before the next one."
		}
		f.Actions = append(f.Actions, seen.installAction())
		f.Checks = append(f.Checks, service)
		if f.Summary == "" {
			f.Summary = "Ready to install the connector"
		}
		return
	case l.TunnelID != "" && l.TunnelID != goal:
		service.Status = Fail
		service.Detail = "A connector is installed already, and it serves another tunnel."
		service.Fix = Fix{
			Title: "Choose which tunnel this computer serves",
			Text:  "The wizard never installs over an existing connector: that would delete its key. There are three ways:",
			Steps: seen.threeWays(),
		}
		if l.Ours {
			service.Fix.Link = Link{"Remove it under Undo", "/undo"}
		}
		f.Ask, f.Summary, f.Actions = "tunnel_name", service.Detail, nil
	case !l.Running && l.Ours:
		service.Status, service.Detail = Fail, "The connector is installed but does not run."
		service.Fix = Fix{Text: "The wizard can start it, as planned below. By hand it is:", Command: l.Manual}
		f.Actions = append(f.Actions, Action{
			ID: "start-connector", Verb: Update, What: "Start the connector", From: "Stopped", To: "Running", Why: "It was stopped, or did not come up again.",
			Rows: []Row{Text("Managed by", l.Manager), Text("Version", nameOr(l.Version, "unknown"))},
		})
		f.Summary = "The connector does not run"
	case !l.Running:
		service.Status, service.Detail = Fail, "The connector is installed but does not run."
		service.Fix = Fix{Title: "Start it", Command: l.Manual, Text: "Then look again."}
		f.Summary = "The connector does not run"
	default:
		service.Status = Pass
		service.Detail = fmt.Sprintf("%s, version %s", l.Manager, nameOr(l.Version, "unknown"))
	}
	f.Checks = append(f.Checks, service)
	boot := Check{Name: "boot", Title: "It starts with the computer", Status: Pass, Detail: l.Manager}
	switch {
	case l.AtBoot:
	case l.Child:
		boot.Status, boot.Word, boot.Detail = Skip, "Not here", "It runs as long as this wizard runs."
	default:
		boot.Status, boot.Detail = Warn, "After a restart of this computer the connector stays off."
		boot.Fix = Fix{Text: "Have it started with the computer.", Command: l.Enable}
	}
	key := Check{Name: "key", Title: "Its key is not on the command line", Status: Pass, Detail: "Nobody sees it in the list of processes."}
	if l.KeyOnArgv {
		key.Status, key.Detail = Warn, "Everyone who may list processes on this computer can read the connector’s key."
		key.Fix = Fix{Text: "Update the connector: since version " + MinimumConnector + " it keeps its key in a file."}
	}
	f.Checks = append(f.Checks, boot, key)
}

// threeWays are what can be done about a connector that serves another tunnel.
func (seen tunnelSeen) threeWays() []string {
	use := "Use its tunnel. It belongs to another account of Cloudflare, so this way is closed unless you give the wizard a token of that account."
	switch {
	case seen.served.ID != "" && !seen.served.Remote:
		use = "Use its tunnel. It is configured by a file on this computer, so this way is closed: a configuration saved at Cloudflare would take the place of the file’s routes, or be ignored."
	case seen.served.ID != "":
		use = "Use its tunnel, as offered on this page. Plex becomes one more route of it, and its other routes stay."
	}
	replace := "Replace it. Remove it the way it was installed, for example by “cloudflared service uninstall”, and look again. What it served until now is cut off."
	if seen.local.Ours {
		replace = "Replace it. Remove it under Undo, and look again. What it served until now is cut off."
	}
	return []string{use, replace, "Have two. Run a second connector on another computer of your network, or in a container on this one, and the wizard there."}
}

func (seen tunnelSeen) installAction() Action {
	if seen.local.ByHand {
		return Action{
			ID: "install-connector", Verb: Create, What: "Prepare the connector", To: "A file with its key, and one for a container",
			Why:  "The wizard knows no way to install a service on this system. It prepares everything, and you start it.",
			Rows: []Row{Text("Files", "The tunnel’s key, which only you can read, and compose.yaml"), Text("Then", "One command, by hand or for a container")},
		}
	}
	how := "As a service of this computer, installed " + seen.how
	if seen.local.Manager != "" {
		how = capital(seen.local.Manager)
	}
	a := Action{
		ID: "install-connector", Verb: Create, What: "Install the connector on this computer", To: how,
		Why:  "cloudflared, Cloudflare’s own program. It is downloaded from its maker and its checksum is compared before it may run.",
		Rows: []Row{Text("Program", "cloudflared, "+MinimumConnector+" or newer")},
		Undo: true,
	}
	switch l := seen.local; {
	case l.Found:
		a.Why = "cloudflared, Cloudflare’s own program, is on this computer already and fits. It is used as it is, and updated the way it was installed."
		a.Rows = []Row{Text("Program", "cloudflared "+l.FoundVersion+", which is there already"), Code("At", l.Place)}
	case l.Beside:
		a.Why += " The cloudflared that is there already is too old, or not only administrators may change it, so it stays as it is and this one is put beside it."
		a.Rows = append(a.Rows, Code("At", l.Place))
	}
	a.Rows = append(a.Rows, Text("Runs", how), Text("Its key", "Given to the connector only, never on a command line"))
	return a
}

func (seen tunnelSeen) egressChecks() []Check {
	e := seen.egress
	names := Check{Name: "names", Title: "Cloudflare’s tunnel servers are known", Status: Pass, Detail: nameOr(e.Detail["names"], "region1 and region2.v2.argotunnel.com")}
	if !e.Names {
		names.Status, names.Detail = Fail, strings.TrimSpace("The names of Cloudflare’s tunnel servers do not resolve. "+e.Detail["names"])
		names.Fix = Fix{Title: "Check the DNS server", Text: "Check this computer’s DNS server. Some filters block argotunnel.com."}
	}
	port := Check{Name: "port", Title: "Port 7844 is open outbound", Status: Pass, Detail: "TCP and UDP"}
	switch {
	case !e.TCP && !e.UDP:
		port.Status, port.Detail = Fail, strings.TrimSpace("Neither TCP nor UDP gets an answer. "+e.Detail["tcp"])
		port.Fix = Fix{Title: "Allow outbound port 7844", Text: "In the firewall of your router or of this computer, allow outbound TCP and UDP 7844 to region1.v2.argotunnel.com and region2.v2.argotunnel.com."}
	case !e.TCP:
		port.Status, port.Detail = Pass, "UDP. TCP is blocked, and not needed."
	case !e.UDP:
		port.Status, port.Word, port.Detail = Warn, "Works, slower", "TCP works. UDP got no answer."
		port.Fix = Fix{Text: "The tunnel uses TCP by itself. For the faster way, allow outbound UDP 7844 in the firewall of your router."}
	}
	if !e.Names {
		port.Status, port.Detail, port.Fix = Skip, "Looked at when the names resolve", Fix{}
	}
	out := []Check{names, port}
	if e.Proxy != "" {
		proxy := Check{Name: "proxy", Title: "A proxy is set on this computer", Status: Pass, Detail: e.Proxy + ". The connector goes past it, and can."}
		if port.Status == Fail {
			proxy.Status, proxy.Detail = Warn, e.Proxy+". The connector cannot use it: a proxy for web pages does not carry tunnels."
			proxy.Fix = Fix{Text: "Let this computer reach port 7844 directly, as above."}
		}
		out = append(out, proxy)
	}
	return out
}

// joined judges whether this very computer is connected.
func (seen tunnelSeen) joined(s Settings, d *TunnelDetail, f *Finding, now time.Time) {
	here := Check{Name: "connector", Title: "Cloudflare sees this very computer", Status: Wait, Detail: "Not yet. Joining can take three minutes when a way out is blocked."}
	for _, c := range seen.connectors {
		if c.ID == seen.local.ID && c.ID != "" {
			d.Connector = c
			here.Status, here.Detail = Pass, "Connector "+c.ID+", the same id here and there"
		}
	}
	health := Check{Name: "healthy", Title: "The tunnel is healthy", Status: Wait, Detail: "Status: " + seen.tunnel.Status}
	switch seen.tunnel.Status {
	case "healthy":
		n := max(seen.local.Ready, len(d.Connector.Colos))
		health.Status, health.Detail = Pass, locale.Count(n, "connection", "connections")
	case "degraded":
		health.Status, health.Detail = Warn, "Degraded: some connections fail. It works."
	case "down":
		health.Detail = "Down: it was connected, and is not now."
	}
	if here.Status == Wait && seen.local.Refused != "" {
		here.Status, here.Detail = Fail, "Cloudflare does not accept the connector’s key. What it said stands below."
		here.Fix = Fix{Title: "Give it the tunnel’s present key", Text: "The key was changed, or belongs to a tunnel that is gone. Remove the connector under Undo; this step then installs it again.", Link: Link{"Remove it under Undo", "/undo"}}
		f.Heading, f.Summary = "The key is not accepted", "Cloudflare does not accept the connector’s key"
	}
	if !seen.local.Running {
		here.Status, here.Detail = Skip, "Looked at when the connector runs"
		health.Status = Skip
	}
	f.Checks = append(f.Checks, here, health)
	if here.Status == Wait || health.Status == Wait {
		f.Again = 3 * time.Second
		if f.Ask == "" && here.Status != Fail {
			f.Heading, f.Summary = "The connector is joining", "Waiting for the connector to join"
		}
	}
	if f.Done() {
		f.Heading = "The tunnel is up"
		f.Summary = strings.TrimSuffix("Healthy, "+health.Detail, ", ")
		if f.Again == 0 {
			f.Again = time.Minute // a tunnel can fall at any time
		}
	} else if f.Again == 0 {
		f.Again = 10 * time.Second
	}
	if here.Status == Pass {
		seen.alone(s, d, f, now)
		seen.outdated(d, f)
	}
	f.Evidence = []Evidence{seen.card(d, now)}
}

func (seen tunnelSeen) card(d *TunnelDetail, now time.Time) Evidence {
	st := map[string]Status{"healthy": Pass, "degraded": Warn, "down": Fail}[seen.tunnel.Status]
	e := Evidence{
		Card: "tunnel", Place: "Networking › Tunnels › " + seen.tunnel.Name, Status: st, Word: capital(seen.tunnel.Status), Reading: seen.tunnel.Reading,
		Rows: []Row{Text("Name", seen.tunnel.Name), Code("Tunnel ID", seen.tunnel.ID), Text("Status", capital(seen.tunnel.Status))},
		Open: linkTunnels(),
	}
	if c := d.Connector; c.ID != "" {
		e.Rows = append(e.Rows,
			Row{Label: "Connector ID", Values: []Value{{Text: c.ID, Code: true, Note: "equal to the id that the program on this computer reports"}}},
			Text("Version", c.Version), Text("Platform", c.Arch), Text("Data centers", strings.Join(c.Colos, ", ")))
		if !c.Since.IsZero() {
			e.Rows = append(e.Rows, Text("Uptime", HumanDuration(max(now.Sub(c.Since), time.Second))))
		}
	}
	return e
}

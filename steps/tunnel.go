package steps

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// TunnelStep is step 4: a tunnel at Cloudflare and its connector on this computer.
type TunnelStep struct {
	Tunnels  Tunnels
	Host     ConnectorHost
	Computer Computer
	Now      func() time.Time
}

var (
	_ Step  = (*TunnelStep)(nil)
	_ Taker = (*TunnelStep)(nil)
)

// TunnelDetail is what the page of step 4 shows beyond its checks.
type TunnelDetail struct {
	Name      string        // chosen or proposed
	Taken     []CloudTunnel // tunnels of that name that are not ours
	Tunnel    CloudTunnel
	Connector CloudConnector
	Local     LocalConnector
	Manual    string // the command to run by hand when the wizard may not install
}

// Info implements [Step].
func (*TunnelStep) Info() Info { return Info{ID: IDTunnel, Number: 4, Title: "Set up the tunnel"} }

type tunnelSeen struct {
	name       string
	tunnel     CloudTunnel
	exists     bool
	taken      []CloudTunnel
	connectors []CloudConnector
	local      LocalConnector
	egress     Egress
	mayInstall bool
	how        string
}

// Inspect implements [Step].
func (t *TunnelStep) Inspect(ctx context.Context, s Settings) (Finding, error) {
	if s.AccountID == "" {
		return Finding{Blocked: "After step 1", Summary: "After step 1"}, nil
	}
	seen, err := t.observe(ctx, s)
	if err != nil {
		return Finding{}, err
	}
	return seen.finding(s, t.Now()), nil
}

func (t *TunnelStep) observe(ctx context.Context, s Settings) (tunnelSeen, error) {
	seen := tunnelSeen{name: s.TunnelName}
	if seen.name == "" {
		seen.name = t.Computer.Name()
	}
	var wg sync.WaitGroup
	var cloudErr, localErr, outErr error
	wg.Go(func() { cloudErr = t.observeCloud(ctx, s, &seen) })
	wg.Go(func() { seen.local, localErr = t.Host.Status(ctx) })
	wg.Go(func() { seen.egress, outErr = t.Host.PreCheck(ctx) })
	wg.Go(func() { seen.mayInstall, seen.how = t.Computer.MayInstall(ctx) })
	wg.Wait()
	if localErr != nil {
		localErr = fmt.Errorf("looking for a connector on this computer: %w", localErr)
	}
	if outErr != nil {
		outErr = fmt.Errorf("trying the ways out: %w", outErr)
	}
	return seen, errors.Join(cloudErr, localErr, outErr)
}

func (t *TunnelStep) observeCloud(ctx context.Context, s Settings, seen *tunnelSeen) (err error) {
	if s.TunnelID != "" {
		seen.tunnel, err = t.Tunnels.Tunnel(ctx, s.AccountID, s.TunnelID)
		seen.exists = err == nil
		if errors.Is(err, ErrNotFound) {
			err = nil
		}
	}
	if err == nil && !seen.exists {
		seen.taken, err = t.Tunnels.TunnelsNamed(ctx, s.AccountID, seen.name)
	}
	if err != nil {
		return fmt.Errorf("reading the tunnel: %w", err)
	}
	if !seen.exists {
		return nil
	}
	if seen.connectors, err = t.Tunnels.Connectors(ctx, s.AccountID, seen.tunnel.ID); err != nil {
		return fmt.Errorf("reading the tunnel’s connectors: %w", err)
	}
	return nil
}

// orphan is a tunnel that we created and whose answer we never got: it has our
// name and was made when our open intent was written.
func orphan(s Settings, taken []CloudTunnel) (CloudTunnel, bool) {
	for _, t := range taken {
		if s.pending(IDTunnel, "create-tunnel", t.Created) {
			return t, true
		}
	}
	return CloudTunnel{}, false
}

func (seen tunnelSeen) finding(s Settings, now time.Time) Finding {
	d := &TunnelDetail{Name: seen.name, Tunnel: seen.tunnel, Local: seen.local, Manual: seen.local.Manual}
	f := Finding{Detail: d, Checks: seen.egressChecks()}
	if !seen.exists {
		seen.findTunnel(s, d, &f)
		f.Checks = append(f.Checks, Check{Name: "tunnel", Title: "The tunnel exists", Detail: "Not yet"})
		if f.Ask != "" || len(f.Auto()) > 0 {
			return f
		}
	} else {
		f.Checks = append(f.Checks, Check{Name: "tunnel", Title: "The tunnel exists", Status: Pass, Detail: seen.tunnel.Name + ", configured at Cloudflare"})
	}
	seen.findConnector(s, d, &f)
	if seen.exists && len(f.Plan()) == 0 {
		seen.joined(s, d, &f, now)
	}
	return f
}

func (seen tunnelSeen) findTunnel(s Settings, d *TunnelDetail, f *Finding) {
	if t, ok := orphan(s, seen.taken); ok {
		f.Actions = append(f.Actions, Action{ID: "adopt-tunnel", Verb: Update, Auto: true, What: "Take up the tunnel that was made a moment ago", To: t.Name, Settles: "create-tunnel"})
		f.Summary, f.Again = "Taking up the tunnel", 3*time.Second
		return
	}
	if len(seen.taken) > 0 && !s.TunnelAdopt {
		d.Taken = seen.taken
		f.Ask, f.Summary = "tunnel_name", "A tunnel named "+seen.name+" is there already"
		f.Checks = append(f.Checks, Check{
			Name: "tunnel-name", Title: "The name is free", Status: Fail,
			Detail: fmt.Sprintf("A tunnel named “%s” was made on %s. The wizard did not make it.", seen.name, seen.taken[0].Created.Format("2 January 2006")),
			Fix:    Fix{Text: "Use that one, or choose another name below."},
		})
		return
	}
	if len(seen.taken) > 0 {
		t := seen.taken[0]
		f.Actions = append(f.Actions, Action{
			ID: "use-tunnel", Verb: Update, What: "Use the tunnel “" + t.Name + "” that is there", To: t.ID,
			Why: "As you chose. Its other routes stay.", Rows: []Row{Text("Name", t.Name), Code("Tunnel ID", t.ID), Text("Status", t.Status)},
		})
		f.Summary = "One tunnel to take up"
		return
	}
	f.Actions = append(f.Actions, Action{
		ID: "create-tunnel", Verb: Create, What: "Create a tunnel", To: seen.name,
		Why:  "The way from Cloudflare to this computer. It is dialled from here, so your router stays closed.",
		Rows: []Row{Text("Name", seen.name), Text("Configured", "At Cloudflare")},
	})
	f.Summary = "One tunnel to create"
}

func (seen tunnelSeen) findConnector(s Settings, d *TunnelDetail, f *Finding) {
	l := seen.local
	goal := seen.tunnel.ID
	if !seen.exists && s.TunnelAdopt && len(seen.taken) > 0 {
		goal = seen.taken[0].ID
	}
	service := Check{Name: "service", Title: "The connector runs on this computer", Detail: "Not installed yet"}
	switch {
	case l.Busy:
		service.Status, service.Detail = Wait, "It is being installed just now."
		f.Checks, f.Summary, f.Again = append(f.Checks, service), "The connector is being installed", 3*time.Second
		return
	case !l.Installed:
		if l.Unfinished {
			service.Detail = "An installation broke off. What it left behind is cleared away before the next one."
		}
		f.Actions = append(f.Actions, seen.installAction())
		f.Checks = append(f.Checks, service)
		if f.Summary == "" {
			f.Summary = "The connector is to be installed"
		}
		return
	case l.TunnelID != "" && l.TunnelID != goal:
		service.Status = Fail
		service.Detail = "A connector is installed already, and it serves another tunnel."
		service.Fix = Fix{
			Title: "Choose which tunnel this computer serves",
			Text:  "The wizard never installs over an existing connector: that would delete its key. Use the tunnel that it serves by choosing its name, or remove the connector first.",
		}
		if l.Ours {
			service.Fix.Link = Link{"Remove it under Undo", "/undo"}
		}
		f.Ask, f.Summary, f.Actions = "tunnel_name", service.Detail, nil
	case !l.Running:
		service.Status, service.Detail = Fail, "It is installed but does not run."
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
		boot.Status, boot.Word, boot.Detail = Skip, "Here not", "It runs as long as this wizard runs."
	default:
		boot.Status, boot.Detail = Warn, "After a restart of this computer it stays off."
		boot.Fix = Fix{Text: "Have it started with the computer.", Command: l.Enable}
	}
	key := Check{Name: "key", Title: "Its key is not on the command line", Status: Pass, Detail: "Nobody sees it in the list of processes."}
	if l.KeyOnArgv {
		key.Status, key.Detail = Warn, "Everyone who may list processes on this computer can read it."
		key.Fix = Fix{Text: "Update the connector: since version 2026.7.3 it keeps its key in a file."}
	}
	f.Checks = append(f.Checks, boot, key)
}

func (seen tunnelSeen) installAction() Action {
	how := "As a service of this computer, installed " + seen.how
	if seen.local.Manager != "" {
		how = capital(seen.local.Manager)
	}
	return Action{
		ID: "install-connector", Verb: Create, What: "Install the connector on this computer", To: how,
		Why: "cloudflared, Cloudflare’s own program. It is downloaded from its maker and its checksum is compared before it may run.",
		Rows: []Row{
			Text("Program", "cloudflared, 2026.7.3 or newer"), Text("Runs", how),
			Text("Its key", "Given to the connector only, never on a command line"),
		},
	}
}

func (seen tunnelSeen) egressChecks() []Check {
	e := seen.egress
	names := Check{Name: "names", Title: "Cloudflare’s tunnel servers are known", Status: Pass, Detail: nameOr(e.Detail["names"], "region1 and region2.v2.argotunnel.com")}
	if !e.Names {
		names.Status = Fail
		names.Fix = Fix{Title: "The names do not resolve", Text: "Check this computer’s DNS server. Some filters block argotunnel.com."}
	}
	port := Check{Name: "port", Title: "Port 7844 is open outbound", Status: Pass, Detail: "TCP and UDP"}
	switch {
	case !e.TCP && !e.UDP:
		port.Status, port.Detail = Fail, strings.TrimSpace("Neither TCP nor UDP gets an answer. "+e.Detail["tcp"])
		port.Fix = Fix{Title: "Allow outbound port 7844", Text: "In the firewall of your router or of this computer, allow outbound TCP and UDP 7844 to region1.v2.argotunnel.com and region2.v2.argotunnel.com."}
	case !e.TCP:
		port.Status, port.Detail = Pass, "UDP. TCP is blocked, and not needed."
	case !e.UDP:
		port.Status, port.Word, port.Detail = Warn, "Works, slower", "TCP. UDP got no answer."
		port.Fix = Fix{Text: "The tunnel uses TCP by itself. For the faster way, allow outbound UDP 7844 in the firewall of your router."}
	}
	if !e.Names {
		port.Status, port.Detail, port.Fix = Skip, "Looked at when the names resolve", Fix{}
	}
	return []Check{names, port}
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
		health.Status, health.Detail = Pass, fmt.Sprintf("%d connections", max(seen.local.Ready, len(d.Connector.Colos)))
	case "degraded":
		health.Status, health.Detail = Warn, "Degraded: some connections fail. It works."
	case "down":
		health.Detail = "Down: it was connected, and is not now."
	}
	if !seen.local.Running {
		here.Status, here.Detail = Skip, "Looked at when the connector runs"
		health.Status = Skip
	}
	f.Checks = append(f.Checks, here, health)
	if here.Status == Wait || health.Status == Wait {
		f.Again = 3 * time.Second
		if f.Ask == "" {
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
	f.Evidence = []Evidence{seen.card(d, now)}
}

func (seen tunnelSeen) card(d *TunnelDetail, now time.Time) Evidence {
	st := map[string]Status{"healthy": Pass, "degraded": Warn, "down": Fail}[seen.tunnel.Status]
	e := Evidence{
		Card: "tunnel", Place: "Networking › Tunnels › " + seen.tunnel.Name, Status: st, Word: capital(seen.tunnel.Status), Reading: seen.tunnel.Reading,
		Rows: []Row{Text("Name", seen.tunnel.Name), Code("Tunnel ID", seen.tunnel.ID), Text("Status", capital(seen.tunnel.Status))},
		Open: Link{"Open in Cloudflare", "https://dash.cloudflare.com/?to=/:account/tunnels"},
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

// Apply implements [Step].
func (t *TunnelStep) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	switch a.ID {
	case "create-tunnel", "adopt-tunnel", "use-tunnel":
		return t.takeTunnel(ctx, s, a.ID)
	case "install-connector":
		return s, t.install(ctx, s)
	}
	return s, fmt.Errorf("step tunnel has no action %q", a.ID)
}

func (t *TunnelStep) takeTunnel(ctx context.Context, s Settings, action string) (Settings, error) {
	name := nameOr(s.TunnelName, t.Computer.Name())
	there, err := t.Tunnels.TunnelsNamed(ctx, s.AccountID, name)
	if err != nil {
		return s, fmt.Errorf("looking for the tunnel: %w", err)
	}
	ours, made := orphan(s, there)
	switch {
	case made && action != "use-tunnel":
	case len(there) > 0 && action == "use-tunnel":
		ours = there[0]
	case len(there) > 0 || action != "create-tunnel":
		return s, ErrPlanChanged
	default:
		if ours, err = t.Tunnels.CreateTunnel(ctx, s.AccountID, name); err != nil {
			return s, fmt.Errorf("creating the tunnel: %w", err)
		}
		made = true
	}
	s.TunnelID, s.TunnelName, s.TunnelCreated, s.TunnelAdopt = ours.ID, name, made, false
	return s, nil
}

// TakeUp implements [Taker] for the one action whose result has an id.
func (t *TunnelStep) TakeUp(ctx context.Context, s Settings, a Action) (Settings, error) {
	if a.ID != "create-tunnel" {
		return s, nil
	}
	return t.takeTunnel(ctx, s, "adopt-tunnel")
}

func (t *TunnelStep) install(ctx context.Context, s Settings) error {
	local, err := t.Host.Status(ctx)
	if err != nil {
		return fmt.Errorf("looking for a connector on this computer: %w", err)
	}
	if local.Installed {
		return nil // never over an existing one
	}
	key, err := t.Tunnels.TunnelToken(ctx, s.AccountID, s.TunnelID)
	if err != nil {
		return fmt.Errorf("fetching the tunnel’s key: %w", err)
	}
	if err := t.Host.Install(ctx, key, func(p Part) { Report(ctx, p) }); err != nil {
		return fmt.Errorf("installing the connector: %w", err)
	}
	return nil
}

// ValidTunnelName reports what is wrong with a name, or "".
func ValidTunnelName(name string) string {
	switch {
	case name == "":
		return "Enter a name for the tunnel"
	case len(name) > 100:
		return "The name is longer than 100 characters"
	case !regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} ._-]*$`).MatchString(name):
		return "The name may have letters, digits, spaces, dots and hyphens"
	}
	return ""
}

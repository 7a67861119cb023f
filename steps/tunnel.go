package steps

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"example.test/wizard/steps/beside"
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
	Name      string           // chosen or proposed
	Taken     []CloudTunnel    // tunnels of that name that are not ours
	TakenBy   []CloudConnector // who serves the first of them, other than this computer
	Tunnel    CloudTunnel
	Connector CloudConnector
	Local     LocalConnector
	Served    CloudTunnel      // the other one that a connector on this computer serves, where it is in this account
	ServedBy  []CloudConnector // who serves that one besides
	Manual    string           // the command to run by hand when the wizard may not install
}

// Info implements [Step].
func (*TunnelStep) Info() Info { return Info{ID: IDTunnel, Number: 4, Title: "Set up the tunnel"} }

type tunnelSeen struct {
	name       string
	tunnel     CloudTunnel
	exists     bool
	taken      []CloudTunnel
	takenBy    []CloudConnector // of the first
	connectors []CloudConnector
	local      LocalConnector
	served     CloudTunnel
	servedBy   []CloudConnector
	newest     string // release of the connector; empty when not known
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
	var wg beside.Group
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
	err := errors.Join(cloudErr, localErr, outErr)
	if err == nil && seen.local.Installed {
		seen.newest = t.Host.Newest(ctx)
	}
	if id := seen.local.TunnelID; err == nil && seen.local.Installed && id != "" && id != seen.goal(s) {
		served, lookErr := t.Tunnels.Tunnel(ctx, s.AccountID, id)
		if lookErr == nil {
			seen.served = served
			seen.servedBy, lookErr = t.Tunnels.Connectors(ctx, s.AccountID, id)
		}
		if lookErr != nil && !errors.Is(lookErr, ErrNotFound) {
			err = fmt.Errorf("reading the tunnel of the connector that is here: %w", lookErr)
		}
	}
	return seen, err
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
		return t.observeTaken(ctx, s, seen)
	}
	if seen.connectors, err = t.Tunnels.Connectors(ctx, s.AccountID, seen.tunnel.ID); err != nil {
		return fmt.Errorf("reading the tunnel’s connectors: %w", err)
	}
	return nil
}

// observeTaken asks who serves a tunnel that is there and not ours.
func (t *TunnelStep) observeTaken(ctx context.Context, s Settings, seen *tunnelSeen) (err error) {
	if _, ours := orphan(s, seen.taken); ours || len(seen.taken) == 0 {
		return nil
	}
	seen.takenBy, err = t.Tunnels.Connectors(ctx, s.AccountID, seen.taken[0].ID)
	if err != nil {
		return fmt.Errorf("reading the connectors of the tunnel that is there: %w", err)
	}
	return nil
}

func (seen tunnelSeen) finding(s Settings, now time.Time) Finding {
	d := &TunnelDetail{Name: seen.name, Tunnel: seen.tunnel, Served: seen.served, Local: seen.local, Manual: seen.local.Manual}
	d.ServedBy = seen.elsewhere(seen.servedBy)
	f := Finding{Detail: d, Checks: seen.egressChecks()}
	if !seen.exists {
		seen.findTunnel(s, d, &f)
		f.Checks = append(f.Checks, Check{Name: "tunnel", Title: "The tunnel exists", Detail: "Not yet"})
		if f.Ask != "" || len(f.Auto()) > 0 {
			return f
		}
	} else {
		c := seen.tunnelCheck()
		f.Checks = append(f.Checks, c)
		if c.Status == Fail {
			d.Taken = []CloudTunnel{seen.tunnel}
			f.Ask, f.Summary = "tunnel_name", "The tunnel is configured by a file"
			return f
		}
	}
	seen.findConnector(s, d, &f)
	if seen.exists && len(f.Plan()) == 0 {
		seen.joined(s, d, &f, now)
	}
	return f
}

// Apply implements [Step].
func (t *TunnelStep) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	switch a.ID {
	case "create-tunnel", "adopt-tunnel", "use-tunnel":
		return t.takeTunnel(ctx, s, a.ID)
	case "install-connector":
		return s, t.install(ctx, s)
	case "update-connector":
		if err := t.Host.Update(ctx, func(p Part) { Report(ctx, p) }); err != nil {
			return s, fmt.Errorf("updating the connector: %w", err)
		}
		return s, nil
	case "start-connector":
		if err := t.Host.Start(ctx); err != nil {
			return s, fmt.Errorf("starting the connector: %w", err)
		}
		return s, nil
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
	case len(there) > 0 && there[0].Remote && action == "use-tunnel":
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

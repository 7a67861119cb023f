package steps

import (
	"context"
	"fmt"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps/beside"
)

// Preflight is the live part of the page "Before you start": is this computer ready?
type Preflight struct {
	Plex     PlexServer
	Host     ConnectorHost
	Computer Computer
	Settings func() (Settings, error)
}

// Ready is what the preflight saw.
type Ready struct {
	Checks []Check
	Server PlexFound   // the first Plex that answered
	Plex   PlexDetails // known only with a token at hand
	Known  bool        // Plex is filled in
}

// mostSkew is how wrong the clock may be before tokens and certificates suffer.
const mostSkew = 2 * time.Minute

// Look takes every reading side by side. What cannot be read is a check, never an error.
func (p *Preflight) Look(ctx context.Context) Ready {
	var (
		out    Ready
		plex   Check
		egress []Check
		clock  Check
		system Check
		wg     beside.Group
	)
	wg.Go(func() { plex = p.plex(ctx, &out) })
	wg.Go(func() {
		e, err := p.Host.PreCheck(ctx)
		egress = readyEgress(e, err)
	})
	wg.Go(func() { clock = p.clock(ctx) })
	wg.Go(func() { system = p.system(ctx) })
	wg.Wait()
	out.Checks = append([]Check{plex}, egress...)
	out.Checks = append(out.Checks, clock, system)
	return out
}

func (p *Preflight) plex(ctx context.Context, out *Ready) Check {
	c := Check{Name: "plex", Title: "Plex answers here"}
	s, err := p.Settings()
	if err != nil {
		return Check{Name: c.Name, Title: c.Title, Status: Warn, Detail: Explain(err).Title}
	}
	all, err := p.Plex.Find(ctx, s.PlexAddress)
	if err != nil {
		c.Status, c.Detail = Warn, Explain(err).Title
		return c
	}
	out.Server = chosenServer(s, all)
	checks, _ := gateSeen{server: out.Server}.checks()
	c.Status, c.Detail, c.Fix = checks[0].Status, checks[0].Detail, checks[0].Fix
	if out.Server.State == "none" || out.Server.State == "refused" { // step 5 asks for it
		c.Fix.Text, c.Fix.Link = "Run this wizard on the computer where Plex runs. If that is a NAS or a container, step 5 asks for its address.", Link{}
	}
	if c.Status == Fail {
		c.Status = Warn // the first four steps do without Plex
	}
	if out.Server.State != "ok" {
		return c
	}
	if t, err := p.Plex.Token(ctx, out.Server); err == nil && t.Have {
		d, err := p.Plex.Details(ctx, out.Server)
		out.Plex, out.Known = d, err == nil
	}
	return c
}

func readyEgress(e Egress, err error) []Check {
	api := Check{Name: "api", Title: "Cloudflare answers", Status: Pass, Detail: nameOr(e.Detail["api"], "api.cloudflare.com")}
	if err != nil || !e.API {
		api.Status, api.Detail = Fail, nameOr(e.Detail["api"], "api.cloudflare.com cannot be reached.")
		api.Fix = Fix{Title: "Check the network connection", Text: "This computer must reach api.cloudflare.com over HTTPS."}
	}
	return append([]Check{api}, tunnelSeen{egress: e}.egressChecks()...)
}

func (p *Preflight) clock(ctx context.Context) Check {
	c := Check{Name: "clock", Title: "The clock is right", Status: Pass}
	skew, err := p.Computer.ClockSkew(ctx)
	switch {
	case err != nil:
		c.Status, c.Detail = Skip, "Compared when Cloudflare answers"
	case skew.Abs() > mostSkew:
		c.Status, c.Detail = Warn, fmt.Sprintf("It is %s off.", HumanDuration(skew.Abs()))
		c.Fix = Fix{Title: "Set the clock", Text: "Turn automatic time on in the system settings. Tokens and certificates depend on it."}
	default:
		c.Detail = locale.Decimal(skew.Abs().Seconds()) + " seconds from Cloudflare’s"
		if skew.Abs() < time.Second {
			c.Detail = "Less than a second from Cloudflare’s"
		}
	}
	return c
}

func (p *Preflight) system(ctx context.Context) Check {
	c := Check{Name: "system", Title: "System is supported", Status: Pass}
	ok, how := p.Computer.MayInstall(ctx)
	c.Detail = p.Computer.System() + ". The service is installed " + how + "."
	if !ok {
		c.Detail = p.Computer.System() + ". " + how
		c.Status = Warn
		c.Fix = Fix{Text: "Step 4 then shows the one command to run by hand."}
	}
	return c
}

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"time"

	"example.test/wizard/clients/cloudflare"
	"example.test/wizard/clients/computer"
	"example.test/wizard/clients/connector"
	"example.test/wizard/clients/plex"
	"example.test/wizard/clients/published"
	"example.test/wizard/clients/rdap"
	"example.test/wizard/clients/resolver"
	"example.test/wizard/clients/secrets"
	"example.test/wizard/clients/visitor"
	"example.test/wizard/clients/words"
	"example.test/wizard/sim"
	"example.test/wizard/sim/releases"
	"example.test/wizard/steps"
	"example.test/wizard/store"
	"example.test/wizard/web"
)

// program is everything that is wired together.
type program struct {
	store     *store.DB
	kept      steps.Store  // the same, as the steps see it
	aside     func() error // removes the copy of a file that another wizard holds; nil when there is none
	engine    *steps.Engine
	undo      *steps.Engine
	ticked    *web.Ticked
	vault     *secrets.Vault
	connector *connector.Host
	plex      *plex.Client
	account   *cloudflare.Client
	prove     func(context.Context, steps.Settings, steps.Secret) (steps.Finding, error) // a token on trial
	box       *computer.Box
	pictures  *pictures
	dns       *steps.DNSStep
	security  *steps.SecurityStep
	export    *steps.Export
	before    *steps.Preflight
	words     *words.Diceware
	published *published.Client // nil when this build does not know where its releases are
	log       *slog.Logger
	known     *secretSet
	clock     func() time.Time // the engine's
	leaveIn   time.Duration    // for the goodbye to plex.tv; the usual when it is 0
}

// given is what comes by the environment. It is taken before anything else is
// done, so that no child inherits it and no line is written that could hold it.
type given struct {
	cloudflare, plex steps.Secret
	known            *secretSet
}

func takeGiven() (in given, err error) {
	in.known = &secretSet{}
	if in.cloudflare, err = secrets.TakeEnv("CLOUDFLARE_API_TOKEN"); err != nil {
		return in, err
	}
	if in.plex, err = secrets.TakeEnv("PLEX_TOKEN"); err != nil {
		return in, err
	}
	in.known.add(in.cloudflare)
	in.known.add(in.plex)
	return in, nil
}

// wire builds the clients for a place and gives them to the steps.
func wire(ctx context.Context, o options, p place, in given, log *slog.Logger) (_ *program, err error) {
	token, plexToken := in.cloudflare, in.plex
	g := &program{log: log, known: in.known, words: words.New(rand.Reader), ticked: &web.Ticked{}, clock: time.Now, leaveIn: o.leaveIn}
	if o.now != nil {
		g.clock = o.now
	}
	if o.readOnly {
		g.store, g.aside, err = openBeside(o.data)
	} else {
		g.store, err = openStore(o.data)
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.store.Close())
		}
	}()
	g.kept = g.store
	if o.around != nil {
		g.kept = o.around(g.store)
	}
	id, err := installation(o.data, g.kept)
	if err != nil {
		return nil, err
	}
	g.vault = secrets.New(secrets.Config{Dir: o.data, Instance: id, Met: in.known.add})
	if token.IsZero() && o.demo && o.readOnly {
		token = steps.NewSecret(sim.DemoToken) // no secret: every page of the demonstration offers it
	}
	if err := fill(ctx, g.vault, token, o.readOnly); err != nil {
		log.Warn("remembered token", "err", err) // it can be pasted again
	}
	cfg := cloudflare.Config{
		BaseURL: p.CloudflareAPI, Token: g.vault.Token, Pace: p.pace(), Try: o.try,
		Count: func(method, path string) { log.Debug("asking Cloudflare", "method", method, "path", path) },
	}
	if p.world != nil {
		cfg.Source = "api.cloudflare.com (pretend)"
	}
	g.account = cloudflare.New(cfg)
	g.prove = proving(cfg, in.known, time.Now)
	dns := resolver.New(resolverConfig(p))
	g.box = computer.New(computer.Config{Cloudflare: p.CloudflareAPI})
	var dataDirs []string
	if p.PlexData != "" {
		dataDirs = []string{p.PlexData}
	}
	g.plex, err = plex.New(plex.Config{
		Address: p.Plex, PlexTV: p.PlexTV, DataDirs: dataDirs, Token: func() steps.Secret { return plexToken }, ClientID: "plex-tunnel-wizard-" + id,
		Device: g.box.Name(), Version: versionText(), GDM: gdm(p),
		Pace: time.Duration(float64(time.Second) / p.pace()), Met: in.known.add,
	})
	if err != nil {
		return nil, err
	}
	lookup := func(ctx context.Context, host string) ([]netip.Addr, error) { return seenAddresses(ctx, dns, host) }
	g.connector = connector.New(connector.Config{
		DataDir: o.data, Mode: p.Connector, Releases: p.Releases, API: apiOrigin(p.CloudflareAPI), Args: p.ConnectorArgs, Log: log, Pace: p.pace(),
		Program: connectorProgram(p, os.Getenv("CLOUDFLARED_BIN"), exec.LookPath),
		Lookup:  connectorLookup(p, lookup),
	})
	visit := visitor.New(visitor.Config{Connect: p.PublicConnect, RootCAs: p.roots, Lookup: lookup, Key: g.plex.Key, Owner: ownerOf(o.data)})
	if !o.readOnly { // which may run beside the wizard that takes a picture now
		if err := visit.Tidy(); err != nil {
			log.Info("left in the temporary folder", "err", err)
		}
	}
	g.pictures = newPictures(visit, log)
	registry := rdap.New(rdap.Config{Base: p.RDAP, HTTP: &http.Client{Timeout: 10 * time.Second}, NameServers: func(ctx context.Context, domain string) []string {
		d, err := dns.Delegation(ctx, domain)
		if err != nil {
			return nil
		}
		return d.NS
	}})
	g.published = published.New(published.Config{Repository: releasesOf(p, repository), API: p.Releases})
	g.steps(p, dns, registry, visit)
	return g, nil
}

func (g *program) steps(p place, dns *resolver.Resolver, registry *rdap.Client, visit *visitor.Visitor) {
	cf, now := g.account, time.Now
	g.dns = &steps.DNSStep{Zones: cf, Records: cf, DNS: dns, Registry: registry, Store: g.kept, Now: now, Pace: p.pace()}
	g.security = &steps.SecurityStep{Rules: cf, Settings: cf, Analytics: cf, Visitor: visit, Plex: g.plex, Access: cf, Tunnels: cf, Plans: cf, Records: cf, Now: now}
	g.engine = steps.New(steps.Config{
		Steps: []steps.Step{
			&steps.AccountStep{API: cf, Permissions: cloudflare.Permissions(), TokenLink: cloudflare.TokenLink("Plex Tunnel Wizard " + now().Format("2006-01-02")), Now: now},
			g.dns,
			&steps.CacheStep{Rules: cf, Analytics: cf, Plans: cf, Now: now},
			&steps.TunnelStep{Tunnels: hiding{cf, g.known}, Host: g.connector, Computer: g.box, Now: now},
			&steps.HostnameStep{Tunnels: cf, Records: cf, DNS: dns, Host: g.connector, Plex: g.plex},
			&steps.URLStep{Visitor: visit, DNS: dns, Tunnels: cf, Plex: g.plex, Pictures: g.pictures},
			&steps.PlexStep{Server: g.plex, TV: g.plex, Viewers: g.plex, Addresses: g.plex, Visitor: visit, Now: now, Pace: p.pace()},
			g.security,
			&steps.NotificationsStep{Alerts: cf, Tokens: cf},
		},
		Store: g.kept, Log: g.log, Now: g.clock, Pace: p.pace(), Woke: func() { cf.DropIdle(); g.plex.Close() },
	})
	g.undo = steps.New(steps.Config{
		Steps: []steps.Step{&steps.Undo{Alerts: cf, Rules: cf, Access: cf, Zone: cf, Plex: g.plex, Records: cf, Tunnels: cf, Host: g.connector, Wanted: g.ticked.IDs, Now: now, Pace: p.pace()}},
		Store: g.kept, Log: g.log, Now: now, Pace: p.pace(),
	})
	g.export = &steps.Export{Rules: cf, Zone: cf, Records: cf, Tunnels: cf, Alerts: cf, Access: cf}
	g.before = &steps.Preflight{Plex: g.plex, Host: g.connector, Computer: g.box, Settings: g.engine.Settings}
}

// close ends everything in the order in which it leans on each other. pages is
// nil when none are served.
func (g *program) close(ctx context.Context, pages func(context.Context) error) error {
	s := stopping{
		pages: pages, work: []func(context.Context) error{g.engine.Close, g.undo.Close, g.pictures.close},
		leave: g.signOut, connector: g.connector.Close, last: g.store.Close, leaveIn: g.leaveIn,
	}
	if g.aside != nil { // the connector is the running wizard's
		s.connector = func(context.Context) error { return nil }
		s.last = func() error { return errors.Join(g.store.Close(), g.aside()) }
	}
	return s.run(ctx)
}

// signOut gives back the wizard's own sign-in at plex.tv, which nobody else
// could: it is in this process's memory only.
func (g *program) signOut(ctx context.Context) error {
	if err := g.plex.SignOut(ctx); err != nil {
		g.log.Warn("the sign-in at plex.tv was not ended; it is listed there under Authorized Devices", "err", err)
	}
	g.plex.Close()
	return nil
}

func resolverConfig(p place) resolver.Config {
	c := resolver.Config{Servers: p.DNSAddresses, Pace: p.pace()}
	if len(p.Resolvers) > 0 {
		c.Resolvers = resolver.StandIns(p.Resolvers)
	}
	if p.pace() > 1 {
		c.Rate = 2000 // nobody is bothered by questions to pretend servers
	}
	return c
}

// gdm keeps Plex's own discovery off the network in a world of our own.
func gdm(p place) []string {
	if p.Plex != "" {
		return []string{}
	}
	return nil
}

// seenAddresses resolves a name at the public resolvers.
func seenAddresses(ctx context.Context, dns steps.DNS, host string) ([]netip.Addr, error) {
	all, err := dns.AddressesSeen(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		var out []netip.Addr
		for _, v := range s.Values {
			if a, err := netip.ParseAddr(v); err == nil {
				out = append(out, a)
			}
		}
		if len(out) > 0 {
			return out, nil
		}
	}
	return nil, fmt.Errorf("no public resolver knows %s", host)
}

// connectorLookup lets the check of the ways out ask the resolvers of another world.
func connectorLookup(p place, lookup func(context.Context, string) ([]netip.Addr, error)) func(context.Context, string) ([]netip.Addr, error) {
	if len(p.Resolvers) == 0 {
		return nil // this computer's own, as the connector will use it
	}
	return lookup
}

// connectorProgram is the cloudflared that runs as a child in a world without
// releases: the one that the environment names, else the one on the search path.
func connectorProgram(p place, named string, look func(string) (string, error)) string {
	if p.Connector != connector.ModeChild || p.Releases != "" {
		return ""
	}
	if named == "" {
		named, _ = look("cloudflared") // without one it is downloaded
	}
	return named
}

// releasesOf is the repository of the wizard's own releases. A world of our own
// has one of its own.
func releasesOf(p place, built string) string {
	if p.Releases != "" {
		return releases.WizardRepository
	}
	return built
}

func apiOrigin(base string) string {
	base, _, _ = strings.Cut(base, "/client/")
	return base
}

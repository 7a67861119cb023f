package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"example.test/wizard/clients/computer"
	"example.test/wizard/sim"
	"example.test/wizard/steps"
	"example.test/wizard/web"
)

func serve(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, handBack func()) error {
	o, err := parse("serve", args, stderr)
	if err != nil {
		return err
	}
	return o.serve(ctx, stdin, stdout, stderr, handBack)
}

func (o options) serve(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, handBack func()) error {
	in, err := takeGiven()
	if err != nil {
		return err
	}
	stderr = censor{stderr, in.known}
	log := newLog(stderr, o.level, in.known)
	err = caught(log, "serving", func() error { return o.serveWith(ctx, in, log, stdin, stdout, stderr, handBack) })
	return in.known.cleanError(err)
}

// serveWith is the program, once what must not be printed is known.
func (o options) serveWith(ctx context.Context, in given, log *slog.Logger, stdin io.Reader, stdout, stderr io.Writer, handBack func()) (err error) {
	if err := o.ownFolder(stderr, computer.NetworkDrive); err != nil {
		return err
	}
	p, err := openPlace(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	g, err := wire(ctx, o, p, in, log)
	if err != nil {
		return err
	}
	pages := func(context.Context) error { return nil }
	defer func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopIn)
		defer cancel()
		err = errors.Join(err, g.close(stop, pages))
	}()
	listeners, port, err := listen(o.addr)
	if err != nil {
		return err
	}
	use := &idler{now: time.Now, last: time.Now().Round(0)}
	finished, finish := context.WithCancel(context.WithoutCancel(ctx)) // by a press of its button
	defer finish()
	s := newServer(g, o, p, port, use.touch, finish)
	h := limited(s.Handler(), log)
	pages = func(ctx context.Context) error {
		if h.Shutdown(ctx) != nil {
			_ = h.Close() // browsers hold connections open that they never use
		}
		return nil
	}
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- caught(log, "serving", func() error { return h.Serve(l) }) }()
	}
	base := "http://localhost:" + port
	linked := func(key string) string {
		use.touch()
		in.known.add(steps.NewSecret(key))
		return base + "/start?k=" + key
	}
	fresh := func() string { return linked(s.NewLink()) }
	door, err := openDoor(o.data, fresh)
	if err != nil {
		log.Warn("“wizard link” will not work; press Enter for a new link", "err", err)
	}
	defer func() { err = errors.Join(err, door.close()) }()
	remember, err := markRunning(o.data, base, door.path)
	if err != nil {
		return err
	}
	defer remember()
	if err := g.connector.Resume(ctx); err != nil {
		log.Warn("the connector did not start again", "err", err)
	}
	work, endWork := context.WithCancel(ctx)
	defer endWork()
	apart(log, "watching", func() { g.engine.Watch(work) })
	apart(log, "looking after the start", func() { lookOnce(work, g.engine) })

	say := &console{out: stdout}
	say.greet(o, p, base)
	say.link(fresh())
	if o.open {
		openBrowser(linked(s.BrowserLink()), sshLine(g.box.Name(), port), inContainer("/"), say)
	}
	apart(log, "waiting for Enter", func() { say.newLinks(stdin, fresh) })
	if p.world == nil {
		apart(log, "looking for what is unreachable", func() { say.unreachable(work, g.before) })
	}
	unused := make(chan struct{})
	apart(log, "waiting for disuse", func() {
		if use.wait(work, o.idle, g.busy) {
			close(unused)
		}
	})
	select {
	case <-unused:
		say.line("Nobody has used the wizard for " + o.idle.String() + ", so it stops. Start it again at any time; it goes on where you were.")
	case <-finished.Done():
		say.line("You finished in the browser, so it stops. Start it again at any time; it goes on where you were.")
	case <-ctx.Done():
		handBack() // a second Ctrl-C ends at once; that is safe by design
		say.line("Stopping. Whatever was begun is written down, and goes on at the next start.")
	case err = <-failed:
	}
	return ignoreClosed(err)
}

// limited serves pages to whoever connects, and neither waits for long for what is
// not sent nor takes more than a browser would send.
func limited(pages http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: pages, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelInfo),
	}
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// lookOnce looks at everything right after the start, so that what waited goes on.
func lookOnce(ctx context.Context, e *steps.Engine) {
	s, err := e.Settings()
	if err == nil && !s.Agreed.IsZero() {
		e.LookAll(ctx)
	}
}

func newServer(g *program, o options, p place, port string, used, stop func()) *web.Server {
	c := web.Config{
		Engine: g.engine, DNS: g.dns, Security: g.security, Export: g.export, Undo: web.Undo{Engine: g.undo, Ticked: g.ticked}, Before: g.before,
		Token: keeper{g.vault, g.prove}, Plex: g.plex, Words: g.words, Email: g.account.UserEmail, Pictures: g.pictures,
		Languages:  languages(o.data),
		AllowHosts: o.hosts, SSH: sshLine(g.box.Name(), port), Computer: g.box.Name() + ", " + g.box.System(), Version: builtFrom(), Release: versionText(), Support: versionLine(), Log: g.log, Now: time.Now, Used: used, Stop: stop, Mine: computer.Mine,
	}
	if g.published != nil {
		c.Newest = g.published.Newest
	}
	if p.world != nil {
		d := &web.Demo{Token: sim.DemoToken, Do: p.world.Do}
		for _, e := range sim.Events() {
			d.Events = append(d.Events, web.DemoEvent{Name: e.Name, Title: e.Title})
		}
		c.Demo = d
	}
	return web.New(c)
}

// listen takes the port on both loopback families, or moves both to the next
// one: whoever held the other family would get what is meant for us.
func listen(addr string) (ls []net.Listener, port string, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, "", err
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	other := "::1"
	if host == "::1" {
		other = "127.0.0.1"
	}
	first := 0
	if _, err := fmt.Sscanf(port, "%d", &first); err != nil {
		return nil, "", fmt.Errorf("-addr %s: the port is not a number", addr)
	}
	for try := range 20 {
		at := first
		if first != 0 {
			at += try
		}
		if ls, err = both(host, other, at); err == nil {
			_, port, err = net.SplitHostPort(ls[0].Addr().String())
			return ls, port, err
		}
	}
	return nil, "", fmt.Errorf("no port from %d to %d is free: %w", first, first+19, err)
}

func both(host, other string, port int) ([]net.Listener, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(host, fmt.Sprint(port)))
	if err != nil {
		return nil, err
	}
	_, got, _ := net.SplitHostPort(l.Addr().String())
	m, err := net.Listen("tcp", net.JoinHostPort(other, got))
	switch {
	case err == nil:
		return []net.Listener{l, m}, nil
	case noFamily(other):
		return []net.Listener{l}, nil // this computer has no such family at all
	}
	return nil, errors.Join(err, l.Close())
}

// noFamily reports whether the computer lacks the address altogether.
func noFamily(host string) bool {
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return true
	}
	_ = l.Close()
	return false
}

// console is what a person sees in the terminal.
type console struct{ out io.Writer }

func (c *console) line(s string) { fmt.Fprintln(c.out, s) }

func (c *console) greet(o options, p place, base string) {
	c.line("Plex Tunnel Wizard " + versionText())
	if p.world != nil {
		c.line("This is a demonstration: Cloudflare, Plex and the registrar are pretend, and nothing outside this computer is touched.")
	}
	if !strings.HasSuffix(o.addr, base[strings.LastIndex(base, ":"):]) && !strings.HasSuffix(o.addr, ":0") {
		c.line("The port of " + o.addr + " is taken, so it serves at " + base + ".")
	}
	c.line("Leave this window open, and open this link in a browser on this computer. It works once:")
}

// link prints the one line with the start link.
func (c *console) link(url string) {
	c.line("")
	c.line("  " + url)
	c.line("")
	c.line("Press Enter, or run “wizard link” elsewhere, for a new link; Ctrl-C to stop. Where “localhost” is not found, write 127.0.0.1 in its place.")
}

// newLinks prints a new link for each Enter.
func (c *console) newLinks(stdin io.Reader, fresh func() string) {
	in := bufio.NewScanner(stdin)
	for in.Scan() {
		c.line("")
		c.line("  " + fresh())
		c.line("")
	}
}

// unreachable says which of the outside services cannot be reached, so that an
// offline computer is known at once.
func (c *console) unreachable(ctx context.Context, before *steps.Preflight) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for _, k := range before.Look(ctx).Checks {
		if (k.Status == steps.Fail || k.Status == steps.Warn) && ctx.Err() == nil {
			c.line("Not yet ready: " + k.Title + "? " + printable(k.Detail))
		}
	}
}

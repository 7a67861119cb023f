package plex

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/beside"
)

// findLimit is for one try. A server at home answers in milliseconds; a
// firewall that drops packets would cost the whole of it.
const findLimit = 2 * time.Second

// A try is one address and what answered there.
type try struct {
	at    string // host:port
	https bool
	took  time.Duration
	found identity
	err   error
}

func (t try) origin() string {
	if t.https {
		return "https://" + t.at
	}
	return "http://" + t.at
}

// Find implements [steps.PlexServer]. At addr, or else at the configured
// address, or else on this computer, it asks https and http side by side. The
// outcome is every server that answered, https before http and this computer's
// own address first; when none did, one entry that says why. A text that is no
// address is an error that names the form field.
func (c *Client) Find(ctx context.Context, addr string) ([]steps.PlexFound, error) {
	at, places := "", c.usual
	if addr != "" {
		var err error
		if at, err = typedAddress(addr); err != nil {
			return nil, err
		}
		places = []string{at}
	} else if len(c.address) > 0 {
		at, places = c.address[0], c.address
	}
	tries := c.ask(ctx, places)
	found := c.servers(tries)
	var hints []heard
	if at == "" && len(found) > 0 {
		// A second server may run beside the one at the usual port.
		found = c.beside(ctx, places, tries)
	}
	if at == "" && len(found) == 0 && !starting(tries) {
		// A server may be bound to one interface only, or be mapped to another port.
		var more []string
		for _, ip := range c.own() {
			if !ip.IsLoopback() && permitted(ip, nil) == nil {
				more = append(more, net.JoinHostPort(ip.String(), plexPort))
			}
		}
		hints = c.listenAgain(ctx)
		for _, h := range hints {
			if h.here && !slices.Contains(more, h.at) && !slices.Contains(places, h.at) {
				more = append(more, h.at)
			}
		}
		tries = append(tries, c.ask(ctx, more)...)
		found = c.servers(tries)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return found, nil
	}
	return []steps.PlexFound{c.nothing(tries, at, addr, hints)}, nil
}

// ask tries https and http at each place, all at once.
func (c *Client) ask(ctx context.Context, places []string) []try {
	tries := make([]try, 0, 2*len(places))
	for _, at := range places {
		tries = append(tries, try{at: at, https: true}, try{at: at})
	}
	var wg beside.Group
	for i := range tries {
		wg.Go(func() {
			t := &tries[i]
			ctx, cancel := context.WithTimeout(ctx, findLimit)
			defer cancel()
			begin := time.Now()
			t.found, t.err = c.identify(ctx, t.origin())
			t.took = time.Since(begin)
		})
	}
	wg.Wait()
	return tries
}

// servers turns the tries that succeeded into one entry for each server, those
// with https first.
func (c *Client) servers(tries []try) []steps.PlexFound {
	byScheme := slices.Clone(tries)
	slices.SortStableFunc(byScheme, func(a, b try) int {
		if a.https == b.https {
			return 0
		}
		if a.https {
			return -1
		}
		return 1
	})
	var out []steps.PlexFound
	lately, _ := c.heardLately()
	for _, t := range byScheme {
		if t.err != nil || slices.ContainsFunc(out, func(f steps.PlexFound) bool { return f.ID == t.found.ID }) {
			continue
		}
		f := steps.PlexFound{
			Origin: t.origin(), ID: t.found.ID, Version: t.found.Version,
			// Servers too old to say so are nearly always claimed; the calls that
			// need a token tell for certain.
			Claimed: t.found.Claimed == nil || bool(*t.found.Claimed),
			State:   "ok", Took: t.took, HTTPOnly: !t.https,
			Reading: steps.Reading{At: c.now(), Source: t.at},
		}
		if i := slices.IndexFunc(lately, func(h heard) bool { return h.at == t.at }); i >= 0 {
			f.Name = lately[i].name
		}
		if here(t.at) || c.isOwn(t.at) {
			if dir, ok := c.installedAs(f.ID); ok {
				_, f.Restart = commands(dir)
				f.Shell = shellFor(dir)
			}
		}
		if f.HTTPOnly {
			f.Detail = "It answers over http only. Over https: " + whyNoTLS(tries, t.at) + "."
		}
		out = append(out, f)
	}
	return out
}

func whyNoTLS(tries []try, at string) string {
	for _, t := range tries {
		if t.at == at && t.https && t.err != nil {
			return inWords(t.err)
		}
	}
	return "not tried"
}

func starting(tries []try) bool {
	return slices.ContainsFunc(tries, func(t try) bool {
		_, ok := errors.AsType[*errStarting](t.err)
		return ok
	})
}

// nothing words why no server was found.
func (c *Client) nothing(tries []try, at, typed string, hints []heard) steps.PlexFound {
	f := steps.PlexFound{State: "none", Reading: steps.Reading{At: c.now(), Source: cmp.Or(at, "this computer")}}
	for _, t := range tries {
		if e, ok := errors.AsType[*errStarting](t.err); ok {
			f.State, f.Detail, f.Origin, f.Took = "starting", e.status, t.origin(), t.took
			return f
		}
	}
	for _, t := range tries {
		if e, ok := errors.AsType[*forbiddenError](t.err); ok {
			f.State = "refused"
			f.Detail = e.Error() + ". Only this computer and addresses in your home network are asked."
			return f
		}
	}
	if here(at) {
		if dir, ok := c.installed(); ok {
			f.State = "stopped"
			f.Start, f.Restart = commands(dir)
			f.Shell = shellFor(dir)
			f.Detail = "Plex is installed here (" + dir + ") but does not answer."
			return f
		}
	}
	for _, t := range tries {
		if errors.Is(t.err, errNotPlex) {
			f.State, f.Detail = "refused", "At "+t.at+": "+t.err.Error()+"."
			return f
		}
	}
	switch {
	case typed != "":
		f.Detail = "Nothing answers at " + at + ": " + lastError(tries) + "."
	case len(hints) > 0:
		f.Detail = "No Plex Media Server answers on this computer. One named " + hints[0].name + " answers at " + hints[0].at + "."
	default:
		f.Detail = "No Plex Media Server answers on this computer."
	}
	return f
}

// here reports whether at is this computer, so that its folders tell about it.
func here(at string) bool {
	if at == "" {
		return true
	}
	host, _, _ := net.SplitHostPort(at)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func lastError(tries []try) string {
	for _, t := range slices.Backward(tries) {
		if t.err != nil {
			return inWords(t.err)
		}
	}
	return "no answer"
}

// inWords says the usual network errors plainly.
func inWords(err error) string {
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		return "nobody knows the name " + e.Name
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return "no answer within 2 seconds"
	}
	return err.Error()
}

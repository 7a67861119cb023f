package plex

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"time"

	"example.test/wizard/steps"
)

// listenPause is how long what was heard by Plex's own discovery is good for.
// Every look at every step asks for servers; the network need not be asked as often.
const listenPause = 5 * time.Minute

// heardLately is what was heard within listenPause, and whether it was listened for.
func (c *Client) heardLately() ([]heard, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listened.IsZero() || c.now().Sub(c.listened) > listenPause || c.now().Before(c.listened) {
		return nil, false
	}
	return c.heard, true
}

// listenAgain asks the network and keeps what was heard.
func (c *Client) listenAgain(ctx context.Context) []heard {
	out := c.listen(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard, c.listened = out, c.now()
	return out
}

// beside adds the servers on this computer that are at other ports, as several
// containers are. They are known by Plex's own discovery only.
func (c *Client) beside(ctx context.Context, places []string, tries []try) []steps.PlexFound {
	hints, ok := c.heardLately()
	if !ok {
		hints = c.listenAgain(ctx)
	}
	var more []string
	for _, h := range hints {
		if h.here && !slices.Contains(places, h.at) && !slices.Contains(more, h.at) {
			more = append(more, h.at)
		}
	}
	return c.servers(append(tries, c.ask(ctx, more)...))
}

// isOwn reports whether host:port is at an address of this computer.
func (c *Client) isOwn(at string) bool {
	host, _, err := net.SplitHostPort(at)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && slices.Contains(c.own(), ip)
}

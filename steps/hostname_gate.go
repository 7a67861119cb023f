package steps

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// gateSeen is what decides whether Plex may be reached from outside at all.
type gateSeen struct {
	servers []PlexFound
	server  PlexFound
	token   PlexToken
	allowed string // allowedNetworks; known only with a token
	open    bool   // answered / without a token
}

func lookAtGate(ctx context.Context, plex PlexServer, s Settings) (g gateSeen, err error) {
	if g.servers, err = plex.Find(ctx, s.PlexAddress); err != nil {
		return g, fmt.Errorf("looking for Plex: %w", err)
	}
	g.server = chosenServer(s, g.servers)
	if g.server.State != "ok" {
		return g, nil
	}
	if g.open, err = plex.Open(ctx, g.server); err != nil {
		return g, fmt.Errorf("asking Plex without a token: %w", err)
	}
	if g.token, err = plex.Token(ctx, g.server); err != nil || !g.token.Have {
		return g, err
	}
	prefs, err := plex.Prefs(ctx, g.server, "allowedNetworks")
	if err != nil {
		return g, fmt.Errorf("reading Plex’s settings: %w", err)
	}
	g.allowed = prefs["allowedNetworks"]
	return g, nil
}

// chosenServer is the server that was confirmed before, or the first that
// answers. When none answers, it is the reason why.
func chosenServer(s Settings, all []PlexFound) PlexFound {
	for _, p := range all {
		if s.PlexID == "" || p.ID == s.PlexID || p.State != "ok" {
			return p
		}
	}
	if len(all) > 0 {
		return PlexFound{State: "other", Detail: "A Plex Media Server answers at " + all[0].Origin + ", and it is not the one that this address was made for."}
	}
	return PlexFound{State: "none"}
}

// undecided reports whether several servers answer and the person has not said
// which one is meant.
func undecided(s Settings, all []PlexFound) bool {
	n := 0
	for _, p := range all {
		if p.State == "ok" {
			n++
		}
	}
	return s.PlexID == "" && n > 1
}

// exempt reports whether a list of networks that need no sign-in lets strangers
// in: it covers loopback, from which the connector asks, or addresses of the
// internet, from which a forged forwarding header can claim to come. Plex takes
// addresses, CIDR and address/netmask, separated by commas.
func exempt(list string) bool {
	for _, part := range strings.Split(list, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		p, ok := parseNetwork(part)
		if !ok {
			continue
		}
		if p.Contains(netip.MustParseAddr("127.0.0.1")) || p.Contains(netip.IPv6Loopback()) || p.Addr().IsLoopback() || !atHome(p) {
			return true
		}
	}
	return false
}

// atHome reports whether no address of the network can be one of the internet:
// private, link-local or shared by a provider (RFC 1918, 3927, 4193, 4291, 6598).
func atHome(p netip.Prefix) bool {
	p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits())
	for _, home := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128"} {
		if h := netip.MustParsePrefix(home); p.Bits() >= h.Bits() && h.Contains(p.Addr()) {
			return true
		}
	}
	return false
}

func parseNetwork(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	if p, err := netip.ParsePrefix(s); err == nil {
		return p, true
	}
	addr, mask, ok := strings.Cut(s, "/")
	a, err := netip.ParseAddr(addr)
	m := net.ParseIP(mask).To4()
	if !ok || err != nil || m == nil || !a.Is4() {
		return netip.Prefix{}, false
	}
	bits, _ := net.IPMask(m).Size()
	return netip.PrefixFrom(a, bits), true
}

// old reports whether a version is from before 1.41.9, in which Plex began to
// give its API versions. Everything that is used here is older.
func old(version string) bool {
	var major, minor, patch int
	if n, _ := fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch); n < 2 {
		return false
	}
	return major < 1 || major == 1 && (minor < 41 || minor == 41 && patch < 9)
}

// hole reports whether the chosen server is known to let strangers in, which is
// more than not knowing that it keeps them out.
func (g gateSeen) hole() bool {
	return g.server.State == "ok" && (!g.server.Claimed || exempt(g.allowed) || g.open)
}

// checks words the gate. closed is true when the route may be made.
func (g gateSeen) checks() (out []Check, closed bool) {
	c := Check{Name: "origin", Title: "Plex answers on this computer"}
	switch g.server.State {
	case "ok":
		c.Status, c.Detail = Pass, fmt.Sprintf("%s, version %s, in %d ms", g.server.Origin, g.server.Version, g.server.Took.Milliseconds())
		if g.server.HTTPOnly {
			c.Detail += ". Without TLS, which is fine on this computer."
		}
		if old(g.server.Version) {
			c.Status, c.Word, c.Fix = Warn, "Old version", Fix{Text: "It is expected to work. An update of Plex is worthwhile all the same."}
		}
	case "starting":
		c.Status, c.Detail = Wait, "Plex is starting, or updating its database."
	case "stopped":
		c.Status, c.Detail = Fail, "Plex Media Server is installed but not running."
		c.Fix = Fix{Title: "Start Plex", Command: g.server.Start, Text: inShell(g.server.Shell, "The wizard looks again by itself.")}
	case "other":
		c.Status, c.Detail = Fail, g.server.Detail
		c.Fix = Fix{Title: "Start the other one", Text: "Or, if this one has taken its place, take the address away under Undo and make it again.", Link: Link{"Open Undo", "/undo"}}
	default:
		c.Status, c.Detail = Fail, nameOr(g.server.Detail, "No Plex Media Server answers here.")
		c.Fix = Fix{Title: "Where is Plex?", Text: "Run this wizard on the computer where Plex runs, or give the address of your NAS or container below.", Link: Link{"Give its address", "/steps/hostname?part=address"}}
	}
	out = append(out, c)
	if g.server.State != "ok" {
		return out, false
	}
	gate := Check{Name: "signin", Title: "Strangers must sign in", Status: Pass, Detail: "Asked without a token just now, Plex answered 401.", Word: "Strangers stay out"}
	switch {
	case !g.server.Claimed:
		gate.Status, gate.Word, gate.Detail = Fail, "", "This server is not claimed: it belongs to nobody, and lets everyone on this computer in."
		gate.Fix = Fix{Title: "Sign in to Plex first", Text: "Open Plex on this computer and sign in, so that the server is yours.", Link: Link{"Open Plex on this computer", "http://127.0.0.1:32400/web/index.html"}}
	case exempt(g.allowed):
		gate.Status, gate.Word = Fail, "Open"
		gate.Detail = "Plex lets these addresses in without a sign-in: " + g.allowed + ". What comes through the tunnel would look like one of them, or could claim to."
		gate.Fix = Fix{Title: "Empty “List of IP addresses and networks that are allowed without auth”", Text: "Confirm it in the plan below, or do it in Plex under Settings, Network."}
	case g.open:
		gate.Status, gate.Word, gate.Detail = Fail, "Open", "Asked without a token just now, Plex answered. Through the tunnel, everyone could use it."
		gate.Fix = Fix{Title: "Close it in Plex", Text: "Settings, Network: empty “List of IP addresses and networks that are allowed without auth”, and look again."}
		if g.allowed != "" {
			gate.Detail += " These addresses need no sign-in: " + g.allowed + "."
			gate.Fix.Text = "Confirm it in the plan below, or do it in Plex under Settings, Network."
		}
	}
	out = append(out, gate)
	return out, gate.Status == Pass
}

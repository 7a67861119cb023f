package plex

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"

	"example.test/wizard/steps/beside"
)

// A forbiddenError says why no connection is made to an address.
type forbiddenError struct {
	ip  netip.Addr
	why string
}

func (e *forbiddenError) Error() string {
	return fmt.Sprintf("%s is %s, which is not an address at home", e.ip, e.why)
}

// permitted decides whether the wizard may connect to ip on a person's word.
// The typed address makes this program a prober, so it may reach this computer
// and private networks, and nothing else: not the internet, and not the
// services of a cloud machine that give out keys to whoever is inside.
func permitted(ip netip.Addr, own []netip.Addr) error {
	ip = ip.Unmap().WithZone("")
	no := func(why string) error { return &forbiddenError{ip, why} }
	switch {
	case !ip.IsValid():
		return no("not an address")
	case ip.IsUnspecified():
		return no("the unspecified address")
	case ip.IsLinkLocalUnicast():
		return no("link-local")
	case ip.IsMulticast():
		return no("multicast")
	case slices.Contains(metadata(), ip):
		return no("a metadata service")
	case ip.IsLoopback(), ip.IsPrivate(), slices.Contains(own, ip):
		return nil
	}
	return no("public or shared")
}

// metadata are services of cloud machines that are private by their prefix: those
// of Amazon, for machines and for containers, and of Google. The others are
// link-local or public.
func metadata() []netip.Addr {
	return []netip.Addr{netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("fd00:ec2::23"), netip.MustParseAddr("fd20:ce::254")}
}

// control returns a [net.Dialer] Control function. It runs after the name was
// resolved, for each address that is tried, so that a name cannot resolve to
// one address for the check and to another for the connection. net/http runs it
// in a goroutine of its own.
func control(may func(netip.Addr) error) func(network, address string, c syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		return beside.Try(func() error {
			at, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("address %q: %w", address, err)
			}
			return may(at.Addr())
		})
	}
}

// ownAddresses lists the addresses of this computer's interfaces.
func ownAddresses() []netip.Addr {
	nets, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var out []netip.Addr
	for _, n := range nets {
		if p, err := netip.ParsePrefix(n.String()); err == nil {
			out = append(out, p.Addr().Unmap())
		}
	}
	return out
}

package cloudflare

import (
	"net/netip"
	"slices"
)

// allowedTarget tells whether the proxy may lead to the address of a record: the
// API refuses addresses that nobody outside can reach, and those of Cloudflare's
// own resolver (github.com/DNSControl/dnscontrol/issues/4776, 2026). It takes
// the addresses of Cloudflare's proxy; what visitors get then is [OwnAddress].
func allowedTarget(kind, rdata string) bool {
	if kind != "A" && kind != "AAAA" {
		return true
	}
	a, err := netip.ParseAddr(rdata)
	if err != nil {
		return true // refused for what it is
	}
	reserved := []string{"0.0.0.0/8", "100.64.0.0/10", "1.1.1.1/32", "1.0.0.1/32", "2606:4700:4700::1111/128", "2606:4700:4700::1001/128"}
	return !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !a.IsUnspecified() && !a.IsMulticast() && !inside(a, reserved)
}

// OwnAddress tells whether an address is one of Cloudflare's proxy. Behind a
// proxied record with such an address the edge would ask itself, and answers
// "error 1000: DNS points to prohibited IP" (developers.cloudflare.com,
// Cloudflare 1xxx errors). The ranges are those of cloudflare.com/ips.
func OwnAddress(address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && inside(a, []string{
		"173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18", "108.162.192.0/18", "190.93.240.0/20",
		"188.114.96.0/20", "197.234.240.0/22", "198.41.128.0/17", "162.158.0.0/15", "104.16.0.0/13", "104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22",
		"2400:cb00::/32", "2606:4700::/32", "2803:f800::/32", "2405:b500::/32", "2405:8100::/32", "2a06:98c0::/29", "2c0f:f248::/32",
	})
}

func inside(a netip.Addr, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return netip.MustParsePrefix(p).Contains(a) })
}

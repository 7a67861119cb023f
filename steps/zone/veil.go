package zone

import (
	"net/netip"
	"strings"
)

// veil is why an address of Cloudflare's proxy is not carried.
const veil = "An address of Cloudflare’s proxy, in front of the true one, which a DNS answer does not tell. The zone file of the account that holds the domain now has it."

// proxyRanges are the addresses of Cloudflare's proxy, as it publishes them at
// https://www.cloudflare.com/ips/ (unchanged from 2021 to 2026). Behind a proxied
// record with such an address the proxy would ask itself, and answers error 1000.
func proxyRanges() []netip.Prefix {
	var out []netip.Prefix
	for s := range strings.FieldsSeq(`
		173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18 190.93.240.0/20 188.114.96.0/20
		197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13 104.24.0.0/14 172.64.0.0/13 131.0.72.0/22
		2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 2a06:98c0::/29 2c0f:f248::/32`) {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// Veiled reports whether a record shows Cloudflare's proxy in place of what is
// behind it: an address of the proxy, or the HTTPS record that the proxy makes
// for a name (RFC 9460, with hints at such addresses).
func Veiled(r Record) bool {
	switch r.Type {
	case "A", "AAAA":
		return proxied(r.Content)
	case "HTTPS":
		for field := range strings.FieldsSeq(r.Content) {
			key, list, _ := strings.Cut(field, "=")
			if key != "ipv4hint" && key != "ipv6hint" {
				continue
			}
			for a := range strings.SplitSeq(strings.Trim(list, `"`), ",") {
				if proxied(a) {
					return true
				}
			}
		}
	}
	return false
}

func proxied(address string) bool {
	a, err := netip.ParseAddr(strings.TrimSpace(address))
	if err != nil {
		return false
	}
	for _, p := range proxyRanges() {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// behind reports whether r may be what a veiled answer hides: an address or an
// alias. A proxied alias is answered as addresses.
func behind(r Record) bool { return r.Type == "A" || r.Type == "AAAA" || r.Type == "CNAME" }

// Hides reports whether an answer veils r, so that it says nothing about it.
func (a Answer) Hides(r Record) bool {
	if !behind(r) {
		return false
	}
	for _, got := range a.Records {
		if CanonicalName(got.Name) == CanonicalName(r.Name) && Veiled(got) {
			return true
		}
	}
	return false
}

package zone

import (
	"net/netip"
	"strings"
)

// Proxyable reports whether Cloudflare's proxy may stand in front of this
// record, and why not. It looks at the record alone: [ProxyableIn] knows more.
// Cloudflare itself refuses only some of these (its list of record types, of
// private addresses and of a few CNAME targets); the others would be accepted
// and then break something that is not a website.
func Proxyable(r Record) (may bool, why string) {
	name, target := CanonicalName(r.Name), CanonicalName(r.Content)
	switch r.Type {
	case "A", "AAAA":
		if why := reserved(r.Content); why != "" {
			return false, why
		}
	case "CNAME":
		if why := fixedTarget(target); why != "" {
			return false, why
		}
	default:
		return false, "Only A, AAAA and CNAME records can be proxied."
	}
	for _, l := range labels(name) {
		if strings.HasPrefix(l, "_") {
			return false, "Names with an underscore prove something or hold keys."
		}
	}
	return serves(first(name))
}

// ProxyableIn is [Proxyable] for a record among all records of its zone: what
// mail, services or name servers point to must not be proxied either.
func ProxyableIn(r Record, all []Record) (may bool, why string) {
	if may, why = Proxyable(r); !may {
		return may, why
	}
	name := CanonicalName(r.Name)
	for _, other := range all {
		switch {
		case other.Type == "MX" && lastField(other) == name:
			return false, "Mail for " + other.Name + " is delivered to this name."
		case other.Type == "SRV" && lastField(other) == name:
			return false, "The service " + other.Name + " runs at this name."
		case other.Type == "NS" && CanonicalName(other.Content) == name:
			return false, "A name server for " + other.Name + " has this name."
		case other.Type == "TLSA" && strings.HasPrefix(other.Name, "_") && host(other.Name) == name:
			return false, "A TLSA record pins the certificate of this name."
		case isSPF(other) && allows(other, name):
			return false, "Its addresses may send mail for " + other.Name + "."
		}
	}
	return true, ""
}

// host is a name without the labels in front that begin with an underscore: the
// host that "_443._tcp.www.example.com" is about (RFC 6698 section 3).
func host(name string) string {
	name = CanonicalName(name)
	for strings.HasPrefix(name, "_") {
		name = parent(name)
	}
	return name
}

// allows: an SPF policy that takes the addresses of name (RFC 7208 section 5).
func allows(spf Record, name string) bool {
	text := Text(spf.Content)
	for _, host := range spfHosts(text) {
		if host == name {
			return true
		}
	}
	if CanonicalName(spf.Name) != name {
		return false
	}
	for term := range strings.FieldsSeq(strings.ToLower(text)) {
		if term = strings.TrimLeft(term, "+-~?"); term == "a" || strings.HasPrefix(term, "a/") {
			return true
		}
	}
	return false
}

// reserved says why an address cannot be reached by Cloudflare.
func reserved(content string) string {
	a, err := netip.ParseAddr(strings.TrimSpace(content))
	if err != nil {
		return "This is not an address."
	}
	if netip.MustParsePrefix("100.64.0.0/10").Contains(a) {
		return "An address inside a provider’s or a Tailscale network."
	}
	if proxied(content) {
		return "An address of Cloudflare itself: visitors would get error 1000."
	}
	if s := a.Unmap().String(); s == "1.1.1.1" || s == "1.0.0.1" { // refused with code 9003
		return "Cloudflare’s own resolver."
	}
	if a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsUnspecified() || a.IsMulticast() {
		return "An address inside a home or office network."
	}
	return ""
}

// fixedTarget says why a CNAME to target must keep its own answer.
func fixedTarget(target string) string {
	for _, l := range labels(target) {
		if l == "dkim" || l == "domainkey" || l == "_domainkey" {
			return "Leads to a key that signs mail."
		}
	}
	for _, s := range []string{"dcv.cloudflare.com", "dcv.digicert.com", "comodoca.com", "sectigo.com", "verify.bing.com", "flydns.net"} {
		if within(target, s) {
			return "Leads to a proof of ownership."
		}
	}
	for _, p := range providers() {
		if p.proxy != "no" {
			continue
		}
		for _, s := range p.marks["cname"] {
			if within(target, s) {
				return p.name + " needs to be asked directly."
			}
		}
	}
	return ""
}

// serves judges by the first label what a name is for.
func serves(label string) (may bool, why string) {
	stem := strings.TrimRight(label, "0123456789")
	switch stem {
	case "mail", "smtp", "imap", "imaps", "pop", "pops", "mx", "relay", "mta", "autodiscover", "autoconfig", "mailer", "bounce", "bounces", "pm-bounces":
		return false, "Mail programs use this name."
	case "em":
		if label != "em" {
			return false, "Mail programs use this name."
		}
	case "ftp", "ftps", "sftp", "ssh", "vpn", "wg", "wireguard", "openvpn", "ovpn", "rdp", "rds", "vnc", "sip", "pbx", "sbc", "voip", "turn", "stun",
		"xmpp", "jabber", "ts", "mumble", "mc", "minecraft", "game", "games", "mqtt", "ldap", "db", "mysql", "postgres", "redis",
		"ns", "dns", "ntp", "kvm", "ipmi", "smb", "git":
		return false, "Programs other than a browser usually use this name, and the proxy carries websites only."
	case "cpanel", "whm", "webdisk", "cpcalendars", "cpcontacts", "plesk", "webmin", "dsm":
		return false, "Control panels answer on ports that the proxy does not carry."
	}
	return true, ""
}

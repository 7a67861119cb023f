package dns

import (
	"strings"

	mdns "github.com/miekg/dns"
)

// Servers of the world, by the first of their names; see [World.Addresses].
const (
	OldHost1  = "dns1.registrar-servers.com" // Namecheap BasicDNS
	OldHost2  = "dns2.registrar-servers.com"
	Registry1 = "a.gtld-servers.net"
	Registry2 = "b.gtld-servers.net"
	// Cloudflare1 and Cloudflare2 are the first and the second of whatever
	// pair a zone was assigned; their life-like addresses.
	Cloudflare1 = "108.162.192.101"
	Cloudflare2 = "172.64.33.101"
	// Local is the resolver of the pretend home network.
	Local = "local"
)

// cloudflareSuffix ends the names of Cloudflare's assigned servers.
const cloudflareSuffix = ".ns.cloudflare.com."

// role says whose data a server answers from.
type role int

const (
	registryRole role = iota
	oldHostRole
	cloudflareRole
	resolverRole
)

// serverPlan is a server before it has a socket. The first name is its key.
type serverPlan struct {
	role  role
	names []string
	ip    string
	other []string // further life-like addresses
	// phase, of a resolver, is the point of its refresh cycle at which the
	// world started, from 0 to 1.
	phase float64
}

// plans lists every server; the resolvers come in the order of
// [World.Resolvers]. Names and addresses are those of the real servers.
func plans() []serverPlan {
	return []serverPlan{
		{role: registryRole, names: []string{Registry1, "a0.org.afilias-nst.info", "nsa.nic.uk", "a.nic.de", "a0.nic.io", "ns-tld1.charlestonroadregistry.com"}, ip: "192.5.6.30"},
		{role: registryRole, names: []string{Registry2, "b0.org.afilias-nst.org", "nsb.nic.uk", "f.nic.de", "b0.nic.io", "ns-tld2.charlestonroadregistry.com"}, ip: "192.33.14.30"},
		{role: oldHostRole, names: []string{OldHost1}, ip: "156.154.132.200"},
		{role: oldHostRole, names: []string{OldHost2}, ip: "156.154.133.200"},
		{role: cloudflareRole, names: []string{Cloudflare1}, ip: Cloudflare1},
		{role: cloudflareRole, names: []string{Cloudflare2}, ip: Cloudflare2},
		{role: resolverRole, names: []string{"1.1.1.1", "one.one.one.one"}, ip: "1.1.1.1", other: []string{"1.0.0.1"}, phase: 0.15},
		{role: resolverRole, names: []string{"8.8.8.8", "dns.google"}, ip: "8.8.8.8", other: []string{"8.8.4.4"}, phase: 0.60},
		{role: resolverRole, names: []string{"9.9.9.9", "dns.quad9.net"}, ip: "9.9.9.9", other: []string{"149.112.112.112"}, phase: 0.40},
		{role: resolverRole, names: []string{"208.67.222.222", "resolver1.opendns.com"}, ip: "208.67.222.222", other: []string{"208.67.220.220"}, phase: 0.85},
		{role: resolverRole, names: []string{Local}, ip: "192.168.1.1", phase: 0.95},
	}
}

// suffix is a zone that a registry runs and the lifetimes it publishes.
type suffix struct {
	servers [2]string
	ns, ds  uint32 // TTL of a delegation and of its DS, seconds
	minimum uint32 // negative TTL
}

// suffixes lists the registries' zones. Lifetimes are those seen at the real
// ones, rounded; zones without servers of their own here use .com's.
func suffixes() map[string]suffix {
	gtld := suffix{[2]string{Registry1, Registry2}, 172800, 86400, 900}
	org := suffix{[2]string{"a0.org.afilias-nst.info", "b0.org.afilias-nst.org"}, 3600, 3600, 3600}
	nominet := suffix{[2]string{"nsa.nic.uk", "nsb.nic.uk"}, 172800, 300, 10800}
	google := suffix{[2]string{"ns-tld1.charlestonroadregistry.com", "ns-tld2.charlestonroadregistry.com"}, 10800, 3600, 300}
	out := map[string]suffix{
		"org.": org, "uk.": nominet, "co.uk.": nominet, "org.uk.": nominet, "me.uk.": nominet,
		"de.": {[2]string{"a.nic.de", "f.nic.de"}, 86400, 86400, 7200},
		"io.": {[2]string{"a0.nic.io", "b0.nic.io"}, 3600, 3600, 3600}, "dev.": google, "app.": google,
	}
	for tld := range strings.FieldsSeq("com net info biz xyz online site store tech shop cloud tv ai me us co nl fr pl no fi cz br ca in ch li eu it se es at be dk au") {
		out[tld+"."] = gtld
	}
	return out
}

// canonical is the form in which names are compared and kept: lower case with
// the final dot.
func canonical(name string) string { return mdns.CanonicalName(strings.TrimSpace(name)) }

// plain is the form in which names are handed out: lower case, no final dot.
func plain(name string) string { return strings.TrimSuffix(canonical(name), ".") }

// parent strips the first label of a canonical name; of the root it is the root.
func parent(name string) string {
	if i, end := mdns.NextLabel(name, 0); !end {
		return name[i:]
	}
	return "."
}

// ancestors yields a canonical name and every name above it, the root last.
func ancestors(name string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for yield(name) && name != "." {
			name = parent(name)
		}
	}
}

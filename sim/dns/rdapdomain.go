package dns

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	mdns "github.com/miekg/dns"
)

// rdapDomain is the registry's order book as RDAP shows it: orders count at
// once, before the registry's name servers answer with them.
func (w *World) rdapDomain(d Domain, base string) rdapDomain {
	self := base + "domain/" + d.Name
	out := rdapDomain{
		Conformance: []string{"rdap_level_0", "icann_rdap_response_profile_1", "icann_rdap_technical_implementation_guide_1"},
		Class:       "domain", Handle: rdapHandle(d.Name), LDHName: d.Name,
		Links:     []rdapLink{{self, "self", self, "application/rdap+json"}},
		Status:    rdapStatus(d.Status),
		Entities:  rdapEntities(d.Registrar),
		SecureDNS: rdapSecureDNS{Signed: len(d.DS) > 0},
		Notices:   []rdapNotice{{"Terms of Use", []string{"This is a pretend registry; nothing here is registered anywhere."}}},
	}
	if !d.Created.IsZero() {
		out.Events = append(out.Events, rdapEvent{"registration", rdapTime(d.Created)})
	}
	if !d.Expires.IsZero() {
		out.Events = append(out.Events, rdapEvent{"expiration", rdapTime(d.Expires)})
	}
	out.Events = append(out.Events, rdapEvent{"last update of RDAP database", rdapTime(w.now())})
	for _, name := range d.NameServers {
		out.Nameservers = append(out.Nameservers, rdapNameserver{"nameserver", plain(name)})
	}
	ds, _ := w.registry.parseDS(canonical(d.Name), d.DS) // parsed before, at registration
	for _, rr := range ds {
		if ds, ok := rr.(*mdns.DS); ok {
			out.SecureDNS.DS = append(out.SecureDNS.DS, rdapDS{ds.KeyTag, ds.Algorithm, ds.DigestType, strings.ToUpper(ds.Digest)})
		}
	}
	return out
}

// rdapHandle makes a registry's object id that stays the same for a name.
func rdapHandle(name string) string {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name))
	return strconv.FormatUint(uint64(sum.Sum32()), 10) + "_DOMAIN_COM-PRETEND"
}

// rdapStatus spells EPP status values as RDAP does: "clientHold" becomes
// "client hold", "ok" becomes "active" (RFC 8056 section 2).
func rdapStatus(epp []string) []string {
	out := []string{}
	for _, s := range epp {
		if s == "ok" {
			out = append(out, "active")
			continue
		}
		var words strings.Builder
		for _, c := range s {
			if c >= 'A' && c <= 'Z' {
				words.WriteByte(' ')
			}
			words.WriteString(strings.ToLower(string(c)))
		}
		out = append(out, words.String())
	}
	if len(out) == 0 {
		out = append(out, "active")
	}
	return out
}

// rdapEntities are the registrar, with its abuse contact, and the reseller.
func rdapEntities(r Registrar) []rdapEntity {
	var out []rdapEntity
	if r.Name != "" {
		e := rdapEntity{
			Class: "entity", Handle: r.Handle, Roles: []string{"registrar"}, VCard: vcard(r.Name),
			Entities: []rdapEntity{{Class: "entity", Roles: []string{"abuse"}, VCard: vcard("Abuse desk")}},
		}
		if r.ID != 0 {
			id := strconv.Itoa(r.ID)
			e.PublicIDs = []rdapPublicID{{"IANA Registrar ID", id}}
			if e.Handle == "" {
				e.Handle = id
			}
		}
		out = append(out, e)
	}
	if r.Reseller != "" {
		out = append(out, rdapEntity{Class: "entity", Roles: []string{"reseller"}, VCard: vcard(r.Reseller)})
	}
	return slices.Clip(out)
}

// vcard is a jCard (RFC 7095) with a name only.
func vcard(name string) []any {
	return []any{"vcard", []any{
		[]any{"version", map[string]any{}, "text", "4.0"},
		[]any{"fn", map[string]any{}, "text", name},
	}}
}

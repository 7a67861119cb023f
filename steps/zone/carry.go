package zone

import (
	"slices"
	"strings"
)

// Holdable reports whether Cloudflare can hold records of this type.
// Source: the types of its API's create call, 2026.
func Holdable(rtype string) bool {
	switch strings.ToUpper(rtype) {
	case "A", "AAAA", "CAA", "CERT", "CNAME", "DNSKEY", "DS", "HTTPS", "LOC", "MX", "NAPTR", "NS", "OPENPGPKEY",
		"PTR", "SMIMEA", "SRV", "SSHFP", "SVCB", "TLSA", "TXT", "URI":
		return true
	}
	return false
}

// Prune sorts out what is not carried to new servers: what the new servers make
// themselves, what belongs to the old host, and everything at or below the name
// of a delegated part except its NS, DS and the addresses of its name servers,
// because that part has servers of its own. Names outside domain are dropped.
func Prune(domain string, recs []Record) (kept []Record, left []LeftOut) {
	domain = CanonicalName(domain)
	cuts := delegations(domain, recs)
	texts := map[string]bool{}
	for _, r := range recs {
		if r.Type == "TXT" {
			texts[r.Name+" "+Text(r.Content)] = true
		}
	}
	for _, r := range recs {
		name := CanonicalName(r.Name)
		if !within(name, domain) || signature(r.Type) {
			continue
		}
		why := leaveOut(domain, name, r)
		if r.Type == "SPF" && texts[r.Name+" "+Text(r.Content)] {
			why = "An old copy of the TXT record with the same text."
		}
		if cut := cutOf(name, cuts); why == "" && cut != "" && !atCut(name, cut, r, recs) {
			why = "Lies in " + cut + ", which has name servers of its own."
		}
		if why != "" {
			left = append(left, LeftOut{r, why})
		} else {
			kept = append(kept, r)
		}
	}
	return kept, left
}

// signature: records that servers make from others (RFC 4034, RFC 5155).
func signature(rtype string) bool { return rtype == "RRSIG" || rtype == "NSEC" || rtype == "NSEC3" }

// leaveOut is why a record is not carried, and empty when it is.
func leaveOut(domain, name string, r Record) string {
	if Veiled(r) {
		return veil
	}
	switch r.Type {
	case "SOA":
		return "Cloudflare writes its own."
	case "NS", "DS":
		if name == domain {
			return "Names the old name servers; Cloudflare’s take their place."
		}
	case "DNSKEY", "NSEC3PARAM", "CDS", "CDNSKEY", "ZONEMD":
		return "Belongs to the old provider’s signature of the zone."
	case "TXT":
		if first(name) == "_acme-challenge" {
			return "A used-up proof for a certificate. The next one is written anew."
		}
	}
	switch first(name) {
	case "_domainconnect":
		return "Leads set-up tools to the old provider’s control panel, which will no longer hold the zone."
	case "_dep_ws_mutex":
		return "A note that the old provider keeps for itself."
	}
	return ""
}

// delegations lists the names below domain that have NS records.
func delegations(domain string, recs []Record) []string {
	var out []string
	for _, r := range recs {
		if name := CanonicalName(r.Name); r.Type == "NS" && below(name, domain) {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, byName)
	return slices.Compact(out)
}

// cutOf is the highest delegation at or above name.
func cutOf(name string, cuts []string) string {
	for _, cut := range cuts {
		if within(name, cut) {
			return cut
		}
	}
	return ""
}

// atCut: the parent's side of a delegation (RFC 1034 section 4.2.1, RFC 4034
// section 5): NS and DS at the cut itself, and glue.
func atCut(name, cut string, r Record, recs []Record) bool {
	if name == cut && (r.Type == "NS" || r.Type == "DS") {
		return true
	}
	if r.Type != "A" && r.Type != "AAAA" {
		return false
	}
	return slices.ContainsFunc(recs, func(ns Record) bool {
		return ns.Type == "NS" && CanonicalName(ns.Name) == cut && CanonicalName(ns.Content) == name
	})
}

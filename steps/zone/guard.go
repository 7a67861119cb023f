package zone

import (
	"slices"
	"strings"
)

// IsMail reports whether mail may stop, or be taken for spam, without this
// record: MX, SPF, DKIM, DMARC, MTA-STS, TLS reports, the set-up of mail
// programs (autodiscover, autoconfig, SRV), and the certificates pinned for
// mail servers (TLSA at port 25).
func IsMail(r Record) bool {
	if r.Type == "MX" {
		return true
	}
	all := labels(CanonicalName(r.Name))
	if slices.Contains(all, "_domainkey") || slices.Contains(all, "_dmarc") {
		return true
	}
	if len(all) == 0 {
		return false
	}
	switch all[0] {
	case "_mta-sts", "mta-sts", "autodiscover", "autoconfig":
		return true
	case "_smtp":
		return len(all) > 1 && (all[1] == "_tls" || all[1] == "_tcp")
	case "_imap", "_imaps", "_pop3", "_pop3s", "_submission", "_submissions", "_smtps", "_autodiscover", "_jmap", "_sieve":
		return len(all) > 1 && all[1] == "_tcp"
	case "_25":
		return r.Type == "TLSA"
	}
	return (r.Type == "TXT" || r.Type == "SPF") && textRole(Record{Type: "TXT", Name: r.Name, Content: r.Content}) == "spf"
}

// Guard lists the rows that speak against changing the name servers: records
// for mail, the addresses of the domain's own mail servers, and CAA records
// that are missing at Cloudflare or differ there. skipped holds the keys of
// records ([Record.Key]) that the person does not want.
func Guard(rows []Row, skipped []string) []Row {
	hosts := map[string]bool{}
	for _, row := range rows {
		if row.Old != nil && row.Old.Type == "MX" {
			hosts[lastField(*row.Old)] = true
		}
	}
	var out []Row
	for _, row := range rows {
		if row.State != Missing && row.State != Differs {
			continue
		}
		r := *row.Old
		address := r.Type == "A" || r.Type == "AAAA" || r.Type == "CNAME"
		counts := r.Type == "CAA" || IsMail(r) || address && hosts[CanonicalName(r.Name)]
		if counts && !slices.Contains(skipped, r.Key()) {
			out = append(out, row)
		}
	}
	return out
}

// isSPF reports a sender policy.
func isSPF(r Record) bool {
	return r.Type == "TXT" && strings.HasPrefix(strings.ToLower(Text(r.Content)), "v=spf1")
}

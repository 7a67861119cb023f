package zone

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Canonical is the form in which record data is compared: the same data, however
// it was written, gives the same text. Names lose their case and final dot,
// addresses and numbers are rewritten, the strings of a TXT are joined, the
// parameters of SVCB and HTTPS are sorted. Data that does not fit its type is
// only cleaned of surplus blanks. Canonical of its own result is that result.
func Canonical(rtype, content string) string {
	rtype = strings.ToUpper(rtype)
	if rtype == "TXT" || rtype == "SPF" {
		return quote(Text(content))
	}
	parts, ok := tokens(content)
	if !ok || len(parts) == 0 {
		return strings.Join(strings.Fields(content), " ")
	}
	if parts[0].text == `\#` && !parts[0].quoted {
		return generic(parts)
	}
	if out, fits := typed(rtype, parts); fits {
		return out
	}
	return plain(parts)
}

// typed rewrites data by the layout of its type.
func typed(rtype string, parts []token) (string, bool) {
	switch rtype {
	case "A", "AAAA":
		if a, err := netip.ParseAddr(parts[0].text); err == nil && len(parts) == 1 {
			return a.String(), true
		}
	case "CNAME", "NS", "PTR", "DNAME":
		return layout(parts, "n")
	case "MX", "AFSDB":
		return layout(parts, "dn")
	case "SRV":
		return layout(parts, "dddn")
	case "CAA":
		return layout(parts, "dwq")
	case "URI":
		return layout(parts, "ddq")
	case "NAPTR":
		return layout(parts, "ddQQqn")
	case "RP":
		return layout(parts, "nn")
	case "TLSA", "SMIMEA":
		return layout(parts, "dddh")
	case "SSHFP":
		return layout(parts, "ddh")
	case "DS", "CDS":
		return layout(parts, "dddh")
	case "DNSKEY", "CDNSKEY":
		return layout(parts, "dddb")
	case "CERT":
		return layout(certNumbers(parts), "dddb")
	case "OPENPGPKEY":
		return layout(parts, "b")
	case "SVCB", "HTTPS":
		return service(parts)
	case "LOC":
		return location(parts)
	}
	return "", false
}

// layout rewrites fields by their kinds: d decimal number, n name, w word in
// any case, q quoted string, Q the same in any case, h rest in hexadecimal,
// b rest in base64.
func layout(parts []token, kinds string) (string, bool) {
	var out []string
	for i := range len(kinds) {
		kind := kinds[i]
		if i >= len(parts) || parts[i].glued || (kind != 'h' && kind != 'b' && i == len(kinds)-1 && len(parts) > len(kinds)) {
			return "", false
		}
		text := parts[i].text
		switch kind {
		case 'd':
			n, err := strconv.ParseUint(text, 10, 32)
			if err != nil {
				return "", false
			}
			out = append(out, strconv.FormatUint(n, 10))
		case 'n':
			if text != "." {
				text = CanonicalName(text)
			}
			if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == '"' }) {
				return "", false
			}
			out = append(out, text)
		case 'w':
			out = append(out, strings.ToLower(text))
		case 'q':
			out = append(out, quote(text))
		case 'Q':
			out = append(out, quote(strings.ToUpper(text)))
		default:
			rest := joined(parts[i:])
			if kind == 'h' {
				rest = strings.ToLower(rest)
			}
			return strings.Join(append(out, rest), " "), true
		}
	}
	return strings.Join(out, " "), true
}

func joined(parts []token) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
	}
	return b.String()
}

// generic is data of an unknown type (RFC 3597): \# length hexadecimal.
func generic(parts []token) string {
	if len(parts) < 2 {
		return plain(parts)
	}
	return strings.TrimSpace(`\# ` + parts[1].text + " " + strings.ToLower(joined(parts[2:])))
}

// plain keeps fields as they are, with one blank between them.
func plain(parts []token) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 && !p.glued {
			b.WriteByte(' ')
		}
		if p.quoted {
			b.WriteString(quote(p.text))
		} else {
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// certNumbers replaces the mnemonics of RFC 4398 section 2.1 and of the DNSSEC
// algorithms by their numbers.
func certNumbers(parts []token) []token {
	out := slices.Clone(parts)
	for i, names := range map[int][]string{
		0: {"PKIX=1", "SPKI=2", "PGP=3", "IPKIX=4", "ISPKI=5", "IPGP=6", "ACPKIX=7", "IACPKIX=8", "URI=253", "OID=254"},
		2: {"RSAMD5=1", "DH=2", "DSA=3", "RSASHA1=5", "RSASHA256=8", "RSASHA512=10", "ECDSAP256SHA256=13", "ECDSAP384SHA384=14", "ED25519=15", "ED448=16"},
	} {
		for _, n := range names {
			name, number, _ := strings.Cut(n, "=")
			if i < len(out) && strings.EqualFold(out[i].text, name) {
				out[i].text = number
			}
		}
	}
	return out
}

package zone

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed providers.txt
var providersText string

// A provider is a service that domains are used with: how its records look, and
// which further names it implies.
type provider struct {
	name  string
	marks map[string][]string // what recognises it: "mx", "spf", "txt", "cname", "a", "ns", "caa"
	ask   []question
	proxy string // "no" or empty
	ends  string // what stops with the old name servers
}

// A question is a name, relative to some base, and the types to expect there.
type question struct {
	name  string
	types []string
}

// providers is the embedded list, read once.
var providers = sync.OnceValue(func() []provider { return readProviders(providersText) })

func readProviders(text string) []provider {
	var out []provider
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, rest, _ := strings.Cut(line, ":")
		rest = strings.TrimSpace(rest)
		if key == "service" {
			out = append(out, provider{name: rest, marks: map[string][]string{}})
			continue
		}
		p := &out[len(out)-1]
		switch key {
		case "proxy":
			p.proxy = rest
		case "ends":
			p.ends = rest
		case "ask":
			p.ask = append(p.ask, questions(rest)...)
		default:
			p.marks[key] = append(p.marks[key], strings.Fields(rest)...)
		}
	}
	return out
}

// Ends lists what stops with the old name servers although every record is
// carried, as far as the records show it.
func Ends(recs []Record, domain string) []string {
	var out []string
	for _, p := range providers() {
		if p.ends == "" {
			continue
		}
		if slices.ContainsFunc(recs, func(r Record) bool { _, ok := p.recognise(r, domain); return ok }) {
			out = append(out, p.ends)
		}
	}
	return out
}

// questions reads "TYPE/TYPE name name".
func questions(line string) []question {
	fields := strings.Fields(line)
	types := strings.Split(fields[0], "/")
	out := make([]question, 0, len(fields)-1)
	for _, name := range fields[1:] {
		out = append(out, question{name, types})
	}
	return out
}

// recognise reports whether r is one of the service's records, and what "{x}"
// in its questions stands for.
func (p provider) recognise(r Record, domain string) (x string, ok bool) {
	suffix := func(mark, host string) bool {
		for _, s := range p.marks[mark] {
			if within(host, strings.ReplaceAll(s, "{d}", domain)) {
				x, ok = first(host), true
				return true
			}
		}
		return false
	}
	switch r.Type {
	case "MX":
		suffix("mx", lastField(r))
	case "CNAME":
		suffix("cname", CanonicalName(r.Content))
	case "NS":
		suffix("ns", CanonicalName(r.Content))
	case "SRV":
		suffix("cname", lastField(r))
	case "A", "AAAA":
		return "", slices.Contains(p.marks["a"], Canonical(r.Type, r.Content))
	case "CAA":
		for _, issuer := range p.marks["caa"] {
			ok = ok || strings.Contains(Canonical("CAA", r.Content), `"`+issuer)
		}
	case "TXT":
		text := Text(r.Content)
		for _, include := range spfNames(text) {
			if suffix("spf", include) {
				return x, ok
			}
		}
		for _, begin := range p.marks["txt"] {
			ok = ok || len(text) >= len(begin) && strings.EqualFold(text[:len(begin)], begin)
		}
	}
	return x, ok
}

// spfNames lists the names that an SPF policy includes or redirects to (RFC 7208
// sections 5.2 and 6.1).
func spfNames(text string) []string { return spfTerms(text, "include:", "redirect=") }

// spfHosts lists the names whose addresses an SPF policy allows.
func spfHosts(text string) []string {
	return spfTerms(text, "a:", "mx:", "exists:", "include:", "redirect=")
}

func spfTerms(text string, terms ...string) []string {
	lower := strings.ToLower(text)
	if !strings.HasPrefix(lower, "v=spf1") {
		return nil
	}
	var out []string
	for field := range strings.FieldsSeq(lower) {
		field = strings.TrimLeft(field, "+-~?")
		for _, term := range terms {
			if name, ok := strings.CutPrefix(field, term); ok && !strings.Contains(name, "%") {
				name, _, _ = strings.Cut(name, "/")
				out = append(out, CanonicalName(name))
			}
		}
	}
	return out
}

// lastField is the host at the end of MX and SRV data.
func lastField(r Record) string {
	fields := strings.Fields(r.Content)
	if len(fields) == 0 {
		return ""
	}
	return CanonicalName(fields[len(fields)-1])
}

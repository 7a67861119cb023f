package zone

import (
	"errors"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// What can be remarkable about a typed domain.
const (
	KindEmpty     = "empty"
	KindGarbage   = "garbage"   // no name at all
	KindAddress   = "address"   // an IP address
	KindNoEnding  = "no-ending" // a single word
	KindSuffix    = "suffix"    // a public suffix such as co.uk
	KindPrivate   = "private"   // an ending that exists only at home
	KindFree      = "free"      // a name below somebody else's domain, such as duckdns.org
	KindSubdomain = "subdomain" // usable: the registrable domain is returned with it
	KindUnlisted  = "unlisted"  // usable: an ending that the public suffix list does not have
)

// An InputError words what is wrong, or worth knowing, about a typed domain.
type InputError struct {
	Kind string
	Text string // what was seen
	Fix  string // what to type instead
}

// Error implements error.
func (e *InputError) Error() string { return e.Text + " " + e.Fix }

// ParseDomain reads what a person typed or pasted as their domain: in any case,
// with or without scheme, path, port, www. and final dot, in any script. It
// returns the registrable domain by the public suffix list, in ASCII.
//
// domain is empty when the input cannot be used; err then says why. domain and
// err are both set for [KindSubdomain] and [KindUnlisted], where err is a
// remark. err is a concrete type: compare it with nil before making it an error.
func ParseDomain(input string) (domain string, err *InputError) {
	typed := strings.TrimFunc(input, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("\"'<>“”„‘’«»\u200b\u2060\ufeff", r)
	})
	if typed == "" {
		return "", &InputError{KindEmpty, "No domain was typed.", "Type the domain that you own, such as example.com."}
	}
	host := hostOf(typed)
	if _, e := netip.ParseAddr(strings.Trim(host, "[]")); e == nil {
		return "", &InputError{KindAddress, "“" + shorten(host) + "” is an IP address.", "Type the domain that you own, such as example.com."}
	}
	// Names below a domain may have underscores, a domain may not. A letter
	// stands in while the rest is judged.
	name, e := idna.Lookup.ToASCII(strings.ReplaceAll(host, "_", "x"))
	name = strings.Trim(name, ".")
	if again, e2 := idna.Lookup.ToASCII(name); e == nil && (e2 != nil || again != name || !utf8.ValidString(typed)) {
		e = errors.New("not a name")
	}
	if e != nil || name == "" || len(name) > 253 || strings.Contains(name, "..") || wrongLabel(name) {
		return "", &InputError{KindGarbage, "“" + shorten(typed) + "” is not a domain.", "Type the domain that you own, such as example.com."}
	}
	if strings.Contains(host, "_") {
		return registrable(name, strings.ToLower(host), true)
	}
	return registrable(name, ToUnicode(name), false)
}

// hostOf takes the host out of an address line, a mail address or a name.
func hostOf(s string) string {
	if _, after, ok := strings.Cut(s, "://"); ok {
		s = after
	}
	s = strings.TrimPrefix(s, "//")
	if i := strings.IndexAny(s, "/?#\\"); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if inside, ok := strings.CutPrefix(s, "["); ok {
		address, _, _ := strings.Cut(inside, "]")
		return address
	}
	if strings.Count(s, ":") > 1 {
		return s
	}
	s, _, _ = strings.Cut(s, ":")
	s = strings.TrimPrefix(strings.TrimSpace(s), "*.")
	return s
}

func wrongLabel(name string) bool {
	if ending := name[strings.LastIndexByte(name, '.')+1:]; strings.Trim(ending, "0123456789") == "" {
		return true // no top-level domain is a number (RFC 3696 section 2)
	}
	for l := range strings.SplitSeq(name, ".") {
		if len(l) > 63 || strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-") {
			return true
		}
		for _, c := range []byte(l) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return true
			}
		}
	}
	return false
}

// registrable judges a clean ASCII name. odd says that it had a character that
// only the names below a domain may have, of which shown tells.
func registrable(name, shown string, odd bool) (string, *InputError) {
	suffix, icann := publicsuffix.PublicSuffix(name)
	ending := name[strings.LastIndexByte(name, '.')+1:]
	switch {
	case atHome(ending):
		return "", &InputError{KindPrivate, "“" + shown + "” works only inside a home or office network.", "Type a domain that is registered on the internet, such as example.com."}
	case !strings.Contains(name, ".") && icann:
		return "", &InputError{KindSuffix, "“" + shown + "” is an ending that many domains share.", "Type your whole domain, such as example." + shown + "."}
	case !strings.Contains(name, "."):
		return "", &InputError{KindNoEnding, "“" + shown + "” is not a domain yet: it needs an ending such as .com.", "Type the whole domain, such as " + shown + ".com."}
	}
	if owner, ok := lentBy(name, suffix, icann); ok {
		what := "“" + shown + "” is a name below " + owner + ", which belongs to a service that lends such names."
		if name == owner {
			what = "“" + shown + "” belongs to a service that lends names below it."
		}
		return "", &InputError{
			KindFree, what,
			"Its name servers cannot be changed. Type a domain of your own, such as example.com; it can be registered for a few pounds, euros or dollars a year.",
		}
	}
	if name == suffix {
		return "", &InputError{KindSuffix, "“" + shown + "” is an ending that many domains share.", "Type your whole domain, such as example." + shown + "."}
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil || odd && !strings.HasSuffix(shown, "."+ToUnicode(domain)) {
		return "", &InputError{KindGarbage, "“" + shown + "” is not a domain.", "Type the domain that you own, such as example.com."}
	}
	switch {
	case !icann && !strings.Contains(suffix, "."):
		return domain, &InputError{KindUnlisted, "“." + ToUnicode(ending) + "” is not among the endings that this program knows.", "Look whether “" + ToUnicode(domain) + "” is spelled right."}
	case domain != name && name != "www."+domain:
		return domain, &InputError{KindSubdomain, "“" + shown + "” is a name below " + ToUnicode(domain) + ".", "A whole domain is moved, so the wizard goes on with " + ToUnicode(domain) + "."}
	}
	return domain, nil
}

// atHome reports endings that never lead to the internet (RFC 6761, 6762,
// 7686, 8375, and what home routers use).
func atHome(ending string) bool {
	switch ending {
	case "local", "localhost", "localdomain", "lan", "home", "internal", "intranet", "corp", "private", "invalid", "onion", "arpa":
		return true
	}
	return false
}

// shorten keeps a sentence readable, whatever was pasted.
func shorten(s string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, s)
	if runes := []rune(clean); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return clean
}

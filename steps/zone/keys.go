package zone

import (
	"regexp"
	"slices"
	"strings"
)

// A Key names a key that signs mail: the selector and the domain of a DKIM
// signature (RFC 6376 section 3.6.2.1). Domain is empty where only a selector is
// known.
type Key struct{ Selector, Domain string }

// Name is where the key is published.
func (k Key) Name() string { return k.Selector + "._domainkey." + k.Domain }

// OpenKeys lists the names "_domainkey.…" below which a key exists that could
// not be named, and of which nothing was brought since.
func (f Found) OpenKeys() []string {
	var out []string
	for _, name := range f.Unknown {
		if first(name) == "_domainkey" && !slices.ContainsFunc(f.Records, func(r Record) bool { return within(CanonicalName(r.Name), name) }) {
			out = append(out, name)
		}
	}
	return out
}

// ParseKeys reads what a person typed or pasted to name a key of domain: a
// selector, the whole name of the record, or a mail's headers, of which every
// signature made for domain counts. why says what is wrong when there is none.
func ParseKeys(typed, domain string) (keys []Key, why string) {
	typed = strings.TrimSpace(strings.ReplaceAll(typed, "\r", ""))
	if typed == "" {
		return nil, "Type the selector, or paste the lines that begin with DKIM-Signature"
	}
	if !strings.Contains(typed, "=") {
		return plainKey(strings.ToLower(typed), domain)
	}
	var others []string
	for _, sig := range signatures(typed) {
		k := Key{strings.ToLower(sig["s"]), CanonicalName(sig["d"])}
		switch {
		case !validKey(k):
		case within(k.Domain, domain):
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		default:
			others = append(others, k.Domain)
		}
	}
	switch {
	case len(keys) > 0:
		return keys, ""
	case len(others) > 0:
		return nil, "This mail is signed for " + someOf(slices.Compact(others), 3) + ", not for " + ToUnicode(domain) + ". Take one that was sent from an address at " + ToUnicode(domain)
	}
	return nil, "There is no DKIM-Signature with “s=” and “d=” in it. Paste the whole of it, or only its selector"
}

// plainKey is a selector, or a name such as "s1._domainkey.example.com".
func plainKey(typed, domain string) ([]Key, string) {
	selector, rest, whole := strings.Cut(strings.TrimSuffix(typed, "."), "._domainkey")
	k := Key{Selector: selector}
	if rest = strings.TrimPrefix(rest, "."); whole && rest != "" {
		if k.Domain = rest; !within(CanonicalName(rest), domain) {
			return nil, "“" + shorten(typed) + "” is not a name of " + ToUnicode(domain)
		}
	}
	if !validKey(Key{k.Selector, domain}) {
		return nil, "“" + shorten(typed) + "” is not a selector: it is one word, such as mail2024"
	}
	return []Key{k}, ""
}

// validKey holds a selector to labels as DNS has them. Underscores do occur.
func validKey(k Key) bool {
	return regexp.MustCompile(`^[a-z0-9_][a-z0-9_-]{0,62}(\.[a-z0-9_][a-z0-9_-]{0,62})*$`).MatchString(k.Selector) && k.Domain != "" && len(k.Name()) <= 253
}

// signatures takes the tags of every DKIM signature out of the headers of a mail,
// or of one signature that was pasted without its name. Other signatures, such as
// ARC-Message-Signature, are not the sender's.
func signatures(text string) []map[string]string {
	starts := regexp.MustCompile(`(?m)^[A-Za-z][A-Za-z0-9-]*:`).FindAllStringIndex(text, -1)
	if len(starts) == 0 {
		return []map[string]string{tags(text)}
	}
	var out []map[string]string
	for i, at := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		if strings.EqualFold(text[at[0]:at[1]], "DKIM-Signature:") {
			out = append(out, tags(text[at[1]:end]))
		}
	}
	return out
}

// tags reads a tag list (RFC 6376 section 3.2). White space within is folding.
func tags(text string) map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(part, "=")
		out[strings.TrimSpace(name)] = strings.Join(strings.Fields(value), "")
	}
	return out
}

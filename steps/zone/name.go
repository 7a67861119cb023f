package zone

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// CanonicalName is the form in which names are compared: ASCII, lower case, no
// final dot. The root is the empty string.
func CanonicalName(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if n := len(name); n > 0 && name[n-1] == '.' && !endsEscaped(name[:n-1]) {
		name = name[:n-1]
	}
	if len(name) > 1000 {
		return name // no name is as long, and punycode takes time
	}
	for i := range len(name) {
		if name[i] >= 0x80 {
			if ascii, err := idna.Punycode.ToASCII(name); err == nil {
				return ascii
			}
			return name
		}
	}
	return name
}

// ToUnicode is the name as its owner writes it: "xn--bcher-kva.example" is
// "bücher.example". A label that is not valid punycode stays as it is.
func ToUnicode(name string) string {
	if !strings.Contains(name, "xn--") {
		return name
	}
	parts := strings.Split(name, ".")
	for i, l := range parts {
		if len(l) > 63 {
			continue // no label is as long, and punycode takes time
		}
		if out, err := idna.Display.ToUnicode(l); err == nil && CanonicalName(out) == CanonicalName(l) {
			parts[i] = out
		}
	}
	return strings.Join(parts, ".")
}

// endsEscaped reports whether the character after s is escaped by a backslash.
func endsEscaped(s string) bool {
	n := 0
	for i := len(s) - 1; i >= 0 && s[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

// labels splits a name at its dots, but not at escaped ones.
func labels(name string) []string {
	if name == "" {
		return nil
	}
	var out []string
	start := 0
	for i := 0; i < len(name); i++ {
		switch name[i] {
		case '\\':
			i++
		case '.':
			out = append(out, name[start:i])
			start = i + 1
		}
	}
	return append(out, name[start:])
}

// parent is the name without its first label.
func parent(name string) string {
	all := labels(name)
	if len(all) < 2 {
		return ""
	}
	return name[len(all[0])+1:]
}

// first is the first label of a name.
func first(name string) string {
	if all := labels(name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// within reports whether name is apex or lies below it.
func within(name, apex string) bool {
	return name == apex || apex == "" || strings.HasSuffix(name, "."+apex)
}

// below reports whether name lies below apex.
func below(name, apex string) bool { return name != apex && within(name, apex) }

// under is the name of label below name.
func under(label, name string) string {
	if label == "" || label == "@" {
		return name
	}
	return label + "." + name
}

// relative is the part of name before apex, and "@" for apex itself.
func relative(name, apex string) string {
	if name == apex {
		return "@"
	}
	return strings.TrimSuffix(name, "."+apex)
}

// byName orders names as RFC 4034 section 6.1 does: from the last label to the
// first, so that a domain comes before what lies below it.
func byName(a, b string) int {
	return slices.Compare(reversed(a), reversed(b))
}

// reversed is the labels of a name, the last one first.
func reversed(name string) []string {
	out := labels(name)
	slices.Reverse(out)
	return out
}

// byRecord orders records for people and for the sake of the same order each time.
func byRecord(a, b Record) int {
	return cmp.Or(byName(a.Name, b.Name), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Content, b.Content))
}

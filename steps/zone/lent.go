package zone

import (
	_ "embed"
	"strings"
)

//go:embed lent.txt
var lentText string

// lentBy finds the service that lends a name to its users: a private entry of
// the public suffix list, or one of our own list of dynamic DNS domains.
// Endings that are sold like any other, such as uk.com, are not lent.
func lentBy(name, suffix string, icann bool) (owner string, ok bool) {
	section := ""
	sold, lent := false, ""
	for line := range strings.Lines(lentText) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasSuffix(line, ":"):
			section = strings.TrimSuffix(line, ":")
		default:
			for entry := range strings.FieldsSeq(line) {
				sold = sold || section == "sold" && entry == suffix
				if section == "lent" && within(name, entry) && len(entry) > len(lent) {
					lent = entry
				}
			}
		}
	}
	switch {
	case lent != "" && (name != lent):
		return lent, true
	case !icann && strings.Contains(suffix, ".") && !sold:
		return suffix, true
	}
	return "", false
}

package web

import (
	"strings"
	"unicode"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
	"example.test/wizard/web/templates"
)

// readable writes the names in a sentence as their owner does: DNS holds letters
// other than a to z in a form that nobody reads (RFC 5890).
func readable(s string) string {
	if !strings.Contains(s, "xn--") {
		return s
	}
	var out strings.Builder
	for s != "" {
		n := len(s) - len(strings.TrimLeftFunc(s, ofName))
		out.WriteString(zone.ToUnicode(s[:n]))
		s = s[n:]
		n = len(s) - len(strings.TrimLeftFunc(s, func(r rune) bool { return !ofName(r) }))
		out.WriteString(s[:n])
		s = s[n:]
	}
	return out.String()
}

func ofName(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-._*", r)
}

// value is a value as the service holds it. A name whose owner writes it in
// another way has that beside it.
func value(v steps.Value) templates.Value {
	out := templates.Value{Text: v.Text, Code: v.Code, Before: v.Before, Aside: aside(v.Note)}
	if owner := zone.ToUnicode(v.Text); out.Aside == "" && owner != v.Text {
		out.Aside = aside(owner)
	}
	return out
}

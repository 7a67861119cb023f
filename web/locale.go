package web

import (
	"net/http"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// locale is how a person reads times and numbers. The words are English for
// everybody; dates have the month's name, which nobody reads the wrong way round.
type locale struct {
	twelve bool // hours to 12, with AM and PM
	comma  bool // 6,2 and not 6.2
}

// Localise writes the times and numbers in the texts of steps.
func (l locale) Localise(page string) string {
	return steps.Locale{Twelve: l.twelve, Comma: l.comma}.Localise(page)
}

// localeOf reads the first language that the browser asks for.
func localeOf(r *http.Request) locale {
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	first, _, _ = strings.Cut(first, ";")
	language, region, _ := strings.Cut(strings.ToLower(strings.TrimSpace(first)), "-")
	switch language {
	case "en":
		return locale{twelve: region == "us" || region == "ca" || region == "au" || region == "nz" || region == "in" || region == "ph"}
	case "de", "fr", "nl", "es", "it", "pt", "pl", "ru", "uk", "cs", "sk", "sl", "hr", "da", "nb", "nn", "no", "sv", "fi", "el", "tr", "hu", "ro", "bg", "id", "vi":
		// In Mexico and in Switzerland's bookkeeping it is a point.
		return locale{comma: region != "mx" && region != "ch"}
	}
	return locale{}
}

// clock is a time of day on this computer; empty for none.
func (l locale) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return templates.Clock(t.Local(), l.twelve)
}

// number gives a number with a point the comma where the person expects one.
func (l locale) number(s string) string {
	if l.comma {
		return strings.ReplaceAll(s, ".", ",")
	}
	return s
}

package web

import (
	"net/http"
	"time"

	"example.test/wizard/locale"
)

// localeOf is how the person reads times and numbers, from the language that the
// browser asks for first.
func localeOf(r *http.Request) locale.Locale { return locale.Of(r.Header.Get("Accept-Language")) }

// clock is a time of day on this computer; empty for none.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return locale.Second(t.Local())
}

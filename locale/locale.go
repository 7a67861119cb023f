package locale

import (
	"strings"
	"time"
)

// A Locale is how somebody reads times and numbers. The zero value is that of the
// terminal: hours to 24, the day before the month, a decimal point and no groups.
type Locale struct {
	Twelve     bool   // hours to 12, with AM and PM
	MonthFirst bool   // November 2, 2026
	Comma      bool   // 6,2 and not 6.2
	Group      string // between thousands; empty for none
	FromFive   bool   // groups begin with the fifth digit: 1234, but 12 345
	Months     string // the names of the months, one a line; empty for English
}

// value is one fenced value in the reader's form.
func (l Locale) value(s string) (string, bool) {
	for _, plain := range []string{minutes, seconds, days, dates, days + ", " + minutes, dates + ", " + seconds} {
		if t, err := time.Parse(plain, s); err == nil {
			return l.named(t.Format(l.layout(plain)), t.Month()), true
		}
	}
	return l.number(s)
}

// named sets the reader's name of a month.
func (l Locale) named(text string, month time.Month) string {
	names := strings.Split(l.Months, "\n")
	if len(names) != 12 {
		return text
	}
	return strings.Replace(text, month.String(), names[month-1], 1)
}

// layout is the reader's form of a plain one.
func (l Locale) layout(plain string) string {
	if l.Twelve {
		plain = strings.NewReplacer("15:04:05", "3:04:05 PM", "15:04", "3:04 PM").Replace(plain)
	}
	if l.MonthFirst {
		plain = strings.NewReplacer("2 January 2006", "January 2, 2006", "2 January", "January 2").Replace(plain)
	}
	return plain
}

func (l Locale) number(s string) (string, bool) {
	whole, tenth, decimal := strings.Cut(s, ".")
	if !digits(whole) || decimal && (len(tenth) != 1 || !digits(tenth)) {
		return "", false
	}
	whole = l.grouped(whole)
	switch {
	case !decimal:
		return whole, true
	case l.Comma:
		return whole + "," + tenth, true
	}
	return whole + "." + tenth, true
}

// grouped sets the separator before every third digit from the end.
func (l Locale) grouped(whole string) string {
	if l.FromFive && len(whole) < 5 {
		return whole
	}
	var parts []string
	for len(whole) > 3 {
		parts = append([]string{whole[len(whole)-3:]}, parts...)
		whole = whole[:len(whole)-3]
	}
	return strings.Join(append([]string{whole}, parts...), l.Group)
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

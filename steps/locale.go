package steps

import (
	"strconv"
	"strings"
	"time"
)

// fence stands invisibly (U+2063) on both sides of a time or a number in a text,
// so that whoever draws the text can write it the way its reader expects. Without
// that it still reads well.
const fence = "\u2063"

const (
	dayFormat   = "2 January, "
	clockFormat = "15:04"
)

// When writes a day and a time of this computer into a text.
func When(t time.Time) string { return fence + t.Local().Format(dayFormat+clockFormat) + fence }

// Clock writes a time of day of this computer into a text.
func Clock(t time.Time) string { return fence + t.Local().Format(clockFormat) + fence }

// Decimal writes a number with one digit behind the point into a text.
func Decimal(f float64) string { return fence + strconv.FormatFloat(f, 'f', 1, 64) + fence }

// A Locale is how somebody reads times and numbers. The zero value is that of the
// terminal: hours to 24, and a decimal point.
type Locale struct {
	Twelve bool // hours to 12, with AM and PM
	Comma  bool // 6,2 and not 6.2
}

// Localise writes the times and numbers of a text as its reader expects them. What
// only looks like a fence, in a text of others, stays as it is.
func (l Locale) Localise(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, fence)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		inner, after, _ := strings.Cut(rest, fence)
		if value, ok := l.value(inner); ok {
			b.WriteString(value)
			text = after
		} else {
			b.WriteString(fence)
			text = rest
		}
	}
}

func (l Locale) value(s string) (string, bool) {
	clock := clockFormat
	if l.Twelve {
		clock = "3:04 PM"
	}
	for _, day := range []string{"", dayFormat} {
		if t, err := time.Parse(day+clockFormat, s); err == nil {
			return t.Format(day + clock), true
		}
	}
	if whole, tenth, ok := strings.Cut(s, "."); !ok || strings.Trim(whole, "0123456789") != "" || len(whole) == 0 || len(tenth) != 1 || strings.Trim(tenth, "0123456789") != "" {
		return "", false
	}
	if l.Comma {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s, true
}

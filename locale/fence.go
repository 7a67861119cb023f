// Package locale knows how people write times, dates and numbers. It knows no
// words: a date has the English name of its month, as the sentence around it is
// English, unless its reader's language gives others.
//
// Who writes a text does not know its reader. So each function here writes the
// plain form between two invisible fences, and [Locale.Localise] turns all of them
// into the reader's form at the very end.
package locale

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// fence stands invisibly (U+2063) on both sides of a time or a number. Without
// being localised, the text still reads well.
const fence = "\u2063"

// The plain forms.
const (
	minutes = "15:04"
	seconds = "15:04:05"
	days    = "2 January"
	dates   = "2 January 2006"
)

// Clock writes a time of day, in the zone that the time carries.
func Clock(t time.Time) string { return fence + t.Format(minutes) + fence }

// Second writes a time of day to the second.
func Second(t time.Time) string { return fence + t.Format(seconds) + fence }

// Day writes a date of about now, without its year.
func Day(t time.Time) string { return fence + t.Format(days) + fence }

// Date writes a date.
func Date(t time.Time) string { return fence + t.Format(dates) + fence }

// When writes a day and a time.
func When(t time.Time) string { return fence + t.Format(days+", "+minutes) + fence }

// Moment writes a date and a time to the second.
func Moment(t time.Time) string { return fence + t.Format(dates+", "+seconds) + fence }

// Number writes a count. A small one is written alike everywhere.
func Number[N ~int | ~int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	if n < 1000 {
		return s
	}
	return fence + s + fence
}

// Count writes a number with what it counts: "1 record", "4 records". It is the one
// place that knows of plurals.
func Count[N ~int | ~int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Decimal writes a number with one digit behind the point.
func Decimal(f float64) string { return fence + strconv.FormatFloat(f, 'f', 1, 64) + fence }

// Localise writes the times and numbers of a text as its reader expects them. What
// only looks like a fence, in a text of others, stays as it is.
func (l Locale) Localise(text string) string {
	if !strings.Contains(text, fence) {
		return text
	}
	return string(l.Append(nil, []byte(text)))
}

// Append is [Locale.Localise] for a whole page: it adds the text to out, which
// may be used again for the next one.
func (l Locale) Append(out, text []byte) []byte {
	for {
		before, rest, ok := bytes.Cut(text, []byte(fence))
		out = append(out, before...)
		if !ok {
			return out
		}
		inner, after, _ := bytes.Cut(rest, []byte(fence))
		if value, ok := l.value(string(inner)); ok {
			out = append(out, value...)
			text = after
		} else {
			out = append(out, fence...)
			text = rest
		}
	}
}

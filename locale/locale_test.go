package locale

import (
	"strings"
	"testing"
	"time"
)

func TestLocalise(t *testing.T) {
	at := time.Date(2026, time.November, 2, 15, 4, 5, 0, time.UTC)
	leap := time.Date(2028, time.February, 29, 0, 5, 0, 0, time.UTC)
	plain, us, german, swiss := Locale{}, Of("en-US"), Of("de-DE"), Of("de-CH")
	polish, french := Of("pl"), Of("fr-FR")
	named := german
	named.Months = strings.Repeat("-\n", 10) + "November auf Deutsch\n-"
	for _, c := range []struct {
		text string
		l    Locale
		want string
	}{
		{"Since " + When(at), plain, "Since 2 November, 15:04"},
		{"Since " + When(at), us, "Since November 2, 3:04 PM"},
		{"Since " + When(at), german, "Since 2 November, 15:04"},
		{"Since " + When(at), named, "Since 2 November auf Deutsch, 15:04"},
		{"At " + Clock(at) + ", in " + Decimal(6.25) + " s", plain, "At 15:04, in 6.2 s"},
		{"At " + Clock(at) + ", in " + Decimal(6.25) + " s", us, "At 3:04 PM, in 6.2 s"},
		{"At " + Clock(at) + ", in " + Decimal(6.25) + " s", german, "At 15:04, in 6,2 s"},
		{Second(at) + "/" + Moment(at), plain, "15:04:05/2 November 2026, 15:04:05"},
		{Second(at) + "/" + Moment(at), us, "3:04:05 PM/November 2, 2026, 3:04:05 PM"},
		{Day(at) + "/" + Date(at), us, "November 2/November 2, 2026"},
		{Day(at) + "/" + Date(at), french, "2 November/2 November 2026"},
		{When(leap), us, "February 29, 12:05 AM"}, // of no year
		{Number(999) + " " + Number(1234) + " " + Number(1234567), plain, "999 1234 1234567"},
		{Number(999) + " " + Number(1234) + " " + Number(1234567), us, "999 1,234 1,234,567"},
		{Number(999) + " " + Number(1234) + " " + Number(1234567), german, "999 1.234 1.234.567"},
		{Number(1234) + " " + Number(int64(12345)), polish, "1234 12\u00a0345"},
		{Number(1234), french, "1\u202f234"},
		{Decimal(1234.5), swiss, "1\u2019234.5"},
		{Decimal(1234.5), german, "1.234,5"},
		{"nothing in it", us, "nothing in it"},
		{"of others: " + fence + "1.2.3" + fence + Clock(at), us, "of others: " + fence + "1.2.3" + fence + "3:04 PM"},
		{"cut off: " + fence + "15:0", us, "cut off: " + fence + "15:0"},
		{fence + "1.\"" + fence + fence, us, fence + "1.\"" + fence + fence},
	} {
		if got := c.l.Localise(c.text); got != c.want {
			t.Errorf("%+v: %q, want %q", c.l, got, c.want)
		}
	}
}

// TestOf reads what browsers send. That the forms are those of the language is
// proved in a browser, against its own.
func TestOf(t *testing.T) {
	for accepted, want := range map[string]Locale{
		"": {}, "*": {}, "tlh": {}, "-,;;q=x, \x00 <script>, de": {},
		"en-GB,en;q=0.9":      {Group: ","},
		"en-US,en;q=0.5":      {Group: ",", Twelve: true, MonthFirst: true},
		"EN-us":               {Group: ",", Twelve: true, MonthFirst: true},
		"de-DE, en-US;q=0.8":  {Group: ".", Comma: true},
		"fr;q=0.9":            {Group: narrow, Comma: true},
		"es-MX":               {Group: ",", Twelve: true},
		"zh-CN,zh;q=0.9":      {Group: ","},
		" pt-PT ,pt;q=0.9,en": {Group: space, Comma: true, FromFive: true},
	} {
		if got := Of(accepted); got != want {
			t.Errorf("%q: %+v, want %+v", accepted, got, want)
		}
	}
}

func BenchmarkLocalise(b *testing.B) {
	page := ""
	for range 40 {
		page += "<p>Some words, and the time of day: " + Clock(time.Unix(0, 0)) + "</p>"
	}
	for b.Loop() {
		Of("de-DE").Localise(page)
	}
}

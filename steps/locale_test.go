package steps

import (
	"testing"
	"time"
)

func TestLocalise(t *testing.T) {
	at := time.Date(2026, time.November, 2, 15, 4, 0, 0, time.Local)
	for _, c := range []struct {
		text               string
		plain, twelve, dec string
	}{
		{"Since " + When(at), "Since 2 November, 15:04", "Since 2 November, 3:04 PM", "Since 2 November, 15:04"},
		{"At " + Clock(at) + ", in " + Decimal(6.25) + " s", "At 15:04, in 6.2 s", "At 3:04 PM, in 6.2 s", "At 15:04, in 6,2 s"},
		{"a leap day: " + When(time.Date(2028, time.February, 29, 0, 5, 0, 0, time.Local)), "a leap day: 29 February, 00:05", "a leap day: 29 February, 12:05 AM", "a leap day: 29 February, 00:05"},
		{"nothing in it", "nothing in it", "nothing in it", "nothing in it"},
		{"of others: " + fence + "1.2.3" + fence + Clock(at), "of others: " + fence + "1.2.3" + fence + "15:04", "of others: " + fence + "1.2.3" + fence + "3:04 PM", "of others: " + fence + "1.2.3" + fence + "15:04"},
		{"cut off: " + fence + "15:0", "cut off: " + fence + "15:0", "cut off: " + fence + "15:0", "cut off: " + fence + "15:0"},
		{fence + "1.\"" + fence, fence + "1.\"" + fence, fence + "1.\"" + fence, fence + "1.\"" + fence},
	} {
		for l, want := range map[Locale]string{{}: c.plain, {Twelve: true}: c.twelve, {Comma: true}: c.dec} {
			if got := l.Localise(c.text); got != want {
				t.Errorf("%+v: %q, want %q", l, got, want)
			}
		}
	}
}

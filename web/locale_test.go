package web

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/a-h/templ"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
)

// TestPageIsLocalised draws a page with a time and a number that a step wrote.
func TestPageIsLocalised(t *testing.T) {
	at := time.Date(2026, time.November, 22, 15, 4, 5, 0, time.Local)
	for asked, want := range map[string]string{"en-GB": "22 November, 15:04; 6.2; 1,234", "en-US": "November 22, 3:04 PM; 6.2; 1,234", "de": "22 November, 15:04; 6,2; 1.234", "": "22 November, 15:04; 6.2; 1234"} {
		r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		r.Header.Set("Accept-Language", asked)
		if err := new(Server).render(w, r, 200, templ.Raw(steps.When(at)+"; "+locale.Decimal(6.2)+"; "+locale.Number(1234))); err != nil {
			t.Fatal(err)
		}
		if got := w.Body.String(); got != want {
			t.Errorf("%s: %q, want %q", asked, got, want)
		}
	}
}

// TestBlockedChartGoesOverMidnight counts by hour, in the order in which the hours were.
func TestBlockedChartGoesOverMidnight(t *testing.T) {
	evening := time.Date(2026, time.November, 22, 22, 0, 0, 0, time.Local)
	d := &steps.SecurityDetail{Blocked: []steps.Count{{N: 3, Hour: evening.Add(3 * time.Hour)}, {N: 1, Hour: evening}, {N: 2, Hour: evening.Add(time.Hour)}, {N: 4, Hour: evening}}}
	got := ""
	for _, b := range blockedChart(steps.Settings{}, d).Bars {
		got += fmt.Sprintf("%s %d, ", b.Name, b.N)
	}
	for l, want := range map[string]string{"de": "22:00 5, 23:00 2, 01:00 3, ", "en-US": "10:00 PM 5, 11:00 PM 2, 1:00 AM 3, "} {
		if text := locale.Of(l).Localise(got); text != want {
			t.Errorf("%s: %s", l, text)
		}
	}
}

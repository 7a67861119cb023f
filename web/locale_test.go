package web

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/a-h/templ"

	"example.test/wizard/steps"
)

func TestLocale(t *testing.T) {
	at := time.Date(2026, time.November, 22, 15, 4, 5, 0, time.Local)
	for asked, want := range map[string][2]string{
		"":                           {"15:04:05", "6.2"},
		"en-GB,en;q=0.9":             {"15:04:05", "6.2"},
		"en-US,en;q=0.5":             {"3:04:05 PM", "6.2"},
		"EN-us":                      {"3:04:05 PM", "6.2"},
		"de-DE, en-US;q=0.8":         {"15:04:05", "6,2"},
		"fr;q=0.9":                   {"15:04:05", "6,2"},
		"es-MX":                      {"15:04:05", "6.2"},
		"zh-CN,zh;q=0.9":             {"15:04:05", "6.2"},
		"*":                          {"15:04:05", "6.2"},
		"-,;;q=x, \x00 <script>, de": {"15:04:05", "6.2"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", asked)
		l := localeOf(r)
		if got := [2]string{l.clock(at), l.number("6.2")}; got != want {
			t.Errorf("%q: %q, want %q", asked, got, want)
		}
	}
	if (locale{}).clock(time.Time{}) != "" {
		t.Error("no time has a text")
	}
}

// TestPageIsLocalised draws a page with a time and a number that a step wrote.
func TestPageIsLocalised(t *testing.T) {
	at := time.Date(2026, time.November, 22, 15, 4, 5, 0, time.Local)
	for asked, want := range map[string]string{"en-GB": "22 November, 15:04; 6.2", "en-US": "22 November, 3:04 PM; 6.2", "de": "22 November, 15:04; 6,2"} {
		r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		r.Header.Set("Accept-Language", asked)
		if err := new(Server).render(w, r, 200, templ.Raw(steps.When(at)+"; "+steps.Decimal(6.2))); err != nil {
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
	if got != "22:00 5, 23:00 2, 01:00 3, " {
		t.Error(got)
	}
}

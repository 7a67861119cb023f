package web

import (
	"net/http/httptest"
	"testing"
	"time"
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

package web

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/a-h/templ"

	"example.test/wizard/locale"
	"example.test/wizard/locale/translation"
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

// TestPageInAnotherLanguage: a page is in the language that its reader asks for, and
// what somebody else wrote stays a text.
func TestPageInAnotherLanguage(t *testing.T) {
	po := "msgid \"Checked at %s\"\nmsgstr \"Um %s geprüft\"\n\nmsgid \"Nine steps\"\nmsgstr \"<b>Neun</b> Schritte\"\n\n"
	for m := time.January; m <= time.December; m++ {
		po += "msgid \"" + m.String() + "\"\nmsgstr \"" + strings.ToUpper(m.String()) + "\"\n\n"
	}
	s := &Server{Config: Config{
		Languages: translation.In(fstest.MapFS{"de.po": {Data: []byte(po)}, "xx.po": {Data: []byte("broken")}}),
		Log:       slog.New(slog.DiscardHandler),
	}}
	at := time.Date(2026, time.November, 22, 15, 4, 5, 0, time.Local)
	page := `<html lang="en"><p>Checked at ` + steps.When(at) + `</p><i>Nine steps</i><p>Checked at &lt;i&gt;</p><input value="Nine steps">`
	for asked, want := range map[string]string{
		"de":         `<html lang="de"><p>Um 22 NOVEMBER, 15:04 geprüft</p><i>&lt;b&gt;Neun&lt;/b&gt; Schritte</i><p>Um &lt;i&gt; geprüft</p><input value="Nine steps">`,
		"en-GB, de":  `<html lang="en"><p>Checked at 22 November, 15:04</p><i>Nine steps</i><p>Checked at &lt;i&gt;</p><input value="Nine steps">`,
		"xx":         `<html lang="en"><p>Checked at 22 November, 15:04</p><i>Nine steps</i><p>Checked at &lt;i&gt;</p><input value="Nine steps">`,
		"en-US,en;q": `<html lang="en"><p>Checked at November 22, 3:04 PM</p><i>Nine steps</i><p>Checked at &lt;i&gt;</p><input value="Nine steps">`,
	} {
		r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		r.Header.Set("Accept-Language", asked)
		if err := s.render(w, r, 200, templ.Raw(page)); err != nil {
			t.Fatal(err)
		}
		if got := w.Body.String(); got != want {
			t.Errorf("%s:\n%s, want\n%s", asked, got, want)
		}
		if got := w.Header().Get("Content-Length"); got != fmt.Sprint(len(want)) {
			t.Errorf("%s: %s bytes are announced, and %d sent", asked, got, len(want))
		}
	}
	r := httptest.NewRequest("GET", "/summary.md", nil)
	r.Header.Set("Accept-Language", "de")
	if got := s.readerOf(r).text("# Nine steps\n\n- Checked at " + steps.When(at) + "\n"); got != "# <b>Neun</b> Schritte\n\n- Um 22 NOVEMBER, 15:04 geprüft\n" {
		t.Errorf("a text of lines: %q", got)
	}
}

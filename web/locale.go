package web

import (
	"net/http"
	"strings"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/locale/translation"
)

// A reader is how somebody reads what the wizard says. Who writes a text knows
// nothing of it: all is turned at the very end.
type reader struct {
	locale.Locale
	language string
	texts    *translation.Catalogue // nil for English
}

// readerOf goes by the language that the browser asks for first.
func (s *Server) readerOf(r *http.Request) reader {
	accepted := r.Header.Get("Accept-Language")
	who := reader{Locale: locale.Of(accepted)}
	var err error
	if who.language, who.texts, err = s.Languages.For(accepted); err != nil {
		s.Log.WarnContext(r.Context(), "English in place of another language", "err", err)
	}
	if who.texts != nil {
		who.Months = who.texts.Months()
	}
	return who
}

// page adds a page as its reader expects it to out.
func (who reader) page(out, drawn []byte) []byte {
	if who.texts != nil {
		drawn = who.texts.Page(drawn, who.language)
	}
	return who.Append(out, drawn)
}

// text is the same for a text of several lines.
func (who reader) text(text string) string {
	if who.texts != nil {
		lines := strings.Split(text, "\n")
		for i, line := range lines {
			lines[i] = who.texts.Text(line)
		}
		text = strings.Join(lines, "\n")
	}
	return who.Localise(text)
}

// clock is a time of day on this computer; empty for none.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return locale.Second(t.Local())
}

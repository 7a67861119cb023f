package web

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// newest is what was said when somebody last asked for a newer version. It ends
// with the process.
type newest struct {
	mu    sync.Mutex
	asked time.Time // zero when nobody asked
	got   steps.Published
	err   error
}

// showVersion is GET /version. It repeats the last answer and asks nobody.
func (s *Server) showVersion(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "Version", "Version "+s.Release)
	p.Back = &templates.Link{Text: "All steps", Href: "/"}
	m := templates.Version{
		Page:    p,
		Rows:    rows([]steps.Row{steps.Text("This wizard", s.Version), steps.Text("Runs on", s.Computer)}),
		Text:    "This wizard does not know where newer versions of it are published, so it cannot ask. Look where you got it.",
		Support: templates.Copy{Value: s.Support, What: "the version"},
	}
	if s.Newest != nil {
		m.Text = "The wizard never looks by itself. When you press the button, it asks GitHub once; nothing about you or your setup is sent, and nothing is installed."
		m.Buttons = []templates.Button{{Text: "Ask GitHub", Icon: "again"}}
	}
	m.Answer = s.newestAnswer(r)
	return s.render(w, r, http.StatusOK, templates.VersionPage(m))
}

// askVersion is POST /version, the one place that asks.
func (s *Server) askVersion(w http.ResponseWriter, r *http.Request) error {
	if s.Newest != nil {
		got, err := s.Newest(r.Context())
		s.newest.mu.Lock()
		s.newest.asked, s.newest.got, s.newest.err = s.Now(), got, err
		s.newest.mu.Unlock()
	}
	http.Redirect(w, r, "/version", http.StatusSeeOther)
	return nil
}

func (s *Server) newestAnswer(r *http.Request) *templates.Note {
	s.newest.mu.Lock()
	asked, got, err := s.newest.asked, s.newest.got, s.newest.err
	s.newest.mu.Unlock()
	if asked.IsZero() {
		return nil
	}
	at := " Asked at " + clock(asked) + "."
	if errors.Is(err, steps.ErrNotFound) {
		return &templates.Note{Tone: "info", Title: "GitHub names no published version", Text: "So there is no newer one." + at}
	}
	if err != nil {
		n := s.problemNote(steps.Explain(err))
		return &n
	}
	order, ok := steps.CompareVersions(s.Release, got.Version)
	got.Version = cut(got.Version, 40)
	published := ""
	if !got.At.IsZero() {
		published = "It was published on " + locale.Date(got.At) + ". "
	}
	at = strings.TrimSpace(at)
	n := &templates.Note{Tone: "done", Title: "You have the newest version", Text: published + at}
	switch {
	case !ok:
		n.Tone, n.Title = "info", "The newest published version is "+got.Version
		n.Text = "Yours was built from the source, so the two cannot be compared. " + at
	case order < 0:
		n.Tone, n.Title = "info", "There is a newer version: "+got.Version
		n.Text = published + "To use it, close this wizard, download the new one and start it; it goes on where you were. " + at
	case order > 0:
		n.Title, n.Text = "Yours is newer than the newest published version", say("That is "+got.Version+". ")+at
	}
	if got.Page != "" {
		n.Links = links(steps.Link{Text: "Read about " + got.Version + " at GitHub", URL: got.Page})
	}
	return n
}

// supportRow names the version among what support asks for.
func (s *Server) supportRow() steps.Row { return steps.Text("Wizard", s.Version) }

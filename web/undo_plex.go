package web

import (
	"errors"
	"net/http"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// undoPlexPath is where the person opens Plex's settings to the undo.
const undoPlexPath = "/undo?part=plex"

// plexFirst says that what was changed in Plex cannot be had yet, and leads to the way.
func plexFirst(a steps.PlexAccess) templates.Note {
	n := templates.Note{Tone: "attention", Title: "Plex does not answer, so what was changed in it cannot be taken away yet", Text: "[See what helps](" + undoPlexPath + ")."}
	if a.SignIn {
		n.Title = "What was changed in Plex needs your sign-in"
		n.Text = "The wizard has no key of Plex at present. [Sign in to Plex](" + undoPlexPath + "), and these things can be chosen too."
	}
	return n
}

// drawUndoPlex is GET /undo?part=plex: the sign-in, or how to start Plex. Once it
// helped, the list is shown in its place.
func (s *Server) drawUndoPlex(w http.ResponseWriter, r *http.Request, a steps.PlexAccess, f form) error {
	h1 := "Start Plex first"
	if a.SignIn {
		h1 = "Sign in to Plex first"
	}
	p := s.page(r, h1+" - Undo", h1)
	p.At, p.Lead, p.ErrorTitle = "undo", "Then the wizard can take back what it changed in Plex’s settings. Nothing is changed by this.", len(f.problems) > 0
	p.Back = &templates.Link{Text: "Back to the list", Href: "/undo"}
	p.PollURL = "/undo/checks?part=plex"
	m := templates.Step{Page: p, Errors: f.summary()}
	looked := templates.Section{ID: "looked", Title: "What was looked at", HideTitle: true, Checks: checks([]steps.Check{a.Check})}
	status := http.StatusOK
	switch {
	case a.SignIn:
		m.Form = s.pin.form(templates.PlexKeyInput{Action: "/undo/plex", Error: f.error("token")})
		if s.pin.url() != "" {
			m.Page.Poll, m.Page.Favicon = "2s", "waiting"
		}
		m.Lower = append(m.Lower, looked)
	default:
		m.Sections = append(m.Sections, looked)
		m.Next = []templates.Button{{Text: "Look again", Kind: "go", Icon: "again", Href: undoPlexPath, Next: true}}
		m.Page.Poll = "3s"
	}
	if len(f.problems) > 0 {
		status, m.Page.Poll = http.StatusUnprocessableEntity, ""
	}
	return s.render(w, r, status, templates.StepPage(m))
}

// signInForUndo is POST /undo/plex: a sign-in at plex.tv is begun, or a key was pasted.
func (s *Server) signInForUndo(w http.ResponseWriter, r *http.Request) error {
	if r.PostFormValue("do") == "signin" {
		if err := s.pin.begin(r.Context(), s.Plex); err != nil {
			return err
		}
		http.Redirect(w, r, undoPlexPath, http.StatusSeeOther)
		return nil
	}
	seen, err := s.lookUndo(r.Context())
	if err != nil {
		return err
	}
	if seen.Problem != nil {
		return seen.Problem
	}
	d, _ := seen.Finding.Detail.(*steps.UndoDetail)
	if d == nil || !d.Plex.SignIn {
		http.Redirect(w, r, "/undo", http.StatusSeeOther)
		return nil
	}
	err = s.pasteKey(r, d.Plex.Server)
	if p, ok := errors.AsType[*steps.Problem](err); ok && p.Field != "" {
		return s.drawUndoPlex(w, r, d.Plex, form{problems: []*steps.Problem{p}})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/undo", http.StatusSeeOther)
	return nil
}

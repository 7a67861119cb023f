package web

import (
	"context"
	"net/http"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// showBefore is GET /before.
func (s *Server) showBefore(w http.ResponseWriter, r *http.Request) error {
	return s.drawBefore(w, r, http.StatusOK, nil)
}

func (s *Server) drawBefore(w http.ResponseWriter, r *http.Request, status int, errs *templates.ErrorSummary) error {
	set, err := s.Engine.Settings()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), 8*time.Second)
	defer cancel()
	ready := s.Before.Look(ctx)
	p := s.page(r, "Before you start", "Before you start")
	p.Lead = "What this sets up, what it costs, and what could go wrong. Read it once; nothing is changed on this page."
	p.Broad, p.ErrorTitle = true, errs != nil
	m := templates.Before{Page: p, Agreed: !set.Agreed.IsZero(), Errors: errs, Pass: passNote(ready), Ready: templates.Section{
		ID: "ready", Title: "Is this computer ready?", Checks: checks(ready.Checks),
		Buttons: []templates.Button{{Text: "Check again", Kind: "s", Icon: "again", Href: "/before"}},
	}}
	return s.render(w, r, status, templates.BeforePage(m))
}

// passNote says what Plex's rule of 2025 means for this very server.
func passNote(ready steps.Ready) *templates.Note {
	n := &templates.Note{Tone: "info", Title: "Plex asks for a pass to play remotely", Text: "A tunnel counts as remote. You need Plex Pass, or each viewer needs Remote Watch Pass."}
	switch {
	case ready.Known && ready.Plex.Pass:
		n.Text += " Your server **" + say(ready.Plex.Name) + "** has Plex Pass."
	case ready.Known:
		n.Tone = "attention"
		n.Text += " Your server **" + say(ready.Plex.Name) + "** has no Plex Pass: browsing will work, playing will ask."
	}
	return n
}

// needYes leads to the page to be read first: no step begins before its yes.
func (s *Server) needYes(next http.Handler) http.Handler {
	return s.do(func(w http.ResponseWriter, r *http.Request) error {
		set, err := s.Engine.Settings()
		if err != nil {
			return err
		}
		if set.Agreed.IsZero() {
			http.Redirect(w, r, "/before", http.StatusSeeOther)
			return nil
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// agree is POST /before.
func (s *Server) agree(w http.ResponseWriter, r *http.Request) error {
	if r.PostFormValue("agree") == "" {
		return s.drawBefore(w, r, http.StatusUnprocessableEntity, &templates.ErrorSummary{Items: []templates.FieldError{{Field: "agree", Text: "Tick that you have read this page"}}})
	}
	err := s.Engine.Update(func(set *steps.Settings) error {
		if set.Agreed.IsZero() {
			set.Agreed = s.Now().Round(0)
		}
		return nil
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, stepPath(steps.IDAccount), http.StatusSeeOther)
	return nil
}

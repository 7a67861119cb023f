package web

import (
	"errors"
	"fmt"
	"net/http"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

var (
	errInternal = errors.New("a fault in the wizard itself")
	errForm     = errors.New("the form cannot be read")
)

// status decides the answer's code. A wrong plan or form is the person's next
// page, so it is drawn in place.
func status(err error) int {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, steps.ErrNoStep):
		return http.StatusNotFound
	case errors.Is(err, errInternal):
		return http.StatusInternalServerError
	case errors.Is(err, steps.ErrPlanChanged), errors.Is(err, steps.ErrBusy):
		return http.StatusConflict
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, errForm), errors.Is(err, errNoEvent):
		return http.StatusBadRequest
	}
	return http.StatusBadGateway
}

// showProblem draws an error as a page in the layout.
func (s *Server) showProblem(w http.ResponseWriter, r *http.Request, err error) {
	code := status(err)
	problem := steps.Explain(err)
	switch code {
	case http.StatusNotFound:
		problem = noSuchPage()
	case http.StatusRequestEntityTooLarge:
		problem = &steps.Problem{Title: "That was too much at once", Text: "Nothing was changed.", Fix: "A form may hold 64 KB, a zone file 2 MB."}
	case http.StatusBadRequest:
		problem = &steps.Problem{Title: "The wizard cannot read what was sent", Text: "Nothing was changed.", Fix: "Go back to the page and try once more."}
	}
	s.drawProblem(w, r, code, problem)
}

func (s *Server) drawProblem(w http.ResponseWriter, r *http.Request, code int, problem *steps.Problem) {
	p := s.bare(problem.Title, problem.Title) // who has no session learns nothing of this computer
	detail := rows(problem.Detail)
	if s.session.find(r) != nil {
		p = s.page(r, problem.Title, problem.Title)
		if len(detail) > 0 {
			detail = append(detail, rows([]steps.Row{s.supportRow()})...)
		}
	}
	p.Favicon, p.Back = "attention", &templates.Link{Text: "All steps", Href: "/"}
	p.Lead = say(problem.Text)
	p.Fragment = false
	m := templates.Problem{Page: p, Fix: say(problem.Fix), Buttons: []templates.Button{goOn("All steps", "/")}, Detail: detail}
	if r.Method == http.MethodGet && code != http.StatusNotFound {
		m.Buttons = append([]templates.Button{{Text: "Look again", Kind: "go", Icon: "again", Href: r.URL.Path, Next: true}}, templates.Button{Text: "All steps", Kind: "link", Href: "/"})
	}
	if problem.Link.URL != "" {
		m.You = append(m.You, fmt.Sprintf("[%s](%s)", say(problem.Link.Text), problem.Link.URL))
	}
	if err := s.render(w, r, code, templates.ErrorPage(m)); err != nil {
		s.Log.ErrorContext(r.Context(), "drawing a problem", "err", err)
	}
}

func (s *Server) showNotFound(w http.ResponseWriter, r *http.Request) error {
	if s.session.find(r) == nil {
		return s.lock(w, r)
	}
	s.drawProblem(w, r, http.StatusNotFound, noSuchPage())
	return nil
}

func noSuchPage() *steps.Problem {
	return &steps.Problem{Title: "There is no such page", Text: "Nothing was changed.", Fix: "The address may be mistyped, or from another version of the wizard."}
}

func (s *Server) showNotAllowed(w http.ResponseWriter, r *http.Request) error {
	if s.session.find(r) == nil {
		return s.lock(w, r)
	}
	s.drawProblem(w, r, http.StatusMethodNotAllowed, &steps.Problem{Title: "This page cannot be asked like that", Text: "Nothing was changed."})
	return nil
}

// showRefused answers a request that comes from elsewhere. It is a page, because
// a browser too old to say where its requests come from ends here as well.
func (s *Server) showRefused(w http.ResponseWriter, r *http.Request) {
	p := s.bare("Refused", "This request was refused")
	p.Lead = "It comes from another website, or from a browser that does not say where its requests come from. Nothing was changed."
	m := templates.Problem{Page: p, Fix: "Open the wizard’s own pages, in a browser from 2023 or later.", Buttons: []templates.Button{goOn("All steps", "/")}}
	if err := s.render(w, r, http.StatusForbidden, templates.ErrorPage(m)); err != nil {
		s.Log.ErrorContext(r.Context(), "drawing a refusal", "err", err)
	}
}

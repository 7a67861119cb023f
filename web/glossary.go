package web

import (
	"net/http"

	"example.test/wizard/web/templates"
)

// showWords is GET /words: the few terms that the pages cannot do without.
func (s *Server) showWords(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "Words", "Words")
	p.Lead = "What the few special words on these pages mean."
	p.Back = &templates.Link{Text: "All steps", Href: "/"}
	return s.render(w, r, http.StatusOK, templates.GlossaryPage(templates.Glossary{Page: p}))
}

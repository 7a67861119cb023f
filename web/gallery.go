//go:build !shipped

package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.test/wizard/web/templates"
)

// gallery is for whoever works on the pages. Its literals weigh 0.6 MB, so the
// program that is shipped, built with -tags shipped, goes without it.
func (s *Server) gallery(r chi.Router) {
	r.Get("/dev/gallery", s.do(s.showGallery))
	r.Get("/dev/gallery/{state}", s.do(s.showGalleryState))
}

// showGallery is GET /dev/gallery: every page in every state, from literals.
func (s *Server) showGallery(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "Gallery", "Every page in every state")
	p.Lead = "Drawn from literals, not from this wizard’s state. The same table feeds the golden tests."
	p.Broad = true
	m := templates.Step{Page: p}
	var list []string
	for _, st := range templates.States(assets()) {
		list = append(list, "["+st.Title+"](/dev/gallery/"+st.Name+")")
	}
	m.Notes = []templates.Note{{Tone: "info", Title: "States", List: list}}
	return s.render(w, r, http.StatusOK, templates.StepPage(m))
}

// showGalleryState is GET /dev/gallery/{state}.
func (s *Server) showGalleryState(w http.ResponseWriter, r *http.Request) error {
	for _, st := range templates.States(assets()) {
		if st.Name == chi.URLParam(r, "state") {
			return s.render(w, r, http.StatusOK, st.Component)
		}
	}
	return s.showNotFound(w, r)
}

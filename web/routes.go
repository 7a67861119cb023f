package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.test/wizard/web/static"
)

// Handler returns all routes. Reading is GET and changes nothing; changing is POST.
func (s *Server) Handler() http.Handler {
	r := chi.NewRouter()
	// The order is that of docs/threat-model.md: who may ask at all, what the
	// browser may do with the answer, where the request comes from, and only
	// then who is asking.
	r.Use(s.recoverer, s.guard.hosts, headers, limitBody, http.NewCrossOriginProtection().Handler, sameOrigin)
	r.NotFound(s.do(s.showNotFound))
	r.MethodNotAllowed(s.do(s.showNotAllowed))

	r.Get("/healthz", showHealth)
	r.Handle("/static/*", static.Handler())
	r.Get("/start", s.do(s.showStart))
	r.Post("/start", s.do(s.openSession))

	r.Group(func(r chi.Router) {
		r.Use(s.needSession)
		r.Get("/", s.do(s.showHome))
		r.Get("/checks", s.do(s.showHome))
		r.Get("/before", s.do(s.showBefore))
		r.Post("/before", s.do(s.agree))
		r.Route("/steps/{step}", func(r chi.Router) {
			r.Get("/", s.do(s.showStep))
			r.Get("/checks", s.do(s.showStep))
			r.Post("/apply", s.do(s.applyStep))
			r.Post("/choose", s.do(s.chooseStep))
			r.Post("/cancel", s.do(s.cancelStep))
			r.Post("/dismiss", s.do(s.dismissStep))
		})
		r.Get("/together", s.do(s.showTogether))
		r.Get("/together/checks", s.do(s.showTogether))
		r.Post("/together/apply", s.do(s.applyTogether))
		r.Get("/history", s.do(s.showHistory))
		r.Get("/summary", s.do(s.showSummary))
		r.Get("/summary.md", s.do(s.saveSummary))
		r.Get("/undo", s.do(s.showUndo))
		r.Post("/undo", s.do(s.chooseUndo))
		r.Get("/undo/checks", s.do(s.showUndo))
		r.Post("/undo/apply", s.do(s.applyUndo))
		r.Post("/token/forget", s.do(s.forgetToken))
		r.Get("/picture/{host}.png", s.do(s.showPicture))
		if s.Demo != nil {
			r.Post("/demo", s.do(s.doEvent))
			r.Get("/dev/gallery", s.do(s.showGallery))
			r.Get("/dev/gallery/{state}", s.do(s.showGalleryState))
		}
	})
	return r
}

func showHealth(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

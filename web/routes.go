package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.test/wizard/web/static"
)

// Handler returns all routes. Reading is GET and changes nothing; changing is POST.
func (s *Server) Handler() http.Handler {
	r := chi.NewRouter()
	// The order is that of docs/threat-model.md: who may ask at all, where the
	// request comes from, and only then who is asking. What the browser may do
	// with the answer comes first, so that refusals say it too.
	r.Use(headers, s.recoverer, s.guard.hosts, limitBody, s.crossOrigin, s.sameOrigin)
	r.NotFound(s.do(s.showNotFound))
	r.MethodNotAllowed(s.do(s.showNotAllowed))

	r.Get("/healthz", showHealth)
	r.Handle("/static/*", static.Handler())
	r.Get("/start", s.do(s.showStart))
	r.Post("/start", s.post(s.openSession))

	r.Group(func(r chi.Router) {
		r.Use(s.needSession)
		r.Get("/", s.do(s.showHome))
		r.Get("/checks", s.do(fragment("/", s.showHome)))
		r.Get("/before", s.do(s.showBefore))
		r.Post("/before", s.post(s.agree))
		r.Route("/steps/{step}", func(r chi.Router) {
			r.Use(s.needYes)
			r.Get("/", s.do(s.showStep))
			r.Get("/checks", s.do(s.showStep))
			r.Post("/apply", s.post(s.applyStep))
			r.Post("/choose", s.post(s.chooseStep))
			r.Post("/cancel", s.post(s.cancelStep))
			r.Post("/dismiss", s.post(s.dismissStep))
		})
		r.Route("/together", func(r chi.Router) {
			r.Use(s.needYes)
			r.Get("/", s.do(s.showTogether))
			r.Get("/checks", s.do(fragment("/together", s.showTogether)))
			r.Post("/apply", s.post(s.applyTogether))
		})
		r.Get("/words", s.do(s.showWords))
		r.Get("/version", s.do(s.showVersion))
		r.Post("/version", s.post(s.askVersion))
		r.Get("/history", s.do(s.showHistory))
		r.Get("/summary", s.do(s.showSummary))
		r.Get("/summary/checks", s.do(fragment("/summary", s.showSummary)))
		r.Get("/summary.md", s.do(s.saveSummary))
		r.Get("/summary.tf", s.do(s.saveCode))
		r.Get("/undo", s.do(s.showUndo))
		r.Post("/undo", s.post(s.chooseUndo))
		r.Get("/undo/checks", s.do(fragment("/undo", s.showUndo)))
		r.Post("/undo/plex", s.post(s.signInForUndo))
		r.Post("/undo/apply", s.post(s.applyUndo))
		r.Post("/undo/cancel", s.post(s.cancelUndo))
		r.Post("/token/forget", s.post(s.forgetToken))
		r.Post("/finish", s.post(s.finish))
		r.Post("/plex/signout", s.post(s.signOutPlex))
		r.Get("/picture/{file}", s.do(s.showPicture))
		if s.Demo != nil {
			r.Post("/demo", s.post(s.doEvent))
			s.gallery(r)
		}
	})
	return r
}

func showHealth(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

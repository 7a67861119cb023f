package web

import (
	"net/http"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// finish is POST /finish: the token is forgotten wherever this computer kept it,
// and the program ends. What cannot be forgotten is said, and then it goes on.
func (s *Server) finish(w http.ResponseWriter, r *http.Request) error {
	if err := s.Token.Forget(r.Context()); err != nil {
		return err
	}
	seen, _ := s.Engine.Last(steps.IDTunnel)
	s.Engine.Forget()
	p := s.bare("Finished", "The wizard has stopped")
	p.Lead = "You can close this page. Start the wizard again whenever you want to look or change something; it goes on where you were."
	if err := s.render(w, r, http.StatusOK, templates.FinishedPage(templates.Finished{Page: p, Holds: holdsTunnel(seen.Finding)})); err != nil {
		return err
	}
	// The whole answer goes out before the end begins, however busy the computer is.
	if err := http.NewResponseController(w).Flush(); err != nil {
		s.Log.InfoContext(r.Context(), "the last page", "err", err)
	}
	s.Stop()
	return nil
}

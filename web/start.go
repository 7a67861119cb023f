package web

import (
	"net/http"

	"example.test/wizard/web/templates"
)

// showStart is GET /start: a button, because a preview of the link must not use it up.
func (s *Server) showStart(w http.ResponseWriter, r *http.Request) error {
	if s.session.find(r) != nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	key := r.URL.Query().Get("k")
	if key == "" {
		return s.showLocked(w, r, "")
	}
	p := s.bare("Open the wizard", "Put your Plex behind a Cloudflare Tunnel")
	p.Lead = "Nine steps and about 15 minutes of your time, plus the wait for your domain. Your router stays closed."
	p.Broad = true
	return s.render(w, r, http.StatusOK, templates.StartPage(templates.Start{Page: p, Key: key}))
}

// openSession is POST /start.
func (s *Server) openSession(w http.ResponseWriter, r *http.Request) error {
	switch s.start.try(r.PostFormValue("k"), func() bool { return s.askedByUs(r) }) {
	case linkWrong:
		return s.showLocked(w, r, "This link was used already, or is not from this wizard.")
	case linkOld:
		return s.showLocked(w, r, "This link is older than 30 minutes.")
	case linkOther:
		return s.showLocked(w, r, "This link was made for the browser that the wizard opened. Open the one that its terminal shows.")
	case linkSlow:
		return s.showLocked(w, r, "Too many wrong links. Wait half a minute.")
	}
	if err := s.session.begin(w, r); err != nil {
		return err
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// needSession shows the locked page to everyone without a session.
func (s *Server) needSession(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.session.find(r) == nil {
			if err := s.lock(w, r); err != nil {
				s.Log.ErrorContext(r.Context(), "locked page", "err", err)
			}
			return
		}
		if s.Used != nil {
			s.Used()
		}
		next.ServeHTTP(w, r)
	})
}

// lock shows the locked page in place of one that needs a session. htmx goes to
// it as to a new page, which ends polling.
func (s *Server) lock(w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", "/start")
	}
	return s.showLocked(w, r, "")
}

func (s *Server) showLocked(w http.ResponseWriter, r *http.Request, why string) error {
	p := s.bare("Locked", "This page is locked")
	p.Lead = "The wizard holds the keys to your Cloudflare account while it works, so it opens only with a link that it made itself."
	return s.render(w, r, http.StatusUnauthorized, templates.LockedPage(templates.Locked{Page: p, SSH: s.SSH, Why: why}))
}

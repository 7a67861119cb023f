package plex

import (
	"errors"
	"fmt"
	"html"
	"net/http"
	"strings"
)

// routes is the API: what needs which level, and who answers.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	open := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, h) }
	user := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, s.need(levelShared, h)) }
	owner := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, s.need(levelOwner, h)) }

	open("GET /identity", s.showIdentity)
	open("GET /web", s.redirectToWeb)
	open("GET /web/{$}", s.redirectToWeb)
	open("GET /web/index.html", s.showWeb)
	open("GET /web/js/{file}", s.showScript)
	user("GET /{$}", s.showRoot)
	user("GET /media/providers", s.showProviders)
	user("GET /servers", s.showServers)
	user("GET /clients", s.showNone)
	user("GET /library/sections", s.showLibraries)
	user("GET /status/sessions", s.showSessions)
	user("GET /:/websocket/notifications", s.openWebSocket)  // Plex's document
	user("GET /:/websockets/notifications", s.openWebSocket) // what apps use
	owner("GET /:/prefs", s.showPrefs)
	owner("PUT /:/prefs", s.putPrefs)
	owner("GET /:/prefs/get", s.showPref)
	owner("GET /myplex/account", s.showAccount)
	owner("PUT /myplex/refreshReachability", s.refreshReachability)
	user("/", func(w http.ResponseWriter, _ *http.Request) { answerError(w, http.StatusNotFound) })
	return mux
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Plex-Protocol", "1.0")
	h.Set("Cache-Control", "no-cache")
	h.Set("Keep-Alive", "timeout=20")
	if r.URL.Query().Has("X-Plex-Token") {
		s.violate("a token in the query of " + r.Method + " " + r.URL.Path)
	}
	s.dawdle(r)
	if status, yes := s.busy(); yes {
		answerMaintenance(w, status)
		return
	}
	s.mux.ServeHTTP(w, r)
}

func (s *Server) violate(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, what)
}

func (s *Server) need(wanted level, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch have := s.level(r); {
		case have == levelNone:
			answerError(w, http.StatusUnauthorized)
		case have < wanted:
			answerError(w, http.StatusForbidden)
		default:
			next(w, r)
		}
	}
}

// answerError writes the small page that Plex gives for its errors.
func answerError(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	text := http.StatusText(status)
	_, _ = fmt.Fprintf(w, "<html><head><title>%s</title></head><body><h1>%d %s</h1></body></html>", text, status, text)
}

// GET /:/prefs
func (s *Server) showPrefs(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var kids []node
	for _, one := range s.prefs.known {
		kids = append(kids, one.node(s.prefs.text(one.id)))
	}
	s.mu.Unlock()
	answer(w, r, http.StatusOK, container(kids), named)
}

// GET /:/prefs/get?id=
func (s *Server) showPref(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	one, ok := s.prefs.find(r.URL.Query().Get("id"))
	value := s.prefs.text(one.id)
	s.mu.Unlock()
	if !ok {
		answerError(w, http.StatusNotFound)
		return
	}
	answer(w, r, http.StatusOK, container([]node{one.node(value)}), named)
}

// PUT /:/prefs?a=b&c=d: all of them or none.
func (s *Server) putPrefs(w http.ResponseWriter, r *http.Request) {
	wanted := map[string]string{}
	for id, values := range r.URL.Query() {
		if !strings.HasPrefix(id, "X-Plex-") {
			wanted[id] = values[len(values)-1]
		}
	}
	var unsaved *saveError
	err := s.setPreferences(wanted)
	switch {
	case errors.As(err, &unsaved):
		answerError(w, http.StatusInternalServerError)
	case err != nil:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, html.EscapeString(err.Error()))
	default:
		s.countWrite()
		w.WriteHeader(http.StatusOK)
	}
}

// PUT /myplex/refreshReachability
func (s *Server) refreshReachability(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	s.publish(triggerRefresh)
	s.mu.Unlock()
	s.countWrite()
	s.cfg.Changed()
	w.WriteHeader(http.StatusOK)
}

func (s *Server) countWrite() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
}

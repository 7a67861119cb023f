package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

func (s *Server) demoBar(r *http.Request) *templates.DemoBar {
	d := &templates.DemoBar{Action: "/demo", Back: r.URL.Path, Token: s.Demo.Token}
	for _, e := range s.Demo.Events {
		d.Events = append(d.Events, templates.DemoEvent{Value: e.Name, Text: e.Title})
	}
	return d
}

var errNoEvent = errors.New("no such event in the pretend world")

// doEvent is POST /demo: something happens in the pretend world.
func (s *Server) doEvent(w http.ResponseWriter, r *http.Request) error {
	i := slices.IndexFunc(s.Demo.Events, func(e DemoEvent) bool { return e.Name == r.PostFormValue("event") })
	if i < 0 {
		return errNoEvent
	}
	e := s.Demo.Events[i]
	if err := s.Demo.Do(e.Name); err != nil {
		return &steps.Problem{Title: "The pretend world could not do that", Text: err.Error(), Err: err}
	}
	s.session.setFlash(r, toneInfo, "In the pretend world: "+e.Title+".")
	s.Engine.Forget()
	http.Redirect(w, r, s.back(r), http.StatusSeeOther)
	return nil
}

// back is the page to return to: a path of ours, never an address.
func (s *Server) back(r *http.Request) string {
	to := r.PostFormValue("back")
	if u, err := url.Parse(r.Header.Get("HX-Current-URL")); err == nil && u.Path != "" {
		to = u.Path
	}
	to = strings.TrimSuffix(to, "/checks")
	known := []string{"/", "/before", "/history", "/summary", "/undo", "/together"}
	for _, i := range s.Engine.Infos() {
		known = append(known, stepPath(i.ID))
	}
	for _, k := range known {
		if to == k {
			return k
		}
	}
	return "/"
}

// showPicture is GET /picture/{host}.png: the screenshot of step 6's card.
func (s *Server) showPicture(w http.ResponseWriter, r *http.Request) error {
	png, ok := s.Pictures.PNG(strings.TrimSuffix(chi.URLParam(r, "file"), ".png"))
	if !ok {
		return s.showNotFound(w, r)
	}
	w.Header().Set("Content-Type", "image/png")
	_, err := w.Write(png)
	return err
}

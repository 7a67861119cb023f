package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"example.test/wizard/steps"
	"example.test/wizard/web/static"
	"example.test/wizard/web/templates"
)

// A canvas is what a page is drawn on, and drawn on again for the next one.
type canvas struct {
	drawn bytes.Buffer
	sent  []byte // the same, as its reader reads it
}

// render draws into memory first, so that a fault never leaves half a page, and
// sends all of it in one piece.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	b, ok := s.canvases.Get().(*canvas)
	if !ok {
		b = new(canvas)
	}
	defer s.canvases.Put(b)
	b.drawn.Reset()
	if err := c.Render(r.Context(), &b.drawn); err != nil {
		return err
	}
	b.sent = s.readerOf(r).page(b.sent[:0], b.drawn.Bytes())
	h := w.Header()
	h.Set("Content-Length", strconv.Itoa(len(b.sent)))
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "HX-Request")
	if status >= http.StatusBadRequest && r.Method == http.MethodPost {
		h.Set("HX-Push-Url", "false") // else Back needs two presses after a form error
	}
	w.WriteHeader(status)
	_, err := w.Write(b.sent)
	return err
}

func assets() templates.Assets {
	return templates.Assets{
		Tokens: static.URL("tokens.css"), App: static.URL("app.css"), HTMX: static.URL("htmx.min.js"), Script: static.URL("app.js"),
		Icon: static.URL("favicon.svg"), IconWaiting: static.URL("favicon-waiting.svg"), IconAttention: static.URL("favicon-attention.svg"),
	}
}

// bare is the frame of a page that shows nothing about this computer.
func (s *Server) bare(title, h1 string) templates.Page {
	return templates.Page{Title: title, H1: h1, NoNav: true, Assets: assets()}
}

// page is the frame of every other page.
func (s *Server) page(r *http.Request, title, h1 string) templates.Page {
	p := templates.Page{Title: title, H1: h1, Assets: assets(), Version: s.Version, Fragment: isFragment(r)}
	if s.Demo != nil {
		p.Demo = s.demoBar(r)
	}
	if !p.Fragment {
		if f := s.session.takeFlash(r); f.text != "" {
			p.Flash = &templates.Note{Tone: string(f.tone), Title: f.text}
		}
	}
	return p
}

// isFragment reports whether only the polled region is asked for. Without
// JavaScript nobody asks for it, so a person who opens the address sees a page.
func isFragment(r *http.Request) bool {
	return strings.HasSuffix(r.URL.Path, "/checks") && r.Header.Get("HX-Request") == "true"
}

// stepPage is the frame of a step's page, with the rail of all nine.
func (s *Server) stepPage(r *http.Request, info steps.Info, title, h1 string) templates.Page {
	p := s.page(r, title, h1)
	p.Step, p.StepID = info.Number, string(info.ID)
	for _, t := range s.list() {
		p.Rail = append(p.Rail, templates.RailItem{ID: string(t.seen.Info.ID), Name: t.seen.Info.Title, Href: stepPath(t.seen.Info.ID), State: string(t.state), Here: t.seen.Info.ID == info.ID})
	}
	return p
}

func stepPath(id steps.ID) string { return "/steps/" + string(id) }

// listed is one of the nine steps with the state that the list gives it.
type listed struct {
	seen  steps.Seen
	state steps.State
	busy  bool // something is being changed for it
}

// list gives each step its state from the latest looks, and marks the next one.
func (s *Server) list() []listed {
	infos := s.Engine.Infos()
	all := make([]steps.Seen, len(infos))
	for i, info := range infos {
		seen, ok := s.Engine.Last(info.ID)
		if !ok {
			seen = steps.Seen{Info: info}
		}
		all[i] = seen
	}
	return s.listOf(all)
}

func (s *Server) listOf(all []steps.Seen) []listed {
	out := make([]listed, len(all))
	next := false
	for i, seen := range all {
		st := seen.State()
		j, _ := s.Engine.Job(seen.Info.ID)
		// What the wizard mends by itself is wrong until it is mended.
		if j.Running() && (st != steps.StateProblem || !j.Auto()) {
			st = steps.StateWaiting
		}
		if st == steps.StateTodo && !next && seen.Finding.Blocked == "" && !seen.At.IsZero() {
			st, next = steps.StateNext, true
		}
		out[i] = listed{seen, st, j.Running()}
	}
	return out
}

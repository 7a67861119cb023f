package web

import (
	"net/http"
	"slices"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// showHistory is GET /history: every change, newest first.
func (s *Server) showHistory(w http.ResponseWriter, r *http.Request) error {
	events, err := s.Engine.Events()
	if err != nil {
		return err
	}
	p := s.page(r, "History", "Every change that the wizard made")
	p.At, p.Lead = "history", "Newest first, with time and result. It holds no secret."
	m := templates.History{Page: p}
	for _, e := range slices.Backward(events) {
		m.Entries = append(m.Entries, s.entry(e))
	}
	return s.render(w, r, http.StatusOK, templates.HistoryPage(m))
}

func (s *Server) entry(e steps.Event) templates.Entry {
	out := templates.Entry{At: e.At.Local(), Step: s.info(e.Step).Title, Title: say(e.What), State: "done", Word: "Done", Detail: say(e.To)}
	if out.Step == "" {
		out.Step = "Undo"
	}
	switch {
	case e.From != "" && e.To == "":
		out.Detail = say(e.From)
	case e.From != "" && e.From != e.To && len(e.From+e.To) < 100: // two long values are not compared in one line
		out.Detail = say(e.From + " became " + e.To)
	}
	out.Detail = cut(out.Detail, 300)
	switch e.Result {
	case steps.Failed:
		out.State, out.Word, out.Detail = "problem", "Failed", say(e.Problem+". "+e.Detail)
	case steps.Unknown:
		out.State, out.Word, out.Detail = "attention", "Not known", say(e.Problem+". "+e.Detail)
	}
	return out
}

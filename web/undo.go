package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// Ticked holds what the person ticked on the undo page. The plan of the undo is
// made from it.
type Ticked struct {
	mu  sync.Mutex
	ids []string
}

// IDs returns the ticked belongings.
func (t *Ticked) IDs() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ids
}

// Set takes what was ticked.
func (t *Ticked) Set(ids []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ids = ids
}

// showUndo is GET /undo: the list, the plan, or the work on it.
func (s *Server) showUndo(w http.ResponseWriter, r *http.Request) error {
	if j, ok := s.Undo.Engine.Job(steps.IDUndo); ok && j.Running() {
		p := s.page(r, "Working - Undo", "Taking it away")
		p.At, p.Favicon, p.Poll, p.PollURL = "undo", "waiting", "1s", "/undo/checks"
		v := jobView(j, "What is being done", s.Now())
		v.Action, v.Cancel, v.Note = "/undo/cancel", &templates.Button{Text: "Stop after this part", Kind: "s"}, "What is taken away by then stays away."
		if j.Stopping {
			v.Cancel, v.Note = nil, "It stops after this part."
		}
		return s.render(w, r, http.StatusOK, templates.JobPage(templates.JobView{Page: p, Jobs: []templates.Job{v}}))
	}
	atPlex := r.URL.Query().Get("part") == "plex"
	if atPlex {
		s.askPin(r.Context()) // before the look, which then finds the key
	}
	seen, err := s.lookUndo(r.Context())
	if err != nil {
		return err
	}
	if seen.Problem != nil {
		return seen.Problem
	}
	if d, _ := seen.Finding.Detail.(*steps.UndoDetail); atPlex && d != nil && d.Plex.Shut() {
		return s.drawUndoPlex(w, r, d.Plex, form{})
	}
	if plan := seen.Finding.Plan(); len(plan) > 0 && r.URL.Query().Get("part") == "plan" {
		headline, yes := planTitle(plan)
		p := s.page(r, "Check before anything is removed", headline)
		p.At, p.Lead = "undo", "Please check. Nothing has been done yet, and nothing else will be touched."
		p.Back = &templates.Link{Text: "Back to the list", Href: "/undo"}
		return s.render(w, r, http.StatusOK, templates.PlanPage(templates.PlanView{Page: p, Plan: templates.Plan{
			Action: "/undo/apply", Digest: seen.Plan, Items: planItems(plan), At: seen.At.Local(),
			Buttons: []templates.Button{{Text: yes, Kind: "stop", Next: true}, {Text: "Keep everything", Kind: "link", Href: "/undo"}},
		}}))
	}
	return s.drawUndo(w, r, http.StatusOK, seen, nil)
}

func (s *Server) lookUndo(ctx context.Context) (steps.Seen, error) {
	s.Undo.Engine.Forget()
	return s.Undo.Engine.Look(ctx, steps.IDUndo)
}

func (s *Server) drawUndo(w http.ResponseWriter, r *http.Request, status int, seen steps.Seen, errs *templates.ErrorSummary) error {
	p := s.page(r, "Undo", "Undo")
	p.At, p.Lead, p.ErrorTitle = "undo", "This is what the wizard made for your Plex and can take away again, as it stands now. Choose what to take away; you will see a plan before anything happens.", errs != nil
	m := templates.Undo{Page: p, Errors: errs}
	if j, ok := s.Undo.Engine.Job(steps.IDUndo); ok && j.Problem != nil {
		m.Notes = append(m.Notes, s.problemNote(j.Problem))
	}
	d, _ := seen.Finding.Detail.(*steps.UndoDetail)
	if d != nil {
		n := 0
		history, err := s.Engine.Events()
		if err != nil {
			return err
		}
		for _, b := range d.Made {
			word := b.Word
			if word == "" {
				word = "There, unchanged"
			}
			m.Made = append(m.Made, templates.Option{Value: b.ID, Label: say(b.What), Hint: say(madeHint(b, history, s.Now())), On: b.Suggest, Disabled: b.Later, State: markOf(b.State), StateWord: word})
			if b.Suggest {
				n++
			}
		}
		m.Review = "Review what will be removed"
		if n == len(d.Made) {
			m.Review = fmt.Sprintf("Review: remove %d things", n)
		}
	}
	if d != nil && d.Plex.Shut() {
		m.Notes = append(m.Notes, plexFirst(d.Plex))
	}
	if d != nil && len(d.Unread) > 0 {
		m.Partly = true
		m.Notes = append(m.Notes, unreadNotes(d.Unread)...)
	}
	m.Notes = append(m.Notes, templates.Note{Tone: "info", Title: "What stays in any case", Text: "Your domain at Cloudflare and its records, your own rules, and Plex’s other addresses. To move the domain away again, change its name servers at your registrar."})
	return s.render(w, r, status, templates.UndoPage(m))
}

// madeHint says when something was made, where the history tells, and what it is.
func madeHint(b steps.Belonging, history []steps.Event, now time.Time) string {
	at := b.MadeAt(history).Local()
	made := "Made at " + steps.Clock(at)
	if day := now.Local().Format(time.DateOnly); at.Format(time.DateOnly) != day {
		made = "Made on " + steps.When(at)
	}
	switch {
	case b.MadeAt(history).IsZero():
		return b.Detail
	case b.Detail == "":
		return made
	}
	return made + ". " + upper(b.Detail)
}

// unreadNotes say which parts of the list could not be read, once for each reason.
func unreadNotes(all []steps.Unread) (out []templates.Note) {
	at := map[string]int{}
	for _, u := range all {
		text := strings.Join(slices.DeleteFunc([]string{u.Problem.Title + ".", u.Problem.Text, u.Problem.Fix}, func(s string) bool { return s == "" }), " ")
		i, told := at[text]
		if !told {
			i, at[text] = len(out), len(out)
			out = append(out, templates.Note{Tone: "attention", Title: "Not everything could be looked at", Text: say(text), Links: links(u.Problem.Link)})
		}
		out[i].List = append(out[i].List, say(u.What))
	}
	return out
}

// chooseUndo is POST /undo: what was ticked.
func (s *Server) chooseUndo(w http.ResponseWriter, r *http.Request) error {
	s.Undo.Ticked.Set(r.PostForm["remove"])
	if len(r.PostForm["remove"]) == 0 {
		seen, err := s.lookUndo(r.Context())
		if err != nil {
			return err
		}
		return s.drawUndo(w, r, http.StatusUnprocessableEntity, seen, &templates.ErrorSummary{Items: []templates.FieldError{{Field: "remove", Text: "Choose at least one thing"}}})
	}
	http.Redirect(w, r, "/undo?part=plan", http.StatusSeeOther)
	return nil
}

// cancelUndo is POST /undo/cancel.
func (s *Server) cancelUndo(w http.ResponseWriter, r *http.Request) error {
	s.Undo.Engine.Stop(steps.IDUndo)
	http.Redirect(w, r, "/undo", http.StatusSeeOther)
	return nil
}

// applyUndo is POST /undo/apply.
func (s *Server) applyUndo(w http.ResponseWriter, r *http.Request) error {
	err := s.Undo.Engine.Start(r.Context(), steps.IDUndo, r.PostFormValue("plan"))
	if err != nil && !errors.Is(err, steps.ErrPlanChanged) && !errors.Is(err, steps.ErrBusy) {
		return err
	}
	if errors.Is(err, steps.ErrPlanChanged) {
		s.session.setFlash(r, toneAttention, "Something changed since you saw the plan. Nothing has been done; this is how it is now.")
	}
	s.Engine.Forget()
	http.Redirect(w, r, "/undo", http.StatusSeeOther)
	return nil
}

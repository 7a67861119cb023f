package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// drawRow is the work on a common plan, one job after the other.
func (s *Server) drawRow(w http.ResponseWriter, r *http.Request, row []steps.ID) error {
	done := 0
	for _, id := range row {
		if j, ok := s.Engine.Job(id); ok && !j.Running() && j.Problem == nil {
			done++
		}
	}
	p := s.page(r, fmt.Sprintf("Working (%d of %d) - Several steps", done, len(row)), "Making the changes you approved")
	p.Lead = "You can watch, or close this page: the work goes on without it."
	p.At, p.Favicon, p.Poll, p.PollURL, p.Back = "home", "waiting", "1s", "/together/checks?part=work", &templates.Link{Text: "All steps", Href: "/"}
	m := templates.JobView{Page: p}
	stop := s.nextToStop(row)
	for _, id := range row {
		info := s.info(id)
		v := templates.Job{Title: fmt.Sprintf("Step %d: %s", info.Number, info.Title), Rows: []templates.Check{{ID: "row-" + string(id), Status: "skip", Mark: "todo", Name: "Begins when the step before it is done"}}}
		j, ok := s.Engine.Job(id)
		if ok {
			v = jobView(j, v.Title, s.Now())
		}
		if id == stop {
			j.Step = id
			stoppable(&v, j)
		}
		m.Jobs = append(m.Jobs, v)
	}
	return s.render(w, r, http.StatusOK, templates.JobPage(m))
}

// nextToStop is where a row can be stopped: at the step that is at work, else at the
// one that is waited for.
func (s *Server) nextToStop(row []steps.ID) steps.ID {
	var waited steps.ID
	for _, id := range row {
		j, ok := s.Engine.Job(id)
		if ok && j.Running() {
			return id
		}
		if !ok && waited == "" {
			waited = id
		}
	}
	return waited
}

// drawRowEnd tells how the work ended: each step as it was just seen, what stopped
// it if something did, and the way on.
func (s *Server) drawRowEnd(w http.ResponseWriter, r *http.Request, end steps.RowEnd) error {
	set, err := s.Engine.Settings()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), homeDeadline)
	defer cancel()
	all := s.lookAll(ctx, r, func(_ steps.Seen, age time.Duration) bool { return age < rowSeenFor })
	p := s.page(r, "Several steps are done", "")
	p.At, p.Broad = "home", true
	p.Lead = "Each was looked at again after its change. Open one to see it as the service shows it."
	p.Back = &templates.Link{Text: "All steps", Href: "/"}
	way := s.pathView(set, all)
	m := templates.Step{Page: p, Path: &way}
	sec := templates.Section{ID: "row", Title: "What was done", Ordered: true}
	waits, late, done := false, false, 0
	for _, id := range end.Steps {
		i := slices.IndexFunc(all, func(l listed) bool { return l.seen.Info.ID == id })
		if i < 0 {
			continue
		}
		late = late || id == end.Stopped
		c := rowCheck(all[i], late)
		waits = waits || c.Status == "wait"
		if c.Status == "pass" || c.Status == "warn" {
			done++
		}
		sec.Checks = append(sec.Checks, c)
	}
	m.Sections = []templates.Section{sec}
	m.Page.H1 = rowHeading(done, len(end.Steps))
	if waits {
		m.Page.Lead = "The rest is on its way; there is nothing to do for it. Open a step to see it as the service shows it."
	}
	if end.Problem != nil {
		m.Page.Title, m.Page.H1 = "Ended early - Several steps", "It ended early, at step "+fmt.Sprint(s.info(end.Stopped).Number)
		m.Page.Lead, m.Page.Favicon = "What was done before stays as it is. Your other choices are kept.", "attention"
		m.Notes = []templates.Note{s.problemNote(end.Problem)}
		m.Top = []templates.Button{goOn(fmt.Sprintf("Go to step %d", s.info(end.Stopped).Number), stepPath(end.Stopped)), later()}
	} else if next := nextPanel(all, doneCount(all)); next != nil {
		m.Top = append(next.Buttons, later())
	} else {
		m.Top = []templates.Button{goOn("All steps", "/")}
	}
	if waits {
		m.Page.Favicon, m.Page.Poll, m.Page.PollURL, m.Page.Reload = "waiting", "3s", "/together/checks?part=work", reload(soonest(all), s.Engine.Pace())
	}
	return s.render(w, r, http.StatusOK, templates.StepPage(m))
}

// rowSeenFor is how old a look may be that is shown at the end of a row: each of its
// steps was looked at when its own work had ended, and what lies before it was not
// touched.
const rowSeenFor = 5 * time.Minute

// rowCheck is one step of a row that has ended, as it was just seen. late is
// whether the row never came to its end.
func rowCheck(l listed, late bool) templates.Check {
	info := l.seen.Info
	c := templates.Check{
		ID: "row-" + string(info.ID), Name: fmt.Sprintf("Step %d: %s", info.Number, info.Title),
		Detail: say(summaryOf(l.seen)) + fmt.Sprintf(". [See step %d](%s)", info.Number, stepPath(info.ID)),
	}
	switch l.state {
	case steps.StateDone:
		c.Status = "pass"
	case steps.StateAttention:
		c.Status = "warn"
	case steps.StateWaiting:
		c.Status = "wait"
	case steps.StateProblem:
		c.Status = "fail"
	default:
		c.Status, c.Mark = "skip", "todo"
		if late {
			c.Word = "Not done"
		}
	}
	return c
}

// rowHeading is the result of a row: what was seen to be done, not what was sent.
func rowHeading(done, of int) string {
	switch {
	case done < of:
		return progress(done, 0, of)
	case of == 1:
		return "One step is done"
	}
	return upper(count(of)) + " steps are done"
}

// count is a small number in words.
func count(n int) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
	if n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}

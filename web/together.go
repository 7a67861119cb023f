package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// togetherOffer invites to confirm several steps at once, when more than one
// needs no further choice.
func (s *Server) togetherOffer(all []listed) *templates.Next {
	if s.Engine.Row() != nil {
		return &templates.Next{State: "waiting", Word: "Working", Title: "Several steps are being carried out", Buttons: []templates.Button{{Text: "Watch", Href: "/together"}}}
	}
	ready := 0
	zone := false
	for _, l := range all {
		switch l.seen.Info.ID {
		case steps.IDDNS:
			d, _ := l.seen.Finding.Detail.(*steps.DNSDetail)
			zone = d != nil && d.Zone.ID != "" && (d.Part == steps.DNSWait || d.Part == steps.DNSRegistrar || d.Part == steps.DNSDone)
		case steps.IDCache, steps.IDTunnel, steps.IDHostname:
			if l.state == steps.StateTodo || l.state == steps.StateNext {
				ready++
			}
		}
	}
	if !zone || ready < 2 {
		return nil
	}
	return &templates.Next{
		State: "next", Word: "Quicker", Title: "Confirm several steps at once", Text: "Caching, tunnel, address and notifications need no further choice. You see every change first.",
		Buttons: []templates.Button{{Text: "See the common plan", Href: "/together"}},
	}
}

// showTogether is GET /together: the common plan, or the work on it.
func (s *Server) showTogether(w http.ResponseWriter, r *http.Request) error {
	if row := s.Engine.Row(); row != nil {
		return s.drawRow(w, r, row)
	}
	plans, err := s.Engine.Together(r.Context())
	if err != nil {
		return err
	}
	if len(plans) == 0 {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	var all []steps.Action
	m := templates.PlanView{Plan: templates.Plan{Action: "/together/apply", At: s.Now().Local()}}
	for _, p := range plans {
		all = append(all, p.Actions...)
		m.Groups = append(m.Groups, templates.PlanGroup{StepID: string(p.Info.ID), Title: fmt.Sprintf("Step %d: %s", p.Info.Number, p.Info.Title), Items: planItems(p.Actions), Digest: p.Digest})
	}
	headline, yes := planTitle(all)
	m.Page = s.page(r, "Check before anything changes", headline)
	m.Page.Lead = "Please check them. They are carried out one after the other, each with its checks. Nothing has been done yet."
	m.Page.Back = &templates.Link{Text: "All steps", Href: "/"}
	m.Plan.Buttons = []templates.Button{{Text: yes, Kind: "go", Next: true}, {Text: "Not now", Kind: "link", Href: "/"}}
	return s.render(w, r, http.StatusOK, templates.PlanPage(m))
}

func (s *Server) drawRow(w http.ResponseWriter, r *http.Request, row []steps.ID) error {
	p := s.page(r, "Working", "Doing what you said yes to")
	p.Lead = "You can watch, or close this page: the work goes on without it."
	p.Favicon, p.Poll, p.PollURL, p.Back = "waiting", "1s", "/together/checks", &templates.Link{Text: "All steps", Href: "/"}
	m := templates.JobView{Page: p}
	for _, id := range row {
		info := s.info(id)
		title := fmt.Sprintf("Step %d: %s", info.Number, info.Title)
		if j, ok := s.Engine.Job(id); ok {
			m.Jobs = append(m.Jobs, jobView(j, title))
			continue
		}
		m.Jobs = append(m.Jobs, templates.Job{Title: title, Rows: []templates.Check{{ID: "row-" + string(id), Status: "skip", Mark: "todo", Name: title}}})
	}
	return s.render(w, r, http.StatusOK, templates.JobPage(m))
}

// applyTogether is POST /together/apply.
func (s *Server) applyTogether(w http.ResponseWriter, r *http.Request) error {
	digests := map[steps.ID]string{}
	for _, p := range r.PostForm["plan"] {
		id, digest, _ := strings.Cut(p, "=")
		digests[steps.ID(id)] = digest
	}
	if _, ok := digests[steps.IDNotifications]; ok {
		if err := s.defaultAlerts(r); err != nil {
			return err
		}
	}
	err := s.Engine.StartTogether(r.Context(), digests)
	switch {
	case errors.Is(err, steps.ErrPlanChanged):
		s.session.setFlash(r, "Something changed since you saw the plan. Nothing has been done; this is how it is now.")
	case errors.Is(err, steps.ErrBusy):
	case err != nil:
		return err
	}
	http.Redirect(w, r, "/together", http.StatusSeeOther)
	return nil
}

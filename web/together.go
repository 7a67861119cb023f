package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// rowPath is the page of the work on a common plan, and of how it ended.
const rowPath = "/together?part=work"

// togetherOffer invites to confirm several steps at once, when more than one
// needs no further choice.
func (s *Server) togetherOffer(all []listed) *templates.Next {
	if s.Engine.Row() != nil {
		return &templates.Next{State: "waiting", Word: "Working", Title: "Several steps are being carried out", Buttons: []templates.Button{{Text: "Watch", Href: rowPath}}}
	}
	if !offersTogether(all) {
		return nil
	}
	return &templates.Next{
		State: "next", Word: "Quicker", Title: "Several steps with one yes", Text: "Caching, tunnel, address and notifications need no further choice. You see every change first.",
		Buttons: []templates.Button{{Text: "See the common plan", Href: "/together"}},
	}
}

// offersTogether reports whether a common plan would help: the domain is at
// Cloudflare, and at least two of the steps after it are to be done.
func offersTogether(all []listed) bool {
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
	return zone && ready >= 2
}

// showTogether is GET /together: the common plan, or the work on it.
func (s *Server) showTogether(w http.ResponseWriter, r *http.Request) error {
	if row := s.Engine.Row(); row != nil {
		return s.drawRow(w, r, row)
	}
	if end := s.Engine.LastRow(); len(end.Steps) > 0 && r.URL.Query().Get("part") == "work" {
		return s.drawRowEnd(w, r, end)
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
	m.Plan.Undo = undoWords(all)
	headline, yes := planTitle(all)
	m.Page = s.page(r, "Check before anything changes", headline)
	m.Page.Lead = "Please check them. They are carried out one after the other, each with its checks. Nothing has been done yet."
	m.Page.At = "home"
	m.Page.Back = &templates.Link{Text: "All steps", Href: "/"}
	m.Plan.Buttons = []templates.Button{{Text: yes, Kind: "go", Next: true}, {Text: "Not now", Kind: "link", Href: "/"}}
	return s.render(w, r, http.StatusOK, templates.PlanPage(m))
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
		s.session.setFlash(r, toneAttention, "Something changed since you saw the plan. Nothing has been done; this is how it is now.")
	case errors.Is(err, steps.ErrBusy):
	case err != nil:
		return err
	}
	to := rowPath
	if errors.Is(err, steps.ErrPlanChanged) {
		to = "/together"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// form is what a person typed and what was wrong with it.
type form struct {
	values   map[string]string
	many     map[string][]string
	problems []*steps.Problem // with Field set, but for those of a service that failed
	note     *templates.Note  // what that service did, and what to do
}

// posted reports whether there is a form at all: a tick that is missing from it
// was taken away by the person.
func (f form) posted() bool { return f.values != nil }

func (f form) value(name, otherwise string) string {
	if v, ok := f.values[name]; ok {
		return v
	}
	return otherwise
}

func (f form) error(field string) string {
	for _, p := range f.problems {
		if p.Field == field {
			return refusal(p)
		}
	}
	return ""
}

// refusal is what is wrong with a field, in the same words above the form and
// beside the field.
func refusal(p *steps.Problem) string {
	if p.Text == "" {
		return p.Title
	}
	return p.Title + ": " + p.Text
}

func (f form) summary() *templates.ErrorSummary {
	if len(f.problems) == 0 {
		return nil
	}
	out := &templates.ErrorSummary{Note: f.note}
	for _, p := range f.problems {
		out.Items = append(out.Items, templates.FieldError{Field: p.Field, Text: refusal(p)})
	}
	return out
}

func stepID(r *http.Request) steps.ID { return steps.ID(chi.URLParam(r, "step")) }

// showStep is GET /steps/{id} and, for the poller, GET /steps/{id}/checks.
func (s *Server) showStep(w http.ResponseWriter, r *http.Request) error {
	if strings.HasSuffix(r.URL.Path, "/checks") && !isFragment(r) {
		http.Redirect(w, r, stepPath(stepID(r)), http.StatusSeeOther)
		return nil
	}
	return s.drawStep(w, r, http.StatusOK, form{})
}

func (s *Server) drawStep(w http.ResponseWriter, r *http.Request, status int, f form) error {
	set, err := s.Engine.Settings()
	if err != nil {
		return err
	}
	id := stepID(r)
	if j, ok := s.Engine.Job(id); ok && (j.Running() || j.Problem != nil) {
		seen, _ := s.Engine.Last(id)
		if seen.Info.ID == "" {
			seen.Info = s.info(id)
		}
		if j.Running() {
			return s.render(w, r, status, s.jobPage(r, seen, j, f))
		}
	}
	if id == steps.IDPlex {
		s.askPin(r.Context()) // before the look, which then finds the key
	}
	seen, err := s.lookFor(r, id, f)
	if err != nil {
		return err
	}
	v := &stepView{s: s, r: r, set: set, seen: seen, form: f}
	c := v.component()
	return s.render(w, r, status, c)
}

// lookFor looks at a step for its page. When a service failed while it took a form,
// it would fail this look as well, and take the form with it: the page is then the
// one that the person had.
func (s *Server) lookFor(r *http.Request, id steps.ID, f form) (steps.Seen, error) {
	if last, ok := s.Engine.Last(id); f.note != nil && ok && last.Problem == nil && !last.At.IsZero() {
		return last, nil
	}
	return s.look(r, id)
}

func (s *Server) info(id steps.ID) steps.Info {
	for _, i := range s.Engine.Infos() {
		if i.ID == id {
			return i
		}
	}
	return steps.Info{ID: id}
}

// stepView builds the page of one step from the latest look.
type stepView struct {
	s    *Server
	r    *http.Request
	set  steps.Settings
	seen steps.Seen
	form form
}

// component picks the page: DNS has several of its own; all others are the
// generic one with their forms.
func (v *stepView) component() templ.Component {
	if d, ok := v.seen.Finding.Detail.(*steps.DNSDetail); ok && v.seen.Problem == nil {
		if c := v.dns(d); c != nil {
			return c
		}
	}
	return templates.StepPage(v.step())
}

// frame is the page around the step, with its state in the tab.
func (v *stepView) frame() templates.Page {
	f := v.seen.Finding
	h1 := f.Heading
	if h1 == "" {
		h1 = v.seen.Info.Title
	}
	st := v.seen.State()
	title := fmt.Sprintf("Step %d: %s", v.seen.Info.Number, h1)
	if st == steps.StateWaiting {
		title = fmt.Sprintf("Waiting - %s", h1)
	}
	p := v.s.stepPage(v.r, v.seen.Info, title, h1)
	p.PollURL = stepPath(v.seen.Info.ID) + "/checks"
	p.Favicon = favicon(st)
	p.ErrorTitle = len(v.form.problems) > 0
	if !p.ErrorTitle {
		p.Poll, p.Reload = poll(f.Again, v.s.Engine.Pace()), reload(f.Again, v.s.Engine.Pace())
		if v.seen.State() == steps.StateDone || v.seen.State() == steps.StateAttention {
			p.Poll = "" // a page that is done does not move under the reader
		}
		if d, ok := f.Detail.(*steps.URLDetail); ok && d.Soon {
			p.Poll = "2s"
		}
	}
	return p
}

func (v *stepView) step() templates.Step {
	f := v.seen.Finding
	m := templates.Step{Page: v.frame(), Errors: v.form.summary()}
	if v.seen.Problem != nil {
		m.Notes = append(m.Notes, v.s.problemNote(v.seen.Problem))
		m.Next = []templates.Button{{Text: "Look again", Kind: "go", Icon: "again", Href: stepPath(v.seen.Info.ID), Next: true}, later()}
		if errors.Is(v.seen.Problem, steps.ErrNoToken) && v.seen.Info.ID != steps.IDAccount {
			m.Next = []templates.Button{goOn("Paste the token again", stepPath(steps.IDAccount)), later()}
		}
		return m
	}
	if j, ok := v.s.Engine.Job(v.seen.Info.ID); ok && j.Problem != nil {
		m.Notes = append(m.Notes, v.s.jobNote(j))
		if f.Done() {
			m.Notes = nil // it went well in the end
		}
	}
	if f.Blocked != "" {
		m.Notes = append(m.Notes, templates.Note{Tone: "info", Title: f.Blocked, Text: "This step needs what an earlier one makes."})
		m.Next = []templates.Button{goOn("All steps", "/")}
		if first, ok := v.earlier(); ok {
			m.Next = []templates.Button{first, later()}
		}
		return m
	}
	m.Page.Lead = leads()[v.seen.Info.ID]
	if lead := waitLeads()[v.seen.Info.ID]; lead != "" && v.seen.State() == steps.StateWaiting {
		m.Page.Lead = lead
	}
	v.fill(&m)
	if cs, folded := fold(v.seen.Info.ID, checks(f.Checks)); len(cs) > 0 {
		sec := templates.Section{ID: "looked", Title: "What was looked at", HideTitle: true, Checks: cs, Folded: folded, Ordered: v.seen.Info.ID == steps.IDURL}
		sec.Buttons = []templates.Button{{Text: "Check again", Kind: "s", Icon: "again", Href: stepPath(v.seen.Info.ID)}}
		sec.ButtonsNote = "Looked at " + clock(v.seen.At)
		if m.Page.Poll != "" {
			sec.ButtonsNote += ", and looks again by itself"
		}
		asks := m.Form != nil && f.Ask != "" || m.Form == nil && f.Ask == "" && len(f.Plan()) > 0
		if asks && !slices.ContainsFunc(f.Checks, func(c steps.Check) bool { return c.Status != steps.Skip || c.Word != "" || !c.Fix.IsZero() }) {
			// nothing was looked at: the question is all there is
		} else if asks && len(m.Sections) == 0 {
			sec.HideTitle = false
			m.Lower = append(m.Lower, sec) // first the question, then what was seen
		} else {
			m.Sections = append(m.Sections, sec)
		}
	}
	if plan := f.Plan(); len(plan) > 0 && f.Ask == "" && m.Form == nil { // one question at a time
		m.Plan = v.plan(plan)
		headline, _ := planTitle(plan)
		if f.Heading == "" {
			m.Page.H1 = headline
		}
		m.Page.Lead = "Please check. Nothing has been done yet, and nothing else will be touched."
	}
	m.Cards = append(m.Cards, cards(f.Evidence, stepPath(v.seen.Info.ID))...)
	if f.Done() && len(m.Next) == 0 && m.Form == nil {
		m.Top = v.wayOn()
	}
	if len(m.Next)+len(m.Top) == 0 && m.Plan == nil && m.Form == nil {
		m.Next = []templates.Button{later()}
		if f.State() == steps.StateProblem {
			again := templates.Button{Text: "Look again", Kind: "go", Icon: "again", Href: stepPath(v.seen.Info.ID), Next: true}
			m.Next = []templates.Button{again, later()}
			if first, ok := v.earlier(); ok { // which may be all that is wrong
				again.Kind, again.Next = "s", false
				m.Next = []templates.Button{first, again, later()}
			}
		}
	}
	return m
}

// earlier leads to a step before this one that needs the person first: a choice made
// since, such as another name, may have something to do there.
func (v *stepView) earlier() (templates.Button, bool) {
	for _, l := range v.s.list() {
		if l.state == steps.StateNext && l.seen.Info.Number < v.seen.Info.Number {
			return goOn(fmt.Sprintf("Go to step %d", l.seen.Info.Number), stepPath(l.seen.Info.ID)), true
		}
	}
	return templates.Button{}, false
}

// fold puts the permissions of step 1 that need nobody behind a disclosure: they
// are a dozen, and what is missing must not be looked for among them.
func fold(id steps.ID, all []templates.Check) ([]templates.Check, *templates.Folded) {
	if id != steps.IDAccount {
		return all, nil
	}
	var open, folded []templates.Check
	for _, c := range all {
		if c.Status != "fail" && (strings.HasPrefix(c.ID, "permission-") || c.ID == "zero-trust") {
			folded = append(folded, c)
		} else {
			open = append(open, c)
		}
	}
	if len(folded) == 0 {
		return all, nil
	}
	return open, &templates.Folded{Title: locale.Count(len(folded), "permission", "permissions") + ", one by one", Checks: folded}
}

func later() templates.Button { return templates.Button{Text: "All steps", Kind: "link", Href: "/"} }

func (v *stepView) plan(actions []steps.Action) *templates.Plan {
	_, yes := planTitle(actions)
	return &templates.Plan{
		Action: stepPath(v.seen.Info.ID) + "/apply", Digest: v.seen.Plan, Items: planItems(actions), At: v.seen.At.Local(), Undo: undoWords(actions),
		Buttons: []templates.Button{{Text: yes, Kind: "go", Next: true}, {Text: "Not now", Kind: "link", Href: "/"}},
	}
}

// wayOn leads from a step that is done to the next that is not: an earlier one first.
func (v *stepView) wayOn() []templates.Button {
	all := v.s.list()
	if v.seen.Info.ID == steps.IDDNS && offersTogether(all) {
		step := goOn("Step by step instead", stepPath(steps.IDCache))
		step.Kind, step.Icon, step.Next, step.ByStep = "link", "", false, true
		return []templates.Button{goOn("See the plan for the next steps", "/together"), step}
	}
	if first, ok := v.earlier(); ok {
		return []templates.Button{first, later()}
	}
	for _, l := range all {
		if l.seen.Info.Number <= v.seen.Info.Number || l.state == steps.StateDone || l.state == steps.StateAttention {
			continue
		}
		return []templates.Button{goOn(fmt.Sprintf("Go on with step %d", l.seen.Info.Number), stepPath(l.seen.Info.ID)), later()}
	}
	if v.seen.Info.Number == 9 || v.nothingLeft() {
		return []templates.Button{goOn("See the summary", "/summary"), later()}
	}
	return []templates.Button{goOn("All steps", "/")}
}

// nothingLeft reports whether no step needs the person, though some may still wait
// for the world. When the latest looks say so, that is enough: the summary looks at
// all of them again. Else every step is looked at, because what was seen of the
// others may be of before.
func (v *stepView) nothingLeft() bool {
	settled := func(l listed) bool {
		return l.state == steps.StateDone || l.state == steps.StateAttention || l.state == steps.StateWaiting
	}
	if !slices.ContainsFunc(v.s.list(), func(l listed) bool { return !settled(l) }) {
		return true
	}
	ctx, cancel := context.WithTimeout(v.r.Context(), homeDeadline)
	defer cancel()
	for _, l := range v.s.lookAll(ctx, v.r, nothing) {
		switch l.state {
		case steps.StateDone, steps.StateAttention, steps.StateWaiting:
		default:
			v.s.Log.DebugContext(ctx, "not the end yet", "step", l.seen.Info.ID, "state", l.state)
			return false
		}
	}
	return true
}

// jobPage is the page of a step while a job works on it.
func (s *Server) jobPage(r *http.Request, seen steps.Seen, j steps.Job, f form) templ.Component {
	if d := s.discovering(r, seen, j, f); d != nil {
		return d
	}
	done := 0
	for _, it := range j.Items {
		if it.State == "done" {
			done++
		}
	}
	p := s.stepPage(r, seen.Info, fmt.Sprintf("Working (%d of %d) - %s", done, len(j.Items), seen.Info.Title), seen.Info.Title)
	p.Lead = "You can watch, or close this page: the work goes on without it."
	p.Favicon, p.Poll, p.PollURL = "waiting", "1s", stepPath(seen.Info.ID)+"/checks"
	v := jobView(j, "What is being done", s.Now())
	stoppable(&v, j)
	return templates.StepPage(templates.Step{Page: p, Job: &v})
}

// applyStep is POST /steps/{id}/apply: the yes to a plan.
func (s *Server) applyStep(w http.ResponseWriter, r *http.Request) error {
	id := stepID(r)
	err := s.Engine.Start(r.Context(), id, r.PostFormValue("plan"))
	switch {
	case errors.Is(err, steps.ErrPlanChanged):
		s.session.setFlash(r, toneAttention, "Something changed since you saw the plan. Nothing has been done; this is how it is now.")
	case errors.Is(err, steps.ErrBusy): // the page shows the running job
	case unreachable(err): // the page looks again, and says why in its place
		s.session.setFlash(r, toneAttention, "Nothing was changed: the check before the change failed.")
	case err != nil:
		return err
	}
	http.Redirect(w, r, stepPath(id), http.StatusSeeOther)
	return nil
}

// unreachable reports that a service did not give what was asked of it.
func unreachable(err error) bool {
	_, is := errors.AsType[*steps.ServiceError](err)
	return is
}

// cancelStep is POST /steps/{id}/cancel.
func (s *Server) cancelStep(w http.ResponseWriter, r *http.Request) error {
	to := stepPath(stepID(r))
	if slices.Contains(s.Engine.Row(), stepID(r)) {
		to = rowPath // where how it ended is told
	}
	s.Engine.Stop(stepID(r))
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// dismissStep is POST /steps/{id}/dismiss: the person has read why a job ended early.
func (s *Server) dismissStep(w http.ResponseWriter, r *http.Request) error {
	s.Engine.Dismiss(stepID(r))
	http.Redirect(w, r, stepPath(stepID(r)), http.StatusSeeOther)
	return nil
}

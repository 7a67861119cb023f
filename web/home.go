package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
	"example.test/wizard/web/templates"
)

// homeDeadline bounds the look at all nine steps before the page is drawn. What
// does not answer in time is shown as it was seen before, with its time.
const homeDeadline = 4 * time.Second

// showHome is GET / and its polled region.
func (s *Server) showHome(w http.ResponseWriter, r *http.Request) error {
	set, err := s.Engine.Settings()
	if err != nil {
		return err
	}
	if set.Agreed.IsZero() {
		http.Redirect(w, r, "/before", http.StatusSeeOther)
		return nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), homeDeadline)
	defer cancel()
	all := s.lookAll(ctx, r, nothing)
	return s.render(w, r, http.StatusOK, templates.HomePage(s.homeView(r, set, all)))
}

func (s *Server) homeView(r *http.Request, set steps.Settings, all []listed) templates.Home {
	done, waiting := 0, 0
	m := templates.Home{From: sentence(readFrom(all))}
	for _, l := range all {
		t := templates.Task{ID: string(l.seen.Info.ID), Name: l.seen.Info.Title, Status: string(l.state), Word: wordOf(set, l), Text: say(summaryOf(l.seen))}
		if l.state != steps.StateTodo || l.seen.Finding.Blocked == "" {
			t.Href = stepPath(l.seen.Info.ID)
		}
		if l.seen.Old && !l.seen.At.IsZero() {
			t.When = "as of " + clock(l.seen.At) // of the others the time stands once
		}
		switch l.state {
		case steps.StateDone, steps.StateAttention:
			done++
		case steps.StateWaiting:
			waiting++
		}
		if m.From != "" && !l.seen.Old && l.seen.At.After(m.At) {
			m.At = l.seen.At.Local()
		}
		m.Tasks = append(m.Tasks, t)
	}
	h1 := "Your Plex, from anywhere"
	if set.Domain != "" {
		h1 = "Your Plex at " + zone.ToUnicode(set.Domain)
	}
	title := fmt.Sprintf("%d of 9 done", done)
	if waiting > 0 {
		title = fmt.Sprintf("Waiting - %d of 9 done", done)
	}
	p := s.page(r, title, h1)
	p.At, p.Broad = "home", true
	p.Lead = homeLead(done, waiting)
	if unseen(set, all) {
		p.Lead = unseenLead
	}
	p.PollURL = "/checks"
	if waiting > 0 {
		p.Favicon = "waiting"
	}
	if waiting > 0 || slices.ContainsFunc(all, func(l listed) bool { return l.busy }) {
		again := max(soonest(all), 3*time.Second)
		p.Poll, p.Reload = poll(again, s.Engine.Pace()), reload(again, s.Engine.Pace())
	}
	m.Page = p
	m.Path = s.pathView(set, all)
	m.Next = nextPanel(all, done)
	if m.Next != nil && done < 9 {
		m.Together = s.togetherOffer(all)
	}
	m.Setup = s.setup(set)
	return m
}

// readFrom lists the services of which something was just read, in the order in
// which a person meets them.
func readFrom(all []listed) []string {
	cloudflare, plex, dns := "Cloudflare", "Plex", "DNS"
	asks := map[steps.ID][]string{
		steps.IDAccount: {cloudflare}, steps.IDDNS: {cloudflare, dns}, steps.IDCache: {cloudflare}, steps.IDTunnel: {cloudflare}, steps.IDHostname: {cloudflare, plex, dns},
		steps.IDURL: {plex, dns}, steps.IDPlex: {plex}, steps.IDSecurity: {cloudflare}, steps.IDNotifications: {cloudflare},
	}
	var out []string
	for _, service := range []string{cloudflare, plex, dns} {
		if slices.ContainsFunc(all, func(l listed) bool {
			return slices.Contains(asks[l.seen.Info.ID], service) && slices.ContainsFunc(fresh(all, l.seen.Info.ID).Checks, func(c steps.Check) bool { return c.Status != steps.Skip })
		}) {
			out = append(out, service)
		}
	}
	return out
}

// unseenLead is for who comes back without the token, and sees no state of it.
const unseenLead = "Paste the token again to see how your setup stands. What was set up goes on without it."

// unseen reports that there is a setup which cannot be looked at for want of the token.
func unseen(set steps.Settings, all []listed) bool {
	return slices.ContainsFunc(all, func(l listed) bool { return wordOf(set, l) != "" })
}

// wordOf keeps "Not yet" from being said of what was made and only not looked at;
// the usual word of the state is empty.
func wordOf(set steps.Settings, l listed) string {
	if set.ZoneID != "" && l.state == steps.StateTodo && l.seen.Problem != nil && errors.Is(l.seen.Problem, steps.ErrNoToken) {
		return "Not looked at"
	}
	return ""
}

func homeLead(done, waiting int) string {
	lead := progress(done, waiting, 9) + "."
	if waiting > 0 {
		lead += " Close this page whenever you like; it looks again when you return."
	}
	return lead
}

// nextPanel is the one next action: what needs the person first.
func nextPanel(all []listed, done int) *templates.Next {
	pick := func(st steps.State) *listed {
		for i := range all {
			if all[i].state == st {
				return &all[i]
			}
		}
		return nil
	}
	// Without a token most problems are only for want of it.
	next := pick(steps.StateNext)
	var l *listed
	for i := range all {
		// Step 6 only shows what an earlier step lacks.
		effect := all[i].seen.Info.ID == steps.IDURL && next != nil && next.seen.Info.Number < all[i].seen.Info.Number
		if all[i].state == steps.StateProblem && !effect && l == nil {
			l = &all[i]
		}
	}
	if l != nil && all[0].state != steps.StateNext {
		return &templates.Next{
			State: "problem", Word: fmt.Sprintf("Problem: step %d", l.seen.Info.Number), Title: l.seen.Info.Title, Text: say(summaryOf(l.seen)),
			Buttons: []templates.Button{goOn("See what to do", stepPath(l.seen.Info.ID))},
		}
	}
	if l := next; l != nil {
		return &templates.Next{
			State: "next", Word: fmt.Sprintf("Next: step %d", l.seen.Info.Number), Title: l.seen.Info.Title, Text: say(summaryOf(l.seen)),
			Buttons: []templates.Button{goOn(fmt.Sprintf("Go on with step %d", l.seen.Info.Number), stepPath(l.seen.Info.ID))},
		}
	}
	if l := pick(steps.StateAttention); l != nil && done == 9 {
		return &templates.Next{
			State: "attention", Word: fmt.Sprintf("Worth a look: step %d", l.seen.Info.Number), Title: "Your Plex is reachable from anywhere", Text: say(summaryOf(l.seen)),
			Buttons: []templates.Button{goOn("See the summary", "/summary"), {Text: fmt.Sprintf("See step %d", l.seen.Info.Number), Kind: "link", Href: stepPath(l.seen.Info.ID)}},
		}
	}
	if done == 9 {
		return &templates.Next{
			State: "done", Word: "Done", Title: "Your Plex is reachable from anywhere", Text: "Keep the summary, and delete the token: nothing that runs needs it.",
			Buttons: []templates.Button{goOn("See the summary", "/summary"), {Text: "Add security", Kind: "link", Href: "/steps/security"}},
		}
	}
	return nil
}

func goOn(text, href string) templates.Button {
	return templates.Button{Text: text, Kind: "go", Icon: "next", Href: href, Next: true}
}

func (s *Server) setup(set steps.Settings) []templates.Row {
	var out []templates.Row
	add := func(label, text string) {
		if text != "" {
			out = append(out, templates.Row{Label: label, Values: []templates.Value{{Text: text}}})
		}
	}
	add("Computer", s.Computer)
	if set.Host() != "" {
		out = append(out, templates.Row{Label: "Address", Values: []templates.Value{{Text: "https://" + set.Host(), Code: true}}})
	}
	add("Domain", zone.ToUnicode(set.Domain))
	add("Cloudflare account", set.AccountName)
	token := s.Token.Where()
	if s.Token.HasToken() && !set.TokenEnds.IsZero() {
		token += " It ends on " + locale.Day(set.TokenEnds.Local()) + "."
	}
	add("Token", token)
	return out
}

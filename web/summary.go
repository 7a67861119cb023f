package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"rsc.io/qr"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// showSummary is GET /summary.
func (s *Server) showSummary(w http.ResponseWriter, r *http.Request) error {
	set, all, err := s.lookForSummary(r)
	if err != nil {
		return err
	}
	done, waiting := doneCount(all), waitingCount(all)
	p := s.page(r, fmt.Sprintf("Summary: %d of 9 done", done), "Your Plex is reachable from anywhere")
	p.At, p.Broad = "summary", true
	p.Lead = "All nine steps are done, each proved by a look just now."
	if slices.ContainsFunc(all, func(l listed) bool { return l.seen.Old }) {
		p.Lead = "All nine steps are done. What did not answer in time is shown as it was seen before."
	}
	if done < 9 {
		p.H1, p.Lead = "Where things stand", progress(done, waiting, 9)+". "+restLead(done, waiting)
		switch {
		case set.ZoneID == "" && set.TunnelID == "" && done+waiting == 0:
			p.Lead = progress(done, waiting, 9) + ". What runs in the end is listed here."
		case unseen(set, all):
			p.Lead = unseenLead
		}
		if waiting > 0 {
			p.Favicon, p.Poll, p.PollURL, p.Reload = "waiting", "3s", "/summary/checks", reload(soonest(all), s.Engine.Pace())
		}
	}
	m := templates.Summary{
		Page: p, Waits: p.Poll != "", Holds: holdsTunnel(fresh(all, steps.IDTunnel)), Path: s.pathView(set, all), Runs: runs(set, all), Markdown: "/summary.md", Next: []templates.Button{{Text: "See what can be undone", Kind: "link", Href: "/undo"}},
		AppsKnow: settled(stateOf(all, steps.IDPlex)), TokenNeeded: done < 9,
	}
	if answers(set, all) {
		m.Address = "https://" + set.Host()
		m.QR = qrCode(m.Address)
	}
	if s.Export != nil && (set.TunnelID != "" || set.ZoneID != "") {
		m.Code = "/summary.tf"
	}
	for _, l := range all {
		m.Steps = append(m.Steps, templates.Task{ID: string(l.seen.Info.ID), Name: l.seen.Info.Title, Status: string(l.state), Word: wordOf(set, l), Text: say(summaryOf(l.seen))})
	}
	m.Token = tokenCard(all)
	if m.Token != nil && m.TokenNeeded {
		m.Token.Open = nil // nobody is led to delete what the next step needs
	}
	m.PlexSignedIn = s.Plex.SignedIn()
	return s.render(w, r, http.StatusOK, templates.SummaryPage(m))
}

// summarySeenFor is how old a look may be that the summary shows: the page that leads
// there has just proved its step.
const summarySeenFor = 20 * time.Second

func (s *Server) lookForSummary(r *http.Request) (steps.Settings, []listed, error) {
	set, err := s.Engine.Settings()
	if err != nil {
		return set, nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), homeDeadline)
	defer cancel()
	return set, s.lookAll(ctx, r, func(last steps.Seen, age time.Duration) bool { return !last.Old && age < summarySeenFor }), nil
}

// restLead says what becomes of the steps that are not done.
func restLead(done, waiting int) string {
	if done+waiting == 9 {
		return "This page follows the rest by itself."
	}
	return "The others are checked again each time you come back."
}

// answers reports whether the address was just seen to lead to Plex.
func answers(set steps.Settings, all []listed) bool {
	return set.Host() != "" && settled(stateOf(all, steps.IDURL))
}

// tokenCard is Cloudflare's present answer about the token: proof that it is
// gone, or not yet.
func tokenCard(all []listed) *templates.Card {
	c := &templates.Card{ID: "token-gone", Level: 3, Title: "Cloudflare’s answer about the token", Place: "My Profile › API Tokens", Again: "/summary", From: "api.cloudflare.com", Open: &templates.Link{Text: "Delete it in Cloudflare", Href: "https://dash.cloudflare.com/profile/api-tokens", External: true}}
	for _, l := range all {
		if l.seen.Info.ID != steps.IDAccount {
			continue
		}
		c.At = l.seen.At.Local()
		d, _ := l.seen.Finding.Detail.(*steps.AccountDetail)
		if d == nil || l.seen.Problem != nil {
			return nil
		}
		check := l.seen.Finding.Check("token")
		switch {
		case d.Gone:
			c.State, c.StateWord = "done", "Gone"
			c.Rows = []templates.Row{{Label: "Answer", Values: []templates.Value{{Text: check.Detail}}}}
		case d.Known || d.Token.ID != "": // Cloudflare knows it, whatever the wizard can do with it
			c.State, c.StateWord, c.Ray, c.From = "attention", "Still works", d.Token.Ray, d.Token.Source
			if !d.Known && d.Token.Status != "active" {
				c.StateWord = "Still there"
			}
			c.Rows = []templates.Row{
				{Label: "Token", Values: []templates.Value{{Text: d.Token.Last4, Code: true}}}, {Label: "Status", Values: []templates.Value{{Text: upper(d.Token.Status)}}},
			}
		case check.Status == steps.Fail:
			c.State, c.StateWord = "attention", "Not certain"
			c.Rows = []templates.Row{{Label: "Answer", Values: []templates.Value{{Text: check.Detail}}}, {Label: "It says", Values: []templates.Value{{Text: "Not that the token is gone. Look again, or look in Cloudflare."}}}}
		default:
			return nil
		}
		return c
	}
	return nil
}

// qrCode draws text as one path of unit squares.
func qrCode(text string) templates.QR {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return templates.QR{}
	}
	var d strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for code.Black(x, y) { // outside of the code all is white
				x++
			}
			if n := x - from; n > 0 {
				fmt.Fprintf(&d, "M%d %dh%dv1h-%dz", from, y, n, n)
			}
		}
	}
	return templates.QR{Size: code.Size, Path: d.String(), Of: text}
}

// saveSummary is GET /summary.md: the same as text.
func (s *Server) saveSummary(w http.ResponseWriter, r *http.Request) error {
	set, all, err := s.lookForSummary(r)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Plex Tunnel Wizard: summary of %s\n\n", locale.Moment(s.Now().Local()))
	if answers(set, all) {
		fmt.Fprintf(&b, "Address: <https://%s>\n\n", set.Host())
	}
	for _, l := range all {
		mark := " "
		if l.state == steps.StateDone || l.state == steps.StateAttention {
			mark = "x"
		}
		fmt.Fprintf(&b, "- [%s] %d. %s: %s\n", mark, l.seen.Info.Number, l.seen.Info.Title, oneLine(summaryOf(l.seen)))
	}
	b.WriteString("\n## What runs now\n\n")
	for _, row := range runs(set, all) {
		var texts []string
		for _, v := range row.Values {
			texts = append(texts, strings.TrimSpace(v.Text+" "+aside(v.Aside)))
		}
		fmt.Fprintf(&b, "- %s: %s\n", row.Label, oneLine(strings.Join(texts, ". ")))
	}
	b.WriteString("\nThis text holds no secret. From a terminal, `wizard check` tells the same at any time.\n")
	fmt.Fprintf(&b, "\nMade by %s.\n", oneLine(s.Support))
	w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="plex-tunnel-summary.md"`)
	_, err = io.WriteString(w, s.readerOf(r).text(b.String()))
	return err
}

// saveCode is GET /summary.tf: what was made, as Terraform.
func (s *Server) saveCode(w http.ResponseWriter, r *http.Request) error {
	if s.Export == nil {
		return steps.ErrNoStep
	}
	set, err := s.Engine.Settings()
	if err != nil {
		return err
	}
	text, err := s.Export.Terraform(r.Context(), set)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="plex-tunnel.tf"`)
	_, err = w.Write([]byte(text))
	return err
}

// oneLine makes a text of others fit for one line of Markdown, where it must
// begin no mark, no link and no HTML.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "&", `\&`, "~", `\~`).Replace(s)
}

// forgetToken is POST /token/forget: the end of the token's time with us, which is
// not its end at Cloudflare.
func (s *Server) forgetToken(w http.ResponseWriter, r *http.Request) error {
	if err := s.Token.Forget(r.Context()); err != nil {
		return err
	}
	s.Engine.Forget()
	s.session.setFlash(r, toneDone, "The token is no longer on this computer. At Cloudflare it works until you delete it there.")
	http.Redirect(w, r, stepPath(steps.IDAccount), http.StatusSeeOther)
	return nil
}

// defaultAlerts takes the account's own address, as the common plan showed it.
func (s *Server) defaultAlerts(r *http.Request) error {
	set, err := s.Engine.Settings()
	if err != nil || set.Alerts.Chosen {
		return err
	}
	email, err := s.Email(r.Context())
	if err != nil || email == "" { // without one, step 9 asks when its turn comes
		return err
	}
	return s.Engine.Update(func(set *steps.Settings) error {
		set.Alerts = steps.AlertChoices{Chosen: true, Email: email, Types: []string{steps.AlertTunnel}}
		return nil
	})
}

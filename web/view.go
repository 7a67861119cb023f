package web

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// say makes text from a step or from a service safe for the light marks of the
// templates: whatever a DNS record or a server's name holds, it stays text.
func say(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(readable(s), "`", "ˋ"), "](", "]\u2060(")
	for strings.Contains(s, "**") { // three in a row leave two after one pass
		s = strings.ReplaceAll(s, "**", "*\u2060*")
	}
	return s
}

// where tells which service is shown, as a place beside a card.
func link(l steps.Link) templates.Link {
	return templates.Link{Text: l.Text, Href: l.URL, External: strings.HasPrefix(l.URL, "https://") || strings.HasPrefix(l.URL, "http://")}
}

func links(ls ...steps.Link) []templates.Link {
	var out []templates.Link
	for _, l := range ls {
		if l.URL != "" {
			if l.Text == "" {
				l.Text = l.URL
			}
			out = append(out, link(l))
		}
	}
	return out
}

// notYet is what the steps say of a thing that is still to be made.
const notYet = "Not yet"

func check(c steps.Check) templates.Check {
	out := templates.Check{ID: c.Name, Status: c.Status.String(), Name: c.Title, Detail: say(c.Detail), Word: c.Word}
	if c.Status == steps.Skip {
		out.Mark = "todo"
		switch {
		case c.Detail == notYet && c.Word == "":
			out.Word, out.Detail = notYet, ""
		case c.Word != "":
			out.Mark = "skipped"
		}
	}
	if !c.Fix.IsZero() {
		f := &templates.Fix{Title: c.Fix.Title, Text: say(c.Fix.Text), Links: links(c.Fix.Link)}
		if c.Status == steps.Fail {
			f.Tone = "problem"
		}
		for _, st := range c.Fix.Steps {
			f.Steps = append(f.Steps, say(st))
		}
		if c.Fix.Command != "" {
			f.Copy = &templates.Copy{Value: c.Fix.Command, What: "the command"}
		}
		out.Fix = f
	}
	return out
}

func checks(cs []steps.Check) []templates.Check {
	out := make([]templates.Check, len(cs))
	for i, c := range cs {
		out[i] = check(c)
	}
	return out
}

func rows(rs []steps.Row) []templates.Row {
	out := make([]templates.Row, len(rs))
	for i, r := range rs {
		out[i].Label = r.Label
		for _, v := range r.Values {
			out[i].Values = append(out[i].Values, value(v))
		}
	}
	return out
}

func aside(note string) string {
	if note == "" {
		return ""
	}
	return "(" + note + ")"
}

// markOf translates a status into the mark beside a card's title.
func markOf(s steps.Status) string {
	switch s {
	case steps.Pass:
		return "done"
	case steps.Warn:
		return "attention"
	case steps.Wait:
		return "waiting"
	case steps.Fail:
		return "problem"
	}
	return "skipped"
}

func cards(es []steps.Evidence, again string) []templates.Card {
	out := make([]templates.Card, len(es))
	for i, e := range es {
		c := templates.Card{
			ID: e.Card, Title: e.Title, Place: say(e.Place), Rows: rows(e.Rows), From: e.Source, At: e.At.Local(), Ray: e.Ray, Again: again, URLBar: e.URL, Shot: e.Shot,
		}
		if e.Word != "" {
			c.State, c.StateWord = markOf(e.Status), e.Word
		}
		if e.Open.URL != "" {
			l := link(e.Open)
			c.Open = &l
		}
		if len(e.Table) > 0 {
			c.Table = table(e)
		}
		if e.Shot != "" {
			c.ShotAlt, c.ShotNote = "Picture of the page behind the address", "A true picture, taken by the browser on this computer with an empty profile."
		}
		out[i] = c
	}
	return out
}

func table(e steps.Evidence) *templates.Table {
	t := &templates.Table{Caption: e.Title, HideCapt: true, Compact: true}
	for _, h := range e.Head {
		t.Head = append(t.Head, templates.Column{Name: h})
	}
	for _, r := range e.Table {
		var cells []templates.Value
		for i, v := range r {
			cells = append(cells, templates.Value{Text: v, Code: i == 0})
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: cells})
	}
	return t
}

func planItems(as []steps.Action) []templates.PlanItem {
	out := make([]templates.PlanItem, len(as))
	for i, a := range as {
		out[i] = templates.PlanItem{ID: a.ID, Verb: string(a.Verb), Title: readable(a.What), Why: say(a.Why), Rows: rows(a.Rows)}
	}
	return out
}

// undoWords say which of the changes the undo lists later; nothing when it lists none.
func undoWords(as []steps.Action) string {
	changes := slices.DeleteFunc(slices.Clone(as), func(a steps.Action) bool { return a.Verb == steps.Look })
	kept := slices.DeleteFunc(slices.Clone(changes), func(a steps.Action) bool { return !a.Undo })
	switch {
	case len(kept) == 0:
		return ""
	case len(kept) == len(changes) && len(changes) == 1:
		return "You can undo this later."
	case len(kept) == len(changes):
		return "You can undo each of these later."
	}
	var not []string
	for _, a := range changes {
		if !a.Undo {
			not = append(not, "“"+say(a.What)+"”")
		}
	}
	return "You can undo these later, but not " + strings.Join(not, ", ") + "."
}

// planTitle counts what is to be done: "We will create 2 things and change 1".
func planTitle(as []steps.Action) (headline, yes string) {
	n := map[steps.Verb]int{}
	for _, a := range as {
		n[a.Verb]++
	}
	does := map[steps.Verb]string{steps.Create: "create %s", steps.Update: "change %s", steps.Delete: "remove %s"}
	var parts, short []string
	for _, v := range []steps.Verb{steps.Create, steps.Update, steps.Delete} {
		if n[v] == 0 {
			continue
		}
		few := fmt.Sprintf(does[v], locale.Number(n[v]))
		short = append(short, few)
		if len(parts) == 0 {
			few = fmt.Sprintf(does[v], locale.Count(n[v], "thing", "things"))
		}
		parts = append(parts, few)
	}
	if n[steps.Look] > 0 {
		if len(parts) == 0 {
			return "We will only look", "Start looking"
		}
		parts, short = append(parts, "look around"), append(short, "look")
	}
	return "We will " + sentence(parts), upper(sentence(short))
}

func sentence(parts []string) string {
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

func upper(s string) string {
	if s == "" {
		return s
	}
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// cut shortens a text to n characters, never within one.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}

// poll turns "look again in d" into what htmx reads. Pages look at least every
// second and at most every 15.
func poll(d time.Duration, pace float64) string {
	if d <= 0 {
		return ""
	}
	seconds := int(float64(d)/pace/float64(time.Second) + 0.5)
	return fmt.Sprintf("%ds", min(max(seconds, 1), 15))
}

func favicon(st steps.State) string {
	switch st {
	case steps.StateWaiting:
		return "waiting"
	case steps.StateAttention, steps.StateProblem:
		return "attention"
	}
	return ""
}

// slug makes an id for HTML and tests of any text.
func slug(s string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '-'
	}, strings.ToLower(s)), "-")
}

// problemNote shows a problem above a page's content, with support's line.
func (s *Server) problemNote(p *steps.Problem) templates.Note {
	n := templates.Note{Tone: "problem", Title: p.Title, Text: say(strings.TrimSpace(p.Text + "\n\n" + p.Fix)), Links: links(p.Link)}
	var detail []string
	all := p.Detail
	if len(all) > 0 {
		all = append(slices.Clone(all), s.supportRow())
	}
	for _, r := range all {
		for _, v := range r.Values {
			detail = append(detail, r.Label+": "+v.Text)
		}
	}
	if len(detail) > 0 {
		n.List = []string{say("Detail for support: " + strings.Join(detail, ", "))}
	}
	return n
}

// jobNote is why the latest job of a step ended early, until the person has read it.
func (s *Server) jobNote(j steps.Job) templates.Note {
	n := s.problemNote(j.Problem)
	n.Post = &templates.Post{Action: stepPath(j.Step) + "/dismiss", Button: templates.Button{Text: "I have read this", Kind: "s"}}
	return n
}

// summaryOf is the one line about a step in the list of steps.
func summaryOf(s steps.Seen) string {
	if s.Problem != nil {
		if errors.Is(s.Problem, steps.ErrNoToken) {
			return "Looked at when the token is here"
		}
		return s.Problem.Title
	}
	if s.Finding.Blocked != "" {
		return s.Finding.Blocked
	}
	if d, ok := s.Finding.Detail.(*steps.DNSDetail); ok && (d.Away || d.Wrong || d.Dark) {
		return s.Finding.Heading + "."
	}
	for _, want := range []steps.Status{steps.Fail, steps.Warn} {
		if i := slices.IndexFunc(s.Finding.Checks, func(c steps.Check) bool { return c.Status == want }); i >= 0 && (want == steps.Fail || s.Finding.State() == steps.StateAttention) {
			return faultOf(s.Finding.Checks[i])
		}
	}
	return s.Finding.Summary
}

// faultOf says what is wrong with a check, in its own words. Its title says what
// should be true, so it would claim the opposite.
func faultOf(c steps.Check) string {
	switch {
	case c.Detail == "":
		return or(c.Word, c.Title)
	case c.Word == "":
		return c.Detail
	}
	return c.Word + ": " + c.Detail
}

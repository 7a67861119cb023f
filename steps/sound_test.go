package steps

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Sound lists what is wrong with a finding, whatever step it is from: what a
// page, the list of steps or the engine relies on, and the voice.
func Sound(f Finding) []string {
	var out []string
	wrong := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if f.Summary == "" {
		wrong("no summary for the list of steps")
	}
	switch st := f.State(); {
	case f.Blocked != "" && (len(f.Actions) > 0 || st != StateTodo):
		wrong("blocked, and yet %s with %d actions", st, len(f.Actions))
	case f.Ask != "" && st != StateTodo && st != StateProblem:
		wrong("asks for %s, and yet %s", f.Ask, st)
	case f.Ask != "" && len(f.Plan()) > 0:
		wrong("asks for %s and shows a plan that does not wait for it", f.Ask)
	case st == StateWaiting && f.Again <= 0:
		wrong("waits and never looks again")
	case st == StateDone && f.Blocked == "" && slices.ContainsFunc(f.Checks, func(c Check) bool { return c.Status > Warn }):
		wrong("done with a check that is not")
	}
	seen := map[string]bool{}
	for _, c := range f.Checks {
		if seen[c.Name] || !slug.MatchString(c.Name) || c.Title == "" {
			wrong("check %q, %q: every check has a name of its own and a title", c.Name, c.Title)
		}
		seen[c.Name] = true
		if c.Status != Skip && c.Detail == "" {
			wrong("check %s is %s and does not say what was seen", c.Name, c.Status)
		}
		if c.Status == Fail && c.Fix.IsZero() {
			wrong("check %s fails and does not say what to do", c.Name)
		}
		if l := c.Fix.Link; l != (Link{}) && (l.Text == "" || !goodURL.MatchString(l.URL)) {
			wrong("check %s: link %q to %q", c.Name, l.Text, l.URL)
		}
	}
	out = append(out, soundActions(f.Actions)...)
	out = append(out, soundCards(f.Evidence)...)
	for _, text := range textsOf(f) {
		out = append(out, Unlike(text)...)
	}
	return out
}

var (
	slug    = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
	goodURL = regexp.MustCompile(`^(/|https://|http://127\.0\.0\.1:)`)
)

func soundActions(as []Action) (out []string) {
	ids := map[string]bool{}
	for _, a := range as {
		if a.ID == "" || ids[a.ID] || a.What == "" || !slices.Contains([]Verb{Create, Update, Delete, Look}, a.Verb) {
			out = append(out, fmt.Sprintf("action %q, %q, %q", a.ID, a.Verb, a.What))
		}
		ids[a.ID] = true
		if a.From+a.To == "" {
			out = append(out, "action "+a.ID+" leaves the history without before and after")
		}
		if !a.Auto && (a.Why == "" || len(a.Rows) == 0) {
			out = append(out, "action "+a.ID+" asks for a yes without a reason or without its values")
		}
	}
	return out
}

func soundCards(es []Evidence) (out []string) {
	cards := map[string]bool{}
	for _, e := range es {
		if cards[e.Card] || !slug.MatchString(e.Card) || e.At.IsZero() || e.Source == "" || len(e.Rows)+len(e.Head) == 0 || !goodURL.MatchString(e.Open.URL) && e.Card != "plex-tv" {
			out = append(out, fmt.Sprintf("card %q, read at %v from %q, %d rows, opens %q", e.Card, e.At, e.Source, len(e.Rows)+len(e.Table), e.Open.URL))
		}
		cards[e.Card] = true
	}
	return out
}

// textsOf collects what people read in a finding: not exact values, names and links.
func textsOf(f Finding) (out []string) {
	f.Detail = nil
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		switch x := v.Interface().(type) {
		case Value:
			if !x.Code {
				out = append(out, x.Text)
			}
			out = append(out, x.Note)
			return
		case Link:
			out = append(out, x.Text)
			return
		}
		switch v.Kind() {
		case reflect.String:
			out = append(out, v.String())
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if name := v.Type().Field(i).Name; v.Type().Field(i).IsExported() && name != "Command" && name != "Shot" && name != "URL" && name != "From" && name != "To" {
					walk(v.Field(i))
				}
			}
		}
	}
	walk(reflect.ValueOf(f))
	return out
}

// Unlike lists what in a text is unlike the voice (the mock's README, "Voice"),
// or is the mark of a slip in putting it together.
func Unlike(text string) (out []string) {
	for _, bad := range []string{ForbiddenWord(text), slips.FindString(strings.ToLower(text))} {
		if bad != "" {
			out = append(out, fmt.Sprintf("%q in %q", bad, text))
		}
	}
	if text != strings.TrimSpace(text) {
		out = append(out, fmt.Sprintf("spaces around %q", text))
	}
	return out
}

// ForbiddenWord finds a word that the voice does not use. "Just now" is a time,
// and "Just a moment" is what Cloudflare writes on its challenge page.
func ForbiddenWord(text string) string {
	low := strings.ToLower(text)
	for _, fine := range []string{"just now", "just a moment"} {
		low = strings.ReplaceAll(low, fine, "")
	}
	return words.FindString(low)
}

var (
	words = regexp.MustCompile(`please wait|\boops\b|\bsimply\b|\bjust\b|\bsuccessfully\b|\binvalid\b|\bsorry\b`)
	slips = regexp.MustCompile(`!|  | ,| \.|\.\.|<nil>|january 0001|\b1 [a-z]+s (are|of the wizard)\b|^,|\(\)|“”`)
)

// sound complains about a finding in a test.
func sound(t *testing.T, f Finding) {
	t.Helper()
	for _, w := range Sound(f) {
		t.Error(w)
	}
}

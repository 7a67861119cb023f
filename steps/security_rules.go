package steps

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// rules plans what is missing, what differs, and what is ours and no longer
// wanted. A rule is removed at the end, so that whoever swaps rules is protected
// meanwhile, and earlier only where its slot is needed. Limit is how many rules
// there can be: what does not fit is left out, and counted. Where it is 0, it is not
// known, and Cloudflare says what does not fit.
func (seen securitySeen) rules(s Settings, have Ruleset, want []Rule, limit int, f *Finding) (left int) {
	removals, free := unwanted(s, have, want), cmp.Or(limit, customRulesFree)-len(have.Rules)
	for _, w := range want {
		name := strings.TrimPrefix(w.Description, s.Marker()+": ")
		c := Check{Name: "rule-" + strings.TrimPrefix(w.Ref, s.Ref("")), Title: capital(name), Detail: "Not yet"}
		row := Row{Label: "When", Values: []Value{{Text: w.Expression, Code: true}}}
		rows := []Row{Text("Rule", w.Description), row, Text("Then", actionName(w))}
		i, ok := ruleByRef(have, w.Ref)
		switch {
		case !ok && free <= 0 && len(removals) == 0 && limit > 0:
			left++
			f.Unsure = append(f.Unsure, "add "+w.Ref) // it waits for room
		case !ok:
			if free <= 0 && len(removals) > 0 {
				f.Actions, removals = append(f.Actions, removals[0]), removals[1:]
				free++
			}
			free--
			f.Actions = append(f.Actions, Action{ID: "add " + w.Ref, Undo: true, Verb: Create, What: "Create the rule “" + name + "”", To: w.Expression, Rows: rows, Why: "For " + s.Host() + " only."})
		case !sameRule(have.Rules[i], w):
			rows[1].Values[0].Before = have.Rules[i].Expression
			c.Detail = "It differs from what you chose."
			f.Actions = append(f.Actions, Action{ID: "change " + w.Ref, Undo: true, Verb: Update, What: "Change the rule “" + name + "”", From: have.Rules[i].Expression, To: w.Expression, Rows: rows, Why: "For " + s.Host() + " only."})
		default:
			c.Status, c.Word, c.Detail = Pass, "On", fmt.Sprintf("Rule %d of %d", i+1, len(have.Rules))
		}
		f.Checks = append(f.Checks, c)
	}
	f.Actions = append(f.Actions, removals...)
	return left
}

// unwanted removes what is ours and no longer wanted.
func unwanted(s Settings, have Ruleset, want []Rule) (out []Action) {
	for _, r := range oursIn(s, have) {
		if !slices.ContainsFunc(want, func(w Rule) bool { return w.Ref == r.Ref }) {
			name := strings.TrimPrefix(r.Description, s.Marker()+": ")
			out = append(out, Action{ID: "remove " + r.Ref, Verb: Delete, What: "Remove the rule “" + name + "”", From: r.Expression, Rows: []Row{Text("Rule", r.Description), Code("When", r.Expression)}, Why: "You switched it off."})
		}
	}
	return out
}

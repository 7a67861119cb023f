package web

import (
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// sameChange is within what time of each other changes count as one: they were
// confirmed with one yes.
const sameChange = 2 * time.Minute

// takeBack offers the undo of the latest change of step 8 when the address does
// not answer any more; nil when there is nothing to offer.
func (v *stepView) takeBack() *templates.TakeBackInput {
	broken := v.seen.Finding.Check("still-works")
	if broken.Status != steps.Fail || len(v.seen.Finding.Plan()) > 0 || v.s.Undo.Engine == nil {
		return nil
	}
	events, err := v.s.Engine.Events()
	if err != nil {
		return nil
	}
	seen, err := v.s.lookUndo(v.r.Context())
	if err != nil || seen.Problem != nil {
		return nil
	}
	d, _ := seen.Finding.Detail.(*steps.UndoDetail)
	if d == nil {
		return nil
	}
	var out templates.TakeBackInput
	var at time.Time
	for _, e := range slices.Backward(events) {
		id := belongingOf(e)
		if id == "" || slices.Contains(out.IDs, id) || !slices.ContainsFunc(d.Made, func(b steps.Belonging) bool { return b.ID == id }) {
			continue
		}
		if !at.IsZero() && at.Sub(e.At) > sameChange {
			break
		}
		at = e.At
		out.IDs, out.Names = append(out.IDs, id), append(out.Names, say(e.What))
	}
	if len(out.IDs) == 0 {
		return nil
	}
	slices.Reverse(out.IDs)
	slices.Reverse(out.Names)
	out.Text = say(broken.Detail) + " This was changed last, at " + clock(at) + ":"
	return &out
}

// belongingOf names what the undo can take back of a change of step 8; empty for
// everything else.
func belongingOf(e steps.Event) string {
	if e.Step != steps.IDSecurity || e.Result != steps.Done {
		return ""
	}
	switch verb, what, _ := strings.Cut(e.Action, " "); verb {
	case "add", "change":
		return what
	case "set":
		return "setting-" + what
	}
	return ""
}

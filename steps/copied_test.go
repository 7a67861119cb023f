package steps_test

import (
	"strings"
	"testing"

	"example.test/wizard/steps"
)

// The person's own records bear our mark since step 2 copied them. They are theirs
// all the same: a name that one of them has is taken, to look at a plan for it makes
// nothing ours, and nothing of it is ever taken away.
func TestCopiesArePersonal(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		var own []steps.CloudRecord
		r.w.with(func(w *world) {
			for _, c := range w.records[w.zones[0].ID] {
				if strings.Contains(c.Comment, "copied") && strings.Count(c.Name, ".") == 2 && (c.Type == "A" || c.Type == "CNAME") {
					own = append(own, c)
				}
			}
		})
		if len(own) == 0 {
			t.Fatal("step 2 copied no record with a name of its own")
		}
		for _, c := range own {
			r.rename(t, strings.TrimSuffix(c.Name, ".example.com"))
			if f := r.look(t, steps.IDHostname).Finding; f.Ask != "subdomain" || f.Check("record").Status != steps.Fail || len(f.Plan()) != 0 {
				t.Errorf("%s is taken: %s, %s", c.Name, f.Ask, planOf(f))
			}
			if b := madeOf(t, r); b["record"] {
				t.Errorf("undo offers %s", c.Name)
			}
		}
		r.rename(t, "free-name")
		f := r.look(t, steps.IDHostname).Finding
		if got, want := planOf(f), "set-route, set-record, close-route "+host+", close-record "+host; got != want {
			t.Errorf("planned: %s", got)
		}
		if j := r.run(t, steps.IDHostname); j.Problem != nil {
			t.Fatal(j.Problem)
		}
		for _, c := range own {
			if now := r.w.named(c.Name); len(now) != 1 || now[0].Content != c.Content {
				t.Errorf("%s was %s and is %v", c.Name, c.Content, now)
			}
		}
		// One that is taken over by name is put back as it was.
		r.rename(t, strings.TrimSuffix(own[0].Name, ".example.com"))
		r.update(t, func(s *steps.Settings) { s.RecordAdopt = own[0].ID })
		if j := r.run(t, steps.IDHostname); j.Problem != nil {
			t.Fatal(j.Problem)
		}
		if got := r.settings(t).RecordBefore; got.Content != own[0].Content {
			t.Errorf("kept: %+v", got)
		}
		if now := r.w.named(own[0].Name); len(now) != 1 || now[0].Type != "CNAME" || now[0].Comment != own[0].Comment {
			t.Errorf("taken over: %v", now)
		}
		kept := r.settings(t).RecordBefore
		r.update(t, func(s *steps.Settings) { s.RecordBefore = steps.ReplacedRecord{} }) // as when the progress is lost
		if madeOf(t, r)["record"] {
			t.Error("without what it was, it would be taken away")
		}
		r.update(t, func(s *steps.Settings) { s.RecordBefore = kept })
		ticked := []string{"record"}
		u := r.undoing(&ticked)
		defer u.close(t)
		if j := u.run(t, steps.IDUndo); j.Problem != nil {
			t.Fatal(j.Problem)
		}
		if now := r.w.named(own[0].Name); len(now) != 1 || now[0].Content != own[0].Content || now[0].Type != own[0].Type {
			t.Errorf("put back: %v", now)
		}
	})
}

func madeOf(t *testing.T, r *rig) map[string]bool {
	t.Helper()
	u := r.undoing(new([]string))
	defer u.close(t)
	out := map[string]bool{}
	for _, b := range u.made(t) {
		out[b.ID] = true
	}
	return out
}

package steps

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestState(t *testing.T) {
	checks := func(ss ...Status) (out []Check) {
		for _, s := range ss {
			out = append(out, Check{Status: s})
		}
		return out
	}
	plan, auto := []Action{{ID: "a"}}, []Action{{ID: "a", Auto: true}}
	tests := []struct {
		name string
		f    Finding
		want State
	}{
		{"nothing to say", Finding{}, StateDone},
		{"all pass", Finding{Checks: checks(Pass, Skip, Pass)}, StateDone},
		{"a warning", Finding{Checks: checks(Warn, Pass)}, StateAttention},
		{"a wait", Finding{Checks: checks(Warn, Wait, Pass)}, StateWaiting},
		{"a wait before a warning", Finding{Checks: checks(Wait, Warn)}, StateWaiting},
		{"a failure after all others", Finding{Checks: checks(Warn, Wait, Pass, Fail)}, StateProblem},
		{"a failure with a plan to mend it", Finding{Checks: checks(Fail), Actions: plan}, StateProblem},
		{"a plan", Finding{Checks: checks(Pass), Actions: plan}, StateTodo},
		{"a plan while something waits", Finding{Checks: checks(Wait), Actions: plan}, StateTodo},
		{"what the engine does by itself", Finding{Checks: checks(Pass), Actions: auto}, StateWaiting},
		{"a question", Finding{Checks: checks(Wait), Ask: "domain"}, StateTodo},
		{"blocked", Finding{Blocked: "After step 1"}, StateTodo},
	}
	for _, tt := range tests {
		if got := tt.f.State(); got != tt.want {
			t.Errorf("%s: %s, not %s", tt.name, got, tt.want)
		}
		if done := tt.want == StateDone || tt.want == StateAttention; tt.f.Done() != done {
			t.Errorf("%s: done is %v", tt.name, tt.f.Done())
		}
	}
	if got := (Seen{}).State(); got != StateTodo {
		t.Errorf("never looked at: %s", got)
	}
}

func TestPlanAndAuto(t *testing.T) {
	f := Finding{Actions: []Action{{ID: "a"}, {ID: "b", Auto: true}, {ID: "c"}}}
	if p, a := f.Plan(), f.Auto(); len(p) != 2 || p[1].ID != "c" || len(a) != 1 || a[0].ID != "b" {
		t.Errorf("%v %v", p, a)
	}
}

// A digest names a plan: whatever a person can see in it changes the digest.
func TestDigest(t *testing.T) {
	base := Action{ID: "a", Verb: Create, What: "x", Why: "y", From: "1", To: "2", Rows: []Row{Code("l", "v")}}
	if digest(nil) != "" {
		t.Error("no plan has a name")
	}
	seen := map[string]string{digest([]Action{base}): "base"}
	for name, change := range map[string]func(a *Action){
		"id": func(a *Action) { a.ID = "b" }, "verb": func(a *Action) { a.Verb = Delete }, "what": func(a *Action) { a.What = "z" }, "from": func(a *Action) { a.From = "" }, "to": func(a *Action) { a.To = "3" },
		"value": func(a *Action) { a.Rows = []Row{Code("l", "w")} }, "before": func(a *Action) { a.Rows = []Row{{Label: "l", Values: []Value{{Text: "v", Code: true, Before: "u"}}}} }, "row": func(a *Action) { a.Rows = append(a.Rows, Text("m", "n")) },
	} {
		a := base
		a.Rows = append([]Row(nil), base.Rows...)
		change(&a)
		d := digest([]Action{a})
		if other, ok := seen[d]; ok {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[d] = name
	}
	if digest([]Action{base, {ID: "b"}}) == digest([]Action{{ID: "b"}, base}) {
		t.Error("the order counts")
	}
}

func TestStatusIsAWord(t *testing.T) {
	for s, want := range map[Status]string{Skip: "skip", Pass: "pass", Warn: "warn", Wait: "wait", Fail: "fail"} {
		b, err := s.MarshalText()
		if err != nil || string(b) != want || fmt.Sprint(s) != want {
			t.Errorf("%d is %s", s, b)
		}
	}
}

func TestPartsWithTheSameIDReplaceEachOther(t *testing.T) {
	j := &job{view: Job{Items: []JobItem{{}}}}
	now := noon()
	report := j.reporter(0, func() time.Time { now = now.Add(time.Second); return now })
	at := func(n int) time.Time { return noon().Add(time.Duration(n) * time.Second) }
	report(Part{ID: "a"})
	report(Part{ID: "b"})
	report(Part{ID: "a", Done: 7}) // goes on where one broke off
	report(Part{ID: "a", Done: 9})
	report(Part{ID: "b", Ended: true})
	got := j.snapshot()
	if d := cmp.Diff([]Part{{ID: "a", Done: 9, Began: at(1), From: 7, Since: at(3)}, {ID: "b", Ended: true, Began: at(2), Over: at(5)}}, got.Items[0].Parts); d != "" {
		t.Error(d)
	}
	got.Items[0].Parts[0].Done = 2
	if j.view.Items[0].Parts[0].Done != 9 {
		t.Error("a snapshot is not its own")
	}
	Report(t.Context(), Part{ID: "outside a job"})
}

// Stop can be quicker than the search that it stops.
func TestAStopThatComesBeforeTheSearch(t *testing.T) {
	j := &job{stopped: true}
	cancelled := false
	j.onStop(func() { cancelled = true })
	j.onStop(nil)
	if !cancelled {
		t.Error("the search goes on")
	}
}

func TestSettingsNames(t *testing.T) {
	s := settled()
	if s.Host() != "copper-otter.example.com" || (Settings{Domain: "example.com"}).Host() != "" || (Settings{Subdomain: "a"}).Host() != "" {
		t.Error(s.Host())
	}
	if m := s.Marker(); len(m) > 60 || !strings.Contains(m, s.Installation) {
		t.Error(m)
	}
	if r := s.Ref("cache"); r != "ptw_k3xq81ab_cache" {
		t.Error(r)
	}
}

func TestPendingIsBoundInTime(t *testing.T) {
	s := Settings{Pending: []Intent{{Step: IDTunnel, Action: "create-tunnel", At: noon()}, {Step: IDTunnel, Action: "create-tunnel", At: noon().Add(time.Hour)}}}
	for after, want := range map[time.Duration]bool{
		0: true, time.Minute: true, -time.Minute: true, 9 * time.Minute: true, -3 * time.Minute: false, 11 * time.Minute: false, time.Hour: true, 2 * time.Hour: false,
	} {
		if got := s.pending(IDTunnel, "create-tunnel", noon().Add(after)); got != want {
			t.Errorf("made %v after: %v", after, got)
		}
	}
	if s.pending(IDDNS, "create-tunnel", noon()) || s.pending(IDTunnel, "create-zone", noon()) {
		t.Error("another attempt")
	}
}

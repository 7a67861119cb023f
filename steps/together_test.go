package steps_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
)

// common reads the common plan as ids, and the digests that a form would carry.
func (r *rig) common(t *testing.T) (map[steps.ID][]string, map[steps.ID]string) {
	t.Helper()
	r.Forget()
	plans, err := r.Together(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ids, digests := map[steps.ID][]string{}, map[steps.ID]string{}
	for _, p := range plans {
		for _, a := range p.Actions {
			ids[p.Info.ID] = append(ids[p.Info.ID], a.ID)
			if a.Why == "" || len(a.Rows) == 0 || a.To == "" {
				t.Errorf("%s asks for a yes without saying to what", a.ID)
			}
		}
		digests[p.Info.ID] = p.Digest
	}
	return ids, digests
}

// rowEnds waits until no steps are carried out together any more.
func (r *rig) rowEnds(t *testing.T) {
	t.Helper()
	for range 3600 {
		if r.Row() == nil {
			return
		}
		time.Sleep(time.Second)
	}
	t.Fatal("the row does not end")
}

// emailChosen is what the form of the common plan does for step 9.
func (r *rig) emailChosen(t *testing.T) {
	t.Helper()
	r.update(t, func(s *steps.Settings) {
		s.Alerts = steps.AlertChoices{Chosen: true, Email: "me@example.com", Types: []string{steps.AlertTunnel}}
	})
}

func TestSeveralStepsWithOneYes(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.confirm(t, steps.IDDNS, "create-records")
		ids, digests := r.common(t)
		want := map[steps.ID][]string{
			steps.IDCache: {"create-cache-rule"}, steps.IDTunnel: {"create-tunnel", "install-connector"},
			steps.IDHostname: {"set-route", "set-record"}, steps.IDNotifications: {"add tunnel_health_event"}, steps.IDPlex: {"set-url"},
		}
		if d := cmp.Diff(want, ids); d != "" {
			t.Fatal(d)
		}
		r.emailChosen(t)
		if _, again := r.common(t); cmp.Diff(digests, again) != "" {
			t.Errorf("choosing the proposed address changed the plan: %s", cmp.Diff(digests, again))
		}
		if err := r.StartTogether(t.Context(), digests); err != nil {
			t.Fatal(err)
		}
		if err := r.StartTogether(t.Context(), digests); !errors.Is(err, steps.ErrBusy) {
			t.Errorf("a second row: %v", err)
		}
		if row := r.Row(); len(row) != 5 || row[0] != steps.IDCache || row[4] != steps.IDPlex {
			t.Errorf("row %v", row)
		}
		r.rowEnds(t)
		for _, id := range []steps.ID{steps.IDCache, steps.IDTunnel, steps.IDHostname, steps.IDNotifications, steps.IDPlex} {
			r.state(t, id, steps.StateDone)
		}
		if end := r.LastRow(); len(end.Steps) != 5 || end.Stopped != "" || end.Problem != nil {
			t.Errorf("the row ended as %+v", end)
		}
		if ids, _ := r.common(t); len(ids) != 0 {
			t.Errorf("left: %v", ids)
		}
		if n := len(r.store.journal()); n != 2+7 {
			t.Errorf("history: %v", r.store.journal())
		}
	})
}

func TestACommonPlanThatMoved(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		_, digests := r.common(t)
		before := len(r.w.changes())
		bad := []map[steps.ID]string{
			nil,
			{},
			{steps.IDCache: "0123"},
			{steps.IDCache: digests[steps.IDCache], steps.IDPlex: "0123"},
			{steps.IDSecurity: ""},
		}
		for _, d := range bad {
			if err := r.StartTogether(t.Context(), d); !errors.Is(err, steps.ErrPlanChanged) {
				t.Errorf("%v: %v", d, err)
			}
		}
		r.update(t, func(s *steps.Settings) { s.Subdomain = "iron-heron" })
		if err := r.StartTogether(t.Context(), digests); !errors.Is(err, steps.ErrPlanChanged) {
			t.Errorf("another name: %v", err)
		}
		if n := len(r.w.changes()); n != before || r.Row() != nil {
			t.Errorf("something was done: %v", r.w.changes())
		}
	})
}

// Only some of the steps are confirmed.
func TestPartOfACommonPlan(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		_, digests := r.common(t)
		if err := r.StartTogether(t.Context(), map[steps.ID]string{steps.IDTunnel: digests[steps.IDTunnel]}); err != nil {
			t.Fatal(err)
		}
		r.rowEnds(t)
		r.state(t, steps.IDTunnel, steps.StateDone)
		r.state(t, steps.IDCache, steps.StateTodo)
	})
}

func TestARowEndsAtTheFirstFailure(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		_, digests := r.common(t)
		r.emailChosen(t)
		r.w.fail("CreateTunnel", fault{kind: "refused"})
		if err := r.StartTogether(t.Context(), digests); err != nil {
			t.Fatal(err)
		}
		r.rowEnds(t)
		r.state(t, steps.IDCache, steps.StateDone)
		if j, _ := r.Job(steps.IDTunnel); j.Problem == nil {
			t.Errorf("%+v", j)
		}
		if end := r.LastRow(); end.Stopped != steps.IDTunnel || end.Problem == nil || end.Problem.Title == "" {
			t.Errorf("the row does not say why it ended: %+v", end)
		}
		if r.w.asked("CreateTunnel") != 1 || r.w.asked("SaveIngress") != 0 || r.w.asked("CreateAlertPolicy") != 0 {
			t.Errorf("it went on: %v", r.w.posts)
		}
	})
}

// Who stops a job of the row stops the row: it is not begun anew.
func TestStopEndsTheRow(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		_, digests := r.common(t)
		hold := make(chan struct{})
		r.w.fail("CreateTunnel", fault{hold: hold, left: 1})
		if err := r.StartTogether(t.Context(), digests); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		r.Stop(steps.IDTunnel)
		close(hold)
		stopped := time.Now()
		r.rowEnds(t)
		if took := time.Since(stopped); took > 10*time.Second {
			t.Errorf("the row ended after %v", took)
		}
		if end := r.LastRow(); end.Stopped != steps.IDTunnel || end.Problem == nil || end.Problem.Title != "Stopped, as you asked" {
			t.Errorf("the row ended as %+v", end)
		}
		if r.w.asked("Install") != 0 || r.w.asked("SaveIngress") != 0 {
			t.Errorf("it went on: %v", r.w.posts)
		}
	})
}

// What a later step turns out to need must be among what was agreed to.
func TestARowDoesNothingThatWasNotAgreedTo(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		_, digests := r.common(t)
		r.emailChosen(t)
		hold := make(chan struct{})
		r.w.fail("CreateTunnel", fault{hold: hold, left: 1})
		if err := r.StartTogether(t.Context(), digests); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		r.w.with(func(w *world) { w.prefs["allowedNetworks"] = "127.0.0.1/32" }) // now step 5 would change Plex's settings
		close(hold)
		r.rowEnds(t)
		r.state(t, steps.IDTunnel, steps.StateDone)
		if end := r.LastRow(); end.Stopped != steps.IDHostname || end.Problem == nil || !errors.Is(end.Problem, steps.ErrPlanChanged) {
			t.Errorf("the row ended as %+v", end)
		}
		if r.w.asked("SetPrefs") != 0 || r.w.asked("SaveIngress") != 0 {
			t.Errorf("it went on: %v", r.w.posts)
		}
		if f := r.look(t, steps.IDHostname).Finding; planOf(f) != "clear-allowed" {
			t.Errorf("plan: %s", planOf(f))
		}
	})
}

// A service that is slow to show what was done must not be asked twice.
func TestARowCarriesOutAPlanOnce(t *testing.T) {
	f := steps.Finding{Summary: "to do", Actions: []steps.Action{action("a")}}
	st := &stub{id: steps.IDCache, inspect: finds(f), apply: does(nil)}
	var rest []*stub
	for _, id := range []steps.ID{steps.IDTunnel, steps.IDHostname, steps.IDNotifications} {
		rest = append(rest, &stub{id: id, inspect: finds(steps.Finding{Summary: "done"}), apply: does(nil)})
	}
	stubbed(t, append([]*stub{st}, rest...), func(t *testing.T, r *rig) {
		plans, err := r.Together(t.Context())
		if err != nil || len(plans) != 1 {
			t.Fatalf("%v %v", plans, err)
		}
		if err := r.StartTogether(t.Context(), map[steps.ID]string{steps.IDCache: plans[0].Digest}); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		r.rowEnds(t)
		if n := st.applies(); n != 1 {
			t.Errorf("asked %d times", n)
		}
		if took := time.Since(begun); took < time.Minute || took > 5*time.Minute {
			t.Errorf("it gave up after %v", took)
		}
	})
}

func TestCloseEndsTheRow(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		_, digests := r.common(t)
		if err := r.StartTogether(t.Context(), digests); err != nil {
			t.Fatal(err)
		}
		r.close(t)
		if r.Row() != nil {
			t.Error("the row goes on")
		}
		if err := r.StartTogether(t.Context(), digests); err == nil {
			t.Error("a row began after the end")
		}
	})
}

// Steps that need a choice, or that cannot begin, are not in the common plan.
func TestWhatIsLeftOutOfACommonPlan(t *testing.T) {
	all := map[steps.ID][]string{
		steps.IDCache: {"create-cache-rule"}, steps.IDTunnel: {"create-tunnel", "install-connector"},
		steps.IDHostname: {"set-route", "set-record"}, steps.IDNotifications: {"add tunnel_health_event"},
	}
	without := func(ids ...steps.ID) map[steps.ID][]string {
		out := map[steps.ID][]string{}
		for id, as := range all {
			out[id] = as
		}
		for _, id := range ids {
			delete(out, id)
		}
		return out
	}
	tests := []struct {
		name  string
		world func(w *world)
		set   func(s *steps.Settings)
		want  map[steps.ID][]string
	}{
		{"everything", nil, nil, all},
		{"Plex does not run", func(w *world) { w.plex.State = "stopped" }, nil, without(steps.IDHostname)},
		{"Plex lets strangers in", func(w *world) { w.prefs["allowedNetworks"] = "127.0.0.1/8" }, nil, without(steps.IDHostname)},
		{"the name is taken", func(w *world) {
			r := steps.CloudRecord{ID: "theirs"}
			r.Name, r.Type, r.Content = host, "A", "192.0.2.9"
			w.records[w.zones[0].ID] = append(w.records[w.zones[0].ID], r)
		}, nil, without(steps.IDHostname)},
		{"the tunnel's name is taken", func(w *world) {
			w.tunnels = append(w.tunnels, steps.CloudTunnel{ID: "theirs", Name: "attic"})
		}, nil, without(steps.IDTunnel)},
		{"nobody's address is known", func(w *world) { w.email = "" }, nil, without(steps.IDNotifications)},
		{"no alerts are wanted", nil, func(s *steps.Settings) { s.Alerts.Chosen = true }, without(steps.IDNotifications)},
		{"another alert is wanted", nil, func(s *steps.Settings) {
			s.Alerts = steps.AlertChoices{Chosen: true, Email: "me@example.com", Types: []string{"universal_ssl_event_type"}}
		}, func() map[steps.ID][]string {
			out := without()
			out[steps.IDNotifications] = []string{"add universal_ssl_event_type"}
			return out
		}()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.ready(t)
				if tt.world != nil {
					r.w.with(tt.world)
				}
				if tt.set != nil {
					r.update(t, tt.set)
				}
				got, _ := r.common(t)
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Error(d)
				}
			})
		})
	}
	bubble(t, begun(), func(t *testing.T, r *rig) { // nothing to begin with
		if plans, err := r.Together(context.Background()); err != nil || len(plans) != 0 {
			t.Errorf("%v %v", plans, err)
		}
	})
}

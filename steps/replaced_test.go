package steps_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// What stood at the address before, and was changed with a yes that named it,
// is put back; what was right already is not offered by itself.
func TestUndoPutsBackWhatWasReplaced(t *testing.T) {
	for _, kind := range []string{"", "killed after", "lost"} {
		t.Run("with a fault: "+kind, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) { putBack(t, r, kind) })
		})
	}
}

func putBack(t *testing.T, r *rig, kind string) {
	r.look(t, steps.IDAccount)
	r.update(t, func(s *steps.Settings) { s.Domain, s.Subdomain = domain, "copper-otter" })
	r.confirm(t, steps.IDDNS, "create-zone", "find-records")
	r.confirm(t, steps.IDDNS, "create-records")
	r.update(t, func(s *steps.Settings) { s.Told = time.Now().Round(0) })
	r.w.with(func(w *world) { w.parent = w.zones[0].NameServers })
	r.watched(t, func() { r.until(t, steps.IDDNS, steps.StateDone) })
	r.confirm(t, steps.IDTunnel, "create-tunnel", "install-connector")

	s := r.settings(t)
	theirs := steps.CloudRecord{ID: "d-theirs", Record: zone.Record{Name: host, Type: "A", TTL: 300, Content: "192.0.2.1"}, Comment: "my Plex"}
	rules := []steps.IngressRule{
		{Host: host, Service: "http://localhost:32400"}, {Host: "git.example.com", Service: "http://localhost:3000"}, {Service: "http_status:404"},
	}
	r.w.with(func(w *world) {
		w.records[s.ZoneID] = append(w.records[s.ZoneID], theirs)
		in := w.ingress[s.TunnelID]
		in.Rules = slices.Clone(rules)
		w.ingress[s.TunnelID] = in
	})
	r.update(t, func(s *steps.Settings) { s.RecordAdopt = "d-theirs" })
	if kind != "" {
		r.w.fail("ChangeRecords", fault{kind: kind, nth: 1, left: 1, kill: r.store.kill})
	}
	seen := r.look(t, steps.IDHostname)
	if err := r.Start(t.Context(), steps.IDHostname, seen.Plan); err != nil {
		t.Fatal(err)
	}
	r.wait(t, steps.IDHostname)
	if r.store.killed() {
		next := newRig(r.w, r.store.survivor())
		defer next.close(t)
		r = next
	}
	r.state(t, steps.IDHostname, steps.StateDone)

	var ticked []string
	u := r.undoing(&ticked)
	defer u.close(t)
	for _, b := range u.made(t) {
		if b.ID == "record" || b.ID == "route" {
			if !b.Suggest || b.Detail != map[string]string{"record": "Back to: A 192.0.2.1", "route": "Back to: http://localhost:32400"}[b.ID] {
				t.Errorf("%+v", b)
			}
			ticked = append(ticked, b.ID)
		}
	}
	if len(ticked) != 2 {
		t.Fatalf("offered: %v", ticked)
	}
	if j := u.run(t, steps.IDUndo); j.Problem != nil {
		t.Fatal(j.Problem)
	}
	r.w.with(func(w *world) {
		recs := w.records[s.ZoneID]
		if d := cmp.Diff(theirs, recs[len(recs)-1], cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Reading" || p.Last().String() == ".Created" }, cmp.Ignore())); d != "" {
			t.Errorf("the record: %s", d)
		}
		if d := cmp.Diff(rules, w.ingress[s.TunnelID].Rules); d != "" {
			t.Errorf("the routes: %s", d)
		}
	})
	if ids := ids(u.made(t)); slices.Contains(ids, "record") || slices.Contains(ids, "route") && r.settings(t).RouteMade != "" {
		t.Errorf("offered again: %v", ids)
	}
}

func TestARouteThatWasRightIsNotTakenAwayByItself(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		r.update(t, func(s *steps.Settings) { s.RouteMade = "" }) // as if it had been there
		var ticked []string
		u := r.undoing(&ticked)
		defer u.close(t)
		for _, b := range u.made(t) {
			if b.ID == "route" && (b.Suggest || b.Word != "Was there before") {
				t.Errorf("%+v", b)
			}
		}
	})
}

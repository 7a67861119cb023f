package steps_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// rename chooses another address, as the page of step 5 does.
func (r *rig) rename(t *testing.T, name string) {
	t.Helper()
	r.update(t, func(s *steps.Settings) { *s = s.Named(name, s.Domain) })
}

func (w *world) named(name string) (out []steps.CloudRecord) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.records[w.zones[0].ID] {
		if r.Name == name {
			out = append(out, r)
		}
	}
	return out
}

func (w *world) routes() (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, in := range w.ingress {
		for _, r := range in.Rules {
			out = append(out, r.Host)
		}
	}
	return out
}

// Another name after the address was made: the plan names what is left of the old
// one, and one yes moves everything.
func TestAnotherNameClosesTheAddressFromBefore(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		r.w.with(func(w *world) {
			for id, in := range w.ingress {
				in.Rules = append([]steps.IngressRule{{Host: "nas.example.com", Service: "http://nas"}}, in.Rules...)
				w.ingress[id] = in
			}
		})
		r.rename(t, "new-name")
		f := r.look(t, steps.IDHostname).Finding
		if c := f.Check("former"); c.Status != steps.Warn || f.Again <= 0 {
			t.Errorf("%+v, again %v", c, f.Again)
		}
		for _, a := range f.Actions {
			if a.ID == "close-route "+host && (a.Verb != steps.Delete || a.Rows[0].Values[0].Text != host || a.Rows[1].Values[0].Text != "https://127.0.0.1:32400") {
				t.Errorf("%+v", a)
			}
		}
		r.w.fail("DeleteRecord", fault{kind: "lost", left: 1})
		r.confirm(t, steps.IDHostname, "set-route", "set-record", "close-route "+host, "close-record "+host)
		if d := cmp.Diff([]string{"nas.example.com", "new-name.example.com", ""}, r.w.routes()); d != "" {
			t.Error(d)
		}
		if len(r.w.named(host)) != 0 || len(r.w.named("new-name.example.com")) != 1 {
			t.Errorf("%v, %v", r.w.named(host), r.w.named("new-name.example.com"))
		}
		if f := r.look(t, steps.IDHostname).Finding; f.Check("former").Name != "" || len(f.Plan()) != 0 {
			t.Errorf("%+v, %s", f.Check("former"), planOf(f))
		}
		if s := r.settings(t); len(s.Former) != 0 {
			t.Errorf("still remembered: %+v", s.Former)
		}
	})
}

// Until the yes, the old address leads to Plex: it is watched like any other, also
// for a hole that shows only from outside.
func TestTheAddressFromBeforeIsWatched(t *testing.T) {
	for name, open := range map[string]func(*world){
		"a hole that Plex shows here":       func(w *world) { w.prefs["allowedNetworks"] = "127.0.0.0/8" },
		"a hole that shows only from there": func(w *world) { w.strangers = true },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.finish(t)
				r.rename(t, "new-name")
				r.look(t, steps.IDHostname)
				r.look(t, steps.IDURL)
				r.w.with(open)
				r.watched(t, func() { time.Sleep(6 * time.Minute) }) // of the bubble's clock
				if routes := r.w.routes(); slices.Contains(routes, host) {
					t.Errorf("%v", routes)
				}
				if s := r.settings(t); s.RouteDownFor == "" {
					t.Error("nothing says why")
				}
			})
		})
	}
}

// Undo lists what is left of it, and takes it away.
func TestUndoOfTheAddressFromBefore(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		r.rename(t, "new-name")
		ticked := []string{"record-" + host, "route-" + host}
		u := r.undoing(&ticked)
		defer u.close(t)
		made := u.made(t)
		for _, id := range append(ticked, "tunnel") {
			i := slices.IndexFunc(made, func(b steps.Belonging) bool { return b.ID == id })
			if i < 0 || !made[i].Suggest || made[i].State != steps.Pass {
				t.Errorf("%s: %+v", id, ids(made))
			}
		}
		if j := u.run(t, steps.IDUndo); j.Problem != nil || len(j.Items) != 2 {
			t.Fatalf("%+v", j)
		}
		if len(r.w.named(host)) != 0 || slices.Contains(r.w.routes(), host) {
			t.Errorf("%v, %v", r.w.named(host), r.w.routes())
		}
		if left := ids(u.made(t)); slices.Contains(left, "route-"+host) || slices.Contains(left, "record-"+host) {
			t.Errorf("%v", left)
		}
	})
}

// What was there before us is put back, and a name that is chosen again is taken up
// as it was.
func TestTheAddressFromBeforeAsItStood(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.confirm(t, steps.IDTunnel, "create-tunnel", "install-connector")
		r.w.with(func(w *world) {
			w.records[w.zones[0].ID] = append(w.records[w.zones[0].ID], steps.CloudRecord{ID: "theirs", Record: zone.Record{Name: host, Type: "A", TTL: 1, Content: "192.0.2.1"}})
			w.ingress[w.tunnels[0].ID] = steps.Ingress{Version: 1, Rules: []steps.IngressRule{{Host: host, Service: "http://old"}, {Service: "http_status:404"}}, Reading: w.read("api.cloudflare.com")}
		})
		r.update(t, func(s *steps.Settings) { s.RecordAdopt = "theirs" })
		r.confirm(t, steps.IDHostname, "set-route", "set-record")
		before := r.settings(t)
		r.rename(t, "new-name")
		r.rename(t, "copper-otter")
		s := r.settings(t)
		if s.RouteBefore != before.RouteBefore || s.RecordBefore != before.RecordBefore {
			t.Fatalf("%+v, %+v", s.RouteBefore, s.RecordBefore)
		}
		if f := r.look(t, steps.IDHostname).Finding; len(f.Plan()) != 0 || len(r.settings(t).Former) != 0 {
			t.Fatalf("%s, %+v", planOf(f), r.settings(t).Former)
		}
		r.rename(t, "new-name")
		r.confirm(t, steps.IDHostname, "set-route", "set-record", "close-route "+host, "close-record "+host)
		if got := r.w.named(host); len(got) != 1 || got[0].Type != "A" || got[0].Content != "192.0.2.1" {
			t.Errorf("%+v", got)
		}
		r.w.with(func(w *world) {
			for _, in := range w.ingress {
				if i := slices.IndexFunc(in.Rules, func(r steps.IngressRule) bool { return r.Host == host }); i < 0 || in.Rules[i].Service != "http://old" {
					t.Errorf("%+v", in.Rules)
				}
			}
		})
		if f := r.look(t, steps.IDHostname).Finding; len(f.Plan()) != 0 || len(r.settings(t).Former) != 0 {
			t.Errorf("%s, %+v", planOf(f), r.settings(t).Former)
		}
	})
}

// A name that was never made leaves nothing behind, and the person's own record at
// it is no belonging of ours.
func TestANameThatWasNeverMade(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		r.confirm(t, steps.IDTunnel, "create-tunnel", "install-connector")
		r.w.with(func(w *world) {
			w.records[w.zones[0].ID] = append(w.records[w.zones[0].ID], steps.CloudRecord{ID: "theirs", Record: zone.Record{Name: host, Type: "A", TTL: 1, Content: "192.0.2.1"}})
		})
		r.rename(t, "new-name")
		r.confirm(t, steps.IDHostname, "set-route", "set-record")
		if got := r.w.named(host); len(got) != 1 || len(r.settings(t).Former) != 0 {
			t.Errorf("%v, %+v", got, r.settings(t).Former)
		}
	})
}

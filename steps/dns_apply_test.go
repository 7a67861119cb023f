package steps_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

func (r *rig) dns() *steps.DNSStep { return r.step(steps.IDDNS).(*steps.DNSStep) }

func has(found steps.Found, name, rtype, source string) bool {
	return slices.ContainsFunc(found.Records, func(r zone.Record) bool {
		return r.Name == name && r.Type == rtype && (source == "" || slices.Contains(r.Sources, source))
	})
}

func TestAZoneFileIsAddedToWhatWasFound(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		s := r.settings(t)
		r.w.with(func(w *world) {
			w.old = append(w.old, zone.Record{Name: "vpn.example.com", Type: "A", TTL: 300, Content: "192.0.2.44"})
		})
		// The last line is out of date: the old servers do not answer it.
		file := "example.com A 192.0.2.10\nvpn.example.com A 192.0.2.44\nvpn.example.com A 192.0.2.44\nold.example.com A 192.0.2.66\n"
		got, err := r.dns().AddZoneFile(t.Context(), s, strings.NewReader(file))
		if want := (steps.Brought{Added: 1, Stale: 1}); err != nil || got != want {
			t.Fatalf("%+v, %v", got, err)
		}
		found, _ := r.store.Found(domain)
		if !has(found, "vpn.example.com", "A", "file") || !has(found, domain, "A", "file") || found.Complete != "transfer" {
			t.Errorf("%+v", found)
		}
		if has(found, "old.example.com", "A", "") || len(found.LeftOut) != 1 || found.LeftOut[0].Why != zone.NotAnswered {
			t.Errorf("out of date: %+v", found.LeftOut)
		}
		if got, err := r.dns().AddZoneFile(t.Context(), s, strings.NewReader(file)); got != (steps.Brought{Stale: 1}) || err != nil {
			t.Errorf("a second time: %+v, %v", got, err)
		}
		if again, _ := r.store.Found(domain); len(again.Records) != len(found.Records) || len(again.LeftOut) != 1 {
			t.Errorf("a second time: %+v", again)
		}
		for text, title := range map[string]string{"garbage": "This is not a zone file that the wizard can read", "": "There is no record of example.com in this file"} {
			_, err := r.dns().AddZoneFile(t.Context(), s, strings.NewReader(text))
			p, ok := errors.AsType[*steps.Problem](err)
			if !ok || p.Field != "zone_file" || p.Title != title {
				t.Errorf("%q: %v", text, err)
			}
		}
		r.confirm(t, steps.IDDNS, "create-records")
		if got := r.w.summary()["records"]; got != 5 {
			t.Errorf("%d records", got)
		}
	})
}

// What a person brings while a search runs, or before another one, is not lost.
func TestAZoneFileDuringASearch(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.look(t, steps.IDAccount)
		r.update(t, func(s *steps.Settings) { s.Domain, s.Subdomain = domain, "copper-otter" })
		r.w.with(func(w *world) {
			w.searching = make(chan struct{})
			w.old = append(w.old, zone.Record{Name: "vpn.example.com", Type: "A", TTL: 300, Content: "192.0.2.44"})
		})
		seen := r.look(t, steps.IDDNS)
		if err := r.Start(t.Context(), steps.IDDNS, seen.Plan); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute) // the search hangs
		if _, err := r.dns().AddZoneFile(t.Context(), r.settings(t), strings.NewReader("vpn.example.com A 192.0.2.44\n")); err != nil {
			t.Fatal(err)
		}
		r.w.with(func(w *world) {
			w.old = w.old[:4] // it is in no list, so the search does not find it
			close(w.searching)
		})
		synctest.Wait()
		found, _ := r.store.Found(domain)
		if len(found.LeftOut) != 1 { // asked for when the search ended, and gone by then
			t.Errorf("after the search: %+v", found)
		}
		r.w.with(func(w *world) { w.searching = nil })
		if _, err := r.dns().AddZoneFile(t.Context(), r.settings(t), strings.NewReader("example.com A 192.0.2.10\n")); err != nil {
			t.Fatal(err)
		}
		if err := r.dns().SearchAgain(domain); err != nil {
			t.Fatal(err)
		}
		if found, _ := r.store.Found(domain); !found.Due || !has(found, domain, "A", "file") {
			t.Errorf("before the new search: %+v", found)
		}
	})
}

// A file is enough when the old servers are gone, and survives a new search.
func TestAZoneFileBeforeAnySearch(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.look(t, steps.IDAccount)
		r.update(t, func(s *steps.Settings) { s.Domain, s.Subdomain = domain, "copper-otter" })
		r.w.with(func(w *world) { w.oldSilent = true })
		got, err := r.dns().AddZoneFile(t.Context(), r.settings(t), strings.NewReader("vpn.example.com A 192.0.2.44\n"))
		if want := (steps.Brought{Added: 1, Unconfirmed: 1}); err != nil || got != want {
			t.Fatalf("%+v, %v", got, err)
		}
		r.confirm(t, steps.IDDNS, "create-zone", "find-records")
		if found, _ := r.store.Found(domain); !has(found, "vpn.example.com", "A", "file") || len(found.Records) != 1 {
			t.Errorf("%+v", found)
		}
	})
}

func TestARecordThatThePersonNames(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		hidden := zone.Record{Name: "s1._domainkey.example.com", Type: "TXT", TTL: 300, Content: `"v=DKIM1; p=x"`}
		r.w.with(func(w *world) { w.old = append(w.old, hidden) })
		s := r.settings(t)
		n, err := r.dns().AddNamed(t.Context(), s, hidden.Name, "TXT")
		if err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		if found, _ := r.store.Found(domain); !has(found, hidden.Name, "TXT", "person") {
			t.Errorf("%+v", found)
		}
		for _, name := range []string{hidden.Name, "nothing.example.com"} { // known already; not there
			_, err = r.dns().AddNamed(t.Context(), s, name, "TXT")
			if p, ok := errors.AsType[*steps.Problem](err); !ok || p.Field != "record_name" {
				t.Errorf("%s: %v", name, err)
			}
		}
		r.confirm(t, steps.IDDNS, "create-records")
	})
}

// Cloudflare's own search only adds names to ask for.
func TestCloudflaresScanAddsNothingByItself(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.w.with(func(w *world) {
			w.scanned = []zone.Record{{Name: "ghost.example.com", Type: "A", Content: "192.0.2.66", Sources: []string{"scan"}}}
		})
		r.ready(t)
		if found, _ := r.store.Found(domain); has(found, "ghost.example.com", "A", "") {
			t.Error("a record that no old server answers was kept")
		}
		if n := r.w.asked("TriggerScan"); n != 1 {
			t.Errorf("scanned %d times", n)
		}
	})
}

// The plan is held to what the service sees at the moment of the change.
func TestRecordsThatAppearedMeanwhileAreNotMadeTwice(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.ready(t)
		seen := r.look(t, steps.IDDNS)
		s := r.settings(t)
		r.w.with(func(w *world) {
			w.records[s.ZoneID] = append(w.records[s.ZoneID], steps.CloudRecord{ID: "x", Record: w.old[0]})
		})
		if err := r.Start(t.Context(), steps.IDDNS, seen.Plan); !errors.Is(err, steps.ErrPlanChanged) {
			t.Fatalf("got %v", err)
		}
		r.confirm(t, steps.IDDNS, "create-records")
		if got := r.w.summary()["records"]; got != 4 {
			t.Errorf("%d records", got)
		}
	})
}

// Once the domain works at Cloudflare, what the person changed there stays: only
// the record that they name is written again.
func TestOnlyWhatIsNamedIsWrittenAgain(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		s := r.settings(t)
		found, err := r.store.Found(domain)
		if err != nil {
			t.Fatal(err)
		}
		var gone []zone.Record
		for _, name := range []string{"one", "two"} {
			gone = append(gone, zone.Record{Name: name + ".example.com", Type: "A", TTL: 300, Content: "192.0.2.10"})
		}
		found.Records = append(found.Records, gone...)
		if err := r.store.SaveFound(domain, found); err != nil {
			t.Fatal(err)
		}
		if seen := r.look(t, steps.IDDNS); len(seen.Finding.Plan()) != 0 {
			t.Fatalf("planned by itself: %+v", seen.Plan)
		}
		r.update(t, func(s *steps.Settings) { s.Records.Want = []string{gone[0].Key()} })
		r.confirm(t, steps.IDDNS, "create-records")
		var names []string
		r.w.with(func(w *world) {
			for _, rec := range w.records[s.ZoneID] {
				if strings.HasSuffix(rec.Name, "one.example.com") || strings.HasSuffix(rec.Name, "two.example.com") {
					names = append(names, rec.Name)
				}
			}
		})
		if !slices.Equal(names, []string{"one.example.com"}) {
			t.Errorf("written: %v", names)
		}
	})
}

func TestUnknownActions(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		for _, st := range r.steps {
			if st.Info().ID == steps.IDCache || st.Info().ID == steps.IDSecurity || st.Info().ID == steps.IDNotifications {
				continue // their actions are named after the rules they make
			}
			before := len(r.w.changes())
			if _, err := st.Apply(t.Context(), r.settings(t), steps.Action{ID: "nonsense"}); err == nil || len(r.w.changes()) != before {
				t.Errorf("%s: %v", st.Info().ID, err)
			}
		}
	})
}

func TestTryExpression(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		sec := r.step(steps.IDSecurity).(*steps.SecurityStep)
		before := len(r.w.changes())
		if err := sec.TryExpression(t.Context(), r.settings(t), "ip.src.asnum eq 64496"); err != nil {
			t.Error(err)
		}
		err := sec.TryExpression(t.Context(), r.settings(t), "nonsense")
		p, ok := errors.AsType[*steps.Problem](err)
		if !ok || p.Field != "expression" || !strings.Contains(p.Text, "unknown identifier") || len(p.Detail) == 0 {
			t.Errorf("%v", err)
		}
		if n := len(r.w.changes()); n != before {
			t.Error("trying changed something")
		}
	})
}

// The domain was changed while a search of the old one was under way.
func TestASearchForADomainThatWasDropped(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.find(t)
		r.update(t, func(s *steps.Settings) {
			*s = steps.Settings{Installation: s.Installation, Agreed: s.Agreed, AccountID: s.AccountID, Domain: "example.org", Subdomain: "copper-otter"}
		})
		r.w.with(func(w *world) { close(w.searching); w.searching = nil })
		r.wait(t, steps.IDDNS)
		if found, _ := r.store.Found("example.org"); !found.At.IsZero() {
			t.Errorf("%+v", found)
		}
		if s := r.settings(t); s.Domain != "example.org" || s.ZoneID != "" {
			t.Errorf("%+v", s)
		}
	})
}

// The name servers are shown only when they answer every record by themselves,
// whatever the API says.
func TestTheNameServersStayHiddenUntilTheyAnswer(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.w.with(func(w *world) { w.forgetful = "MX" })
		r.look(t, steps.IDAccount)
		r.update(t, func(s *steps.Settings) { s.Domain, s.Subdomain = domain, "copper-otter" })
		r.confirm(t, steps.IDDNS, "create-zone", "find-records")
		r.confirm(t, steps.IDDNS, "create-records")
		f := r.look(t, steps.IDDNS).Finding
		d := f.Detail.(*steps.DNSDetail)
		if !d.Hidden || f.Ask != "" || f.Again == 0 || !strings.Contains(f.Check("answers").Detail, "MX example.com") {
			t.Errorf("hidden %v, asks %q, %+v", d.Hidden, f.Ask, f.Check("answers"))
		}
		r.w.with(func(w *world) { w.forgetful = "" })
		time.Sleep(time.Second)
		f = r.look(t, steps.IDDNS).Finding
		if d := f.Detail.(*steps.DNSDetail); d.Hidden || f.Ask != "registrar" || f.Check("answers").Status != steps.Pass {
			t.Errorf("hidden %v, asks %q, %+v", d.Hidden, f.Ask, f.Check("answers"))
		}
		// A good result is used again for a while, and not for ever.
		r.w.with(func(w *world) { w.forgetful = "MX" })
		time.Sleep(time.Minute)
		if c := r.look(t, steps.IDDNS).Finding.Check("answers"); c.Status != steps.Pass {
			t.Errorf("a minute later: %+v", c)
		}
		time.Sleep(10 * time.Minute)
		if c := r.look(t, steps.IDDNS).Finding.Check("answers"); c.Status != steps.Wait {
			t.Errorf("eleven minutes later: %+v", c)
		}
	})
}

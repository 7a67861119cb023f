package steps_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// unheard is step 2 after a search that no old server answered.
func (r *rig) unheard(t *testing.T) {
	t.Helper()
	r.w.with(func(w *world) { w.oldSilent = true })
	r.look(t, steps.IDAccount)
	r.update(t, func(s *steps.Settings) { s.Domain, s.Subdomain = domain, "copper-otter" })
	if j := r.run(t, steps.IDDNS); j.Problem == nil {
		t.Fatal("the search went well")
	}
}

// part is where step 2 stands.
func (r *rig) part(t *testing.T) (steps.Finding, *steps.DNSDetail) {
	t.Helper()
	f := r.look(t, steps.IDDNS).Finding
	return f, f.Detail.(*steps.DNSDetail)
}

// The move goes to its end without any old server, when the person says that
// there is nothing to take along.
func TestThereIsNothingToTakeAlong(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.unheard(t)
		if f, d := r.part(t); !d.Unheard || d.Part != steps.DNSFind || f.Heading != "None of the old name servers answers" {
			t.Errorf("%s: %q", d.Part, f.Heading)
		}
		if err := r.dns().TakeNothing(domain); err != nil {
			t.Fatal(err)
		}
		f, d := r.part(t)
		if d.Part != steps.DNSRegistrar || f.Ask != "registrar" || f.Check("records").Word != "As you chose" || f.Check("answers").Status != steps.Pass {
			t.Errorf("%s, asks %q: %+v", d.Part, f.Ask, f.Checks)
		}
		// A second thought: a search that again nobody answers takes nothing back.
		if err := r.dns().SearchAgain(domain); err != nil {
			t.Fatal(err)
		}
		if f, _ := r.part(t); planOf(f) != "find-records" {
			t.Errorf("plan: %s", planOf(f))
		}
		r.run(t, steps.IDDNS)
		if f, d := r.part(t); d.Part != steps.DNSRegistrar || !strings.Contains(f.Check("records").Detail, "asked again") {
			t.Errorf("%s: %+v", d.Part, f.Check("records"))
		}
		// Or a file, all of which is to be copied.
		if _, err := r.dns().AddZoneFile(t.Context(), r.settings(t), strings.NewReader("vpn.example.com A 192.0.2.44\n")); err != nil {
			t.Fatal(err)
		}
		r.confirm(t, steps.IDDNS, "create-records")
		err := r.dns().TakeNothing(domain)
		if p, ok := errors.AsType[*steps.Problem](err); !ok || p.Field != "nothing" {
			t.Errorf("records were dropped by a no: %v", err)
		}
	})
}

// A file works although nobody can confirm it, and says so for each record.
func TestAZoneFileThatNobodyConfirms(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.unheard(t)
		got, err := r.dns().AddZoneFile(t.Context(), r.settings(t), strings.NewReader("example.com MX 10 mail.example.com.\nvpn.example.com A 192.0.2.44\n"))
		if want := (steps.Brought{Added: 2, Unconfirmed: 2}); err != nil || got != want {
			t.Fatalf("%+v, %v", got, err)
		}
		found, _ := r.store.Found(domain)
		if found.Unconfirmed() != 2 || !strings.Contains(found.Statement, "None of the old servers could be asked") {
			t.Errorf("%+v", found)
		}
		r.confirm(t, steps.IDDNS, "create-records")
		if f, d := r.part(t); d.Part != steps.DNSRegistrar || !strings.Contains(f.Check("records").Detail, "no old server could be asked") {
			t.Errorf("%s: %+v", d.Part, f.Check("records"))
		}
		// They answer again, and have one of the two.
		r.w.with(func(w *world) {
			w.oldSilent = false
			w.old = append(w.old, zone.Record{Name: "vpn.example.com", Type: "A", TTL: 300, Content: "192.0.2.44"})
		})
		if err := r.dns().SearchAgain(domain); err != nil {
			t.Fatal(err)
		}
		r.run(t, steps.IDDNS)
		found, _ = r.store.Found(domain)
		i := slices.IndexFunc(found.Records, func(r zone.Record) bool { return r.Name == "vpn.example.com" })
		if i < 0 || slices.Contains(found.Records[i].Sources, zone.SourceUnconfirmed) {
			t.Errorf("%+v", found.Records)
		}
	})
}

// A file that is brought while the search hears nobody is what there is.
func TestAZoneFileWhileNobodyAnswers(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.w.with(func(w *world) { w.oldSilent = true })
		r.find(t)
		if _, err := r.dns().AddZoneFile(t.Context(), r.settings(t), strings.NewReader("vpn.example.com A 192.0.2.44\n")); err != nil {
			t.Fatal(err)
		}
		r.w.with(func(w *world) { close(w.searching); w.searching = nil })
		if j := r.wait(t, steps.IDDNS); j.Problem != nil {
			t.Errorf("%+v", j.Problem)
		}
		if f, d := r.part(t); d.Part != steps.DNSCompare || planOf(f) != "create-records" || d.Found.Unconfirmed() != 1 {
			t.Errorf("%s: %s, %+v", d.Part, planOf(f), d.Found)
		}
	})
}

// A domain that became active meanwhile works: nothing is demanded of it, and a
// search is offered, because mail may be missing.
func TestAnActiveDomainNeedsNoSearch(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.unheard(t)
		r.part(t) // the old servers are remembered
		r.w.with(func(w *world) {
			for id, z := range w.zones {
				w.parent = slices.Clone(z.NameServers)
				z.Status, z.Activated = "active", time.Now()
				w.zones[id] = z
			}
		})
		f, d := r.part(t)
		if d.Part != steps.DNSDone || !f.Done() || !d.Unlooked || f.Check("records").Status != steps.Warn || strings.Contains(f.Heading, "nothing was lost") {
			t.Errorf("%s, %s: %+v", d.Part, f.Heading, f.Checks)
		}
		if r.settings(t).Records.Carried {
			t.Error("records were carried that nobody looked for")
		}
		r.w.with(func(w *world) { w.oldSilent = false })
		if err := r.dns().SearchAgain(domain); err != nil {
			t.Fatal(err)
		}
		r.confirm(t, steps.IDDNS, "find-records")
		r.confirm(t, steps.IDDNS, "create-records")
	})
}

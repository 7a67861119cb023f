package move_test

import (
	"strings"
	"testing"

	"github.com/miekg/dns"

	simdns "example.test/wizard/sim/dns"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// TestBadWeather: whatever an old server does, the search ends in a state with a
// name and a next action, and nothing is invented.
func TestBadWeather(t *testing.T) {
	nobody := "None of the old name servers answers"
	for _, tt := range []struct {
		name    string
		server  liar
		state   string   // of the server in the report
		problem string   // the title, when the search cannot go on
		says    []string // parts of the statement
		records []string // all that may be found, by name and type
	}{
		{"refuses", only(dns.RcodeRefused), "refused", nobody, nil, nil},
		{"fails", only(dns.RcodeServerFailure), "servfail", nobody, nil, nil},
		{"knows nothing", only(dns.RcodeNameError), "lame", nobody, nil, nil},
		{"cannot read questions", only(dns.RcodeFormatError), "servfail", nobody, nil, nil},
		{"never answers", silent, "timeout", nobody, nil, nil},
		{"answers another question", forger, "timeout", nobody, nil, nil},
		{"points upwards", upward, "lame", nobody, nil, nil},
		{"has an address for every name", yes, "ok differs", "", []string{"A good guess", "answers for every name below it"}, []string{grand + " A", "*." + grand + " A"}},
		{"runs in circles", round, "ok", "", []string{"A good guess"}, []string{"*." + grand + " CNAME"}},
		{"speaks of another domain", strange, "ok", "", []string{"A good guess"}, nil},
		{"hands over a zone without end", endless, "ok", "", []string{"A good guess"}, nil},
		{"sends sixty thousand bytes a time", giant(), "ok", "", []string{"sent far more data than a zone has"}, []string{grand + " TXT", "*." + grand + " TXT"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, simdns.Domain{Name: grand}, tt.server.serve(t))
			if tt.state == "timeout" {
				r.patience(200)
			}
			f, _ := r.look()
			var problem *steps.Problem
			for _, a := range f.Plan() {
				var err error
				if r.set, err = r.step.Apply(t.Context(), r.set, a); err != nil {
					problem = steps.Explain(err)
				}
			}
			found := r.step.Store.(*kept).found
			if tt.problem != "" {
				if problem == nil || problem.Title != tt.problem || problem.Fix == "" || len(found.Records) > 0 {
					t.Errorf("the problem is %+v, %d records", problem, len(found.Records))
				}
				f, _ = r.look()
				if len(f.Plan()) != 1 || f.Plan()[0].ID != "find-records" || f.Check("records").Status != steps.Warn {
					t.Errorf("the next action is %+v, %+v", f.Plan(), f.Check("records"))
				}
				r.withoutAnswers(tt.state == "timeout")
				return
			}
			if problem != nil {
				t.Fatalf("%+v: %v", problem, problem.Err)
			}
			for _, s := range found.Servers {
				if !strings.Contains(tt.state, s.State) {
					t.Errorf("%s is %q, want %q", s.Server, s.State, tt.state)
				}
			}
			for _, part := range tt.says {
				if !strings.Contains(found.Statement, part) {
					t.Errorf("the statement does not say %q: %s", part, found.Statement)
				}
			}
			check(t, found.Records, tt.records)
			if a := found.Alias; (a != nil && a.Changes) != (tt.state == "ok differs") {
				t.Errorf("addresses that change: %+v", a)
			}
			if f, d := r.look(); len(f.Plan()) == 0 && f.Ask == "" && f.Again == 0 && d.Many == nil {
				t.Errorf("there is no next action: %s", f.Summary)
			}
		})
	}
}

// withoutAnswers goes on where no old server answered: with a zone file, whose
// records nobody can confirm, or with the word that there is nothing.
func (r *rig) withoutAnswers(file bool) {
	r.t.Helper()
	if file {
		got, err := r.step.AddZoneFile(r.t.Context(), r.set, strings.NewReader("$ORIGIN "+grand+".\n$TTL 300\n@ MX 10 mx.example.net.\nwww A 192.0.2.1\n"))
		if want := (steps.Brought{Added: 2, Unconfirmed: 2}); err != nil || got != want {
			r.t.Fatalf("%+v, %v", got, err)
		}
		if f, d := r.look(); d.Part != steps.DNSCompare || len(f.Plan()) != 1 || f.Plan()[0].ID != "create-records" || !strings.Contains(d.Found.Statement, "None of the old servers could be asked") {
			r.t.Errorf("%s: %+v, %s", d.Part, f.Plan(), d.Found.Statement)
		}
	} else {
		must(r.t, r.step.TakeNothing(grand))
		if f, d := r.look(); d.Part != steps.DNSRegistrar || len(f.Plan()) != 0 || f.Check("records").Status != steps.Pass {
			r.t.Errorf("%s: %+v, %+v", d.Part, f.Plan(), f.Check("records"))
		}
	}
	r.confirm()
}

// check holds the records to the names and types that may be there, all of them.
func check(t *testing.T, recs []zone.Record, want []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range recs {
		seen[r.Name+" "+r.Type] = true
	}
	for _, w := range want {
		if !seen[w] {
			t.Errorf("not found: %s", w)
		}
		delete(seen, w)
	}
	for s := range seen {
		t.Errorf("invented: %s", s)
	}
}

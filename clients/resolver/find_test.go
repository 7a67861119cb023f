package resolver_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	mdns "github.com/miekg/dns"

	"example.test/wizard/clients/resolver"
	simdns "example.test/wizard/sim/dns"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// truth is what the zone file of a pretend domain holds, as far as it is carried.
func truth(t *testing.T, domain string) map[string]zone.Record {
	t.Helper()
	out := map[string]zone.Record{}
	for _, d := range simdns.DemoDomains() {
		if d.Name != domain {
			continue
		}
		recs, err := resolver.New(resolver.Config{}).ReadZoneFile(strings.NewReader(d.Zone), domain)
		if err != nil {
			t.Fatal(err)
		}
		kept, _ := zone.Prune(domain, recs)
		for _, r := range kept {
			out[r.Key()] = r
		}
	}
	if len(out) == 0 {
		t.Fatalf("no zone of %s", domain)
	}
	return out
}

func find(t *testing.T, r *resolver.Resolver, domain string, o steps.FindOptions) steps.Found {
	t.Helper()
	found, err := r.Find(limited(t), domain, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// checkFound compares with the zone file: nothing may be invented.
func checkFound(t *testing.T, found steps.Found, want map[string]zone.Record, mayMiss ...string) {
	t.Helper()
	got := map[string]bool{}
	for _, r := range found.Records {
		got[r.Key()] = true
		if w, ok := want[r.Key()]; !ok {
			t.Errorf("invented: %s", r.Key())
		} else if w.TTL != r.TTL || len(r.Sources) == 0 {
			t.Errorf("%s: TTL %d, want %d; sources %q", r.Key(), r.TTL, w.TTL, r.Sources)
		}
	}
	var missed []string
	for key := range want {
		if !got[key] {
			name, _, _ := strings.Cut(key, " ")
			missed = append(missed, strings.TrimSuffix(name, "."+found.Domain))
		}
	}
	slices.Sort(missed)
	slices.Sort(mayMiss)
	if d := cmp.Diff(mayMiss, missed); d != "" {
		t.Errorf("missed: %s", d)
	}
}

func TestFindDemo(t *testing.T) {
	_, r := world(t, simdns.Config{})
	found := find(t, r, simdns.DemoDomain, steps.FindOptions{})
	checkFound(t, found, truth(t, simdns.DemoDomain), "attic-projector", "reel-archive-1974", "reel7x2024._domainkey", "zb48120773")
	if found.Complete != "" || !strings.Contains(found.Statement, "_domainkey") || !slices.Contains(found.Providers, "Fastmail") || !slices.Contains(found.Providers, "Shopify") {
		t.Errorf("%q %q %q", found.Complete, found.Statement, found.Providers)
	}
	if !slices.Equal(found.Wildcards, []string{"*.apps." + simdns.DemoDomain}) || len(found.Unanswered) > 0 {
		t.Errorf("wildcards %q, unanswered %q", found.Wildcards, found.Unanswered)
	}
	for _, s := range found.Servers {
		if s.State != "ok" || s.Transfer != "refused" {
			t.Errorf("%+v", s)
		}
	}
}

// What other sources know is asked for, and completes the list.
func TestFindWithFile(t *testing.T) {
	_, r := world(t, simdns.Config{})
	want := truth(t, simdns.DemoDomain)
	var extra []zone.Record
	for _, rec := range want {
		extra = append(extra, rec)
	}
	found := find(t, r, simdns.DemoDomain, steps.FindOptions{Extra: extra})
	checkFound(t, found, want)
	if found.Complete != "file" {
		t.Errorf("%q: %s", found.Complete, found.Statement)
	}
}

func TestFindByTransfer(t *testing.T) {
	w, r := world(t, simdns.Config{})
	for _, d := range simdns.DemoDomains() {
		if d.Name == simdns.EveryTypeDomain {
			d.Transfer = true
			if err := w.Register(d); err != nil {
				t.Fatal(err)
			}
		}
	}
	found := find(t, r, simdns.EveryTypeDomain, steps.FindOptions{})
	checkFound(t, found, truth(t, simdns.EveryTypeDomain))
	if found.Complete != "transfer" || len(found.LeftOut) != 3 {
		t.Errorf("%q, left out %+v", found.Complete, found.LeftOut)
	}
	for _, s := range found.Servers {
		if s.Transfer != "complete" || s.State != "ok" {
			t.Errorf("%+v", s)
		}
	}
}

func TestFindByWalk(t *testing.T) {
	_, r := world(t, simdns.Config{})
	found := find(t, r, simdns.SignedDomain, steps.FindOptions{})
	checkFound(t, found, truth(t, simdns.SignedDomain))
	if found.Complete != "nsec" {
		t.Errorf("%q: %s", found.Complete, found.Statement)
	}
}

func TestFindEveryType(t *testing.T) {
	_, r := world(t, simdns.Config{})
	want := truth(t, simdns.EveryTypeDomain)
	var names []zone.Record
	for _, rec := range want {
		names = append(names, zone.Record{Name: rec.Name, Type: rec.Type, Content: "unknown", Sources: []string{"scan"}})
	}
	found := find(t, r, simdns.EveryTypeDomain, steps.FindOptions{Extra: names})
	checkFound(t, found, want)
}

func TestFindAwkward(t *testing.T) {
	w, r := world(t, simdns.Config{})
	want := truth(t, simdns.AwkwardDomain)
	var names []zone.Record
	for _, rec := range want {
		names = append(names, zone.Record{Name: rec.Name, Type: "A", Content: "192.0.2.99", Sources: []string{"scan"}})
	}
	found := find(t, r, simdns.AwkwardDomain, steps.FindOptions{Extra: names})
	checkFound(t, found, want)
	// Without the names only what differs from the wildcard, and what the list has.
	found = find(t, r, simdns.AwkwardDomain, steps.FindOptions{})
	var got []string
	for _, rec := range found.Records {
		got = append(got, rec.Name)
	}
	if want := []string{"*.awkward-attic.com", "*.awkward-attic.com", "mail.awkward-attic.com"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if n := w.Questions().Servers[simdns.OldHost1].TCP; n == 0 {
		t.Error("the giant answer was not asked for by TCP")
	}
}

func TestFindWithFaults(t *testing.T) {
	tests := []struct {
		name   string
		fault  simdns.Fault
		state  string
		answer bool
	}{
		{"refused", simdns.Fault{Rcode: mdns.RcodeRefused}, "refused", false},
		{"servfail", simdns.Fault{Rcode: mdns.RcodeServerFailure}, "servfail", false},
		{"lame", simdns.Fault{Lame: true}, "lame", false},
		{"silent", simdns.Fault{Silent: true}, "timeout", false},
		{"truncates", simdns.Fault{Truncate: true}, "ok", true},
		{"NXDOMAIN for empty non-terminals", simdns.Fault{EmptyMissing: true}, "ok", true},
	}
	want := truth(t, simdns.DemoDomain)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, _ := world(t, simdns.Config{})
			r := client(w, patient)
			fault(t, w, simdns.OldHost2, tt.fault)
			found := find(t, r, simdns.DemoDomain, steps.FindOptions{})
			if found.Servers[1].State != tt.state {
				t.Errorf("%+v, want %s", found.Servers[1], tt.state)
			}
			miss := []string{"attic-projector", "reel-archive-1974", "reel7x2024._domainkey", "zb48120773"}
			if tt.name == "NXDOMAIN for empty non-terminals" {
				// "apps" only has something below it, so nothing shows it.
				for _, rec := range found.Records {
					if _, ok := want[rec.Key()]; !ok {
						t.Errorf("invented: %s", rec.Key())
					}
				}
				return
			}
			checkFound(t, found, want, miss...)
		})
	}
}

// A server that limits UDP questions is still asked completely.
func TestFindWithRateLimit(t *testing.T) {
	t.Parallel()
	w, _ := world(t, simdns.Config{})
	for _, s := range []string{simdns.OldHost1, simdns.OldHost2} {
		fault(t, w, s, simdns.Fault{Limit: 200})
	}
	r := resolver.New(resolver.Config{
		Servers: w.Addresses(), Resolvers: resolver.StandIns(w.Resolvers()), Timeout: patient, Rate: 2000,
	})
	found := find(t, r, simdns.DemoDomain, steps.FindOptions{})
	checkFound(t, found, truth(t, simdns.DemoDomain), "attic-projector", "reel-archive-1974", "reel7x2024._domainkey", "zb48120773")
	if w.Questions().Servers[simdns.OldHost1].Dropped == 0 {
		t.Error("nothing was dropped: the test tests nothing")
	}
}

func TestFindStaleServer(t *testing.T) {
	w, r := world(t, simdns.Config{})
	file := "$TTL 300\n@ SOA ns. host. %d 1 1 1 1\n@ NS dns1.registrar-servers.com.\n@ NS dns2.registrar-servers.com.\n@ A 192.0.2.1\n"
	err := w.Register(simdns.Domain{
		Name:      "two-minds.com",
		Zone:      strings.Replace(file, "%d", "2", 1) + "www A 192.0.2.2\n",
		StaleZone: strings.Replace(file, "%d", "1", 1) + "www A 192.0.2.9\nblog A 192.0.2.3\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	found := find(t, r, "two-minds.com", steps.FindOptions{})
	if found.Servers[0].State != "ok" || found.Servers[1].State != "differs" || !strings.Contains(found.Servers[1].Detail, "A www.two-minds.com") {
		t.Errorf("%+v", found.Servers)
	}
	if len(found.Records) != 4 {
		t.Errorf("%+v", found.Records)
	}
}

func TestFindStops(t *testing.T) {
	w, _ := world(t, simdns.Config{})
	r := resolver.New(resolver.Config{Servers: w.Addresses(), Resolvers: resolver.StandIns(w.Resolvers()), Rate: 500})
	ctx, cancel := context.WithCancel(limited(t))
	defer cancel()
	found, err := r.Find(ctx, simdns.DemoDomain, steps.FindOptions{}, func(p zone.Progress) {
		if p.Part == zone.PartWords && p.Done > 20 {
			cancel()
		}
	})
	if err != nil || !found.Stopped || len(found.Records) < 14 {
		t.Errorf("%v, stopped %v, %d records", err, found.Stopped, len(found.Records))
	}
}

func TestFindUnregistered(t *testing.T) {
	_, r := world(t, simdns.Config{})
	if _, err := r.Find(limited(t), simdns.UnregisteredDomain, steps.FindOptions{}, nil); err == nil {
		t.Error("a domain without servers gives no error")
	}
}

package zone_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps/zone"
)

// find runs a search in which time passes by itself.
func find(t *testing.T, w world, change func(*zone.Finder)) (found zone.Found) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := zone.Finder{Asker: w, Domain: "x.com"}
		for name := range w {
			f.Servers = append(f.Servers, name)
		}
		slices.Sort(f.Servers)
		if change != nil {
			change(&f)
		}
		var err error
		if found, err = f.Find(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	return found
}

func one(lines ...string) world {
	return world{"ns1": {domain: "x.com", serial: 1, records: recs(lines...)}}
}

func lines(list []zone.Record) []string {
	var out []string
	for _, r := range list {
		out = append(out, r.Name+" "+r.Type+" "+r.Content)
	}
	slices.Sort(out)
	return out
}

func sourcesOf(f zone.Found, name string) []string {
	for _, r := range f.Records {
		if r.Name == name {
			return r.Sources
		}
	}
	return nil
}

func TestFind(t *testing.T) {
	tests := []struct {
		name    string
		records []string
		want    []string // nil: all records
		unknown []string
	}{
		{
			"words, providers and underscores",
			[]string{
				`x.com A 192.0.2.1`, `x.com MX 10 in1-smtp.messagingengine.com.`, `www.x.com CNAME x.com.`, `fm1._domainkey.x.com CNAME fm1.x.com.dkim.fmhosted.com.`,
				`_dmarc.x.com TXT "v=DMARC1"`, `plex.x.com A 192.0.2.2`, `plex.x.com AAAA 2001:db8::2`, `_minecraft._tcp.x.com SRV 0 0 25565 plex.x.com.`,
			},
			nil, nil,
		},
		{
			"what records name is looked at",
			[]string{`x.com MX 10 oddly-named.x.com.`, `oddly-named.x.com A 192.0.2.1`, `x.com TXT "v=spf1 include:strange.x.com -all"`, `strange.x.com TXT "v=spf1 -all"`},
			nil, nil,
		},
		{
			"what is below a name without records is asked for, or said to be unknown",
			[]string{`www.apps.x.com A 192.0.2.1`, `qqqq.api.x.com A 192.0.2.2`, `zzz._domainkey.x.com TXT "v=DKIM1"`},
			[]string{`www.apps.x.com A 192.0.2.1`},
			[]string{"_domainkey.x.com", "api.x.com"},
		},
		{
			"below a wildcard only what differs from it, in any type",
			[]string{
				`*.x.com A 192.0.2.9`, `*.x.com TXT "w"`, `www.x.com A 192.0.2.9`, `www.x.com TXT "w"`, `www.x.com MX 10 m.y.`, `blog.x.com A 192.0.2.1`,
				`nas.x.com A 192.0.2.9`, `_dmarc.x.com TXT "v=DMARC1"`, `_imaps._tcp.x.com SRV 0 0 993 m.y.`, `api.x.com A 192.0.2.9`, `api.x.com TXT "w"`,
			},
			[]string{
				`*.x.com A 192.0.2.9`, `*.x.com TXT "w"`, `www.x.com A 192.0.2.9`, `www.x.com TXT "w"`, `www.x.com MX 10 m.y.`, `blog.x.com A 192.0.2.1`,
				`nas.x.com A 192.0.2.9`, `_dmarc.x.com TXT "v=DMARC1"`, `_imaps._tcp.x.com SRV 0 0 993 m.y.`,
			},
			nil,
		},
		{
			"a wildcard below a level, beside a name that is in no list",
			[]string{`*.dev.x.com CNAME y.com.`, `special.dev.x.com A 192.0.2.4`, `*.shop.x.com A 192.0.2.3`, `shop.x.com A 192.0.2.3`},
			[]string{`*.dev.x.com CNAME y.com.`, `*.shop.x.com A 192.0.2.3`, `shop.x.com A 192.0.2.3`},
			nil,
		},
		{
			"a delegated part keeps its name servers and glue only",
			[]string{`lab.x.com NS ns1.lab.x.com.`, `lab.x.com NS ns.other.net.`, `lab.x.com DS 1 13 2 aa`, `ns1.lab.x.com A 192.0.2.7`, `www.lab.x.com A 192.0.2.8`, `_dmarc.x.com NS ns1.vali.email.`},
			[]string{`lab.x.com NS ns1.lab.x.com.`, `lab.x.com NS ns.other.net.`, `lab.x.com DS 1 13 2 aa`, `ns1.lab.x.com A 192.0.2.7`, `_dmarc.x.com NS ns1.vali.email.`},
			nil,
		},
		{
			"mail below a sub-domain",
			[]string{`mg.x.com MX 10 mxa.mailgun.org.`, `mg.x.com TXT "v=spf1 include:mailgun.org ~all"`, `pic._domainkey.mg.x.com TXT "k=rsa"`, `email.mg.x.com CNAME mailgun.org.`, `_dmarc.mg.x.com TXT "v=DMARC1"`},
			nil, nil,
		},
		{
			"mail of an unknown service below a sub-domain",
			[]string{`news.x.com MX 10 post.other.net.`, `dkim._domainkey.news.x.com TXT "k=rsa"`, `_imaps._tcp.news.x.com SRV 0 0 993 post.other.net.`},
			nil, nil,
		},
		{"aliases that bite their tails", []string{`www.x.com CNAME mail.x.com.`, `mail.x.com CNAME www.x.com.`, `ftp.x.com CNAME ftp.x.com.`}, nil, nil},
		{"nothing at all", nil, []string{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := find(t, one(tt.records...), nil)
			want := tt.want
			if want == nil {
				want = tt.records
			}
			if d := cmp.Diff(sorted(want), lines(found.Records)); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tt.unknown, found.Unknown); d != "" {
				t.Error(d)
			}
			for _, r := range found.Records {
				if len(r.Sources) == 0 {
					t.Errorf("%s says not how it was found", r.Key())
				}
			}
			if found.Complete != "" || !strings.HasPrefix(found.Statement, "A good guess") {
				t.Errorf("a guess calls itself %q: %s", found.Complete, found.Statement)
			}
		})
	}
}

func sorted(list []string) []string {
	out := append([]string{}, list...)
	slices.Sort(out)
	if len(out) == 0 {
		return nil
	}
	return out
}

func TestFindTransfer(t *testing.T) {
	w := one(`x.com A 192.0.2.1`, `x.com NS ns1.`, `unguessable.x.com A 192.0.2.2`, `lab.x.com NS ns.lab.x.com.`, `ns.lab.x.com A 192.0.2.3`, `deep.lab.x.com A 192.0.2.4`)
	w["ns1"].transfer = true
	found := find(t, w, func(f *zone.Finder) {
		f.Extra = []zone.Record{{Name: "x.com", Type: "A", Content: "192.0.2.1", Sources: []string{"scan"}}}
	})
	want := []string{`lab.x.com NS ns.lab.x.com.`, `ns.lab.x.com A 192.0.2.3`, `unguessable.x.com A 192.0.2.2`, `x.com A 192.0.2.1`}
	if d := cmp.Diff(want, lines(found.Records)); d != "" {
		t.Error(d)
	}
	if found.Complete != "transfer" || found.Servers[0].Transfer != "complete" || len(found.LeftOut) != 3 {
		t.Errorf("got %q, %+v, left out %+v", found.Complete, found.Servers, found.LeftOut)
	}
	if got := sourcesOf(found, "x.com"); !slices.Equal(got, []string{"axfr", "scan"}) {
		t.Errorf("sources %q", got)
	}
}

func TestFindServerStates(t *testing.T) {
	w := one(`x.com A 192.0.2.1`)
	w["ns2"] = &server{domain: "x.com", refuse: true}
	w["ns3"] = &server{domain: "x.com", lame: true}
	w["ns4"] = &server{domain: "x.com", silent: true}
	found := find(t, w, nil)
	var states []string
	for _, s := range found.Servers {
		states = append(states, s.State)
	}
	if want := []string{"ok", "refused", "lame", "timeout"}; !slices.Equal(states, want) {
		t.Errorf("states %q, want %q", states, want)
	}
	if len(found.Records) != 1 {
		t.Errorf("found %q", lines(found.Records))
	}
}

func TestFindServersDiffer(t *testing.T) {
	for _, serial := range []int{1, 2} {
		w := one(`x.com A 192.0.2.1`, `www.x.com A 192.0.2.1`)
		w["ns2"] = &server{domain: "x.com", serial: serial, records: recs(`x.com A 192.0.2.1`, `www.x.com A 192.0.2.2`, `blog.x.com A 192.0.2.3`)}
		found := find(t, w, nil)
		differs := 0
		for _, s := range found.Servers {
			if s.State == "differs" {
				differs++
				if !strings.Contains(s.Detail, "A www.x.com") {
					t.Errorf("serial %d: the detail says not which: %q", serial, s.Detail)
				}
			}
		}
		if differs != 1 || !strings.Contains(found.Statement, "contradict") {
			t.Errorf("serial %d: %d servers differ: %s", serial, differs, found.Statement)
		}
		// With different versions every server is asked for every name.
		if both := lines(found.Records); serial == 2 && !slices.Contains(both, `blog.x.com A 192.0.2.3`) || !slices.Contains(both, `www.x.com A 192.0.2.2`) {
			t.Errorf("serial %d: found %q", serial, both)
		}
	}
}

func TestFindOddServers(t *testing.T) {
	zoneLines := []string{`x.com A 192.0.2.1`, `www.x.com A 192.0.2.1`, `fm1._domainkey.x.com CNAME a.b.`, `_imaps._tcp.x.com SRV 0 0 993 m.y.`, `_dmarc.x.com TXT "v=DMARC1"`}
	for name, odd := range map[string]func(*server){
		"never says NXDOMAIN":              func(s *server) { s.noDenial = true },
		"NXDOMAIN for empty non-terminals": func(s *server) { s.emptyMissing = true },
		"drops every third question":       func(s *server) { s.drop = func(n int) bool { return n%3 == 0 } },
	} {
		t.Run(name, func(t *testing.T) {
			w := one(zoneLines...)
			odd(w["ns1"])
			found := find(t, w, nil)
			if d := cmp.Diff(sorted(zoneLines), lines(found.Records)); d != "" {
				t.Error(d)
			}
			if len(found.Wildcards) > 0 || len(found.Unknown) > 0 {
				t.Errorf("wildcards %q, unknown %q", found.Wildcards, found.Unknown)
			}
		})
	}
}

func TestFindWildcardWithoutStar(t *testing.T) {
	w := one(`*.x.com A 192.0.2.9`, `www.x.com A 192.0.2.1`)
	w["ns1"].noStar = true
	found := find(t, w, nil)
	if d := cmp.Diff([]string{`*.x.com A 192.0.2.9`, `www.x.com A 192.0.2.1`}, lines(found.Records)); d != "" {
		t.Error(d)
	}
}

func TestFindUnanswered(t *testing.T) {
	w := one(`x.com A 192.0.2.1`)
	found := find(t, world{"ns1": w["ns1"]}, func(f *zone.Finder) { f.Asker = deaf{w, "nas.x.com"} })
	if !slices.Equal(found.Unanswered, []string{"nas.x.com"}) || !strings.Contains(found.Statement, "For 1 name no server gave an answer.") {
		t.Errorf("unanswered %q: %s", found.Unanswered, found.Statement)
	}
}

// deaf is a world that never answers for one name.
type deaf struct {
	world
	name string
}

func (d deaf) Ask(ctx context.Context, to, name, rtype string) (zone.Answer, error) {
	if name == d.name {
		return zone.Answer{Rcode: "timeout"}, nil
	}
	return d.world.Ask(ctx, to, name, rtype)
}

func TestFindExtra(t *testing.T) {
	extra := []zone.Record{
		{Name: "Odd-Name.x.com.", Type: "TXT", Content: `"kept"`, Sources: []string{"file"}},
		{Name: "gone.x.com", Type: "A", Content: "192.0.2.66", Sources: []string{"file"}},
	}
	found := find(t, one(`odd-name.x.com TXT "kept"`, `odd-name.x.com A 192.0.2.1`), func(f *zone.Finder) { f.Extra = extra })
	if d := cmp.Diff([]string{`odd-name.x.com A 192.0.2.1`, `odd-name.x.com TXT "kept"`}, lines(found.Records)); d != "" {
		t.Error(d)
	}
	if found.Complete != "file" || found.Unconfirmed() != 0 || !slices.Contains(sourcesOf(found, "odd-name.x.com"), "file") {
		t.Errorf("complete %q, sources %q", found.Complete, sourcesOf(found, "odd-name.x.com"))
	}
	// When the old servers are gone, the file is all there is.
	found = find(t, world{"ns1": {domain: "x.com", silent: true}}, func(f *zone.Finder) { f.Extra = extra })
	if len(found.Records) != 2 || found.Unconfirmed() != 2 || !strings.Contains(found.Statement, "None of the old servers could be asked") {
		t.Errorf("found %q: %s", lines(found.Records), found.Statement)
	}
}

func TestFindKeepsItsPace(t *testing.T) {
	w := one(`x.com A 192.0.2.1`, `www.x.com A 192.0.2.1`)
	w["ns1"].delay = 20 * time.Millisecond
	w["ns2"] = &server{domain: "x.com", serial: 1, records: w["ns1"].records, delay: 20 * time.Millisecond}
	start, end := time.Time{}, time.Time{}
	synctest.Test(t, func(t *testing.T) {
		start = time.Now()
		f := zone.Finder{Asker: w, Domain: "x.com", Servers: []string{"ns1", "ns2"}}
		if _, err := f.Find(t.Context()); err != nil {
			t.Fatal(err)
		}
		end = time.Now()
	})
	for name, s := range w {
		if len(s.times) < 400 {
			t.Errorf("%s was asked %d times only", name, len(s.times))
		}
		slices.SortFunc(s.times, time.Time.Compare)
		for i := 20; i < len(s.times); i++ {
			if within := s.times[i].Sub(s.times[i-20]); within < time.Second-time.Millisecond {
				t.Fatalf("%s was asked 21 times in %v", name, within)
			}
		}
	}
	if took := end.Sub(start); took > 2*time.Minute {
		t.Errorf("the search took %v", took)
	}
}

func TestFindStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := one(`x.com A 192.0.2.1`, `www.x.com A 192.0.2.1`)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		f := zone.Finder{Asker: w, Domain: "x.com", Servers: []string{"ns1"}}
		found, err := f.Find(ctx)
		if err != nil || !found.Stopped || found.Complete != "" || !strings.Contains(found.Statement, "stopped") {
			t.Errorf("got %v, stopped %v: %s", err, found.Stopped, found.Statement)
		}
		if !slices.Contains(lines(found.Records), `x.com A 192.0.2.1`) {
			t.Errorf("what was found by then is lost: %q", lines(found.Records))
		}
		if ctx.Err() == nil {
			t.Error("ended before it was told to")
		}
	})
}

func TestFindReports(t *testing.T) {
	var mu sync.Mutex
	last := map[string]zone.Progress{}
	var order []string
	find(t, one(`x.com A 192.0.2.1`, `www.x.com A 192.0.2.1`), func(f *zone.Finder) {
		f.Report = func(p zone.Progress) {
			if !mu.TryLock() {
				t.Error("reports overlap")
				return
			}
			defer mu.Unlock()
			if _, ok := last[p.Part]; !ok {
				order = append(order, p.Part)
			}
			last[p.Part] = p
			if p.Done > p.Total || len(p.Last) > 5 {
				t.Errorf("%+v", p)
			}
		}
	})
	if want := []string{"transfer", "nsec", "providers", "scan", "words", "underscore"}; !slices.Equal(order, want) {
		t.Errorf("parts %q, want %q", order, want)
	}
	if p := last["words"]; p.State != "done" || p.Done != p.Total || p.Total < 600 || p.Found != 1 {
		t.Errorf("words: %+v", p)
	}
}

func TestFindDeep(t *testing.T) {
	w := one(`x.com A 192.0.2.1`, `plex-test.x.com A 192.0.2.2`)
	if got := lines(find(t, w, nil).Records); len(got) != 1 {
		t.Errorf("an ordinary search found %q", got)
	}
	found := find(t, w, func(f *zone.Finder) { f.Deep = true })
	if len(found.Records) != 2 || found.Asked < 5000 {
		t.Errorf("a deep search found %q with %d names", lines(found.Records), found.Asked)
	}
}

func TestFindNeedsServers(t *testing.T) {
	if _, err := (&zone.Finder{Domain: "x.com", Asker: world{}}).Find(t.Context()); err == nil {
		t.Error("a search without servers gives no error")
	}
}

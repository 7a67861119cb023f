package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

func TestDomainForm(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDDNS, steps.Finding{Ask: "domain", Detail: &steps.DNSDetail{Part: steps.DNSDomain}})
	b := w.open()
	b.get("/steps/dns").has(`form[action="/steps/dns/choose"] input[name="domain"]`, `button[data-next]`)
	for _, typed := range []string{"", "attic.local", "192.0.2.1", "co.uk", "plex", `"><script>alert(1)</script>`, "one two"} {
		a := b.post("/steps/dns/choose", "domain", typed)
		refused(t, a, "domain", a.text(`.errors a[href="#domain"]`))
		if a.value("domain") != typed {
			t.Errorf("typed %q, kept %q", typed, a.value("domain"))
		}
		a.hasNot("main script")
	}
	if w.store.now().Domain != "" {
		t.Error("one of them was taken")
	}
	for typed, want := range map[string]string{"example.com": "example.com", "HTTPS://WWW.Example.COM/x": "example.com", "bücher.example.org.": "example.org", "robin@example.co.uk": "example.co.uk"} {
		b.post("/steps/dns/choose", "domain", typed).leads("/steps/dns")
		if got := w.store.now().Domain; got != want {
			t.Errorf("%q gives %q", typed, got)
		}
	}
	if got := w.store.now().Subdomain; got != "storeroom-parachute" {
		t.Errorf("the name was to be drawn: %q", got)
	}
}

// TestDomainThatIsThere: what the account has already is chosen by one press.
func TestDomainThatIsThere(t *testing.T) {
	w := newWorld(t)
	there := []string{"example.com", "xn--bcher-kva.example"}
	for i := range 30 {
		there = append(there, fmt.Sprintf("z%02d.example", i))
	}
	w.shows(steps.IDDNS, steps.Finding{Ask: "domain", Detail: &steps.DNSDetail{Part: steps.DNSDomain, There: there}})
	b := w.open()
	a := b.get("/steps/dns")
	a.has(`button[name="zone"][value="example.com"]`, `button[name="zone"][value="xn--bcher-kva.example"]`, `button[data-next]`)
	a.says("bücher.example", "Already in your Cloudflare account")
	if n := a.page().Find(`button[name="zone"]`).Length(); n != 12 {
		t.Errorf("%d are offered", n)
	}
	b.post("/steps/dns/choose", "domain", "", "zone", "xn--bcher-kva.example").leads("/steps/dns")
	if got := w.store.now().Domain; got != "xn--bcher-kva.example" {
		t.Errorf("it is %q", got)
	}
	refused(t, b.post("/steps/dns/choose", "domain", "", "zone", "x y"), "domain", "“x y” is not a domain. Type the domain that you own, such as example.com.")
}

// TestDomainRemark: a name below a domain is understood, and it is said once.
func TestDomainRemark(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDDNS, steps.Finding{Ask: "domain", Detail: &steps.DNSDetail{Part: steps.DNSDomain}})
	b := w.open()
	b.post("/steps/dns/choose", "domain", "plex.example.com").leads("/steps/dns")
	if got := b.get("/steps/dns").text(".flash"); !strings.Contains(got, "example.com") {
		t.Errorf("it says %q", got)
	}
}

// TestAnotherDomain forgets what belongs to the one before, and only then.
func TestAnotherDomain(t *testing.T) {
	w := newWorld(t)
	full := steps.Settings{
		Domain: "example.com", ZoneID: "z1", ZoneCreated: true, OldServers: []string{"ns1.old.test"}, Subdomain: "movies", Told: w.clock.Now(), Asked: w.clock.Now(),
		Records: steps.RecordChoices{Skip: []string{"x"}}, Story: []steps.Moment{{What: "seen"}}, Agreed: w.clock.Now(), TunnelID: "t1",
	}
	w.settings(func(s *steps.Settings) { *s = full })
	b := w.open()
	b.post("/steps/dns/choose", "domain", "example.com").leads("/steps/dns")
	if s := w.store.now(); s.ZoneID != "z1" || s.Told.IsZero() || len(s.Records.Skip) != 1 {
		t.Errorf("the same domain forgot: %+v", s)
	}
	b.post("/steps/dns/choose", "domain", "example.org").leads("/steps/dns")
	if s := w.store.now(); s.ZoneID != "" || s.ZoneCreated || s.OldServers != nil || s.Records.Skip != nil || s.Story != nil || !s.Told.IsZero() || !s.Asked.IsZero() || s.Subdomain != "movies" || s.TunnelID != "t1" {
		t.Errorf("%+v", s)
	}
}

// TestDomainFormInLaterParts: the form is reached by a link then, and a refusal
// must not lose it.
func TestDomainFormInLaterParts(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := planned(steps.Action{ID: "create-zone", Verb: steps.Create, What: "Add the domain to Cloudflare"})
	f.Detail = &steps.DNSDetail{Part: steps.DNSFind}
	w.shows(steps.IDDNS, f)
	b := w.open()
	b.get("/steps/dns").has(`a[href="/steps/dns?part=domain"]`, `[data-action="create-zone"]`)
	if got := b.get("/steps/dns?part=domain").value("domain"); got != "example.com" {
		t.Errorf("proposed %q", got)
	}
	a := b.post("/steps/dns/choose", "domain", "attic.local")
	refused(t, a, "domain", a.text(`.errors a[href="#domain"]`))
	if a.value("domain") != "attic.local" {
		t.Errorf("kept %q", a.value("domain"))
	}
}

// compared is step 2 with one record of each kind.
func compared() steps.Finding {
	www, mail, shop := zone.Record{Name: "www.example.com", Type: "A", Content: "192.0.2.1"}, zone.Record{Name: "example.com", Type: "MX", Content: "10 mx.old.test"}, zone.Record{Name: "shop.example.com", Type: "CNAME", Content: "shops.test"}
	elsewhere := zone.Record{Name: "example.com", Type: "MX", Content: "10 mx.new.test"}
	rows := []zone.Row{{State: zone.Missing, Old: &www}, {State: zone.Differs, Old: &mail, Cloud: &elsewhere}, {State: zone.Same, Old: &shop, Cloud: &shop}}
	f := planned(steps.Action{ID: "create-records", Verb: steps.Create, What: "Create 1 record", Rows: []steps.Row{steps.Code("A www", "192.0.2.1")}})
	f.Detail = &steps.DNSDetail{Part: steps.DNSCompare, Rows: rows, Found: steps.Found{Domain: "example.com", Records: []zone.Record{www, mail, shop}}, Unsafe: rows[1:2], Zone: steps.Zone{NameServers: []string{"ada.ns.cloudflare.com", "bob.ns.cloudflare.com"}}}
	return f
}

// TestCompareIsThePlan: where nothing is overwritten, the table shows every value,
// so the yes is given there. Other ticks are another plan, which is shown first.
func TestCompareIsThePlan(t *testing.T) {
	f := compared()
	d := f.Detail.(*steps.DNSDetail)
	d.Rows, d.Unsafe = d.Rows[:1], nil
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain, s.OldServers = "example.com", []string{"ns1.old.test"} })
	w.steps[steps.IDDNS].set(func(s steps.Settings) (steps.Finding, error) {
		if len(s.Records.Skip) > 0 {
			g := f
			g.Actions = []steps.Action{{ID: "create-records", Verb: steps.Create, What: "Create 0 records"}}
			return g, nil
		}
		return f, nil
	})
	b := w.open()
	page := b.get("/steps/dns")
	plan := page.value("plan")
	if got := page.text("button[data-next]"); got != "Copy 1 record" || plan == "" {
		t.Fatalf("the button says %q, the plan is %q", got, plan)
	}
	www := d.Rows[0].Old.Key()
	b.post("/steps/dns/choose", "do", "review", "plan", plan).leads("/steps/dns?part=plan") // its tick was taken away
	b.post("/steps/dns/choose", "do", "review", "create", www, "plan", "0000").leads("/steps/dns?part=plan")
	if w.steps[steps.IDDNS].count() != 0 {
		t.Fatal("something was done that nobody saw")
	}
	b.post("/steps/dns/choose", "do", "review", "create", www, "plan", plan).leads("/steps/dns")
	eventually(t, "the record is made", func() bool { return slices.Equal(w.steps[steps.IDDNS].done(), []string{"create-records"}) })
}

func TestCompareForm(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain, s.OldServers = "example.com", []string{"ns1.old.test"} })
	w.shows(steps.IDDNS, compared())
	b := w.open()
	page := b.get("/steps/dns")
	page.has(`input[name="create"][checked]`, `input[name="change"][checked]`, `[data-group="missing"]`, `[data-group="differs"]`, `[data-group="same"]`)
	page.says("3 records were found. 1 is missing at Cloudflare and 1 differs.")
	if got := page.text("button[data-next]"); got != "Review: create 1 and change 1" {
		t.Errorf("the button says %q", got)
	}
	d := compared().Detail.(*steps.DNSDetail)
	www, mail := d.Rows[0].Old.Key(), d.Rows[1].Old.Key()

	b.post("/steps/dns/choose", "do", "review", "create", www, "proxy", www).leads("/steps/dns?part=plan")
	if s := w.store.now().Records; !slices.Equal(s.Skip, []string{mail}) || !slices.Equal(s.Proxy, []string{www}) || s.Override {
		t.Errorf("%+v", s)
	}
	b.post("/steps/dns/choose", "do", "review", "create", www, "change", mail, "override", "MX of another name").leads("/steps/dns?part=plan")
	if s := w.store.now().Records; len(s.Skip) != 0 || len(s.Proxy) != 0 || s.Override {
		t.Errorf("%+v", s)
	}
	b.post("/steps/dns/choose", "do", "review", "override", mail).leads("/steps/dns?part=plan")
	if s := w.store.now().Records; !s.Override {
		t.Error("a no that names every record is not heard")
	}
	plan := b.get("/steps/dns?part=plan")
	plan.has(`form[action="/steps/dns/apply"]`, `[data-action="create-records"]`)
	plan.says("We will copy 1 record")
}

func TestAddRecordForm(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	w.shows(steps.IDDNS, compared())
	b := w.open()
	a := b.post("/steps/dns/choose", "do", "add", "type", "TXT", "name", "_dmarc", "content", "v=DMARC1")
	refused(t, a, "record_name", "The old servers have no TXT record of _dmarc.example.com that is not in the list")
	if a.value("name") != "_dmarc" || a.value("content") != "v=DMARC1" || a.text(`select[name="type"] option[selected]`) != "TXT" {
		t.Errorf("kept %q %q %q", a.value("name"), a.value("content"), a.text("option[selected]"))
	}
	a = b.post("/steps/dns/choose", "do", "add", "type", "MX", "name", "lost", "content", "mail.example.com")
	redrawn(t, a, http.StatusBadGateway, "record_name", "This computer cannot reach the other side")
	if a.value("name") != "lost" || a.value("content") != "mail.example.com" || a.text(`select[name="type"] option[selected]`) != "MX" {
		t.Errorf("kept %q %q %q", a.value("name"), a.value("content"), a.text("option[selected]"))
	}
	b.post("/steps/dns/choose", "do", "add", "type", "A", "name", "Shop.").leads("/steps/dns")
	if f, _ := w.store.Found("example.com"); len(f.Records) != 1 || f.Records[0].Name != "shop.example.com" || !slices.Equal(f.Records[0].Sources, []string{"person"}) {
		t.Errorf("%+v", f.Records)
	}
	if got := b.get("/steps/dns").text(".flash"); !strings.Contains(got, "answer 1 record for shop.example.com") {
		t.Errorf("it says %q", got)
	}
}

func TestZoneFileForm(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	w.shows(steps.IDDNS, compared())
	b := w.open()
	refused(t, b.post("/steps/dns/choose", "do", "file"), "zone_file", "Choose a file, or paste its text")
	a := b.post("/steps/dns/choose", "do", "file", "zone_text", "www A 192.0.2.1\nnonsense <b>")
	refused(t, a, "zone_file", `This is not a zone file that the wizard can read: line 2: "nonsense <b>" is no record`)
	if a.value("zone_text") != "www A 192.0.2.1\nnonsense <b>" {
		t.Errorf("kept %q", a.value("zone_text"))
	}
	a.hasNot("main b")
	b.post("/steps/dns/choose", "do", "file", "zone_text", "www A 192.0.2.1").leads("/steps/dns")
	if got := b.get("/steps/dns").text(".flash"); !strings.Contains(got, "1 record that was not found before") {
		t.Errorf("it says %q", got)
	}
	if f, _ := w.store.Found("example.com"); f.Complete != "file" {
		t.Errorf("%+v", f)
	}
	b.post("/steps/dns/choose", "do", "again").leads("/steps/dns")
	if f, _ := w.store.Found("example.com"); !f.Due || len(f.Records) != 1 {
		t.Errorf("a new search: %+v", f)
	}
}

// TestChanged: the person says that the registrar knows; the first time counts.
func TestChanged(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	b.post("/steps/dns/choose", "do", "changed").leads("/steps/dns")
	first := w.store.now().Told
	w.clock.add(time.Hour)
	b.post("/steps/dns/choose", "do", "changed").leads("/steps/dns")
	if got := w.store.now().Told; first.IsZero() || !got.Equal(first) {
		t.Errorf("told at %s, then %s", first, got)
	}
}

// TestStopSearch ends the search for records at once.
func TestStopSearch(t *testing.T) {
	w := newWorld(t)
	step := w.steps[steps.IDDNS]
	f := planned(steps.Action{ID: "find-records", Verb: steps.Look, What: "Find every record"})
	f.Detail = &steps.DNSDetail{Part: steps.DNSFind}
	w.shows(steps.IDDNS, f)
	step.hold()
	b := w.open()
	b.post("/steps/dns/apply", "plan", planOf(t, b.get("/steps/dns"))).leads("/steps/dns")
	step.atWork(t, 1)
	a := b.get("/steps/dns")
	a.is(200)
	a.has(`button[name="do"][value="stop"]`, `[data-check="part-begin"][data-status="wait"]`)
	polled(t, a, "/steps/dns/checks", "every 1s")
	b.post("/steps/dns/choose", "do", "stop").leads("/steps/dns")
	eventually(t, "the search ends", func() bool { j, _ := w.engine.Job(steps.IDDNS); return !j.Running() })
}

// TestDomainOfAnotherAccount: one button makes that account the one to work in,
// as long as nothing was made in the one of before.
func TestDomainOfAnotherAccount(t *testing.T) {
	w := newWorld(t)
	away := &steps.DNSDetail{Part: steps.DNSDomain, Elsewhere: steps.Account{ID: "a2", Name: "Work"}}
	w.shows(steps.IDDNS, steps.Finding{Checks: []steps.Check{{Name: "zone", Title: "Account", Status: steps.Fail, Detail: "In Work", Fix: steps.Fix{Text: "x"}}}, Detail: away})
	w.settings(func(s *steps.Settings) {
		s.AccountID, s.AccountName, s.Domain, s.ZoneID = "a1", "Home", "example.com", "z1"
	})
	b := w.open()
	page := b.get("/steps/dns")
	page.has(`button[data-next][name="do"][value="account"]`)
	page.hasNot(`input[name="domain"]`)
	if text := page.text("main"); !strings.Contains(text, "Work in the account “Work”") || !strings.Contains(text, "In Work") {
		t.Errorf("it says %s", text)
	}
	b.get("/steps/dns?part=domain").has(`input[name="domain"]`)
	w.settings(func(s *steps.Settings) { s.TunnelID = "t1" })
	refused(t, b.post("/steps/dns/choose", "do", "account"), "domain", "The tunnel was set up in the account Home. Remove it under Undo first")
	w.settings(func(s *steps.Settings) { s.TunnelID = "" })
	b.post("/steps/dns/choose", "do", "account").leads("/steps/dns")
	if s := w.store.now(); s.AccountID != "a2" || s.AccountName != "Work" || s.ZoneID != "z1" {
		t.Errorf("%+v", s)
	}
	w.shows(steps.IDDNS, steps.Finding{Detail: &steps.DNSDetail{Part: steps.DNSDomain}})
	refused(t, b.post("/steps/dns/choose", "do", "account"), "domain", "The domain is in no other account any more")
}

package web_test

import (
	"slices"
	"strings"
	"testing"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// TestTickAll: a whole group is ticked or unticked at once; the other ticks stay.
func TestTickAll(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := compared()
	d := f.Detail.(*steps.DNSDetail)
	nas := zone.Record{Name: "nas.example.com", Type: "A", Content: "192.0.2.3"}
	d.Rows = append(d.Rows, zone.Row{State: zone.Missing, Old: &nas})
	w.shows(steps.IDDNS, f)
	b := w.open()
	page := b.get("/steps/dns")
	page.has(`[data-group="missing"] button[value="all-missing"]`, `[data-group="missing"] button[value="none-missing"]`)
	page.hasNot(`[data-group="same"] button`, `[data-group="differs"] button`) // one row, or none to tick
	www, mail := d.Rows[0].Old.Key(), d.Rows[1].Old.Key()

	b.post("/steps/dns/choose", "do", "none-missing", "create", www, "create", nas.Key(), "change", mail, "proxy", www).leads("/steps/dns?part=compare")
	if s := w.store.now().Records; !slices.Equal(s.Skip, []string{www, nas.Key()}) || !slices.Equal(s.Proxy, []string{www}) {
		t.Errorf("%+v", s)
	}
	b.get("/steps/dns?part=compare").has(`[data-record="A nas"] input:not([checked])`, `[data-record^="MX"] input[checked]`)
	b.post("/steps/dns/choose", "do", "all-missing").leads("/steps/dns?part=compare")
	if s := w.store.now().Records; !slices.Equal(s.Skip, []string{mail}) {
		t.Errorf("%+v", s)
	}
	// Enter in the form is no tick.
	if got, _ := page.page().Find("form.compare button").First().Attr("value"); got != "review" {
		t.Errorf("Enter presses %q", got)
	}
}

// TestCompareSaysWhatItMeans: every source of a record, what the proxy would do
// to it, how each old server behaved, and how complete the list is.
func TestCompareSaysWhatItMeans(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := compared()
	d := f.Detail.(*steps.DNSDetail)
	d.Rows[0].Old.Sources = []string{zone.SourceWords, "scan"}
	lone := zone.Record{Name: "nas.example.com", Type: "A", Content: "192.168.1.4", Sources: []string{zone.SourceServers}}
	d.Rows = append(d.Rows, zone.Row{State: zone.Missing, Old: &lone})
	d.Found.Statement, d.Found.Unknown = "A good guess. 612 names were asked.", []string{"_domainkey.example.com"}
	d.Found.Servers = []zone.ServerReport{
		{Server: "ns1.old.test", State: "ok", Transfer: "refused"},
		{Server: "ns2.old.test", State: "timeout", Detail: "It does not answer."},
		{Server: "ns3.old.test", State: "lame"},
		{Server: "ns4.old.test", State: "servfail"},
		{Server: "ns5.old.test", State: "refused"},
		{Server: "ns6.old.test", State: "differs", Detail: "Answers differently from ns1.old.test: A www."},
	}
	w.shows(steps.IDDNS, f)
	page := w.open().get("/steps/dns")
	for selector, want := range map[string]string{
		`tr[data-record="A www"] td[data-label="Found by"]`:      "Common names, Cloudflare’s scan",
		`tr[data-record="A nas"] td[data-label="Found by"]`:      "Only one server",
		`tr[data-record="A www"] td[data-label="Proxy"] .effect`: "Hides 192.0.2.1.",
		`tr[data-record="A nas"] td[data-label="Proxy"]`:         "Never An address inside a home or office network.",
		`tr[data-record^="MX"] td[data-label="Proxy"]`:           "Never, mail",
		`[data-check="old-ns1-old-test"]`:                        "hand over the whole zone",
		`[data-check="old-ns2-old-test"][data-status="warn"]`:    "No answer",
		`[data-check="old-ns3-old-test"]`:                        "Not in charge",
		`[data-check="old-ns4-old-test"]`:                        "Failing",
		`[data-check="old-ns5-old-test"]`:                        "Refuses",
		`[data-check="old-ns6-old-test"]`:                        "Answers differently from ns1.old.test: A www.",
	} {
		if got := strings.Join(strings.Fields(page.text(selector)), " "); !strings.Contains(got, want) {
			t.Errorf("%s says %q, not %q", selector, got, want)
		}
	}
	page.says("612 names were asked")
	page.has(`button[value="deeper"]`)
}

// TestLookDeeper asks for more names, and keeps what is there until then.
func TestLookDeeper(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	w.shows(steps.IDDNS, compared())
	if err := w.store.SaveFound("example.com", steps.Found{Domain: "example.com", At: w.clock.Now(), Records: []zone.Record{{Name: "www.example.com", Type: "A"}}}); err != nil {
		t.Fatal(err)
	}
	b := w.open()
	b.post("/steps/dns/choose", "do", "deeper").leads("/steps/dns")
	if f, _ := w.store.Found("example.com"); !w.store.now().Deep || !f.Due || len(f.Records) != 1 {
		t.Errorf("deep %v, %+v", w.store.now().Deep, f)
	}
	b.get("/steps/dns").hasNot(`button[value="deeper"]`)
	b.post("/steps/dns/choose", "domain", "example.org").leads("/steps/dns")
	if w.store.now().Deep {
		t.Error("another domain is searched deeply")
	}
}

// TestCompareAfterTheMove: nothing is ticked by itself any more, and what the
// person ticks is written all the same.
func TestCompareAfterTheMove(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := compared()
	f.Detail.(*steps.DNSDetail).Moved = true
	mail := f.Detail.(*steps.DNSDetail).Rows[1].Old.Key()
	w.shows(steps.IDDNS, f)
	b := w.open()
	b.get("/steps/dns?part=compare").hasNot(`input[name="create"][checked]`)
	b.get("/steps/dns?part=compare").has(`[data-record^="MX"] input[name="change"][checked]`) // mail is repaired
	www := f.Detail.(*steps.DNSDetail).Rows[0].Old.Key()
	b.post("/steps/dns/choose", "do", "review", "create", www).leads("/steps/dns?part=plan")
	if s := w.store.now().Records; !slices.Equal(s.Want, []string{www}) || !slices.Equal(s.Skip, []string{mail}) {
		t.Errorf("%+v", s)
	}
}

// TestManyChanges asks again, by a box that must be ticked.
func TestManyChanges(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := compared()
	f.Actions, f.Ask = nil, "many"
	f.Detail.(*steps.DNSDetail).Many = &steps.ManyChanges{Changed: 4, Had: 10, Mark: "k1", List: []string{"A www.example.com: 192.0.2.1 becomes 192.0.2.9"}}
	w.shows(steps.IDDNS, f)
	b := w.open()
	page := b.get("/steps/dns?part=plan")
	page.says("Change 4 of the 10 records already at Cloudflare?", "192.0.2.1 becomes 192.0.2.9")
	page.has(`input[type="checkbox"][name="many"][value="k1"]:not([checked])`, `button[data-next][value="many"]`)
	refused(t, b.post("/steps/dns/choose", "do", "many"), "many", "Tick the box to let these records change, or go back to the list")
	refused(t, b.post("/steps/dns/choose", "do", "many", "many", "other"), "many", "Tick the box to let these records change, or go back to the list")
	if w.store.now().Records.Many != "" {
		t.Error("a yes that nobody gave")
	}
	b.post("/steps/dns/choose", "do", "many", "many", "k1").leads("/steps/dns?part=plan")
	if w.store.now().Records.Many != "k1" {
		t.Error("the yes is not kept")
	}
}

// TestZoneFileDuringTheSearch: a refused file keeps its text and stops the
// page from being drawn anew under it.
func TestZoneFileDuringTheSearch(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := planned(steps.Action{ID: "find-records", Verb: steps.Look, What: "Find every record"})
	f.Detail = &steps.DNSDetail{Part: steps.DNSFind}
	w.shows(steps.IDDNS, f)
	w.steps[steps.IDDNS].hold()
	b := w.open()
	b.post("/steps/dns/apply", "plan", planOf(t, b.get("/steps/dns"))).leads("/steps/dns")
	w.steps[steps.IDDNS].atWork(t, 1)
	a := b.post("/steps/dns/choose", "do", "file", "zone_text", "nonsense")
	a.is(422)
	a.hasNot(`[hx-trigger*="every"]`)
	if a.value("zone_text") != "nonsense" || !strings.Contains(a.text(".errors"), "line 1") {
		t.Errorf("kept %q, says %q", a.value("zone_text"), a.text(".errors"))
	}
	// A file that cannot be read comes back as text, so that its line can be mended.
	up := b.do(zoneFile(t, "www A 192.0.2.1\nwww A\n"))
	up.is(422)
	if up.value("zone_text") != "www A 192.0.2.1\nwww A\n" {
		t.Errorf("the file came back as %q", up.value("zone_text"))
	}
	b.post("/steps/dns/choose", "do", "stop").leads("/steps/dns")
	eventually(t, "the search ends", func() bool { j, _ := w.engine.Job(steps.IDDNS); return !j.Running() })
}

// TestAliasAndUmlauts: the note about an alias at the domain itself, and names
// with other letters than DNS has in both forms.
func TestAliasAndUmlauts(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "xn--bcher-kva.example" })
	f := compared()
	d := f.Detail.(*steps.DNSDetail)
	apex := zone.Record{Name: "xn--bcher-kva.example", Type: "CNAME", Content: "stores.shop.example."}
	office := zone.Record{Name: "_dmarc.xn--bro-hoa.xn--bcher-kva.example", Type: "TXT", Content: `"v=DMARC1"`}
	d.Rows = []zone.Row{{State: zone.Missing, Old: &apex}, {State: zone.Missing, Old: &office}}
	d.Found.Records = []zone.Record{apex, office}
	d.Found.Statement = "A good guess."
	d.Found.LeftOut = []zone.LeftOut{{Record: zone.Record{Name: "xn--bro-hoa.xn--bcher-kva.example", Type: "NS"}, Why: "Not answered."}}
	w.shows(steps.IDDNS, f)
	page := w.open().get("/steps/dns")
	page.says("The domain itself is an alias", "answers with the addresses of stores.shop.example (it calls this flattening)", "NS büro.bücher.example: Not answered.", "_dmarc.büro (_dmarc.xn--bro-hoa)")
}

package web_test

import (
	"slices"
	"testing"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// What the pages of step 2 ask about what no old server tells.

// TestUnheard: where no old server answers, the page takes a zone file, and a word
// by name that there is nothing; neither needs a script.
func TestUnheard(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := planned(steps.Action{ID: "find-records", Verb: steps.Look, What: "Find every record"})
	f.Heading = "None of the old name servers answers"
	f.Detail = &steps.DNSDetail{
		Part: steps.DNSFind, Unheard: true, Old: []string{"ns1.old.test"}, Zone: steps.Zone{ID: "z1"},
		Found: steps.Found{Domain: "example.com", Tried: w.clock.Now(), Servers: []zone.ServerReport{{Server: "ns1.old.test", State: "refused"}}},
	}
	w.shows(steps.IDDNS, f)
	b := w.open()
	a := b.get("/steps/dns")
	a.has(`form[action="/steps/dns/apply"] button[data-next]`, `form[enctype] input[name="zone_file"]`, `input[name="nothing"][value="example.com"]:not([checked])`, `[data-check="old-ns1-old-test"]`)
	a.says("None of the old name servers answers")
	if n := a.page().Find("[data-next]").Length(); n != 1 {
		t.Errorf("%d next actions", n)
	}
	refused(t, b.post("/steps/dns/choose", "do", "nothing"), "nothing", "Tick the box if nothing of example.com needs to come along, or bring a zone file")
	refused(t, b.post("/steps/dns/choose", "do", "nothing", "nothing", "example.org"), "nothing", "Tick the box if nothing of example.com needs to come along, or bring a zone file")
	a = b.post("/steps/dns/choose", "do", "file", "zone_text", "nonsense")
	refused(t, a, "zone_file", `This is not a zone file that the wizard can read: line 1: "nonsense" is no record`)
	if a.value("zone_text") != "nonsense" {
		t.Errorf("kept %q", a.value("zone_text"))
	}
	if found, _ := w.store.Found("example.com"); found.Nothing || !found.At.IsZero() {
		t.Fatalf("taken without a word: %+v", found)
	}
	b.post("/steps/dns/choose", "do", "nothing", "nothing", "example.com").leads("/steps/dns")
	if found, _ := w.store.Found("example.com"); !found.Nothing || found.At.IsZero() || len(found.Records) != 0 {
		t.Errorf("%+v", found)
	}
}

// TestNoOldServers: without old servers the page asks, and its next action is the answer.
func TestNoOldServers(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := steps.Finding{Ask: "records", Heading: "No old name servers are known", Checks: []steps.Check{{Name: "records", Title: "All records are at Cloudflare", Status: steps.Warn}}}
	f.Detail = &steps.DNSDetail{Part: steps.DNSFind, Unheard: true, Zone: steps.Zone{ID: "z1"}}
	w.shows(steps.IDDNS, f)
	b := w.open()
	b.get("/steps/dns").has(`button[name="do"][value="nothing"][data-next]`, `input[name="zone_file"]`)

	// A second thought, later on the way: there the old servers may be asked again.
	f = steps.Finding{Ask: "registrar", Heading: "Change the name servers"}
	f.Detail = &steps.DNSDetail{Part: steps.DNSRegistrar, Old: []string{"ns1.old.test"}, Zone: steps.Zone{ID: "z1", NameServers: []string{"ada.ns.cloudflare.com", "bob.ns.cloudflare.com"}}, Found: steps.Found{Domain: "example.com", At: w.clock.Now(), Nothing: true}}
	w.shows(steps.IDDNS, f)
	b.get("/steps/dns").has(`a[href="/steps/dns?part=find"]`)
	b.get("/steps/dns?part=find").has(`button[name="do"][value="again"][data-next]`, `input[name="zone_file"]`)
}

// TestKeyForm: a key that signs mail is asked for by name; a refusal loses nothing
// that was typed, and the word that it is not needed is kept by name.
func TestKeyForm(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := compared()
	d := f.Detail.(*steps.DNSDetail)
	d.Rows, d.Unsafe, d.Unnamed, f.Actions = d.Rows[2:], nil, []string{"_domainkey.example.com"}, nil
	f.Checks = []steps.Check{{Name: "mail", Title: "Mail comes along", Status: steps.Fail}}
	w.shows(steps.IDDNS, f)
	if err := w.store.SaveFound("example.com", steps.Found{Domain: "example.com", Unknown: d.Unnamed, Statement: "x"}); err != nil {
		t.Fatal(err)
	}
	b := w.open()
	page := b.get("/steps/dns")
	page.has(`#key textarea[name="selector"]`, `#key button[data-next][value="key"]`, `#key button[value="unsigned"]`, `input[name="override"][value="_domainkey.example.com"]`)
	if n := page.page().Find("[data-next]").Length(); n != 1 {
		t.Errorf("%d next actions", n)
	}
	a := b.post("/steps/dns/choose", "do", "key", "selector", "two words")
	refused(t, a, "selector", "“two words” is not a selector: it is one word, such as mail2024")
	if got := a.text(`textarea[name="selector"]`); got != "two words" {
		t.Errorf("kept %q", got)
	}
	refused(t, b.post("/steps/dns/choose", "do", "key", "selector", "mail2024"), "selector", "The old servers gave no answer about mail2024._domainkey.example.com. Look it up once more in a minute")
	b.post("/steps/dns/choose", "do", "key", "selector", "good").leads("/steps/dns?part=compare")
	if found, _ := w.store.Found("example.com"); len(found.Records) != 1 || len(found.OpenKeys()) != 0 {
		t.Errorf("%+v", found)
	}
	b.post("/steps/dns/choose", "do", "unsigned").leads("/steps/dns")
	if got := w.store.now().Records.Unsigned; !slices.Equal(got, d.Unnamed) {
		t.Errorf("kept %q", got)
	}
	w.settings(func(s *steps.Settings) { s.Records.Unsigned = nil })
	b.post("/steps/dns/choose", "do", "review", "override", "_domainkey.example.com").leads("/steps/dns?part=plan")
	if got := w.store.now().Records; !slices.Equal(got.Unsigned, d.Unnamed) || got.Override {
		t.Errorf("kept %+v", got)
	}
}

// TestAliasChoice: what is proposed for the domain itself is ticked and said, and
// another choice goes to a plan of its own.
func TestAliasChoice(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := compared()
	d := f.Detail.(*steps.DNSDetail)
	d.Alias = &steps.AliasChoice{Alias: zone.Alias{Target: "shops.test", Same: true, Service: "Shopify"}, Addresses: []string{"192.0.2.1"}, Follow: true, Open: true}
	w.shows(steps.IDDNS, f)
	b := w.open()
	page := b.get("/steps/dns")
	page.has(`form.compare input[name="alias"][value="name"][checked]`, `form.compare input[name="alias"][value="copy"]:not([checked])`)
	page.says("example.com may follow another name", "The wizard knows this host (Shopify), and proposes an alias", "192.0.2.1")
	b.post("/steps/dns/choose", "do", "review", "alias", "nonsense").leads("/steps/dns?part=plan")
	if got := w.store.now().Records.Alias; got != "" {
		t.Errorf("kept %q", got)
	}
	b.post("/steps/dns/choose", "do", "review", "alias", steps.AliasCopy).leads("/steps/dns?part=plan")
	if got := w.store.now().Records.Alias; got != steps.AliasCopy {
		t.Errorf("kept %q", got)
	}
	d.Alias.Open, d.Alias.Follow, d.Alias.Target, d.Alias.Same, d.Alias.Changes = false, false, "", false, true
	w.shows(steps.IDDNS, f)
	page = b.get("/steps/dns")
	page.says("Its addresses change from one question to the next", "The wizard copies the addresses as they are now")
	page.hasNot(`input[name="alias"]`)
}

// TestUnconfirmedList: a list of which no old server could be asked says so, and
// each record does.
func TestUnconfirmedList(t *testing.T) {
	for _, tt := range []struct{ complete, source, title, foundBy string }{
		{"file", "file", "This list is as good as your zone file", "Your file, Not confirmed"},
		{"", "scan", "Nobody could confirm this list", "Cloudflare’s scan, Not confirmed"},
	} {
		w := newWorld(t)
		w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
		f := compared()
		d := f.Detail.(*steps.DNSDetail)
		d.Rows = d.Rows[:1]
		d.Rows[0].Old.Sources = []string{tt.source, zone.SourceUnconfirmed}
		d.Found.Records, d.Found.Complete, d.Found.Statement = []zone.Record{*d.Rows[0].Old}, tt.complete, "None of the old servers could be asked."
		w.shows(steps.IDDNS, f)
		page := w.open().get("/steps/dns")
		page.says(tt.title, tt.foundBy)
	}
}

package cloudflare_test

import (
	"bytes"
	"mime/multipart"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim/cloudflare"
	"github.com/miekg/dns"
)

// upload makes the multipart body of an import.
func upload(t *testing.T, file, proxied string) form {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", "zone.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(file))
	if err := m.WriteField("proxied", proxied); err != nil {
		t.Fatal(err)
	}
	_ = m.Close()
	return form{m.FormDataContentType(), b.String()}
}

func TestExportThenImport(t *testing.T) {
	w := newWorld(t)
	recs := w.zone() + "/dns_records"
	for _, tt := range everyType() {
		w.must("POST", recs, tt.in)
	}
	file := w.call("GET", recs+"/export", nil)
	if !strings.HasPrefix(file.Header.Get("Content-Type"), "text/plain") || !strings.Contains(string(file.Raw), "cf-proxied:false") {
		t.Fatalf("export: %s", file.Raw)
	}
	if r := w.must("POST", recs+"/import", upload(t, string(file.Raw), "false")); r.get("recs_added") != 0.0 || r.get("total_records_parsed") != float64(len(everyType())) {
		t.Errorf("import of what is there: %s", r.Raw)
	}
	before, _, _, _ := w.ZoneRecords(domain)
	all := w.must("GET", recs+"?per_page=500", nil)
	for i := range before {
		w.must("DELETE", recs+"/"+all.str(strings.Join([]string{strconv.Itoa(i), "id"}, ".")), nil)
	}
	if r := w.must("POST", recs+"/import", upload(t, string(file.Raw), "true")); r.get("recs_added") != float64(len(before)) {
		t.Errorf("import into an empty zone: %s", r.Raw)
	}
	after, _, _, _ := w.ZoneRecords(domain)
	for i, r := range after {
		if r.Content != before[i].Content || r.Name != before[i].Name || r.Type != before[i].Type {
			t.Errorf("record %d: %+v, was %+v", i, r, before[i])
		}
		if want := r.Type == "A" || r.Type == "AAAA" || r.Type == "CNAME"; r.Proxied != want {
			t.Errorf("%s %s proxied %v", r.Type, r.Name, r.Proxied)
		}
	}
	w.refused(400, 1039, "POST", recs+"/import", upload(t, "www IN A not-an-address", "false"))
}

func TestScan(t *testing.T) {
	w := newWorld(t)
	scan := w.zone() + "/dns_records/scan"
	w.answers = []dns.RR{
		rr(t, domain+". 300 IN A 192.0.2.1"), rr(t, "www."+domain+". 300 IN CNAME "+domain+"."),
		rr(t, domain+". 300 IN MX 10 mx.example.net."), rr(t, "_dmarc."+domain+`. 300 IN TXT "v=DMARC1; p=none"`),
		rr(t, "attic-nas-7."+domain+". 300 IN A 192.0.2.8"), rr(t, "fm1._domainkey."+domain+". 300 IN CNAME fm1.example.net."),
	}
	review := func() reply { return w.must("GET", scan+"/review", nil) }
	if n := review().Info.TotalCount; n != 0 {
		t.Errorf("before a scan: %d", n)
	}
	if r := w.must("POST", scan+"/trigger", nil); strings.Contains(string(r.Raw), "result") {
		t.Errorf("trigger answers the envelope only: %s", r.Raw)
	}
	if n := review().Info.TotalCount; n != 0 {
		t.Errorf("at once: %d", n)
	}
	w.pass(12 * time.Second)
	some := review().Info.TotalCount
	w.pass(18 * time.Second)
	all := review()
	if some == 0 || some >= all.Info.TotalCount || all.Info.TotalCount != 4 {
		t.Errorf("the list grows to the usual names: %d, then %s", some, all.Raw)
	}
	if strings.Contains(string(all.Raw), "attic-nas-7") || strings.Contains(string(all.Raw), "fm1.") {
		t.Errorf("the scan cannot know unusual names: %s", all.Raw)
	}
	if recs, _, _, _ := w.ZoneRecords(domain); len(recs) != 0 {
		t.Errorf("nothing is added until it is accepted: %v", recs)
	}
	accept := obj{"accepts": []any{all.get("0")}, "rejects": []obj{{"id": all.str("1.id")}}}
	r := w.must("POST", scan+"/review", accept)
	if r.str("rejects.0") != all.str("1.id") || r.str("accepts.0.name") != all.str("0.name") {
		t.Errorf("settled: %s", r.Raw)
	}
	if recs, _, _, _ := w.ZoneRecords(domain); len(recs) != 1 {
		t.Errorf("after one acceptance: %v", recs)
	}
	if n := review().Info.TotalCount; n != 2 {
		t.Errorf("left to review: %d", n)
	}
}

func TestOldScanAddsAtOnce(t *testing.T) {
	w := newWorld(t, func(c *cloudflare.Config) { c.Speed = 1000 })
	w.answers = []dns.RR{rr(t, "www."+domain+". 300 IN A 192.0.2.1")}
	z := w.zone()
	if r := w.must("POST", z+"/dns_records/scan", nil); r.get("recs_added") != 1.0 {
		t.Errorf("scan: %s", r.Raw)
	}
	if recs, _, _, _ := w.ZoneRecords(domain); len(recs) != 1 || !recs[0].Proxied {
		t.Errorf("records: %+v", recs)
	}
}

func TestDNSSEC(t *testing.T) {
	w := newWorld(t)
	path := w.zone() + "/dnssec"
	if s := w.must("GET", path, nil).str("status"); s != "disabled" {
		t.Errorf("at first: %s", s)
	}
	r := w.must("PATCH", path, obj{"status": "active"})
	if r.str("status") != "pending" || !strings.Contains(r.str("ds"), domain+". 3600 IN DS") {
		t.Errorf("switched on: %s", r.Raw)
	}
	if again := w.must("GET", path, nil); again.str("digest") != r.str("digest") {
		t.Error("the key changed")
	}
	w.must("PATCH", path, obj{"status": "disabled"})
	w.refused(400, 1004, "PATCH", path, obj{"status": "maybe"})
}

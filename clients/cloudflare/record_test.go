package cloudflare_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

func record(name, kind, content string) steps.CloudRecord {
	return steps.CloudRecord{Record: zone.Record{Name: name, Type: kind, TTL: 300, Content: content}}
}

// Every type that the journey names goes to Cloudflare and comes back as it was.
func TestRecordRoundTrip(t *testing.T) {
	key := strings.Repeat("0123456789abcdef", 200)
	recs := []steps.CloudRecord{
		record("example.com", "A", "192.0.2.1"),
		record("example.com", "AAAA", "2001:db8::1"),
		record("www.example.com", "CNAME", "example.com."),
		record("*.apps.example.com", "CNAME", "xn--bcher-kva.example."),
		record("example.com", "MX", "10 mail.example.com."),
		record("nomail.example.com", "MX", "0 ."),
		record("example.com", "TXT", `"v=spf1 include:_spf.example.net ~all"`),
		record("two.example.com", "TXT", `"one" "two"`),
		record("odd.example.com", "TXT", `"semi; \"quote\" back\\slash \195\188"`),
		record("empty.example.com", "TXT", `""`),
		record("k._domainkey.example.com", "TXT", `"`+strings.Repeat("k", 255)+`" "`+strings.Repeat("l", 145)+`"`),
		record("sub.example.com", "NS", "ns1.sub.example.com."),
		record("_sip._tcp.example.com", "SRV", "10 5 5060 sip.example.com."),
		record("_no._tcp.example.com", "SRV", "0 0 0 ."),
		record("example.com", "CAA", `0 issue "letsencrypt.org; validationmethods=dns-01"`),
		record("example.com", "CAA", `128 iodef "mailto:a\"b@example.com"`),
		record("_443._tcp.example.com", "TLSA", "3 1 1 "+strings.Repeat("ab", 32)),
		record("host.example.com", "SSHFP", "4 2 "+strings.Repeat("AB", 32)),
		record("enum.example.com", "NAPTR", `100 10 "U" "E2U+sip" "!^(.*)$!sip:\\1@example.com!" .`),
		record("srv.example.com", "NAPTR", `100 10 "S" "SIP+D2U" "" _sip._udp.example.com.`),
		record("loc.example.com", "LOC", "51 30 12.748 N 00 07 39.612 W 0m 10m 100m 10m"),
		record("low.example.com", "LOC", "51 30 12.000 S 100 07 39.000 E -24.60m 1m 10000m 10m"),
		record("cert.example.com", "CERT", "PKIX 12345 RSASHA256 MAUwAwYBAA=="),
		record("abc._smimecert.example.com", "SMIMEA", "3 0 0 "+key[:1024]+" "+key[1024:2048]+" "+key[2048:3072]+" "+key[3072:]),
		record("_ftp._tcp.example.com", "URI", `10 1 "ftp://ftp.example.com/public"`),
		record("signed.example.com", "DS", "12345 13 2 "+strings.Repeat("AB", 32)),
		record("_dns.example.com", "SVCB", `1 dns.example.com. alpn="dot,h2" port="8853"`),
		record("svc.example.com", "HTTPS", `1 . alpn="h3,h2" ipv4hint="192.0.2.1,192.0.2.2"`),
		record("alias.example.com", "HTTPS", `0 pool.example.net.`),
		record("ptr.example.com", "PTR", "host.example.com."),
	}
	w := newWorld(t)
	recs[0].Proxied, recs[0].Comment = true, "Plex Tunnel Wizard [x]"
	if err := w.CreateRecords(t.Context(), w.zone, recs); err != nil {
		t.Fatal(err)
	}
	got, err := w.Records(t.Context(), w.zone)
	if err != nil {
		t.Fatal(err)
	}
	var have, want []string
	for _, r := range got {
		if r.ID == "" || r.Created.IsZero() || r.Ray == "" {
			t.Errorf("incomplete: %+v", r)
		}
		have = append(have, fmt.Sprint(r.Name, " ", r.TTL, " ", r.Type, " ", r.Content, " ", r.Proxied, r.Comment))
	}
	recs[0].TTL = 1
	for _, r := range recs {
		want = append(want, fmt.Sprint(r.Name, " ", r.TTL, " ", r.Type, " ", r.Content, " ", r.Proxied, r.Comment))
	}
	slices.Sort(have)
	slices.Sort(want)
	if d := cmp.Diff(want, have); d != "" {
		t.Error(d)
	}
	if posts := w.spy.sent(); len(posts) != 2 {
		t.Errorf("sent %q, want one batch and one list", posts)
	}
}

// What Cloudflare cannot hold is named before anything is sent.
func TestRecordRefused(t *testing.T) {
	w := newWorld(t)
	tests := map[string]steps.CloudRecord{
		"TYPE65280": record("x.example.com", "TYPE65280", `\# 2 abcd`),
		"HINFO":     record("x.example.com", "HINFO", `"a" "b"`),
		"SOA":       record("example.com", "SOA", "a. b. 1 2 3 4 5"),
		"ALIAS":     record("example.com", "ALIAS", "a.example."),
		"A":         record("x.example.com", "A", "no address"),
		"TXT":       record("x.example.com", "TXT", "\"a\"\nevil 60 IN A 192.0.2.1"),
		"CAA":       record("x.example.com", "CAA", `0 issue "\255"`),
		"MX":        {Record: zone.Record{Name: "x.example.com", Type: "MX", Content: "10 a."}, Proxied: true},
	}
	for kind, r := range tests {
		err := w.CreateRecords(t.Context(), w.zone, []steps.CloudRecord{record("ok.example.com", "A", "192.0.2.1"), r})
		if err == nil || !strings.Contains(err.Error(), kind+" record of ") || steps.Unclear(err) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if err := w.CreateRecords(t.Context(), w.zone, []steps.CloudRecord{{ID: "x"}}); err == nil {
		t.Error("created a record with an id")
	}
	if err := w.ChangeRecords(t.Context(), w.zone, []steps.CloudRecord{record("x", "A", "192.0.2.1")}); err == nil {
		t.Error("changed a record without an id")
	}
	if n := len(w.spy.sent()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestRecordTTL(t *testing.T) {
	w := newWorld(t)
	want := map[string]uint32{}
	var recs []steps.CloudRecord
	for _, ttl := range []uint32{0, 1, 59, 60, 3600, 86400, 604800} {
		r := record(fmt.Sprintf("t%d.example.com", ttl), "A", "192.0.2.1")
		r.TTL = ttl
		recs, want[r.Name] = append(recs, r), min(max(ttl, 60), 86400)
	}
	if err := w.CreateRecords(t.Context(), w.zone, recs); err != nil {
		t.Fatal(err)
	}
	got, err := w.Records(t.Context(), w.zone)
	if err != nil || len(got) != len(recs) {
		t.Fatal(got, err)
	}
	for _, r := range got {
		if r.TTL != want[r.Name] {
			t.Errorf("%s: %d, want %d", r.Name, r.TTL, want[r.Name])
		}
	}
}

func TestChangeAndDeleteRecords(t *testing.T) {
	w := newWorld(t)
	err := w.CreateRecords(t.Context(), w.zone, []steps.CloudRecord{
		record("a.example.com", "A", "192.0.2.1"), record("A.example.com", "TXT", `"x"`), record("aa.example.com", "A", "192.0.2.2"),
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.RecordsNamed(t.Context(), w.zone, "A.Example.com.")
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	i := slices.IndexFunc(got, func(r steps.CloudRecord) bool { return r.Type == "A" })
	r := got[i]
	r.Type, r.Content, r.Proxied, r.Comment = "CNAME", "t1.cfargotunnel.com.", true, "mine"
	// A CNAME beside a TXT is refused, and nothing of the batch is done.
	if err := w.ChangeRecords(t.Context(), w.zone, []steps.CloudRecord{r}); failure(t, err).Status != 400 || steps.Unclear(err) {
		t.Errorf("got %v", err)
	}
	if err := w.DeleteRecord(t.Context(), w.zone, got[1-i].ID); err != nil {
		t.Fatal(err)
	}
	if err := w.ChangeRecords(t.Context(), w.zone, []steps.CloudRecord{r}); err != nil {
		t.Fatal(err)
	}
	got, err = w.RecordsNamed(t.Context(), w.zone, "a.example.com")
	if err != nil || len(got) != 1 || got[0].ID != r.ID || got[0].Content != "t1.cfargotunnel.com." || !got[0].Proxied || got[0].TTL != 1 || got[0].Comment != "mine" {
		t.Errorf("%+v, %v", got, err)
	}
	got[0].Proxied, got[0].Comment = false, ""
	if err := w.ChangeRecords(t.Context(), w.zone, got); err != nil {
		t.Fatal(err)
	}
	got, err = w.RecordsNamed(t.Context(), w.zone, "a.example.com")
	if err != nil || got[0].TTL != 1 || got[0].Proxied || got[0].Comment != "mine" {
		t.Errorf("the automatic TTL and the comment stay: %+v, %v", got, err)
	}
	if _, err := w.RecordsNamed(t.Context(), "0123456789abcdef0123456789abcdef", "a"); err == nil {
		t.Error("a zone that is not there has records")
	}
}

// More than a batch holds goes in chunks, one after the other; the first that
// fails ends it.
func TestManyRecords(t *testing.T) {
	var recs []steps.CloudRecord
	for i := range 450 {
		recs = append(recs, record(fmt.Sprintf("n%03d.example.com", i), "A", "192.0.2.1"))
	}
	var sizes []int
	fail := 0
	c, _ := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Posts []struct{ Name string } }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		sizes = append(sizes, len(in.Posts))
		if len(sizes) == fail {
			page(400, `{"success":false,"errors":[{"code":81045,"message":"Record quota exceeded."}]}`).ServeHTTP(w, r)
			return
		}
		ids := strings.Repeat(`,{"id":"x"}`, len(in.Posts))
		page(200, `{"success":true,"errors":[],"result":{"posts":[`+ids[1:]+`]}}`).ServeHTTP(w, r)
	}))
	if err := c.CreateRecords(t.Context(), "z1", recs); err != nil || !slices.Equal(sizes, []int{200, 200, 50}) {
		t.Errorf("%d, %v", sizes, err)
	}
	sizes, fail = nil, 2
	if err := c.CreateRecords(t.Context(), "z1", recs); failure(t, err).Code != 81045 || len(sizes) != 2 {
		t.Errorf("%d, %v", sizes, err)
	}
	short, _ := connect(t, page(200, `{"success":true,"errors":[],"result":{"posts":[{"id":"x"}]}}`))
	if err := short.CreateRecords(t.Context(), "z1", recs[:2]); !failure(t, err).Unclear {
		t.Errorf("an answer that lists less: %v", err)
	}
}

// pager serves n records, per at a time, with the result_info that info makes.
func pager(n, per int, info func(page int) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var p int
		_, _ = fmt.Sscan(r.URL.Query().Get("page"), &p)
		var rows []string
		for i := (p - 1) * per; i < min(n, p*per); i++ {
			rows = append(rows, fmt.Sprintf(`{"id":"r%d","name":"n%d.example.com","type":"A","content":"192.0.2.1","ttl":60}`, i, i))
		}
		page(200, `{"success":true,"errors":[],"result":[`+strings.Join(rows, ",")+`]`+info(p)+`}`).ServeHTTP(w, r)
	})
}

func TestPages(t *testing.T) {
	const asked = 500
	tests := map[string]struct {
		n, per, calls int
		info          func(int) string
	}{
		"total pages":           {250, 100, 3, func(int) string { return `,"result_info":{"per_page":100,"total_pages":3}` }},
		"total count":           {300, 100, 3, func(int) string { return `,"result_info":{"per_page":100,"total_count":300}` }},
		"short page":            {250, 100, 3, func(int) string { return `,"result_info":{"per_page":100}` }},
		"nothing but pages":     {1200, asked, 3, func(int) string { return "" }},
		"full last page":        {2 * asked, asked, 3, func(int) string { return "" }},
		"empty":                 {0, 100, 1, func(int) string { return `,"result_info":{"per_page":100,"total_pages":0}` }},
		"count of other things": {250, 100, 3, func(int) string { return `,"result_info":{"per_page":100,"total_count":250,"total_pages":3}` }},
	}
	for name, tt := range tests {
		c, s := connect(t, pager(tt.n, tt.per, tt.info))
		got, err := c.Records(t.Context(), "z1")
		if err != nil || len(got) != tt.n || len(s.sent()) != tt.calls {
			t.Errorf("%s: %d records in %d calls, %v", name, len(got), len(s.sent()), err)
		}
	}
	endless, s := connect(t, pager(1<<30, 1, func(int) string { return `,"result_info":{"per_page":1}` }))
	if got, err := endless.Records(t.Context(), "z1"); err == nil || got != nil || len(s.sent()) > 500 {
		t.Errorf("a list without end: %d records after %d calls, %v", len(got), len(s.sent()), err)
	}
}

// Content comes in more than one dress.
func TestDecode(t *testing.T) {
	tests := []struct{ row, want string }{
		{`"type":"TXT","content":"v=spf1 -all"`, `"v=spf1 -all"`},
		{`"type":"TXT","content":"say \"hi\" now"`, `"say \"hi\" now"`},
		{`"type":"TXT","content":"\"a\" and more"`, `"a" "and" "more"`},
		{`"type":"TXT","content":"` + strings.Repeat("x", 300) + `"`, `"` + strings.Repeat("x", 255) + `" "` + strings.Repeat("x", 45) + `"`},
		{`"type":"TXT","content":"\"` + strings.Repeat("x", 300) + `\""`, `"` + strings.Repeat("x", 255) + `" "` + strings.Repeat("x", 45) + `"`},
		{`"type":"SRV","content":"5 5060 sip.example.com","priority":10`, "10 5 5060 sip.example.com."},
		{`"type":"SRV","content":"5\t5060\tsip.example.com","priority":10,"data":{"priority":10,"weight":5,"port":5060,"target":"sip.example.com"}`, "10 5 5060 sip.example.com."},
		{`"type":"MX","content":"mail.example.com","priority":5`, "5 mail.example.com."},
		{`"type":"CAA","content":"0 issue \"ca.example\"","data":null`, `0 issue "ca.example"`},
		{`"type":"AAAA","content":"2001:DB8:0::1"`, "2001:db8::1"},
		{`"type":"LOC","content":"x","data":{"lat_degrees":1,"lat_minutes":2,"lat_seconds":3,"lat_direction":"N","long_degrees":4,"long_minutes":5,"long_seconds":6,"long_direction":"E","altitude":7}`, "01 02 3.000 N 04 05 6.000 E 7m 1m 10000m 10m"},
		{`"type":"TXT","content":"\"\\065\\b\""`, `"Ab"`},
		{`"type":"TLSA","content":"3 1 1 ABCD","data":{"usage":3,"selector":1,"matching_type":1,"certificate":"ABCD"}`, "3 1 1 abcd"},
		{`"type":"WORKER","content":"something of Cloudflare's"`, "something of Cloudflare's"},
	}
	for _, tt := range tests {
		c, _ := connect(t, page(200, `{"success":true,"errors":[],"result":[{"id":"r1","name":"X.example.com","ttl":1,`+tt.row+`}]}`))
		got, err := c.Records(t.Context(), "z1")
		if err != nil || len(got) != 1 || got[0].Content != tt.want || got[0].Name != "x.example.com" {
			t.Errorf("%s: %+v, %v; want %s", tt.row, got, err, tt.want)
		}
	}
}

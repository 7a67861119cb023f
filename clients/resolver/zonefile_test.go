package resolver_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.test/wizard/clients/resolver"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

func read(text string) ([]zone.Record, error) {
	return resolver.New(resolver.Config{}).ReadZoneFile(strings.NewReader(text), "x.com")
}

func TestReadZoneFile(t *testing.T) {
	recs, err := read("\xef\xbb\xbf; exported\r\n$TTL 600\r\n" + strings.Join([]string{
		"@ IN SOA ns1.old. host.old. ( 1 2 3", "  4 5 ) ; the end", "@ NS ns1.old.", "@ A 192.0.2.1", "WWW 300 IN CNAME x.com.", "@ MX 10 mail",
		`@ TXT "a \"quoted\"; text" "and more"`, `*.apps A 192.0.2.2`, "lab NS ns1.lab", "ns1.lab A 192.0.2.3", "_sip._tls SRV 0 1 443 sip.x.com.",
		`odd TYPE65280 \# 4 0A000001`, "other.net. A 192.0.2.4", "bücher A 192.0.2.5",
	}, "\r\n") + "\r\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range recs {
		got = append(got, r.Name+" "+r.Type+" "+r.Content)
		if !slices.Equal(r.Sources, []string{"file"}) {
			t.Errorf("%s: sources %q", r.Key(), r.Sources)
		}
	}
	want := []string{
		"x.com A 192.0.2.1", "www.x.com CNAME x.com.", "x.com MX 10 mail.x.com.", `x.com TXT "a \"quoted\"; text" "and more"`, "*.apps.x.com A 192.0.2.2",
		"lab.x.com NS ns1.lab.x.com.", "ns1.lab.x.com A 192.0.2.3", "_sip._tls.x.com SRV 0 1 443 sip.x.com.", `odd.x.com TYPE65280 \# 4 0a000001`,
	}
	if len(got) != len(want)+1 || !slices.Equal(got[:len(want)], want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if recs[1].TTL != 300 || recs[0].TTL != 600 {
		t.Errorf("TTLs %d and %d", recs[0].TTL, recs[1].TTL)
	}
}

func TestReadZoneFileProblems(t *testing.T) {
	tests := []struct {
		name, text, title, detail string
	}{
		{"a bad address", "@ A 192.0.2.1\nwww A 192.0.2.999\n@ MX 10 a.\n", "Line 2 of the zone file cannot be read", "192.0.2.999"},
		{"a bad last line", "@ A 192.0.2.1\n@ MX ten mail", "Line 2 of the zone file cannot be read", "ten"},
		{"no data", "@ A 192.0.2.1\nwww A ; to do\n", "Line 2 of the zone file cannot be read", "www A"},
		{"an include", "@ A 192.0.2.1\n\n$INCLUDE /etc/passwd\n", "Line 3 of the zone file cannot be read", "include another file"},
		{"another domain", "$ORIGIN y.com.\n@ A 192.0.2.1\n", "This zone file is for another domain", "y.com"},
		{"nothing", "; empty\n", "There are no records in this file", ""},
		{"a spreadsheet", "PK\x03\x04\x00\x00", "This is not a text file", ""},
		{"too long", strings.Repeat("; a comment\n", 100000), "This file is too long to be a zone file", ""},
		{"too many", "$GENERATE 1-60000 h$ A 192.0.2.1\n", "There are too many records in this file", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			recs, err := read(tt.text)
			p, ok := errors.AsType[*steps.Problem](err)
			if !ok {
				t.Fatalf("got %d records and %v", len(recs), err)
			}
			if p.Title != tt.title || p.Field != "zone_file" || !strings.Contains(p.Text, tt.detail) {
				t.Errorf("%q, %q, %q", p.Title, p.Text, p.Field)
			}
		})
	}
}

func FuzzZoneFile(f *testing.F) {
	for _, s := range []string{
		"@ A 192.0.2.1\n", "$TTL 1h\nwww CNAME @\n", "@ TXT \"a\" ( \"b\"\n \"c\" )\n", "$GENERATE 1-3 h$ A 192.0.2.$\n", "@ LOC 1 N 1 E 1m\n",
		"a\\.b A 192.0.2.1\n", "@ TYPE65280 \\# 1 aa\n", "$INCLUDE x\n", "@ HTTPS 1 . alpn=h2\n", "\"",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		recs, err := read(text)
		if err != nil {
			if p, ok := errors.AsType[*steps.Problem](err); !ok || p.Title == "" {
				t.Fatalf("an error that is not worded: %v", err)
			}
			return
		}
		for _, r := range recs {
			if r.Name != "x.com" && !strings.HasSuffix(r.Name, ".x.com") {
				t.Fatalf("%q is outside of the domain", r.Name)
			}
			if key := zone.Canonical(r.Type, r.Content); zone.Canonical(r.Type, key) != key {
				t.Fatalf("%s %q is not stable", r.Type, r.Content)
			}
		}
	})
}

// FuzzZoneFileRoundTrip: what was read from a zone file and is written as one
// again reads the same.
func FuzzZoneFileRoundTrip(f *testing.F) {
	for _, s := range []string{
		"@ A 192.0.2.1\n", "$TTL 1h\nwww CNAME @\n", "@ TXT \"a\" ( \"b\"\n \"c\" )\n", "$GENERATE 1-3 h$ A 192.0.2.$\n", "@ LOC 1 N 1 E 1m\n", "a\\.b A 192.0.2.1\n",
		"@ TYPE65280 \\# 1 aa\n", "@ HTTPS 1 . alpn=h2 key667=\"a b\"\n", "$ORIGIN sub.x.com.\n@ NAPTR 1 1 \"u\" \"E2U+sip\" \"!^.*$!sip:a@x.com!\" .\n", "_s._tcp SRV 0 0 0 .\n", "@ CAA 0 issue \";\"\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		recs, err := read(text)
		if err != nil {
			return
		}
		var again strings.Builder
		for _, r := range recs {
			again.WriteString(r.Name + ". " + strconv.FormatUint(uint64(r.TTL), 10) + " IN " + r.Type + " " + r.Content + "\n")
		}
		back, err := read(again.String())
		if err != nil {
			t.Fatalf("%q\nwas written as\n%q\nwhich cannot be read: %v", text, again.String(), err)
		}
		if len(back) != len(recs) {
			t.Fatalf("%d records became %d", len(recs), len(back))
		}
		for i := range recs {
			if recs[i].Key() != back[i].Key() || recs[i].TTL != back[i].TTL {
				t.Fatalf("%s became %s", recs[i].Key(), back[i].Key())
			}
		}
	})
}

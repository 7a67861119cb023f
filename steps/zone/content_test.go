package zone_test

import (
	"testing"

	"example.test/wizard/steps/zone"
)

// Each row holds ways to write the same data.
func TestCanonicalSame(t *testing.T) {
	tests := []struct {
		rtype string
		same  []string
	}{
		{"A", []string{"192.0.2.1", " 192.0.2.1 "}},
		{"AAAA", []string{"2001:db8::1", "2001:DB8:0:0:0:0:0:1", "2001:0db8::0001"}},
		{"CNAME", []string{"www.example.com", "WWW.Example.com."}},
		{"CNAME", []string{"xn--bcher-kva.de.", "bücher.de"}},
		{"MX", []string{"10 mail.example.com.", "10  Mail.Example.com", "010 mail.example.com"}},
		{"MX", []string{"0 .", "00 ."}},
		{"TXT", []string{`"v=spf1 -all"`, `v=spf1 -all`, `"v=spf1" " -all"`, `"v=\115pf1 -all"`}},
		{"TXT", []string{`"say \"hi\"; \\ x"`, `"say " "\"hi\"; " "\\ x"`}},
		{"TXT", []string{`"gr\195\188n"`, `grün`, `"grün"`}},
		{"TXT", []string{`""`, ``}},
		{"SRV", []string{"0 1 993 imap.example.com.", "0 1 993 IMAP.example.com"}},
		{"CAA", []string{`0 issue "letsencrypt.org"`, `0 ISSUE letsencrypt.org`, `0  issue "letsencrypt.org"`}},
		{"CAA", []string{`0 issuewild ";"`, `0 issuewild ;`}},
		{"HTTPS", []string{`1 . alpn="h3,h2" ipv4hint="192.0.2.1"`, `1 . ipv4hint=192.0.2.1 alpn=h3,h2`, `1 . key4=192.0.2.1 KEY1=h3,h2`}},
		{"SVCB", []string{`2 svc.example.com. no-default-alpn`, `2 svc.example.com no-default-alpn=""`}},
		{"TLSA", []string{"3 1 1 AABB CCDD", "3 1 1 aabbccdd"}},
		{"SSHFP", []string{"4 2 AABB", "4 2 aab b"}},
		{"DS", []string{"40812 13 2 AABB", "40812 13 2 aabb"}},
		{"LOC", []string{"52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m", "52 22 23 N 04 53 32 E -2m 0m 10000.00m 10m"}},
		{"LOC", []string{"51 30 12.240 N 0 7 39.600 W 24m", "51 30 12.240 N 00 07 39.600 W 24m 1m 10000m 10m"}},
		{"CERT", []string{"PKIX 12345 RSASHA256 AbCd", "1 12345 8 Ab Cd"}},
		{"NAPTR", []string{`100 50 "u" "E2U+sip" "!^.*$!sip:x@example.com!" .`, `100 50 "U" "e2u+SIP" "!^.*$!sip:x@example.com!" .`}},
		{"URI", []string{`10 1 "https://example.com/a"`, `010 1 "https://example.com/a"`}},
		{"TYPE65280", []string{`\# 4 0A000001`, `\# 4 0a00 0001`}},
		{"OPENPGPKEY", []string{"AbCd", "Ab Cd"}},
	}
	for _, tt := range tests {
		want := zone.Canonical(tt.rtype, tt.same[0])
		for _, s := range tt.same[1:] {
			if got := zone.Canonical(tt.rtype, s); got != want {
				t.Errorf("Canonical(%s, %s) = %s, want %s", tt.rtype, s, got, want)
			}
		}
	}
}

func TestCanonicalDifferent(t *testing.T) {
	tests := []struct{ rtype, a, b string }{
		{"A", "192.0.2.1", "192.0.2.2"},
		{"TXT", `"a b"`, `"ab"`},
		{"TXT", `"V=spf1"`, `"v=spf1"`},
		{"TXT", `"two  blanks"`, `"two blanks"`},
		{"TXT", `" a"`, `"a"`},
		{"MX", "10 a.example.com.", "20 a.example.com."},
		{"CAA", `0 issue "a.org"`, `128 issue "a.org"`},
		{"CAA", `0 issue "a.org"`, `0 issuewild "a.org"`},
		{"HTTPS", "1 . alpn=h2,h3", "1 . alpn=h3,h2"},
		{"OPENPGPKEY", "AbCd", "abcd"},
		{"CNAME", "a.example.com.", "a.example.com.example.com."},
	}
	for _, tt := range tests {
		if a, b := zone.Canonical(tt.rtype, tt.a), zone.Canonical(tt.rtype, tt.b); a == b {
			t.Errorf("Canonical(%s) takes %s and %s for the same: %s", tt.rtype, tt.a, tt.b, a)
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		`"a" "b"`: "ab", `"a\"b"`: `a"b`, `plain text`: "plain text", `"\065"`: "A", `"open`: `"open`, `""`: "",
	} {
		if got := zone.Text(in); got != want {
			t.Errorf("Text(%s) = %q, want %q", in, got, want)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add("TXT", `"a\"b" "c"`)
	f.Add("MX", "10 mail.example.com.")
	f.Add("HTTPS", `1 . alpn="h2,h3" key7="/dns{?dns}"`)
	f.Add("LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m")
	f.Add("CAA", `0 issue "x;y"`)
	f.Add("NAPTR", `100 50 "u" "E2U+sip" "!^.*$!\\1!" .`)
	f.Add("TYPE1", `\# 2 ABCD`)
	f.Add("CNAME", `a\.b\\.example.com.`)
	f.Fuzz(func(t *testing.T, rtype, content string) {
		once := zone.Canonical(rtype, content)
		if twice := zone.Canonical(rtype, once); twice != once {
			t.Fatalf("Canonical(%q, %q) = %q, and of that %q", rtype, content, once, twice)
		}
		r := zone.Record{Name: "example.com", Type: rtype, Content: content}
		zone.IsMail(r)
		zone.Proxyable(r)
	})
}

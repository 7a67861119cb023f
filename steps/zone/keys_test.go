package zone_test

import (
	"slices"
	"strings"
	"testing"

	"example.test/wizard/steps/zone"
)

func TestParseKeys(t *testing.T) {
	const sig = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n        d=example.com; s=mail2024; h=from:to:subject; bh=abc=;\r\n b=AbC+/xyz\r\n =="
	for _, tt := range []struct {
		typed string
		want  string // selector@domain
		why   string // a part of it
	}{
		{"mail2024", "mail2024@", ""},
		{"  Mail2024.  ", "mail2024@", ""},
		{"s1._domainkey", "s1@", ""},
		{"s1._domainkey.example.com.", "s1@example.com", ""},
		{"s1._domainkey.shop.example.com", "s1@shop.example.com", ""},
		{"k1.2024", "k1.2024@", ""},
		{"s1._domainkey.example.org", "", "is not a name of example.com"},
		{sig, "mail2024@example.com", ""},
		{strings.ReplaceAll(sig, "\r\n", " "), "mail2024@example.com", ""},
		{"v=1; a=rsa-sha256; d=Shop.Example.com; s=S2; b=x", "s2@shop.example.com", ""},
		{"Received: from x by y; s=no; d=example.com\n" + sig + "\ndkim-signature: v=1; d=mg.example.com;\n\ts=k1;\nFrom: a@example.com", "mail2024@example.com k1@mg.example.com", ""},
		{sig + "\n" + sig, "mail2024@example.com", ""},
		{"ARC-Message-Signature: i=1; d=google.com; s=arc-20160816;\n" + sig, "mail2024@example.com", ""},
		{"X-Google-DKIM-Signature: v=1; d=example.com; s=20230601", "", "There is no DKIM-Signature"},
		{"DKIM-Signature: v=1; d=sendgrid.net; s=smtpapi;", "", "signed for sendgrid.net, not for example.com"},
		{"DKIM-Signature: v=1; d=notexample.com; s=x;", "", "signed for notexample.com"},
		{"DKIM-Signature: v=1; d=example.com; b=x", "", "There is no DKIM-Signature"},
		{"DKIM-Signature: v=1; d=example.com; s=a b*c; b=x", "", "There is no DKIM-Signature"},
		{"", "", "Type the selector"},
		{"two words", "", "is not a selector"},
		{"<script>", "", "is not a selector"},
		{strings.Repeat("x", 64), "", "is not a selector"},
		{strings.Repeat("abcdefgh.", 40) + "x", "", "is not a selector"},
	} {
		keys, why := zone.ParseKeys(tt.typed, "example.com")
		var got []string
		for _, k := range keys {
			got = append(got, k.Selector+"@"+k.Domain)
		}
		if strings.Join(got, " ") != tt.want || !strings.Contains(why, tt.why) || (why == "") != (len(keys) > 0) {
			t.Errorf("%q gives %q, %q", tt.typed, got, why)
		}
	}
}

// Only names of keys are asked about, until something below them is in the list.
func TestOpenKeys(t *testing.T) {
	f := zone.Found{
		Domain: "example.com", Statement: "old words", Asked: 612, Unknown: []string{"_domainkey.example.com", "_tcp.example.com", "_domainkey.mg.example.com"},
		Servers: []zone.ServerReport{{Server: "ns1", State: "ok"}},
	}
	if got := f.OpenKeys(); !slices.Equal(got, []string{"_domainkey.example.com", "_domainkey.mg.example.com"}) {
		t.Errorf("%q", got)
	}
	f.Records = []zone.Record{{Name: "s1._domainkey.example.com", Type: "TXT", Content: `"x"`}}
	f.Restate()
	if got := f.OpenKeys(); !slices.Equal(got, []string{"_domainkey.mg.example.com"}) || !strings.HasPrefix(f.Statement, "A good guess") || strings.Contains(f.Statement, "below _domainkey,") {
		t.Errorf("%q: %s", got, f.Statement)
	}
}

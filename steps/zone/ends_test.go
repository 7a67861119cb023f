package zone_test

import (
	"strings"
	"testing"

	"example.test/wizard/steps/zone"
)

func TestEnds(t *testing.T) {
	for line, want := range map[string]string{
		"x.com MX 10 eforward3.registrar-servers.com.":                   "Namecheap’s free mail forwarding",
		"x.com MX 10 ALT1.gmr-smtp-in.l.google.com.":                     "mail forwarding of Squarespace",
		"x.com MX 10 smtp-fwd.wordpress.com.":                            "WordPress.com’s mail forwarding",
		"*.x.com CNAME pixie.porkbun.com.":                               "parking pages",
		"x.com MX 10 mx1.privateemail.com.":                              "",
		`x.com TXT "v=spf1 include:spf.efwd.registrar-servers.com ~all"`: "Namecheap’s free mail forwarding",
	} {
		got := strings.Join(zone.Ends(recs(line), "x.com"), "\n")
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q", line, got)
		}
	}
}

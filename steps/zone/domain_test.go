package zone_test

import (
	"strings"
	"testing"

	"example.test/wizard/steps/zone"
)

func TestParseDomain(t *testing.T) {
	tests := []struct {
		input, want, kind string
	}{
		{"example.com", "example.com", ""},
		{"  Example.COM. ", "example.com", ""},
		{"https://www.example.com:8443/path?q=1#x", "example.com", ""},
		{"http://example.com\\", "example.com", ""},
		{"//example.com/", "example.com", ""},
		{"www.example.co.uk", "example.co.uk", ""},
		{"robin@example.com", "example.com", ""},
		{"“example.com”", "example.com", ""},
		{"*.example.com", "example.com", ""},
		{"bücher.de", "xn--bcher-kva.de", ""},
		{"BÜCHER.DE", "xn--bcher-kva.de", ""},
		{"xn--bcher-kva.de", "xn--bcher-kva.de", ""},
		{"例え。jp", "xn--r8jz45g.jp", ""},
		{"example.uk.com", "example.uk.com", ""},
		{"plex.example.com", "example.com", zone.KindSubdomain},
		{"a.b.www.example.co.uk", "example.co.uk", zone.KindSubdomain},
		{"_dmarc.example.com", "example.com", zone.KindSubdomain},
		{"example.zzzz", "example.zzzz", zone.KindUnlisted},
		{"", "", zone.KindEmpty},
		{" \t\n", "", zone.KindEmpty},
		{"example", "", zone.KindNoEnding},
		{"com", "", zone.KindSuffix},
		{"co.uk", "", zone.KindSuffix},
		{"me.duckdns.org", "", zone.KindFree},
		{"duckdns.org", "", zone.KindFree},
		{"attic.myfritz.net", "", zone.KindFree},
		{"attic.mooo.com", "", zone.KindFree},
		{"user.github.io", "", zone.KindFree},
		{"192.0.2.1", "", zone.KindAddress},
		{"http://192.0.2.1:32400/web", "", zone.KindAddress},
		{"[2001:db8::1]:32400", "", zone.KindAddress},
		{"2001:db8::1", "", zone.KindAddress},
		{"plex.local", "", zone.KindPrivate},
		{"nas.home.arpa", "", zone.KindPrivate},
		{"localhost", "", zone.KindPrivate},
		{"exa mple.com", "", zone.KindGarbage},
		{"example..com", "", zone.KindGarbage},
		{"-example.com", "", zone.KindGarbage},
		{"exa_mple.com", "", zone.KindGarbage},
		{"<script>", "", zone.KindNoEnding},
		{"...", "", zone.KindGarbage},
		{strings.Repeat("a", 64) + ".com", "", zone.KindGarbage},
	}
	for _, tt := range tests {
		t.Run(tt.input, func(t *testing.T) {
			got, err := zone.ParseDomain(tt.input)
			kind := ""
			if err != nil {
				kind = err.Kind
			}
			if got != tt.want || kind != tt.kind {
				t.Errorf("ParseDomain(%q) = %q, %q (%v), want %q, %q", tt.input, got, kind, err, tt.want, tt.kind)
			}
		})
	}
}

func TestParseDomainWords(t *testing.T) {
	_, err := zone.ParseDomain("example")
	if want := "“example” is not a domain yet: it needs an ending such as .com."; err == nil || err.Text != want {
		t.Errorf("got %v, want %q", err, want)
	}
	_, err = zone.ParseDomain("plex.bücher.de")
	if err == nil || !strings.Contains(err.Error(), "bücher.de") || strings.Contains(err.Error(), "xn--") {
		t.Errorf("the remark must show the name as it is written: %v", err)
	}
}

func TestToUnicode(t *testing.T) {
	for in, want := range map[string]string{
		"xn--bcher-kva.de": "bücher.de", "_dmarc.example.com": "_dmarc.example.com", "xn--.com": "xn--.com", "": "",
		"*._dmarc.xn--bro-hoa.xn--bcher-kva.de.": "*._dmarc.büro.bücher.de.", strings.Repeat("a", 64) + ".xn--bcher-kva.de": strings.Repeat("a", 64) + ".bücher.de",
	} {
		if got := zone.ToUnicode(in); got != want {
			t.Errorf("ToUnicode(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzParseDomain(f *testing.F) {
	for _, s := range []string{"example.com", "https://www.Bücher.de:80/x", "a.b.co.uk.", "[::1]", "me.duckdns.org", "xn--a.com", "\xff", "1.2.3.4", "a@b@c.io"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		domain, err := zone.ParseDomain(input)
		if domain == "" {
			if err == nil || err.Text == "" || err.Fix == "" {
				t.Fatalf("ParseDomain(%q) says neither a domain nor why not: %v", input, err)
			}
			return
		}
		if again, err := zone.ParseDomain(domain); again != domain || err != nil && err.Kind != zone.KindUnlisted {
			t.Fatalf("ParseDomain(%q) = %q, which gives %q, %v", input, domain, again, err)
		}
		if domain != zone.CanonicalName(domain) || len(domain) > 253 {
			t.Fatalf("ParseDomain(%q) = %q, which is not in its canonical form", input, domain)
		}
	})
}

package zone_test

import (
	"slices"
	"testing"

	"example.test/wizard/steps/zone"
)

func TestVeiled(t *testing.T) {
	for line, want := range map[string]bool{
		`x.com A 104.16.132.229`:    true,
		`x.com A 104.27.255.255`:    true,
		`x.com A 104.28.0.1`:        false, // next to a range
		`x.com A 198.51.100.24`:     false,
		`x.com A 23.227.38.65`:      false, // Shopify's own, behind Cloudflare's network but not its proxy's
		`x.com AAAA 2606:4700::1`:   true,
		`x.com AAAA 2001:db8::1`:    false,
		`x.com TXT "104.16.132.29"`: false,
		`x.com A nonsense`:          false,
		`x.com HTTPS 1 . alpn="h3,h2" ipv4hint="104.16.132.229,104.16.133.229"`: true,
		`x.com HTTPS 1 . alpn=h2 ipv6hint=2606:4700::6810:84e5`:                 true,
		`x.com HTTPS 1 . alpn="h2" ipv4hint="192.0.2.1"`:                        false,
		`x.com HTTPS 1 . alpn="h2"`:                                             false,
	} {
		if got := zone.Veiled(recs(line)[0]); got != want {
			t.Errorf("%s: %v", line, got)
		}
	}
}

// A domain that is proxied in somebody else's account answers with the proxy's
// addresses. They are listed, and never carried; the zone file of that account
// says what is behind them.
func TestVeiledAnswersAreNotCarried(t *testing.T) {
	s := one(`x.com A 104.16.132.229`, `x.com HTTPS 1 . alpn="h3,h2" ipv4hint="104.16.132.229"`, `x.com MX 10 m.y.`, `www.x.com A 104.16.132.229`, `mail.x.com A 192.0.2.5`)
	extra := recs(`www.x.com CNAME shop.y.com.`, `x.com A 192.0.2.1`, `mail.x.com A 192.0.2.6`)
	for i := range extra {
		extra[i].Sources = []string{"file"}
	}
	for _, transfer := range []bool{false, true} {
		s["ns1"].transfer = transfer
		found := find(t, s, func(f *zone.Finder) { f.Extra = extra })
		got := lines(found.Records)
		if want := sorted([]string{`www.x.com CNAME shop.y.com.`, `x.com A 192.0.2.1`, `x.com MX 10 m.y.`, `mail.x.com A 192.0.2.5`}); !slices.Equal(got, want) {
			t.Errorf("carried: %q", got)
		}
		var left []string
		for _, l := range found.LeftOut {
			if l.Record.Type != "SOA" && l.Record.Type != "NS" {
				left = append(left, l.Record.Name+" "+l.Record.Type+": "+l.Why)
			}
		}
		if len(left) != 4 {
			t.Errorf("left behind: %q", left)
		}
	}
}

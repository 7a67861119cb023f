package main

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	simdns "example.test/wizard/sim/dns"
)

// umlauts is a domain whose owner writes it with letters that DNS does not have.
const (
	umlauts = "xn--bcher-kino-9db.com"
	asTyped = "HTTPS://www.Bücher-Kino.COM/film?x=ü"
)

const umlautZone = `$TTL 300
@ SOA ns. host. 1 7200 1800 604800 300
@ NS dns1.registrar-servers.com.
@ NS dns2.registrar-servers.com.
@ A 192.0.2.1
@ MX 10 xn--bro-hoa
@ TXT "v=spf1 mx -all"
_dmarc TXT "v=DMARC1; p=none"
xn--bro-hoa A 192.0.2.3
www CNAME xn--bro-hoa.xn--bcher-kino-9db.com.
`

// TestUmlauts: a domain typed as its owner writes it and the same domain typed as
// DNS holds it are one zone with the same records, and the pages show it as its
// owner writes it.
func TestUmlauts(t *testing.T) {
	for _, typed := range []string{asTyped, umlauts} {
		t.Run(typed, func(t *testing.T) { moveUmlauts(t, typed) })
	}
}

func moveUmlauts(t *testing.T, typed string) {
	w := newPlexWorld(t)
	must(t, w.DNS.Register(simdns.Domain{Name: umlauts, Zone: umlautZone, Registrar: simdns.Registrar{Name: "NameCheap, Inc.", ID: 1068}}))
	w.start(nil)
	w.submit(w.get("/before"), "[data-next]", url.Values{"agree": {"yes"}})
	p := w.submit(w.shows("/steps/dns", `input[name="domain"]`), "[data-next]", url.Values{"domain": {typed}})
	w.readable(p, "Find every record of bücher-kino.com", umlauts+" (bücher-kino.com)", "bücher-kino.com, bought at Namecheap")
	if got := w.get("/steps/dns?part=domain").Find(`input[name="domain"]`).AttrOr("value", ""); got != "bücher-kino.com" {
		t.Errorf("the field for the domain holds %q", got)
	}
	w.submit(p, "[data-next]", nil)
	p = w.shows("/steps/dns", `form.compare [data-next]`)
	w.readable(p, "büro (xn--bro-hoa)")
	w.submit(p, "[data-next]", nil)
	p = w.shows("/steps/dns", `button[value="changed"]`)
	w.readable(p, "bücher-kino.com, bought at Namecheap")
	w.readable(w.get("/"), "Your Plex at bücher-kino.com")
	w.readable(w.get("/history"), "bücher-kino.com")

	recs, _, _, ok := w.Cloudflare.ZoneRecords(umlauts)
	var got []string
	for _, r := range recs {
		got = append(got, r.Name+" "+r.Type+" "+r.Content)
	}
	want := regexp.MustCompile(`^(xn--bcher-kino-9db|(xn--bro-hoa|www|_dmarc)\.xn--bcher-kino-9db)\.com (A|MX|TXT|CNAME) `)
	for _, line := range got {
		if !want.MatchString(line) {
			t.Errorf("at Cloudflare: %s", line)
		}
	}
	if !ok || len(got) != 6 || len(w.Cloudflare.TunnelIDs()) != 0 {
		t.Errorf("at Cloudflare there are %d records:\n%s", len(got), strings.Join(got, "\n"))
	}
	if at, ok := w.Cloudflare.ZoneFor("xn--bro-hoa." + umlauts); !ok || at != umlauts {
		t.Errorf("the zone is %q", at)
	}
}

// readable: the page says this.
func (w *plexWorld) readable(p page, want ...string) {
	w.t.Helper()
	for _, one := range want {
		if !strings.Contains(p.words(), one) {
			w.t.Errorf("%s does not say %q:\n%s", p.At(), one, p.words())
		}
	}
}

package rdap

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRegistrarsList(t *testing.T) {
	list := registrars()
	var keys []string
	ids := map[int]string{}
	for _, r := range list {
		g := r.about("example.com")
		keys = append(keys, g.Key)
		if g.Name == "" || len(g.Steps) == 0 || len(g.DNSSEC) == 0 {
			t.Errorf("%s is not complete: %+v", g.Key, g)
		}
		for _, address := range []string{g.URL, g.DNSURL} {
			if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "https" || strings.Contains(address, "{")) {
				t.Errorf("%s: address %q", g.Key, address)
			}
		}
		for _, s := range slices.Concat(g.Steps, g.DNSSEC, g.Warnings) {
			if last, _ := utf8.DecodeLastRuneInString(s); !strings.ContainsRune(".?", last) || strings.ContainsAny(s, "{}\"") {
				t.Errorf("%s: %q is not a sentence for people", g.Key, s)
			}
		}
		for _, id := range r.iana {
			if id == 0 || ids[id] != "" {
				t.Errorf("%s: id %d is wrong, or taken by %q", g.Key, id, ids[id])
			}
			ids[id] = g.Key
		}
		if g.Key != "other" && g.URL == "" {
			t.Errorf("%s has no address", g.Key)
		}
	}
	want := strings.Fields("namecheap godaddy 123reg enom porkbun gandi ovh ionos namecom dynadot hostinger spaceship namesilo squarespace hover fasthosts strato route53 cloudflare other")
	if !slices.Equal(keys, want) {
		t.Errorf("keys %q, want %q", keys, want)
	}
}

func TestGuideFor(t *testing.T) {
	tests := []struct {
		seller seller
		ns     string
		want   string
	}{
		{seller{name: "NameCheap, Inc.", iana: 1068}, "", "namecheap"},
		{seller{name: "Dynadot17 LLC"}, "", "dynadot"},
		{seller{name: "Cronon GmbH", iana: 141}, "", "strato"},
		{seller{handle: "fasthosts"}, "", "fasthosts"},
		{seller{name: "Amazon Registrar, Inc.", iana: 468}, "ada.ns.cloudflare.com", "route53"},
		{seller{name: "Tucows Domains Inc.", iana: 69}, "ns1.hover.com", "hover"},
		{seller{name: "Tucows Domains Inc.", iana: 69}, "ns1.systemdns.com", "other"},
		{seller{name: "eNom, LLC", iana: 48, reseller: "NameCheap"}, "", "namecheap"},
		{seller{name: "Unknown", iana: 4242}, "dns1.registrar-servers.com", "other"},
	}
	for _, tt := range tests {
		if got := guideFor(tt.seller, []string{tt.ns}, "x.com"); got.Key != tt.want {
			t.Errorf("%+v at %q: %s, want %s", tt.seller, tt.ns, got.Key, tt.want)
		}
	}
}

func TestGuess(t *testing.T) {
	for ns, want := range map[string]string{
		"dns1.registrar-servers.com": "namecheap", "NS41.domaincontrol.com.": "godaddy", "curitiba.ns.porkbun.com": "porkbun", "ns-12-a.gandi.net": "gandi",
		"ns200.anycast.me": "ovh", "ns1042.ui-dns.biz": "ionos", "ns1.name.com": "namecom", "ns1.dyna-ns.net": "dynadot", "aurora.dns-parking.com": "hostinger",
		"launch1.spaceship.net": "spaceship", "ns1.dnsowl.com": "namesilo", "ns-cloud-a1.googledomains.com": "squarespace", "ns1.hover.com": "hover",
		"ns1.livedns.co.uk": "fasthosts", "docks05.rzone.de": "strato", "ns-512.awsdns-00.net": "route53", "dns1.name-services.com": "enom", "ns.123-reg.co.uk": "123reg",
		"ada.ns.cloudflare.com": "other", "notname.com": "other", "": "other",
	} {
		if got, ok := guess([]string{ns}, "x.com"); got.Key != want || ok != (want != "other") {
			t.Errorf("%s: %s, want %s", ns, got.Key, want)
		}
	}
}

func TestGuideShowsTheDomain(t *testing.T) {
	g := guideFor(seller{iana: 1068}, nil, "xn--bcher-kva.de")
	if !strings.Contains(g.URL, "xn--bcher-kva.de") || !strings.Contains(g.Steps[0], "bücher.de") {
		t.Errorf("%q, %q", g.URL, g.Steps[0])
	}
}

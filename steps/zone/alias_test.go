package zone_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps/zone"
)

// An alias is suspected where the domain itself has the addresses of the host that
// www leads to, or other ones each time; a host that is the domain's own is none.
func TestAliasOf(t *testing.T) {
	at := func(rtype, content string) zone.Record {
		return zone.Record{Name: "example.com", Type: rtype, TTL: 300, Content: content}
	}
	www := func(target string) zone.Record {
		return zone.Record{Name: "www.example.com", Type: "CNAME", TTL: 300, Content: target}
	}
	shop := "shops.myshopify.com."
	for _, tt := range []struct {
		name      string
		records   []zone.Record
		addresses []string
		changes   bool
		want      *zone.Alias
	}{
		{"a known host", []zone.Record{at("A", "23.227.38.74"), www(shop)}, []string{"23.227.38.74"}, false, &zone.Alias{Target: "shops.myshopify.com", Same: true, Service: "Shopify"}},
		{"one of its many addresses", []zone.Record{at("A", "23.227.38.74"), www(shop)}, []string{"23.227.38.65", "23.227.38.74"}, false, &zone.Alias{Target: "shops.myshopify.com", Same: true, Service: "Shopify"}},
		{"both families", []zone.Record{at("A", "192.0.2.1"), at("AAAA", "2001:DB8::1"), www("web.host.example.")}, []string{"192.0.2.1", "2001:db8::1"}, false, &zone.Alias{Target: "web.host.example", Same: true}},
		{"one family of its own", []zone.Record{at("A", "192.0.2.1"), at("AAAA", "2001:db8::9"), www("web.host.example.")}, []string{"192.0.2.1", "2001:db8::1"}, false, nil},
		{"another address", []zone.Record{at("A", "192.0.2.1"), www(shop)}, []string{"23.227.38.74"}, false, nil},
		{"nobody answers for the host", []zone.Record{at("A", "192.0.2.1"), www(shop)}, nil, false, nil},
		{"www leads to the domain itself", []zone.Record{at("A", "192.0.2.1"), www("example.com.")}, []string{"192.0.2.1"}, false, nil},
		{"www has addresses", []zone.Record{at("A", "192.0.2.1"), {Name: "www.example.com", Type: "A", Content: "192.0.2.1"}}, []string{"192.0.2.1"}, false, nil},
		{"an alias by itself", []zone.Record{at("CNAME", shop), at("A", "23.227.38.74"), www(shop)}, []string{"23.227.38.74"}, false, nil},
		{"no address", []zone.Record{at("MX", "10 mail.example.com."), www(shop)}, []string{"23.227.38.74"}, true, nil},
		{"another one each time", []zone.Record{at("A", "192.0.2.1")}, nil, true, &zone.Alias{Changes: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := zone.Found{Domain: "example.com", Records: tt.records}
			if d := cmp.Diff(tt.want, f.AliasOf(tt.addresses, tt.changes)); d != "" {
				t.Error(d)
			}
		})
	}
}

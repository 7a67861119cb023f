package steps

import (
	"testing"
	"time"

	"example.test/wizard/steps/zone"
)

// What step 2 makes of a search that told less than everything: nobody to ask, a
// key without a name, an address that may be another name's.
func TestDNSFindingOfTheSearch(t *testing.T) {
	s := settled()
	told := with(s, func(s *Settings) { s.Told = noon().Add(-5 * time.Minute) })
	holdDNS(t, []dnsCase{
		{"looked for, and none answered", func(d *dnsSeen) { d.found = Found{Tried: noon()} }, s, DNSFind, StateTodo, "", "find-records", "zone=pass records=warn", "None of the old name servers answers"},
		{"there are no old servers", func(d *dnsSeen) {
			d.found, d.delegation = Found{}, Delegation{}
		}, with(s, func(s *Settings) { s.OldServers = nil }), DNSFind, StateTodo, "records", "", "records=warn", "No old name servers"},
		{"no old servers, and not at Cloudflare yet", func(d *dnsSeen) {
			d.found, d.delegation, d.exists, d.zone = Found{}, Delegation{}, false, Zone{}
		}, with(s, func(s *Settings) { s.OldServers, s.ZoneID = nil, "" }), DNSFind, StateTodo, "", "create-zone", "zone=skip", ""},
		{"nothing to take along", func(d *dnsSeen) { d.found, d.cloud = Found{At: noon(), Nothing: true}, nil }, s, DNSRegistrar, StateTodo, "registrar", "", "records=pass", ""},
		{"active, and never looked for", func(d *dnsSeen) {
			active(d)
			d.found = Found{}
		}, s, DNSDone, StateAttention, "", "", "records=warn zone-active=pass", "Active"},
		{"a key that nobody named", unnamed, s, DNSCompare, StateProblem, "", "", "records=pass mail=fail", "Mail is not safe"},
		{"a key that nobody named, and records to copy", func(d *dnsSeen) {
			unnamed(d)
			d.cloud = d.cloud[1:]
		}, s, DNSCompare, StateTodo, "", "create-records", "mail=absent", ""},
		{"a key that the person named", func(d *dnsSeen) {
			unnamed(d)
			key := zone.Record{Name: "mail2024._domainkey.example.com", Type: "TXT", Content: `"v=DKIM1; p=x"`}
			d.found.Records = append(oldRecords(), key)
			d.cloud = inCloud(d.found.Records)
		}, s, DNSRegistrar, StateTodo, "registrar", "", "mail=absent", "Namecheap"},
		{"a key that is not needed", unnamed, with(s, func(s *Settings) { s.Records.Unsigned = []string{"_domainkey.example.com"} }), DNSRegistrar, StateTodo, "registrar", "", "mail=absent", "Namecheap"},
		{"a yes to other mail records does not answer it", unnamed, with(s, func(s *Settings) { s.Records.Override = true }), DNSCompare, StateProblem, "", "", "mail=fail", ""},
		{"a key that nobody named, after the move", func(d *dnsSeen) {
			active(d)
			unnamed(d)
		}, with(told, func(s *Settings) { s.Records.Carried = true }), DNSDone, StateAttention, "", "", "mail=warn", ""},
		{"an alias of a service that is known", func(d *dnsSeen) {
			follows(d, "Shopify")
			d.cloud = d.cloud[1:]
		}, s, DNSCompare, StateTodo, "", "create-records", "", "1 record"},
		{"an alias that is there", func(d *dnsSeen) {
			follows(d, "Shopify")
			d.cloud[0].Type, d.cloud[0].Content = "CNAME", "shops.host.example"
		}, s, DNSRegistrar, StateTodo, "registrar", "", "records=pass", ""},
		{"an alias that nobody knows is copied", func(d *dnsSeen) { follows(d, "") }, s, DNSRegistrar, StateTodo, "registrar", "", "records=pass", ""},
		{"an alias that nobody knows, and was chosen", func(d *dnsSeen) { follows(d, "") }, with(s, func(s *Settings) { s.Records.Alias, s.Records.Many = AliasFollow, "" }), DNSCompare, StateTodo, "", "change-records", "", ""},
		{"an alias of a service, and the copy was chosen", func(d *dnsSeen) { follows(d, "Shopify") }, with(s, func(s *Settings) { s.Records.Alias = AliasCopy }), DNSRegistrar, StateTodo, "registrar", "", "records=pass", ""},
		{"an alias, and Cloudflare has the address already", func(d *dnsSeen) { follows(d, "Shopify") }, s, DNSRegistrar, StateTodo, "registrar", "", "records=pass", ""},
	})
}

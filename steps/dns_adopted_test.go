package steps

import (
	"testing"

	"example.test/wizard/steps/zone"
)

// A domain that somebody else moved, and one that another account's proxy hides.
func TestDNSFindingOfAnothersMove(t *testing.T) {
	s := settled()
	holdDNS(t, []dnsCase{
		{"proxied in another account", func(d *dnsSeen) {
			d.found.LeftOut = []zone.LeftOut{{Record: zone.Record{Name: "www.example.com", Type: "A", Content: "104.16.132.229"}, Why: "hidden"}}
		}, s, DNSRegistrar, StateTodo, "registrar", "", "veiled=warn", ""},
		{"the same, and a zone file tells", func(d *dnsSeen) {
			www := zone.Record{Name: "www.example.com", Type: "CNAME", Content: "example.com."}
			d.found.LeftOut = []zone.LeftOut{{Record: zone.Record{Name: "www.example.com", Type: "A", Content: "104.16.132.229"}, Why: "hidden"}}
			d.found.Records, d.cloud = append(oldRecords(), www), inCloud(append(oldRecords(), www))
		}, s, DNSRegistrar, StateTodo, "registrar", "", "veiled=absent", ""},
		{"adopted while the registry still tells both", func(d *dnsSeen) {
			active(d)
			d.delegation = delegated(pairOf(), []string{"ns1.old.example"})
			d.found = Found{}
		}, with(s, func(s *Settings) { s.OldServers = nil }), DNSWait, StateWaiting, "", "", "records=pass parent=wait", "Waiting for the registry"},
		{"adopted, and moved away since", func(d *dnsSeen) {
			active(d)
			d.delegation, d.found = delegated([]string{"ns1.new.example"}, []string{"ns1.new.example"}), Found{}
		}, with(s, func(s *Settings) { s.OldServers, s.Story = nil, []Moment{{At: noon(), What: "active"}} }), DNSRegistrar, StateProblem, "registrar", "", "records=pass parent=fail", "Moved away"},
		{"moved by somebody else, and not active yet", func(d *dnsSeen) {
			d.delegation, d.found = delegated(pairOf(), pairOf()), Found{}
		}, with(s, func(s *Settings) { s.OldServers = nil }), DNSWait, StateWaiting, "", "check-activation*", "records=pass", ""},
		{"the same, and Cloudflare knows the old servers", func(d *dnsSeen) {
			d.delegation, d.found = delegated(pairOf(), pairOf()), Found{}
			d.zone.OldServers = []string{"ns1.old.example"}
		}, with(s, func(s *Settings) { s.OldServers = nil }), DNSFind, StateTodo, "", "find-records", "records=skip", ""},
	})
}

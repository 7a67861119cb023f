package steps

import (
	"testing"
	"time"
)

// A zone that Cloudflare does not pass anything on for, and what its card says.
func TestDNSFindingOfTheZonesStatus(t *testing.T) {
	s := settled()
	told := with(s, func(s *Settings) { s.Told = noon().Add(-5 * time.Minute) })
	paused := func(d *dnsSeen) { active(d); d.zone.Paused = true }
	holdDNS(t, []dnsCase{
		{"active, and paused", paused, told, DNSDone, StateProblem, "", "", "paused=fail parent=pass zone-active=pass", "Paused"},
		{"moved by somebody else, and paused", paused, with(s, func(s *Settings) { s.OldServers = nil }), DNSDone, StateProblem, "", "", "paused=fail", ""},
		{"paused before it is active", func(d *dnsSeen) {
			d.delegation, d.zone.Paused = delegated(pairOf(), pairOf()), true
		}, told, DNSWait, StateWaiting, "", "check-activation*", "paused=warn", ""},
		{"not paused", active, told, DNSDone, StateDone, "", "", "paused=absent", ""},
		{"added in the dashboard, and no plan chosen", func(d *dnsSeen) { d.zone.Status, d.answers = "initializing", nil }, s, DNSRegistrar, StateProblem, "", "", "zone-active=fail", "Finish the setup"},
	})
	for status, want := range map[string]struct {
		word string
		mark Status
	}{
		"initializing": {"Finish Setup", Fail}, "pending": {"Pending Nameserver Update", Wait}, "active": {"Active", Pass}, "moved": {"Moved", Fail}, "deactivated": {"Deactivated", Wait},
	} {
		seen := moving()
		seen.zone.Status = status
		card := seen.finding(told, noon(), 1).Evidence[0]
		if card.Word != want.word || card.Status != want.mark || card.Rows[1].Values[0].Text != want.word {
			t.Errorf("%s: %q, %s", status, card.Word, card.Status)
		}
	}
	seen := moving()
	paused(&seen)
	if card := seen.finding(told, noon(), 1).Evidence[0]; card.Word != "Active, paused" || card.Status != Fail {
		t.Errorf("%q, %s", card.Word, card.Status)
	}
}

package steps

import (
	"strings"
	"testing"
	"time"
)

// A DS record that is at the registry after the move either is of Cloudflare's key,
// or makes the domain dark.
func TestDNSFindingOfASignatureAfterTheMove(t *testing.T) {
	s := settled()
	told := with(s, func(s *Settings) { s.Told = noon().Add(-5 * time.Minute) })
	const ours, theirs = "2371 13 2 0fab", "12345 13 2 abcd"
	left := func(d *dnsSeen) {
		active(d)
		d.delegation.DS, d.delegation.DSTTL = []string{theirs}, 24*time.Hour
	}
	refused := func(d *dnsSeen) {
		left(d)
		d.signErr = cf(403, 10000)
	}
	silent := func(d *dnsSeen) {
		refused(d)
		for i := range d.sightings {
			d.sightings[i].Values, d.sightings[i].Err, d.sightings[i].GaveUp = nil, "could not find out (SERVFAIL)", true
		}
	}
	gone := with(told, func(s *Settings) {
		s.Signed = Signature{Domain: "example.com", TTL: 24 * time.Hour, Gone: noon().Add(-time.Hour)}
	})
	holdDNS(t, []dnsCase{
		{"left on, and the domain is active", left, told, DNSRegistrar, StateProblem, "", "", "dnssec=fail parent=pass", "DNSSEC"},
		{"left on by somebody who moved it before", left, with(s, func(s *Settings) { s.OldServers = nil }), DNSRegistrar, StateProblem, "", "", "dnssec=fail records=pass", "DNSSEC"},
		{"left on, and the registry has just changed", func(d *dnsSeen) {
			d.delegation = delegated(pairOf(), []string{"ns1.old.example"})
			d.delegation.DS = []string{theirs}
		}, told, DNSRegistrar, StateProblem, "", "", "dnssec=fail parent=wait", ""},
		{"left on, and Cloudflare is to look", func(d *dnsSeen) {
			d.delegation = delegated(pairOf(), pairOf())
			d.delegation.DS = []string{theirs}
		}, told, DNSRegistrar, StateProblem, "", "check-activation*", "dnssec=fail parent=pass", ""},
		{"on with Cloudflare’s key", func(d *dnsSeen) {
			left(d)
			d.delegation.DS, d.signedWith = []string{"2371 13 2 0FAB"}, ours
		}, told, DNSDone, StateDone, "", "", "dnssec=pass", "Active"},
		{"on with both keys", func(d *dnsSeen) {
			left(d)
			d.delegation.DS, d.signedWith = []string{theirs, ours}, ours
		}, told, DNSDone, StateDone, "", "", "dnssec=pass", ""},
		{"Cloudflare signs with another key", func(d *dnsSeen) {
			left(d)
			d.signedWith = ours
		}, told, DNSRegistrar, StateProblem, "", "", "dnssec=fail", ""},
		{"the key is not told, and the resolvers find the domain", refused, told, DNSDone, StateDone, "", "", "dnssec=skip", ""},
		{"the key is not told, and no resolver finds the domain", silent, told, DNSRegistrar, StateProblem, "", "", "dnssec=fail", ""},
		{"it is gone, and remembered", active, gone, DNSWait, StateWaiting, "", "", "dnssec=wait parent=pass", "forget"},
		{"it is gone, and forgotten", active, with(gone, func(s *Settings) { s.Signed.Gone = noon().Add(-25 * time.Hour) }), DNSDone, StateDone, "", "", "dnssec=absent", ""},
		{"not changed yet, and nothing asks for a key", func(d *dnsSeen) { d.delegation.DS = []string{theirs} }, s, DNSRegistrar, StateProblem, "", "", "dnssec=fail parent=absent", "DNSSEC"},
	})
	seen := moving()
	left(&seen)
	seen.signedWith = ours
	seen.registration.Guide.DNSSEC = []string{"Switch it off"}
	f := seen.finding(told, noon(), 1)
	if c := f.Check("dnssec"); !strings.Contains(c.Fix.Text, ours) || !strings.Contains(c.Detail, theirs) || len(c.Fix.Steps) != 1 || !strings.Contains(c.Fix.Title, "Namecheap") {
		t.Errorf("%+v", c)
	}
	for _, complaint := range Sound(f) {
		t.Error(complaint)
	}
}

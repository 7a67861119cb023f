package steps

import (
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps/zone"
)

// A dnsCase is what a look saw, beginning with a move that is ready, and what is
// made of it.
type dnsCase struct {
	name         string
	seen         func(d *dnsSeen)
	set          Settings
	part         string
	state        State
	ask, plan    string
	checks, says string
}

func holdDNS(t *testing.T, cases []dnsCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			seen := moving()
			tt.seen(&seen)
			f := seen.finding(tt.set, noon(), 1)
			expect(t, f, tt.state, tt.ask, tt.plan, tt.checks)
			if d := f.Detail.(*DNSDetail); d.Part != tt.part {
				t.Errorf("part %s, not %s", d.Part, tt.part)
			}
			if !strings.Contains(f.Summary, tt.says) {
				t.Errorf("%q does not say %q", f.Summary, tt.says)
			}
		})
	}
}

func TestDNSFinding(t *testing.T) {
	s := settled()
	told := with(s, func(s *Settings) { s.Told = noon().Add(-5 * time.Minute) })
	askedNow := with(told, func(s *Settings) { s.Asked = noon().Add(-time.Minute) })
	skip := func(types ...string) Settings {
		return with(s, func(s *Settings) {
			for _, r := range oldRecords() {
				for _, typ := range types {
					if r.Type == typ {
						s.Records.Skip = append(s.Records.Skip, r.Key())
					}
				}
			}
		})
	}
	holdDNS(t, []dnsCase{
		{"unknown to the registry", func(d *dnsSeen) { d.delegation, d.registration = Delegation{}, Registration{} }, s, DNSDomain, StateProblem, "", "", "domain=fail", "does not know"},
		{"the registry cannot be asked", func(d *dnsSeen) {
			d.registration, d.registryErr = Registration{}, cf(500, 0)
		}, s, DNSRegistrar, StateTodo, "registrar", "", "domain=pass", "your registrar"},
		{"on hold", func(d *dnsSeen) { d.registration.Status = []string{"active", "server hold"} }, s, DNSDomain, StateProblem, "", "", "domain=fail", "on hold"},
		{"about to be deleted", func(d *dnsSeen) { d.registration.Status = []string{"redemption period"} }, s, DNSDomain, StateProblem, "", "", "domain=fail", "about to be deleted"},
		{"on its way to another registrar", func(d *dnsSeen) { d.registration.Status = []string{"pending transfer"} }, s, DNSDomain, StateProblem, "", "", "domain=fail", "another registrar"},
		{"expired", func(d *dnsSeen) { d.registration.Expires = noon().AddDate(0, 0, -3) }, s, DNSRegistrar, StateTodo, "registrar", "", "domain=warn", ""},
		{"locked", func(d *dnsSeen) { d.registration.Status = []string{"client update prohibited"} }, s, DNSRegistrar, StateTodo, "registrar", "", "domain=pass unlocked=warn", ""},
		{"locked against transfers only", func(d *dnsSeen) { d.registration.Status = []string{"client transfer prohibited"} }, s, DNSRegistrar, StateTodo, "registrar", "", "domain=pass zone=pass", ""},
		{"locked, and the move is done", func(d *dnsSeen) {
			active(d)
			d.registration.Status = []string{"client update prohibited"}
		}, told, DNSDone, StateDone, "", "", "domain=pass", ""},
		{"at Cloudflare in another account", func(d *dnsSeen) {
			d.exists, d.zone = false, Zone{}
			d.delegation = delegated([]string{"eve.ns.cloudflare.com", "max.ns.cloudflare.com"})
		}, with(s, func(s *Settings) { s.ZoneID = "" }), DNSFind, StateTodo, "", "create-zone find-records", "zone=warn", ""},
		{"bought at Cloudflare in another account", func(d *dnsSeen) {
			d.exists, d.zone = false, Zone{}
			d.delegation = delegated([]string{"eve.ns.cloudflare.com", "max.ns.cloudflare.com"})
			d.registration.Guide.Key = "cloudflare"
		}, with(s, func(s *Settings) { s.ZoneID = "" }), DNSDomain, StateProblem, "", "", "zone=fail", "bought at Cloudflare"},
		{"bought at Cloudflare, and here", func(d *dnsSeen) {
			active(d)
			d.registration.Guide.Key = "cloudflare"
		}, with(s, func(s *Settings) { s.OldServers = nil }), DNSDone, StateDone, "", "", "zone=pass", ""},
		{"not at Cloudflare yet", func(d *dnsSeen) { d.exists, d.zone = false, Zone{} }, with(s, func(s *Settings) { s.ZoneID = "" }), DNSFind, StateTodo, "", "create-zone find-records", "domain=pass zone=skip", "Add example.com"},
		{"there already", func(*dnsSeen) {}, with(s, func(s *Settings) { s.ZoneID = "" }), DNSFind, StateTodo, "", "adopt-zone find-records", "zone=skip", ""},
		{"there already and working", func(d *dnsSeen) { active(d) }, with(s, func(s *Settings) { s.ZoneID, s.OldServers = "", nil }), DNSFind, StateTodo, "", "adopt-zone", "zone=skip", ""},
		{"in another account", func(d *dnsSeen) { d.zone.AccountID, d.zone.AccountName = "acc-2", "Work" }, with(s, func(s *Settings) { s.ZoneID, s.TunnelID = "", "" }), DNSDomain, StateProblem, "", "", "zone=fail", "another account"},
		{"in another account, and so it was taken up", func(d *dnsSeen) { d.zone.AccountID, d.zone.AccountName = "acc-2", "Work" }, s, DNSDomain, StateProblem, "", "", "zone=fail", "another account"},
		{"it was there and is gone", func(d *dnsSeen) { d.exists, d.lost, d.zone = false, true, Zone{} }, s, DNSFind, StateProblem, "", "create-zone find-records", "zone=fail", ""},
		{"records not looked for", func(d *dnsSeen) { d.found = Found{} }, s, DNSFind, StateTodo, "", "find-records", "zone=pass records=skip", "Find the records"},
		{"all records missing", func(d *dnsSeen) { d.cloud = nil }, s, DNSCompare, StateTodo, "", "create-records", "records=skip", "4 records to copy"},
		{"one differs", func(d *dnsSeen) { d.cloud[1].Content = "20 mail.example.com." }, s, DNSCompare, StateTodo, "", "change-records", "records=skip", "1 record to copy"},
		{"missing, and to be left behind", func(d *dnsSeen) { d.cloud = d.cloud[1:] }, skip("A"), DNSRegistrar, StateTodo, "registrar", "", "records=pass", "Namecheap"},
		{"mail left behind by name", func(d *dnsSeen) { d.cloud = inCloud(oldRecords()[:1]) }, skip("MX", "TXT", "A"), DNSRegistrar, StateTodo, "registrar", "", "records=pass", ""},
		{"a kind that Cloudflare does not hold", func(d *dnsSeen) {
			d.found.Records = append(oldRecords(), zone.Record{Name: "example.com", Type: "SPF", Content: `"x"`})
		}, s, DNSRegistrar, StateTodo, "registrar", "", "records=warn", ""},
		{"mail of a kind that Cloudflare does not hold", func(d *dnsSeen) {
			d.found.Records = append(oldRecords(), zone.Record{Name: "example.com", Type: "SPF", Content: `"v=spf1 -all"`})
		}, s, DNSCompare, StateProblem, "", "", "mail=fail", "Mail is not safe"},
		{"the same, and a yes for it", func(d *dnsSeen) {
			d.found.Records = append(oldRecords(), zone.Record{Name: "example.com", Type: "SPF", Content: `"v=spf1 -all"`})
		}, with(s, func(s *Settings) { s.Records.Override = true }), DNSRegistrar, StateTodo, "registrar", "", "mail=warn", "Namecheap"},
		{"ready to change", func(*dnsSeen) {}, s, DNSRegistrar, StateTodo, "registrar", "", "records=pass servers=pass parent=skip zone-active=skip resolver-google=skip", "Namecheap"},
		{"a new server does not answer yet", func(d *dnsSeen) { d.answers = d.answers[:1] }, s, DNSRegistrar, StateWaiting, "", "", "servers=wait", "Waiting for the new name servers"},
		{"a new server names others beside the pair", func(d *dnsSeen) {
			d.pairSaid[1].Records = append(d.pairSaid[1].Records, zone.Record{Type: "NS", Content: "ns1.old.example."})
		}, s, DNSRegistrar, StateWaiting, "", "", "servers=wait", ""},
		{"a new server answers something else", func(d *dnsSeen) { d.agreement.Odd = []string{"MX example.com"} }, s, DNSRegistrar, StateWaiting, "", "", "servers=pass answers=wait", "Waiting for the new name servers"},
		{"a new server leaves questions open", func(d *dnsSeen) { d.agreement.Silent = 2 }, s, DNSRegistrar, StateWaiting, "", "", "answers=wait", ""},
		{"they could not be asked, and a yes for it", func(d *dnsSeen) { d.agreement = Agreement{} }, with(s, func(s *Settings) { s.Records.Unproven = true }), DNSRegistrar, StateTodo, "registrar", "", "answers=wait", "Namecheap"},
		{"they could not be asked after the change", func(d *dnsSeen) { d.agreement = Agreement{} }, told, DNSWait, StateWaiting, "", "", "answers=wait", ""},
		{"signed", func(d *dnsSeen) { d.delegation.DS, d.delegation.DSTTL = []string{"12345 13 2 ABCD"}, 24*time.Hour }, s, DNSRegistrar, StateProblem, "", "", "dnssec=fail", "DNSSEC"},
		{"the signature is gone and remembered", func(*dnsSeen) {}, with(s, func(s *Settings) {
			s.Signed = Signature{Domain: "example.com", TTL: 24 * time.Hour, Gone: noon().Add(-time.Hour)}
		}), DNSRegistrar, StateProblem, "", "", "dnssec=fail", "Caches forget"},
		{"the signature was another domain’s", func(*dnsSeen) {}, with(s, func(s *Settings) { s.Signed = Signature{Domain: "example.org", TTL: 24 * time.Hour, Gone: noon()} }), DNSRegistrar, StateTodo, "registrar", "", "parent=skip", ""},
		{"the signature is forgotten", func(*dnsSeen) {}, with(s, func(s *Settings) {
			s.Signed = Signature{Domain: "example.com", TTL: 24 * time.Hour, Gone: noon().Add(-25 * time.Hour)}
		}), DNSRegistrar, StateTodo, "registrar", "", "parent=skip", ""},
		{"the person has changed them", func(*dnsSeen) {}, told, DNSWait, StateWaiting, "", "", "parent=wait zone-active=wait resolver-google=skip resolver-cloudflare=skip", "Waiting for the registry"},
		{"one server of the registry knows", func(d *dnsSeen) { d.delegation = delegated(pairOf(), []string{"ns1.old.example"}) }, told, DNSWait, StateWaiting, "", "", "parent=wait", ""},
		{"the registry knows", func(d *dnsSeen) { d.delegation = delegated(pairOf(), pairOf()) }, told, DNSWait, StateWaiting, "", "check-activation*", "parent=pass resolver-google=wait", "1 of 4"},
		{"the registry knows, and nobody said so", func(d *dnsSeen) { d.delegation = delegated(pairOf(), pairOf()) }, s, DNSWait, StateWaiting, "", "check-activation*", "parent=pass", ""},
		{"Cloudflare was asked", func(d *dnsSeen) { d.delegation = delegated(pairOf(), pairOf()) }, askedNow, DNSWait, StateWaiting, "", "", "parent=pass", ""},
		{"asked an hour ago", func(d *dnsSeen) { d.delegation = delegated(pairOf(), pairOf()) }, with(told, func(s *Settings) { s.Asked = noon().Add(-time.Hour) }), DNSWait, StateWaiting, "", "check-activation*", "", ""},
		{"active", active, told, DNSDone, StateDone, "", "", "parent=pass zone-active=pass resolver-google=pass", "Active, 4 records"},
		{"active, and some resolvers are slow", func(d *dnsSeen) {
			active(d)
			d.sightings[0].Values = []string{"ns1.old.example"}
		}, told, DNSDone, StateDone, "", "", "resolver-google=skip", ""},
		{"active, and asked in a hotel", func(d *dnsSeen) {
			active(d)
			d.answers, d.pairSaid, d.agreement = nil, nil, Agreement{}
		}, told, DNSDone, StateDone, "", "", "servers=skip answers=skip", ""},
		{"active, and a record is answered otherwise", func(d *dnsSeen) {
			active(d)
			d.agreement.Odd = []string{"TXT example.com"}
		}, told, DNSDone, StateAttention, "", "", "answers=warn", ""},
		{"active, and the person has changed a record since", func(d *dnsSeen) {
			active(d)
			d.found.Records = append(oldRecords(), zone.Record{Name: "blog.example.com", Type: "A", Content: "192.0.2.10"})
			d.cloud = inCloud(append(oldRecords(), zone.Record{Name: "blog.example.com", Type: "A", Content: "192.0.2.77"}))
		}, with(told, func(s *Settings) { s.Records.Carried = true }), DNSDone, StateDone, "", "", "records=pass", ""},
		{"active, and mail has gone since", func(d *dnsSeen) {
			active(d)
			d.cloud = append(d.cloud[:1], d.cloud[2:]...)
		}, with(told, func(s *Settings) { s.Records.Carried = true }), DNSCompare, StateTodo, "", "create-records", "records=skip", ""},
		{"the same, and it shall be written again", func(d *dnsSeen) {
			active(d)
			d.cloud = d.cloud[1:]
		}, with(told, func(s *Settings) { s.Records.Carried, s.Records.Want = true, []string{oldRecords()[0].Key()} }), DNSCompare, StateTodo, "", "create-records", "", ""},
		{"active before everything was copied", func(d *dnsSeen) {
			active(d)
			d.cloud = nil
		}, with(told, func(s *Settings) { s.ZoneCreated = true }), DNSCompare, StateTodo, "", "create-records", "", "4 records to copy"},
		{"active by somebody else before everything was copied: mail and certificates only", func(d *dnsSeen) {
			active(d)
			d.cloud = nil
		}, told, DNSCompare, StateTodo, "", "create-records", "", "3 records to copy"},
		{"active by somebody else, and a record differs", func(d *dnsSeen) {
			active(d)
			d.cloud[0].Content = "192.0.2.99"
		}, told, DNSDone, StateDone, "", "", "records=pass", ""},
		{"carried, and gone again before the move", func(d *dnsSeen) { d.cloud = d.cloud[:2] }, with(s, func(s *Settings) { s.Records.Carried = true }), DNSCompare, StateTodo, "", "create-records", "", ""},
		{"adopted and active", active, with(s, func(s *Settings) { s.OldServers = nil }), DNSDone, StateDone, "", "", "records=pass", ""},
		{"moved away", func(d *dnsSeen) { d.zone.Status = "moved" }, told, DNSRegistrar, StateProblem, "registrar", "", "parent=fail zone-active=fail", "Moved away"},
		{"moving away", func(d *dnsSeen) {
			active(d)
			d.delegation = delegated([]string{"ns1.new.example"}, []string{"ns1.new.example"})
		}, told, DNSRegistrar, StateProblem, "registrar", "", "parent=fail", "Moved away"},
	})
}

// Mail is what must not stop: as long as one of its records differs, nobody is
// shown name servers that are ready to change.
func TestTheNameServersStayHiddenWhileMailDiffers(t *testing.T) {
	for i, r := range oldRecords() {
		seen := moving()
		cloud := inCloud(oldRecords())
		seen.cloud = append(cloud[:i], cloud[i+1:]...)
		f := seen.finding(settled(), noon(), 1)
		if d := f.Detail.(*DNSDetail); d.Part == DNSRegistrar || f.Ask == "registrar" {
			t.Errorf("without %s", r.Key())
		}
	}
}

func TestAnOrphanedZoneIsClearedUp(t *testing.T) {
	s := with(settled(), func(s *Settings) {
		s.ZoneID = ""
		s.Pending = []Intent{{Step: IDDNS, Action: "create-zone", At: noon()}}
	})
	seen := moving()
	if a := seen.finding(s, noon(), 1).Actions[0]; a.ID != "adopt-zone" || a.Settles != "create-zone" {
		t.Errorf("%+v", a)
	}
	seen.zone.Created = noon().AddDate(-1, 0, 0)
	if a := seen.finding(s, noon(), 1).Actions[0]; a.Settles != "" {
		t.Errorf("a zone that was there before: %+v", a)
	}
}

func TestTheCountOfWhoSeesThem(t *testing.T) {
	seen := moving()
	seen.delegation = delegated(pairOf(), pairOf())
	seen.sightings[1].Values = pairOf()
	f := seen.finding(with(settled(), func(s *Settings) { s.Told = noon() }), noon(), 1)
	if d := f.Detail.(*DNSDetail); d.Sees != 2 || d.Of != 4 || f.Heading != "Two of four see the new name servers" {
		t.Errorf("%d of %d, %q", d.Sees, d.Of, f.Heading)
	}
}

func TestPairIs(t *testing.T) {
	for _, tt := range []struct {
		ns   []string
		want bool
	}{
		{nil, false}, {pairOf(), true}, {[]string{"bob.ns.cloudflare.com", "ada.ns.cloudflare.com"}, true}, {pairOf()[:1], false}, {append(pairOf(), "ns1.old.example"), false},
	} {
		if got := pairIs(tt.ns, pairOf()); got != tt.want {
			t.Errorf("%v: %v", tt.ns, got)
		}
	}
	if pairIs(nil, nil) {
		t.Error("nothing is no pair")
	}
}

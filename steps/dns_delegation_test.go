package steps

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// What the person entered at the registrar does not become right by waiting, and a
// change that spreads from one server of the registry to the other is no mistake.
func TestDNSFindingOfWrongNameServers(t *testing.T) {
	s := settled()
	told := with(s, func(s *Settings) { s.Told = noon().Add(-5 * time.Minute) })
	worked := with(told, func(s *Settings) { s.Story = []Moment{{At: noon(), What: "active"}} })
	old, pair := []string{"ns1.old.example", "ns2.old.example"}, pairOf()
	other := []string{"eve.ns.cloudflare.com", "max.ns.cloudflare.com"}
	names := func(servers ...[]string) func(*dnsSeen) {
		return func(d *dnsSeen) { d.delegation = delegated(servers...) }
	}
	both := func(ns ...string) func(*dnsSeen) { return names(ns, ns) }
	const wrong, waits, asks = "parent=fail", "parent=wait", "parent=skip"
	holdDNS(t, []dnsCase{
		{"two of four lines were replaced", both(append(slices.Clone(pair), "ns3.old.example", "ns4.old.example")...), told, DNSRegistrar, StateProblem, "registrar", "", wrong, "not right yet"},
		{"the same, and nobody said so", both(append(slices.Clone(pair), "ns3.old.example")...), s, DNSRegistrar, StateProblem, "registrar", "", wrong, "not right yet"},
		{"one line was replaced", both(pair[0], old[1]), told, DNSRegistrar, StateProblem, "registrar", "", wrong, ""},
		{"one is missing", both(pair[0]), told, DNSRegistrar, StateProblem, "registrar", "", wrong, ""},
		{"a letter is wrong", both(pair[0], "bbo.ns.cloudflare.com"), told, DNSRegistrar, StateProblem, "registrar", "", wrong, ""},
		{"both are wrong, and nobody said so", both("ada.ns.cloudfare.com", "bob.ns.cloudfare.com"), s, DNSRegistrar, StateProblem, "registrar", "", wrong, ""},
		{"the pair of another account", both(other...), told, DNSRegistrar, StateProblem, "registrar", "", wrong, ""},
		{"somebody else’s", both("ns1.parking.example", "ns2.parking.example"), told, DNSRegistrar, StateProblem, "registrar", "", wrong, ""},
		{"somebody else’s, before the person changed anything", both("ns1.parking.example"), s, DNSRegistrar, StateTodo, "registrar", "", asks, ""},
		{"one server of the registry has it already", names(old, []string{pair[0], old[1]}), told, DNSRegistrar, StateProblem, "registrar", "", wrong, ""},
		{"it worked, and a third was added", func(d *dnsSeen) {
			active(d)
			both(append(slices.Clone(pair), "ns3.old.example")...)(d)
		}, worked, DNSRegistrar, StateProblem, "registrar", "", wrong, "not right yet"},
		{"the old ones, and the button was pressed", both(old...), told, DNSWait, StateWaiting, "", "", waits, ""},
		{"one of the old ones was taken out", both(old[0]), told, DNSWait, StateWaiting, "", "", waits, ""},
		{"it spreads", names(pair, old), told, DNSWait, StateWaiting, "", "", waits, ""},
		{"the correction spreads", names([]string{pair[0], old[1]}, pair), told, DNSWait, StateWaiting, "", "", waits, ""},
		{"a server of the registry fails with half an answer", func(d *dnsSeen) {
			names(old, []string{pair[0]})(d)
			d.delegation.Servers[1].Err = "reports a failure of its own"
		}, told, DNSWait, StateWaiting, "", "", waits, ""},
		{"the old ones are another account’s", both(other...), with(told, func(s *Settings) { s.OldServers = other }), DNSWait, StateWaiting, "", "", waits, ""},
		{"and have a server in common with ours", both("eve.ns.cloudflare.com", pair[0]), with(told, func(s *Settings) { s.OldServers = other[:1] }), DNSWait, StateWaiting, "", "", waits, ""},
	})
}

// Each line to correct is named.
func TestTheLinesToCorrectAreNamed(t *testing.T) {
	told := with(settled(), func(s *Settings) { s.Told = noon() })
	for _, tt := range []struct {
		ns   []string
		text string
		want string
	}{
		{[]string{"ada.ns.cloudflare.com", "bob.ns.cloudflare.com", "ns3.old.example"}, "no others stand beside them", "Take ns3.old.example out."},
		{[]string{"ada.ns.cloudflare.com", "bbo.ns.cloudflare.com"}, "these two and no others", "Change bbo.ns.cloudflare.com to bob.ns.cloudflare.com."},
		{[]string{"ada.ns.cloudfare.com", "bob.ns.cloudflare.com.example.com"}, "these two and no others", "Change ada.ns.cloudfare.com to ada.ns.cloudflare.com. Change bob.ns.cloudflare.com.example.com to bob.ns.cloudflare.com."},
		{[]string{"ada.cloudflare.com", "bob.ns.cloudflare.com"}, "these two and no others", "Change ada.cloudflare.com to ada.ns.cloudflare.com."},
		{[]string{"ada.ns.cloudflare.com", "ns2.old.example"}, "these two and no others", "Enter bob.ns.cloudflare.com, which is missing. Take ns2.old.example out."},
		{[]string{"eve.ns.cloudflare.com", "max.ns.cloudflare.com"}, "another Cloudflare account", "Enter ada.ns.cloudflare.com, which is missing. Enter bob.ns.cloudflare.com, which is missing. Take eve.ns.cloudflare.com out. Take max.ns.cloudflare.com out."},
	} {
		seen := moving()
		seen.delegation = delegated(tt.ns, tt.ns)
		f := seen.finding(told, noon(), 1)
		c := f.Check("parent")
		if got := strings.Join(c.Fix.Steps, " "); got != tt.want || !strings.Contains(c.Fix.Text, tt.text) || !strings.Contains(c.Fix.Title, "Namecheap") || !strings.Contains(c.Detail, tt.ns[1]) {
			t.Errorf("%v: %q, %+v", tt.ns, c.Detail, c.Fix)
		}
		if d := f.Detail.(*DNSDetail); !d.Wrong || d.Away {
			t.Errorf("%v: wrong %v, away %v", tt.ns, d.Wrong, d.Away)
		}
		for _, complaint := range Sound(f) {
			t.Error(complaint)
		}
	}
}

// One server of the registry that is silent holds nothing up, and is named.
func TestASilentServerOfTheRegistry(t *testing.T) {
	told := with(settled(), func(s *Settings) { s.Told = noon().Add(-5 * time.Minute) })
	quiet := func(d *dnsSeen) {
		d.delegation.Servers = append(d.delegation.Servers, ParentAnswer{Server: "c.gtld.example", Err: "does not answer"})
	}
	holdDNS(t, []dnsCase{
		{"all others know", func(d *dnsSeen) { active(d); quiet(d) }, told, DNSDone, StateDone, "", "", "parent=pass", "Active"},
		{"all others know, and Cloudflare is to look", func(d *dnsSeen) {
			d.delegation = delegated(pairOf(), pairOf())
			quiet(d)
		}, told, DNSWait, StateWaiting, "", "check-activation*", "parent=pass", ""},
		{"one of the others knows", func(d *dnsSeen) {
			d.delegation = delegated(pairOf(), []string{"ns1.old.example"})
			quiet(d)
		}, told, DNSWait, StateWaiting, "", "", "parent=wait", ""},
		{"active, and one of the others names half the pair", func(d *dnsSeen) {
			active(d)
			d.delegation = delegated(pairOf(), pairOf()[:1])
		}, told, DNSDone, StateDone, "", "", "parent=skip", ""},
	})
	seen := moving()
	active(&seen)
	quiet(&seen)
	f := seen.finding(told, noon(), 1)
	if got := f.Check("parent").Detail; got != "2 of 3 servers of the registry: ada.ns.cloudflare.com and bob.ns.cloudflare.com. No answer from c.gtld.example" {
		t.Error(got)
	}
	s, _ := (*DNSStep)(nil).Remember(told, f, noon())
	if !slices.ContainsFunc(s.Story, func(m Moment) bool { return m.What == "All servers of the registry show it" }) {
		t.Errorf("%+v", s.Story)
	}
}

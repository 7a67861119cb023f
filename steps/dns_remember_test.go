package steps

import (
	"slices"
	"testing"
	"time"
)

func TestDNSRemembers(t *testing.T) {
	remember := func(s Settings, seen dnsSeen, at time.Time) (Settings, bool) {
		return (*DNSStep)(nil).Remember(s, seen.finding(s, at, 1), at)
	}
	fresh := with(settled(), func(s *Settings) { s.OldServers = nil })
	seen := moving()
	s, news := remember(fresh, seen, noon())
	if !news || !slices.Equal(s.OldServers, []string{"ns1.old.example", "ns2.old.example"}) || len(s.Story) != 0 {
		t.Fatalf("the old servers: %+v", s)
	}
	if _, again := remember(s, seen, noon().Add(time.Hour)); again {
		t.Error("the same is no news")
	}
	// They stay what they were when the world has moved.
	s.Told = noon()
	active(&seen)
	s, _ = remember(s, seen, noon().Add(2*time.Hour))
	if len(s.OldServers) != 2 || len(s.Story) != 6 {
		t.Errorf("%v, story %v", s.OldServers, s.Story)
	}
	last := s.Story[len(s.Story)-1]
	if last.What != "Cloudflare marked example.com as active" || !last.At.Equal(noon().Add(2*time.Hour)) {
		t.Errorf("%+v", last)
	}
	if _, again := remember(s, seen, noon().Add(3*time.Hour)); again {
		t.Error("a first sighting is told once")
	}
	// A domain that is at Cloudflare already has no old servers.
	if s, _ := remember(fresh, seen, noon()); s.OldServers != nil {
		t.Errorf("%v", s.OldServers)
	}
	// While the change spreads, the registry names both: the new ones are no old servers.
	seen = moving()
	seen.delegation = delegated(pairOf(), []string{"ns1.old.example"})
	if s, _ := remember(fresh, seen, noon()); !slices.Equal(s.OldServers, []string{"ns1.old.example"}) {
		t.Errorf("%v", s.OldServers)
	}
	seen.zone.Status = "active"
	if s, _ := remember(fresh, seen, noon()); s.OldServers != nil {
		t.Errorf("%v", s.OldServers)
	}
	// Nor are those to which it moved away later.
	adopted := with(fresh, func(s *Settings) { s.Story = []Moment{{At: noon(), What: "active"}} })
	active(&seen)
	seen.delegation = delegated([]string{"ns1.new.example"})
	if s, _ := remember(adopted, seen, noon()); s.OldServers != nil {
		t.Errorf("%v", s.OldServers)
	}
	if _, news := (*DNSStep)(nil).Remember(fresh, Finding{}, noon()); news {
		t.Error("nothing was seen")
	}
}

// A DS lives on in caches after it is gone from the registry.
func TestDNSRemembersWhenTheSignatureWent(t *testing.T) {
	step := (*DNSStep)(nil)
	s := settled()
	seen := moving()
	seen.delegation.DS, seen.delegation.DSTTL = []string{"12345 13 2 ABCD"}, 6*time.Hour
	s, news := step.Remember(s, seen.finding(s, noon(), 1), noon())
	if !news || s.Signed.TTL != 6*time.Hour || !s.Signed.Gone.IsZero() {
		t.Fatalf("%+v", s.Signed)
	}
	if _, again := step.Remember(s, seen.finding(s, noon(), 1), noon()); again {
		t.Error("the same is no news")
	}
	seen.delegation.DS, seen.delegation.DSTTL = nil, 0
	gone := noon().Add(time.Hour)
	s, news = step.Remember(s, seen.finding(s, gone, 1), gone)
	if !news || !s.Signed.Gone.Equal(gone) {
		t.Fatalf("%+v", s.Signed)
	}
	if _, again := step.Remember(s, seen.finding(s, gone, 1), gone.Add(time.Hour)); again {
		t.Error("it is gone once")
	}
	for after, hidden := range map[time.Duration]bool{time.Minute: true, 5 * time.Hour: true, 7 * time.Hour: false} {
		f := seen.finding(s, gone.Add(after), 1)
		if got := f.Check("dnssec").Status == Fail; got != hidden {
			t.Errorf("%v after: hidden %v", after, got)
		}
		if f := seen.finding(s, gone.Add(after), 60); after > 6*time.Minute && f.Check("dnssec").Name != "" {
			t.Errorf("%v after, at a pace of 60: still hidden", after)
		}
	}
	// Signed again: the wait begins anew.
	seen.delegation.DS, seen.delegation.DSTTL = []string{"1 13 2 AB"}, time.Hour
	s, _ = step.Remember(s, seen.finding(s, gone, 1), gone)
	if s.Signed != (Signature{Domain: "example.com", TTL: time.Hour}) {
		t.Errorf("%+v", s.Signed)
	}
}

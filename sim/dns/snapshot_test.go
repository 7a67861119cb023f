package dns_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	mdns "github.com/miekg/dns"

	"example.test/wizard/sim/dns"
)

func TestSnapshotGoesOnInAnotherWorld(t *testing.T) {
	c := newClock()
	first := start(t, dns.Config{Now: c.Now})
	if err := first.SetDelegation(dns.SignedDomain, []string{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"}); err != nil {
		t.Fatal(err)
	}
	if err := first.SetDS(dns.DemoDomain); err != nil {
		t.Fatal(err)
	}
	if err := first.Register(dns.Domain{Name: "later.com", Zone: smallZone("later.com", 1), Transfer: true}); err != nil {
		t.Fatal(err)
	}
	snapshot, err := first.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	changes := 0
	second := start(t, dns.Config{Now: c.Now, Changed: func() { changes++ }})
	// A cache that is warm with the old state must not survive.
	ask(t, second, question{server: "8.8.8.8", name: "x0.later.com", kind: mdns.TypeTXT})
	if err := second.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	if changes != 1 {
		t.Errorf("%d changes reported, want 1", changes)
	}
	again, err := second.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(snapshot), string(again)); diff != "" {
		t.Errorf("the snapshot changed (-first +second):\n%s", diff)
	}
	equal(t, "delegation", second.Delegation(dns.SignedDomain), "ada.ns.cloudflare.com", "rob.ns.cloudflare.com")
	m := ask(t, second, question{server: dns.Registry2, name: dns.DemoDomain, kind: mdns.TypeDS})
	equal(t, "DS", values(m.Answer, mdns.TypeDS), dns.KeyDS(dns.DemoDomain))
	if m := ask(t, second, question{server: "8.8.8.8", name: "x0.later.com", kind: mdns.TypeTXT}); len(m.Answer) != 1 {
		t.Errorf("the restored domain is not resolved: %v", m)
	}
	if second.Addresses()["curitiba.ns.porkbun.com"] == "" {
		t.Error("the old host has forgotten its further names")
	}
	if len(transfer(t, second, "later.com")) != 5 {
		t.Error("the zone is not the same")
	}
}

func TestRestoreOfGarbageChangesNothing(t *testing.T) {
	w := start(t, dns.Config{})
	for _, bad := range []string{"", "{", `{"domains":[{"Name":"x.com","Zone":"garbage"}]}`} {
		if err := w.Restore([]byte(bad)); err == nil {
			t.Errorf("%q was restored", bad)
		}
	}
	if w.Delegation(dns.DemoDomain) == nil {
		t.Error("the domains are gone")
	}
}

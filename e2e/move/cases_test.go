package move_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim"
	"example.test/wizard/sim/cloudflare"
	simdns "example.test/wizard/sim/dns"
	"example.test/wizard/steps"
)

// simple is a small zone at the old host.
func simple(ns ...string) string {
	text := "$TTL 300\n@ SOA ns. host. 1 7200 1800 604800 300\n@ A 192.0.2.1\n@ MX 10 mail\nmail A 192.0.2.2\n@ TXT \"v=spf1 mx -all\"\n"
	for _, n := range ns {
		text += "@ NS " + n + ".\n"
	}
	return text
}

// onlyAccount lets the token of the tests see one account.
func (r *rig) onlyAccount(id string) {
	r.world.Cloudflare.SeedToken(cloudflare.Token{
		Value: sim.DemoToken, Name: "one account", Accounts: []string{id},
		Permissions: []cloudflare.Permission{cloudflare.AccountRead, cloudflare.ZoneEdit, cloudflare.DNSEdit},
	})
}

// TestWhatTheRegistrySays: every state of a domain with which a move begins has
// its own words and its next action, as the real clients see it.
func TestWhatTheRegistrySays(t *testing.T) {
	namecheap := simdns.Registrar{Name: "NameCheap, Inc.", ID: 1068}
	pair := []string{"eve.ns.cloudflare.com", "max.ns.cloudflare.com"}
	hosted := simple(simdns.OldHost1, simdns.OldHost2)
	for _, tt := range []struct {
		name      string
		domain    simdns.Domain
		check     string
		status    steps.Status
		says, fix string
		plan      bool
	}{
		{"in order", simdns.Domain{Name: "fine.com", Zone: hosted, Registrar: namecheap, Status: []string{"clientTransferProhibited"}, Expires: time.Now().AddDate(1, 0, 0)}, "domain", steps.Pass, "bought at Namecheap", "", true},
		{"expired", simdns.Domain{Name: "late.com", Zone: hosted, Registrar: namecheap, Expires: time.Now().AddDate(0, 0, -5)}, "domain", steps.Warn, "was paid until", "Renew it at Namecheap first", true},
		{"locked", simdns.Domain{Name: "locked.com", Zone: hosted, Registrar: namecheap, Status: []string{"clientUpdateProhibited"}}, "unlocked", steps.Warn, "client update prohibited", "Take the lock off at Namecheap", true},
		{"on hold", simdns.Domain{Name: "held.com", Zone: hosted, Registrar: namecheap, Status: []string{"clientHold"}}, "domain", steps.Fail, "is on hold", "Ask NameCheap, Inc.", false},
		{"being deleted", simdns.Domain{Name: "gone.com", Registrar: namecheap, Status: []string{"pendingDelete"}}, "domain", steps.Fail, "about to be deleted", "Ask", false},
		{"being transferred", simdns.Domain{Name: "moving.com", Zone: hosted, Registrar: namecheap, Status: []string{"pendingTransfer"}}, "domain", steps.Fail, "on its way to another registrar", "Ask", false},
		{"nobody’s", simdns.Domain{}, "domain", steps.Fail, "does not know", "Check the spelling", false},
		{"at Cloudflare in another account", simdns.Domain{Name: "there.com", NameServers: pair, Registrar: namecheap}, "zone", steps.Warn, "in an account that this token does not open", "Is that account yours?", true},
		{"bought at Cloudflare in another account", simdns.Domain{Name: "bought.com", NameServers: pair, Registrar: simdns.Registrar{Name: "Cloudflare, Inc.", ID: 1910}}, "zone", steps.Fail, "was bought at Cloudflare", "Use a token of the account", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := tt.domain
			if d.Name == "" {
				d = simdns.Domain{Name: "other.com", Zone: hosted}
			}
			r := newRig(t, d, "")
			if tt.domain.Name == "" {
				r.set.Domain = simdns.UnregisteredDomain
			}
			f, _ := r.look()
			c := f.Check(tt.check)
			if c.Status != tt.status || !strings.Contains(c.Detail, tt.says) || !strings.Contains(c.Fix.Title, tt.fix) {
				t.Errorf("%s: %v, %q, fix %q", tt.check, c.Status, c.Detail, c.Fix.Title)
			}
			if (len(f.Plan()) > 0) != tt.plan {
				t.Errorf("the plan is %+v", f.Plan())
			}
		})
	}
}

// TestZoneOfAnotherAccount: Cloudflare refuses to add it, and says so.
func TestZoneOfAnotherAccount(t *testing.T) {
	t.Parallel()
	r := newRig(t, simdns.Domain{Name: "taken.com", Zone: simple(simdns.OldHost1, simdns.OldHost2)}, "")
	other := r.world.Cloudflare.SeedAccount(cloudflare.Account{Name: "Somebody else"})
	r.onlyAccount(r.set.AccountID)
	r.world.Cloudflare.SeedZone(cloudflare.Zone{Name: "taken.com", Account: other})
	f, _ := r.look()
	_, err := r.step.Apply(t.Context(), r.set, f.Plan()[0])
	if p := steps.Explain(err); err == nil || p.Title != "This domain is in another Cloudflare account" || p.Fix == "" {
		t.Errorf("%v: %+v", err, p)
	}
}

// TestZoneThatIsThere is taken up as it is: pending, active with our pair, or moved away.
func TestZoneThatIsThere(t *testing.T) {
	for _, tt := range []struct {
		status   string
		here     bool // the registry names its pair already
		part     string
		contains string
	}{
		{"pending", false, steps.DNSRegistrar, "Change the name servers"},
		{"active", true, steps.DNSDone, "Active"},
		{"moved", false, steps.DNSRegistrar, "Change the name servers"},
	} {
		t.Run(tt.status, func(t *testing.T) {
			t.Parallel()
			pair := []string{"eve.ns.cloudflare.com", "max.ns.cloudflare.com"}
			d := simdns.Domain{Name: "there.com", Zone: simple(simdns.OldHost1, simdns.OldHost2)}
			if tt.here {
				d.NameServers = pair
			}
			r := newRig(t, d, "")
			id := r.world.Cloudflare.SeedZone(cloudflare.Zone{Name: "there.com", Account: r.set.AccountID, Status: tt.status, NameServers: pair})
			if tt.here {
				_, err := r.world.Cloudflare.Dashboard("POST", "/zones/"+id+"/dns_records", map[string]any{"type": "A", "name": "there.com", "content": "192.0.2.7", "ttl": 300})
				must(t, err)
			}
			before := r.world.Cloudflare.Writes()
			f, _ := r.look()
			if plan := f.Plan(); len(plan) == 0 || plan[0].ID != "adopt-zone" {
				t.Fatalf("the plan is %+v", plan)
			}
			r.confirm()
			f, det := r.look()
			if r.set.ZoneID != id || r.set.ZoneCreated || !strings.Contains(f.Summary, tt.contains) || det.Part != tt.part {
				t.Errorf("zone %s, created %v, part %s, %q", r.set.ZoneID, r.set.ZoneCreated, det.Part, f.Summary)
			}
			if tt.here && r.world.Cloudflare.Writes() != before {
				t.Error("something was changed in a zone that works")
			}
			if c := f.Check("zone-active"); tt.status == "moved" && (c.Status != steps.Fail || c.Fix.Title != "Put both name servers back") {
				t.Errorf("%+v", c)
			}
		})
	}
}

// TestZoneFileNamesTheLine: errors of a zone file name the line, by the real reader.
func TestZoneFileNamesTheLine(t *testing.T) {
	t.Parallel()
	r := newRig(t, simdns.Domain{Name: "fine.com", Zone: simple(simdns.OldHost1, simdns.OldHost2)}, "")
	_, err := r.step.AddZoneFile(t.Context(), r.set, strings.NewReader("$TTL 300\n@ A 192.0.2.1\nwww A 192.0.2.999\n"))
	p, ok := errors.AsType[*steps.Problem](err)
	if !ok || p.Field != "zone_file" || p.Title != "Line 3 of the zone file cannot be read" || !strings.Contains(p.Text, "192.0.2.999") {
		t.Errorf("%v", err)
	}
	got, err := r.step.AddZoneFile(t.Context(), r.set, strings.NewReader("$ORIGIN fine.com.\n@ A 192.0.2.1\nmail A 192.0.2.2\nlong-gone A 192.0.2.3\n"))
	if want := (steps.Brought{Added: 2, Stale: 1}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestAKeyThatNobodyNamed: the old servers say that a key is there and not which.
// The name servers stay hidden until the person names it; what they name is asked
// for, and carried.
func TestAKeyThatNobodyNamed(t *testing.T) {
	t.Parallel()
	const name = "reel7x2024._domainkey.fine.com"
	r := newRig(t, simdns.Domain{Name: "fine.com", Zone: simple(simdns.OldHost1, simdns.OldHost2) + "reel7x2024._domainkey IN TXT \"v=DKIM1; k=rsa; p=MIGf\"\n"}, "")
	r.confirm()
	f, d := r.look()
	if !slices.Equal(d.Unnamed, []string{"_domainkey.fine.com"}) || f.Check("mail").Status != steps.Fail || d.Part != steps.DNSCompare {
		t.Fatalf("%s, keys %q: %+v", d.Part, d.Unnamed, f.Check("mail"))
	}
	for _, typed := range []string{"wrong2024", "two words"} {
		_, err := r.step.AddKey(t.Context(), r.set, typed)
		if p, ok := errors.AsType[*steps.Problem](err); !ok || p.Field != "selector" {
			t.Errorf("%q: %v", typed, err)
		}
	}
	n, err := r.step.AddKey(t.Context(), r.set, "Received: from somewhere\r\nDKIM-Signature: v=1; a=rsa-sha256; d=fine.com;\r\n\ts=reel7x2024; bh=x; b=y\r\n")
	if err != nil || n != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	r.confirm()
	f, d = r.look()
	carried := slices.ContainsFunc(d.Cloud, func(c steps.CloudRecord) bool { return c.Name == name && c.Type == "TXT" })
	if !carried || d.Part != steps.DNSRegistrar || f.Ask != "registrar" || strings.Contains(d.Found.Statement, "Something exists below _domainkey") {
		t.Errorf("carried %v, %s, asks %q: %s", carried, d.Part, f.Ask, d.Found.Statement)
	}
}

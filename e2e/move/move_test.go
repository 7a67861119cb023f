package move_test

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	simdns "example.test/wizard/sim/dns"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// A set is one record set of the zone file.
type set struct {
	name string
	kind uint16
}

func (s set) String() string { return s.name + " " + dns.TypeToString[s.kind] }

// truth reads the zone file: what must be carried, and how many records that is.
func truth(t *testing.T) (sets []set, records int) {
	t.Helper()
	parser := dns.NewZoneParser(strings.NewReader(grandText), dns.Fqdn(grand), "")
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		s := set{strings.TrimSuffix(rr.Header().Name, "."), rr.Header().Rrtype}
		if s.name == grand && (s.kind == dns.TypeSOA || s.kind == dns.TypeNS) {
			continue
		}
		records++
		if !slices.Contains(sets, s) {
			sets = append(sets, s)
		}
	}
	must(t, parser.Err())
	return sets, records
}

// unguessable are the names that no list, no service and no record leads to.
func unguessable() []string {
	return []string{
		"0f12166cd5d87ffdea9fac1f51ec96cb283f95e1e6b6dc35e14e15f2._openpgpkey." + grand, "attic-projector." + grand, "fdee430d40bd57deeac186cd9790033d0f06f909a8806e7ce6e717ab._smimecert." + grand,
		"reel7x2024._domainkey." + grand, "unlisted.deep.below." + grand, "zb48120773." + grand,
	}
}

// answer is what a server says of a record set: wire data in hexadecimal with
// the TTL, whether it is answered or, at a delegation, told beside a referral.
func answer(t *testing.T, addr string, s set) []string {
	t.Helper()
	c := &dns.Client{Net: "tcp", Timeout: 5 * time.Second}
	m, _, err := c.ExchangeContext(t.Context(), new(dns.Msg).SetQuestion(dns.Fqdn(s.name), s.kind), addr)
	if err != nil {
		t.Fatalf("asking %s for %s: %v", addr, s, err)
	}
	var out []string
	for _, rr := range slices.Concat(m.Answer, m.Ns, m.Extra) {
		if h := rr.Header(); h.Rrtype != s.kind || !strings.EqualFold(h.Name, dns.Fqdn(s.name)) {
			continue
		}
		rr.Header().Name = "."
		wire := make([]byte, dns.MaxMsgSize)
		n, err := dns.PackRR(rr, wire, 0, nil, false)
		must(t, err)
		// The owner is one byte, then type, class, TTL and length.
		line := fmt.Sprintf("%d %s", min(max(rr.Header().Ttl, 60), 86400), hex.EncodeToString(wire[11:n]))
		if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}

// TestMoveEverything moves a domain away from each server, in each way in which
// a server can be asked: it hands over the zone, it has signed it, or neither.
func TestMoveEverything(t *testing.T) {
	for _, way := range []string{"transfer", "nsec", ""} {
		name := way
		if name == "" {
			name = "neither"
		}
		t.Run(name+"/pretend", func(t *testing.T) {
			d := simdns.Domain{Name: grand, Zone: grandText, Transfer: way == "transfer", Signed: way == "nsec"}
			move(t, newRig(t, d, ""), way)
		})
		for _, p := range programs() {
			t.Run(name+"/"+p.name, func(t *testing.T) {
				text := grandText
				if way == "nsec" {
					text = signedText(t)
				}
				addr := p.start(t, text, config{transfer: way == "transfer"})
				move(t, newRig(t, simdns.Domain{Name: grand}, addr), way)
			})
		}
	}
}

// TestMoveFromAServerThatLimits: a real server that drops the answers of somebody
// who asks too fast is asked more slowly and by TCP, and nothing is missed.
func TestMoveFromAServerThatLimits(t *testing.T) {
	nsd := programs()[2]
	r := newRig(t, simdns.Domain{Name: grand}, nsd.start(t, grandText, config{limit: 150}))
	r.patience(250)
	move(t, r, "")
}

// move walks step 2 up to the name servers and compares.
func move(t *testing.T, r *rig, way string) {
	t.Helper()
	r.confirm()
	r.patience(5000) // the limit was for the search; on a busy computer the new servers may be slow
	f, d := r.look()
	if c := f.Check("answers"); c.Status != steps.Pass || d.Hidden || f.Ask != "registrar" {
		t.Errorf("the name servers are hidden (%v): %+v", d.Hidden, c)
	}
	sets, records := truth(t)
	if records < 60 {
		t.Fatalf("the zone has only %d records", records)
	}
	found := d.Found
	if found.Complete != way {
		t.Errorf("complete by %q, want %q: %s", found.Complete, way, found.Statement)
	}
	var hidden []string
	if way == "" {
		hidden = unguessable()
		for _, part := range []string{"names were asked", "_openpgpkey", "_smimecert", "Further keys below _domainkey"} {
			if !strings.Contains(found.Statement, part) {
				t.Errorf("the statement does not say %q: %s", part, found.Statement)
			}
		}
	}
	pair := d.Zone.NameServers
	addresses := r.world.DNS.Addresses()
	old := r.old[simdns.OldHost1]
	var missed []string
	for _, s := range sets {
		was := answer(t, old, s)
		if len(was) == 0 {
			t.Fatalf("the old server does not answer %s: the test tests nothing", s)
		}
		for _, server := range pair {
			is := answer(t, addresses[server], s)
			if len(is) == 0 && slices.Contains(hidden, s.name) {
				missed = append(missed, s.name)
				break
			}
			if diff := cmp.Diff(was, is); diff != "" {
				t.Errorf("%s at %s (-old +new):\n%s", s, server, diff)
			}
		}
	}
	slices.Sort(missed)
	if diff := cmp.Diff(hidden, missed); diff != "" {
		t.Errorf("not carried (-want +got):\n%s", diff)
	}
	invented(t, r, found, sets)
	t.Logf("%d records in %d sets; %d found; %s", records, len(sets), len(found.Records), found.Statement)
}

// invented: nothing may be in the list, nor at Cloudflare, that the old server
// would not answer.
func invented(t *testing.T, r *rig, found steps.Found, sets []set) {
	t.Helper()
	at := func(rec zone.Record) set { return set{rec.Name, dns.StringToType[rec.Type]} }
	for _, rec := range found.Records {
		if !slices.Contains(sets, at(rec)) {
			t.Errorf("invented: %s", rec.Key())
		}
	}
	cloud, err := r.step.Records.Records(t.Context(), r.set.ZoneID)
	must(t, err)
	for _, rec := range cloud {
		if !slices.Contains(sets, at(rec.Record)) {
			t.Errorf("invented at Cloudflare: %s", rec.Key())
		}
		if rec.Proxied {
			t.Errorf("proxied without being asked: %s", rec.Key())
		}
	}
	if len(cloud) != len(found.Records) {
		t.Errorf("%d records at Cloudflare, %d found", len(cloud), len(found.Records))
	}
}

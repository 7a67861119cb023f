package resolver_test

import (
	"sync/atomic"
	"testing"
	"time"

	"example.test/wizard/clients/resolver"
	simdns "example.test/wizard/sim/dns"
)

// asked counts, while do runs, the questions to each server and the most to one.
func asked(w *simdns.World, do func()) (all, most int) {
	before := w.Questions()
	do()
	after := w.Questions()
	for name, c := range after.Servers {
		was := before.Servers[name]
		n := c.UDP + c.TCP - was.UDP - was.TCP
		all, most = all+n, max(most, n)
	}
	return all, most
}

// TestThePollIsCheap: who asks every minute asks each server of the registry one
// question and nobody else, and still sees a DS record that goes at once, and one
// that comes within ten minutes.
func TestThePollIsCheap(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	w, _ := world(t, simdns.Config{Now: now})
	r := resolver.New(resolver.Config{
		Servers: w.Addresses(), Resolvers: resolver.StandIns(w.Resolvers()), Timeout: patient, Rate: 5000, Now: now,
	})
	look := func() (ds, servers int) {
		t.Helper()
		d, err := r.Delegation(limited(t), simdns.DemoDomain)
		if err != nil {
			t.Fatal(err)
		}
		return len(d.DS), len(d.Servers)
	}
	_, servers := look()
	if all, most := asked(w, func() { look() }); most != 1 || all != servers {
		t.Errorf("a second look asks %d questions, %d of one server; the registry has %d", all, most, servers)
	}
	if err := w.SetDS(simdns.DemoDomain); err != nil {
		t.Fatal(err)
	}
	ahead.Store(int64(11 * time.Minute)) // the registry has published it, too
	if ds, _ := look(); ds == 0 {
		t.Error("after ten minutes a new DS record is not seen")
	}
	if err := w.ClearDS(simdns.DemoDomain); err != nil {
		t.Fatal(err)
	}
	ahead.Add(int64(3 * time.Minute)) // for the registry; nothing is remembered
	if ds, _ := look(); ds != 0 {
		t.Error("a DS record that is gone is still told of")
	}
	if _, most := asked(w, func() { look() }); most != 1 {
		t.Errorf("that it is gone is not remembered: %d questions", most)
	}
	ahead.Add(int64(time.Hour))
	if _, most := asked(w, func() { look() }); most < 2 {
		t.Error("after an hour nobody asks who the registry's servers are")
	}
}

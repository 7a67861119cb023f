package dns_test

import (
	"sync"
	"testing"

	mdns "github.com/miekg/dns"

	"example.test/wizard/sim/dns"
)

// TestCallbacksMayCallBack has the account's side look at the registry while
// it is being asked, with a lock of its own, as the pretend API does.
func TestCallbacksMayCallBack(t *testing.T) {
	var w *dns.World
	var mu sync.Mutex
	saved := 0
	ready := make(chan struct{})
	w = start(t, dns.Config{
		Speed: 1e6,
		Cloudflare: func(zone string) ([]dns.ZoneRecord, []string, bool) {
			<-ready
			mu.Lock()
			defer mu.Unlock()
			w.Delegation(zone)
			w.Lookup(zone, mdns.TypeMX)
			return nil, []string{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"}, zone == dns.DemoDomain
		},
		Changed: func() {
			mu.Lock()
			defer mu.Unlock()
			if _, err := w.Snapshot(); err != nil {
				t.Error(err)
			}
			saved++
		},
	})
	close(ready)
	var wg sync.WaitGroup
	pairs := [][]string{{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"}, {dns.OldHost1, dns.OldHost2}}
	for i := range 4 {
		wg.Go(func() {
			for range 10 {
				if err := w.SetDelegation(dns.DemoDomain, pairs[i%2]); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 10 {
				for _, server := range []string{w.Resolvers()[i], dns.Registry1, dns.Cloudflare2} {
					if _, err := exchange(w, question{server: server, name: dns.DemoDomain, kind: mdns.TypeNS}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	mu.Lock()
	defer mu.Unlock()
	if saved != 40 {
		t.Errorf("%d changes reported, want 40", saved)
	}
}

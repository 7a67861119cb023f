package web_test

import (
	"testing"

	"example.test/wizard/steps"
)

// However another address is chosen, the one that was made before is remembered.
func TestAnotherAddressRemembersTheOneBefore(t *testing.T) {
	for name, choose := range map[string]func(*browser){
		"a name that is typed": func(b *browser) { b.post("/steps/hostname/choose", "subdomain", "movies").leads("/steps/hostname") },
		"a name that is drawn": func(b *browser) { b.post("/steps/hostname/choose", "another", "1").leads("/steps/hostname?part=name") },
		"another domain":       func(b *browser) { b.post("/steps/dns/choose", "domain", "example.net").leads("/steps/dns") },
		"the same name, typed": func(b *browser) {
			b.post("/steps/hostname/choose", "subdomain", "lampshade-orbit").leads("/steps/hostname")
		},
		"the same domain again": func(b *browser) { b.post("/steps/dns/choose", "domain", "example.com").leads("/steps/dns") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.settings(func(s *steps.Settings) {
				s.Domain, s.Subdomain, s.ZoneID, s.TunnelID, s.RouteMade = "example.com", "lampshade-orbit", "zone-1", "tunnel-1", "lampshade-orbit.example.com"
			})
			choose(w.open())
			s := w.store.now()
			if s.Host() == "lampshade-orbit.example.com" {
				if len(s.Former) != 0 || s.RouteMade != s.Host() {
					t.Errorf("%+v", s)
				}
				return
			}
			want := steps.FormerHost{Host: "lampshade-orbit.example.com", ZoneID: "zone-1", TunnelID: "tunnel-1", RouteMade: true}
			if len(s.Former) != 1 || s.Former[0] != want || s.RouteMade != "" {
				t.Errorf("%+v", s)
			}
		})
	}
}

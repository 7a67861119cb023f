package web_test

import (
	"strings"
	"testing"

	"example.test/wizard/steps"
)

// A domain that has moved away is not asked to move here, but back.
func TestMovedAway(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := steps.Finding{
		Heading: "example.com has moved away from Cloudflare", Summary: "Moved away", Ask: "registrar",
		Checks: []steps.Check{{Name: "parent", Title: "The registry names the new servers", Status: steps.Fail, Detail: "It names others."}},
		Detail: &steps.DNSDetail{
			Part: steps.DNSRegistrar, Away: true, Zone: steps.Zone{NameServers: []string{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"}},
			Delegation:   steps.Delegation{NS: []string{"ns1.elsewhere.example"}},
			Registration: steps.Registration{Guide: steps.RegistrarGuide{Name: "Namecheap", Warnings: []string{"Free forwarding ends."}}},
		},
	}
	w.shows(steps.IDDNS, f)
	b := w.open()
	a := b.get("/steps/dns")
	a.is(200)
	a.has(`h1:contains("example.com has moved away")`)
	a.has(`a[href="/undo"]`)
	a.says("The name servers at Cloudflare", "ns1.elsewhere.example", "ada.ns.cloudflare.com")
	for _, not := range []string{"Free forwarding ends", "[registrar]", "Change the name servers at"} {
		if strings.Contains(a.text("main"), not) {
			t.Errorf("it says %q", not)
		}
	}
	b.get("/").says("Problem: step 2", "example.com has moved away from Cloudflare.")
}

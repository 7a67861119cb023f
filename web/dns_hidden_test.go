package web_test

import (
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// TestHiddenPair: while the new servers do not answer every record, the page
// names none of them, waits by itself, and lets the person go on all the same.
func TestHiddenPair(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	f := steps.Finding{
		Heading: "The new name servers are getting ready", Again: 5 * time.Second,
		Checks: []steps.Check{{Name: "answers", Title: "They answer the same as the old ones", Status: steps.Wait, Detail: "Not yet the same, of 4: MX example.com."}},
		Detail: &steps.DNSDetail{Part: steps.DNSRegistrar, Hidden: true, Zone: steps.Zone{NameServers: []string{"ada.ns.cloudflare.com", "bob.ns.cloudflare.com"}}},
	}
	w.shows(steps.IDDNS, f)
	b := w.open()
	page := b.get("/steps/dns")
	page.has(`[data-check="answers"][data-status="wait"]`, `button[name="do"][value="unproven"]`)
	page.hasNot(`[data-next]`, `button[value="changed"]`)
	polled(t, page, "/steps/dns/checks", "every 5s")
	if text := page.text("main"); strings.Contains(text, "ada.ns") || !strings.Contains(text, "MX example.com") {
		t.Errorf("it says:\n%s", text)
	}
	b.post("/steps/dns/choose", "do", "unproven").leads("/steps/dns")
	if !w.store.now().Records.Unproven {
		t.Error("the yes is not kept")
	}
}

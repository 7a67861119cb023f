package web_test

import (
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
)

func namecheap() steps.Registration {
	return steps.Registration{Guide: steps.RegistrarGuide{Key: "namecheap", Name: "Namecheap", URL: "https://namecheap.example", Steps: []string{"Open the page", "Choose Custom DNS"}, Warnings: []string{"Free forwarding ends."}}}
}

func ourPair() steps.Zone {
	return steps.Zone{ID: "z1", NameServers: []string{"ada.ns.cloudflare.com", "bob.ns.cloudflare.com"}}
}

// Whoever waits can see the name servers again, and enter them anew.
func TestTheNameServersAreShownAgain(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain, s.Told = "example.com", w.clock.Now() })
	w.shows(steps.IDDNS, steps.Finding{
		Heading: "None of four see the new name servers", Summary: "Waiting", Again: 15 * time.Second,
		Checks: []steps.Check{{Name: "parent", Title: "The registry names the new servers", Status: steps.Wait, Detail: "Still ns1.old.example"}},
		Detail: &steps.DNSDetail{Part: steps.DNSWait, Zone: ourPair(), Registration: namecheap()},
	})
	b := w.open()
	a := b.get("/steps/dns")
	a.says("The registry does not show them yet", "Show the name servers again", "You said that you changed the name servers")
	a.has(`a[href="/steps/dns?part=registrar"]`)
	a.hasNot(`[data-copy="ada.ns.cloudflare.com"]`)
	a = b.get("/steps/dns?part=registrar")
	a.has(`[data-copy="ada.ns.cloudflare.com"]`, `[data-copy="bob.ns.cloudflare.com"]`, `button[name="do"][value="changed"][data-next]`)
	a.says("Choose Custom DNS")
	polled(t, a, "/steps/dns/checks?part=registrar", "every 15s")
	b.post("/steps/dns/choose", "do", "changed").leads("/steps/dns")
	w.shows(steps.IDDNS, steps.Finding{
		Heading: "Two of four see the new name servers", Checks: []steps.Check{{Name: "parent", Status: steps.Pass}, {Name: "see", Status: steps.Wait}},
		Detail: &steps.DNSDetail{Part: steps.DNSWait, Zone: ourPair(), Registration: namecheap(), Sees: 2, Of: 4},
	})
	b.get("/steps/dns").says("Nothing is wrong, and there is nothing to do.")
}

// A mistake at the registrar is not waited for.
func TestTheLinesToCorrectAtTheRegistrar(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain, s.Told = "example.com", w.clock.Now() })
	w.shows(steps.IDDNS, steps.Finding{
		Heading: "The name servers at Namecheap are not right yet", Summary: "Not right yet", Ask: "registrar", Again: time.Minute,
		Checks: []steps.Check{{
			Name: "parent", Title: "The registry names the new servers", Status: steps.Fail, Detail: "It names **ada** and others.",
			Fix: steps.Fix{Title: "Correct the lines at Namecheap", Text: "These two and no others.", Steps: []string{"Take ns3.old.example out."}},
		}},
		Detail: &steps.DNSDetail{Part: steps.DNSRegistrar, Wrong: true, Zone: ourPair(), Registration: namecheap()},
	})
	b := w.open()
	a := b.get("/steps/dns")
	a.has(`h1:contains("not right yet")`, `[data-copy="ada.ns.cloudflare.com"]`, `a[data-next][href="/steps/dns"]`, `[data-check="parent"][data-status="fail"]`)
	a.says("Correct the lines at Namecheap", "Take ns3.old.example out.", "Choose Custom DNS")
	if n := a.page().Find("[data-next]").Length(); n != 1 {
		t.Errorf("%d next actions", n)
	}
	text := a.text("main")
	for _, not := range []string{"Nothing is wrong", "Free forwarding ends", "I have changed them"} {
		if strings.Contains(text, not) {
			t.Errorf("it says %q", not)
		}
	}
	if n := strings.Count(text, "Take ns3.old.example out."); n != 1 {
		t.Errorf("the line is named %d times", n)
	}
	b.get("/").says("Problem: step 2", "The name servers at Namecheap are not right yet.")
}

// A signature that was forgotten is said as what it is: the domain is dark.
func TestTheSignatureThatWasLeft(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	guide := namecheap()
	guide.Guide.DNSSEC = []string{"Switch DNSSEC off"}
	w.shows(steps.IDDNS, steps.Finding{
		Heading: "Turn DNSSEC off at Namecheap: example.com is dark", Summary: "Dark", Again: time.Minute,
		Checks: []steps.Check{{Name: "dnssec", Title: "DNSSEC is off", Status: steps.Fail, Detail: "DS record at the registry: 1 2 3", Fix: steps.Fix{Title: "Turn DNSSEC off at Namecheap", Text: "Or enter Cloudflare’s."}}},
		Detail: &steps.DNSDetail{Part: steps.DNSRegistrar, Dark: true, Signed: true, Zone: ourPair(), Registration: guide},
	})
	b := w.open()
	a := b.get("/steps/dns")
	a.has(`h1:contains("is dark")`, `a[data-next][href="/steps/dns"]`)
	a.says("Switch DNSSEC off", "Or enter Cloudflare’s.", "The name servers are changed")
	for _, not := range []string{"If you change the name servers now", "stay hidden", "shows the name servers"} {
		if strings.Contains(a.text("main"), not) {
			t.Errorf("it says %q", not)
		}
	}
	b.get("/").says("Problem: step 2", "example.com is dark.")
}

// A zone whose setup was never finished is no wait: it says what to do, and has a next action.
func TestTheZoneThatWasNotFinished(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	w.shows(steps.IDDNS, steps.Finding{
		Heading: "Finish the setup of example.com at Cloudflare", Summary: "Finish the setup", Again: time.Minute,
		Checks: []steps.Check{{Name: "zone-active", Title: "Cloudflare has marked the domain as active", Status: steps.Fail, Detail: "No plan", Fix: steps.Fix{Title: "Choose the Free plan"}}},
		Detail: &steps.DNSDetail{Part: steps.DNSRegistrar, Hidden: true, Zone: ourPair(), Registration: namecheap()},
	})
	a := w.open().get("/steps/dns")
	a.has(`a[data-next][href="/steps/dns"]`)
	a.hasNot(`[data-copy="ada.ns.cloudflare.com"]`, `button[value="unproven"]`)
	a.says("Choose the Free plan", "stay hidden until they answer")
}

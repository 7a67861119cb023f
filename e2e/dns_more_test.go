package e2e_test

import (
	"strings"

	mdns "github.com/miekg/dns"
	"github.com/playwright-community/playwright-go"

	"example.test/wizard/sim"
	"example.test/wizard/sim/dns"
)

// moreDNSTroubles are those in which the page itself has something to do.
func moreDNSTroubles() []trouble {
	return []trouble{
		{step: "dns", name: "the browser tells when the wait has ended", run: func(p *person, o *outside) {
			p.must(p.page.Context().GrantPermissions([]string{"notifications"}))
			// The browser's own notifications cannot be read, so they are written down.
			p.must(p.page.AddInitScript(playwright.Script{Content: playwright.String(
				`window.told = []; window.Notification = class { constructor(title, o) { window.told.push(title + ': ' + o.body); } static requestPermission() { return Promise.resolve('granted'); } };`,
			)}))
			p.open("/steps/dns")
			p.walk(idle{}, func() bool { return p.has(`button[value="changed"]`) })
			p.next()
			p.see("[data-notify]")
			p.must(p.find("[data-notify]").Click())
			// The wizard draws the button anew with each poll, and the promise stays.
			p.see("[data-notify]:disabled")
			p.js(`() => {
				window.kept = [];
				const look = () => document.querySelectorAll('[data-notify]').forEach((b) => window.kept.push(b.disabled + ' ' + b.innerText.trim()));
				document.addEventListener('htmx:after:process', look);
			}`)
			p.holds("two polls", `() => window.kept.length >= 2`)
			if kept := p.js(`() => window.kept.filter((k) => k !== 'true You will be told while this page is open').join(' | ')`); kept != "" {
				p.t.Errorf("after a poll the button is %q", kept)
			}
			if n := p.told(); n != "" {
				p.t.Errorf("told too early: %s", n)
			}
			o.nameServersChange()
			until(p.t, "the browser is told", func() bool { return p.told() != "" })
			if n := p.told(); !strings.Contains(n, "Plex Tunnel Wizard: ") {
				p.t.Errorf("the browser was told %q", n)
			}
		}},
		{step: "dns", name: "the old servers have dropped the domain", run: func(p *person, o *outside) {
			for _, server := range []string{dns.OldHost1, dns.OldHost2} {
				p.must(o.DNS.SetFault(server, dns.Fault{Zone: sim.DemoDomain, Rcode: mdns.RcodeRefused}))
			}
			p.walk(idle{}, func() bool { return p.has(`[name="nothing"]`) })
			if main := p.text("main"); !strings.Contains(main, "None of the old name servers answers") || !p.has(`[name="zone_file"]`) {
				p.t.Errorf("it does not say so:\n%s", main)
			}
			p.press(`button[value="nothing"]`)
			if said := p.text(".errors"); !strings.Contains(said, "Tick the box") {
				p.t.Errorf("it says:\n%s", said)
			}
			p.tick("nothing")
			p.press(`button[value="nothing"]`)
			p.expect("/steps/dns", `button[value="changed"]`)
		}},
		{step: "dns", name: "a zone file is pasted and mended", run: func(p *person, _ *outside) {
			p.walk(idle{}, func() bool { return p.has(`[name="create"]`) })
			p.must(p.find("#file summary").Click())
			text := "$ORIGIN attic-films.com.\nattic-projector A 203.0.113.19\nreel-archive-1974 TXT shelf 3\nlong-gone A 203.0.113\n"
			p.fill("zone_text", text)
			p.press(`button[value="file"]`)
			if said := p.text(".errors"); !strings.Contains(said, "Line 4 of the zone file cannot be read") {
				p.t.Errorf("it says:\n%s", said)
			}
			if kept, err := p.find(`[name="zone_text"]`).InputValue(); err != nil || kept != text {
				p.t.Errorf("kept %q (%v)", kept, err)
			}
			p.fill("zone_text", strings.Replace(text, "203.0.113\n", "203.0.113.77\n", 1))
			p.press(`button[value="file"]`)
			p.see(`tr[data-record="A attic-projector"]`)
			if main := p.text("main"); !strings.Contains(main, "long-gone") || p.has(`tr[data-record="A long-gone"]`) {
				p.t.Error("the record that the old servers do not answer is not told apart")
			}
		}},
	}
}

// told is what the page has told the browser.
func (p *person) told() string {
	p.t.Helper()
	s, err := p.page.Evaluate(`() => (window.told || []).join('; ')`)
	p.must(err)
	text, _ := s.(string)
	return text
}

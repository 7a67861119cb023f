package e2e_test

import (
	"strings"
	"time"

	"example.test/wizard/sim"
	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/sim/dns"
)

func dnsTroubles() []trouble {
	return []trouble{
		{step: "dns", name: "typed like an address", run: func(p *person, _ *outside) {
			p.fill("domain", "  HTTPS://www.Attic-Films.com./library ")
			p.next()
			p.see(`form[action="/steps/dns/apply"]`)
			if text := p.text("main"); !strings.Contains(text, sim.DemoDomain) || strings.Contains(text, "www."+sim.DemoDomain) {
				p.t.Errorf("the domain is not understood:\n%s", text)
			}
		}},
		{step: "dns", name: "nobody has registered it", run: func(p *person, _ *outside) {
			p.refused("domain", "no domain at all", "is not a domain")
			p.fill("domain", dns.UnregisteredDomain)
			p.next()
			p.see(`[data-check="domain"][data-status="fail"]`)
			p.fill("domain", sim.DemoDomain)
			p.next()
			p.see(`form[action="/steps/dns/apply"]`)
		}},
		{step: "dns", name: "reply to a create is lost", run: func(p *person, o *outside) {
			o.fault(cloudflare.Fault{Kind: cloudflare.LostReply, Method: "POST", Path: "^/zones$"})
			p.walk(o, func() bool { return p.has(`form[action="/steps/dns/choose"] [name="create"]`) })
			if n := o.count("POST", "/zones"); n != 1 {
				p.t.Errorf("the zone was asked for %d times", n)
			}
		}},
		{step: "dns", name: "cloudflare asks to slow down", run: func(p *person, o *outside) {
			o.fault(cloudflare.Fault{Kind: cloudflare.TooMany, Method: "POST", Path: "/dns_records/batch$", Delay: time.Second})
		}},
		{step: "dns", name: "signed", run: func(p *person, o *outside) {
			p.fill("domain", dns.SignedDomain)
			p.next()
			p.walk(o, func() bool { return p.status("dnssec") == "fail" })
			_, pair, _, _ := o.Cloudflare.ZoneRecords(dns.SignedDomain)
			if text := p.text("main"); len(pair) == 0 || strings.Contains(text, pair[0]) {
				p.t.Errorf("the name servers %v are shown while the domain is signed:\n%s", pair, text)
			}
			p.must(o.DNS.ClearDS(dns.SignedDomain))
			p.expect("/steps/dns", `button[value="changed"]`) // which is not pressed
			if text := p.text("main"); !strings.Contains(text, pair[0]) || !strings.Contains(text, pair[1]) {
				p.t.Errorf("the name servers %v are not shown:\n%s", pair, text)
			}
		}},
		{step: "dns", name: "mail is not safe", run: func(p *person, o *outside) {
			ready := `button[value="changed"]`
			p.walk(idle{}, func() bool { return p.has(ready) })
			mail := o.record("", "MX")
			for _, r := range mail {
				o.dashboard("DELETE", "/zones/"+o.zone()+"/dns_records/"+r.ID, nil)
			}
			p.expect("/steps/dns", `tr[data-record^="MX "] [name="create"]:checked`)
			if p.has(ready) || strings.Contains(p.text("main"), "Your new name servers") {
				p.t.Error("the name servers are ready to change although mail would stop")
			}
			p.walk(idle{}, func() bool { return p.has(ready) })
			if now := o.record("", "MX"); len(now) != len(mail) || len(mail) == 0 {
				p.t.Errorf("%d records for mail, before %d", len(now), len(mail))
			}
		}},
		{step: "dns", name: "one record stays behind, by name", run: func(p *person, o *outside) {
			p.walk(idle{}, func() bool { return p.has(`[name="create"]`) })
			p.must(p.find(`tr[data-record="A printer"] [name="create"], tr[data-record^="A "] [name="create"]`).Uncheck())
			p.walk(idle{}, func() bool { return p.has(`button[value="changed"]`) })
			if text := p.text(`[data-check="records"]`); !strings.Contains(text, "1 stays behind") {
				p.t.Errorf("it does not say so:\n%s", text)
			}
		}},
	}
}

// count tells how often the wizard asked for a write; the path without /client/v4.
func (o *outside) count(method, suffix string) int {
	n := 0
	for _, c := range o.calls.list() {
		if c.method == method && strings.HasSuffix(c.path, suffix) {
			n++
		}
	}
	return n
}

// again takes the next action, which looks again, until something is seen.
func (p *person) again(selector string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); !p.folded(selector); {
		if time.Now().After(deadline) {
			p.t.Fatalf("at %s, never seen however often the person looks: %s", p.path(), selector)
		}
		p.next()
	}
}

// expect opens a page, as often as it takes, until something is seen on it: for
// a moment a page may show the look before.
func (p *person) expect(path, selector string) {
	p.t.Helper()
	p.open(path)
	for deadline := time.Now().Add(patience); !p.has(selector); {
		if time.Now().After(deadline) {
			p.t.Fatalf("at %s, never seen however often it is opened: %s", path, selector)
		}
		p.open(path)
	}
}

package e2e_test

import (
	"slices"
	"strings"

	"example.test/wizard/sim"
	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/sim/plex"
)

func hostnameTroubles() []trouble {
	const name = "sofa-lamp"
	taken := func(p *person, o *outside) {
		o.dashboard("POST", "/zones/"+o.zone()+"/dns_records", map[string]any{"type": "A", "name": name + "." + sim.DemoDomain, "content": "192.0.2.7", "ttl": 300, "proxied": false})
		p.open("/steps/hostname?part=name")
		p.fill("subdomain", name)
		p.next()
		p.see(`[name="adopt"]`)
		if text := p.text("main"); !strings.Contains(text, "192.0.2.7") {
			p.t.Errorf("the record that is there is not shown:\n%s", text)
		}
	}
	return []trouble{
		{step: "hostname", name: "record of somebody else, another name", run: func(p *person, o *outside) {
			taken(p, o)
			p.fill("subdomain", "chair-kettle")
			p.next()
			p.walk(o, p.at("/steps/url"))
			if r := o.record(name, ""); len(r) != 1 || r[0].Content != "192.0.2.7" || r[0].Comment != "" {
				p.t.Errorf("the record of somebody else is now %+v", r)
			}
			if r := o.record("chair-kettle", ""); len(r) != 1 || !r[0].Proxied {
				p.t.Errorf("our record is %+v", r)
			}
			p.open("/steps/hostname")
		}},
		{step: "hostname", name: "record of somebody else, taken over", run: func(p *person, o *outside) {
			taken(p, o)
			p.must(p.find(`[name="adopt"]:not([value="other"])`).Check())
			p.next()
			p.see(`form[action="/steps/hostname/apply"]`)
			if text := p.text("main"); !strings.Contains(text, "192.0.2.7") {
				p.t.Errorf("the plan does not name what it replaces:\n%s", text)
			}
			p.walk(o, p.at("/steps/url"))
			if r := o.record(name, ""); len(r) != 1 || r[0].Type != "CNAME" || !r[0].Proxied {
				p.t.Errorf("the record is now %+v", r)
			}
			p.open("/steps/hostname")
		}},
		{step: "hostname", name: "names of the person’s own records are looked at", run: func(p *person, o *outside) {
			own := map[string][]record{"www": nil, "vpn": nil, "nas": nil}
			for name := range own {
				if own[name] = o.record(name, ""); len(own[name]) == 0 || own[name][0].Comment == "" {
					p.t.Fatalf("step 2 did not copy %s: %+v", name, own[name])
				}
				p.open("/steps/hostname?part=name")
				p.fill("subdomain", name)
				p.next()
				p.see(`[name="adopt"]`)
				if p.has(`form[action="/steps/hostname/apply"]`) {
					p.t.Errorf("%s is in use, and a plan is offered", name)
				}
			}
			p.open("/steps/hostname?part=name")
			p.fill("subdomain", "chair-kettle")
			p.next()
			p.see(`form[action="/steps/hostname/apply"]`)
			for name := range own {
				if p.has(`[data-action="close-record ` + name + "." + sim.DemoDomain + `"]`) {
					p.t.Errorf("the plan takes %s away", name)
				}
			}
			p.walk(o, p.at("/steps/url"))
			for name, before := range own {
				if now := o.record(name, ""); !slices.Equal(now, before) {
					p.t.Errorf("%s was %+v and is %+v", name, before, now)
				}
			}
			p.open("/steps/hostname")
		}},
		{step: "hostname", name: "Plex belongs to nobody", run: func(p *person, o *outside) {
			p.must(o.Plex.SetMood(plex.Mood{Unclaimed: true}))
			p.expect("/steps/hostname", `[data-check="signin"][data-status="fail"]`)
			if p.has(`form[action="/steps/hostname/apply"]`) {
				p.t.Error("the route may be made although everyone could use Plex")
			}
			p.must(o.Plex.SetMood(plex.Mood{}))
			p.expect("/steps/hostname", `form[action="/steps/hostname/apply"]`)
		}},
		{step: "hostname", name: "Plex lets this computer in without a sign-in", run: func(p *person, o *outside) {
			p.must(o.Plex.SetPreferences(map[string]string{"allowedNetworks": "127.0.0.1/8,192.168.1.0/24"}))
			p.expect("/steps/hostname", `[data-check="signin"][data-status="fail"]`)
			p.see(`form[action="/steps/hostname/apply"]`)
			if text := p.text("form .plan"); !strings.Contains(text, "127.0.0.1") || strings.Contains(text, "cfargotunnel") {
				p.t.Errorf("the plan must close Plex first, and make no route:\n%s", text)
			}
		}},
		{step: "hostname", name: "cloudflare fails in the middle", run: func(p *person, o *outside) {
			o.fault(cloudflare.Fault{Kind: cloudflare.ServerError, Method: "POST", Path: "/dns_records/batch$"})
		}},
	}
}

type record struct {
	ID, Type, Content, Comment string
	Proxied                    bool
}

// record reads what stands at a name of the domain, "" for itself, as the
// dashboard shows it; of every type when none is given.
func (o *outside) record(name, kind string) []record {
	o.t.Helper()
	var out []record
	o.read("/zones/"+o.zone()+"/dns_records?type="+kind+"&name="+strings.TrimPrefix(name+"."+sim.DemoDomain, "."), &out)
	return out
}

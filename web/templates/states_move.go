package templates

import "time"

// dnsMove are the states of step 2 after the comparison.
func (s sample) dnsMove() []State {
	return []State{
		{"dns-registrar", "Name servers at the registrar", DNSRegistrar(s.registrar())},
		{"dns-registrar-wrong", "Name servers to correct", DNSRegistrar(s.misdelegated())},
		{"dns-registrar-dnssec", "DNSSEC stops it", DNSRegistrar(s.dnssec())},
		{"dns-registrar-dark", "DNSSEC was left on", DNSRegistrar(s.dark())},
		{"dns-hidden", "The new servers get ready", DNSRegistrar(s.hidden())},
		{"dns-wait", "Wait: four of six", DNSWait(s.wait())},
	}
}

func (s sample) registrar() Registrar {
	return Registrar{
		Page: s.step(2, Page{
			Stages: s.stagesAt(3), Title: "Change the name servers at Namecheap",
			Lead: "This is the one thing the wizard cannot do for you. It takes about two minutes.",
		}),
		Pair: "Your new name servers", Servers: []string{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"}, Old: []string{"dns1.registrar-servers.com", "dns2.registrar-servers.com"},
		Kept: "All 31 records are at Cloudflare already, so your mail and website go on.",
		How: HowTo{
			ID: "do", Title: "At Namecheap",
			Steps: []string{
				"Open [the page of example.com at Namecheap](https://ap.www.namecheap.com/domains/domaincontrolpanel/example.com/domain) and sign in.",
				"Find the part called **Nameservers**, and choose **Custom DNS** in the list.",
				"Paste the first name server into line 1 and the second into line 2. Remove any other line.",
				"Choose the **green tick** at the right to save. It is easy to miss.",
			},
			More: []More{{Title: "It looks different at my registrar", Text: "The registry says the domain is with Namecheap, Inc. If you bought it through another company, look there for “name servers”, “DNS servers” or “delegation”."}},
		},
		Done: true, Later: []Button{{Text: "Later", Kind: "link", Href: "/"}},
	}
}

// misdelegated is a mistake at the registrar, which does not pass by waiting.
func (s sample) misdelegated() Registrar {
	m := s.registrar()
	m.Page = polled(s.step(2, Page{
		Stages: s.stagesAt(3), Title: "Correct the name servers at Namecheap", H1: "The name servers at Namecheap are not right yet", Favicon: "attention",
		Lead: "The registry names other name servers than the two below, so Cloudflare cannot begin. Waiting does not change that. The lines to correct at your [registrar](/words#registrar) are named here; the wizard looks every minute and goes on when they are right.",
	}), "15s")
	m.Pair, m.Old, m.Done = "The two name servers of Cloudflare", nil, false
	m.Notes = []Note{{
		Tone: "problem", Title: "Correct the lines at Namecheap", Text: "It names ada.ns.cloudflare.com, rbo.ns.cloudflare.com, dns3.registrar-servers.com. Cloudflare begins when the registry names these two and no others: ada.ns.cloudflare.com and rob.ns.cloudflare.com.",
		List: []string{"Change rbo.ns.cloudflare.com to rob.ns.cloudflare.com.", "Take dns3.registrar-servers.com out."},
	}}
	parent := Check{ID: "parent", Status: "fail", Name: "The registry names the new servers", Word: "Not right yet", Detail: "It names ada.ns.cloudflare.com, rbo.ns.cloudflare.com, dns3.registrar-servers.com."}
	m.Watch = &Section{
		ID: "watch", Title: "What the wizard sees now", Checks: []Check{pass("domain", "The domain exists", "example.com, bought at Namecheap", ""), parent},
		Buttons: []Button{{Text: "Look again", Kind: "go", Icon: "again", Href: "/steps/dns", Next: true}}, ButtonsNote: "Looked at \u206315:42:10\u2063",
	}
	return m
}

func (s sample) dnssec() Registrar {
	ds := Check{ID: "ds", Status: "fail", Name: "DS record", Detail: "`2371 13 2 32996839a6d8…` at a.gtld-servers.net", Word: "Still there"}
	ttl := todo("ds-ttl", "Caches have forgotten it", "Up to 24 hours after it is gone")
	ttl.Word = "Not yet"
	p := polled(s.step(2, Page{
		Stages: s.stagesAt(3), Title: "First turn DNSSEC off", H1: "First turn DNSSEC off at Namecheap",
		Lead: "example.com is signed by its present DNS provider. If you change the name servers now, the domain goes dark for most of the world.",
	}), "10s")
	p.Favicon = "attention"
	return Registrar{
		Page:  p,
		Notes: []Note{{Tone: "problem", Title: "The name servers stay hidden until the signature is gone", Text: "A DS record at the registry promises that answers are signed with a key that Cloudflare does not have. You can turn DNSSEC on again at Cloudflare afterwards."}},
		How: HowTo{ID: "off", Title: "At Namecheap", Steps: []string{
			"Open [Advanced DNS of example.com](https://ap.www.namecheap.com/domains/domaincontrolpanel/example.com/advancedns).",
			"Find **DNSSEC** and switch it off.", "Come back. The wizard watches, and shows the name servers when it is safe.",
		}},
		Watch: &Section{ID: "watch", Title: "What the registry says now", Ordered: true, Checks: []Check{ds, ttl}, Buttons: []Button{{Text: "Look again", Kind: "go", Icon: "again", Href: "/steps/dns", Next: true}}},
	}
}

// dark is DNSSEC that was left on when the name servers were changed.
func (s sample) dark() Registrar {
	m := s.dnssec()
	m.Page.Title, m.Page.H1 = "First turn DNSSEC off", "Turn DNSSEC off at Namecheap: example.com is dark for most of the world"
	m.Page.Lead = "The name servers are changed, and the registry still holds a DS record that promises answers signed by the old DNS provider. Most resolvers check that, and do not find example.com at all: no mail, no website, no Plex."
	m.Notes = []Note{{Tone: "problem", Title: "Turn DNSSEC off at Namecheap", Text: "The signature of the old DNS provider is still at the registry. When it is gone, caches need up to 24 hours to forget it."}}
	m.How.Steps[2] = "Come back. The wizard watches, and tells when it is gone and forgotten."
	return m
}

// hidden is the moment between the last record and the new pair.
func (s sample) hidden() Registrar {
	wait := func(id, name, detail string) Check {
		return Check{ID: id, Status: "wait", Name: name, Detail: detail}
	}
	return Registrar{
		Page: polled(s.step(2, Page{
			Stages: s.stagesAt(3), Title: "Waiting - the new name servers get ready", H1: "The new name servers get ready",
			Lead: "The records are at Cloudflare. Before you give the new name servers to Namecheap, the wizard asks each of them for every record. This usually takes less than a minute.",
		}), "5s"),
		Watch: &Section{
			ID: "watch", Title: "What they answer",
			Checks: []Check{
				pass("domain", "The domain exists", "example.com, bought at Namecheap", ""), pass("zone", "The domain is in your Cloudflare account", "Free Website, 31 records", ""),
				pass("records", "All records are at Cloudflare", "31 records, and all agree with the old servers", ""),
				wait("answer", "Both new name servers answer for the domain", "ada.ns.cloudflare.com answers. rob.ns.cloudflare.com does not know the domain yet."),
				wait("answers", "They answer the same as the old ones", "Not yet the same, of 24: MX example.com, TXT example.com, TXT newsletter-2023-selector._domainkey.mail.example.com."),
			},
			Buttons: []Button{{Text: "Look now", Icon: "again", Href: "/steps/dns"}}, ButtonsNote: "Looked at \u206315:42:10\u2063",
		},
		Later: []Button{{Text: "Show the name servers anyway", Kind: "link", Name: "do", Value: "unproven"}},
	}
}

func (s sample) wait() Wait {
	still := func(id, name, detail string) Check {
		return Check{ID: id, Status: "wait", Name: name, Detail: detail}
	}
	return Wait{
		Page: polled(s.step(2, Page{
			Stages: s.stagesAt(4), Title: "Waiting (4 of 6) - Name servers", H1: "Four of six see the new name servers", Say: "Four of six see the new name servers",
			Lead: "Nothing is wrong, and there is nothing to do. DNS answers are remembered all over the world and change one after another.",
		}, "done", "waiting", "done", "done", "next"), "10s"),
		Who: Section{
			ID: "who", Title: "Who sees them",
			Checks: []Check{
				pass("parent", "The registry of .com", "All 13 servers name ada and rob.ns.cloudflare.com", "Since \u206315:31\u2063"),
				pass("r-cloudflare", "Cloudflare’s resolver, 1.1.1.1", "New name servers", "Since \u206315:31\u2063"), pass("r-google", "Google’s resolver, 8.8.8.8", "New name servers", "Since \u206315:33\u2063"),
				pass("r-quad9", "Quad9, 9.9.9.9", "New name servers", "Since \u206315:38\u2063"), still("r-opendns", "OpenDNS, 208.67.222.222", "Still the old ones, for at most 26 more minutes"),
				still("r-local", "Your own router, 192.168.1.1", "Still the old ones, for at most 51 more minutes"),
			},
			Buttons: []Button{{Text: "Look now", Icon: "again", Href: "/steps/dns"}, {Text: "Show the name servers again", Kind: "link", Href: "/steps/dns?part=registrar"}}, ButtonsNote: "Looked at \u206315:42:10\u2063, next look at \u206315:43:10\u2063",
		},
		Leave: &Next{
			Title: "You need not wait here", Text: "Go on with step 5, or close this page and even switch the computer off. When you return, the wizard looks again at once.",
			Buttons: []Button{goOn("Go on with step 5", "/steps/hostname")},
		},
		Scale:  &Scale{Start: s.at(14, 58, 0), Elapsed: 44 * time.Minute},
		Normal: "Yes. Nearly all are done within an hour, a few take a day. If nothing has moved by \u206318:58\u2063, look again at [the four lines at Namecheap](/steps/dns?part=registrar): the green tick is easily missed.",
		Story: &Story{Title: "What has happened", Events: []Event{
			{"done", "\u206314:58\u2063", "You changed the name servers at Namecheap"},
			{"done", "\u206315:06\u2063", "The first server of .com showed the new pair"},
			{"done", "\u206315:31\u2063", "All 13 servers of .com show it"},
			{"done", "\u206315:32\u2063", "Asked Cloudflare to look. It looks again by itself; we may ask again at \u206316:32\u2063."},
			{"waiting", "Soon", "Cloudflare marks example.com as active"},
			{"todo", "Then", "The wizard compares all 31 records once more"},
		}},
		Notify: true,
		Cards: []Card{{
			ID: "zone", Place: "Websites › example.com › Overview", State: "waiting", StateWord: "Pending", From: "api.cloudflare.com", At: s.at(15, 42, 10), Ray: sampleRay, Again: "/steps/dns",
			Rows: []Row{
				row("Domain", text("example.com")), row("Status", text("Pending Nameserver Update")), row("Plan", text("Free")),
				row("Cloudflare nameservers", []Value{{Text: "ada.ns.cloudflare.com", Code: true}, {Text: "rob.ns.cloudflare.com", Code: true}}), row("DNS records", text("31, and 31 agree with the old servers")),
			},
			Open: &Link{Text: "Open in Cloudflare", Href: "https://dash.cloudflare.com/?to=/:account/example.com", External: true},
		}},
	}
}

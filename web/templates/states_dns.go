package templates

import "example.test/wizard/locale"

// stagesAt are the parts of step 2 with the given one current.
func (sample) stagesAt(here int) []Stage {
	var out []Stage
	for i, n := range []string{"Domain", "Find records", "Compare", "Name servers", "Wait"} {
		out = append(out, Stage{Name: n, Done: i < here, Here: i == here})
	}
	return out
}

// dnsFind are the states of step 2 up to the comparison.
func (s sample) dnsFind() []State {
	ask := s.step(2, Page{Stages: s.stagesAt(0), Title: "Which domain?", H1: "Which domain do you want to use for Plex?"})
	refused := ask
	refused.ErrorTitle, refused.Favicon = true, "attention"
	why := "“example” is not a domain yet: it needs an ending such as .com"
	return []State{
		{"dns-domain", "Domain", StepPage(Step{Page: ask, Form: DomainForm(DomainInput{Zones: []Option{{Value: "example.org", Label: "example.org"}}})})},
		{"dns-domain-error", "Domain: a form with an error", StepPage(Step{Page: refused, Errors: &ErrorSummary{Items: []FieldError{{"domain", why}}}, Form: DomainForm(DomainInput{Value: "example", Error: why})})},
		{"dns-account", "Domain: in another account", StepPage(Step{
			Page: s.step(2, Page{Stages: s.stagesAt(0), Title: "Another account", H1: "The domain is in another account"}), Form: AccountMove("Robin’s films"),
			Sections: []Section{{ID: "looked", Title: "What was looked at", HideTitle: true, Checks: []Check{{
				ID: "zone", Status: "fail", Name: "The domain is in the account that you work in", Word: "Not yet",
				Detail: "example.com is in the account Robin’s films, and you work in Robin’s Account. A name leads into a tunnel only when both are in the same account.",
			}}}},
		})},
		{"dns-discover", "Find records", DNSDiscover(s.discover())},
		{"dns-unheard", "Find records: no old server answers", StepPage(s.unheard())},
		{"dns-compare", "Compare 31 records", DNSCompare(s.compare())},
		{"dns-many", "Compare: a second yes", StepPage(s.many())},
	}
}

func (s sample) discover() Discover {
	skip := func(id, name, detail, word string) Check {
		return Check{ID: id, Status: "skip", Name: name, Detail: detail, Word: word}
	}
	words := Check{
		ID: "words", Status: "wait", Name: "Common names, one by one", Word: "7 more", Detail: "Asking dns1.registrar-servers.com directly, 20 a second. Wildcard tested first: there is none.",
		Meter: &Meter{Value: 1384, Max: 1612, Text: locale.Number(1384) + " of " + locale.Number(1612) + " names, about 12 seconds left"},
	}
	under := todo("underscore", "Names that begin with an underscore", "Services, signatures and proofs of ownership")
	under.Word = "Not yet"
	return Discover{
		Page: polled(s.step(2, Page{
			Stages: s.stagesAt(1), Title: "Finding records (27 so far)", H1: "Finding every record of example.com",
			Lead: "Before the domain moves, the wizard looks for everything that it must take along: your mail, your website, and what you may have forgotten.",
		}), "2s"),
		Domain: "example.com", Running: true,
		Section: Section{ID: "live", Title: "27 records so far", Ordered: true, Checks: []Check{
			skip("axfr", "Ask the old servers for the whole zone", "Both refused. That is usual; only you, with the old provider’s help, could get the complete list.", "Refused"),
			skip("nsec", "Walk the signed zone", "example.com is not signed.", "Not possible"),
			pass("scan", "Cloudflare’s own scan", "The names that Cloudflare tries by itself", "14 records"),
			pass("implied", "What your mail and site providers need", "Your mail is at Fastmail, so three signing keys were looked for by name.", "6 more"),
			words, under,
		}},
		Buttons: []Button{{Text: "Stop and compare what we have", Name: "do", Value: "stop"}, {Text: "Look deeper, 4 minutes", Kind: "link", Name: "do", Value: "deeper"}},
		Last: []Record{
			{Type: "CNAME", Name: "status", Content: "stats.uptimerobot.com", FoundBy: "Common names"},
			{Type: "A", Name: "nas", Content: "203.0.113.24", FoundBy: "Common names"},
			{Type: "CNAME", Name: "fm3._domainkey", Content: "fm3.example.com.dkim.fmhosted.com", FoundBy: "Your mail provider"},
			{Type: "TXT", Name: "_dmarc", Content: "v=DMARC1; p=quarantine; rua=mailto:robin@example.com", FoundBy: "Cloudflare’s scan"},
		},
	}
}

func (s sample) unheard() Step {
	silent := func(id, name string) Check {
		return Check{ID: id, Status: "warn", Name: name, Word: "Refuses", Detail: "It refuses every question about example.com."}
	}
	return Step{
		Page: s.step(2, Page{
			Favicon: "attention", Stages: s.stagesAt(1), Title: "Step 2: None of the old name servers answers", H1: "None of the old name servers answers",
			Lead: "So the wizard cannot tell which records your mail and website need. Nothing has been changed. Search again in a while, or take one of the two ways below.",
		}),
		Sections: []Section{{ID: "old-servers", Title: "The old name servers", Checks: []Check{silent("old-dns1", "dns1.registrar-servers.com"), silent("old-dns2", "dns2.registrar-servers.com")}}},
		Plan: &Plan{
			Action: "/steps/dns/apply", Digest: "d1", At: s.at(14, 51, 33),
			Items:   []PlanItem{{ID: "find-records", Verb: "look", Title: "Find every record of example.com", Why: "Your mail and website must come along. This only looks; you see the list before anything is copied."}},
			Buttons: []Button{{Text: "Search again", Kind: "go", Next: true}, {Text: "Not now", Kind: "link", Href: "/"}},
		},
		After: UnheardForms(Unheard{
			Domain:  "example.com",
			Nothing: Choice{Name: "nothing", Label: "Your word for it", Options: []Option{{Value: "example.com", Label: "Nothing of example.com needs to come along"}}},
			Go:      Button{Text: "Go on without records", Name: "do", Value: "nothing"},
			File:    ZoneFile{Lead: "Your DNS provider may still have one for you (“BIND” or “zone file”), even if its servers no longer answer. Nobody can confirm its records then, so you look through the list before anything is copied."},
		}),
	}
}

func (s sample) many() Step {
	return Step{
		Page: s.step(2, Page{
			Favicon: "attention", Stages: s.stagesAt(2), Title: "Change what is at Cloudflare?", H1: "Change 4 of the 10 records already at Cloudflare?",
			Lead: "These records were at Cloudflare before. They would be changed to what the old servers answer. If the domain works with them as they are, go back to the list and untick them.",
		}),
		Form: ManyForm(Many{
			Choice: Choice{Name: "many", Label: "A second yes", Options: []Option{{Value: "k1", Label: "Yes, change these 4 records"}}},
			List:   []string{"A www.example.com: 203.0.113.10 becomes 203.0.113.80", "A example.com: 203.0.113.10 becomes 203.0.113.80", "MX example.com: 10 mx.example.net becomes 10 in1-smtp.messagingengine.com", "CNAME shop.example.com: shops.myshopify.com becomes shop.example.net"},
		}),
	}
}

func (s sample) compare() Compare {
	return Compare{
		Page: s.step(2, Page{
			Wide: true, Favicon: "attention", Stages: s.stagesAt(2), Title: "Compare 31 records", H1: "Compare: will everything come along?",
			Lead: "31 records were found. 6 are missing at Cloudflare and 2 differ. Nothing is ever deleted here.",
		}),
		Domain: "example.com",
		Notes: []Note{{
			Tone: "attention", Title: "This list is good, but may not be complete",
			Text: "The old servers refused to hand over the whole zone. Something exists below `_domainkey` that has another name than the three we know. Do you use a newsletter or shop service that signs mail? [Add its record](#add), or [read a zone file](#file).",
		}},
		Key: &KeyQuestion{Domain: "example.com", Below: []string{"_domainkey.shop"}, Typed: "mail2025", Error: "The old servers have no key at mail2025._domainkey.shop.example.com"},
		Alias: &Choice{Name: "alias", Label: "What should stand at example.com?", Options: []Option{
			{Value: "name", Radio: true, On: true, Label: "An alias of shops.myshopify.com", Hint: "A CNAME record, which Cloudflare answers with the addresses of that name at each moment."},
			{Value: "copy", Radio: true, Label: "The addresses as they are now: 203.0.113.80", Hint: "Right if the address is your own and stays."},
		}},
		Filters: []Filter{{"all", "All", 31}, {"missing", "Missing", 6}, {"differs", "Differ", 2}, {"only", "Only at Cloudflare", 1}, {"same", "Same", 22}, {"mail", "Mail", 9}},
		Groups:  s.recordGroups(),
		Blocked: &Note{Tone: "problem", Title: "Mail is not safe yet", Text: "The SPF record differs and two signing keys are missing. The name servers stay hidden until these three are right, or until you say, record by record, that you do not want them."},
		Overrides: []Option{
			{Value: "2", Label: "CNAME `fm2._domainkey`"}, {Value: "6", Label: "TXT `@` (SPF)"},
		},
		Buttons: []Button{{Text: "Review: create 6, change 2", Kind: "go", Icon: "next", Name: "do", Value: "review", Next: true}, {Text: "Ask all servers again", Kind: "link", Name: "do", Value: "again"}},
		Old:     []string{"dns1.registrar-servers.com", "dns2.registrar-servers.com"}, New: []string{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"},
		At: s.at(14, 51, 33), File: &ZoneFile{},
		Servers: &Section{ID: "old-servers", Title: "The old name servers", Checks: []Check{
			{ID: "old-dns1", Status: "pass", Name: "dns1.registrar-servers.com", Word: "Answers", Detail: "It does not hand over the whole zone, which is usual."},
			{ID: "old-dns2", Status: "warn", Name: "dns2.registrar-servers.com", Word: "Differs", Detail: "Answers differently from dns1.registrar-servers.com: A www.", Fix: &Fix{Title: "Look at these records in the list, and untick what is out of date."}},
		}},
	}
}

func (s sample) recordGroups() []RecordGroup {
	const spf = "v=spf1 include:spf.messagingengine.com "
	return []RecordGroup{
		{"missing", "6 missing at Cloudflare", []Record{
			{ID: "0", Type: "A", Name: "nas", Content: "203.0.113.24", FoundBy: "Common names, Cloudflare’s scan", Pick: "create", Picked: true, CanProxy: true, Effect: "Hides 203.0.113.24."},
			{ID: "1", Type: "CNAME", Name: "status", Content: "stats.uptimerobot.com", FoundBy: "Common names", Pick: "create", Picked: true, CanProxy: true, Effect: "Hides stats.uptimerobot.com. Mail or other services at stats.uptimerobot.com no longer answer under this name."},
			{ID: "2", Type: "CNAME", Name: "fm2._domainkey", Content: "fm2.example.com.dkim.fmhosted.com", FoundBy: "Mail provider", Pick: "create", Picked: true, Proxy: "Never, mail", Mail: true},
			{ID: "3", Type: "CNAME", Name: "fm3._domainkey", Content: "fm3.example.com.dkim.fmhosted.com", FoundBy: "Mail provider", Pick: "create", Picked: true, Proxy: "Never, mail", Mail: true},
			{ID: "4", Type: "SRV", Name: "_imaps._tcp", Content: "0 1 993 imap.fastmail.com", FoundBy: "Underscores", Pick: "create", Picked: true, Proxy: "Never"},
			{ID: "5", Type: "CAA", Name: "@", Content: `0 issue "letsencrypt.org"`, FoundBy: "Apex", Pick: "create", Picked: true, Proxy: "Never"},
		}},
		{"differs", "2 differ", []Record{
			{ID: "6", Type: "TXT", Name: "@", Content: spf + "?all", There: spf + "-all", FoundBy: "Old servers", Pick: "change", Picked: true, Proxy: "Never, mail", Mail: true},
			{ID: "7", Type: "A", Name: "www", Content: "203.0.113.80", There: "203.0.113.10", FoundBy: "Old servers", Pick: "change", Picked: true},
		}},
		{"only", "1 only at Cloudflare", []Record{{ID: "8", Type: "TXT", Name: "_acme-challenge", Content: "Zk0gTh1s-is-0ld-4nd-unused", FoundBy: "Cloudflare", Proxy: "Never"}}},
		{"same", "22 the same", []Record{
			{ID: "9", Type: "A", Name: "@", Content: "203.0.113.80", FoundBy: "Cloudflare’s scan"},
			{ID: "10", Type: "MX", Name: "@", Content: "10 in1-smtp.messagingengine.com", FoundBy: "Cloudflare’s scan", Proxy: "Never, mail", Mail: true},
			{ID: "11", Type: "TXT", Name: "_dmarc", Content: "v=DMARC1; p=quarantine; rua=mailto:robin@example.com", FoundBy: "Cloudflare’s scan", Proxy: "Never, mail", Mail: true},
			{ID: "12", Type: "NS", Name: "lab", Content: "ns1.lab.example.net", FoundBy: "Common names", Proxy: "Never"},
			{ID: "13", Type: "SSHFP", Name: "git", Content: "4 2 6b1f…c09e", FoundBy: "Old servers", Proxy: "Never"},
		}},
	}
}

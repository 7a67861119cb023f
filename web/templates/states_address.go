package templates

// address are the states of steps 5 to 7.
func (s sample) address() []State {
	choose := s.step(5, Page{Title: "Choose the public address", Lead: "Only your apps will use it, so it need not be pretty. Two random words are hard to guess."}, "done", "waiting", "done", "done", "next")
	return []State{
		{"hostname", "Public address", StepPage(Step{Page: choose, Form: HostnameForm(HostnameInput{
			Subdomain: "storeroom-parachute", Domain: "example.com",
			Facts: []Row{
				row("Your apps will use", code("https://"+sampleHost)), row("It will lead to", text("Plex on this computer, https://localhost:32400, answered in 3 ms")),
				row("Is the name free?", []Value{{Text: "Yes, no record and no route has it", Tone: "done"}}),
			},
			Notes: []Note{{Tone: "info", Title: "The name is not a secret", Text: "Everyone with whom you share your library learns it. The lock is Plex’s own sign-in, and the wizard checks that first."}},
		})})},
		{"hostname-taken", "Public address: the name is taken", StepPage(Step{Page: choose, Form: HostnameForm(HostnameInput{
			Subdomain: "films", Domain: "example.com",
			Adopt: []Option{{Value: "other", Label: "Use the other name above", On: true}, {Value: "r9", Label: "Take this record over: A 192.0.2.1", Hint: "It then leads to Plex, and no longer where it leads now."}},
		})})},
		{"hostname-several", "Public address: the name has several records", StepPage(Step{Page: choose, Form: HostnameForm(HostnameInput{
			Subdomain: "films", Domain: "example.com",
			Notes: []Note{{Tone: "attention", Title: "The name has 2 records of yours, so it cannot be taken over", Text: "Choose another name above. What stands at this one, and what else helps, is listed below."}},
		}), Lower: []Section{{ID: "looked", Title: "What was looked at", Checks: []Check{{
			ID: "record", Status: "fail", Name: "A DNS record leads to the tunnel", Detail: "The name has 2 records of yours already: A 192.0.2.1, AAAA 2001:db8::1",
			Fix: &Fix{Tone: "problem", Title: "Choose another name", Text: "The wizard can take over one record and put it back later; for several it would have to delete some of yours, which it never does. Choose another name, or remove all of them but one in Cloudflare and look again."},
		}}}}})},
		{"plan", "Plan: create 2, change 1", StepPage(Step{Page: s.planHead(5), Plan: s.plan()})},
		{"plan-together", "Plan of several steps", PlanPage(s.planTogether())},
		{"url", "Address: all well", StepPage(s.urlGood())},
		{"url-failing", "Address: Plex does not answer", StepPage(s.urlBad())},
		{"plex", "Plex: two cards, two switches", StepPage(s.plexDone())},
		{"plex-down", "Plex: the address does not answer, one switch", StepPage(s.plexDown())},
		{"plex-signin", "Plex: sign in", StepPage(Step{
			Page: s.step(7, Page{Title: "Step 7: Sign in to Plex", H1: "Sign in to Plex once"}),
			Form: PlexSignIn(PlexInput{SignIn: &Link{Text: "Open plex.tv and allow it", Href: "/steps/plex/signin"}, Until: "\u206316:30\u2063"}),
		})},
		{"plex-key", "Plex: the key may not be read", StepPage(Step{
			Page: s.step(7, Page{Title: "Step 7: Sign in to Plex", H1: "Tell Plex its address"}),
			Form: PlexSignInStart(PlexKeyInput{Action: "/steps/plex/choose", Late: true}),
			Lower: []Section{{ID: "looked", Title: "What was looked at", HideTitle: true, Checks: []Check{{
				ID: "plex-token", Status: "skip", Mark: "skipped", Name: "The wizard may change Plex’s settings", Word: "May not be read", Detail: "Plex’s key lies in a file that this user may not read.",
				Fix: &Fix{Title: "Sign in, or read the key as administrator", Text: "This command shows the key in your terminal.", Copy: &Copy{Value: "sudo sed -n 's/.*PlexOnlineToken=\"\\([^\"]*\\)\".*/\\1/p' '/var/lib/plexmediaserver/Library/Application Support/Plex Media Server/Preferences.xml'", What: "the command"}},
			}}}},
		})},
		{"plex-key-local", "Plex: plex.tv does not take the key", StepPage(Step{
			Page: s.step(7, Page{Title: "Step 7: Sign in to Plex", H1: "Tell Plex its address"}),
			Form: PlexSignInStart(PlexKeyInput{Action: "/steps/plex/choose", TV: true}),
		})},
		{"plex-servers", "Several Plex servers", StepPage(Step{Page: choose, Form: PlexServers(ServersInput{Servers: []Option{
			{Value: "4f1c", Label: "Attic, https://127.0.0.1:32400", Hint: "Version 1.43.3, id 4f1c", On: true}, {Value: "9e0b", Label: "Cellar, https://127.0.0.1:32401", Hint: "Version 1.43.3, id 9e0b"},
		}})})},
	}
}

func (s sample) planHead(step int) Page {
	return s.step(step, Page{Title: "Check before anything changes", H1: "We will create 2 things and change 1", Lead: "Please check them. Nothing has been done yet, and nothing else will be touched."}, "done", "waiting", "done", "done", "next")
}

func (s sample) planItems() []PlanItem {
	return []PlanItem{
		{Verb: "create", ID: "route", Title: "Create a route in your tunnel", Why: "Tells the connector on this computer where to send requests for the new address.", Rows: []Row{
			row("Tunnel", text("attic")), row("Hostname", []Value{{Text: sampleHost, Code: true, Link: &Link{Text: "Change", Href: "/steps/hostname?edit=1"}}}), row("Service", code("https://localhost:32400")),
			row("No TLS Verify", text("On. Plex’s certificate carries another name; the request does not leave this computer.")), row("Other routes", text("1 stays as it is: git.example.com")),
		}},
		{Verb: "create", ID: "record", Title: "Create a DNS record", Why: "Lets apps find the address.", Rows: []Row{
			row("Type", text("CNAME")), row("Name", code("storeroom-parachute")), row("Target", code(sampleTunnel+".cfargotunnel.com")), row("Proxy status", text("Proxied")), row("Already there?", text("No record has this name")),
		}},
		{Verb: "change", ID: "rule", Title: "Change the cache rule of step 3", Why: "It was made for the name that you had chosen before.", Rows: []Row{
			row("Rule", text("Plex Tunnel Wizard: do not cache")), row("Hostname", []Value{{Before: "copper-lantern.example.com", Text: sampleHost, Code: true}}),
		}},
	}
}

func (s sample) plan() *Plan {
	return &Plan{
		Action: "/steps/hostname/apply", Digest: "ab1277c0d94e", Items: s.planItems(), At: s.at(15, 40, 2), Undo: "You can undo each of these later.",
		Notes:   []Note{{Tone: "done", Title: "Plex is safe to open", Text: "Strangers get no further than the sign-in: asked without a token just now, Plex answered 401."}},
		Buttons: []Button{{Text: "Create 2 and change 1", Kind: "go", Next: true}, {Text: "Not now", Kind: "link", Href: "/"}},
	}
}

func (s sample) planTogether() PlanView {
	items := s.planItems()
	return PlanView{
		Page: s.page(Page{Title: "Check before anything changes", H1: "We will create 2 things and change 1", Lead: "Two steps, one yes. They run one after the other, and each is checked.", Back: &Link{Text: "All steps", Href: "/"}}),
		Groups: []PlanGroup{
			{StepID: "hostname", Title: "Step 5: Choose the public address", Items: items[:2], Digest: "ab12"},
			{StepID: "cache", Title: "Step 3: Turn off caching", Items: items[2:], Digest: "77c0"},
		},
		Plan: Plan{
			Action: "/together", At: s.at(15, 40, 2), Undo: "You can undo these later, but not “Change the cache rule of step 3”.", Buttons: []Button{{Text: "Create 2 and change 1", Kind: "go", Next: true}, {Text: "Not now", Kind: "link", Href: "/"}},
		},
	}
}

// urlCard is the address as the internet sees it.
func (s sample) urlCard(rows ...Row) Card {
	return Card{
		ID: "url", Title: "Your Plex as the internet sees it", URLBar: "https://" + sampleHost + "/web/index.html", From: sampleHost, At: s.at(15, 58, 21), Ray: "9a2f772e0b9f7e31-LHR", Again: "/steps/url",
		Rows: rows, Open: &Link{Text: "Open the address", Href: "https://" + sampleHost + "/web/index.html", External: true},
	}
}

func (s sample) urlGood() Step {
	shot := s.urlCard(
		row("Server", text("Attic, the same id through both ways")), row("Version", text("Plex Media Server 1.43.3")), row("Certificate", text("Google Trust Services, valid until 18 February 2027")),
		row("Round trip", text("41 ms, twelve times")), row("Sample", text("38 Mbit/s down, in a 4 MB test")),
	)
	shot.Shot, shot.ShotAlt, shot.ShotNote = s.assets.Icon, "Picture of the Plex sign-in page, taken at \u206315:58:21\u2063 by the browser on this computer", "A true picture, taken by the browser on this computer with an empty profile."
	return Step{
		Page: s.step(6, Page{Title: "Step 6 done: the address works", H1: "The address works, and it is your Plex", Lead: "Asked from here over the internet, through every layer, at \u206315:58:21\u2063."}, "done", "done", "done", "done", "done", "done", "next"),
		Sections: []Section{{ID: "layers", Title: "Layers, from the outside in", HideTitle: true, Ordered: true, Checks: []Check{
			pass("dns", "DNS", "Four resolvers lead to Cloudflare", ""), pass("tls", "Certificate", "Issued for *.example.com, valid for 88 days", ""),
			pass("cloudflare", "Cloudflare", "Answers in London, asks for no puzzle and no sign-in page of its own", ""), pass("tunnel", "Tunnel", "Connector on attic took the request", ""),
			pass("origin", "Plex on this computer", "https://localhost:32400 answered in 3 ms", ""), pass("same", "It is this Plex", "The same server id, here and through the tunnel", ""),
			pass("signin", "Sign-in is required", "401 without a token, also with forged forwarding headers", "Strangers stay out"), pass("cache", "Nothing is cached", "BYPASS twice", ""),
			pass("websocket", "Live updates", "WebSocket opened", ""), pass("web", "The web app loads", "/web/index.html, not rewritten on the way", ""),
		}}},
		Cards: []Card{shot},
		Next:  []Button{goOn("Go on with step 7", "/steps/plex"), later()},
	}
}

func (s sample) urlBad() Step {
	p := polled(s.step(6, Page{
		Title: "Step 6: Plex does not answer the tunnel", H1: "Everything works up to this computer. Plex does not answer",
		Lead: "The address, the certificate, Cloudflare and the tunnel are fine. The fault is on this computer, so it is quick to mend.",
	}, "done", "done", "done", "done", "done", "problem"), "10s")
	p.Favicon = "attention"
	return Step{
		Page: p,
		Path: &Path{
			Title: "Where it stops", Label: "From your apps to Cloudflare: working. Through the tunnel to the connector: working. From the connector to Plex: broken, connection refused.",
			Address: "done", Tunnel: "done", Origin: "problem", AddressName: "Your address", AddressWord: "works", EdgeWord: "answers in London",
			TunnelName: "Tunnel", TunnelWord: "4 connections", ConnectorWord: "got the request", PlexWord: "refused", Home: "This computer, attic",
		},
		Sections: []Section{{
			ID: "layers", Title: "Layers, from the outside in", HideTitle: true, Ordered: true,
			Checks: []Check{
				pass("dns", "DNS", "Four resolvers lead to Cloudflare", ""), pass("tls", "Certificate", "Issued for *.example.com, valid for 88 days", ""), pass("tunnel", "Tunnel", "Connector on attic took the request", ""),
				{ID: "origin", Status: "fail", Name: "Plex on this computer", Detail: "https://localhost:32400: connection refused, at \u206315:58:21\u2063", Fix: &Fix{
					Tone: "problem", Title: "Start Plex again", Text: "Plex Media Server is installed but not running. It ran until \u206315:51\u2063.",
					Copy: &Copy{Value: "sudo systemctl start plexmediaserver", What: "the command"},
				}},
				todo("same", "It is this Plex", "Looked at when Plex answers"), todo("signin", "Sign-in is required", "Looked at when Plex answers"),
			},
			Buttons: []Button{{Text: "Check again", Kind: "go", Icon: "again", Href: "/steps/url", Next: true}}, ButtonsNote: "Looks again by itself every 10 seconds",
		}},
		Cards: []Card{s.urlCard(row("Answer", text("502 Bad Gateway, written by the connector")), row("Certificate", text("Google Trust Services, valid until 18 February 2027")), row("Round trip", text("41 ms to Cloudflare, none to Plex")))},
	}
}

func (s sample) plexDone() Step {
	yes := func(word, state string) Value { return Value{Text: word, Tone: state} }
	line := func(host, port, kind string, answers Value) TableRow {
		return TableRow{Cells: []Value{{Text: host, Code: true}, {Text: port}, {Text: kind}, answers}}
	}
	return Step{
		Page: s.step(7, Page{Title: "Step 7: Plex knows its address", H1: "Plex knows its new address", Lead: "Your apps learn it from plex.tv by themselves, usually within a minute. You need not set anything in them."}),
		Cards: []Card{
			{
				ID: "plex-network", Title: "As Plex shows it now", Place: "Settings › attic › Network", From: "https://127.0.0.1:32400", At: s.at(16, 2, 44), Again: "/steps/plex",
				Rows: []Row{
					row("Secure connections", text("Preferred")), row("Custom server access URLs", []Value{{Text: "https://" + sampleHost + ":443", Code: true}, {Text: "https://attic.lan:32400", Code: true, Aside: "(yours, kept)"}}),
					row("LAN Networks", text("192.168.1.0/24")), row("Enable Relay", text("On")), row("List of IP addresses and networks that are allowed without auth", text("Empty")), row("Remote Access", text("On, port 32400")),
				},
				Open: &Link{Text: "Open in Plex", Href: "https://app.plex.tv/desktop/#!/settings/server", External: true},
			},
			{
				ID: "plex-tv", Title: "As plex.tv tells your apps", Place: "Connections of the server Attic", State: "done", StateWord: "Published", From: "plex.tv", At: s.at(16, 2, 47), Again: "/steps/plex",
				Table: &Table{Caption: "Connections of the server Attic", HideCapt: true, Head: []Column{{Name: "Address"}, {Name: "Port"}, {Name: "Kind"}, {Name: "Answers"}}, Rows: []TableRow{
					line(sampleHost, "443", "Remote", yes("Yes, 41 ms", "done")), line("192.168.1.20", "32400", "At home", yes("Yes, 1 ms", "done")), line("attic.lan", "32400", "Remote", yes("Only at home", "attention")),
				}},
			},
		},
		After: PlexOptions(PlexInput{Title: "Two things you may turn off now", Switches: samplePlexSwitches(), Buttons: []Button{goOn("Go on with step 8", "/steps/security"), {Text: "Review these changes"}}}),
	}
}

// plexDown is step 7 while the address does not answer: what the wizard turned off can be turned on again.
func (s sample) plexDown() Step {
	ways := samplePlexSwitches()
	ways[0].Text, ways[0].Fixed = "Plex’s own open port. It can be turned off once the address answers.", true
	ways[1].Text, ways[1].On = "Plex’s slow spare way, 1 to 2 Mbit/s. The wizard turned it off. On means: apps have a way while the tunnel is down.", false
	return Step{
		Page: s.step(7, Page{Title: "Step 7: Tell Plex its address", H1: "Tell Plex its address"}),
		Sections: []Section{{ID: "looked", Title: "What was looked at", HideTitle: true, Checks: []Check{{
			ID: "through", Status: "fail", Name: "Plex answers at the address", Detail: "It does not, at present.", Fix: &Fix{Tone: "problem", Text: "Step 6 tells why.", Links: []Link{{Text: "Go to step 6", Href: "/steps/url"}}},
		}}}},
		After: PlexOptions(PlexInput{Title: "Plex’s own ways", Switches: ways, Buttons: []Button{{Text: "Review these changes"}}}),
		Next:  []Button{{Text: "Look again", Kind: "go", Icon: "again", Href: "/steps/plex", Next: true}, later()},
	}
}

func samplePlexSwitches() []PlexSwitch {
	return []PlexSwitch{
		{Name: "remote_access", Label: "Remote Access", Text: "Plex’s own open port. The tunnel has taken its place; off means your router can be closed.", On: true},
		{Name: "relay", Label: "Relay", Text: "Plex’s slow spare way, 1 to 2 Mbit/s. Off means: if the tunnel is down, so is remote playback, but no app uses the slow way unnoticed.", On: true},
	}
}

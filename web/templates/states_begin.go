package templates

// begin are the pages before and around the steps.
func (s sample) begin() []State {
	locked := s.page(Page{NoNav: true, Title: "Locked", H1: "This page is locked", Lead: "The wizard holds the keys to your Cloudflare account while it works, so it opens only with a link from its own terminal."})
	refused := s.before()
	refused.Page.ErrorTitle = true
	refused.Errors = &ErrorSummary{Items: []FieldError{{Field: "agree", Text: "Tick that you have read this page"}}}
	return []State{
		{"before-error", "Before you start: without the tick", BeforePage(refused)},
		{"start", "Open the wizard", StartPage(Start{Key: "EXAMPLEKEY", Page: s.page(Page{
			NoNav: true, Broad: true, Title: "Open the wizard", H1: "Put your Plex behind a Cloudflare Tunnel",
			Lead: "Nine steps and about 15 minutes of your time, plus the wait for your domain. Your router stays closed.",
		})})},
		{"locked", "Locked", LockedPage(Locked{Page: locked, SSH: "ssh -N -L 8080:127.0.0.1:8080 robin@attic"})},
		{"locked-used", "Locked: the link was used already", LockedPage(Locked{Page: locked, Why: "It was used already, or it is older than 30 minutes."})},
		{"before", "Before you start", BeforePage(s.before())},
		{"home-first", "All steps, at the beginning", HomePage(s.homeFirst())},
		{"home", "All steps, in the middle", HomePage(s.home())},
		{"demo", "Demonstration", HomePage(s.demo())},
	}
}

func (s sample) before() Before {
	return Before{
		Page: s.page(Page{
			Title: "Before you start", Broad: true, Back: &Link{Text: "All steps", Href: "/"},
			Lead: "What this sets up, what it costs, and what could go wrong. Read it once; nothing is changed on this page.",
		}),
		Pass: &Note{Tone: "info", Title: "Plex asks for a pass to play remotely", Text: "A tunnel counts as remote. You need Plex Pass, or each viewer needs Remote Watch Pass. Your server **Attic** has Plex Pass."},
		Ready: Section{
			ID: "ready", Title: "Is this computer ready?",
			Checks: []Check{
				pass("plex", "Plex answers here", "Plex Media Server 1.43.3 at https://127.0.0.1:32400", ""),
				pass("api", "Cloudflare answers", "api.cloudflare.com in 38 ms", ""),
				{
					ID: "port", Status: "warn", Name: "Port 7844 is open outbound over TCP, not over UDP", Word: "Works, slower",
					Detail: "UDP to region1.v2.argotunnel.com got no answer in 5 seconds.",
					Fix:    &Fix{Text: "The tunnel will use TCP by itself. For the faster way, allow outbound UDP 7844 in the firewall of your router."},
				},
				pass("clock", "The clock is right", "\u20630.4\u2063 seconds from Cloudflare’s", ""),
				pass("system", "System is supported", "Linux, amd64. You may install a service with sudo.", ""),
			},
			Buttons: []Button{{Text: "Check again", Kind: "s", Icon: "again", Href: "/before"}},
		},
	}
}

// tasks are the nine steps with the given states and texts.
func (s sample) tasks(rows ...[2]string) []Task {
	rail := s.step(1, Page{}).Rail
	out := make([]Task, len(rail))
	for i, r := range rail {
		out[i] = Task{ID: r.ID, Name: r.Name, Status: rows[i][0], Text: rows[i][1]}
		if rows[i][0] != "todo" {
			out[i].Href = r.Href
		}
	}
	return out
}

func (s sample) homeFirst() Home {
	return Home{
		Page: s.page(Page{At: "home", Broad: true, Title: "Nothing done yet", H1: "Put your Plex behind a Cloudflare Tunnel", Lead: "Nine steps. Each shows what it would change before it changes anything."}),
		Path: emptyPath(),
		Next: &Next{
			State: "next", Word: "Next: step 1", Title: "Set up Cloudflare account", Text: "Make a token that can do only what the nine steps need.",
			Buttons: []Button{goOn("Start with step 1", "/steps/account")},
		},
		Tasks: s.tasks([2]string{"next", "Needs a token of yours"}, [2]string{"todo", "After step 1"}, [2]string{"todo", "After step 2"}, [2]string{"todo", "After step 1"}, [2]string{"todo", "After step 4"},
			[2]string{"todo", "After step 5"}, [2]string{"todo", "After step 6"}, [2]string{"todo", "After step 6"}, [2]string{"todo", "After step 4, when you like"}),
		Setup: []Row{row("Computer", text("attic, Linux on amd64")), row("Plex server", text("Attic, version 1.43.3"))},
		At:    s.at(14, 2, 10), From: "Plex and DNS",
	}
}

func (s sample) home() Home {
	tasks := s.tasks(
		[2]string{"done", "Robin Ellery’s Account, token ends \u206324 November\u2063"},
		[2]string{"waiting", "Four of six places see the new name servers. Looked 20 seconds ago."},
		[2]string{"done", "One rule, last in the list, for " + sampleHost},
		[2]string{"attention", "Healthy, but over TCP: UDP 7844 is blocked. [See what to change](/before)"},
		[2]string{"next", "Needs one choice of yours: the name"},
		[2]string{"todo", "After step 5"}, [2]string{"todo", "After step 6"}, [2]string{"todo", "After step 6"}, [2]string{"todo", "After step 4, when you like"},
	)
	return Home{
		Page: s.page(Page{
			At: "home", Broad: true, Favicon: "waiting", Title: "3 of 9 done, one waiting", H1: "Your Plex at example.com",
			Lead: "Three of nine steps are done and one is waiting. Close this page whenever you like; it looks again when you return.",
		}),
		Path: Path{
			Label:   "From your apps to Cloudflare: waiting, four of six places see the new name servers. From Cloudflare through the tunnel to this computer: working, four connections. From the connector to Plex: working.",
			Address: "waiting", Tunnel: "done", Origin: "done", AddressName: "example.com", AddressWord: "Waiting: 4 of 6 see it", EdgeWord: "certificate ready",
			TunnelName: "Tunnel", TunnelWord: "4 connections", ConnectorWord: "version 2026.8.2", PlexWord: "answers in 3 ms", Home: "This computer, attic",
		},
		Next: &Next{
			State: "next", Word: "Next: step 5", Title: "Choose the public address", Text: "Pick the name under which your apps will find Plex. You need not wait for step 2.",
			Buttons: []Button{goOn("Go on with step 5", "/steps/hostname")},
		},
		Tasks: tasks,
		Setup: []Row{
			row("Computer", text("attic, Linux on amd64")), row("Plex server", text("Attic, version 1.43.3")), row("Domain", text("example.com, bought at Namecheap")),
			row("Cloudflare account", text("Robin Ellery’s Account")), row("Token", text("In memory, ends \u206324 November\u2063")),
		},
		At: s.at(15, 42, 10), From: "Cloudflare, Plex and DNS",
	}
}

func (s sample) demo() Home {
	m := s.home()
	m.Together = &Next{Title: "Or several at once", Text: "Steps 3, 4, 5 and 9 need no further choice. See all their changes on one page.", Buttons: []Button{{Text: "Show all changes", Href: "/together"}}}
	m.Page.Flash = &Note{Tone: "done", Title: "Done: the registrar has switched the name servers"}
	m.Page.Demo = &DemoBar{
		Action: "/demo", Back: "/", Token: "cfut_demo-0000-0000-0000-000000000000",
		Events: []DemoEvent{
			{"ns", "The registrar switches the name servers"},
			{"plex-stop", "Plex stops"},
			{"connector-drop", "The connector drops"},
			{"slow", "Cloudflare becomes slow"},
			{"refuse", "Cloudflare refuses"},
			{"lost", "A reply is lost"},
		},
	}
	return m
}

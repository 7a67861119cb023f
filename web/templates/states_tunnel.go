package templates

// tunnel are the states of step 4: the name, the work, the card.
func (s sample) tunnel() []State {
	name := s.step(4, Page{Title: "Step 4: Set up the tunnel", H1: "Set up the tunnel", Lead: "A small program on this computer, the connector, will hold a tunnel to Cloudflare open."}, "done", "waiting", "done")
	return []State{
		{"tunnel-name", "Tunnel: its name", StepPage(Step{Page: name, Form: TunnelForm(TunnelInput{
			Value: "attic",
			Adopt: []Option{{Value: "adopt", Label: "Use the tunnel “attic” that is there already", Hint: "Made on \u20633 March 2025\u2063, serves git.example.com", On: true}, {Value: "new", Label: "Make a new one beside it", Hint: "It will be called attic-2"}},
			Facts: []Row{row("Connector on this computer", text("None yet"))},
			Notes: []Note{{Tone: "info", Title: "This computer will ask for your password once", Text: "Only to install the connector as a service, so that it starts with the computer."}},
		})})},
		{"job", "Tunnel: work in progress", StepPage(s.working())},
		{"job-together", "Several steps at work", JobPage(s.together())},
		{"tunnel-card", "Tunnel: it is up", StepPage(s.tunnelUp())},
	}
}

func (s sample) jobRows() []Check {
	return []Check{
		pass("create", "Create the tunnel “attic”", "Created at Cloudflare, id `3f8b2c1e-9d47-…`", "\u206315:36:02\u2063"),
		pass("token", "Fetch its key", "Kept in memory, given only to the connector", "\u206315:36:03\u2063"),
		{
			ID: "download", Status: "wait", Name: "Download the connector", Detail: "cloudflared 2026.8.2 for Linux on amd64, from github.com/cloudflare/cloudflared", When: "21 seconds so far",
			Meter: &Meter{Value: 28.4, Max: 41.2, Text: "\u206328.4\u2063 of \u206341.2\u2063 MB, \u20631.4\u2063 MB a second, about 9 seconds left"},
		},
		todo("sum", "Compare its checksum", "Must be `5b1e0d9c…a7740f26`, as published with the release. Anything else is thrown away."),
		todo("place", "Put it in its place", "`/usr/local/bin/cloudflared`"),
		todo("service", "Install the service", "This computer will ask for your password once, for this one thing."),
		todo("join", "See it join", "Done when Cloudflare shows the connection of this very computer."),
	}
}

func (s sample) working() Step {
	return Step{
		Page: polled(s.step(4, Page{Title: "Working (3 of 7) - Set up the tunnel", H1: "Setting up the tunnel", Lead: "You can watch, or close this page: the work goes on without it."}, "done", "waiting", "done", "waiting"), "1s"),
		Job: &Job{
			Title: "What is being done", Running: true, Rows: s.jobRows(), Since: "Begun at \u206315:36:01\u2063, 24 seconds so far.", Action: "/steps/tunnel/cancel",
			Cancel: &Button{Text: "Stop after this part", Kind: "s"}, Note: "Stopping leaves everything so that you can go on later.",
		},
	}
}

func (s sample) together() JobView {
	p := s.page(Page{Back: &Link{Text: "All steps", Href: "/"}, Title: "Working (1 of 2)", H1: "Making the changes you approved", Lead: "You can watch, or close this page: the work goes on without it.", Favicon: "waiting", Poll: "1s", PollURL: "/together/checks"})
	return JobView{Page: p, Jobs: []Job{
		{Title: "Step 3: Turn off caching", Rows: []Check{pass("rule", "Create the cache rule", "Last in the list, for "+sampleHost, "\u206315:35:50\u2063")}},
		{Title: "Step 4: Set up the tunnel", Rows: s.jobRows(), Running: true, Since: "Begun at \u206315:36:01\u2063, 24 seconds so far.", Action: "/steps/tunnel/cancel", Cancel: &Button{Text: "Stop after this part", Kind: "s"}, Note: "Stopping leaves everything so that you can go on later."},
	}}
}

func (s sample) tunnelUp() Step {
	return Step{
		Page: s.step(4, Page{Title: "Step 4 done: the tunnel is up", H1: "The tunnel is up", Lead: "The connector runs on this computer, starts with it, and holds four connections to Cloudflare."}, "done", "waiting", "done", "attention", "next"),
		Cards: []Card{{
			ID: "tunnel", Place: "Networking › Tunnels › attic", State: "done", StateWord: "Healthy", From: "api.cloudflare.com", At: s.at(15, 42, 10), Ray: sampleRay, Again: "/steps/tunnel",
			Rows: []Row{
				row("Name", text("attic")), row("Tunnel ID", code(sampleTunnel)), row("Status", text("Healthy")),
				row("Connector ID", []Value{{Text: "b71d04f9-52ce-4c1b-8a37-e0f5c2d91b68", Code: true}, {Text: "Equal to the id that the program on this computer reports", Soft: true}}),
				row("Version", text("2026.8.2")), row("Platform", text("linux_amd64")), row("Data centers", text("lhr01, lhr14, ams04, ams07")), row("Uptime", text("4 minutes")), row("Routes", text("None yet; step 5 adds one")),
			},
			Open: &Link{Text: "Open in Cloudflare", Href: "https://dash.cloudflare.com/?to=/:account/tunnels", External: true},
		}},
		Lower: []Section{{ID: "here", Title: "On this computer", Checks: []Check{
			pass("service", "The service runs", "cloudflared.service, active since \u206315:38:09\u2063", "Running"), pass("boot", "It starts with the computer", "Enabled in systemd", "Yes"),
			pass("secret", "Its key is not on the command line", "Kept in a file that only root can read", "Checked"),
			{ID: "transport", Status: "warn", Name: "It runs over TCP", Detail: "UDP 7844 got no answer. It works; streams may start a little more slowly.", Word: "Works, slower", Fix: &Fix{Links: []Link{{Text: "What to change in the firewall", Href: "/before"}}}},
		}}},
		Next: []Button{goOn("Go on with step 5", "/steps/hostname"), later()},
	}
}

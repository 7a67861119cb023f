package templates

// after are the pages at the end and on every later visit.
func (s sample) after() []State {
	empty := s.page(Page{At: "history", Title: "History", Lead: "Every change the wizard made, newest first."})
	nothing := s.page(Page{At: "undo", Title: "Undo"})
	return []State{
		{"summary", "Summary", SummaryPage(s.summary())},
		{"summary-waiting", "Summary: a part still waits", SummaryPage(s.summaryWaiting())},
		{"finished", "Finished", FinishedPage(Finished{Page: s.page(Page{NoNav: true, Title: "Finished", H1: "The wizard has stopped", Lead: "You can close this page. Start the wizard again whenever you want to look or change something; it goes on where you were."})})},
		{"row-end", "Several steps: ended early", StepPage(s.rowEnd())},
		{"words", "Words", GlossaryPage(Glossary{Page: s.page(Page{Title: "Words", Lead: "What the few special words on these pages mean.", Back: &Link{Text: "All steps", Href: "/"}})})},
		{"version", "Version: a newer one", VersionPage(s.version())},
		{"history", "History", HistoryPage(s.history())},
		{"history-empty", "History: nothing yet", HistoryPage(History{Page: empty})},
		{"undo", "Undo", UndoPage(s.undo())},
		{"undo-plex-first", "Undo: Plex needs a sign-in first", UndoPage(s.undoPlexFirst())},
		{"undo-signin", "Undo: sign in to Plex", StepPage(s.undoSignIn())},
		{"undo-error", "Undo: nothing was chosen", UndoPage(s.undoRefused())},
		{"undo-partly", "Undo: a part could not be looked at", UndoPage(s.undoPartly())},
		{"undo-empty", "Undo: nothing there", UndoPage(Undo{Page: nothing})},
		{"problem", "A problem: outcome unknown", ErrorPage(s.problem())},
		{"not-found", "No such page", ErrorPage(s.notFound())},
	}
}

func (s sample) summary() Summary {
	done := [2]string{"done", "Looked at \u206316:08\u2063"}
	return Summary{
		Page: s.page(Page{At: "summary", Broad: true, Title: "All nine steps are done", H1: "Your Plex is reachable from anywhere", Lead: "All nine steps are done, each proved by a look from the outside at \u206316:08\u2063."}),
		Path: Path{
			Label:   "The whole way works: your apps, your address, Cloudflare, the tunnel with four connections, the connector, Plex on this computer.",
			Address: "done", Tunnel: "done", Origin: "done", AddressName: "Your address", AddressWord: "41 ms", EdgeWord: "London", TunnelName: "Tunnel", TunnelWord: "4 connections",
			ConnectorWord: "version 2026.8.2", PlexWord: "answers in 3 ms", Home: "This computer, attic",
		},
		Address: "https://" + sampleHost,
		QR:      QR{Size: 29, Of: "https://" + sampleHost, Path: sampleCode},
		Token: &Card{
			ID: "token-gone", Level: 3, Title: "Cloudflare’s answer about the token", Place: "My Profile › API Tokens › `cfut_••••••••7f3a`", State: "attention", StateWord: "Still works",
			From: "api.cloudflare.com", At: s.at(16, 9, 55), Ray: sampleRay, Again: "/summary",
			Rows: []Row{row("Token name", text("Plex Tunnel Wizard 2026-11-22")), row("Status", text("Active")), row("Expires on", text("\u206324 November 2026\u2063"))},
			Open: &Link{Text: "Delete it in Cloudflare", Href: "https://dash.cloudflare.com/profile/api-tokens", External: true},
		},
		Runs: []Row{
			row("On this computer", text("The connector cloudflared, version 2026.8.2, which holds the tunnel “attic” open. It starts with the computer.")),
			row("At Cloudflare", []Value{{Text: "The domain example.com, the tunnel “attic”, 1 route, 1 DNS record, 1 cache rule, 2 security rules, 1 notification"}, {Text: "What the wizard made there is marked “Plex Tunnel Wizard [a1b2c3d4]”.", Soft: true}}),
			row("In Plex", []Value{{Text: "https://" + sampleHost + ":443", Code: true, Aside: "one line in Custom server access URLs"}}),
			row("This wizard", text("Nothing. You can close it; start it again whenever you want to look or change something.")),
		},
		AppsKnow: true, Markdown: "/summary.md", Code: "/summary.tf", Next: []Button{{Text: "See what can be undone", Kind: "link", Href: "/undo"}},
		Steps: s.tasks(done, done, done, done, done, done, done, done, done),
	}
}

// summaryWaiting is of the day on which plex.tv has not passed the address on yet.
func (s sample) summaryWaiting() Summary {
	m := s.summary()
	m.Page = s.page(Page{
		At: "summary", Broad: true, Title: "Summary: 8 of 9 done", H1: "Where things stand", Lead: "Eight of nine steps are done and one is waiting. This page follows the rest by itself.",
		Favicon: "waiting", Poll: "3s", PollURL: "/summary/checks",
	})
	m.AppsKnow, m.TokenNeeded, m.Waits = false, true, true
	token := *m.Token
	token.Open = nil
	m.Token = &token
	m.Steps[6].Status, m.Steps[6].Text = "waiting", "Waiting for plex.tv to pass it on"
	return m
}

func (s sample) version() Version {
	return Version{
		Page:   s.page(Page{Title: "Version", H1: "Version 1.0.0", Back: &Link{Text: "All steps", Href: "/"}}),
		Rows:   []Row{row("This wizard", text("1.0.0, commit 0123456789ab of 2026-11-01T10:00:00Z")), row("Runs on", text("attic, Linux on amd64"))},
		Answer: &Note{Tone: "info", Title: "There is a newer version: v1.1.0", Text: "It was published on \u20632 November 2026\u2063. To use it, close this wizard, download the new one and start it; it goes on where you were. Asked at \u206316:12:00\u2063."},
		Text:   "The wizard never looks by itself. When you press the button, it asks GitHub once; nothing about you or your setup is sent, and nothing is installed.", Buttons: []Button{{Text: "Ask GitHub", Icon: "again"}},
		Support: Copy{Value: "wizard 1.0.0, commit 0123456789ab of 2026-11-01T10:00:00Z, go1.26.8 linux/amd64", What: "the version"},
	}
}

func (s sample) history() History {
	return History{
		Page: s.page(Page{At: "history", Title: "History", Lead: "Every change the wizard made, newest first."}),
		Entries: []Entry{
			{At: s.at(16, 4, 12), Step: "Step 8", Title: "Change the rule “only these countries”", State: "done", Word: "Done", Detail: "GB became GB, IE"},
			{At: s.at(15, 47, 30), Step: "Step 5", Title: "Create the DNS record `storeroom-parachute`", State: "attention", Word: "Found again after a lost answer", Detail: "Cloudflare did not answer in time; 14 seconds later the record was there. Attempt `0193-5b7e-41aa`"},
			{At: s.at(15, 36, 2), Step: "Step 4", Title: "Create the tunnel “attic”", State: "done", Word: "Done", Detail: "Id `" + sampleTunnel + "`"},
			{At: s.at(15, 12, 40), Step: "Step 3", Title: "Create the cache rule", State: "problem", Word: "Refused", Detail: "Cloudflare: the token lacks Cache Rules: Edit (10000). Ray ID `" + sampleRay + "`"},
		},
	}
}

func (s sample) undo() Undo {
	item := func(id, name, when, state, word string, on bool) Option {
		return Option{Value: id, Label: name, Hint: when, State: state, StateWord: word, On: on}
	}
	unread := item("former-movies.example.org", "What was made for movies.example.org", "The address from before. The token may lack the rights for that domain", "attention", "Could not be read", false)
	unread.Disabled = true
	return Undo{
		Page: s.page(Page{At: "undo", Title: "Undo", Lead: "This is what the wizard made for your Plex and can take away again, as it stands now. Choose what to take away; you will see a plan before anything happens."}),
		Made: []Option{
			item("notification", "Notification “Plex Tunnel Wizard [k3xq81ab]: attic”", "Made at \u206316:07\u2063. To robin@example.com", "done", "There, unchanged", true),
			item("country", "Rule “only these countries”", "Made at \u206316:04\u2063. (http.host eq \""+sampleHost+"\" and not ip.src.country in {\"GB\"})", "attention", "Differs from what you chose", false),
			item("plex", "The line https://"+sampleHost+":443 in Plex", "Made at \u206316:02\u2063. Your other lines stay", "done", "There, unchanged", true),
			item("record", "DNS record "+sampleHost, "Made at \u206315:47\u2063. CNAME "+sampleTunnel+".cfargotunnel.com", "done", "There, unchanged", true),
			item("connector", "The connector on this computer", "Made at \u206315:38\u2063. systemd", "done", "There, unchanged", true),
			item("tunnel", "The tunnel “attic”", "Made at \u206315:36\u2063. Healthy", "attention", "Also serves 1 route of yours", false), unread,
		},
		Notes:  []Note{{Tone: "info", Title: "What stays in any case", Text: "Your domain at Cloudflare and its records, your own rules, and Plex’s other addresses. To move the domain away again, change its name servers at your registrar."}},
		Review: "Review what will be removed",
	}
}

// undoPlexFirst is the list while nobody can look into Plex's settings.
func (s sample) undoPlexFirst() Undo {
	m := s.undo()
	m.Made[2].State, m.Made[2].StateWord, m.Made[2].On, m.Made[2].Disabled = "attention", "Sign in first", false, true
	m.Notes = append([]Note{{Tone: "attention", Title: "What was changed in Plex needs your sign-in", Text: "The wizard has no key of Plex at present. [Sign in to Plex](/undo?part=plex), and these things can be chosen too."}}, m.Notes...)
	m.Review = ""
	return m
}

func (s sample) undoSignIn() Step {
	return Step{
		Page: s.page(Page{
			At: "undo", Title: "Sign in to Plex first - Undo", H1: "Sign in to Plex first", Back: &Link{Text: "Back to the list", Href: "/undo"},
			Lead: "Then the wizard can take back what it changed in Plex’s settings. Nothing is changed by this.",
		}),
		Form: PlexSignInStart(PlexKeyInput{Action: "/undo/plex"}),
		Lower: []Section{{ID: "looked", Title: "What was looked at", HideTitle: true, Checks: []Check{{
			ID: "plex-token", Status: "skip", Mark: "skipped", Name: "The wizard may change Plex’s settings", Word: "Not found", Detail: "No key of Plex was found on this computer.",
		}}}},
	}
}

// undoPartly lacks the part that the token may not see.
func (s sample) undoPartly() Undo {
	u := s.undo()
	u.Partly = true
	u.Notes = append([]Note{{
		Tone: "attention", Title: "Not everything could be looked at", Text: "The token may not see these rules. Add “Zone: Config Rules: Edit” to this token. In Cloudflare, choose Edit beside the token, then Add more, and pick this permission. There is nothing to paste again.",
		List: []string{"Configuration rules"}, Links: []Link{{Text: "Open your tokens in Cloudflare", Href: "https://dash.cloudflare.com/profile/api-tokens", External: true}},
	}}, u.Notes...)
	return u
}

func (s sample) rowEnd() Step {
	way := s.summary().Path
	way.Address, way.Origin, way.AddressWord, way.PlexWord = "todo", "todo", "not yet", "not yet"
	return Step{
		Page: s.page(Page{
			At: "home", Broad: true, Favicon: "attention", Title: "Ended early - Several steps", H1: "It ended early, at step 5", Back: &Link{Text: "All steps", Href: "/"},
			Lead: "What was done before stays as it is. Your other choices are kept.",
		}),
		Notes: []Note{{Tone: "problem", Title: "The plan of step 5 has changed", Text: "You said yes to other values, so it was left alone.\n\nLook at its plan as it is now."}},
		Path:  &way,
		Top:   []Button{goOn("Go to step 5", "/steps/hostname"), later()},
		Sections: []Section{{ID: "row", Title: "What was done", Ordered: true, Checks: []Check{
			pass("row-cache", "Step 3: Turn off caching", "One rule, last in the list. [See step 3](/steps/cache)", ""),
			pass("row-tunnel", "Step 4: Set up the tunnel", "Healthy, 4 connections. [See step 4](/steps/tunnel)", ""),
			{ID: "row-hostname", Status: "skip", Mark: "todo", Name: "Step 5: Choose the public address", Detail: "To be made. [See step 5](/steps/hostname)", Word: "Not done"},
		}}},
	}
}

func (s sample) undoRefused() Undo {
	m := s.undo()
	m.Page.ErrorTitle = true
	m.Errors = &ErrorSummary{Items: []FieldError{{Field: "remove", Text: "Choose at least one thing"}}}
	for i := range m.Made {
		m.Made[i].On = false
	}
	return m
}

func (s sample) notFound() Problem {
	return Problem{
		Page:    s.page(Page{Title: "There is no such page", H1: "There is no such page", Lead: "Nothing was changed.", Favicon: "attention", Back: &Link{Text: "All steps", Href: "/"}}),
		Fix:     "The address may be mistyped, or from another version of the wizard.",
		Buttons: []Button{goOn("All steps", "/")},
	}
}

func (s sample) problem() Problem {
	return Problem{
		Page: s.page(Page{
			At: "home", Favicon: "attention", Title: "Cloudflare did not answer", H1: "Cloudflare did not answer in time", Back: &Link{Text: "Back to step 5", Href: "/steps/hostname"},
			Lead: "The DNS record may or may not have been made. Nothing else was changed, and your choices are kept.",
		}),
		Fix:     "The wizard looks before it tries again, so nothing is made twice.",
		Buttons: []Button{{Text: "Look now", Kind: "go", Icon: "again", Href: "/steps/hostname", Next: true}, later()},
		You: []string{
			"Wait a minute. This is usually over by then.", "[See whether Cloudflare reports trouble](https://www.cloudflarestatus.com/)",
		},
		Detail: []Row{
			row("What", text("Create DNS record storeroom-parachute")), row("Answer", text("None within 20 seconds")), row("Attempt", code("0193-5b7e-41aa")),
			row("Time", text("2026-11-22 15:44:02 UTC")), row("Ray ID", text("None was received")),
		},
	}
}

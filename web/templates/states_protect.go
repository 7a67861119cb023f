package templates

import (
	"time"

	"example.test/wizard/locale"
)

// protect are the states of steps 8 and 9.
func (s sample) protect() []State {
	return []State{
		{"security", "Security", StepPage(s.security())},
		{"security-permission", "Security, a permission is missing", StepPage(s.securityPermission())},
		{"security-take-back", "Security, a change broke it", StepPage(s.takeBack())},
		{"notifications", "Notifications", StepPage(s.notifications())},
	}
}

func (s sample) securityForm() SecurityInput {
	return SecurityInput{
		Host: sampleHost, Domain: "example.com", SlotsNote: "The free plan has five custom rules. Yours are counted and never touched.",
		Slots: []Slot{{"Block old paths", "Yours", ""}, {"Only these countries", "On", "ours"}, {"Known bots", "On", "ours"}, {"Free", "Slot 4", "free"}, {"Free", "Slot 5", "free"}},
		Rules: []Measure{
			{
				ID: "country", Name: "Only from these countries", On: true, What: "Requests from anywhere else are blocked.", Risk: "No trouble at home. Before you travel, add the country.", Live: "On, rule 2 of 3", LiveState: "done",
				Countries: &Countries{
					Chosen: []Option{{Value: "GB", Label: "United Kingdom", Hint: "You are here", On: true}, {Value: "IE", Label: "Ireland", On: true}, {Value: "US", Label: "United States", Hint: "plex.tv tests from here"}},
					All:    []string{"Austria", "France", "Germany", "Netherlands", "Spain"},
				},
			},
			{ID: "bots", Name: "Known bots", On: true, What: "Search engines and other robots that Cloudflare knows are blocked.", Risk: "None known.", Live: "On, rule 3 of 3", LiveState: "done"},
			{
				ID: "own", Name: "Your own rule", What: "One slot for an expression that you write. Cloudflare tests it first.", Risk: "Depends on your rule.", Live: "Off", LiveState: "skipped", Status: "skip",
				Field: &Field{Name: "expression", Label: "Expression", Mono: true, Hint: "In Cloudflare’s rules language, such as `ip.src.country eq \"T1\"`"},
			},
		},
		Browser: []Measure{{
			ID: "access", Name: "A sign-in page for browsers", What: "Cloudflare asks whoever opens the second address to sign in with a code sent by mail.", Risk: "None: your apps use the other address.", Live: "Off", LiveState: "skipped",
			More: []Field{{Name: "access_name", Label: "Name", Value: "storeroom-parachute-web", Mono: true, Hint: "It becomes `storeroom-parachute-web.example.com`."}, {Name: "access_for", Label: "Who may sign in", Value: "robin@example.com", Hint: "Addresses, with commas between them."}},
		}},
		Zone: []Measure{
			{ID: "tls", Name: "Minimum TLS 1.2", On: true, What: "Refuses outdated encryption.", Risk: "TVs from before about 2013 cannot connect.", Live: "On", LiveState: "done"},
			{ID: "bfm", Name: "Bot Fight Mode", What: "Makes suspected robots solve a puzzle.", Risk: "**Breaks Plex apps:** they cannot solve puzzles, and the free plan can make no exception.", Live: "Off, as it should be", LiveState: "skipped"},
		},
		Notes: []Note{{Tone: "info", Title: "What guides also recommend", Text: "A rule against a high threat score does nothing today: Cloudflare always reports 0. The wizard does not make one."}},
		Skip:  &Button{Text: "Leave it as it is", Kind: "link", Href: "/steps/notifications"},
	}
}

// securityPermission has a switch that the token may not turn.
func (s sample) securityPermission() Step {
	m, form := s.security(), s.securityForm()
	form.Extra = []Measure{{
		ID: "rewrite", Name: "Leave Plex’s pages as they are", What: "Rocket Loader, address hiding and header checks are off for this address.", Risk: "Helps them: these break web apps and odd devices.", Live: "Not possible yet", LiveState: "attention", Status: "skip",
		Note: &Note{
			Tone: "attention", Title: "The token may not see these rules", Text: "Add “Zone: Config Rules: Edit” to this token. In Cloudflare, choose Edit beside the token, then Add more, and pick this permission. There is nothing to paste again.",
			Links: []Link{{Text: "Open your tokens in Cloudflare", Href: "https://dash.cloudflare.com/profile/api-tokens", External: true}},
		},
	}}
	m.Form = SecurityForm(form)
	return m
}

func (s sample) blocked() Chart {
	hours := []int{0, 0, 1, 0, 0, 2, 7, 3, 0, 0, 1, 0, 4, 12, 21, 9, 2, 0, 1, 0, 0, 3, 5, 2}
	bars := make([]Bar, len(hours))
	for i, n := range hours {
		bars[i] = Bar{Name: locale.Clock(s.at(16, 0, 0).AddDate(0, 0, -1).Add(time.Duration(i) * time.Hour)), N: n}
	}
	line := func(rule, country, n string) TableRow {
		return TableRow{Cells: []Value{{Text: rule}, {Text: country}, {Text: n}}}
	}
	return Chart{
		Title: "**73** requests were blocked in the last 24 hours", Label: "Blocked requests by hour. Most, 21, between 6 and 7 in the morning.", Bars: bars,
		Table: Table{Caption: "By rule, \u206321 November\u2063 \u206316:00\u2063 to \u206322 November\u2063 \u206316:00\u2063", Head: []Column{{Name: "Rule"}, {Name: "Country"}, {Name: "Blocked", Right: true}}, Rows: []TableRow{
			line("Only these countries", "Netherlands", "41"), line("Only these countries", "United States", "19"), line("Known bots", "United States", "13"),
		}},
	}
}

func (s sample) security() Step {
	chart := s.blocked()
	return Step{
		Page:     s.step(8, Page{Title: "Step 8: Add security", H1: "Add security", Lead: "Each is a choice, and each can be taken back. After every change the address is checked again, and a change that breaks Plex is offered back at once."}),
		Form:     SecurityForm(s.securityForm()),
		Sections: []Section{{ID: "events", Title: "What was kept out", HideTitle: true, Chart: &chart}},
		Cards: []Card{{
			ID: "rules", Place: "example.com › Security › Security rules", From: "api.cloudflare.com", At: s.at(16, 4, 30), Ray: sampleRay, Again: "/steps/security",
			Rows: []Row{
				row("Custom rules", text("3 of 5 used")), row("1 Block old paths", []Value{{Text: "Block · Active", Aside: "yours"}}),
				row("2 Plex Tunnel Wizard: only these countries", []Value{{Text: "Block · Active"}, {Before: "GB", Text: "GB, IE", Aside: "changed at \u206316:04\u2063"}}),
				row("3 Plex Tunnel Wizard: known bots", text("Block · Active")), row("Security level", text("Always protected")), row("Bot Fight Mode", text("Off")),
			},
			Open: &Link{Text: "Open in Cloudflare", Href: "https://dash.cloudflare.com/?to=/:account/example.com/security/security-rules", External: true},
		}},
	}
}

func (s sample) notifications() Step {
	return Step{
		Page: s.step(9, Page{Title: "Step 9: Get notified", H1: "Hear about it when the tunnel goes down", Lead: "Cloudflare sends the mail, so it reaches you even when this computer is off."}),
		Form: NotificationsForm(NotifyInput{
			Email: "robin@example.com",
			Alerts: []Option{
				{Value: "tunnel", Label: "Tunnel Health Alert", Hint: "When the tunnel “attic” is down, degraded, or healthy again", On: true},
				{Value: "ddos", Label: "HTTP DDoS Attack Alert", Hint: "When someone floods a site at example.com"},
				{Value: "certificate", Label: "Universal SSL Alert", Hint: "When the certificate cannot be renewed"},
			},
			Notes: []Note{{Tone: "info", Title: "There is no test mail", Text: "Cloudflare offers none for this alert. The card below shows that it is in place."}},
			Skip:  &Button{Text: "Without notifications", Kind: "link", Href: "/summary"},
		}),
		Cards: []Card{{
			ID: "notification", Place: "Notifications › All notifications", State: "done", StateWord: "Enabled", From: "api.cloudflare.com", At: s.at(16, 7, 12), Ray: sampleRay, Again: "/steps/notifications",
			Rows: []Row{
				row("Name", text("Plex Tunnel Wizard: attic")), row("Type", text("Tunnel Health Alert")), row("Tunnel", text("attic")), row("New status", text("Down, Degraded, Healthy")),
				row("Email", text("robin@example.com")), row("Status", text("Enabled")),
			},
			Open: &Link{Text: "Open in Cloudflare", Href: "https://dash.cloudflare.com/?to=/:account/notifications", External: true},
		}},
	}
}

func (s sample) takeBack() Step {
	m := s.security()
	in := s.securityForm()
	in.Again = true
	m.After, m.Form = SecurityForm(in), nil
	m.Offer = TakeBack(TakeBackInput{
		Text: "A rule shuts this computer out (403). This was changed last, at 16:04:", Names: []string{"Create the rule “only these countries”"}, IDs: []string{"ptw_k3xq81ab_country"},
	})
	return m
}

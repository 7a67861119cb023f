package templates

// account are the states of step 1.
func (s sample) account() []State {
	lead := "The wizard works with a token: a key that you make, that can do only what the nine steps need, and that you delete at the end."
	page := s.step(1, Page{Title: "Step 1: Set up Cloudflare account", H1: "Set up Cloudflare account", Lead: lead})
	refused := page
	refused.ErrorTitle, refused.Favicon = true, "attention"
	why := "That is a Global API Key. It can do everything, so the wizard does not take it"
	return []State{
		{"account-paste", "Account: make and paste the token", StepPage(Step{Page: page, How: []HowTo{s.makeToken()}, Form: TokenForm(TokenInput{Keyring: "the keyring of this user (Secret Service)"})})},
		{"account-refused", "Account: the token was refused", StepPage(Step{
			Page: refused, Errors: &ErrorSummary{Items: []FieldError{{"token", why}}}, How: []HowTo{s.makeToken()}, Form: TokenForm(TokenInput{Error: why}),
		})},
		{"account-choose", "Account: which one", StepPage(Step{Page: page, Form: AccountForm(AccountInput{Accounts: []Option{
			{Value: "a1", Label: "Robin Ellery’s Account", Hint: "Has example.com", On: true}, {Value: "b2", Label: "Club of the Lamp", Hint: "No domain yet"},
		}})})},
		{"account", "Account: one permission is missing", StepPage(s.accountMissing())},
	}
}

func (s sample) makeToken() HowTo {
	return HowTo{
		ID: "make", Title: "Make a token at Cloudflare",
		Steps: []string{
			"No account yet? [Sign up at Cloudflare](https://dash.cloudflare.com/sign-up) with the free plan, and come back.",
			"Open [the token page](https://dash.cloudflare.com/profile/api-tokens). Its name and ten permissions are filled in already.",
			"Under **TTL**, choose the day after tomorrow as the end date.",
			"Choose **Continue to summary**, then **Create Token**, and copy it. Cloudflare shows it only once.",
		},
		More: []More{{Title: "Why these ten permissions?", List: []string{
			"**Zone, DNS:** to add your domain and copy its records", "**Cloudflare Tunnel:** to make the tunnel and its one route",
			"**Cache Rules, Zone WAF, Zone Settings, Bot Management:** for steps 3 and 8", "**Account Settings, Analytics:** only to read", "**Notifications:** for step 9",
		}}},
	}
}

func (s sample) accountMissing() Step {
	missing := Check{
		ID: "waf", Status: "fail", Name: "Zone WAF: Edit", Detail: "Zone, step 8", Word: "Missing",
		Fix: &Fix{
			Tone: "problem", Title: "Add “Zone WAF: Edit” to this token",
			Text:  "In Cloudflare, choose **Edit** beside the token, then **Add more**, **Zone**, **Zone WAF**, **Edit**. The token itself stays the same; there is nothing to paste again.",
			Links: []Link{{Text: "Open the token in Cloudflare", Href: "https://dash.cloudflare.com/profile/api-tokens", External: true}},
		},
	}
	return Step{
		Page: s.step(1, Page{
			Favicon: "attention", Title: "Step 1: one permission is missing", H1: "Set up Cloudflare account",
			Lead: "The wizard works with a token that you make, that can do only what the nine steps need, and that you delete at the end.",
		}, "attention", "next"),
		Sections: []Section{{
			ID: "permissions", Title: "The token works. One permission is missing", Lead: "Each was tried with a harmless read just now. Nine of ten are there.",
			Checks: []Check{
				pass("account_settings", "Account Settings: Read", "Account, step 1", ""), pass("zone", "Zone: Edit", "Zone, step 2", ""), pass("dns", "DNS: Edit", "Zone, steps 2 and 5", ""),
				pass("cache", "Cache Rules: Edit", "Zone, step 3", ""), pass("tunnel", "Cloudflare Tunnel: Edit", "Account, steps 4 and 5", ""), missing,
				pass("notifications", "Notifications: Edit", "Account, step 9", ""),
			},
			Buttons: []Button{{Text: "Check again", Kind: "go", Icon: "again", Href: "/steps/account", Next: true}, {Text: "Go on, add it before step 8", Kind: "link", Href: "/steps/dns"}},
		}},
		Cards: []Card{{
			ID: "token", Place: "My Profile › API Tokens", State: "done", StateWord: "Active", From: "api.cloudflare.com", At: s.at(14, 12, 40), Ray: "9a2f5b77c1aa4d02-LHR", Again: "/steps/account",
			Rows: []Row{
				row("Token name", text("Plex Tunnel Wizard 2026-11-22")), row("Token", []Value{{Text: "cfut_••••••••7f3a", Code: true, Aside: "(never shown again here)"}}),
				row("Account", text("Robin Ellery’s Account")), row("Permissions", text("9 of the 10 that could be looked at")), row("Expires on", text("\u206324 November 2026\u2063, in two days")),
			},
			Open: &Link{Text: "Open in Cloudflare", Href: "https://dash.cloudflare.com/profile/api-tokens", External: true},
		}},
		After: TokenForm(TokenInput{Again: true, Kept: "In memory."}),
	}
}

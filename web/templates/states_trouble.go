package templates

// trouble are the pages that stand when something outside fails while the person
// works: what was typed is kept on all of them.
func (s sample) trouble() []State {
	return []State{
		{"job-failed", "Work that ended early", StepPage(s.jobFailed())},
		{"form-failed", "A form that a service could not take", StepPage(s.formFailed())},
	}
}

func (s sample) jobFailed() Step {
	return Step{
		Page: s.step(4, Page{Title: "Step 4: Set up the tunnel", H1: "We will create 1 thing", Lead: "Please check. Nothing has been done yet, and nothing else will be touched."}, "done", "done", "done", "next"),
		Notes: []Note{{
			Tone: "problem", Title: "The token may not do this", Text: "Your choices are kept.\n\nA permission is missing. Step 1 names it.", Links: []Link{{Text: "Go to step 1", Href: "/steps/account"}},
			List: []string{"Detail for support: Call: POST /accounts/…/cfd_tunnel, Answer: 403, code 10000, Ray ID: " + sampleRay},
			Post: &Post{Action: "/steps/tunnel/dismiss", Button: Button{Text: "I have read this", Kind: "s"}},
		}},
		Next: []Button{{Text: "Look again", Kind: "go", Icon: "again", Href: "/steps/tunnel", Next: true}, later()},
	}
}

func (s sample) formFailed() Step {
	m := s.security()
	m.Page.ErrorTitle = true
	in := s.securityForm()
	for i := range in.Rules {
		if in.Rules[i].Field != nil {
			f := *in.Rules[i].Field
			f.Value, f.Error = "ip.src.asnum eq 64496", "Cloudflare has trouble of its own"
			in.Rules[i].On, in.Rules[i].Field = true, &f
		}
	}
	m.Form = SecurityForm(in)
	m.Errors = &ErrorSummary{
		Items: []FieldError{{Field: "expression", Text: "Cloudflare has trouble of its own"}},
		Note: &Note{
			Text: "Your choices are kept.\n\nWait a minute and look again. This is usually over by then.", List: []string{"Detail for support: Call: POST /zones/…/rulesets, Answer: 503, Ray ID: " + sampleRay},
			Links: []Link{{Text: "See whether Cloudflare reports trouble", Href: "https://www.cloudflarestatus.com/", External: true}},
		},
	}
	return m
}

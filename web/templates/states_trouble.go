package templates

// trouble are the pages that stand when something outside fails while the person
// works: what was typed is kept on all of them.
func (s sample) trouble() []State {
	return []State{
		{"form-failed", "A form that a service could not take", StepPage(s.formFailed())},
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

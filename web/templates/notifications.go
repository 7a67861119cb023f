package templates

// notifyButtons are the review and the way round it.
func notifyButtons(m NotifyInput) []Button {
	out := []Button{{Text: "Review the change", Kind: "go", Icon: "next", Next: true}}
	if m.Again {
		out = []Button{{Text: "Review the change"}}
	}
	if m.Skip != nil {
		out = append(out, *m.Skip)
	}
	return out
}

// emailField is the address that Cloudflare writes to.
func emailField(m NotifyInput) Field {
	return Field{
		Name: "email", Label: "Send to", Type: "email", Value: m.Email, Error: m.Error, Complete: "email", Required: true,
		Hint: "The address of your Cloudflare account is known there. Another one may have to be confirmed at Cloudflare before mail reaches it.",
	}
}

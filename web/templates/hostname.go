package templates

// hostnameField is the name with the button for another one beside it.
func hostnameField(m HostnameInput) Field {
	return Field{
		Name: "subdomain", Label: "Name", Mono: true, Value: m.Subdomain, Error: m.Error,
		Hint:   "Letters, digits and hyphens; no dot. It becomes part of `." + m.Domain + "`",
		Button: &Button{Text: "Another", Icon: "again", Name: "another", Value: "1", NoCheck: true, Hidden: "name"},
	}
}

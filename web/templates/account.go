package templates

// tokenField is the input for the token. What was pasted is never written back.
func tokenField(m TokenInput) Field {
	return Field{
		Name: "token", Label: "API token", Type: "password", Mono: true, Required: true, Error: m.Error,
		Hint: "Starts with `cfut_` or `cfat_`. It stays in the memory of this program; if the wizard restarts, paste it again.",
	}
}

// tokenButton is the one next action unless a token is there already.
func tokenButton(m TokenInput) []Button {
	if m.Again {
		return []Button{{Text: orElse(m.Label, "Use this token")}}
	}
	return []Button{{Text: orElse(m.Label, "Check this token"), Kind: "go", Icon: "next", Next: true}}
}

// keepOption offers to remember the token where this computer has a place for it.
func keepOption(m TokenInput) Option {
	return Option{ID: "keep", Name: "keep", Value: "yes", Label: "Remember it until I finish", Hint: "In " + m.Keyring + ". Removed at the end.", On: m.Keep}
}

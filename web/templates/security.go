package templates

// measureStatus is the state of a switch for tests and the terminal: what is on or off as chosen is a pass.
func measureStatus(m Measure) string { return orElse(m.Status, "pass") }

// countryOptions are the countries that were chosen, all under one name.
func countryOptions(c Countries) []Option {
	out := make([]Option, len(c.Chosen))
	for i, o := range c.Chosen {
		o.Name = "countries"
		out[i] = o
	}
	return out
}

// addCountry is the field that adds one by its name.
func addCountry(c Countries) Field {
	return Field{
		Name: "add_country", Label: "Add a country", Value: c.Typed, Error: c.Error, List: "all-countries",
		Button: &Button{Text: "Add", Name: "do", Value: "add_country", Hidden: "this country"},
	}
}

// securityButtons are the review and the way round it.
func securityButtons(m SecurityInput) []Button {
	out := []Button{{Text: "Review the changes", Kind: "go", Icon: "next", Next: true}}
	if m.Again {
		out = []Button{{Text: "Review the changes"}}
	}
	if m.Skip != nil {
		out = append(out, *m.Skip)
	}
	return out
}

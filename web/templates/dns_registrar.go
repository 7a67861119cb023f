package templates

import "strings"

// replaced says which servers the new pair takes the place of, and what is safe already.
func replaced(m Registrar) string {
	if len(m.Old) == 0 {
		return m.Kept
	}
	names := make([]string, len(m.Old))
	for i, o := range m.Old {
		names[i] = "`" + o + "`"
	}
	return strings.TrimSpace("They replace " + strings.Join(names, " and ") + ". " + m.Kept)
}

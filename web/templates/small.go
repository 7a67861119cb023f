package templates

import (
	"strings"
	"unicode"
)

// buttonClass makes the classes of a button; the one next action is filled unless it says otherwise.
func buttonClass(b Button) string {
	kinds := strings.Fields(b.Kind)
	if len(kinds) == 0 && b.Next {
		kinds = []string{"go"}
	}
	class := "btn"
	for _, k := range kinds {
		class += " btn--" + k
	}
	return class
}

// iconBehind reports whether an icon stands behind the words: those that lead somewhere.
func iconBehind(name string) bool { return name == "next" || name == "open" }

// slug makes an id of a title: its letters and digits in lower case, hyphens between.
func slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}

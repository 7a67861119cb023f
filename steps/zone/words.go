package zone

import (
	_ "embed"
	"strings"
)

//go:embed words.txt
var wordsText string

//go:embed underscores.txt
var underscoresText string

// deepNames is how many names a deep search asks for.
const deepNames = 5000

// sections reads a list of lines under headings in square brackets.
func sections(text string) map[string][]string {
	out := map[string][]string{}
	heading := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			heading = strings.Trim(line, "[]")
		default:
			out[heading] = append(out[heading], line)
		}
	}
	return out
}

// words lists the host names to ask for, most likely first.
func words(deep bool) []string {
	lists := sections(wordsText)
	var out []string
	seen := map[string]bool{}
	add := func(w string) {
		if !seen[w] && (!deep || len(out) < deepNames) {
			seen[w] = true
			out = append(out, w)
		}
	}
	usual := strings.Fields(strings.Join(append(lists["first"], lists["more"]...), " "))
	for _, w := range usual {
		add(w)
	}
	if !deep {
		return out
	}
	for _, line := range lists["deep"] {
		for w := range strings.FieldsSeq(line) {
			add(w)
		}
	}
	// The usual patterns around the usual names.
	for _, pattern := range []string{"*1", "*2", "*-dev", "*-test", "dev-*", "test-*", "*-old", "*-new", "*-staging", "*-eu", "*-us", "*3", "old-*", "new-*"} {
		for _, w := range usual {
			add(strings.Replace(pattern, "*", w, 1))
		}
	}
	return out
}

// firstWords lists the likeliest host names only.
func firstWords() []string {
	return strings.Fields(strings.Join(sections(wordsText)["first"], " "))
}

// underscores reads one section of names with the types to expect there.
func underscores(section string) []question {
	var out []question
	for _, line := range sections(underscoresText)[section] {
		if section == "selectors" {
			for s := range strings.FieldsSeq(line) {
				out = append(out, question{s + "._domainkey", []string{"TXT", "CNAME"}})
			}
			continue
		}
		out = append(out, questions(line)...)
	}
	return out
}

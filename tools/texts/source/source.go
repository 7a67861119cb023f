// Package source finds every text that a person can read on a page or in a
// terminal in the sources of the program. It knows Go and templ; what a text means,
// and who shows it, it does not.
//
// The key of a text is its English. Where a value stands in it, the key has a verb:
// that of fmt.Sprintf, or %s where the text is put together by +, or a template
// writes the value between its words. Left out are texts that only support reads:
// errors of Go, which a page shows as a detail at most, and lines of the log.
package source

import (
	"regexp"
	"slices"
	"strings"
)

// place is where a text stands.
type place struct {
	file string
	line int
}

// Texts has the places of each text.
type Texts map[string][]place

// add takes a text that is for people, as far as one can tell from its look.
func (c Texts) add(text string, p place) {
	if text = strings.TrimSpace(text); readable(text) {
		c.keep(text, p)
	}
}

func (c Texts) keep(text string, p place) {
	if !slices.Contains(c[text], p) {
		c[text] = append(c[text], p)
	}
}

// verb is where a value stands.
var verb = regexp.MustCompile(`%[-+#0-9.]*[a-z]`)

// readable reports whether a text is for people: a sentence, or a word with a
// capital, and neither a name of a program nor a piece of a protocol.
func readable(text string) bool {
	if strings.Contains(text, "http.host") { // Cloudflare's language of rules
		return false
	}
	values := len(verb.FindAllString(text, -1))
	words := strings.Fields(verb.ReplaceAllString(text, " ")) // what a verb stands for is no word of ours
	plain := 0
	for _, w := range words {
		w = strings.Trim(w, "“”’\"'`()[]{}.,:;?!…*-–›·")
		if letters(w) && (len(words)+values > 1 || w[0] >= 'A' && w[0] <= 'Z' && w != strings.ToUpper(w)) {
			plain++
		}
	}
	return plain > 0 && plain*2 >= len(words)
}

// letters reports whether a word consists of letters, with an apostrophe or a
// hyphen at most.
func letters(w string) bool {
	return len(w) > 1 && strings.IndexFunc(w, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '’' || r == '-') }) < 0
}

// Command texts writes every text that a person can read on a page or in a
// terminal as a gettext template (a .pot file), with the places where it stands:
//
//	go run ./tools/texts > wizard.pot
//
// It reads the sources and nothing else, so the list is never out of date. It knows
// Go and templ; what a text means, and who shows it, it does not.
//
// The key of a text is its English. Where a value stands in it, the key has a verb:
// that of fmt.Sprintf, or %s where the text is put together by +. Left out are texts
// that only support reads: errors of Go, which a page shows as a detail at most,
// and lines of the log.
package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

func main() {
	all, err := read(os.DirFS("."))
	if err == nil {
		err = write(os.Stdout, all)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "texts:", err)
		os.Exit(1)
	}
}

// place is where a text stands.
type place struct {
	file string
	line int
}

// catalogue has the places of each text.
type catalogue map[string][]place

func (c catalogue) add(text string, p place) {
	if text = strings.TrimSpace(text); readable(text) && !slices.Contains(c[text], p) {
		c[text] = append(c[text], p)
	}
}

// verb is where a value stands.
var verb = regexp.MustCompile(`%[-+#0-9.]*[a-z]`)

// readable reports whether a text is for people: a sentence, or a word with a
// capital, and neither a name of a program nor a piece of a protocol.
func readable(text string) bool {
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

// write prints a gettext template, in the order of the places.
func write(to io.Writer, c catalogue) error {
	first := func(text string) place { return c[text][0] }
	texts := slices.SortedFunc(maps.Keys(c), func(a, b string) int {
		return cmp.Or(cmp.Compare(first(a).file, first(b).file), cmp.Compare(first(a).line, first(b).line), cmp.Compare(a, b))
	})
	w := bufio.NewWriter(to)
	fmt.Fprint(w, "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n")
	for _, text := range texts {
		fmt.Fprintln(w)
		for _, p := range c[text] {
			fmt.Fprintf(w, "#: %s:%d\n", p.file, p.line)
		}
		if verb.MatchString(text) {
			fmt.Fprintln(w, "#, go-format")
		}
		fmt.Fprintf(w, "msgid %s\nmsgstr \"\"\n", quote(text))
	}
	return w.Flush()
}

// quote writes a text as gettext reads it, which knows fewer escapes than Go.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(text) + `"`
}

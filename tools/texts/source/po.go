package source

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Write prints a gettext template, in the order of the places.
func (c Texts) Write(to io.Writer) error {
	return c.write(to, func(string) string { return "" })
}

// WriteAccented prints a catalogue of a language that nobody speaks and everybody can
// read: English with accents on its letters. What a page still says without them is
// in no catalogue.
func (c Texts) WriteAccented(to io.Writer) error { return c.write(to, accented) }

func (c Texts) write(to io.Writer, translate func(string) string) error {
	first := func(text string) place { return c[text][0] }
	texts := slices.SortedFunc(maps.Keys(c), func(a, b string) int {
		return cmp.Or(cmp.Compare(first(a).file, first(b).file), cmp.Compare(first(a).line, first(b).line), cmp.Compare(a, b))
	})
	w := bufio.NewWriter(to)
	fmt.Fprint(w, "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n")
	counted := map[string]bool{} // the first forms, which are keys by themselves
	for _, text := range texts {
		if one, _, ok := strings.Cut(text, form); ok {
			counted[one] = true
		}
	}
	for _, text := range texts {
		if counted[text] {
			continue
		}
		fmt.Fprintln(w)
		for _, p := range c[text] {
			fmt.Fprintf(w, "#: %s:%d\n", p.file, p.line)
		}
		if verb.MatchString(text) {
			fmt.Fprintln(w, "#, go-format")
		}
		one, many, counts := strings.Cut(text, form)
		if !counts {
			fmt.Fprintf(w, "msgid %s\nmsgstr %s\n", quote(text), quote(translate(text)))
			continue
		}
		fmt.Fprintf(w, "msgid %s\nmsgid_plural %s\nmsgstr[0] %s\nmsgstr[1] %s\n", quote(one), quote(many), quote(translate(one)), quote(translate(many)))
	}
	return w.Flush()
}

// quote writes a text as gettext reads it, which knows fewer escapes than Go.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(text) + `"`
}

package translation

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// verb is where a value stands in a text, as fmt.Sprintf writes it.
var verb = regexp.MustCompile(`%(?:\[([0-9]+)\])?[-+#0-9.]*([a-z%])`)

// pieces are a text that is cut at its values: there is always one piece of words
// more than there are values.
type pieces struct {
	words  []string
	values []value
}

// value is a verb, and which of the values it stands for.
type value struct {
	verb string
	of   int
}

func cut(text string) pieces {
	var p pieces
	var words strings.Builder
	from, next := 0, 0
	for _, m := range verb.FindAllStringSubmatchIndex(text, -1) {
		words.WriteString(text[from:m[0]])
		from = m[1]
		kind := text[m[4]:m[5]]
		if kind == "%" {
			words.WriteByte('%')
			continue
		}
		if m[2] >= 0 {
			n, _ := strconv.Atoi(text[m[2]:m[3]])
			next = n - 1
		}
		p.words = append(p.words, words.String())
		p.values = append(p.values, value{kind, next})
		words.Reset()
		next++
	}
	words.WriteString(text[from:])
	p.words = append(p.words, words.String())
	return p
}

// valued is a text with values, and its translation.
type valued struct {
	shape   *regexp.Regexp
	longest string // piece of the words, to look for first
	letters int    // of all words
	first   rune   // the letter with which the text begins; 0 for none
	to      pieces
	several func(n int) pieces // of a text that counts something, in place of to
}

var errValues = errors.New("the values are not the same")

// newValued fails when a value of the translation is none of the text's.
func newValued(from, to pieces) (valued, error) {
	for i, v := range to.values {
		at := slices.Index(from.values, v)
		if at < 0 {
			return valued{}, errValues
		}
		to.values[i].of = at
	}
	v := valued{to: to}
	var shape strings.Builder
	for i, words := range from.words {
		v.letters += lettersOf(words)
		// In a sentence a text begins with a small letter, and alone with a capital.
		if first, n := utf8.DecodeRuneInString(words); i == 0 && unicode.IsLetter(first) {
			v.first, words = first, words[n:]
			shape.WriteString("[" + string(unicode.ToUpper(first)) + string(unicode.ToLower(first)) + "]")
		}
		shape.WriteString(regexp.QuoteMeta(words))
		if len(words) > len(v.longest) {
			v.longest = words
		}
		if i < len(from.values) {
			shape.WriteString(form(from.values[i].verb))
		}
	}
	var err error
	v.shape, err = regexp.Compile(`(?s)^` + shape.String() + `$`)
	return v, err
}

// form is how a value may look. A number may have the separators of its reader, and
// the invisible fences of package locale.
func form(verb string) string {
	switch verb {
	case "d", "f":
		return "([\u2063+-]?[0-9][0-9.,\u00a0\u202f\u2019\u2063]*)"
	case "q":
		return `(".*?")`
	}
	return `(.+?)`
}

// turn translates a text that has this shape. Its values are given to inner.
func (v valued) turn(r run, inner func(run) string) (string, bool) {
	m := v.shape.FindStringSubmatchIndex(r.bare)
	if m == nil {
		return "", false
	}
	var own []rune // the tags between the values
	from := 0
	for i := 2; i < len(m); i += 2 {
		if !balanced(r.bare[m[i]:m[i+1]]) {
			return "", false
		}
		own = append(own, tags(r.page[from:m[i]])...)
		from = m[i+1]
	}
	own = append(own, tags(r.page[from:])...)
	to := v.to
	if v.several != nil {
		to = v.several(number(r.bare[m[2]:m[3]]))
	}
	var b strings.Builder
	for i, words := range to.words {
		b.WriteString(with(words, own))
		if i < len(to.values) {
			of := to.values[i].of
			if value := r.part(m[2*of+2], m[2*of+3]); to.values[i].verb == "q" { // a name
				b.WriteString(value.page)
			} else {
				b.WriteString(inner(value))
			}
		}
	}
	first, _ := utf8.DecodeRuneInString(r.bare)
	if v.first == 0 || first == v.first || to.words[0] == "" {
		return b.String(), true
	}
	if unicode.IsUpper(first) {
		return turned(b.String(), unicode.ToUpper), true
	}
	return turned(b.String(), unicode.ToLower), true
}

// balanced reports whether the tags of a text are all in it.
func balanced(bare string) bool {
	open := 0
	for _, r := range bare {
		switch r {
		case codeMark, strongMark, linkMark:
			open++
		case endMark:
			if open--; open < 0 {
				return false
			}
		}
	}
	return open == 0
}

// number reads a number with the separators of its reader.
func number(text string) int {
	n, _ := strconv.Atoi(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text))
	return n
}

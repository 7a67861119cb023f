package translation

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A text may have light marks: `code`, **strong** and [words](address). On a page
// these are elements, and both are compared in the same form: each tag is one
// character that no text has (of the private use area of Unicode), and where a link
// leads is left out.
const (
	codeMark   = '\ue000'
	strongMark = '\ue001'
	linkMark   = '\ue002'
	endMark    = '\ue003'
	// firstTag is the first tag of a text, counted from the beginning. All have the
	// same length, so that a text with counted tags has its words at the same places
	// as the one without.
	firstTag = '\ue100'
	lastTag  = '\uefff'
)

// private reports whether a rune could be taken for a mark.
func private(r rune) bool { return r >= codeMark && r <= lastTag }

// counted reports whether a rune is a tag, and which.
func counted(r rune) (tag int, ok bool) { return int(r - firstTag), r >= firstTag && r <= lastTag }

var light = regexp.MustCompile("`([^`]+)`" + `|\*\*(.+?)\*\*|\[([^\[\]]+)\]\(([^()\s]*)\)`)

// element is one of the marked words of a text.
type element struct {
	mark rune
	same string // what tells it from others of its kind: the code, or where a link leads
	used bool
}

// marked finds the light marks of a text. next is called for each, and gives the
// characters for its two tags.
func marked(text string, next func(element) (open, shut rune)) string {
	return light.ReplaceAllStringFunc(text, func(found string) string {
		m := light.FindStringSubmatch(found)
		e, inner := element{mark: codeMark, same: m[1]}, m[1]
		switch {
		case m[2] != "":
			e, inner = element{mark: strongMark}, m[2]
		case m[3] != "":
			e, inner = element{mark: linkMark, same: m[4]}, m[3]
		}
		open, shut := next(e)
		return string(open) + inner + string(shut)
	})
}

var errMarks = errors.New("the marked words are not the same")

// tagged brings a key and its translation to the form in which pages are compared.
// The tags of the translation are counted as those of the key, which it may have in
// another order.
func tagged(key, to string) (string, string, error) {
	var elements []element
	key = marked(key, func(e element) (rune, rune) {
		elements = append(elements, e)
		return e.mark, endMark
	})
	used := 0
	take := func(e element) int {
		i := slices.IndexFunc(elements, func(o element) bool { return !o.used && o.mark == e.mark && o.same == e.same })
		if i < 0 {
			i = slices.IndexFunc(elements, func(o element) bool { return !o.used && o.mark == e.mark })
		}
		return i
	}
	to = marked(to, func(e element) (rune, rune) {
		i := take(e)
		if i < 0 {
			used = -len(elements)
			return e.mark, endMark
		}
		elements[i].used = true
		used++
		return firstTag + rune(2*i), firstTag + rune(2*i+1)
	})
	if used != len(elements) {
		return "", "", errMarks
	}
	return key, to, nil
}

// numbered gives every verb of a text its number, so that some may be left out.
func numbered(text string) string {
	n := 0
	return verb.ReplaceAllStringFunc(text, func(v string) string {
		m := verb.FindStringSubmatch(v)
		if m[2] == "%" || m[1] != "" {
			return v
		}
		n++
		return "%[" + strconv.Itoa(n) + "]" + v[1:]
	})
}

// tags lists those of a counted text, in their order.
func tags(text string) (all []rune) {
	for _, r := range text {
		if _, ok := counted(r); ok {
			all = append(all, r)
		}
	}
	return all
}

// with sets the tags of a page for those of a translation.
func with(to string, of []rune) string {
	return strings.Map(func(r rune) rune {
		if i, ok := counted(r); ok && i < len(of) {
			return of[i]
		}
		return r
	}, to)
}

// A run is a text as it stands on a page, with its tags counted, and the same as it
// is compared. Both are of the same length.
type run struct{ page, bare string }

func newRun(page string, kinds []rune) run {
	return run{page, strings.Map(func(r rune) rune {
		if i, ok := counted(r); ok && i < len(kinds) {
			return kinds[i]
		}
		return r
	}, page)}
}

func (r run) part(i, j int) run { return run{r.page[i:j], r.bare[i:j]} }

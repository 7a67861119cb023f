package translation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// remembered bounds what a catalogue keeps of what it found.
const remembered = 4096

// depth is how deep texts stand in the values of others.
const depth = 4

// Text translates one text, or several that stand one after the other. What is
// found nowhere stays as it is.
func (c *Catalogue) Text(text string) string {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, private) {
		return text
	}
	return c.known(run{text, text})
}

// known translates a run of a page, which is often the same on the next one.
func (c *Catalogue) known(r run) string {
	if !strings.ContainsFunc(r.bare, unicode.IsLetter) {
		return r.page
	}
	if strings.ContainsFunc(r.bare, unicode.IsControl) {
		r.page, r.bare = spaced(r.page), spaced(r.bare)
	}
	key := r.page + "\x00" + r.bare
	c.mu.Lock()
	to, ok := c.already[key]
	c.mu.Unlock()
	if ok {
		return to
	}
	to, _ = (&search{Catalogue: c, left: effort, done: map[string]found{}}).all(r, depth)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.already) >= remembered {
		clear(c.already)
	}
	c.already[key] = to
	return to
}

// effort is how many parts of a text are looked for at most: what others wrote can be
// made to look like many texts at once.
const effort = 20_000

// search is the work on one text.
type search struct {
	*Catalogue
	left int
	done map[string]found // of parts that were looked for already
}

type found struct {
	to            string
	letters, deep int
}

// spaced has a space for each character that only breaks a line.
func spaced(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// all translates the texts that stand one after the other, so that as many of the
// letters as possible are translated. letters is how many.
func (c *search) all(r run, deep int) (to string, letters int) {
	if !strings.ContainsFunc(r.bare, unicode.IsLetter) {
		return r.page, 0
	}
	if f, ok := c.done[r.page]; ok && f.deep >= deep {
		return f.to, f.letters
	}
	to, letters = c.row(r, deep)
	c.done[r.page] = found{to, letters, deep}
	return to, letters
}

func (c *search) row(r run, deep int) (to string, letters int) {
	near := c.near(r.bare)
	if len(r.bare) <= longest { // it is mostly one text
		if to, n := c.one(r, near, deep); n > 0 && n == lettersOf(r.bare) {
			return to, n
		}
	}
	ends := append(append([]int{0}, endings(r.bare)...), len(r.bare))
	best := make([]way, len(ends)) // from each of the ends to the last
	for i := len(ends) - 2; i >= 0; i-- {
		next := ends[i+1]
		best[i] = way{to: r.page[ends[i]:next], next: i + 1, letters: best[i+1].letters}
		for j := i + 1; j < len(ends); j++ {
			if whole := i == 0 && j == len(ends)-1 && len(r.bare) <= longest; j >= i+reach && !whole {
				continue
			}
			if to, n := c.one(r.part(ends[i], ends[j]), near, deep); n > 0 && n+best[j].letters >= best[i].letters {
				best[i] = way{to: to, next: j, letters: n + best[j].letters}
			}
		}
	}
	var b strings.Builder
	for i := 0; i < len(ends)-1; i = best[i].next {
		b.WriteString(best[i].to)
	}
	return b.String(), best[0].letters
}

// reach is over how many endings one text may go, unless it is all there is, and no
// more than the longest.
const (
	reach   = 40
	longest = 1000 // bytes
)

// way is how a text goes on from one of its endings.
type way struct {
	to            string
	next, letters int
}

// near are the texts with values of which a piece stands in a text.
func (c *Catalogue) near(text string) (out []valued) {
	for _, v := range c.valued {
		if strings.Contains(text, v.longest) {
			out = append(out, v)
		}
	}
	return out
}

// one translates a text if it is one of the catalogue, and keeps the space around it.
func (c *search) one(r run, near []valued, deep int) (to string, letters int) {
	before := len(r.bare) - len(strings.TrimLeft(r.bare, " "))
	behind := len(strings.TrimRight(r.bare, " "))
	if c.left--; before >= behind || c.left < 0 {
		return "", 0
	}
	space, after := r.page[:before], r.page[behind:]
	r = r.part(before, behind)
	if to, ok := c.exact(r.bare); ok {
		return space + with(to, tags(r.page)) + after, lettersOf(r.bare)
	}
	if deep == 0 {
		return "", 0
	}
	for _, v := range near {
		inner := 0
		turned, ok := v.turn(r, func(value run) string {
			to, n := c.all(value, deep-1)
			inner += n
			return to
		})
		if n := v.letters + inner; ok && n > letters {
			to, letters = space+turned+after, n
		}
	}
	return to, letters
}

func lettersOf(text string) (n int) {
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// endings are where a text may end and another begin: before and behind a mark or a
// number, but not within a code.
func endings(text string) []int {
	var out []int
	add := func(at int) {
		if at > 0 && at < len(text) && (len(out) == 0 || out[len(out)-1] < at) {
			out = append(out, at)
		}
	}
	code := false
	for i, r := range text {
		switch {
		case code:
			if code = r != endMark; !code {
				add(i + utf8.RuneLen(r))
			}
		case ends(text, i, r), r >= codeMark && r <= endMark:
			add(i)
			if code = r == codeMark; !code {
				add(i + utf8.RuneLen(r))
			}
		}
	}
	return out
}

// exact finds a text without values. In a sentence it may begin with a small letter
// and alone with a capital.
func (c *Catalogue) exact(text string) (string, bool) {
	if to, ok := c.plain[text]; ok {
		return to, true
	}
	first, _ := utf8.DecodeRuneInString(text)
	here, there := unicode.ToUpper, unicode.ToLower
	if unicode.IsLower(first) {
		here, there = there, here
	}
	to, ok := c.plain[turned(text, there)]
	return turned(to, here), ok
}

// turned is the text with another first letter.
func turned(text string, turn func(rune) rune) string {
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return ""
	}
	return string(turn(r)) + text[n:]
}

// ends reports whether a text may end with a mark: one in a name, an address or a
// number is part of it.
func ends(text string, i int, mark rune) bool {
	next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(mark):])
	switch mark {
	case '.', ',', ':', ';', '?', '!', '-', '–', ')', ']', '”', '#':
		return !unicode.IsLetter(next) && !unicode.IsDigit(next)
	case '(', '“', '·', '›', '→':
		return true
	case ' ': // behind a number
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		return unicode.IsDigit(before)
	}
	return false
}

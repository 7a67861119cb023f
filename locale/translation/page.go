package translation

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// heard are the attributes that people read or hear. Others are for machines.
func heard(key string) bool {
	return strings.HasPrefix(key, "data-say") || slices.Contains([]string{"aria-label", "alt", "title", "placeholder", "data-label"}, key)
}

// kept are the elements whose text is of no language, or what somebody typed.
func kept(name string) bool {
	return slices.Contains([]string{"pre", "kbd", "samp", "script", "style", "textarea"}, name)
}

// markOf is how the tag of an element stands in a text; all others end it.
func markOf(name string) (rune, bool) {
	switch name {
	case "code":
		return codeMark, true
	case "strong", "b":
		return strongMark, true
	case "a":
		return linkMark, true
	}
	return 0, false
}

// Page translates a page, or a part of one, and says in which language it is. All
// else stays as it was, to the byte.
func (c *Catalogue) Page(page []byte, language string) []byte {
	p := pageOf{c: c, language: language, out: make([]byte, 0, len(page)+len(page)/8)}
	z := html.NewTokenizer(bytes.NewReader(page))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		raw := slices.Clone(z.Raw()) // reading a token takes its escapes away in place
		switch {
		case p.aside.open > 0 && kind == html.TextToken:
			p.aside.raw = append(p.aside.raw, raw...)
		case p.aside.open > 0:
			p.beside(z.Token(), raw)
		case p.within != "" && kind == html.EndTagToken:
			if name, _ := z.TagName(); string(name) == p.within {
				p.within = ""
			}
			p.flush(raw)
		case p.within != "":
			p.flush(raw)
		case kind == html.TextToken && p.unread:
			p.flush(c.Page(raw, language))
		case kind == html.TextToken:
			p.text(string(z.Text()), raw)
		case kind == html.StartTagToken, kind == html.SelfClosingTagToken, kind == html.EndTagToken:
			p.tag(z.Token(), raw)
		default:
			p.flush(raw)
		}
	}
	p.flush(nil)
	return p.out
}

// pageOf is a page on its way.
type pageOf struct {
	c        *Catalogue
	language string
	out      []byte
	within   string // the element that is kept as it is
	unread   bool   // within noscript, whose tags are given as text

	run   strings.Builder // words and counted tags since the last other tag
	raw   []byte          // the same as it stands on the page
	tags  [][]byte
	aside aside
	kinds []rune
	odd   bool // it has what could be taken for a mark, or is no text at all
}

// An aside is an icon or a note at the end of a link, which is no part of its words.
type aside struct {
	of   string
	open int // elements of this name
	raw  []byte
}

// beside takes a tag of an aside.
func (p *pageOf) beside(t html.Token, raw []byte) {
	p.aside.raw = append(p.aside.raw, raw...)
	switch {
	case t.Data != p.aside.of:
	case t.Type == html.StartTagToken:
		p.aside.open++
	case t.Type == html.EndTagToken:
		p.aside.open--
	}
}

// endAside is what was taken, translated by itself.
func (p *pageOf) endAside() []byte {
	raw := p.aside.raw
	p.aside = aside{}
	if len(raw) == 0 {
		return nil
	}
	return p.c.Page(raw, p.language)
}

// isAside reports whether a tag begins one: a drawing, or what is only heard.
func isAside(t html.Token) bool {
	return t.Type == html.StartTagToken && (t.Data == "svg" || t.Data == "span" && slices.Contains(t.Attr, html.Attribute{Key: "class", Val: "vh"}))
}

func (p *pageOf) text(text string, raw []byte) {
	p.odd = p.odd || strings.ContainsFunc(text, private) || !utf8.ValidString(text)
	p.run.WriteString(text)
	p.raw = append(p.raw, raw...)
}

func (p *pageOf) tag(t html.Token, raw []byte) {
	if t.Type != html.EndTagToken && p.attributes(&t) {
		raw = []byte(t.String())
	}
	if isAside(t) && slices.Contains(p.kinds, linkMark) && p.kinds[len(p.kinds)-1] == linkMark {
		p.aside.of = t.Data
		p.beside(t, raw)
		return
	}
	p.unread = t.Type == html.StartTagToken && t.Data == "noscript"
	mark, ok := markOf(t.Data)
	if !ok || t.Type == html.SelfClosingTagToken || len(p.tags) > int(lastTag-firstTag) {
		if t.Type == html.StartTagToken && kept(t.Data) {
			p.within = t.Data
		}
		p.flush(raw)
		return
	}
	if t.Type == html.EndTagToken {
		mark = endMark
	}
	if mark == endMark {
		raw = append(p.endAside(), raw...)
	}
	p.run.WriteRune(firstTag + rune(len(p.tags)))
	p.tags, p.kinds, p.raw = append(p.tags, raw), append(p.kinds, mark), append(p.raw, raw...)
}

// attributes translates what a tag says, and reports whether there was anything.
func (p *pageOf) attributes(t *html.Token) bool {
	changed := false
	for i, a := range t.Attr {
		to := a.Val
		switch {
		case t.Data == "html" && a.Key == "lang":
			to = p.language
		case heard(a.Key):
			to = p.c.Text(a.Val)
		}
		changed = changed || to != a.Val
		t.Attr[i].Val = to
	}
	return changed
}

// flush ends a run and writes it, and what stands behind it.
func (p *pageOf) flush(behind []byte) {
	page := p.run.String()
	if to := p.turned(page); to != page {
		for _, r := range to {
			if i, ok := counted(r); ok {
				p.out = append(p.out, p.tags[i]...)
			} else {
				p.out = append(p.out, html.EscapeString(string(r))...)
			}
		}
	} else {
		p.out = append(p.out, p.raw...)
	}
	p.out = append(p.out, p.endAside()...)
	p.out = append(p.out, behind...)
	p.run.Reset()
	p.raw, p.tags, p.kinds, p.odd = p.raw[:0], p.tags[:0], p.kinds[:0], false
}

func (p *pageOf) turned(page string) string {
	if p.odd || page == "" {
		return page
	}
	return p.c.known(newRun(page, p.kinds))
}

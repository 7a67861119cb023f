package templates

import "strings"

// span is a piece of a rich text.
type span struct{ kind, text, href string } // kind: "", code, strong, link

// rich splits a text at its light marks: `code`, **strong** and [words](address). A mark without its end, or an address that is not https, of this site or of
// this page, is ordinary text.
func rich(s string) []span {
	var out []span
	plain := func(t string) {
		switch n := len(out); {
		case t == "":
		case n > 0 && out[n-1].kind == "":
			out[n-1].text += t
		default:
			out = append(out, span{text: t})
		}
	}
	for s != "" {
		i := strings.IndexAny(s, "`*[")
		if i < 0 {
			plain(s)
			break
		}
		plain(s[:i])
		s = s[i:]
		if found, n := marked(s); n > 0 {
			out = append(out, found)
			s = s[n:]
			continue
		}
		plain(s[:1])
		s = s[1:]
	}
	return out
}

// marked reads one marked span at the start of s and returns its length in bytes, 0 when there is none.
func marked(s string) (span, int) {
	if t, ok := between(s, "`", "`"); ok {
		return span{kind: "code", text: t}, len(t) + 2
	}
	if t, ok := between(s, "**", "**"); ok {
		return span{kind: "strong", text: t}, len(t) + 4
	}
	if t, ok := between(s, "[", "]("); ok && !strings.ContainsAny(t, "[]") {
		rest := s[len(t)+3:]
		if href, _, ok := strings.Cut(rest, ")"); ok && ownOrSecure(href) {
			return span{kind: "link", text: t, href: href}, len(t) + 3 + len(href) + 1
		}
	}
	return span{}, 0
}

// between returns the text from the opening mark to the closing one, if both are there and it is not empty.
func between(s, open, shut string) (string, bool) {
	rest, ok := strings.CutPrefix(s, open)
	if !ok {
		return "", false
	}
	t, _, ok := strings.Cut(rest, shut)
	return t, ok && t != ""
}

// ownOrSecure reports whether an address is a path of this site, a place on this page, or https.
func ownOrSecure(href string) bool {
	if strings.ContainsAny(href, " \"<>\\") {
		return false
	}
	return external(href) || strings.HasPrefix(href, "#") || strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//")
}

// external reports whether an address leads to another site.
func external(href string) bool { return strings.HasPrefix(href, "https://") }

// paragraphs splits a text at blank lines.
func paragraphs(s string) []string {
	var out []string
	for p := range strings.SplitSeq(s, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

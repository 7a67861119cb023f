package cloudflare

import (
	"fmt"
	"strings"
)

type tokenKind int

const (
	tokEnd    tokenKind = iota
	tokWord             // a field, an operator's name, a number, an address
	tokString           // a quoted literal; text is its value
	tokMark             // punctuation or a symbolic operator
)

// lexeme is a token of an expression, with where it stands.
type lexeme struct {
	kind     tokenKind
	text     string
	from, to int
}

// lex cuts an expression into tokens; the last one is tokEnd.
func lex(s string) ([]lexeme, error) {
	var out []lexeme
	for i := 0; i < len(s); {
		rest := s[i:]
		switch {
		case strings.ContainsRune(" \t\r\n", rune(s[i])):
			i++
		case s[i] == '"':
			text, n, ok := quoted(rest)
			if !ok {
				return nil, wrongAt(s, i, len(s), "missing ending quote")
			}
			out = append(out, lexeme{tokString, text, i, i + n})
			i += n
		case s[i] == 'r' && matched(`^r#*"`, rest):
			text, n, ok := raw(rest)
			if !ok {
				return nil, wrongAt(s, i, len(s), "missing ending quote")
			}
			out = append(out, lexeme{tokString, text, i, i + n})
			i += n
		case wordByte(s[i]):
			n := 1
			for n < len(rest) && wordByte(rest[n]) {
				n++
			}
			out = append(out, lexeme{tokWord, rest[:n], i, i + n})
			i += n
		default:
			n := markLength(rest)
			if n == 0 {
				return nil, wrongAt(s, i, i+1, "unrecognised input")
			}
			out = append(out, lexeme{tokMark, rest[:n], i, i + n})
			i += n
		}
	}
	return append(out, lexeme{kind: tokEnd, from: len(s), to: len(s)}), nil
}

// wordByte tells whether a byte can stand in a name, a number or an address.
func wordByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("_.:/$*[]-", b) >= 0
}

// markLength answers the length of the operator or bracket that s begins with.
func markLength(s string) int {
	for _, m := range []string{"==", "!=", "<=", ">=", "&&", "||", "^^", "<", ">", "~", "!", "(", ")", "{", "}", ",", "&"} {
		if strings.HasPrefix(s, m) {
			return len(m)
		}
	}
	return 0
}

// quoted reads a literal in quotes with its escapes and answers its length too.
func quoted(s string) (text string, n int, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), i + 1, true
		case '\\':
			i++
			if i == len(s) {
				return "", 0, false
			}
			if s[i] == '*' { // left to wildcard
				b.WriteByte('\\')
			}
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return "", 0, false
}

// raw reads a literal of the form r"…" or r#"…"#.
func raw(s string) (text string, n int, ok bool) {
	open := strings.IndexByte(s, '"')
	end := `"` + strings.Repeat("#", open-1)
	body := s[open+1:]
	i := strings.Index(body, end)
	if i < 0 {
		return "", 0, false
	}
	return body[:i], open + 1 + i + len(end), true
}

// wrongAt words a parse error as the service does: the place, the text, a mark
// below what is wrong.
func wrongAt(s string, from, to int, what string) error {
	//lint:ignore ST1005 this is the service's own wording
	return fmt.Errorf("Filter parsing error (1:%d):\n%s\n%s%s %s",
		from+1, s, strings.Repeat(" ", from), strings.Repeat("^", max(1, to-from)), what)
}

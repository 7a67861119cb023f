package zone

import (
	"fmt"
	"strings"
)

// A token is one field of record data in presentation format.
type token struct {
	text   string // bytes, escapes resolved
	quoted bool
	glued  bool // follows the one before without a blank, as in alpn="h2"
}

// tokens splits data as a zone file does (RFC 1035 section 5.1). Escapes in
// quoted fields are resolved; in others they are kept, because there they
// belong to names. ok is false when a quote is left open.
func tokens(s string) (out []token, ok bool) {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '"':
			text, next, closed := quoted(s, i+1)
			if !closed {
				return nil, false
			}
			out = append(out, token{text: text, quoted: true, glued: i > 0 && !isBlank(s[i-1])})
			i = next
		default:
			start := i
			for i < len(s) && !isBlank(s[i]) && s[i] != '"' {
				if s[i] == '\\' {
					i++
				}
				i++
			}
			i = min(i, len(s))
			out = append(out, token{text: s[start:i], glued: start > 0 && s[start-1] == '"'})
		}
	}
	return out, true
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// quoted reads from after an opening quote to after the closing one.
func quoted(s string, i int) (text string, next int, closed bool) {
	var b strings.Builder
	for i < len(s) {
		switch s[i] {
		case '"':
			return b.String(), i + 1, true
		case '\\':
			c, n := unescape(s[i:])
			b.WriteByte(c)
			i += n
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return "", i, false
}

// unescape resolves the escape that s begins with, and says how long it is.
func unescape(s string) (byte, int) {
	if len(s) >= 4 && isDigit(s[1]) && isDigit(s[2]) && isDigit(s[3]) {
		if n := int(s[1]-'0')*100 + int(s[2]-'0')*10 + int(s[3]-'0'); n < 256 {
			return byte(n), 4
		}
	}
	if len(s) >= 2 {
		return s[1], 2
	}
	return '\\', 1
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// quote writes text as one quoted string, with everything escaped that is not
// printable ASCII.
func quote(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 2)
	b.WriteByte('"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, "\\%03d", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Text is the text of TXT data: its strings joined without anything between
// them (RFC 7208 section 3.3 says so for SPF, RFC 6376 section 3.6.2.2 for
// DKIM). Data that does not begin with a quote is taken as it stands, which is
// how APIs give it.
func Text(content string) string {
	trimmed := strings.TrimSpace(content)
	if !strings.HasPrefix(trimmed, `"`) {
		return content
	}
	parts, ok := tokens(trimmed)
	if !ok {
		return content
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
	}
	return b.String()
}

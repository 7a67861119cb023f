package cloudflare

import "strings"

// maxString is the length of one character string of a TXT record, in bytes (RFC 1035, 3.3).
const maxString = 255

// quote writes a string as a quoted character string of a zone file.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// quoteTXT writes the content of a TXT record in quoted strings: as it is if it
// is quoted already, else cut into pieces that fit.
func quoteTXT(s string) string {
	if len(s) >= 2 && strings.HasPrefix(s, `"`) && strings.HasSuffix(s, `"`) {
		return s
	}
	if s == "" {
		return ""
	}
	var parts []string
	for len(s) > maxString {
		parts = append(parts, quote(s[:maxString]))
		s = s[maxString:]
	}
	return strings.Join(append(parts, quote(s)), " ")
}

// unescape undoes the escapes of a character string in presentation form.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		if i+3 < len(s) && digits(s[i+1:i+4]) {
			b.WriteByte((s[i+1]-'0')*100 + (s[i+2]-'0')*10 + s[i+3] - '0')
			i += 3
			continue
		}
		i++
		b.WriteByte(s[i])
	}
	return b.String()
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

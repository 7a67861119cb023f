package cloudflare

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// gqlField is a field of a GraphQL selection.
type gqlField struct {
	alias, name string
	args        map[string]any
	fields      []gqlField
}

// key is the member under which a field is answered.
func (f gqlField) key() string {
	if f.alias != "" {
		return f.alias
	}
	return f.name
}

// gqlParser reads the part of GraphQL that analytics queries use: one query, with
// variables, arguments and aliases; no fragments, no directives.
type gqlParser struct {
	tokens []string
	pos    int
	vars   map[string]any
}

// parseGraphQL answers the selection of a query.
func parseGraphQL(query string, vars map[string]any) ([]gqlField, error) {
	tokens, err := gqlTokens(query)
	if err != nil {
		return nil, err
	}
	p := &gqlParser{tokens: tokens, vars: vars}
	if p.peek() == "query" {
		for p.peek() != "{" && p.peek() != "" { // its name and its variables' types
			if p.peek() == "(" {
				p.skipParens()
				continue
			}
			p.pos++
		}
	}
	fields, err := p.selection()
	if err == nil && p.peek() != "" {
		err = fmt.Errorf("unexpected %q", p.peek())
	}
	return fields, err
}

// gqlTokens cuts a query: names, numbers, strings (with their quotes), marks.
func gqlTokens(s string) ([]string, error) {
	var out []string
	for i := 0; i < len(s); {
		c := rune(s[i])
		switch {
		case unicode.IsSpace(c) || c == ',':
			i++
		case c == '#':
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case strings.ContainsRune("{}()[]:!$=", c):
			out = append(out, string(c))
			i++
		case c == '"':
			n := 1
			for i+n < len(s) && s[i+n] != '"' {
				if s[i+n] == '\\' {
					n++
				}
				n++
			}
			if i+n >= len(s) {
				return nil, fmt.Errorf("string without end")
			}
			out = append(out, s[i:i+n+1])
			i += n + 1
		case c == '_' || c == '-' || unicode.IsLetter(c) || unicode.IsDigit(c):
			n := 1
			for i+n < len(s) && (s[i+n] == '_' || s[i+n] == '.' || unicode.IsLetter(rune(s[i+n])) || unicode.IsDigit(rune(s[i+n]))) {
				n++
			}
			out = append(out, s[i:i+n])
			i += n
		default:
			return nil, fmt.Errorf("unexpected character %q", c)
		}
	}
	return out, nil
}

func (p *gqlParser) peek() string {
	if p.pos < len(p.tokens) {
		return p.tokens[p.pos]
	}
	return ""
}

func (p *gqlParser) expect(mark string) error {
	if p.peek() != mark {
		return fmt.Errorf("expected %q, found %q", mark, p.peek())
	}
	p.pos++
	return nil
}

func (p *gqlParser) skipParens() {
	depth := 0
	for p.peek() != "" {
		switch p.peek() {
		case "(":
			depth++
		case ")":
			depth--
		}
		p.pos++
		if depth == 0 {
			return
		}
	}
}

func (p *gqlParser) selection() ([]gqlField, error) {
	if err := p.expect("{"); err != nil {
		return nil, err
	}
	var fields []gqlField
	for p.peek() != "}" {
		f, err := p.field()
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	return fields, p.expect("}")
}

func (p *gqlParser) name() (string, error) {
	t := p.peek()
	if t == "" || !unicode.IsLetter(rune(t[0])) && t[0] != '_' {
		return "", fmt.Errorf("expected a name, found %q", t)
	}
	p.pos++
	return t, nil
}

func (p *gqlParser) field() (f gqlField, err error) {
	if f.name, err = p.name(); err != nil {
		return f, err
	}
	if p.peek() == ":" {
		p.pos++
		f.alias = f.name
		if f.name, err = p.name(); err != nil {
			return f, err
		}
	}
	if p.peek() == "(" {
		if f.args, err = p.members("(", ")"); err != nil {
			return f, err
		}
	}
	if p.peek() == "{" {
		f.fields, err = p.selection()
	}
	return f, err
}

// members reads "name: value" pairs between two marks.
func (p *gqlParser) members(open, end string) (map[string]any, error) {
	if err := p.expect(open); err != nil {
		return nil, err
	}
	out := map[string]any{}
	for p.peek() != end {
		name, err := p.name()
		if err != nil {
			return nil, err
		}
		if err := p.expect(":"); err != nil {
			return nil, err
		}
		if out[name], err = p.value(); err != nil {
			return nil, err
		}
	}
	return out, p.expect(end)
}

func (p *gqlParser) value() (any, error) {
	t := p.peek()
	switch {
	case t == "$":
		p.pos++
		name, err := p.name()
		if err != nil {
			return nil, err
		}
		v, ok := p.vars[name]
		if !ok {
			return nil, fmt.Errorf("variable %q is not given", name)
		}
		return v, nil
	case t == "{":
		return p.members("{", "}")
	case t == "[":
		p.pos++
		list := []any{}
		for p.peek() != "]" {
			v, err := p.value()
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, p.expect("]")
	case t == "":
		return nil, fmt.Errorf("expected a value, found the end")
	}
	p.pos++
	if strings.HasPrefix(t, `"`) {
		return strconv.Unquote(t)
	}
	if n, err := strconv.ParseFloat(t, 64); err == nil {
		return n, nil
	}
	if t == "true" || t == "false" {
		return t == "true", nil
	}
	if !unicode.IsLetter(rune(t[0])) {
		return nil, fmt.Errorf("expected a value, found %q", t)
	}
	return t, nil // an enumeration, such as count_DESC
}

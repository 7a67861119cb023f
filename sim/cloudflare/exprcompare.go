package cloudflare

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// compareText parses what follows a string field and an operator.
func (p *parser) compareText(left operand, op lexeme) (test, error) {
	if op.text == "in" {
		set, err := p.set(tokString)
		if err != nil {
			return nil, err
		}
		values := texts(set)
		return func(r *Request) bool { return slices.Contains(values, left.text(r)) }, nil
	}
	compare, ok := map[string]func(have, want string) bool{
		"eq": func(h, w string) bool { return h == w }, "==": func(h, w string) bool { return h == w },
		"ne": func(h, w string) bool { return h != w }, "!=": func(h, w string) bool { return h != w },
		"contains": strings.Contains, "strict wildcard": wildcard,
		"wildcard": func(h, w string) bool { return wildcard(strings.ToLower(h), strings.ToLower(w)) },
		"lt":       func(h, w string) bool { return h < w }, "<": func(h, w string) bool { return h < w },
		"le": func(h, w string) bool { return h <= w }, "<=": func(h, w string) bool { return h <= w },
		"gt": func(h, w string) bool { return h > w }, ">": func(h, w string) bool { return h > w },
		"ge": func(h, w string) bool { return h >= w }, ">=": func(h, w string) bool { return h >= w },
	}[op.text]
	if !ok {
		return nil, p.wrong(op, "expected operator")
	}
	lit := p.next()
	if lit.kind != tokString {
		return nil, p.wrong(lit, "expected a string literal")
	}
	want := lit.text
	if !strings.Contains(op.text, "wildcard") {
		want = strings.ReplaceAll(want, `\*`, `*`)
	}
	return func(r *Request) bool { return compare(left.text(r), want) }, nil
}

// compareNumber parses what follows an integer field and an operator.
func (p *parser) compareNumber(left operand, op lexeme) (test, error) {
	if op.text == "in" {
		return p.numberSet(left)
	}
	compare, ok := map[string]func(a, b int) bool{
		"eq": func(a, b int) bool { return a == b }, "==": func(a, b int) bool { return a == b },
		"ne": func(a, b int) bool { return a != b }, "!=": func(a, b int) bool { return a != b },
		"lt": func(a, b int) bool { return a < b }, "<": func(a, b int) bool { return a < b },
		"le": func(a, b int) bool { return a <= b }, "<=": func(a, b int) bool { return a <= b },
		"gt": func(a, b int) bool { return a > b }, ">": func(a, b int) bool { return a > b },
		"ge": func(a, b int) bool { return a >= b }, ">=": func(a, b int) bool { return a >= b },
	}[op.text]
	if !ok {
		return nil, p.wrong(op, "expected operator for type "+kindInt.String())
	}
	lit := p.next()
	n, err := strconv.Atoi(lit.text)
	if lit.kind != tokWord || err != nil {
		return nil, p.wrong(lit, "expected digit")
	}
	return func(r *Request) bool { return compare(left.num(r), n) }, nil
}

// numberSet parses {1 2 5..9}.
func (p *parser) numberSet(left operand) (test, error) {
	set, err := p.set(tokWord)
	if err != nil {
		return nil, err
	}
	type span struct{ from, to int }
	var spans []span
	for _, t := range set {
		from, to, ranged := strings.Cut(t.text, "..")
		if !ranged {
			to = from
		}
		a, err1 := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil {
			return nil, p.wrong(t, "expected digit")
		}
		spans = append(spans, span{a, b})
	}
	return func(r *Request) bool {
		n := left.num(r)
		return slices.ContainsFunc(spans, func(s span) bool { return n >= s.from && n <= s.to })
	}, nil
}

// compareIP parses what follows an address field and an operator.
func (p *parser) compareIP(left operand, op lexeme) (test, error) {
	var literals []lexeme
	switch op.text {
	case "in":
		set, err := p.set(tokWord)
		if err != nil {
			return nil, err
		}
		literals = set
	case "eq", "==", "ne", "!=":
		literals = []lexeme{p.next()}
	default:
		return nil, p.wrong(op, "expected operator for type "+kindIP.String())
	}
	var nets []netip.Prefix
	for _, t := range literals {
		net, ok := prefix(t.text)
		if t.kind != tokWord || !ok {
			return nil, p.wrong(t, "couldn't parse address in network: invalid IP address syntax")
		}
		nets = append(nets, net)
	}
	want := op.text != "ne" && op.text != "!="
	return func(r *Request) bool {
		ip := left.ip(r)
		return slices.ContainsFunc(nets, func(n netip.Prefix) bool { return n.Contains(ip) }) == want
	}, nil
}

// prefix reads an address, or a network in CIDR notation.
func prefix(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), true
	}
	n, err := netip.ParsePrefix(s)
	return n.Masked(), err == nil
}

// compareBool parses "ssl eq true" and the like.
func (p *parser) compareBool(left operand, op lexeme) (test, error) {
	equal := op.text == "eq" || op.text == "=="
	if !equal && op.text != "ne" && op.text != "!=" {
		return nil, p.wrong(op, "expected operator for type "+kindBool.String())
	}
	lit := p.next()
	if lit.kind != tokWord || lit.text != "true" && lit.text != "false" {
		return nil, p.wrong(lit, "expected true or false")
	}
	want := (lit.text == "true") == equal
	return func(r *Request) bool { return left.is(r) == want }, nil
}

// set parses {…}: literals of one kind, spaces between them.
func (p *parser) set(kind tokenKind) ([]lexeme, error) {
	if t := p.peek(); t.kind == tokWord && strings.HasPrefix(t.text, "$") {
		return nil, p.wrong(t, "list not found")
	}
	if err := p.expect("{"); err != nil {
		return nil, err
	}
	var list []lexeme
	for !p.take("}") {
		t := p.next()
		if t.kind == tokEnd {
			return nil, p.wrong(t, `expected literal "}"`)
		}
		if t.kind != kind {
			return nil, p.wrong(t, "invalid literal in set")
		}
		list = append(list, t)
	}
	if len(list) == 0 {
		return nil, p.wrong(p.tokens[p.pos-1], "empty set")
	}
	return list, nil
}

func texts(list []lexeme) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.text
	}
	return out
}

// wildcard compares with a pattern in which * stands for anything and \* for a
// star; the whole string must fit.
func wildcard(s, pattern string) bool {
	var parts []string // the pieces between stars
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\' && i+1 < len(pattern) && strings.IndexByte(`*\`, pattern[i+1]) >= 0:
			i++
			b.WriteByte(pattern[i])
		case pattern[i] == '*':
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteByte(pattern[i])
		}
	}
	last := b.String()
	if len(parts) == 0 {
		return s == last
	}
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	for _, part := range parts[1:] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, last)
}

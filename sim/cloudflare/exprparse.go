package cloudflare

import "strings"

// parser is a recursive descent parser; or binds loosest, then xor, and, not.
type parser struct {
	text   string
	tokens []lexeme
	pos    int
	depth  int
}

type test = func(*Request) bool

func (p *parser) peek() lexeme { return p.tokens[p.pos] }

func (p *parser) next() lexeme {
	t := p.tokens[p.pos]
	if t.kind != tokEnd {
		p.pos++
	}
	return t
}

// take consumes the next token if it is one of these words or marks.
func (p *parser) take(texts ...string) bool {
	t := p.peek()
	if t.kind != tokWord && t.kind != tokMark {
		return false
	}
	for _, text := range texts {
		if t.text == text {
			p.pos++
			return true
		}
	}
	return false
}

func (p *parser) wrong(t lexeme, what string) error { return wrongAt(p.text, t.from, t.to, what) }

func (p *parser) expect(mark string) error {
	if t := p.peek(); !p.take(mark) {
		return p.wrong(t, `expected literal "`+mark+`"`)
	}
	return nil
}

// chain parses operands of one level with their operator between them.
func (p *parser) chain(operand func() (test, error), combine func(a, b test) test, operators ...string) (test, error) {
	left, err := operand()
	if err != nil {
		return nil, err
	}
	for p.take(operators...) {
		right, err := operand()
		if err != nil {
			return nil, err
		}
		left = combine(left, right)
	}
	return left, nil
}

func (p *parser) or() (test, error) {
	return p.chain(p.xor, func(a, b test) test { return func(r *Request) bool { return a(r) || b(r) } }, "or", "||")
}

func (p *parser) xor() (test, error) {
	return p.chain(p.and, func(a, b test) test { return func(r *Request) bool { return a(r) != b(r) } }, "xor", "^^")
}

func (p *parser) and() (test, error) {
	return p.chain(p.not, func(a, b test) test { return func(r *Request) bool { return a(r) && b(r) } }, "and", "&&")
}

func (p *parser) not() (test, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > 64 {
		return nil, p.wrong(p.peek(), "expression is nested too deeply")
	}
	if p.take("not", "!") {
		inner, err := p.not()
		if err != nil {
			return nil, err
		}
		return func(r *Request) bool { return !inner(r) }, nil
	}
	if p.take("(") {
		inner, err := p.or()
		if err != nil {
			return nil, err
		}
		return inner, p.expect(")")
	}
	return p.comparison()
}

// operand parses a field or a function.
func (p *parser) operand() (operand, error) {
	t := p.next()
	if t.kind != tokWord {
		return operand{}, p.wrong(t, "expected identifier")
	}
	if p.peek().text == "(" && p.peek().kind == tokMark {
		return p.function(t)
	}
	if f, ok := fieldNamed(t.text); ok {
		return f, nil
	}
	if strings.HasPrefix(t.text, "cf.bot_management.") {
		return operand{}, p.wrong(t, "not entitled: the use of field "+t.text+" is not allowed, an Enterprise plan with Bot Management is required")
	}
	return operand{}, p.wrong(t, "unknown identifier")
}

// function parses the arguments of a function and answers its value.
func (p *parser) function(name lexeme) (operand, error) {
	p.pos++ // the parenthesis
	of, err := p.operand()
	if err != nil {
		return operand{}, err
	}
	if of.kind != kindString {
		return operand{}, p.wrong(name, "expected argument of type Bytes")
	}
	switch name.text {
	case "lower":
		return textField(func(r *Request) string { return strings.ToLower(of.text(r)) }), p.expect(")")
	case "upper":
		return textField(func(r *Request) string { return strings.ToUpper(of.text(r)) }), p.expect(")")
	case "len":
		return operand{kind: kindInt, num: func(r *Request) int { return len(of.text(r)) }}, p.expect(")")
	}
	compare, ok := map[string]func(s, part string) bool{"starts_with": strings.HasPrefix, "ends_with": strings.HasSuffix}[name.text]
	if !ok {
		return operand{}, p.wrong(name, "unknown function")
	}
	if err := p.expect(","); err != nil {
		return operand{}, err
	}
	lit := p.next()
	if lit.kind != tokString {
		return operand{}, p.wrong(lit, "expected a string literal")
	}
	return operand{kind: kindBool, is: func(r *Request) bool { return compare(of.text(r), lit.text) }}, p.expect(")")
}

// comparison parses a field that is true or false by itself, or one with an
// operator and a literal.
func (p *parser) comparison() (test, error) {
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	if left.kind == kindBool && !p.atOperator() {
		return left.is, nil
	}
	op := p.next()
	if op.text == "strict" && op.kind == tokWord {
		if !p.take("wildcard") {
			return nil, p.wrong(op, "expected operator")
		}
		op.text = "strict wildcard"
	}
	if op.kind == tokString || op.kind == tokEnd {
		return nil, p.wrong(op, "expected operator")
	}
	if op.text == "matches" || op.text == "~" {
		return nil, p.wrong(op, "not entitled: the use of operator Matches is not allowed, a Business plan or a WAF Advanced plan is required")
	}
	switch left.kind {
	case kindString:
		return p.compareText(left, op)
	case kindInt:
		return p.compareNumber(left, op)
	case kindIP:
		return p.compareIP(left, op)
	default:
		return p.compareBool(left, op)
	}
}

// atOperator tells whether a comparison operator comes next.
func (p *parser) atOperator() bool {
	switch p.peek().text {
	case "eq", "ne", "==", "!=", "in", "contains", "wildcard", "matches", "~", "lt", "le", "gt", "ge", "<", "<=", ">", ">=":
		return p.peek().kind != tokString
	default:
		return false
	}
}

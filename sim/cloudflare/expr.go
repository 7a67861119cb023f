package cloudflare

import (
	"fmt"
	"net/netip"
	"strings"
)

// Request is what a rule's expression sees of a visitor's request.
type Request struct {
	Host      string // the full Host value
	Method    string
	Path      string
	Query     string
	UserAgent string
	Referer   string
	Country   string // ISO 3166 code; T1 is Tor
	Continent string
	IP        netip.Addr
	ASN       int
	SSL       bool // the visitor came by https
	BotClient bool // a known good bot
}

// Expr is a parsed rule expression. The zero value matches nothing.
type Expr struct{ match func(*Request) bool }

// Match tells whether the expression is true of a request.
func (e Expr) Match(r Request) bool { return e.match != nil && e.match(&r) }

// ParseExpression parses an expression of the rules language as far as the free
// plan has it: and, or, xor, not, parentheses; eq, ne, lt, le, gt, ge, contains,
// wildcard, strict wildcard and in {…}; starts_with, ends_with, lower, upper and
// len. Regular expressions (matches) are refused, as on that plan.
// (developers.cloudflare.com/ruleset-engine/rules-language)
func ParseExpression(text string) (Expr, error) {
	if len(text) > 4096 {
		return Expr{}, fmt.Errorf("expression is longer than 4096 characters")
	}
	tokens, err := lex(text)
	if err != nil {
		return Expr{}, err
	}
	p := &parser{text: text, tokens: tokens}
	match, err := p.or()
	if err != nil {
		return Expr{}, err
	}
	if t := p.peek(); t.kind != tokEnd {
		return Expr{}, p.wrong(t, "unrecognised input")
	}
	return Expr{match}, nil
}

// valueKind is the type of a field or a literal.
type valueKind int

const (
	kindString valueKind = iota + 1
	kindInt
	kindIP
	kindBool
)

func (k valueKind) String() string {
	return map[valueKind]string{kindString: "Bytes", kindInt: "Int", kindIP: "Ip", kindBool: "Bool"}[k]
}

// operand is a field or a function of one.
type operand struct {
	kind valueKind
	text func(*Request) string
	num  func(*Request) int
	ip   func(*Request) netip.Addr
	is   func(*Request) bool
}

func textField(f func(*Request) string) operand { return operand{kind: kindString, text: f} }

// fieldNamed finds a field of the rules language.
func fieldNamed(name string) (operand, bool) {
	switch name {
	case "http.host":
		return textField(func(r *Request) string { return r.Host }), true
	case "http.request.method":
		return textField(func(r *Request) string { return r.Method }), true
	case "http.request.uri.path":
		return textField(func(r *Request) string { return r.Path }), true
	case "http.request.uri.path.extension":
		return textField(extension), true
	case "http.request.uri.query":
		return textField(func(r *Request) string { return r.Query }), true
	case "http.request.uri":
		return textField(uri), true
	case "http.request.full_uri":
		return textField(fullURI), true
	case "http.user_agent":
		return textField(func(r *Request) string { return r.UserAgent }), true
	case "http.referer":
		return textField(func(r *Request) string { return r.Referer }), true
	case "ip.src.country", "ip.geoip.country":
		return textField(func(r *Request) string { return r.Country }), true
	case "ip.src.continent", "ip.geoip.continent":
		return textField(func(r *Request) string { return r.Continent }), true
	case "ip.src.asnum", "ip.geoip.asnum":
		return operand{kind: kindInt, num: func(r *Request) int { return r.ASN }}, true
	case "ip.src":
		return operand{kind: kindIP, ip: func(r *Request) netip.Addr { return r.IP.Unmap() }}, true
	case "cf.threat_score": // always 0 today
		return operand{kind: kindInt, num: func(*Request) int { return 0 }}, true
	case "cf.client.bot":
		return operand{kind: kindBool, is: func(r *Request) bool { return r.BotClient }}, true
	case "ssl":
		return operand{kind: kindBool, is: func(r *Request) bool { return r.SSL }}, true
	case "true":
		return operand{kind: kindBool, is: func(*Request) bool { return true }}, true
	case "false":
		return operand{kind: kindBool, is: func(*Request) bool { return false }}, true
	default:
		return operand{}, false
	}
}

func extension(r *Request) string {
	last := r.Path[strings.LastIndexByte(r.Path, '/')+1:]
	if i := strings.LastIndexByte(last, '.'); i >= 0 {
		return strings.ToLower(last[i+1:])
	}
	return ""
}

func uri(r *Request) string {
	if r.Query == "" {
		return r.Path
	}
	return r.Path + "?" + r.Query
}

func fullURI(r *Request) string {
	if r.SSL {
		return "https://" + r.Host + uri(r)
	}
	return "http://" + r.Host + uri(r)
}

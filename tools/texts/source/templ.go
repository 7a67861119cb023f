package source

import (
	"fmt"
	"go/ast"
	"go/parser"
	"html"
	"slices"
	"strings"
	"unicode"

	templ "github.com/a-h/templ/parser/v2"
)

// templ takes the texts of a template: those between its tags, those of the
// attributes that are read or heard, and those of the Go in it.
func (c Texts) templ(name, source string) error {
	file, err := templ.ParseString(source)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	at := func(r templ.Range) place { return place{name, int(r.From.Line) + 1} }
	for _, n := range file.Nodes {
		switch n := n.(type) {
		case *templ.HTMLTemplate:
			if err := c.nodes(n.Children, at); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		case *templ.TemplateFileGoExpression:
			if strings.HasPrefix(n.Expression.Value, "import") {
				continue
			}
			if err := c.golang(name, "package templates\n"+n.Expression.Value, int(n.Expression.Range.From.Line)-1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c Texts) nodes(all []templ.Node, at func(templ.Range) place) error {
	for i := 0; i < len(all); i++ {
		n := all[i]
		var err error
		switch n := n.(type) {
		case *templ.Text, *templ.StringExpression:
			run := all[i:][:length(all[i:])]
			err = c.run(run, at)
			i += len(run) - 1
		case *templ.TemplElementExpression:
			err = c.expression(n.Expression.Value, at(n.Expression.Range))
		case *templ.CallTemplateExpression:
			err = c.expression(n.Expression.Value, at(n.Expression.Range))
		case *templ.Element:
			err = c.attributes(n.Attributes, nearest(all[i:], at))
		}
		if err != nil {
			return err
		}
		for _, inner := range branches(n) {
			if err := c.nodes(inner, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// branches are what stands within a node, of which one or the other is written.
func branches(n templ.Node) (all [][]templ.Node) {
	switch n := n.(type) {
	case *templ.IfExpression:
		all = append(all, n.Then, n.Else)
		for _, e := range n.ElseIfs {
			all = append(all, e.Then)
		}
	case *templ.SwitchExpression:
		for _, e := range n.Cases {
			all = append(all, e.Children)
		}
	case templ.CompositeNode:
		all = append(all, n.ChildNodes())
	}
	return all
}

// length is how many of the nodes are written one after the other, with no tag
// between them.
func length(all []templ.Node) int {
	for i, n := range all {
		switch n.(type) {
		case *templ.Text, *templ.StringExpression:
		default:
			return i
		}
	}
	return len(all)
}

// run takes words and values that stand between the same two tags as one text. Words
// of a template are for people whatever they look like.
func (c Texts) run(all []templ.Node, at func(templ.Range) place) error {
	var b strings.Builder
	var first place
	words := false
	for _, n := range all {
		space := ""
		switch n := n.(type) {
		case *templ.Text:
			if first.line == 0 {
				first = at(n.Range)
			}
			text := html.UnescapeString(n.Value)
			words = words || strings.ContainsFunc(text, unicode.IsLetter)
			b.WriteString(strings.ReplaceAll(text, "%", "%%"))
			space = string(n.TrailingSpace)
		case *templ.StringExpression:
			if first.line == 0 {
				first = at(n.Expression.Range)
			}
			if err := c.expression(n.Expression.Value, at(n.Expression.Range)); err != nil {
				return err
			}
			text, own := c.put(n.Expression.Value)
			words = words || own
			b.WriteString(text)
			space = string(n.TrailingSpace)
		}
		b.WriteString(space)
	}
	if !words {
		return nil
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	if !verb.MatchString(text) {
		text = strings.ReplaceAll(text, "%%", "%")
	}
	c.keep(text, first)
	return nil
}

// put is how an expression stands in a text around it, and whether it has no value.
func (c Texts) put(expression string) (text string, own bool) {
	if e, err := parser.ParseExpr(expression); err == nil {
		if text, ok := c.whole(e); ok {
			_, own := e.(*ast.BasicLit)
			return text, own && strings.ContainsFunc(text, unicode.IsLetter)
		}
	}
	return "%s", false
}

// attributes takes those that people read or hear.
func (c Texts) attributes(all []templ.Attribute, near place) error {
	shown := func(key templ.AttributeKey) bool {
		return strings.HasPrefix(key.String(), "data-say") || slices.Contains([]string{"aria-label", "alt", "title", "placeholder", "data-label"}, key.String())
	}
	for _, a := range all {
		var err error
		switch a := a.(type) {
		case *templ.ConstantAttribute:
			if shown(a.Key) {
				c.add(html.UnescapeString(a.Value), near)
			}
		case *templ.ExpressionAttribute:
			if shown(a.Key) {
				err = c.expression(a.Expression.Value, place{near.file, int(a.Expression.Range.From.Line) + 1})
			}
		case *templ.ConditionalAttribute:
			err = c.attributes(slices.Concat(a.Then, a.Else), near)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nearest is the first place that is known from a node on: the parser keeps none
// for an element.
func nearest(all []templ.Node, at func(templ.Range) place) place {
	for _, n := range all {
		switch n := n.(type) {
		case *templ.Text:
			return at(n.Range)
		case *templ.StringExpression:
			return at(n.Expression.Range)
		case *templ.TemplElementExpression:
			return at(n.Expression.Range)
		}
		if inner, ok := n.(templ.CompositeNode); ok {
			if p := nearest(inner.ChildNodes(), at); p.line > 0 {
				return p
			}
		}
	}
	return place{file: at(templ.Range{}).file}
}

package main

import (
	"fmt"
	"html"
	"slices"
	"strings"

	templ "github.com/a-h/templ/parser/v2"
)

// templ takes the texts of a template: those between its tags, those of the
// attributes that are read or heard, and those of the Go in it.
func (c catalogue) templ(name, source string) error {
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

func (c catalogue) nodes(all []templ.Node, at func(templ.Range) place) error {
	for i, n := range all {
		var err error
		switch n := n.(type) {
		case *templ.Text:
			if i > 0 {
				if _, goesOn := all[i-1].(*templ.Text); goesOn {
					continue
				}
			}
			c.add(lines(all[i:]), at(n.Range))
		case *templ.StringExpression:
			err = c.expression(n.Expression.Value, at(n.Expression.Range))
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
		if inner, ok := n.(templ.CompositeNode); ok {
			if err := c.nodes(inner.ChildNodes(), at); err != nil {
				return err
			}
		}
	}
	return nil
}

// lines are the lines of a text that the nodes begin with.
func lines(all []templ.Node) string {
	var words []string
	for _, n := range all {
		text, ok := n.(*templ.Text)
		if !ok {
			break
		}
		words = append(words, strings.Fields(html.UnescapeString(text.Value))...)
	}
	return strings.Join(words, " ")
}

// attributes takes those that people read or hear.
func (c catalogue) attributes(all []templ.Attribute, near place) error {
	shown := func(key templ.AttributeKey) bool {
		return slices.Contains([]string{"aria-label", "alt", "title", "placeholder", "data-label"}, key.String())
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

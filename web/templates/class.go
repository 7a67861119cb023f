package templates

import "github.com/a-h/templ"

// class is the attribute of that name, for what stands on a page dozens of times:
// templ's own way makes two tables for each element, to leave out what is said twice.
type class string

// Items implements [templ.Attributer].
func (c class) Items() []templ.KeyValue[string, any] {
	return []templ.KeyValue[string, any]{{Key: "class", Value: string(c)}}
}

package walker

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Tick as an answer ticks a box, whatever its value is.
const Tick = "tick this box"

// A form is what a browser sends when a button is pressed.
type form struct {
	*goquery.Selection
	page   *Page
	button *goquery.Selection
	values url.Values
}

// formOf reads the form of a button with what stands in it.
func (p *Page) formOf(button *goquery.Selection) (*form, error) {
	f := &form{Selection: button.Closest("form"), page: p, button: button, values: url.Values{}}
	if id, ok := button.Attr("form"); ok {
		f.Selection = p.Find("form#" + id)
	}
	if f.Length() == 0 {
		return nil, fmt.Errorf("at %s: what was to be pressed belongs to no form: %s", p.At(), p.short())
	}
	for _, field := range f.fields() {
		name := field.AttrOr("name", "")
		switch kind := kindOf(field); kind {
		case "file", "submit", "button", "reset", "image":
		case "checkbox", "radio":
			if _, on := field.Attr("checked"); on {
				f.values.Add(name, field.AttrOr("value", "on"))
			}
		case "textarea":
			f.values.Add(name, field.Text())
		case "select":
			chosen := field.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = field.Find("option").First()
			}
			f.values.Add(name, chosen.AttrOr("value", chosen.Text()))
		default:
			f.values.Add(name, field.AttrOr("value", ""))
		}
	}
	if name, ok := button.Attr("name"); ok {
		f.values.Add(name, button.AttrOr("value", ""))
	}
	return f, nil
}

// fields are those with a name that are not switched off, in the order of the
// page; a field outside of the form may name it.
func (f *form) fields() (out []*goquery.Selection) {
	all := f.Find("input[name], textarea[name], select[name]")
	if id, ok := f.Attr("id"); ok {
		all = all.AddSelection(f.page.Find(`[form="` + id + `"]`).Filter("input[name], textarea[name], select[name]"))
	}
	for _, field := range all.EachIter() {
		if _, off := field.Attr("disabled"); !off {
			out = append(out, field)
		}
	}
	return out
}

func kindOf(field *goquery.Selection) string {
	if name := goquery.NodeName(field); name != "input" {
		return name
	}
	return strings.ToLower(field.AttrOr("type", "text"))
}

// answer does what a person does with the fields they see: types and ticks the
// answers, and types those to blanks where a field must not be empty and is.
func (f *form) answer(answers, blanks map[string]string) {
	for _, field := range f.fields() {
		name := field.AttrOr("name", "")
		answer, known := answers[name]
		switch kindOf(field) {
		case "hidden", "file", "submit", "button", "reset", "image":
		case "checkbox":
			value := field.AttrOr("value", "on")
			if _, on := field.Attr("checked"); known && !on && (answer == Tick || answer == value) {
				f.values.Add(name, value)
			}
		case "radio":
			if value := field.AttrOr("value", "on"); known && answer == value {
				f.values.Set(name, value)
			}
		default:
			_, must := field.Attr("required")
			if typed, ok := blanks[name]; ok && must && f.values.Get(name) == "" {
				f.values.Set(name, typed)
			}
			if known {
				f.values.Set(name, answer)
			}
		}
	}
}

// complete refuses what a browser refuses: a field that must be filled and is not.
func (f *form) complete() error {
	_, free := f.button.Attr("formnovalidate")
	if _, all := f.Attr("novalidate"); free || all {
		return nil
	}
	for _, field := range f.fields() {
		name := field.AttrOr("name", "")
		if _, must := field.Attr("required"); must && kindOf(field) != "file" && f.values.Get(name) == "" {
			return fmt.Errorf("at %s: a browser does not send this form, because %q must be filled and nobody knows with what: %s", f.page.At(), name, f.page.short())
		}
	}
	return nil
}

// to is where the form is sent; a form without an action goes to its own page.
func (f *form) to() (*url.URL, error) { return f.page.URL.Parse(f.AttrOr("action", f.page.At())) }

package templates

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// fieldID is the id of an input; its name when it has no other.
func fieldID(f Field) string { return orElse(f.ID, f.Name) }

// describedBy names the texts that belong to an input.
func describedBy(f Field) string {
	ids := ""
	if f.Hint != "" {
		ids = fieldID(f) + "-hint"
	}
	if f.Error != "" {
		if ids != "" {
			ids += " "
		}
		ids += fieldID(f) + "-error"
	}
	return ids
}

// inputClass is the class of an input.
func inputClass(f Field) string {
	if f.Mono {
		return "input input--mono"
	}
	return "input"
}

// typed is what stands in an input; a password is never written back.
func typed(f Field) string {
	if f.Type == "password" || f.Type == "file" {
		return ""
	}
	return f.Value
}

// rowsOf is the height of a text area.
func rowsOf(f Field) string {
	if f.Rows == 0 {
		return "6"
	}
	return strconv.Itoa(f.Rows)
}

// optionName and optionID fill what an option takes over from its group.
func optionName(o Option, group string) string { return orElse(o.Name, group) }

func optionID(o Option, group string) string {
	return orElse(o.ID, optionName(o, group)+"-"+o.Value)
}

// optionDescribed names the texts that belong to an option.
func optionDescribed(o Option, group string) string {
	var ids []string
	if o.Error != "" {
		ids = append(ids, optionID(o, group)+"-error")
	}
	if o.Hint != "" || o.StateWord != "" {
		ids = append(ids, optionID(o, group)+"-hint")
	}
	return strings.Join(ids, " ")
}

// firstRemove gives the first option the id to which the summary of errors leads.
func firstRemove(o Option, i int) Option {
	if i == 0 {
		o.ID = "remove"
	}
	return o
}

// nothingThere is the title of an empty list of what can be undone.
func nothingThere(m Undo) string {
	if m.Partly {
		return "Nothing to undo was found"
	}
	return "There is nothing to undo"
}

// errorOf is what the summary says of a field; empty when it says nothing.
func errorOf(e *ErrorSummary, field string) string {
	if e != nil {
		for _, i := range e.Items {
			if i.Field == field {
				return i.Text
			}
		}
	}
	return ""
}

// optionKind is the type of an option's input.
func optionKind(o Option) string {
	if o.Radio {
		return "radio"
	}
	return "checkbox"
}

// described binds an input to its hint and error.
func described(f Field) templ.Attributes {
	a := templ.Attributes{}
	if ids := describedBy(f); ids != "" {
		a["aria-describedby"] = ids
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	return a
}

// radios turns options into a choice of one.
func radios(all []Option) []Option {
	out := make([]Option, len(all))
	for i, o := range all {
		o.Radio = true
		out[i] = o
	}
	return out
}

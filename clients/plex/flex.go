package plex

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
)

// flag is a boolean that Plex writes as true, 1, "1" or "true".
type flag bool

// UnmarshalJSON implements [json.Unmarshaler].
func (f *flag) UnmarshalJSON(b []byte) error { return f.parse(strings.Trim(string(b), `"`)) }

// UnmarshalXMLAttr implements [xml.UnmarshalerAttr].
func (f *flag) UnmarshalXMLAttr(a xml.Attr) error { return f.parse(a.Value) }

func (f *flag) parse(s string) error {
	switch s {
	case "true", "1":
		*f = true
	case "false", "0", "", "null":
		*f = false
	default:
		return fmt.Errorf("neither true nor false")
	}
	return nil
}

// text is a value that Plex writes as a string, a number or a boolean. Booleans
// become "1" and "0", the form in which Plex takes them.
type text string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *text) UnmarshalJSON(b []byte) error {
	switch s := string(b); {
	case s == "true":
		*t = "1"
	case s == "false":
		*t = "0"
	case s == "null":
		*t = ""
	case strings.HasPrefix(s, `"`):
		return json.Unmarshal(b, (*string)(t))
	case strings.HasPrefix(s, "{"), strings.HasPrefix(s, "["):
		return fmt.Errorf("not a single value")
	default:
		*t = text(s)
	}
	return nil
}

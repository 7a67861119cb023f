package plex

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
)

// node is one element of an answer. Plex gives the same tree as XML or as JSON:
// attributes become members, children of one name become a list.
type node struct {
	name  string // XML element
	key   string // member name in JSON when it differs
	attrs []attr
	kids  []node
	shape shape
	text  string // content of a shapeText node
}

type shape int

const (
	shapeMember shape = iota // one of a list in its parent
	shapeObject              // the only one of its name: an object, not a list
	shapeList                // its children are the list
	shapeText                // a bare string in its parent's list
)

// attr is one value: string, bool, int, or nil for JSON's null.
type attr struct {
	name  string
	value any
}

// envelope says whether the JSON form names its root element.
type envelope bool

const (
	named envelope = true  // {"MediaContainer":{…}}
	bare  envelope = false // {…}
)

func (n node) jsonKey() string {
	if n.key != "" {
		return n.key
	}
	return n.name
}

func (n node) jsonValue() any {
	switch n.shape {
	case shapeText:
		return n.text
	case shapeList:
		list := make([]any, 0, len(n.kids))
		for _, kid := range n.kids {
			list = append(list, kid.jsonValue())
		}
		return list
	}
	object := map[string]any{}
	for _, a := range n.attrs {
		object[a.name] = a.value
	}
	for _, kid := range n.kids {
		if kid.shape != shapeMember {
			object[kid.jsonKey()] = kid.jsonValue()
			continue
		}
		list, _ := object[kid.jsonKey()].([]any)
		object[kid.jsonKey()] = append(list, kid.jsonValue())
	}
	return object
}

func (n node) writeXML(b *bytes.Buffer) {
	b.WriteString("<" + n.name)
	for _, a := range n.attrs {
		b.WriteString(" " + a.name + `="`)
		_ = xml.EscapeText(b, []byte(xmlText(a.value))) // a bytes.Buffer takes every write
		b.WriteString(`"`)
	}
	if len(n.kids) == 0 && n.text == "" {
		b.WriteString("/>\n")
		return
	}
	b.WriteString(">")
	if n.text != "" {
		_ = xml.EscapeText(b, []byte(n.text))
	} else {
		b.WriteString("\n")
	}
	for _, kid := range n.kids {
		kid.writeXML(b)
	}
	b.WriteString("</" + n.name + ">\n")
}

// xmlText writes booleans as 0 and 1, as Plex does in XML.
func xmlText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "1"
		}
		return "0"
	}
	return fmt.Sprint(v)
}

// answer writes the tree as JSON when the request asks for it, else as XML.
func answer(w http.ResponseWriter, r *http.Request, status int, n node, e envelope) {
	var body bytes.Buffer
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		w.Header().Set("Content-Type", "application/json")
		value := n.jsonValue()
		if e == named {
			value = map[string]any{n.jsonKey(): value}
		}
		if err := json.NewEncoder(&body).Encode(value); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	} else {
		w.Header().Set("Content-Type", "application/xml")
		body.WriteString(xml.Header)
		n.writeXML(&body)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // the reader may have left; nothing to do about it
}

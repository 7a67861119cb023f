package steps

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A small writer of HCL, the language of Terraform, in the form that
// "terraform fmt" gives it: two spaces, and the equals signs of neighbouring
// lines in one column.

// A field is one attribute of a block or an object, in the order it is written.
type field struct {
	name  string
	value any // string, bool, number, []string, []fields, fields, or what JSON gives
}

type fields []field

// hclBlock writes a block such as: resource "type" "name" { … }.
func hclBlock(head string, body fields) string {
	return head + " {\n" + hclFields(body, "  ") + "}\n"
}

func hclFields(body fields, indent string) string {
	var b strings.Builder
	for i := 0; i < len(body); {
		n, width := i, 0 // a run of attributes of one line each
		for ; n < len(body) && !strings.Contains(hclValue(body[n].value, indent), "\n"); n++ {
			width = max(width, len(hclKey(body[n].name)))
		}
		if n == i {
			fmt.Fprintf(&b, "%s%s = %s\n", indent, hclKey(body[i].name), hclValue(body[i].value, indent))
			i++
			continue
		}
		for ; i < n; i++ {
			fmt.Fprintf(&b, "%s%-*s = %s\n", indent, width, hclKey(body[i].name), hclValue(body[i].value, indent))
		}
	}
	return b.String()
}

func hclValue(v any, indent string) string {
	switch v := v.(type) {
	case string:
		return hclString(v)
	case []string:
		words := make([]string, len(v))
		for i, s := range v {
			words[i] = hclString(s)
		}
		return "[" + strings.Join(words, ", ") + "]"
	case fields:
		if len(v) == 0 {
			return "{}"
		}
		return "{\n" + hclFields(v, indent+"  ") + indent + "}"
	case []fields:
		var b strings.Builder
		b.WriteString("[\n")
		for _, f := range v {
			b.WriteString(indent + "  " + hclValue(f, indent+"  ") + ",\n")
		}
		return b.String() + indent + "]"
	case []any:
		return hclList(v, indent)
	case map[string]any:
		return hclValue(objectFields(v), indent)
	case nil:
		return "null"
	}
	return fmt.Sprint(v)
}

// hclList writes a list that came as JSON.
func hclList(list []any, indent string) string {
	var objects []fields
	words := make([]string, len(list))
	for i, v := range list {
		if m, ok := v.(map[string]any); ok {
			objects = append(objects, objectFields(m))
		}
		words[i] = hclValue(v, indent+"  ")
	}
	if len(objects) == len(list) && len(list) > 0 {
		return hclValue(objects, indent)
	}
	return "[" + strings.Join(words, ", ") + "]"
}

func objectFields(m map[string]any) fields {
	var out fields
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, field{key, m[key]})
	}
	return out
}

// hclJSON turns JSON of the API into attributes; the names of the API's camel
// case become Terraform's.
func hclJSON(raw json.RawMessage) fields {
	var m map[string]any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if d.Decode(&m) != nil {
		return nil
	}
	return objectFields(snakeKeys(m))
}

func snakeKeys(m map[string]any) map[string]any {
	out := map[string]any{}
	for key, v := range m {
		if inner, ok := v.(map[string]any); ok {
			v = snakeKeys(inner)
		}
		out[snake(key)] = v
	}
	return out
}

// snake writes noTLSVerify as no_tls_verify.
func snake(s string) string {
	var b strings.Builder
	upper := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= 'A' && s[i] <= 'Z' }
	for i := range len(s) {
		if upper(i) && i > 0 && (!upper(i-1) || i+1 < len(s) && !upper(i+1)) {
			b.WriteByte('_')
		}
		b.WriteByte(s[i])
	}
	return strings.ToLower(b.String())
}

func hclKey(name string) string {
	for i, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return hclString(name)
		}
	}
	return name
}

// hclString quotes a text so that it stands for itself: no template begins in it.
func hclString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "${", "$${", "%{", "%%{").Replace(s) + `"`
}
